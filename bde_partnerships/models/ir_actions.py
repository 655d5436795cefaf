from odoo import fields, models


class IrActionsActWindowView(models.Model):
    _inherit = "ir.actions.act_window.view"

    view_mode = fields.Selection(
        selection_add=[("bde_map", "Map")], ondelete={"bde_map": "cascade"}
    )


class IrActionsActWindow(models.Model):
    _inherit = "ir.actions.act_window"

    def _bde_add_map(self):
        """Adds the map to these actions, before their form: whatever views they have."""
        for action in self:
            modes = [mode for mode in action.view_mode.split(",") if mode != "bde_map"]
            at = modes.index("form") if "form" in modes else len(modes)
            action.view_mode = ",".join([*modes[:at], "bde_map", *modes[at:]])
