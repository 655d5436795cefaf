from odoo import api, fields, models


class BdePlacement(models.Model):
    """What was said of the pupil at the end of his stay."""

    _inherit = "bde.placement"

    evaluation_ids = fields.One2many("bde.evaluation", "placement_id", string="Evaluations")
    evaluation_state = fields.Selection(
        [("none", "No answer"), ("draft", "Begun"), ("submitted", "Handed in")],
        string="Evaluation by the tutor",
        compute="_compute_evaluation_state",
        store=True,
        precompute=True,
        help="By the tutor, or by the teacher with him; the pupil's own is counted apart.",
    )
    self_evaluation_state = fields.Selection(
        [("none", "No answer"), ("draft", "Begun"), ("submitted", "Handed in")],
        string="Self-evaluation",
        compute="_compute_evaluation_state",
        store=True,
        precompute=True,
    )

    @api.depends("evaluation_ids.state", "evaluation_ids.active", "evaluation_ids.view")
    def _compute_evaluation_state(self):
        for placement in self:
            own = placement.evaluation_ids.filtered(lambda one: one.view == "self")
            placement.evaluation_state = (placement.evaluation_ids - own)._furthest()
            placement.self_evaluation_state = own._furthest()

    def _evaluation_state(self):
        """Where the evaluation by the tutor stands: ``none``, ``draft`` or ``submitted``.

        Given by the tutor, noted from a call, or filled in by the teacher with him.
        """
        self.ensure_one()
        return self.evaluation_state or "none"


class BdeEvaluation(models.Model):
    _inherit = "bde.evaluation"

    def _furthest(self):
        states = set(self.filtered("active").mapped("state"))
        return next((state for state in ("submitted", "draft") if state in states), "none")
