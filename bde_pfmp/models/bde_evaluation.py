from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .bde_grid import SECTIONS

# What nobody types over once it was handed in.
LOCKED = {"grid_id", "placement_id", "view", "author", "source", "answer_ids", "appreciation"}
# Set by the verbs alone.
VERB_FIELDS = {"state", "submitted_on", "changed_on", "person_ref", "active", "set_aside_reason"}


class BdeEvaluation(models.Model):
    """What one person says of one stay, line by line of a grid.

    Two tutors who answer make two evaluations, shown side by side: none wins over the other.
    """

    _name = "bde.evaluation"
    _description = "Evaluation of a placement"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "placement_id, view, submitted_on desc, id desc"

    placement_id = fields.Many2one(
        "bde.placement", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="placement_id.company_id", store=True, precompute=True, default=None
    )
    school_year_id = fields.Many2one(
        related="placement_id.school_year_id", store=True, precompute=True
    )
    student_id = fields.Many2one(related="placement_id.student_id", string="Pupil")
    division_id = fields.Many2one(
        related="placement_id.division_id", string="Class", store=True, precompute=True, index=True
    )
    grid_id = fields.Many2one(
        "bde.grid", required=True, index=True, ondelete="restrict", check_company=True
    )
    kind = fields.Selection(related="grid_id.kind")
    view = fields.Selection(
        [("tutor", "Tutor"), ("teacher", "Teacher with the tutor"), ("self", "Pupil")],
        string="Who judges",
        required=True,
        default="tutor",
    )
    author = fields.Char(help="Name of who gave the answers.")
    source = fields.Selection(
        [
            ("link", "By link"),
            ("call", "On the telephone"),
            ("visit", "At the visit"),
            ("paper", "Received on paper"),
        ],
        string="How",
        required=True,
        default="call",
    )
    person_ref = fields.Char(readonly=True, copy=False, help="Whose link it was filled in by.")
    user_id = fields.Many2one(
        "res.users", string="Typed by", readonly=True, copy=False, ondelete="set null"
    )
    answer_ids = fields.One2many("bde.evaluation.answer", "evaluation_id", string="Answers")
    answered_count = fields.Integer(string="Lines answered", compute="_compute_answered_count")
    appreciation = fields.Text(string="General appreciation")
    state = fields.Selection(
        [("draft", "Begun"), ("submitted", "Handed in")],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
    )
    submitted_on = fields.Datetime(string="Handed in on", readonly=True, copy=False)
    changed_on = fields.Datetime(
        string="Corrected on", readonly=True, copy=False, help="After it was handed in."
    )
    active = fields.Boolean(default=True)
    set_aside_reason = fields.Char(
        string="Why set aside", readonly=True, copy=False, help="It counts no more, nor is shown."
    )

    _person_uniq = models.UniqueIndex(
        "(placement_id, grid_id, person_ref, author) WHERE person_ref IS NOT NULL AND active"
    )
    _company_year_idx = models.Index("(company_id, school_year_id, state)")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("placement_id.display_name", "author", "view")
    def _compute_display_name(self):
        views = dict(self._fields["view"]._description_selection(self.env))
        for evaluation in self:
            who = evaluation.author or views.get(evaluation.view)
            parts = (evaluation.placement_id.display_name, who)
            evaluation.display_name = " – ".join(part for part in parts if part)

    @api.depends("answer_ids.level_id", "answer_ids.not_seen")
    def _compute_answered_count(self):
        for evaluation in self:
            answered = evaluation.answer_ids.filtered(lambda one: one.level_id or one.not_seen)
            evaluation.answered_count = len(answered)

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.constrains("grid_id", "view", "source")
    def _check_kind(self):
        """A certifying grid is the teacher's with the tutor, never filled in by a link."""
        kinds = {"tutor": "formative", "teacher": "certifying", "self": "self"}
        for evaluation in self:
            if kinds[evaluation.view] != evaluation.grid_id.kind:
                raise ValidationError(
                    self.env._(
                        "The grid “%(grid)s” is not made for who judges here.",
                        grid=evaluation.grid_id.name,
                    )
                )
            if evaluation.view == "teacher" and evaluation.source == "link":
                raise ValidationError(
                    self.env._(
                        "A certifying grid is filled in by the teacher with the tutor, "
                        "at the visit."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [self._prepare_by_staff(vals) for vals in vals_list]
        return super().create(vals_list)

    @api.model
    def _prepare_by_staff(self, vals):
        """What staff type is theirs: a call, a visit, a sheet of paper, never a link."""
        if vals.keys() & VERB_FIELDS or vals.get("source") == "link" or vals.get("view") == "self":
            raise AccessError(
                self.env._(
                    "Staff note what they were told: on the telephone, at the visit or on paper."
                )
            )
        return vals | {"user_id": self.env.uid}

    def write(self, vals):
        if not self.env.su:
            self._check_staff_write(vals)
        return super().write(vals)

    def _check_staff_write(self, vals):
        if vals.keys() & VERB_FIELDS:
            raise AccessError(self.env._("These fields follow from the buttons."))
        if vals.keys() & LOCKED:
            self._check_typed_by_staff()

    def _check_typed_by_staff(self):
        """The words of a tutor or a pupil are theirs; what was handed in is reopened first."""
        if self.filtered(lambda one: one.source == "link"):
            raise AccessError(
                self.env._("This was answered by link: only its author changes the answers.")
            )
        if self.filtered(lambda one: one.state == "submitted"):
            raise UserError(self.env._("It was handed in: reopen it to correct the answers."))

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if not self.env.su and self.filtered(lambda one: one.state == "submitted"):
            raise UserError(
                self.env._("What was handed in is kept: set it aside with a reason instead.")
            )

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def _submit(self):
        """Hands it in; a second time is a correction."""
        now = fields.Datetime.now()
        for evaluation in self:
            again = evaluation.submitted_on
            # sudo: the state is written by this verb alone; the caller was checked
            evaluation.sudo().write(
                {"state": "submitted", "changed_on": now}
                if again
                else {"state": "submitted", "submitted_on": now}
            )

    def action_reopen(self):
        """Opens what staff typed for a correction; the day of the first handing in stays."""
        self.check_access("write")
        if self.filtered(lambda one: one.source == "link"):
            self._check_typed_by_staff()
        # sudo: the state is written by the verbs alone
        self.sudo().state = "draft"

    def _set_aside(self, reason):
        """An answer that counts no more, for instance about somebody else's trainee.

        :param str reason: listed with it
        """
        self.check_access("write")
        self.company_id._bde_check_user_is("secretary")
        # sudo: set aside by this verb alone
        self.sudo().write({"active": False, "set_aside_reason": reason})

    def action_take_back(self):
        """What was set aside counts again."""
        self.check_access("write")
        self.company_id._bde_check_user_is("secretary")
        # sudo: set aside and taken back by the verbs alone
        self.sudo().write({"active": True, "set_aside_reason": False})


class BdeEvaluationAnswer(models.Model):
    """The level given to one line; "not seen" is an answer too.

    The wording is kept with it, so that an evaluation reads the same for ever.
    """

    _name = "bde.evaluation.answer"
    _description = "Answer to a line of a grid"
    _inherit = ["bde.owned"]
    _order = "evaluation_id, sequence, id"

    evaluation_id = fields.Many2one(
        "bde.evaluation", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="evaluation_id.company_id", store=True, precompute=True, default=None
    )
    sequence = fields.Integer()
    item_id = fields.Many2one(
        "bde.grid.item", index="btree_not_null", ondelete="restrict", check_company=True
    )
    activity_id = fields.Many2one(
        "bde.training.activity",
        string="Of the convention",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="A competence or a task that the convention of the pupil names.",
    )
    section = fields.Selection(SECTIONS, required=True, default="competence")
    code = fields.Char()
    name = fields.Char(string="Label", required=True)
    level_id = fields.Many2one(
        "bde.grid.level", ondelete="restrict", check_company=True
    )
    not_seen = fields.Boolean(string="Not seen")

    _item_uniq = models.UniqueIndex("(evaluation_id, item_id) WHERE item_id IS NOT NULL")
    _activity_uniq = models.UniqueIndex(
        "(evaluation_id, activity_id) WHERE activity_id IS NOT NULL"
    )

    @api.constrains("level_id", "not_seen", "section", "evaluation_id")
    def _check_level(self):
        for answer in self:
            scale = answer.level_id.scale_id
            grid = answer.evaluation_id.grid_id
            if scale and (scale.grid_id != grid or scale.section != answer.section):
                raise ValidationError(
                    self.env._("%(line)s: this level is of another grid.", line=answer.name)
                )
            if answer.level_id and answer.not_seen:
                raise ValidationError(
                    self.env._("%(line)s: a level, or not seen, not both.", line=answer.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        answers = super().create(vals_list)
        if not self.env.su:
            answers.evaluation_id._check_typed_by_staff()
        return answers

    def write(self, vals):
        if not self.env.su:
            self.evaluation_id._check_typed_by_staff()
            if "evaluation_id" in vals and any(
                one.evaluation_id.id != vals["evaluation_id"] for one in self
            ):
                raise AccessError(self.env._("An answer stays in its evaluation."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_locked(self):
        if not self.env.su:
            self.evaluation_id._check_typed_by_staff()
