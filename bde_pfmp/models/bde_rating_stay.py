from odoo import api, models
from odoo.tools import format_date

from .bde_placement_stay import StayError
from .bde_rating import COMMENT_MAX
from .bde_stay import Ask

# days on which letters may still ask; the page is open longer
ASK_DAYS = 20


class BdePlacement(models.Model):
    """Section ``quality`` of the page of a stay: the pupil on the company (L124-4 C. éduc.), the
    tutor on the school."""

    _inherit = "bde.placement"

    def _stay_sections(self, roles):
        sections = super()._stay_sections(roles)
        if view := self._stay_view(roles):
            sections.append(self._quality_section(view))
        return sections

    @api.model
    def _stay_view(self, roles):
        return next((view for view in ("student", "tutor") if view in roles), None)

    def _quality_section(self, view):
        _first, last = self._rating_window()
        rating = self._rating_of(view)
        obstacle = self._rating_obstacle()
        today = self.company_id._bde_today()
        state = "todo"
        if rating:
            state = "done"
        elif obstacle:
            state = "later" if today < last else "info"
        return {
            "key": "quality",
            "sequence": 50,
            "title": (
                self.env._("How was your placement?")
                if view == "student"
                else self.env._("How did it go with the school?")
            ),
            "state": state,
            "template": "bde_pfmp.stay_quality",
            "view": view,
            "rating": rating,
            "obstacle": obstacle,
            # what the company was told of in a group is not changed any more
            "may_change": not obstacle and not rating.released_on,
            "last": format_date(self.env, last),
            "questions": [
                {
                    "code": question.code,
                    "text": question.text,
                    "value": (rating.answers or {}).get(question.code),
                }
                for question in self.env["bde.question"]._asked(view, self.date_end)
            ],
            "choices": self.env["bde.question"]._choices(),
            "comment_max": COMMENT_MAX,
        }

    def _stay_post_quality(self, roles, form, _files, _proof):
        view = self._stay_view(roles)
        if not view:
            raise StayError(self.env._("These questions are for the pupil and the tutor."))
        if obstacle := self._rating_obstacle():
            raise StayError(obstacle)
        questions = self.env["bde.question"]._asked(view, self.date_end)
        answers = {}
        for question in questions:
            value = form.get(f"q_{question.code}", "")
            if value.isdecimal():
                answers[question.code] = int(value)
        wrong = self._rating_faults(questions, answers)
        comment = (form.get("comment") or "").strip()
        faults = {f"q_{q.code}": self.env._("Choose an answer.") for q in wrong}
        if len(comment) > COMMENT_MAX:
            faults["comment"] = self.env._(
                "At most %(count)s characters, please.", count=COMMENT_MAX
            )
        if faults:
            raise StayError(
                self.env._("Some answers are missing. Nothing that you chose is lost."), faults
            )
        self._rate(view, answers, comment, source="link")


class BdeStay(models.AbstractModel):
    _inherit = "bde.stay"

    @api.model
    def _asks(self, company, today):
        """The pupil is asked how it was, the day before the end, then three and ten days after."""
        asks = super()._asks(company, today)
        ending = self._ending(company, today)
        # sudo: who answered, not what
        rated = (
            self.env["bde.rating"]
            .sudo()
            ._read_group(
                [("placement_id", "in", [p.id for p in ending]), ("view", "=", "student")],
                ["placement_id"],
            )
        )
        done = {placement.id for (placement,) in rated}
        for placement, kind in ending.items():
            late = (today - placement.date_end).days > ASK_DAYS
            if kind and not late and placement.host_id and placement.id not in done:
                asks.append(Ask(placement, "student", kind, self._quality_line))
        return asks

    @api.model
    def _quality_line(self, env):
        return env._("Say in two minutes how your placement was: it never counts in your marks.")
