from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..models.bde_question import LEVELS, VIEWS


class BdeRatingWizard(models.TransientModel):
    """The referent rates the site of his pupil; the bureau types what it was told by telephone."""

    _name = "bde.rating.wizard"
    _description = "Rate a stay"

    placement_id = fields.Many2one("bde.placement", required=True, readonly=True)
    host_id = fields.Many2one(related="placement_id.host_id", string="Company")
    view = fields.Selection(VIEWS, string="Who answers", required=True, default="referent")
    is_bureau = fields.Boolean(compute="_compute_is_bureau")
    line_ids = fields.One2many(
        "bde.rating.wizard.line",
        "wizard_id",
        string="Questions",
        compute="_compute_line_ids",
        # in sudo it would show the answers of a pupil to whoever asks
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    comment = fields.Text(
        string="In a few words",
        help="Facts only, read by the bureau alone; never a name, never health.",
    )

    @api.depends("placement_id")
    @api.depends_context("uid")
    def _compute_is_bureau(self):
        own = self.env.user._bde_company_ids("secretary")
        for wizard in self:
            wizard.is_bureau = wizard.placement_id.company_id.id in own

    @api.depends("view", "placement_id")
    def _compute_line_ids(self):
        """The questions of whoever answers, with what he answered before."""
        for wizard in self:
            placement = wizard.placement_id
            if not placement or not wizard.view:
                wizard.line_ids = [Command.clear()]
                continue
            wizard._check_may_answer()
            known = placement._rating_of(wizard.view)
            values = known.answers or {}
            questions = self.env["bde.question"]._asked(wizard.view, placement.date_end)
            wizard.line_ids = [Command.clear()] + [
                Command.create(
                    {
                        "question_id": question.id,
                        "text": question.text,
                        "value": str(values[question.code]) if question.code in values else False,
                    }
                )
                for question in questions
            ]
            wizard.comment = known.comment

    def _check_may_answer(self):
        """The referent for himself, the bureau for whoever told it.

        :raise AccessError: somebody else
        """
        self.ensure_one()
        placement = self.placement_id
        placement.check_access("read")
        if not self._is_own() and not self.env.su and not self.is_bureau:
            raise AccessError(
                self.env._("The referent teacher of the pupil rates the site, or the bureau.")
            )

    def _is_own(self):
        """Whether the referent answers for himself."""
        # sudo: whose account the referent has
        referent = self.placement_id.referent_id.sudo()
        return self.view == "referent" and referent.user_id == self.env.user

    def action_save(self):
        """Keeps the answers.

        :raise UserError: too early, too late, a question without an answer
        """
        self.ensure_one()
        self._check_may_answer()
        missing = self.line_ids.filtered(lambda line: not line.value)
        if missing:
            raise UserError(
                self.env._(
                    "Please answer: %(questions)s.", questions=" ".join(missing.mapped("text"))
                )
            )
        answers = {line.question_id.code: int(line.value) for line in self.line_ids}
        source = "staff" if self._is_own() else "call"
        self.placement_id._rate(self.view, answers, self.comment, source=source)
        return {"type": "ir.actions.act_window_close"}


class BdeRatingWizardLine(models.TransientModel):
    _name = "bde.rating.wizard.line"
    _description = "Question of a stay to answer"

    wizard_id = fields.Many2one("bde.rating.wizard", required=True, ondelete="cascade")
    question_id = fields.Many2one("bde.question", required=True, ondelete="cascade")
    text = fields.Char(string="Asked as", readonly=True)
    value = fields.Selection(LEVELS, string="Answer")
