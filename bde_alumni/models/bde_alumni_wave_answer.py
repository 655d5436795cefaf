from odoo import api, fields, models
from odoo.exceptions import UserError

from .bde_outcome import SITUATIONS

# code of a question -> field of the outcome; ``place`` depends on the situation
FIELDS = {"trade": "trade", "contract": "contract", "linked": "linked_to_training",
          "study": "study_label"}  # fmt: skip
TEXT_MAX = 120


class BdeAlumniWaveLine(models.Model):
    """Answers: kept by core's survey as they came, told to the history as an outcome."""

    _inherit = "bde.alumni.wave.line"

    input_ids = fields.One2many(
        "survey.user_input", "bde_line_id", groups=fields.NO_ACCESS, string="Answers"
    )

    def _survey_questions(self, situation):
        """What is asked after the situation, as pages and dialogs show it.

        :return: list of dicts ``code``, ``title``, ``choices`` ([(code, label)], empty: a text),
            ``value`` (what was answered)
        """
        self.ensure_one()
        survey = self.env["survey.survey"]._bde_insertion()
        outcome = self.outcome_id
        return [
            {
                "code": question.bde_code,
                "title": question.title,
                "choices": [
                    (answer.bde_code, answer.value) for answer in question.suggested_answer_ids
                ],
                "value": outcome and outcome[_field_of(question.bde_code, situation)] or "",
            }
            for question in survey._bde_questions(situation)
            if question.bde_code != "situation"
        ]

    @api.model
    def _survey_situations(self):
        """[(code, label)] of the first question."""
        first = self.env["survey.survey"]._bde_insertion()._bde_questions()[:1]
        return [(answer.bde_code, answer.value) for answer in first.suggested_answer_ids]

    def _take_answers(self, answers, source, answered_by=None):
        """Takes answers of a leaver, all or some; a second time they replace the first.

        The caller checked who answers. A survey that is over takes none.

        :param dict answers: {code of a question: code of a choice, or text}; ``situation`` may
            be left out once it is known
        :param str source: of ``bde.outcome``
        :param answered_by: who answered, when it was not the leaver; False: he did; None: as
            was said before
        :raise UserError: no situation, an unknown choice, a survey that is over
        :return: the outcome
        """
        self.ensure_one()
        # sudo: answers, lines and outcomes are written by verbs; the caller checked the right
        line = self.sudo()
        if line.wave_id.state != "running":
            raise UserError(self.env._("This survey is over: nothing more is asked."))
        # a link and a telephone at the same time: the second waits
        self.env["bde.document"]._lock_rows(line.alumnus_id)
        situation = answers.get("situation") or line.situation
        if situation not in dict(SITUATIONS):
            raise UserError(self.env._("Say first what you are doing today."))
        questions = self.env["survey.survey"]._bde_insertion()._bde_questions(situation)
        answers = line._checked_answers(questions, answers | {"situation": situation})
        kept = line._save_answers(questions, answers)
        # what he emptied is taken back
        told = dict.fromkeys(answers, False) | kept
        vals = {_field_of(code, situation): value for code, value in told.items()} | {
            "situation": situation,
            "months": line.wave_id.months,
            "source": source,
            "wave_line_id": line.id,
            "answered_by": line.outcome_id.answered_by if answered_by is None else answered_by,
        }
        if situation == "apprenticeship":
            vals["contract"] = "apprentice"
        outcome = line.alumnus_id._note_outcome(vals)
        line.write(
            {
                "outcome_id": outcome.id,
                "state": "answered" if len(kept) == len(questions) else "partial",
                "answered_on": outcome.date,
            }
        )
        line._stop_asking()
        return outcome

    def _checked_answers(self, questions, answers):
        """Answers to these questions alone, as short as they may be."""
        checked = {}
        for question in questions:
            code = question.bde_code
            if code not in answers:
                continue
            value = " ".join(str(answers[code] or "").split())
            if question.suggested_answer_ids:
                if value and value not in question.suggested_answer_ids.mapped("bde_code"):
                    raise UserError(
                        self.env._("%(question)s: choose one of the answers.",
                                   question=question.title)
                    )  # fmt: skip
            elif len(value) > TEXT_MAX:
                raise UserError(
                    self.env._(
                        "%(question)s: at most %(count)s characters, please.",
                        question=question.title,
                        count=TEXT_MAX,
                    )
                )
            checked[code] = value
        return checked

    def _save_answers(self, questions, answers):
        """Keeps answers in core's survey (in sudo); those of another situation are dropped.

        :return: {code: value} of all that is answered now, situation included
        """
        taken = self._user_input()
        if self.situation and self.situation != answers["situation"]:
            # another life: where he worked is not where he studies
            taken.user_input_line_ids.unlink()
        for question in questions.filtered(lambda one: one.bde_code in answers):
            value = answers[question.bde_code]
            if question.suggested_answer_ids:
                choice = question.suggested_answer_ids.filtered(
                    lambda one: one.bde_code == value  # noqa: B023
                )
                value = str(choice.id) if choice else ""
            taken._save_lines(question, value)
        taken.invalidate_recordset(["user_input_line_ids"])
        kept = {}
        for one in taken.user_input_line_ids.filtered(lambda one: not one.skipped):
            kept[one.question_id.bde_code] = one.suggested_answer_id.bde_code or one.value_char_box
        state = "done" if len(kept) == len(questions) else "in_progress"
        taken.write({"state": state, "end_datetime": state == "done" and fields.Datetime.now()})
        return kept

    def _user_input(self):
        """Answers of this line in core's survey, one set a leaver and survey (in sudo)."""
        if not self.input_ids:
            # neither name nor address: the line says whose they are, and goes with him
            self.env["survey.user_input"].with_context(
                mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True
            ).create(
                {
                    "survey_id": self.env["survey.survey"]._bde_insertion().id,
                    "company_id": self.company_id.id,
                    "bde_line_id": self.id,
                    "state": "in_progress",
                    "start_datetime": fields.Datetime.now(),
                }
            )
        return self.input_ids[:1]

    def _forget_answer(self):
        """Takes back an answer that was not his (in sudo): he is asked again."""
        self.input_ids.unlink()
        for line in self:
            latest = self.env["bde.outcome"].search([("wave_line_id", "=", line.id)], limit=1)
            asked = "sent" if line.asked_on else "to_send"
            line.write(
                {
                    "outcome_id": latest.id,
                    "state": "partial" if latest else asked,
                    "answered_on": latest.date,
                }
            )


def _field_of(code, situation):
    if code == "place":
        return "study_place" if situation == "study" else "employer_text"
    return FIELDS.get(code, code)
