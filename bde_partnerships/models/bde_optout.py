from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..rules.purposes import PURPOSES
from ..rules.solicitation import address_key


class BdeOptout(models.Model):
    """A company, or a person by his address, does not want to be asked any more.

    For one purpose or for all; at one school (``company_id`` is that school, which alone sees
    it) or at all schools (``company_id`` is the académie). It stops requests, never what is
    not one: a convention, a safety or accident message. Written by :meth:`_record` and
    :meth:`_withdraw` alone; a line that was withdrawn stays, archived.
    """

    _name = "bde.optout"
    _description = "Company or person who said no"
    _inherit = ["bde.unsigned", "bde.owned"]
    _order = "date desc, id desc"
    _check_company_domain = models.check_company_domain_parent_of

    company_id = fields.Many2one(help="The school, or the académie for all its schools.")
    partner_id = fields.Many2one(
        "res.partner", string="Company", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    email_normalized = fields.Char(
        string="Person", readonly=True, help="Address as it is compared: lower case, no label."
    )
    purpose = fields.Selection(PURPOSES, readonly=True, help="Empty: every request.")
    date = fields.Date(required=True, readonly=True, default=lambda self: self._today())
    source = fields.Selection(
        [
            ("said", "Told to the school"),
            ("letter", "Wrote to the school"),
            ("link", "By the link"),
        ],
        required=True,
        readonly=True,
        default="said",
    )
    school_id = fields.Many2one("res.company", string="Recorded by", required=True, readonly=True)
    link_email = fields.Char(
        readonly=True, groups="base.group_system",
        help="Address whose link recorded it: that person alone takes it back on the page.",
    )  # fmt: skip
    active = fields.Boolean(default=True, readonly=True)
    withdrawn_on = fields.Date(readonly=True)
    withdraw_reason = fields.Char(string="Why it was withdrawn", readonly=True)
    everywhere = fields.Boolean(string="All schools", compute="_compute_labels")
    what = fields.Char(string="Says no to", compute="_compute_labels")
    scope = fields.Char(string="At", compute="_compute_labels")
    who = fields.Char(string="By", compute="_compute_who")
    may_withdraw = fields.Boolean(compute="_compute_may_withdraw")

    _subject_check = models.Constraint(
        "CHECK((partner_id IS NULL) <> (email_normalized IS NULL))",
        "It is a company or a person who says no.",
    )
    _email_idx = models.Index("(email_normalized) WHERE active AND email_normalized IS NOT NULL")

    @api.model
    def _today(self):
        return self.env.company._bde_today()

    # ------------------------------------------------------------
    # Words
    # ------------------------------------------------------------

    @api.depends("purpose", "company_id")
    def _compute_labels(self):
        purposes = dict(self._fields["purpose"]._description_selection(self.env))
        # sudo: the name of the académie, which no school user reads
        for optout, optout_sudo in zip(self, self.sudo(), strict=True):
            company = optout_sudo.company_id
            optout.everywhere = company.bde_kind == "academy"
            optout.what = purposes.get(optout.purpose) or self.env._("Every request")
            optout.scope = (
                self.env._("All schools of the académie") if optout.everywhere else company.name
            )

    @api.depends_context("uid")
    @api.depends("school_id", "source")
    def _compute_who(self):
        """The school that recorded it; the person's name for his own school only."""
        mine = self.env.user._bde_company_ids("staff")
        # sudo: the school is shown to all
        for optout, optout_sudo in zip(self, self.sudo(), strict=True):
            school = optout_sudo.school_id.name
            if optout.source == "link":
                optout.who = self.env._("Themselves, by a letter of %(school)s", school=school)
            elif optout_sudo.school_id.id in mine:
                optout.who = f"{optout_sudo.create_uid.name}, {school}"
            else:
                optout.who = school

    @api.depends("partner_id", "email_normalized")
    def _compute_display_name(self):
        for optout in self:
            optout.display_name = optout.partner_id.display_name or optout.email_normalized

    @api.depends_context("uid")
    @api.depends("school_id", "active")
    def _compute_may_withdraw(self):
        user = self.env.user
        own = user._bde_company_ids("staff")
        for optout, optout_sudo in zip(self, self.sudo(), strict=True):
            kept = optout_sudo.school_id.id in own or self._is_academy(
                optout_sudo.school_id._bde_academy()
            )
            optout.may_withdraw = optout.active and kept

    @api.model
    def _is_academy(self, academy):
        """Whether the user keeps this académie: its administrator or a correspondent."""
        user = self.env.user
        kept = {*user._bde_company_ids("admin"), *user._bde_company_ids("correspondent")}
        return self.env.su or bool(kept.intersection(academy.ids))

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    @api.model
    def _record(
        self, company, partner=None, email=None, purposes=(), everywhere=False, source="said",
        link_email=None,
    ):  # fmt: skip
        """Writes down that a company or a person says no; what stands already is not doubled.

        :param company: the school that was told
        :param partner: the company (``res.partner``), or
        :param str email: the person, by his address
        :param purposes: keys of ``PURPOSES``; none: every request
        :param bool everywhere: for all schools of the académie
        :param str source: ``said``, ``letter`` or ``link``
        :param str link_email: address of the person whose link it was
        :raise AccessError: the user has no role at this school
        :raise ValidationError: neither a company nor an address
        :return: the lines that hold now
        """
        company = company.with_env(self.env)
        self._check_recorder(company)
        key = address_key(email) if email else False
        if partner:
            partner = self._shared_company(partner)
        elif not key:
            raise ValidationError(
                self.env._("%(email)s is not an e-mail address.", email=email or "")
            )
        holder = company._bde_academy() if everywhere else company
        subject = {"partner_id": partner.id} if partner else {"email_normalized": key}
        wanted = list(dict.fromkeys(purposes)) or [False]
        # sudo: no role writes opt-outs directly; the right was checked above
        Optout = self.sudo()
        standing = Optout.search(
            Domain([("company_id", "=", holder.id), ("purpose", "in", wanted)])
            & Domain([(name, "=", value) for name, value in subject.items()])
        )
        known = standing.mapped("purpose")
        made = Optout.create(
            [
                subject
                | {
                    "company_id": holder.id,
                    "school_id": company.id,
                    "purpose": purpose,
                    "source": source,
                    "date": company._bde_today(),
                    "link_email": address_key(link_email) or False,
                }
                for purpose in wanted
                if purpose not in known
            ]
        )
        return (standing | made).with_env(self.env)

    @api.model
    def _shared_company(self, partner):
        """The shared company of a partner: what a contact says of it is said for it."""
        # sudo: the company above a contact is shared
        employer = partner.sudo()
        if not employer.bde_employer:
            employer = employer.parent_id
        if not employer.bde_employer:
            raise ValidationError(
                self.env._("%(name)s is not a company of the bureau.", name=partner.name or "")
            )
        return employer

    @api.model
    def _check_recorder(self, company):
        """Anybody of the school may be told no; the académie may be, too."""
        if not self._is_academy(company._bde_academy()):
            company._bde_check_user_is("staff")

    def _withdraw(self, reason):
        """Takes lines back, for the company changed its mind or it was a mistake.

        :param str reason: kept with the line
        :raise AccessError: another school recorded it, and the user is not of the académie
        :raise UserError: no reason was given
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why it is withdrawn: it stays with the line."))
        self.check_access("read")
        if not all(self.mapped("may_withdraw")):
            raise AccessError(
                self.env._("The school that recorded it withdraws it, or the académie: ask them.")
            )
        # sudo: no role writes opt-outs directly; the right was checked above
        for school, optouts in self.sudo().grouped("school_id").items():
            optouts.write(
                {
                    "active": False,
                    "withdrawn_on": school._bde_today(),
                    "withdraw_reason": reason,
                }
            )

    @api.model
    def _standing(self, company, partners, emails=(), purpose=None):
        """Lines that a school has to respect for these companies and addresses: one query.

        :param company: the school; its own lines and those for all schools count
        :param partners: the companies, legal entities above them included by the caller
        :param emails: addresses as they were typed
        :param str purpose: of ``PURPOSES``; None: whatever the purpose
        :return: lines in sudo
        """
        keys = {key for key in map(address_key, emails) if key}
        domain = Domain("company_id", "in", (company | company._bde_academy()).ids)
        subject = Domain("partner_id", "in", partners.ids)
        if keys:
            subject |= Domain("email_normalized", "in", list(keys))
        if purpose:
            domain &= Domain("purpose", "in", [purpose, False])
        # sudo: every request of a school goes by what it was told, whoever makes it
        return self.sudo().search(domain & subject)

    def action_withdraw(self):
        """Asks why it is withdrawn."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Withdraw a no"),
            "res_model": "bde.optout.withdraw",
            "view_mode": "form",
            "target": "new",
            "context": {"default_optout_id": self.id},
        }
