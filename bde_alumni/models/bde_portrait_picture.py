from odoo import api, fields, models
from odoo.exceptions import UserError


class BdePortraitPicture(models.Model):
    """A photo of a portrait: shown where, and until when, its person agreed.

    What is kept is the picture alone: reduced, and without the place, hour and telephone that
    the camera wrote into the file.
    """

    _name = "bde.portrait.picture"
    _description = "Picture of a portrait"
    _inherit = ["bde.owned"]
    _order = "portrait_id, sequence, id"
    _rec_name = "caption"

    portrait_id = fields.Many2one(
        "bde.portrait", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="portrait_id.company_id", store=True, precompute=True, default=None
    )
    sequence = fields.Integer(default=10)
    image = fields.Image(string="Picture", required=True, max_width=1600, max_height=1600)
    caption = fields.Char(help="What is seen, also for those who cannot see it.")
    is_alone = fields.Boolean(
        string="Nobody else can be recognised",
        help="I looked at this picture: nobody but the person of the portrait can be recognised. "
        "Without this statement it is not given to be approved.",
    )
    shown_text = fields.Char(string="Agreed to", compute="_compute_shown_text")

    @api.depends_context("lang")
    @api.depends("portrait_id.state", "portrait_id.consent_ids.state")
    def _compute_shown_text(self):
        words = self.env["bde.portrait"]._use_words()
        for picture in self:
            portrait = picture.portrait_id._origin
            picture.shown_text = ", ".join(
                word
                for use, word in words.items()
                # nothing of it may be shown where the text may not
                if word in (portrait.shown_text or "").split(", ")
                and portrait._stands(picture._origin, use, portrait.company_id._bde_today())
            )

    @api.model_create_multi
    def create(self, vals_list):
        pictures = super().create([self._plain_vals(vals) for vals in vals_list])
        pictures._check_draft()
        return pictures

    def write(self, vals):
        if {"image", "caption", "portrait_id"} & vals.keys():
            self._check_draft()
        return super().write(self._plain_vals(vals))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_read(self):
        # a picture that is taken away was agreed to no less: the others stay as they are
        if not self.env.su:
            self.filtered(
                lambda one: one.portrait_id.state in ("to_approve", "approved")
            )._check_draft()

    def _check_draft(self):
        if not self.env.su:
            self.portrait_id._check_draft()

    @api.model
    def _plain_vals(self, vals):
        """Values with the photo made plain; another photo has to be looked at again."""
        vals = dict(vals)
        if vals.get("image"):
            vals["image"] = self.env["bde.tax.picture"]._plain_image(vals["image"])
            vals.setdefault("is_alone", False)
        return vals

    def _check_alone(self):
        if self.filtered(lambda one: not one.is_alone):
            raise UserError(
                self.env._(
                    "Look at each picture first, and tick that nobody else can be recognised on "
                    "it; take the others away."
                )
            )
