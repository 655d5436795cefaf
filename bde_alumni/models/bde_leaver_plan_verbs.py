from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import safety_net

# solutions that are an outcome of a leaver too
OF_OUTCOMES = ("job", "apprenticeship", "study")


class BdeLeaverPlan(models.Model):
    """How plans are made, and what follows when a pupil has found something."""

    _inherit = "bde.leaver.plan"

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        plans.filtered(lambda one: one.solution != "none")._solution_changed()
        return plans

    def write(self, vals):
        before = {plan: plan.solution for plan in self} if "solution" in vals else {}
        result = super().write(vals)
        self.filtered(lambda one: before.get(one, one.solution) != one.solution)._solution_changed()
        return result

    def _open_plus(self):
        """Dates of AvenirPro+: for leavers of the last session alone, while it lasts (in sudo)."""
        groups = self.grouped(lambda one: (one.company_id._bde_today(), one.cohort))
        for (today, cohort), plans in groups.items():
            if not safety_net.is_last_session(cohort, today):
                raise UserError(
                    self.env._(
                        "AvenirPro+ is for those who have just left: it is noted from June of"
                        " %(year)s on. Until then it is a wish.",
                        year=cohort,
                    )
                )
            dates = safety_net.plus_dates(cohort, today)
            if not dates:
                raise UserError(
                    self.env._(
                        "AvenirPro+ is over for the leavers of %(year)s: it lasts four"
                        " months at most from 1 September.",
                        year=cohort,
                    )
                )
            for name, day in zip(("plus_from", "plus_to"), dates, strict=True):
                plans.filtered(lambda one, name=name: not one[name])[name] = day

    @api.model
    def _in_plus(self, company):
        """Plans of those in AvenirPro+ at a school, today or from September on."""
        return self.search(
            [
                ("company_id", "=", company.id),
                ("solution", "=", "avenirpro_plus"),
                ("plus_to", ">=", company._bde_today()),
            ]
        )

    def _solve(self, solution, source, text=None):
        """Notes what these leavers found; what waited for them is closed.

        :param str solution: of ``SOLUTIONS``
        :param str source: of ``SOURCES``
        :param str text: where: company, school, town
        """
        self.check_access("write")
        vals = {"solution": solution, "solution_source": source}
        if text is not None:
            vals["solution_text"] = text
        self.write(vals)

    def _solution_changed(self):
        """What follows from a solution found, or lost again."""
        # sudo: dates and lines that follow, nobody writes them; teachers note solutions too
        for company, plans in self.sudo().grouped("company_id").items():
            plans.filtered(lambda one: one.solution == "avenirpro_plus")._open_plus()
            solved = plans.filtered(lambda one: one.solution != "none")
            solved.write({"solution_on": company._bde_today()})
            (plans - solved).write(
                {"solution_on": False, "solution_source": False, "solution_text": False}
            )
            (plans - solved)._reopen_net()
            for solution, group in solved.grouped("solution").items():
                group._close_net(solution)
                group._note_outcomes(solution)

    def _note_outcomes(self, solution):
        """What a leaver found is the first row of his history; not what a survey told (in sudo)."""
        if solution not in OF_OUTCOMES or self.env.context.get("bde_from_outcome"):
            return
        where = "study_place" if solution == "study" else "employer_text"
        for plan in self.filtered("has_left"):
            plan.alumnus_id._note_outcome(
                {
                    "situation": solution,
                    "source": "plan",
                    where: plan.solution_text or False,
                }
            )

    @api.model
    def _cron_plus_ended(self):
        """Who ends AvenirPro+ without anything is again without a solution."""
        # sudo: the plans of each school, by its own date
        rows = self.sudo()._read_group([("solution", "=", "avenirpro_plus")], ["company_id"])
        companies = self.env["res.company"].union(*(company for (company,) in rows))
        companies._bde_each(self._end_plus)

    @api.model
    def _end_plus(self, company):
        # sudo: as above
        over = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("solution", "=", "avenirpro_plus"),
                ("plus_to", "<", company._bde_today()),
            ]
        )
        over.write({"solution": "none", "plus_from": False, "plus_to": False})
        school = self.with_context(lang=company.partner_id.lang or "fr_FR")
        text = school.env._("AvenirPro+ is over: a solution is looked for again.")
        over._message_log_batch(bodies=dict.fromkeys(over.ids, text))

    def _take_registrations(self):
        """Takes the workshops of the year to which pupils without a plan were invited (in sudo)."""
        for year, plans in self.grouped("school_year_id").items():
            rows = self.env["event.registration"].search(
                [
                    ("bde_student_id", "in", plans.student_id.ids),
                    ("bde_plan_id", "=", False),
                    ("event_id.date_begin", ">=", year.date_start),
                ]
            )
            of_student = {plan.student_id: plan for plan in plans}
            for row in rows:
                row.bde_plan_id = of_student[row.bde_student_id]

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_student(self):
        """The pupil's file, while the school keeps it."""
        self.ensure_one()
        return self.student_id._get_records_action()

    def action_alumnus(self):
        """His record among the alumni."""
        self.ensure_one()
        return self.alumnus_id._get_records_action()

    def action_attendance(self):
        """Workshops and meetings of these pupils."""
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_alumni.action_attendance")
        action["domain"] = [("bde_plan_id", "in", self.ids)]
        action["context"] = {}
        return action

    def action_take(self):
        """I act for these pupils."""
        self.follower_id = self.env.user

    def action_handover(self):
        """Opens the sheet for the Mission locale or France Travail, made now if there is none."""
        self.ensure_one()
        sheet = self.env["bde.leaver.handover"].search(
            [("plan_id", "=", self.id), ("state", "in", ("draft", "agreed"))], limit=1
        )
        if not sheet:
            sheet = self.env["bde.leaver.handover"].create({"plan_id": self.id})
        return sheet._get_records_action()


class BdeAlumnus(models.Model):
    """The plan of a final-year pupil comes with his record among the alumni."""

    _inherit = "bde.alumnus"

    plan_ids = fields.One2many("bde.leaver.plan", "alumnus_id", string="Plans")

    def action_plan(self):
        """The plan of the final year, the last one when he stayed longer."""
        self.ensure_one()
        return self._leaver_plan()._get_records_action()

    @api.model_create_multi
    def create(self, vals_list):
        alumni = super().create(vals_list)
        alumni._make_plans()
        return alumni

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"cohort", "student_id", "has_left"}:
            # he comes back for another year, or leaves before the end
            self._make_plans()
        return result

    def _make_plans(self):
        """Plans of those in a final year, and of those who left another one before its end.

        For the year of their last schooling, once each; constant queries.

        :return: the plans that were made
        :rtype: bde.leaver.plan
        """
        if self.env.context.get("bde_joining"):
            return self.env["bde.leaver.plan"]
        # sudo: whoever makes an alumnus makes his plan
        schoolings = self.sudo().student_id.schooling_id
        final = schoolings._in_final_year() | schoolings.filtered("date_end")
        alumni = self.sudo().filtered(lambda one: one.student_id.schooling_id in final)
        Plan = self.env["bde.leaver.plan"].sudo()
        there = {
            (alumnus.id, year.id)
            for alumnus, year in Plan._read_group(
                [("alumnus_id", "in", alumni.ids)], ["alumnus_id", "school_year_id"]
            )
        }
        vals_list = [
            {
                "alumnus_id": one.id,
                "student_id": one.student_id.id,
                "school_year_id": one.student_id.school_year_id.id,
            }
            for one in alumni
        ]
        plans = Plan.with_context(tracking_disable=True, mail_create_nosubscribe=True).create(
            [
                vals
                for vals in vals_list
                if (vals["alumnus_id"], vals["school_year_id"]) not in there
            ]
        )
        plans._take_registrations()
        return plans

    def _leaver_plan(self):
        """The last plan of this alumnus, none when he was typed by the bureau.

        :rtype: bde.leaver.plan
        """
        self.ensure_one()
        return self.env["bde.leaver.plan"].search(
            [("alumnus_id", "=", self.id)], order="cohort desc, id desc", limit=1
        )


class BdeStudent(models.Model):
    _inherit = "bde.student"

    plan_ids = fields.One2many(
        "bde.leaver.plan",
        "student_id",
        string="Plans",
        groups="bde_partnerships.group_teacher,bde_partnerships.group_secretary",
    )

    def action_plan(self):
        """The plan of the final year, as far as the user works on it."""
        self.ensure_one()
        plan = self.env["bde.leaver.plan"].search(
            [("student_id", "=", self.id)], order="cohort desc", limit=1
        )
        return plan._get_records_action()
