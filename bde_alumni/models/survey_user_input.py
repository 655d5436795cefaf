from odoo import fields, models


class SurveyUserInput(models.Model):
    """Answers of a leaver carry his school: the wall stands, though no role reads them."""

    _inherit = "survey.user_input"

    company_id = fields.Many2one("res.company", string="School", index="btree_not_null")
    bde_line_id = fields.Many2one(
        "bde.alumni.wave.line",
        string="Leaver asked",
        index="btree_not_null",
        ondelete="cascade",
        groups=fields.NO_ACCESS,
    )


class SurveyUserInputLine(models.Model):
    _inherit = "survey.user_input.line"

    company_id = fields.Many2one(related="user_input_id.company_id", store=True)
