from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

# words that the school must not keep
ERASED = ("private",)


class BdeRating(models.Model):
    """What the bureau does with the words of an answer, and how it reads the answers."""

    _inherit = "bde.rating"

    @api.depends("answers", "view", "date")
    @api.depends_context("lang")
    def _compute_answers_html(self):
        """Each question with its answer, in the words of the question."""
        questions = self.env["bde.question"]
        # sudo: shared data; the reader was checked on the rating
        known = {(q.view, q.code): q for q in questions.sudo().search([])}
        words = dict(questions._choices())
        row = Markup("<tr><td>%s</td><td class='text-nowrap ps-3'><strong>%s</strong></td></tr>")
        for rating in self:
            asked = [(known.get((rating.view, code)), value)
                     for code, value in (rating.answers or {}).items()]  # fmt: skip
            asked = sorted((pair for pair in asked if pair[0]), key=lambda p: p[0].sequence)
            lines = [row % (q.text, words.get(value, "")) for q, value in asked]
            rating.answers_html = Markup("<table class='table table-sm'>%s</table>") % (
                Markup("").join(lines)
            )

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def _check_bureau(self):
        for company in self.company_id:
            company._bde_check_user_is("secretary")

    def action_show(self):
        """The words were read and may stay: the team of the school reads them without a name."""
        self._check_bureau()
        self._moderate(self.filtered("comment"), "shown", False)
        return True

    def action_hide(self):
        """Asks why these words are hidden."""
        self._check_bureau()
        if not self:
            raise UserError(self.env._("Choose the answers whose words are to be hidden."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hide the words"),
            "res_model": "bde.rating.hide",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rating_ids": self.ids},
        }

    def _hide(self, reason):
        """Hides the words for a listed reason.

        What concerns health or private life is erased. Serious facts are passed on to the head
        by his own confidential road, and leave no trace here. The answers count all the same,
        except those about another stay.

        :param str reason: of ``moderation_reason``, or ``serious``
        """
        self._check_bureau()
        if reason == "serious":
            self._pass_to_head()
            return
        self._moderate(self, "hidden", reason)
        if reason in ERASED:
            # sudo: no role writes ratings; the right was checked above
            self.sudo().comment = False

    @api.model
    def _moderate(self, ratings, state, reason):
        # sudo: no role writes ratings; the right was checked above
        ratings.sudo().write(
            {
                "moderation": state,
                "moderation_reason": reason,
                "moderated_by_id": self.env.uid,
                "moderated_on": fields.Datetime.now(),
            }
        )

    def _pass_to_head(self):
        """Harassment, violence: to the head alone; here it is as if no word had been written."""
        for rating in self.filtered("comment"):
            pupil = rating.view == "student"
            placement = rating.placement_id
            # sudo: whoever passes it on cannot read it again
            self.env["bde.harm.report"]._receive(
                placement,
                rating.comment,
                "",
                "student" if pupil else "staff",
                placement.sudo().student_name if pupil else self.env.user.name,
            )
        # sudo: no role writes ratings; the right was checked by the caller
        self.sudo().write(
            {
                "comment": False,
                "moderation": "none",
                "moderation_reason": False,
                "moderated_by_id": False,
                "moderated_on": False,
            }
        )
