from odoo import api, models


class IrAttachment(models.Model):
    """A copy of a file names the file that it was made of, in sudo: one that its user may read."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        self._bde_check_originals(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._bde_check_originals([vals])
        return super().write(vals)

    @api.model
    def _bde_check_originals(self, vals_list):
        originals = {vals["original_id"] for vals in vals_list if vals.get("original_id")}
        if originals and not self.env.su:
            self._bde_stop_unreadable(self.browse(originals))
