from odoo import api, models
from odoo.exceptions import AccessError

# what is in a file, and what it belongs to
CONTENT = {
    "raw", "datas", "db_datas", "store_fname", "mimetype", "type", "url", "res_model", "res_id",
    "res_field",
}  # fmt: skip


class IrAttachment(models.Model):
    """A copy of a file names the file that it was made of, in sudo: one that its user may read.

    The file of a field is written by the field: a receipt that was issued, or a photo that
    somebody looked at, would otherwise become another one behind the back of its record.
    """

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        self._bde_check_originals(vals_list)
        if any(vals.get("res_field") for vals in vals_list):
            self._bde_check_of_fields([vals.get("res_model") for vals in vals_list])
        return super().create(vals_list)

    def write(self, vals):
        self._bde_check_originals([vals])
        if not self.env.su and CONTENT & vals.keys():
            # sudo: which field a file belongs to, whoever asks
            files = self.sudo()
            if vals.get("res_field"):
                self._bde_check_of_fields([vals.get("res_model"), *files.mapped("res_model")])
            self._bde_check_of_fields(files.filtered("res_field").mapped("res_model"))
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            # sudo: as above
            files = self.sudo().filtered("res_field")
            self._bde_check_of_fields(files.mapped("res_model"))
        return super().unlink()

    @api.model
    def _bde_check_of_fields(self, res_models):
        """Stops who would change the file of a field of ours without its record.

        :param list res_models: models of the records that the files belong to
        """
        if not self.env.su and any((name or "").startswith("bde.") for name in res_models):
            raise AccessError(
                self.env._("This file belongs to a field: change it on the page of its record.")
            )

    @api.model
    def _bde_check_originals(self, vals_list):
        originals = {vals["original_id"] for vals in vals_list if vals.get("original_id")}
        if originals and not self.env.su:
            self._bde_stop_unreadable(self.browse(originals))
