from odoo import api, models
from odoo.exceptions import UserError

SURVEY = "bde_alumni.survey_insertion"


class SurveySurvey(models.Model):
    """The questionnaire of the suite: one for all schools, its answers each school's."""

    _inherit = "survey.survey"

    @api.model
    def _bde_insertion(self):
        """What leavers are asked, in sudo: no role of a school reads surveys."""
        # sudo: words of the suite, no answer of anybody
        return self.env.ref(SURVEY).sudo()

    def _bde_is_ours(self):
        """Whether one of these is answered by our pages alone.

        :rtype: bool
        """
        ours = self.env.ref(SURVEY, raise_if_not_found=False)
        return bool(ours) and ours.id in self.ids

    def _bde_questions(self, situation=None):
        """Questions with a code, in order: the first, and those that follow from a situation.

        :param str situation: of ``bde.outcome``; None: what is asked of everybody
        :rtype: survey.question
        """
        self.ensure_one()
        return self.question_ids.filtered(
            lambda question: (
                question.bde_code
                and (
                    not question.triggering_answer_ids
                    or situation in question.triggering_answer_ids.mapped("bde_code")
                )
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ours(self):
        if self._bde_is_ours():
            raise UserError(
                self.env._("This questionnaire is part of the suite: its words may be changed.")
            )
