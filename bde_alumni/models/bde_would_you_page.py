from odoo import models

from odoo.addons.bde_partnerships.rules.offer_form import plain_text
from odoo.addons.bde_partnerships.rules.sections import SectionError

from .bde_would_you import EMPLOYER_MAX, OFFERS, REMARK_MAX


class BdeAlumnus(models.Model):
    """Section ``would_you`` of the page: one question a year, with a no as easy as a yes."""

    _inherit = "bde.alumnus"

    def _page_sections(self):
        sections = super()._page_sections()
        if not self._may_write("solicitation"):
            return sections
        row = self._would_you_row()
        states = {"waiting": "todo", "yes": "done", "nothing": "done"}
        sections.append(
            {
                "key": "would_you",
                "sequence": 60,
                "title": self.env._("Would you…?"),
                "state": states.get(row.state, "info"),
                "template": "bde_alumni.page_would_you",
                "row": row,
                "offers": [
                    {"name": name, "words": words, "ticked": bool(row[name])}
                    for name, words in self._would_words().items()
                ],
                "employer": row.employer_text
                or row.relation_id.partner_name
                or self._known_relations()[self].partner_name
                or "",
                "limits": {"employer": EMPLOYER_MAX, "remark": REMARK_MAX},
                "mentor_sentence": ""
                if self.ok_mentoring
                else self.env["bde.alumni.consent"]._sentences()["mentoring"],
            }
        )
        return sections

    def _would_words(self):
        """{what may be ticked: how it is asked}"""
        words = {
            "tutor": self.env._("be the tutor of a pupil in my company"),
            "host": self.env._("have my company host a pupil"),
            "speak": self.env._("come and speak of my trade in class"),
            "jury": self.env._("sit in an exam jury"),
            "mentor": self.env._("advise a pupil or a former pupil (mentor)"),
            "tax": self.env._("speak of the taxe d'apprentissage to my employer"),
        }
        return {name: words[name] for name in OFFERS}

    def _page_post_would_you(self, form, _files, _proof):
        """Takes the answer: what is ticked, nothing this year, or no for good."""
        answer = form.get("answer") or "yes"
        if answer not in ("yes", "nothing", "no_more"):
            raise SectionError(self.env._("Choose what you want to answer."))
        ticked = [name for name in OFFERS if form.get(f"would_{name}")]
        if answer == "yes" and not ticked:
            raise SectionError(
                self.env._("Tick what you would do, or press “Nothing this year”."),
                {"offers": self.env._("Tick at least one line.")},
            )
        self._answer_would_you(
            answer,
            ticked,
            plain_text(form.get("employer"), EMPLOYER_MAX),
            plain_text(form.get("remark"), REMARK_MAX, lines=True),
            "desk" if self._page_link().channel == "desk" else "link",
        )

    def _page_told(self, key):
        if key != "would_you":
            return super()._page_told(key)
        if self.no_more_on:
            return self.env._("It is noted: the school writes to you no more. You can come back.")
        if self._would_you_row().state == "nothing":
            return self.env._("Thank you for the answer. The school asks again next year.")
        return self.env._("Thank you! The bureau calls or writes to you about it.")
