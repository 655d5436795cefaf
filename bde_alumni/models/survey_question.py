from odoo import fields, models


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    bde_code = fields.Char(
        string="What it asks", help="Field of the outcome that its answers fill, for our surveys."
    )


class SurveyQuestionAnswer(models.Model):
    _inherit = "survey.question.answer"

    bde_code = fields.Char(string="What it means", help="Value of that field.")
