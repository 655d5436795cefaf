from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..rules import quality
from .bde_placement_stay import STAY_STATES

VIEW_ROLES = {"student": "student_id", "tutor": "tutor_id", "referent": "referent_id"}


class BdePlacement(models.Model):
    """The three views on a stay: who may say what, until when."""

    _inherit = "bde.placement"

    rating_ids = fields.One2many("bde.rating", "placement_id", string="Ratings", readonly=True)
    may_rate = fields.Boolean(compute="_compute_may_rate")
    rating_label = fields.Char(string="Rating of the site", compute="_compute_may_rate")

    @api.depends("state", "date_end", "rating_ids")
    @api.depends_context("uid")
    def _compute_may_rate(self):
        """The referent from the day before the end on, and the bureau; within the delay."""
        own = self.env.user._bde_company_ids("secretary")
        for placement in self:
            # sudo: whose account the referent has
            mine = placement.referent_id.sudo().user_id == self.env.user
            may = mine or placement.company_id.id in own
            placement.may_rate = (
                may and bool(placement.date_end) and not (placement._rating_obstacle())
            )
            known = placement._rating_of("referent") if placement.may_rate else None
            placement.rating_label = (
                self.env._("Done")
                if known
                else self.env._("To do")
                if placement.may_rate
                else False
            )

    def action_rate(self):
        """Opens the questions about the site."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rate the site"),
            "res_model": "bde.rating.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_placement_id": self.id, "default_view": "referent"},
        }

    def _rating_window(self):
        """First and last day on which this stay is rated, both included."""
        self.ensure_one()
        days = self.env["bde.quality.term"]._days("deadline_days")
        return self.date_end - timedelta(days=1), self.date_end + timedelta(days=days)

    def _rating_obstacle(self):
        """Why this stay cannot be rated today, as a sentence; empty when it can."""
        self.ensure_one()
        first, last = self._rating_window()
        today = self.company_id._bde_today()
        if self.state not in STAY_STATES or not self.host_id:
            return self.env._("There was no stay: nothing to answer about.")
        if today < first:
            return self.env._(
                "The stay is not over: these questions open on %(day)s.",
                day=format_date(self.env, first),
            )
        if today > last:
            return self.env._(
                "These questions closed on %(day)s. Thank you all the same: to tell something, "
                "call the school.",
                day=format_date(self.env, last),
            )
        return ""

    def _rating_person(self, view):
        """Whose answer it is, for one answer a person: ``bde.student,12``; None: nobody."""
        self.ensure_one()
        person = self[VIEW_ROLES[view]]
        return f"{person._name},{person.id}" if person else None

    def _rating_of(self, view):
        """The answer of the person who is asked today."""
        self.ensure_one()
        person = self._rating_person(view)
        # sudo: the caller's right on the stay was checked, or the link is the right
        return (
            self.env["bde.rating"]
            .sudo()
            .search(
                [
                    ("placement_id", "=", self.id),
                    ("view", "=", view),
                    ("person_ref", "=", person),
                ],
                limit=1,
            )
        )

    def _rate(self, view, answers, comment="", source="staff"):
        """Keeps what somebody answers about this stay; sent again within time, it replaces.

        The caller has checked who it is.

        :param str view: ``student``, ``referent``, ``tutor``
        :param dict answers: {code of the question: 4 to 1, 0 = not concerned}
        :param str comment: words, read by the bureau alone
        :param str source: ``link``, ``call``, ``staff``
        :raise UserError: too early, too late, a question without an answer
        :rtype: bde.rating, in sudo
        """
        self.ensure_one()
        if obstacle := self._rating_obstacle():
            raise UserError(obstacle)
        person = self._rating_person(view)
        if not person:
            raise UserError(self.env._("Nobody is named in this stay who could answer."))
        questions = self.env["bde.question"]._asked(view, self.date_end)
        wrong = self._rating_faults(questions, answers)
        if wrong:
            raise UserError(
                self.env._("Please answer: %(themes)s.", themes=", ".join(wrong.mapped("name")))
            )
        # a stay of another school year counts for that one
        # sudo: the caller was checked, a teacher reads no training
        training = self.sudo().training_id
        score = quality.score(answers, {q.code: q.weight for q in questions})
        vals = {
            "answers": {question.code: answers[question.code] for question in questions},
            "score": score or 0.0,
            "has_score": score is not None,
            "comment": (comment or "").strip() or False,
            "submitted_on": fields.Datetime.now(),
            "source": source,
            "date": self.date_end,
            "training_code": training._bde_shared_code() if training else False,
            "training_name": training.name,
            "moderated_by_id": False,
            "moderated_on": False,
            "moderation_reason": False,
        }
        vals["moderation"] = "to_read" if vals["comment"] else "none"
        # sudo: no role writes ratings directly
        rating = self._rating_of(view).sudo()
        if rating and all(rating[name] == vals[name] for name in ("answers", "comment")):
            return rating  # sent twice
        if source == "call" and rating.source in ("link", "staff"):
            # L124-4: what somebody answered himself is not replaced by what he is said to say
            raise UserError(
                self.env._("This person answered himself: he alone changes it, on his page.")
            )
        if rating.released_on:
            raise UserError(
                self.env._(
                    "These answers were taken into account and cannot be changed any more: call "
                    "the school."
                )
            )
        if rating:
            rating.write(vals)
            return rating
        return rating.create(
            vals
            | {
                "company_id": self.company_id.id,
                "school_year_id": self.school_year_id.id,
                "placement_id": self.id,
                "view": view,
                "person_ref": person,
            }
        )

    def _rating_faults(self, questions, answers):
        """Questions without an answer of their list."""
        values = {value for value, _words in questions._choices()}
        return questions.filtered(lambda question: answers.get(question.code) not in values)
