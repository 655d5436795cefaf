from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def write(self, vals):
        # core lets a free activity move onto any record, and shows that record's name
        if not self.env.su and vals.keys() & {"res_id", "res_model", "res_model_id"}:
            for activity in self:
                held = {"res_id": activity.res_id, "res_model": activity.res_model}
                if "res_model_id" in vals and "res_model" not in vals:
                    # sudo: the name of a model
                    model = self.env["ir.model"].sudo().browse(vals["res_model_id"]).model
                    held["res_model"] = model
                activity._bde_check_targets(held | vals)
        return super().write(vals)
