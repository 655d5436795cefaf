from odoo import api, fields, models


class BdeStayLetter(models.Model):
    """What was written to whom about a stay: no letter leaves twice."""

    _name = "bde.stay.letter"
    _description = "Letter about a stay"
    _inherit = ["bde.letter.log"]

    placement_id = fields.Many2one(
        "bde.placement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    person_ref = fields.Char(required=True, readonly=True)
    role = fields.Selection(
        [("host", "Company"), ("tutor", "Tutor"), ("student", "Pupil")],
        required=True,
        readonly=True,
    )

    _once_uniq = models.UniqueIndex("(placement_id, person_ref, kind)")
    # each page of a stay asks what its reader was told of; letters of years stand here
    _person_idx = models.Index("(person_ref, company_id)")
    _kind_idx = models.Index("(company_id, kind)")


class BdeBounce(models.AbstractModel):
    _inherit = "bde.bounce"

    @api.model
    def _note(self, rows):
        """Letters about stays that did not arrive show it too."""
        result = super()._note(rows)
        self.env["bde.stay"]._note_bounces(rows)
        return result
