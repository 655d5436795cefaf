from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bde_partnerships.rules.signer import mask_email, mask_phone

ROLES = ("host", "tutor", "student")
SHOWN = 12


class BdeStaySend(models.TransientModel):
    """To whom the link of a stay is sent by hand."""

    _name = "bde.stay.send"
    _description = "Send the link of a stay"

    placement_ids = fields.Many2many("bde.placement", string="Stays", required=True, readonly=True)
    to_host = fields.Boolean(string="Company", default=True, help="Who signs for the company.")
    to_tutor = fields.Boolean(string="Tutor")
    to_student = fields.Boolean(string="Pupil")
    people = fields.Text(string="It goes to", compute="_compute_people")
    missed = fields.Text(string="To call", compute="_compute_people")

    @api.depends("placement_ids", "to_host", "to_tutor", "to_student")
    def _compute_people(self):
        """Names and masked addresses, each person once."""
        for wizard in self:
            found, missed = {}, {}
            for placement in wizard.placement_ids:
                for role in wizard._roles():
                    # sudo: who holds a role of a stay that the user may read
                    person = placement.sudo()._stay_person(role)
                    if not person:
                        continue
                    address = mask_email(person["email"]) or mask_phone(person["phone"])
                    (found if address else missed)[person["name"]] = address
            wizard.people = wizard._lines([f"{name} ({at})" for name, at in found.items()])
            wizard.missed = wizard._lines(list(missed))

    def _lines(self, names):
        more = len(names) - SHOWN
        if more > 0:
            names = [*names[:SHOWN], self.env._("and %(count)s more", count=more)]
        return "\n".join(names)

    def _roles(self):
        return [role for role in ROLES if self[f"to_{role}"]]

    def action_send(self):
        """Sends the links and says what became of them.

        :raises UserError: when nobody is chosen
        """
        self.ensure_one()
        self.placement_ids._check_stay_links()
        if not self._roles():
            raise UserError(self.env._("Choose to whom the link is sent."))
        letters = self.placement_ids._send_stay_links(self._roles())
        people = len(set(letters.mapped("signer_key")))
        parts = [self.env._("%(count)s message(s) sent.", count=people)]
        if self.missed:
            names = ", ".join(self.missed.splitlines())
            parts.append(self.env._("No address for: %(names)s.", names=names))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": " ".join(parts),
                "type": "success" if people and not self.missed else "warning",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
