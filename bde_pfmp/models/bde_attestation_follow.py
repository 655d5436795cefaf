from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.bde_partnerships.models.bde_bounce import DEAD

from .bde_stay import FOLLOWED, Ask

# The état liquidatif of the allowance is due two months after the end of the stay
DUE = relativedelta(months=2)
SOON_DAYS = 15


class BdePlacement(models.Model):
    """Attestations are chased until they are back, before the état liquidatif is due."""

    _inherit = "bde.placement"

    attestation_due_on = fields.Date(
        string="Attestation due on",
        compute="_compute_attestation_due_on",
        store=True,
        precompute=True,
        index=True,
        help="Two months after the last day: the état liquidatif of the allowance.",
    )
    attested_on = fields.Date(
        related="convention_id.attestation_on",
        string="Attestation back on",
        store=True,
        precompute=True,
    )
    attestation_days_left = fields.Integer(
        string="Days left for the attestation", compute="_compute_attestation_days_left"
    )
    # sudo: days on which letters left, for lists of who reads no letters
    attestation_asked_on = fields.Date(
        string="Host asked on", compute="_compute_attestation_asked", compute_sudo=True
    )
    attestation_to_call = fields.Boolean(
        string="To call",
        compute="_compute_attestation_asked",
        compute_sudo=True,
        search="_search_attestation_to_call",
        help="The letters brought nothing, or there is no address to write to.",
    )

    @api.depends("date_end")
    def _compute_attestation_due_on(self):
        for placement in self:
            end = placement.date_end
            placement.attestation_due_on = end and end + DUE

    @api.depends("attestation_due_on", "attested_on")
    def _compute_attestation_days_left(self):
        today = {company: company._bde_today() for company in self.company_id}
        for placement in self:
            due = placement.attestation_due_on
            waits = due and not placement.attested_on
            placement.attestation_days_left = (
                (due - today[placement.company_id]).days if waits else 0
            )

    @api.depends("attested_on", "signatory_id.email", "signatory_id.phone")
    def _compute_attestation_asked(self):
        letters = self._attestation_letters()
        to_call = self.filtered_domain(self._attestation_domain())
        for placement in self:
            sent = letters.get(placement._origin, ())
            company = placement.company_id
            placement.attestation_asked_on = (
                company._bde_date_of(max(letter.sent_on for letter in sent)) if sent else False
            )
            signatory = placement.signatory_id
            placement.attestation_to_call = placement in to_call and (
                not (signatory.email or signatory.phone)
                or any(one.kind == "end_10" or one.bounce_reason in DEAD for one in sent)
            )

    def _attestation_letters(self):
        """Letters that asked the hosts of these stays: {placement: letters}."""
        rows = self.env["bde.stay.letter"].search_fetch(
            [("placement_id", "in", self._origin.ids), ("role", "=", "host"),
             "|", ("kind", "=like", "end%"), ("kind", "=like", "hand%")],
            ["placement_id", "kind", "sent_on", "bounce_reason"],
        )  # fmt: skip
        return rows.grouped("placement_id")

    @api.model
    def _attestation_domain(self):
        """Stays that are over and whose attestation is not back."""
        return Domain("state", "in", ("ended", "interrupted")) & Domain("attested_on", "=", False)

    def _search_attestation_to_call(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: which placements, that the reader's rules filter again
        letters = self.env["bde.stay.letter"].sudo()._search(
            [("company_id", "in", self.env.companies.ids), ("role", "=", "host"),
             "|", ("kind", "=", "end_10"),
             "&", ("kind", "=like", "end%"), ("bounce_reason", "in", DEAD)]
        )  # fmt: skip
        found = self._attestation_domain() & Domain.OR(
            [
                Domain("id", "in", letters.subselect("placement_id")),
                Domain("signatory_id", "any!", [("email", "=", False), ("phone", "=", False)]),
            ]
        )
        return found if True in value else ~found

    def _get_next_step(self):
        """What to do about an attestation that does not come."""
        if self.state in ("ended", "interrupted") and self.attested_on:
            return self.env._("Close the stay")
        if self.state == "attested":
            return self.env._("Close the stay")
        return super()._get_next_step()


class BdeStay(models.AbstractModel):
    _inherit = "bde.stay"

    @api.model
    def _asks(self, company, today):
        """The attestation: the day before the end, then 3 and 10 days after it."""
        asks = super()._asks(company, today)
        for placement, kind in self._ending(company, today).items():
            if kind and placement.state in FOLLOWED and not placement.attested_on:
                asks.append(Ask(placement, "host", kind, _line(placement.date_end, kind)))
        return asks


def _line(last_day, kind):
    """What the letter says, in the language of its reader."""

    def text(env):
        day = format_date(env, last_day)
        if kind == "end":
            return env._(
                "The stay ends on %(day)s: sign the attestation on your page from that day on."
                " The days are filled in already, it takes a minute.",
                day=day,
            )
        if kind == "end_3":
            return env._(
                "The stay ended on %(day)s: the attestation waits for your signature.", day=day
            )
        return env._(
            "The attestation is still missing. Without it the pupil is not paid the allowance of"
            " the State: please sign it before %(due)s.",
            due=format_date(env, last_day + DUE - timedelta(days=SOON_DAYS)),
        )

    return text
