from odoo import fields, models


class BdeSiteFact(models.Model):
    """What a company may answer to what its trainees said: a list of facts, never a text."""

    _name = "bde.site.fact"
    _description = "Fact that a company answers"
    _order = "sequence, id"

    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)

    _code_uniq = models.Constraint("UNIQUE(code)", "This fact is in the list already.")


class BdeSiteReply(models.Model):
    """The fact that a company answers on a theme; all schools read it.

    Nobody is named: neither who answered, nor through which school's page.
    """

    _name = "bde.site.reply"
    _description = "Answer of a company about its quality"
    _inherit = ["bde.unsigned"]
    _order = "partner_id, id"
    _rec_name = "question_id"

    partner_id = fields.Many2one(
        "res.partner", string="Company", required=True, readonly=True, index=True,
        ondelete="cascade",
    )  # fmt: skip
    question_id = fields.Many2one(
        "bde.question", string="Theme", required=True, readonly=True, ondelete="cascade"
    )
    fact_id = fields.Many2one(
        "bde.site.fact", string="Answer", required=True, readonly=True, ondelete="restrict"
    )
    date = fields.Date(required=True, readonly=True, default=fields.Date.context_today)

    _partner_question_uniq = models.Constraint(
        "UNIQUE(partner_id, question_id)", "The company answered on this theme already."
    )
