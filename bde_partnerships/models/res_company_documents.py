from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..pdf import seal
from ..pdf.certificate import KeyUnavailable


class ResCompany(models.Model):
    """What the document engine needs of a school: numbers, key, notice."""

    _inherit = "res.company"

    bde_sequence_id = fields.Many2one(
        "ir.sequence",
        string="Numbers of documents",
        readonly=True,
        copy=False,
        ondelete="restrict",  # a new one would begin at 1 again
    )
    bde_dpo_email = fields.Char(
        string="Data protection officer",
        help="Address of the data protection officer, in the notice that signers read.",
    )
    bde_key_status = fields.Char(
        string="Seal of the school", compute="_compute_bde_key_status", compute_sudo=True
    )
    bde_has_key = fields.Boolean(compute="_compute_bde_key_status", compute_sudo=True)

    @api.depends("uai")
    def _compute_bde_key_status(self):
        store = self.env["bde.document.version"]._key_store()
        for company in self:
            try:
                facts = seal.describe(*store.school_key(company.uai or "-"))
            except KeyUnavailable:
                company.bde_has_key = False
                company.bde_key_status = self.env._("No key: signed documents wait for their seal.")
                continue
            company.bde_has_key = True
            until = format_date(self.env, facts["until"].date())
            company.bde_key_status = (
                self.env._("Self-signed certificate until %(date)s", date=until)
                if facts["self_signed"]
                else self.env._("Certificate until %(date)s", date=until)
            )

    def _bde_ensure_demo_certificate(self):
        """Gives these schools a self-signed certificate when they have no key.

        It proves that a document did not change since it was sealed, not who the school is:
        an authority's certificate, put in the key folder, replaces it.

        :return: the schools that got one
        :raises KeyUnavailable: when there is no folder to write to
        """
        store = self.env["bde.document.version"]._key_store()
        return self.filtered(lambda c: c.uai and store.make_school_key(c.name, c.uai))

    def action_bde_make_certificate(self):
        """Button: makes a self-signed certificate for the school, and seals what waits."""
        self.ensure_one()
        self._bde_check_user_is("head")
        try:
            # sudo: reads the school's name and UAI, the role was checked
            made = self.sudo()._bde_ensure_demo_certificate()
        except KeyUnavailable as error:
            raise UserError(
                self.env._("The server has no folder for keys: %(reason)s", reason=error)
            ) from error
        if not made:
            raise UserError(self.env._("This school has a key already."))
        # sudo: the engine's own fields
        waiting = (
            self.env["bde.document"]
            .sudo()
            .search([("company_id", "=", self.id), ("seal_state", "=", "no_key")])
        )
        waiting.write({"seal_state": "pending", "seal_after": False})
        self.env["bde.document"]._trigger_job("ir_cron_seal")
        return True

    @api.model
    def _bde_sequence(self):
        return {
            "name": f"bde.document {self.uai or self.id}",
            "code": "bde.document",
            "implementation": "standard",
            "company_id": self.id,
        }

    def _bde_next_serials(self, count):
        """Next numbers of documents of this school, in one query; gaps are allowed.

        :rtype: list(int)
        """
        self.ensure_one()
        # sudo: no role reads or writes sequences
        company = self.sudo()
        if not company.bde_sequence_id:
            self.env["bde.document"]._lock_rows(company)
            if not company.bde_sequence_id:
                sequence = self.env["ir.sequence"].sudo().create(company._bde_sequence())
                company.bde_sequence_id = sequence
                self.env.flush_all()
        name = f"ir_sequence_{company.bde_sequence_id.id:03d}"
        rows = self.env.execute_query(
            SQL("SELECT nextval(%s) FROM generate_series(1, %s)", name, count)
        )
        return [serial for (serial,) in rows]

    def _bde_number_prefix(self):
        """What the numbers of the school's documents begin with: its UAI."""
        self.ensure_one()
        company = self.sudo()  # sudo: a school user reads his school, an académie's record may not
        return company.uai or f"C{company.id}"

    def _bde_notice_url(self):
        """Address of the page that tells signers what is done with their data."""
        self.ensure_one()
        return f"{self.env['bde.link']._base_url()}/bde/n/{self.uai or self.id}"
