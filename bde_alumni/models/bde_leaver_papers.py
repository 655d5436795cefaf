from odoo import models
from odoo.exceptions import UserError

from odoo.addons.bde_partnerships.models.bde_document_page import stylesheet
from odoo.addons.bde_partnerships.rules.french import count, day
from odoo.addons.bde_pfmp.models.bde_placement_stay import STAY_STATES

from ..rules import leaver_papers

# a class or two; above, the server would be at one request for minutes
MAX_AT_ONCE = 60
STYLE = "bde_alumni/static/src/css/leaver_papers.css"


class BdeLeaverPlan(models.Model):
    """The CV of a final-year pupil, from his livret: tasks done, competences aimed at, companies.

    French, one page. Nothing of evaluations: what tutors thought is the pupil's and the school's.
    """

    _inherit = "bde.leaver.plan"

    def action_cv(self):
        """Opens the CVs of these pupils as one PDF.

        :raises UserError: for more than a class or two
        """
        if len(self) > MAX_AT_ONCE:
            raise UserError(
                self.env._(
                    "%(count)s CVs at once: at most %(limit)s. Take one class after the other.",
                    count=len(self),
                    limit=MAX_AT_ONCE,
                )
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/cv?ids={','.join(map(str, self.ids))}",
            "target": "new",
        }

    def _cv_pdf(self):
        """PDF of these CVs, a page each.

        :raises AccessError: the user does not read one of these plans
        :rtype: bytes
        """
        self.check_access("read")
        # sudo: stays of the whole cycle of pupils whose plan the user reads, whoever followed them
        return self.sudo()._render_cvs()

    def _render_cvs(self):
        """:meth:`_cv_pdf` once the reader was checked, or for the page of the pupil."""
        values = {"books": self._cvs(), "css": stylesheet(STYLE)}
        html = self.env["bde.document.mixin"]._render_page("bde_alumni.leaver_cv", values)
        return self.env["bde.document.version"]._render_html(html)

    def _cvs(self):
        """What each CV says (in sudo); constant queries for any number.

        :rtype: list[dict]
        """
        plans = self.with_context(lang="fr_FR", active_test=False)
        placements = plans.env["bde.placement"].search(
            [("student_id", "in", plans.student_id.ids), ("state", "in", STAY_STATES)],
            order="date_start desc, id desc",
        )
        placements.activity_ids.mapped("name")
        by_student = placements.grouped("student_id")
        books = []
        for plan in plans:
            alumnus = plan.alumnus_id
            stays = by_student.get(plan.student_id, placements.browse())
            books.append(
                {
                    "name": plan.name,
                    "training": plan.training_id.name or "",
                    "reach": [
                        part for part in (alumnus.city, alumnus.phone, alumnus.email) if part
                    ],
                    "about": plan.cv_about or "",
                    "languages": plan.cv_languages or "",
                    "more": plan.cv_more or "",
                    "school": plan.company_id.name,
                    "years": [
                        (one.school_year_id.name, one.training_id.name or "")
                        for one in plan.student_id.schooling_ids.sorted(
                            lambda one: one.school_year_id.date_start, reverse=True
                        )
                        if one.training_id
                    ],
                    "stays": [stay._cv_stay() for stay in stays],
                    "competences": leaver_papers.once(
                        activity.name
                        for activity in stays.activity_ids
                        if activity.kind == "competence"
                    ),
                }
            )
        return books


class BdePlacement(models.Model):
    _inherit = "bde.placement"

    def _cv_stay(self):
        """A stay as a CV says it: when, where, what was done."""
        self.ensure_one()
        tasks = self.activity_ids.filtered(lambda one: one.kind == "task").mapped("name")
        # what the pupil or the tutor added, a line or a sentence each
        tasks += [line.strip(" -•\t") for line in (self.tasks or "").splitlines()]
        return {
            "dates": leaver_papers.months(self.date_start, self.date_end),
            "host": self.host_id.name or "",
            "town": self.host_id.city or "",
            "weeks": count(max(1, round((self.date_end - self.date_start).days / 7)), "semaine"),
            "tasks": leaver_papers.once(filter(None, tasks))[: leaver_papers.MOST_TASKS],
        }


class BdeLeaverHandover(models.Model):
    """The sheet on paper: to be signed first, then as it was told."""

    _inherit = "bde.leaver.handover"

    def _sheet_pdf(self):
        """PDF of these sheets.

        :raises AccessError: the user does not read one of them
        :rtype: bytes
        """
        self.check_access("read")
        # sudo: what the sheet says was chosen field by field
        sheets = self.sudo()
        values = {
            "sheets": [sheet._sheet_values() for sheet in sheets],
            "css": stylesheet(STYLE),
        }
        html = self.env["bde.document.mixin"]._render_page("bde_alumni.leaver_handover", values)
        return self.env["bde.document.version"]._render_html(html)

    def _sheet_values(self):
        self.ensure_one()
        sheet = self.with_context(lang="fr_FR")
        company = sheet.company_id
        return {
            **company._tax_letterhead(),
            **(sheet.content or sheet._content()),
            "whom": leaver_papers.WHOM[sheet.body],
            "sent": sheet.state == "sent",
            "agreed": sheet.state in ("agreed", "sent"),
            "refused": sheet.state == "withdrawn",
            "agreed_on": sheet.agreed_on and day(sheet.agreed_on.isoformat()),
            "sent_on": sheet.sent_on and day(sheet.sent_on.isoformat()),
            "guardian": sheet.guardian_name or "",
            "minor": not sheet.is_adult,
            "company": company.name,
            "mail": company.bde_email or "",
            "phone": company.phone or "",
        }

    def _content(self):
        """What the sheet tells, in the words of its reader; kept once it was handed over.

        :return: dict ``person``, ``to``, ``contact``, ``lines`` [(label, value)], ``note``
        """
        self.ensure_one()
        # sudo: the person is of the plan that the user works on; what is told was chosen
        sheet = self.sudo().with_context(lang="fr_FR")
        plan, alumnus = sheet.plan_id, sheet.plan_id.alumnus_id
        bodies = dict(sheet._fields["body"]._description_selection(sheet.env))
        facts = {
            "tells_birth": alumnus.birth_date and day(alumnus.birth_date.isoformat()),
            "tells_phone": alumnus.phone,
            "tells_email": alumnus.email,
            "tells_town": " ".join(filter(None, (alumnus.zip, alumnus.city))),
            "tells_training": sheet._told_training(),
            "tells_stays": " ; ".join(row["host"] for row in plan._cvs()[0]["stays"]),
            "tells_workshops": count(plan.workshop_count, "atelier"),
            "tells_wish": sheet._told_wish(),
        }
        return {
            "person": plan.name,
            "to": bodies[sheet.body],
            "contact": sheet.body_contact or "",
            "lines": [
                (leaver_papers.LABELS[name], value)
                for name, value in facts.items()
                if sheet[name] and value
            ],
            "note": sheet.note or "",
        }

    def _told_training(self):
        alumnus = self.plan_id.alumnus_id
        results = dict(alumnus._fields["diploma_result"]._description_selection(self.env))
        result = alumnus.diploma_result != "unknown" and results[alumnus.diploma_result]
        return " – ".join(filter(None, (self.plan_id.training_id.name, result)))

    def _told_wish(self):
        plan = self.plan_id
        wishes = dict(plan._fields["wish"]._description_selection(self.env))
        wish = plan.wish != "unknown" and wishes[plan.wish]
        return " – ".join(filter(None, (wish, plan.training_label, plan.wish_text)))
