from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date, split_every

SOON_DAYS = 30
TELL_CHUNK = 200


class BdeSiteDocument(models.Model):
    """A paper of a host that a school keeps, with its last day."""

    _name = "bde.site.document"
    _description = "Document of a host site"
    _inherit = ["bde.owned"]
    _order = "expires_on, id"

    active = fields.Boolean(default=True)
    relation_id = fields.Many2one(
        "bde.relation",
        string="Page of the company",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    partner_id = fields.Many2one(
        related="relation_id.partner_id",
        string="Company",
        store=True,
        precompute=True,
        index=True,
    )
    kind = fields.Selection(
        [
            ("derogation", "Declaration of derogation (regulated works)"),
            ("risks", "Risk assessment (DUERP)"),
            ("insurance", "Certificate of insurance"),
            ("charter", "Welcome charter"),
            ("other", "Other"),
        ],
        required=True,
    )
    name = fields.Char(string="Reference", help="Number or title, as on the paper.")
    date_from = fields.Date(string="From")
    expires_on = fields.Date(string="Valid until", index="btree_not_null")
    file = fields.Binary(attachment=True)
    file_name = fields.Char()
    told_on = fields.Date(readonly=True, help="The end was told on this day.")
    state = fields.Selection(
        [("valid", "Valid"), ("soon", "Ends soon"), ("expired", "Expired"), ("no_end", "No end")],
        compute="_compute_state",
    )

    _dates_check = models.Constraint(
        "CHECK(date_from <= expires_on)", "The document expires before it begins."
    )

    @api.depends("expires_on", "company_id")
    def _compute_state(self):
        for document in self:
            today = (document.company_id or self.env.company)._bde_today()
            last = document.expires_on
            if not last:
                document.state = "no_end"
            elif last < today:
                document.state = "expired"
            elif last <= fields.Date.add(today, days=SOON_DAYS):
                document.state = "soon"
            else:
                document.state = "valid"

    @api.depends("kind", "name")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for document in self:
            parts = [kinds.get(document.kind), document.name]
            document.display_name = " – ".join(filter(None, parts))

    def write(self, vals):
        if "expires_on" in vals:
            vals = dict(vals, told_on=False)
        return super().write(vals)

    @api.model
    def _cron_tell_expiry(self):
        """Tells who follows a company, once, that one of its papers ends within a month."""
        horizon = fields.Date.add(fields.Date.today(), days=SOON_DAYS)
        documents = self.search([("expires_on", "<=", horizon), ("told_on", "=", False)])
        self.env["ir.cron"]._commit_progress(remaining=len(documents))
        for chunk in split_every(TELL_CHUNK, documents.ids, self.browse):
            chunk._tell_expiry()
            if not self.env["ir.cron"]._commit_progress(len(chunk)):
                break

    def _tell_expiry(self):
        """One activity a company, whatever the number of its papers."""
        owners = self.relation_id._bde_owners()
        for relation, documents in self.grouped("relation_id").items():
            owner = owners[relation]
            if not owner:
                continue
            env = relation.with_context(lang=owner.lang or self.env.lang).env
            lines = [
                env._(
                    "%(document)s: until %(day)s",
                    document=document.with_env(env).display_name,
                    day=format_date(env, document.expires_on),
                )
                for document in documents
            ]
            relation.activity_schedule(
                "mail.mail_activity_data_todo",
                relation.company_id._bde_today(),
                summary=env._("Papers of the company that end: ask for new ones"),
                note=Markup("<br/>").join(lines),
                user_id=owner.id,
            )
        self.told_on = fields.Date.today()
