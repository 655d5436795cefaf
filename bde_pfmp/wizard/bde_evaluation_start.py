from odoo import api, fields, models
from odoo.exceptions import UserError


class BdeEvaluationStart(models.TransientModel):
    """Begins a grid that staff fill in: on the telephone, at the visit, or from a sheet."""

    _name = "bde.evaluation.start"
    _description = "Begin an evaluation"

    placement_id = fields.Many2one("bde.placement", required=True, readonly=True)
    source = fields.Selection(
        [("call", "On the telephone"), ("visit", "At the visit"), ("paper", "Received on paper")],
        string="How",
        required=True,
        default="visit",
    )
    choice_ids = fields.Many2many("bde.grid", compute="_compute_choice_ids")
    grid_id = fields.Many2one(
        "bde.grid",
        compute="_compute_grid_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', choice_ids)]",
        help="A certifying grid is filled in by the teacher with the tutor, at the visit.",
    )
    author = fields.Char(
        string="Who answers", compute="_compute_author", store=True, readonly=False
    )
    begun_id = fields.Many2one("bde.evaluation", compute="_compute_begun_id")

    def _kinds(self):
        return ("certifying", "formative") if self.source == "visit" else ("formative",)

    @api.depends("placement_id", "source")
    def _compute_choice_ids(self):
        Grid = self.env["bde.grid"]
        for wizard in self:
            wizard.choice_ids = Grid.union(
                *(
                    Grid._choices_for(wizard.placement_id, kind).get(wizard.placement_id, Grid)
                    for kind in wizard._kinds()
                )
            )

    @api.depends("choice_ids")
    def _compute_grid_id(self):
        """The certifying grid made for the training first, else the tutor's."""
        for wizard in self:
            kinds = wizard._kinds()
            best = wizard.choice_ids.sorted(lambda grid, k=kinds: k.index(grid.kind))
            wizard.grid_id = best[:1]

    @api.depends("placement_id", "grid_id")
    def _compute_author(self):
        """The tutor; the teacher with him for a certifying grid."""
        for wizard in self:
            names = [wizard.placement_id.tutor_id.name]
            if wizard.grid_id.kind == "certifying":
                names.insert(0, self.env.user.name)
            wizard.author = ", ".join(filter(None, names))

    @api.depends("placement_id", "grid_id")
    def _compute_begun_id(self):
        for wizard in self:
            wizard.begun_id = wizard._begun()

    def _begun(self):
        """The draft that staff began with this grid."""
        return self.placement_id.evaluation_ids.filtered(
            lambda one: (
                one.grid_id == self.grid_id and one.state == "draft" and one.source != "link"
            )
        )[:1]

    def action_begin(self):
        """Opens the grid on its page, a phone's as well; what was begun goes on.

        :raises UserError: no grid is in use for this training
        """
        self.ensure_one()
        if not self.grid_id:
            raise UserError(
                self.env._(
                    "No grid is in use for this training: see Configuration, Evaluation grids."
                )
            )
        placement = self.placement_id
        placement.check_access("read")
        evaluation = self._begun()
        if evaluation:
            evaluation.author = self.author or evaluation.author
        else:
            evaluation = self.env["bde.evaluation"].create(
                {
                    "placement_id": placement.id,
                    "grid_id": self.grid_id.id,
                    "view": "teacher" if self.grid_id.kind == "certifying" else "tutor",
                    "source": self.source,
                    "author": self.author or "",
                }
            )
        return evaluation.action_fill()
