from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.tools import format_date

from odoo.addons.bde_partnerships.rules.texts import normalise

from .bde_placement_stay import StayError
from .bde_stay import Ask

# Before, a tutor would judge what he has not seen yet.
OPEN_BEFORE = 7
# Days after the end on which letters may still ask.
ASK_DAYS = 30
OPEN_STATES = ("signed", "running", "ended", "attested", "interrupted")


class BdePlacement(models.Model):
    """Evaluation on the page of a stay: the tutor's, and what the pupil says of himself."""

    _inherit = "bde.placement"

    # ------------------------------------------------------------
    # Who
    # ------------------------------------------------------------

    def _evaluation_role(self):
        """Whose evaluation it is at the host: the tutor's, the company's where nobody reaches him.

        :return: ``tutor`` or ``host``
        """
        self.ensure_one()
        tutor = self.tutor_id
        return "tutor" if tutor and (tutor.email or tutor.phone) else "host"

    def _evaluation_part(self, roles):
        """(view, role) of a reader of the page in the evaluation, None when he has no part."""
        self.ensure_one()
        if "student" in roles:
            return "self", "student"
        if "tutor" in roles:
            return "tutor", "tutor"
        if "host" in roles and self._evaluation_role() == "host":
            return "tutor", "host"
        return None

    def _evaluations_of(self, role):
        """What the holder of a role gave by his link, drafts first."""
        ref = self._stay_person(role)["person_ref"]
        mine = self.evaluation_ids.filtered(lambda one: one.person_ref == ref)
        return mine.sorted(lambda one: (one.state != "draft", -one.id))

    # ------------------------------------------------------------
    # Section
    # ------------------------------------------------------------

    def _stay_sections(self, roles):
        sections = super()._stay_sections(roles)
        section = self._evaluation_section(roles)
        return sections + ([section] if section else [])

    def _evaluation_section(self, roles):
        """The grid on the page of a stay, None when there is nothing to say or to show."""
        self.ensure_one()
        part = self._evaluation_part(roles)
        if not part:
            return None
        view, role = part
        mine = self._evaluations_of(role)
        grid = mine[:1].grid_id or self._evaluation_grid(view)
        lines = self._evaluation_lines(grid) if grid else []
        if not lines:
            return None
        opens = self.date_end - timedelta(days=OPEN_BEFORE)
        done = mine.filtered(lambda one: one.state == "submitted")
        closed = self.state not in OPEN_STATES
        if not done and closed:
            return None
        state = "done" if done else "todo"
        if not mine and self.company_id._bde_today() < opens:
            state = "later"
        typed = mine[:1]._typed() if mine else {"author": self._stay_person(role)["name"]}
        return {
            "key": "evaluation",
            "sequence": 30,
            "title": (
                self.env._("My own view of my placement")
                if view == "self"
                else self.env._("Evaluation of your trainee")
            ),
            "state": state,
            "template": "bde_pfmp.stay_evaluation",
            "view": view,
            # sudo: handed down by the académie
            "introduction": grid.sudo().introduction,
            "later": self.env._(
                "From %(day)s on: two minutes on your phone.", day=format_date(self.env, opens)
            ),
            "done": [self._evaluation_done_line(one) for one in done],
            "closed": closed,
            "begun": bool(mine) and not done,
            "groups": self._evaluation_groups(lines),
            "line_count": len(lines),
            "typed": typed,
            "ask_author": view != "self",
        }

    def _evaluation_done_line(self, evaluation):
        return self.env._(
            "%(author)s, on %(day)s",
            author=evaluation.author or "",
            day=format_date(self.env, evaluation.company_id._bde_date_of(evaluation.submitted_on)),
        )

    def _evaluation_grid(self, view):
        """The grid of this stay for who judges: ``tutor``, ``teacher`` or ``self``."""
        kinds = {"tutor": "formative", "teacher": "certifying", "self": "self"}
        return self.env["bde.grid"]._grids_for(self, kinds[view])[self]

    def _stay_told(self, roles, key):
        if key == "evaluation" and (part := self._evaluation_part(roles)):
            if self._evaluations_of(part[1])[:1].state == "draft":
                return self.env._("Your answers are kept. Come back and finish when you like.")
            return self.env._("Thank you: your evaluation has reached the school.")
        return super()._stay_told(roles, key)

    # ------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------

    def _stay_post_evaluation(self, roles, form, files, proof):
        """Takes the grid: a draft as far as it goes, or all of it.

        :raises StayError: a line without answer (what was typed is kept), texts that do not fit
        """
        self.ensure_one()
        part = self._evaluation_part(roles)
        if not part or self.state not in OPEN_STATES:
            raise StayError(self.env._("This evaluation is closed: call the school."))
        view, role = part
        if self.company_id._bde_today() < self.date_end - timedelta(days=OPEN_BEFORE):
            raise StayError(self.env._("It is too early: the placement has just begun."))
        Evaluation = self.env["bde.evaluation"]
        if view == "self":
            form = {**form.to_dict(), "author": self.student_id.name}
        author, text, errors = Evaluation._check_texts(form)
        if errors:
            raise StayError(self.env._("Something to correct below, nothing is lost."), errors)
        evaluation = self._evaluation_by_link(view, role, author)
        lines = self._evaluation_lines(evaluation.grid_id)
        chosen, missing = Evaluation._read_form(lines, form)
        if missing and evaluation.state == "submitted":
            # what the school has stays whole until the correction is
            raise StayError(self._evaluation_missing(missing), missing)
        evaluation.write({"author": author, "appreciation": text})
        evaluation._write_answers(lines, chosen)
        if form.get("step") == "draft" and evaluation.state == "draft":
            return
        if missing:
            raise StayError(self._evaluation_missing(missing), missing, keep=True)
        evaluation._submit()

    def _evaluation_missing(self, missing):
        if len(missing) == 1:
            return self.env._("One line waits for an answer: it is marked below.")
        return self.env._(
            "%(count)s lines wait for an answer: they are marked below.", count=len(missing)
        )

    def _evaluation_by_link(self, view, role, author):
        """The evaluation that somebody gives by his link: his own, another person's apart."""
        mine = self._evaluations_of(role)
        same = mine.filtered(lambda one: normalise(one.author) == normalise(author))
        draft = mine.filtered(lambda one: one.state == "draft")
        if same or draft:
            return (same or draft)[0]
        grid = mine[:1].grid_id or self._evaluation_grid(view)
        return self.env["bde.evaluation"].create(
            {
                "placement_id": self.id,
                "grid_id": grid.id,
                "view": view,
                "source": "link",
                "author": author,
                "person_ref": self._stay_person(role)["person_ref"],
            }
        )


class BdeStay(models.AbstractModel):
    """Letters that ask for the evaluation: the day before the end, then 3 and 10 days after."""

    _inherit = "bde.stay"

    @api.model
    def _asks(self, company, today):
        return super()._asks(company, today) + self._evaluation_asks(company, today)

    @api.model
    def _evaluation_asks(self, company, today):
        """Those who have not handed in yet; constant queries."""
        placements = self.env["bde.placement"]
        asks, ids = [], defaultdict(list)
        for placement, kind in self._ending(company, today).items():
            late = (today - placement.date_end).days > ASK_DAYS
            if kind and not late and placement.state in OPEN_STATES:
                ids[kind].append(placement.id)
        by_kind = {kind: placements.browse(found) for kind, found in ids.items()}
        for view, field, kind_of_grid in (
            ("tutor", "evaluation_state", "formative"),
            ("self", "self_evaluation_state", "self"),
        ):
            for kind, found in by_kind.items():
                waiting = found.filtered(lambda one, f=field: one[f] != "submitted")
                grids = self.env["bde.grid"]._grids_for(waiting, kind_of_grid)
                asks += [
                    self._evaluation_ask(placement, view, kind)
                    for placement in waiting
                    if grids[placement]
                ]
        return asks

    def _evaluation_ask(self, placement, view, kind):
        role = "student" if view == "self" else placement._evaluation_role()
        person = placement._stay_person(role) or {}
        env = self.with_context(lang=person.get("lang") or self.env.lang).env
        if view == "self":
            line = env._("tell how your placement went, in two minutes.")
        elif kind == "end":
            line = env._("the placement ends: two minutes for the evaluation.")
        else:
            line = env._("the school still waits for your evaluation: two minutes.")
        return Ask(placement, role, kind, line)
