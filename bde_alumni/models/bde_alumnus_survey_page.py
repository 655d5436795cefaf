from odoo import models
from odoo.tools import format_date

from odoo.addons.bde_partnerships.rules.sections import SectionError

from .bde_alumni_wave_answer import TEXT_MAX

NAME_MAX = 60


class BdeAlumnus(models.Model):
    """Section ``survey`` of the page of an alumnus: one question, then those that follow from it.

    The first answer is one tap and is kept at once; whoever stops there has answered in part.
    """

    _inherit = "bde.alumnus"

    def _survey_line(self):
        """The survey that asks this leaver today, the latest of them."""
        self.ensure_one()
        lines = self.env["bde.alumni.wave.line"].search(
            [("alumnus_id", "=", self.id), ("wave_id.state", "=", "running")]
        )
        today = self.company_id._bde_today()
        open_ones = lines.filtered(lambda line: line.wave_id.date <= today)
        return open_ones.sorted(lambda line: line.wave_id.date)[-1:]

    def _page_sections(self):
        sections = super()._page_sections()
        if line := self._survey_line():
            sections.append(self._survey_section(line))
        return sections

    def _survey_section(self, line):
        situations = line._survey_situations()
        follow = line._survey_questions(line.situation) if line.situation else []
        state = "todo" if line.state in ("to_send", "sent", "partial", "unreachable") else "done"
        return {
            "key": "survey",
            "sequence": 30,
            "title": self.env._("What are you doing today?"),
            "state": state,
            "template": "bde_alumni.page_survey",
            "intro": self.env._(
                "You left school in %(year)s. One tap is enough; the answer is kept at once, and"
                " you may change it.",
                year=line.wave_id.cohort,
            ),
            "other": self.env._("You are not %(name)s?", name=self._page_person()["name"]),
            "situations": situations,
            "situation": line.situation,
            "said": line.situation
            and self.env._(
                "On %(date)s you said: %(answer)s.",
                date=format_date(self.env, line.answered_on),
                answer=dict(situations).get(line.situation),
            ),
            "questions": follow,
            "is_complete": line.state == "answered",
            "refused": line.state == "refused",
            "text_max": TEXT_MAX,
            "name_max": NAME_MAX,
        }

    def _page_post_survey(self, form, _files, _proof):
        line = self._survey_line()
        if not line:
            raise SectionError(self.env._("This survey is over: nothing more is asked."))
        if form.get("refuse"):
            line._refuse()
        elif form.get("situation"):
            self._take_situation(line, form)
        else:
            self._take_details(line, form)

    def _take_situation(self, line, form):
        if form["situation"] not in dict(line._survey_situations()):
            raise SectionError(self.env._("Choose one of the answers."))
        answered_by = " ".join((form.get("answered_by") or "").split())
        if len(answered_by) > NAME_MAX:
            raise SectionError(
                self.env._("Who answers: at most %(count)s characters.", count=NAME_MAX),
                {"answered_by": self.env._("A few words are enough: his mother.")},
            )
        line._take_answers(
            {"situation": form["situation"]}, self._survey_source(), answered_by or False
        )

    def _take_details(self, line, form):
        if not line.situation:
            raise SectionError(self.env._("Choose one of the answers."))
        if form.get("of") != line.situation:
            # another tab, or somebody else with the same page
            raise SectionError(
                self.env._("Your first answer has changed meanwhile: look at it once more.")
            )
        questions = line._survey_questions(line.situation)
        answers = {one["code"]: form.get(one["code"]) or "" for one in questions}
        faults = {
            one["code"]: self._survey_fault(one, answers[one["code"]])
            for one in questions
            if self._survey_fault(one, answers[one["code"]])
        }
        if faults:
            raise SectionError(
                self.env._("One answer cannot be taken. Nothing that you typed is lost."), faults
            )
        line._take_answers(answers, self._survey_source())

    def _survey_fault(self, question, value):
        if question["choices"]:
            if value and value not in dict(question["choices"]):
                return self.env._("Choose one of the answers.")
        elif len(" ".join(value.split())) > TEXT_MAX:
            return self.env._("At most %(count)s characters, please.", count=TEXT_MAX)
        return None

    def _survey_source(self):
        return {"sms": "sms", "desk": "staff"}.get(self._page_link().channel, "link")

    def _page_told(self, key):
        if key != "survey":
            return super()._page_told(key)
        line = self._survey_line()
        if line.state == "partial":
            return self.env._("Thank you, that is the main thing. A few more words help us a lot.")
        if line.state == "refused":
            return self.env._("Noted: we do not ask you any more this time.")
        return self.env._("Thank you: nothing else is asked of you this time.")
