from odoo import api, fields, models
from odoo.exceptions import UserError


class BdeDepartureWizard(models.TransientModel):
    """The head lets pupils leave, or keeps them at school: one reason for all of them."""

    _name = "bde.departure.wizard"
    _description = "Decide who leaves"

    placement_ids = fields.Many2many("bde.placement", string="Pupils", required=True)
    decision = fields.Selection(
        [("release", "Let leave"), ("hold", "Keep at school")], required=True, readonly=True
    )
    reason = fields.Char(
        help="Read by everybody who reads the list of departures: nothing about health."
    )
    possible_text = fields.Text(string="Concerned", compute="_compute_texts")
    obstacles_text = fields.Text(string="Not concerned", compute="_compute_texts")

    @api.depends("placement_ids", "decision")
    def _compute_texts(self):
        for wizard in self:
            placements = wizard.placement_ids
            obstacles = placements._departure_obstacles(wizard.decision)
            missing = placements._departure_missing()
            wizard.possible_text = "\n".join(
                " – ".join(filter(None, (one.student_name, missing[one])))
                for one in placements
                if one not in obstacles
            )
            wizard.obstacles_text = self._lines(obstacles)

    @api.model
    def _lines(self, obstacles):
        return "\n".join(
            self.env._("%(who)s: %(why)s", who=one.student_name, why=why)
            for one, why in obstacles.items()
        )

    def action_confirm(self):
        """Keeps the decision for those it can be taken for.

        :raises UserError: when it can be taken for none of them
        """
        self.ensure_one()
        obstacles = self.placement_ids._departure_obstacles(self.decision)
        if len(obstacles) == len(self.placement_ids):
            raise UserError(
                self.env._("Nothing was decided.\n%(lines)s", lines=self._lines(obstacles))
            )
        self.placement_ids._decide_departure(self.decision, self.reason)
        count = len(self.placement_ids) - len(obstacles)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if obstacles else "success",
                "sticky": bool(obstacles),
                # a notification knows no line breaks
                "message": " • ".join(
                    [
                        self.env._("Decided for %(count)s pupils.", count=count),
                        *self._lines(obstacles).splitlines(),
                    ]
                ),
                # close the dialog, show the list anew
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
