from odoo import api, fields, models


class BdeAlumniLetter(models.Model):
    """What was written to an alumnus: nothing leaves twice, what waits may be stopped."""

    _name = "bde.alumni.letter"
    _description = "Letter to an alumnus"
    _inherit = ["bde.letter.log", "bde.kept"]

    alumnus_id = fields.Many2one(
        "bde.alumnus",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    purpose = fields.Char(readonly=True, help="What he may say no to.")
    state = fields.Selection(
        [("queued", "Leaves soon"), ("sent", "Sent"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="queued",
    )

    _once_uniq = models.UniqueIndex("(alumnus_id, kind)")
    _kind_idx = models.Index("(company_id, kind)")


class BdeBounce(models.AbstractModel):
    _inherit = "bde.bounce"

    @api.model
    def _note(self, rows):
        """Letters to alumni that did not arrive show it too."""
        result = super()._note(rows)
        self.env["bde.alumni.letters"]._note_bounces(rows)
        return result
