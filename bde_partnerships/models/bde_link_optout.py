from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..rules.purposes import PURPOSES
from ..rules.solicitation import address_key

# A letter is found again years later: its "no" is still heard.
OPTOUT_LINK_DAYS = 3650
CHANGES_PER_DAY = 60


class BdeLink(models.Model):
    """The address at the foot of each request, by which a company says no, or yes again.

    Each letter has its own; the row says to whom, about what and on which day it was sent.
    """

    _inherit = "bde.link"

    purpose = fields.Selection(
        selection_add=[("optout", "Say no to requests")], ondelete={"optout": "cascade"}
    )
    asked_for = fields.Selection(PURPOSES, string="Asked for", readonly=True)
    asked_on = fields.Date(string="Sent on", readonly=True, help="Day at the school.")

    def _paths(self):
        return super()._paths() | {"optout": "o"}

    def action_revoke(self):
        """A company may always say no: the links by which it does are not closed by hand."""
        return super(BdeLink, self.filtered(lambda link: link.purpose != "optout")).action_revoke()

    @api.model
    def _mint_optouts(self, company, purpose, recipients):
        """Links of the letters of one sending.

        :param company: the school that writes
        :param str purpose: what it asks for
        :param recipients: (employer, name, email, lang) of each letter
        :return: list of (link, token)
        """
        today = company._bde_today()
        return self._mint(
            [
                {
                    "company_id": company.id,
                    "purpose": "optout",
                    "res_model": "res.partner",
                    "res_id": employer.id,
                    "signer_key": address_key(email),
                    "name": name,
                    "email": email,
                    "lang": lang,
                    "channel": "email",
                    "asked_for": purpose,
                    "asked_on": today,
                    "expires_on": fields.Datetime.now() + timedelta(days=OPTOUT_LINK_DAYS),
                }
                for employer, name, email, lang in recipients
            ]
        )

    @api.model
    def _asked_today(self, company, purpose, keys):
        """Those of these addresses that the school asked for this today: one query."""
        # sudo: to whom the school wrote, whoever of it asks
        links = self.sudo().search_fetch(
            [
                ("company_id", "=", company.id),
                ("signer_key", "in", list(keys)),
                ("purpose", "=", "optout"),
                ("asked_for", "=", purpose),
                ("asked_on", "=", company._bde_today()),
            ],
            ["signer_key"],
        )
        return set(links.mapped("signer_key"))

    # ------------------------------------------------------------
    # THE PAGE. In sudo and in the company of the link, see _find()
    # ------------------------------------------------------------

    def _optout_employer(self):
        """The company that the letter went to; empty once it is gone."""
        self.ensure_one()
        return self.env["res.partner"].browse(self.res_id).exists()

    def _optout_lines(self):
        """What holds for this company and this person at this school.

        :return: (lines of this person's own links, the others)
        """
        lines = self.env["bde.optout"]._standing(
            self.company_id, self._optout_employer(), [self.email]
        )
        key = address_key(self.email)
        own = lines.filtered(lambda o: o.source == "link" and o.link_email == key)
        return own, lines - own

    def _optout_values(self):
        """What the page shows; what was chosen before is ticked.

        :rtype: dict
        """
        own, others = self._optout_lines()
        purposes = set(own.mapped("purpose"))
        is_person = bool(own) and not own.partner_id
        labels = self.env["bde.optout"]._fields["purpose"]._description_selection(self.env)
        return {
            "link": self,
            "company": self.company_id,
            "employer": self._optout_employer(),
            "own": own,
            "others": others,
            "purposes": labels,
            "chosen": {
                "everything": False in purposes,
                # at first, what the letter was about
                "purposes": purposes - {False} if own else {self.asked_for},
                "who": "person" if is_person else "company",
                "where": "all" if any(own.mapped("everywhere")) else "school",
            },
        }

    def _optout_apply(self, form):
        """Makes what holds the same as what was chosen on the page; nothing ticked: yes again.

        :param dict form: ``what`` (list), ``who``, ``where``
        :return: ``saved``, ``empty`` (nothing chosen and nothing to take back) or ``busy``
        """
        self.ensure_one()
        self.env["bde.document"]._lock_rows(self)
        known = {purpose for purpose, _label in PURPOSES}
        wanted = {purpose for purpose in form["what"] if purpose in known}
        everything = "all" in form["what"]
        own, _others = self._optout_lines()
        if not wanted and not everything and not own:
            return "empty"
        if self._optout_changes_today() >= CHANGES_PER_DAY:
            return "busy"
        kept = own.browse()
        if wanted or everything:
            employer = self._optout_employer()
            person = form["who"] == "person" or not employer
            kept = own._record(
                self.company_id,
                partner=None if person else employer,
                email=self.email if person else None,
                purposes=() if everything else sorted(wanted),
                everywhere=form["where"] == "all",
                source="link",
                link_email=self.email,
            )
        if gone := own - kept:
            gone._withdraw(self.env._("Taken back by themselves, by the link"))
        self._optout_tell(kept - own)
        return "saved"

    def _optout_changes_today(self):
        """Lines that the links of this person made today: a robot has no business here."""
        return (
            self.env["bde.optout"]
            .with_context(active_test=False)
            .search_count(
                Domain("link_email", "=", address_key(self.email))
                & Domain("date", "=", self.company_id._bde_today()),
                limit=CHANGES_PER_DAY,
            )
        )

    def _optout_tell(self, lines):
        """Notes on the page of the company at the school that it said no by the link."""
        employer = self._optout_employer()
        relation = self.env["bde.relation"].search(
            [("company_id", "=", self.company_id.id), ("partner_id", "=", employer.id)]
        )
        if not lines or not relation:
            return
        relation._message_log(
            body=self.env._(
                "%(name)s says no by the link of a letter: %(what)s. %(scope)s.",
                name=self.name or self.email,
                what=", ".join(lines.mapped("what")),
                scope=lines[:1].scope,
            )
        )
