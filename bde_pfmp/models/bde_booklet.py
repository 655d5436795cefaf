from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.bde_partnerships.models.bde_document_page import stylesheet
from odoo.addons.bde_partnerships.rules.french import day

from ..rules import booklet_sheet
from .bde_placement_stay import STAY_STATES

STYLE = "bde_pfmp/static/src/css/booklet.css"
# A class; above, the server would be at one request for minutes.
MAX_AT_ONCE = 40
OVER = ("ended", "attested", "closed", "interrupted")


class BdeStudent(models.Model):
    """The livret de suivi: one PDF of what a pupil did and what was said of it, all years."""

    _inherit = "bde.student"

    def action_booklet(self):
        """Opens the livrets of these pupils, one after the other in one PDF.

        :raises UserError: for none, or for more than a class or two
        """
        if not self:
            raise UserError(self.env._("Choose the pupils first."))
        if len(self) > MAX_AT_ONCE:
            raise UserError(
                self.env._(
                    "%(count)s livrets at once: at most %(limit)s. Take one class after the other.",
                    count=len(self),
                    limit=MAX_AT_ONCE,
                )
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/booklets?ids={','.join(map(str, self.ids))}",
            "target": "new",
        }

    def _booklet_pdf(self):
        """PDF/A-3a of the livrets of these pupils.

        :rtype: bytes
        :raises AccessError: unless the user reads these pupils and follows or manages them
        """
        self.check_access("read")
        for company in self.company_id:
            company._bde_check_user_is("teacher", "secretary")
        # sudo: the whole cycle of pupils whom the user reads, whoever followed them then
        return self.sudo()._render_booklets()

    def _render_booklets(self):
        """:meth:`_booklet_pdf` once the reader was checked."""
        values = {
            "books": self._booklets(),
            "rules": booklet_sheet.RULES,
            "title": booklet_sheet.TITLE,
            "subtitle": booklet_sheet.SUBTITLE,
            "css": stylesheet(STYLE),
        }
        html = self.env["bde.document.mixin"]._render_page("bde_pfmp.booklet_document", values)
        return self.env["bde.document.version"]._render_html(html)

    def _booklets(self):
        """What is printed of each pupil, by class and name; constant queries.

        :return: list of dicts ``pupil``, ``years``, ``stays``, ``progress``, letterhead
        """
        # French, whoever prints it: the livret is a part of the convention
        students = self.with_context(lang="fr_FR", active_test=False)
        placements = students.env["bde.placement"].search(
            [("student_id", "in", students.ids), ("state", "in", STAY_STATES)],
            order="date_start, id",
        )
        by_student = placements.grouped("student_id")
        stays = placements._booklet_stays()
        heads = {company: self._booklet_letterhead(company) for company in students.company_id}
        books = []
        for student in students.sorted(lambda one: (one.division_id.name or "", one.name)):
            mine = [stays[placement] for placement in by_student.get(student, placements.browse())]
            books.append(
                {
                    **heads[student.company_id],
                    "pupil": student.name,
                    "years": [
                        (
                            schooling.school_year_id.name,
                            schooling.division_id.name or "",
                            schooling.training_id.name or "",
                        )
                        for schooling in student.schooling_ids.sorted(
                            lambda one: one.school_year_id.date_start
                        )
                    ],
                    "stays": mine,
                    "total": booklet_sheet.total(mine),
                    "progress": booklet_sheet.progress(mine),
                }
            )
        return books

    def _booklet_letterhead(self, company):
        """School and pictures at the head of the cover."""
        # sudo: nothing is kept of this record, which only knows how schools are written
        convention = self.env["bde.convention"].sudo().new({})
        convention.company_id = company
        school = convention._content_school()
        return {
            "school": school,
            **convention._page_letterhead({"school": school}, company),
            "printed": day(company._bde_today().isoformat()),
        }


class BdePlacement(models.Model):
    _inherit = "bde.placement"

    def _stay_pdf_evaluation(self, roles):
        """The livret of the pupil, from his page alone; None for the others."""
        return self.student_id._render_booklets() if "student" in roles else None

    def _booklet_stays(self):
        """What the livret says of each stay: {placement: dict}; constant queries."""
        visits = self._booklet_visits()
        # read for all at once: what is filtered below is read record by record
        self.evaluation_ids.answer_ids.level_id.mapped("name")
        self.activity_ids.mapped("name")
        result = {}
        for placement in self:
            result[placement] = placement._booklet_stay(visits[placement])
        return result

    def _booklet_visits(self):
        """Contacts of the school that were made: {placement: [(day, what, who)]}.

        What teachers wrote about them is the bureau's, not the pupil's.
        """
        Visit = self.env["bde.visit"]
        kinds = dict(Visit._fields["kind"]._description_selection(self.env))
        result = defaultdict(list)
        for visit in Visit.search(
            [("placement_id", "in", self.ids), ("state", "=", "done")], order="done_on, id"
        ):
            result[visit.placement_id].append(
                (
                    visit.done_on and day(visit.done_on.isoformat()),
                    kinds[visit.kind],
                    visit.teacher_id.name or "",
                )
            )
        return result

    def _booklet_stay(self, visits):
        self.ensure_one()
        convention = self.convention_id
        over = self.state in OVER
        if over:
            done = (convention.effective_days, round(convention.effective_hours * 60))
        else:
            spent = self._days_done(self.company_id._bde_today())
            done = (spent.days, spent.minutes)
        given = self.evaluation_ids.filtered(lambda one: one.active and one.state == "submitted")
        given = given.sorted(lambda one: (one.submitted_on, one.id))
        by_view = given.grouped("view")
        given_on = convention._attestation_given_on()
        tutors, own = (by_view.get(view, given.browse()) for view in ("tutor", "self"))
        facts = {
            "host": self.host_id.name,
            "town": self.host_id.city,
            "date_start": self.date_start.isoformat(),
            "date_end": self.date_end.isoformat(),
            "tutor": self.tutor_id.name,
            "tutor_function": self.tutor_id.function,
            "referent": self.referent_id.name,
            "planned": (self.presence_days, round(self.total_hours * 60)),
            "done": done,
            "over": over,
            "absence_days": convention.absence_days,
            "interrupted_on": (convention.interrupted_on and convention.interrupted_on.isoformat()),
            "attested_on": given_on and given_on.isoformat(),
            "waits": over and self.state != "closed",
        }
        return {
            "title": self.period_id.name,
            "host": self.host_id.name,
            "dates": f"{day(facts['date_start'])} – {day(facts['date_end'])}",
            "done": done,
            "facts": booklet_sheet.heading(facts),
            "tasks": self.activity_ids.filtered(lambda one: one.kind == "task").mapped("name"),
            "other_tasks": self.tasks or "",
            "competences": [
                " · ".join(filter(None, (one.code, one.name)))
                for one in self.activity_ids.filtered(lambda one: one.kind == "competence")
            ],
            "visits": visits,
            "table": booklet_sheet.own_lines_last((tutors + own)._side_by_side(), len(tutors)),
            "certified": bool(by_view.get("teacher")),
            "judged": tutors[-1:]._booklet_judged(),
        }


class BdeEvaluation(models.Model):
    _inherit = "bde.evaluation"

    def _booklet_judged(self):
        """[(section, code, label, level)] of the lines, nothing when none was seen."""
        sections = dict(
            self.env["bde.grid.item"]._fields["section"]._description_selection(self.env)
        )
        if not self.answer_ids.level_id:
            return []
        return [
            (
                sections[answer.section],
                answer.code or "",
                answer.name,
                answer.level_id.name or self.env._("Not seen"),
            )
            for answer in self.answer_ids
        ]


class BdeDivision(models.Model):
    _inherit = "bde.division"

    def action_booklets(self):
        """The livrets of the pupils of these classes."""
        pupils = self.schooling_ids.filtered(lambda one: not one.date_end).student_id
        if not pupils:
            raise UserError(self.env._("There is no pupil in this class."))
        return pupils.action_booklet()
