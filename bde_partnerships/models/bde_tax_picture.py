import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import pictures


class BdeTaxPicture(models.Model):
    """A photo of what was bought; it leaves the school once somebody looked at who is on it.

    What is kept is the picture alone: reduced, and without the place, hour and telephone that
    the camera wrote into the file.
    """

    _name = "bde.tax.picture"
    _description = "Picture of what was bought"
    _inherit = ["bde.owned"]
    _order = "use_id, sequence, id"
    _rec_name = "caption"

    use_id = fields.Many2one(
        "bde.tax.use",
        string="What was bought",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="use_id.company_id", store=True, precompute=True, default=None
    )
    sequence = fields.Integer(default=10)
    image = fields.Image(string="Picture", required=True, max_width=1600, max_height=1600)
    caption = fields.Char(help="What is seen, also for those who cannot see it.")
    checked = fields.Boolean(
        string="No minor can be recognised",
        copy=False,
        help="I looked at this picture: no minor can be recognised on it. Without this statement "
        "it appears in no letter and on no page.",
    )
    checked_on = fields.Datetime(string="Stated on", readonly=True, copy=False)
    checked_by_id = fields.Many2one(
        "res.users",
        string="Stated by",
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._plain_vals(vals, new=True) for vals in vals_list])

    def write(self, vals):
        vals = self._plain_vals(vals)
        result = super().write(vals)
        if vals.get("checked") is False or "image" in vals:
            self._forget_addresses(self, "image")
        return result

    @api.model
    def _forget_addresses(self, records, field):
        """Takes back the addresses of pictures that letters held.

        The file of a field stays the same record when its picture changes: whoever kept an old
        letter would see the new one, of which nobody stated anything.

        :param records: those whose picture changed, or may not be shown any more
        :param str field: name of the picture
        """
        # sudo: files of fields; the right to write the picture was checked
        files = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("res_field", "=", field),
                    ("access_token", "!=", False),
                ]
            )
        )
        files.write({"access_token": False})

    @api.model
    def _plain_vals(self, vals, new=False):
        """Values with the photo made plain, and the statement signed by who makes it.

        Another photo has to be looked at again: a statement that comes with it counts.
        """
        vals = {k: v for k, v in vals.items() if k not in ("checked_on", "checked_by_id")}
        if vals.get("image"):
            vals["image"] = self._plain_image(vals["image"])
            vals.setdefault("checked", False)
        if "checked" in vals or new:
            stated = bool(vals.get("checked"))
            vals["checked_on"] = fields.Datetime.now() if stated else False
            vals["checked_by_id"] = self.env.uid if stated else False
        return vals

    @api.model
    def _plain_image(self, data):
        """The photo, reduced, without what the camera wrote into it.

        :param data: base64
        :raises UserError: it is no photo, or too large
        """
        try:
            return base64.b64encode(pictures.plain_photo(base64.b64decode(data)))
        except (pictures.PictureError, binascii.Error) as error:
            raise UserError(self._picture_refusal(str(error))) from error

    @api.model
    def _picture_refusal(self, code):
        if code == "size":
            return self.env._("This picture is too large: at most 15 MB and 60 million points.")
        return self.env._(
            "This file is no picture that can be shown: use a JPEG or PNG photo (on an iPhone, "
            "choose “Most compatible” in the settings of the camera)."
        )

    def _showable(self):
        """Those of these pictures that may leave the school."""
        return self.filtered("checked")
