from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .bde_placement_stay import STAY_STATES
from .bde_stay import Ask


class BdePlacement(models.Model):
    """The link of a stay, sent by hand: the letter was lost, or somebody asks for it."""

    _inherit = "bde.placement"

    def action_send_stay_link(self):
        """Asks to whom of these stays the link of their page is sent.

        :raises UserError: when none of them is signed
        """
        self._check_stay_links()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the link of the page"),
            "res_model": "bde.stay.send",
            "view_mode": "form",
            "target": "new",
            "context": {"default_placement_ids": self.ids},
        }

    def _check_stay_links(self):
        """Stops unless the user keeps or follows these pupils, and their convention is signed."""
        self.check_access("read")
        user = self.env.user
        bureau = user._bde_company_ids("secretary")
        for placement in self:
            if placement.company_id.id not in bureau and placement.referent_id.user_id != user:
                raise AccessError(
                    self.env._("The link is sent by the bureau or by the referent teacher.")
                )
        if not any(placement.state in STAY_STATES for placement in self):
            raise UserError(
                self.env._("The page of a stay opens once its convention is signed by all.")
            )

    def _send_stay_links(self, roles):
        """Sends their link to those who hold these roles, one message a person; constant queries.

        The same minute is once. The caller checked who asks.

        :param roles: among ``host``, ``tutor``, ``student``
        :return: the letters (``bde.stay.letter``), in sudo
        """
        kind = f"hand {fields.Datetime.now():%Y-%m-%d %H:%M}"
        # sudo: no role writes letters; the caller checked who asks
        letters = self.env["bde.stay.letter"].sudo()
        signed = self.filtered(lambda one: one.state in STAY_STATES)
        for company, placements in signed.grouped("company_id").items():
            stay = (
                self.env["bde.stay"]
                .with_company(company)
                .with_context(allowed_company_ids=company.ids)
            )
            asks = [
                Ask(placement, role, kind, placement._hand_line(role))
                for placement in placements
                for role in roles
            ]
            letters |= stay._write(asks)
        return letters

    def _hand_line(self, role):
        """What the message says: the attestation where it is waited for."""
        waits = role == "host" and self.state in ("ended", "interrupted") and not self.attested_on
        start, end = self.date_start, self.date_end

        def text(env):
            if waits:
                return env._(
                    "The stay ended on %(day)s: the attestation waits for your signature.",
                    day=format_date(env, end),
                )
            return env._(
                "Here is your page for the stay from %(start)s to %(end)s: what there is to do"
                " and to know stands there.",
                start=format_date(env, start),
                end=format_date(env, end),
            )

        return text
