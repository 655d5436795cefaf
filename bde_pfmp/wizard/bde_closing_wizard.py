from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.bde_closing import REASONS


class BdeClosingWizard(models.TransientModel):
    """Closes one stay or a class: what each lacks, and why it is closed nevertheless."""

    _name = "bde.closing.wizard"
    _description = "Close stays"

    placement_ids = fields.Many2many("bde.placement", string="Stays", required=True, readonly=True)
    ready_count = fields.Integer(compute="_compute_counts")
    lacking_count = fields.Integer(compute="_compute_counts")
    refused_count = fields.Integer(compute="_compute_counts")
    lacking = fields.Html(compute="_compute_counts", sanitize=False)
    refused = fields.Html(compute="_compute_counts", sanitize=False)
    with_lacking = fields.Boolean(
        string="Close also those that lack something",
        compute="_compute_with_lacking",
        store=True,
        readonly=False,
    )
    reason = fields.Selection(REASONS)
    note = fields.Text(string="Details", help="Facts only: no health, no opinion.")

    def _sorted_out(self):
        """(ready, {placement: sentences}, {placement: sentence})"""
        refused = self.placement_ids._closing_refusals()
        rest = self.placement_ids.filtered(lambda one: one not in refused)
        obstacles = {one: found for one, found in rest._closing_obstacles().items() if found}
        return rest.filtered(lambda one: one not in obstacles), obstacles, refused

    @api.depends("placement_ids")
    def _compute_counts(self):
        for wizard in self:
            ready, obstacles, refused = wizard._sorted_out()
            wizard.ready_count = len(ready)
            wizard.lacking_count = len(obstacles)
            wizard.refused_count = len(refused)
            wizard.lacking = wizard._list(
                {one: " ".join(sentences) for one, sentences in obstacles.items()}
            )
            wizard.refused = wizard._list(refused)

    @api.depends("placement_ids")
    def _compute_with_lacking(self):
        """Where nothing can be closed at once, those that were chosen are meant."""
        for wizard in self:
            wizard.with_lacking = not wizard.ready_count

    def _list(self, texts):
        rows = Markup("").join(
            Markup("<li><b>%s</b> %s</li>") % (placement.student_name, text)
            for placement, text in texts.items()
        )
        return rows and Markup("<ul class='mb-0'>%s</ul>") % rows

    def action_close(self):
        """Closes those that are ready, and with a reason the others too.

        :raises UserError: when nothing can be closed
        """
        self.ensure_one()
        ready, obstacles, _refused = self._sorted_out()
        todo = ready
        if self.with_lacking and obstacles:
            if not self.reason:
                raise UserError(self.env._("Choose the reason."))
            if self.reason == "other" and not (self.note or "").strip():
                raise UserError(self.env._("Say in a few words what the other reason is."))
            todo |= todo.union(*obstacles)
        if not todo:
            raise UserError(self.env._("Nothing to close: each of these stays lacks something."))
        todo._close(self.reason, self.note)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._(
                    "Stays closed: %(count)s. Left open: %(left)s.",
                    count=len(todo),
                    left=len(self.placement_ids) - len(todo),
                ),
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
