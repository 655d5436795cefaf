from datetime import timedelta

from odoo import models
from odoo.tools import format_date, format_datetime

from odoo.addons.bde_partnerships.rules.sections import SectionError

from ..rules import safety_net
from .bde_leaver_plan import WISHES

LIMITS = {
    "training_label": 120, "wish_text": 1000, "solution_text": 120,
    "cv_about": 600, "cv_languages": 150, "cv_more": 400,
}  # fmt: skip
# what a pupil says of himself; the rest is the school's to know
FOUND = ("study", "apprenticeship", "job", "other")
NOT_FOUND = ("looking", "waiting")
# how long after the last round the plan stays on the page
DAYS_AFTER = 180


class BdeAlumnus(models.Model):
    """Sections ``plan`` (what comes next, workshops, CV) and ``net`` (one question of a round)."""

    _inherit = "bde.alumnus"

    def _page_sections(self):
        sections = super()._page_sections()
        plan = self._leaver_plan()
        if plan and plan._is_on_page():
            sections.append(self._page_plan_section(plan))
        if line := plan._asked_line():
            sections.append(self._page_net_section(plan, line))
        return sections

    def _page_told(self, key):
        if key == "net":
            return self.env._("Thank you: the school knows.")
        return super()._page_told(key)

    # ------------------------------------------------------------
    # Plan
    # ------------------------------------------------------------

    def _page_plan_section(self, plan):
        todo = plan.solution == "none" and plan.wish == "unknown" or plan._sheet_to_agree()
        return {
            "key": "plan",
            "sequence": 20,
            "title": self.env._("What comes next"),
            "state": "todo" if todo else "done",
            "template": "bde_alumni.page_plan",
            "plan": plan,
            "limits": LIMITS,
            "values": {name: plan[name] or "" for name in (*LIMITS, "wish")},
            "wishes": self._page_wishes(plan),
            "found": self._page_found(),
            "solution": dict(plan._fields["solution"]._description_selection(self.env)).get(
                plan.solution
            ),
            "workshops": plan._page_workshops(),
            "enough": safety_net.ENOUGH,
            "next_on": plan.next_interview_on
            and plan.next_interview_on >= self.company_id._bde_today()
            and format_date(self.env, plan.next_interview_on),
            "has_cv": bool(plan.student_id),
        }

    def _page_wishes(self, plan):
        """[(wish, words)]; here the pupil speaks of himself."""
        labels = dict(plan._fields["wish"]._description_selection(self.env))
        return list((labels | {"unknown": self.env._("I do not know yet")}).items())

    def _page_found(self):
        """[(solution, words)] that a pupil says himself, as he would."""
        words = {
            "study": self.env._("I go on studying"),
            "apprenticeship": self.env._("I have a place as an apprentice"),
            "job": self.env._("I have a job"),
            "other": self.env._("I have something else"),
        }
        return [(name, words[name]) for name in FOUND]

    def _page_post_plan(self, form, files, proof):
        """Takes what the pupil wishes, found, writes for his CV, or says of a hand-over.

        :raise SectionError: what is wrong
        """
        plan, do = self._leaver_plan(), form.get("do") or "wish"
        verb = {
            "wish": self._take_wish,
            "cv": self._take_cv,
            "found": self._take_found,
            "lost": self._take_lost,
            "agree": self._take_agreement,
            "refuse": self._take_refusal,
            "take_back": self._take_back,
        }.get(do)
        if not verb:
            raise SectionError(self.env._("Choose one of the buttons."))
        verb(plan, form)

    def _texts(self, form, *names):
        return {name: (form.get(name) or "").strip()[: LIMITS[name]] or False for name in names}

    def _take_wish(self, plan, form):
        wish = form.get("wish") or "unknown"
        if wish not in dict(WISHES):
            raise SectionError(self.env._("Choose one of the answers."))
        plan.write({"wish": wish, **self._texts(form, "training_label", "wish_text")})

    def _take_cv(self, plan, form):
        plan.write(self._texts(form, "cv_about", "cv_languages", "cv_more"))

    def _take_found(self, plan, form):
        solution = form.get("solution")
        if solution not in FOUND:
            raise SectionError(
                self.env._("Say what you found."), {"solution": self.env._("Choose one.")}
            )
        text = self._texts(form, "solution_text")["solution_text"]
        if not text and solution != "other":
            raise SectionError(
                self.env._("Say where: one line is enough."),
                {"solution_text": self.env._("Company, school or town.")},
            )
        plan._solve(solution, "pupil", text or "")

    def _take_lost(self, plan, form):
        # what the bureau arranged is not undone by a wrong tap
        if plan.solution in FOUND:
            plan._solve("none", "pupil")

    def _page_file_plan(self, query):
        """The CV of the pupil, from his livret."""
        plan = self._leaver_plan()
        if not plan.student_id:
            return None
        return plan._render_cvs(), "application/pdf", f"CV {plan.name}.pdf"

    # ------------------------------------------------------------
    # The one question of a round
    # ------------------------------------------------------------

    def _page_net_section(self, plan, line):
        return {
            "key": "net",
            "sequence": 15,
            "title": self.env._("Where do you stand?"),
            "state": "done" if line.answered_on else "todo",
            "template": "bde_alumni.page_net",
            "found": self._page_found(),
            "looking": [
                ("looking", self.env._("I am looking")),
                ("waiting", self.env._("I wait for an answer")),
            ],
            "line": line,
            "limits": LIMITS,
        }

    def _page_post_net(self, form, files, proof):
        """Takes the answer: a solution closes the line, else somebody calls.

        :raise SectionError: nothing was chosen
        """
        plan = self._leaver_plan()
        line, answer = plan._asked_line(), form.get("answer")
        if not line:
            raise SectionError(self.env._("The school knows already: there is nothing to say."))
        if answer not in (*FOUND, *NOT_FOUND):
            raise SectionError(self.env._("Choose one of the answers."))
        line.answered_on = self.company_id._bde_today()
        if answer in NOT_FOUND:
            line.write({"situation": answer, "wants_help": bool(form.get("wants_help"))})
            if line.wants_help:
                line._call_soon()
            return
        text = self._texts(form, "solution_text")["solution_text"]
        plan._solve(answer, "pupil", text or "")


class BdeLeaverPlan(models.Model):
    _inherit = "bde.leaver.plan"

    def _is_on_page(self):
        """Whether the person still works on it: until half a year after the last round."""
        self.ensure_one()
        last = safety_net.default_date(self.cohort, "01") + timedelta(days=DAYS_AFTER)
        return self.company_id._bde_today() <= last

    def _asked_line(self):
        """The open line of the round that runs, none otherwise."""
        return self.env["bde.leaver.net"].search(
            [
                ("plan_id", "in", self.ids),
                ("is_open", "=", True),
                ("round_id.state", "=", "running"),
            ],
            limit=1,
        )

    def _page_workshops(self):
        """[(day, title, came, place)] of one pupil, the next one last."""
        rows = self.registration_ids.sorted(lambda one: one.event_id.date_begin)
        return [
            {
                "moment": format_datetime(
                    self.env,
                    row.event_id.date_begin,
                    tz=row.event_id.date_tz,
                    dt_format="EEEE d MMMM, HH:mm",
                ),
                "name": row.event_id.name,
                "place": row.event_id.bde_place or "",
                "state": row.state,
            }
            for row in rows
        ]
