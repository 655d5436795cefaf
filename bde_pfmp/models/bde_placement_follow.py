from odoo import api, fields, models
from odoo.exceptions import UserError

IN_SIGNATURE = ("to_sign", "partly_signed")
SIGNED = ("signed", "running", "ended", "attested", "closed")


class BdePlacement(models.Model):
    """Who is waited for, and the verbs that a list of placements offers."""

    _inherit = "bde.placement"

    waiting_for = fields.Char(string="Waits for", compute="_compute_waiting_for")
    departure = fields.Selection(
        [
            ("ready", "Leaves: all have signed"),
            ("unsigned", "Stays: signatures are missing"),
            ("no_convention", "Stays: no convention"),
            ("no_host", "Stays: no host"),
            ("interrupted", "Stays: interrupted"),
        ],
        compute="_compute_departure",
        help="A pupil whose convention is not signed by all stays at school.",
    )

    @api.depends("state", "convention_id")
    def _compute_waiting_for(self):
        """Roles that have not signed yet: school life reads them, not the convention."""
        for placement in self:
            placement.waiting_for = (
                # sudo: the roles alone, for whoever reads the placement
                placement.sudo().convention_id.waiting_for
                if placement.state in IN_SIGNATURE
                else False
            )

    @api.depends("state", "host_id")
    def _compute_departure(self):
        for placement in self:
            if placement.state in SIGNED:
                placement.departure = "ready"
            elif placement.state in IN_SIGNATURE:
                placement.departure = "unsigned"
            elif placement.state == "interrupted":
                placement.departure = "interrupted"
            else:
                placement.departure = "no_convention" if placement.host_id else "no_host"

    def _get_next_step(self):
        if self.state in IN_SIGNATURE and self.waiting_for:
            return self.env._("Waiting for: %(roles)s", roles=self.waiting_for)
        return super()._get_next_step()

    def action_send_conventions(self):
        """Sends the conventions of these placements that are checked and not out yet."""
        conventions = self.convention_id.filtered(lambda one: one.state in ("draft", "to_check"))
        if not conventions:
            raise UserError(self.env._("None of these placements has a convention to send."))
        return conventions.action_send()

    def action_remind_signers(self):
        """Sends a fresh link to everybody whose turn it is for these placements."""
        conventions = self.convention_id.filtered(lambda one: one.state in IN_SIGNATURE)
        if not conventions:
            raise UserError(self.env._("Nobody has to sign for these placements."))
        return conventions.action_remind()

    def action_new_host(self):
        """Registers a company and makes it the host of this pupil."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bde_partnerships.action_employer_register"
        )
        action["context"] = {
            "bde_placement_id": self.id,
            "default_company_id": self.company_id.id,
        }
        return action


class BdePeriod(models.Model):
    _inherit = "bde.period"

    def _signature_domain(self):
        conventions = self.env["bde.convention"].search([("period_id", "in", self.ids)])
        return [("document_id", "in", conventions.document_id.ids)]

    def action_view_signatures(self):
        """Who has to sign for these periods, and since when."""
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_signature")
        action["domain"] = self._signature_domain()
        if len(self) == 1:
            action["display_name"] = self.env._("Signatures – %(period)s", period=self.name)
        return action

    def action_remind_signers(self):
        """Reminds everybody whose turn it is in these periods."""
        return (
            self.env["bde.placement"]
            .search([("period_id", "in", self.ids), ("state", "in", IN_SIGNATURE)])
            .action_remind_signers()
        )
