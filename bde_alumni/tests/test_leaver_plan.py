from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.bde_partnerships.models.res_company import ResCompany

from .leaver_common import LeaverCase


@tagged("post_install", "-at_install")
class TestLeaverPlan(LeaverCase):
    """Plans of final-year pupils: made once, worked on by teachers until the pupil leaves."""

    def at(self, day):
        """The school's day from now on."""
        moment = patch.object(ResCompany, "_bde_today", lambda company: day)
        moment.start()
        self.addCleanup(moment.stop)

    def test_made_with_the_alumnus_once(self):
        self.assertEqual(len(self.plans), 3)
        plan = self.plan(self.emma)
        self.assertEqual(plan.cohort, self.cohort)
        self.assertEqual(plan.division_id, self.division_a2)
        self.assertEqual(plan.state, "to_do")
        plan.alumnus_id._make_plans()
        self.pupils._make_alumni()
        self.assertEqual(
            self.env["bde.leaver.plan"].search_count([("student_id", "=", self.emma.id)]), 1
        )
        # typed by the bureau, without a pupil's file: none
        self.assertFalse(self.gina._leaver_plan())

    def test_who_comes_back_has_a_plan_a_year(self):
        plan = self.plan(self.emma)
        following = self.env["bde.school.year"].create(
            {"company_id": self.academy.id, "date_start": self.year.date_end + timedelta(days=1)}
        )
        self.emma.schooling_ids.date_end = self.year.date_end
        again = self.new_class("TMELEC")
        again.school_year_id = following
        self.env["bde.schooling"].create(
            {
                "student_id": self.emma.id,
                "school_year_id": following.id,
                "division_id": again.id,
                "mef": False,
            }
        ).mef = False
        plan.alumnus_id._follow_leavers()
        plans = self.env["bde.leaver.plan"].search([("student_id", "=", self.emma.id)])
        self.assertEqual(plans.mapped("cohort"), [self.cohort + 1, self.cohort])
        self.assertEqual(plan.division_id, self.division_a2)

    def test_who_goes_on_here_has_no_plan(self):
        """Made an alumnus from a class that is no final year: only once he has left."""
        pupil = self.new_pupil("Yann", self.division_a, self.year.date_start.year - 17)
        pupil._make_alumni()
        plans = [("student_id", "=", pupil.id)]
        self.assertFalse(self.env["bde.leaver.plan"].search(plans))
        pupil.schooling_ids.date_end = self.school_a._bde_today() - timedelta(days=1)
        pupil.alumnus_ids._follow_leavers()
        self.assertTrue(self.env["bde.leaver.plan"].search(plans).has_left)

    def test_state_follows_wish_and_solution(self):
        plan = self.plan(self.emma, self.secretary_a)
        plan.wish = "study"
        self.assertEqual(plan.state, "running")
        plan.solution = "study"
        self.assertEqual(plan.state, "solved")
        self.assertEqual(plan.solution_on, self.school_a._bde_today())
        plan.solution = "none"
        self.assertFalse(plan.solution_on)

    def test_teachers_of_the_class_work_on_it_until_he_leaves(self):
        plan = self.plan(self.emma, self.teacher_a)
        plan.write({"wish": "job", "cv_languages": "English (B1)"})
        self.env["bde.leaver.interview"].with_env(plan.env).create(
            {"plan_id": plan.id, "agreed": "He calls two companies."}
        )
        self.assertEqual(plan.interview_ids.user_id, self.teacher_a)
        with self.assertRaises(AccessError):
            plan.alumnus_id.read(["email"])
        # not those of a class that is none of his, nor of another school
        last = self.new_pupil("Ugo", self.new_class("TCUIS"), self.year.date_start.year - 18)
        last.schooling_ids.mef = False
        last._make_alumni()
        plans = plan.env["bde.leaver.plan"].search([])
        self.assertEqual(plans.student_id, self.pupils)
        self.assertEqual(len(self.as_user(self.secretary_a)["bde.leaver.plan"].search([])), 4)
        self.assertFalse(self.as_user(self.teacher_b)["bde.leaver.plan"].search(
            [("id", "in", self.plans.ids)]))  # fmt: skip
        # nothing after he left
        self.plan(self.emma).alumnus_id.sudo().has_left = True
        self.assertNotIn(self.emma, plan.env["bde.leaver.plan"].search([]).student_id)
        with self.assertRaises(AccessError):
            plan.invalidate_recordset()
            plan.read(["wish"])
        self.assertFalse(plan.env["bde.leaver.interview"].search([]))

    def test_teacher_of_no_class_reads_none(self):
        self.division_a2.principal_ids = False
        self.assertFalse(self.as_user(self.teacher_a)["bde.leaver.plan"].search([]))

    def test_school_life_reads_none(self):
        for user in (self.school_life_a, self.intendance_a, self.correspondent, self.bde_admin):
            with self.subTest(user.login):
                self.assertFalse(self.as_user(user)["bde.leaver.plan"].has_access("read"))

    def test_nobody_types_what_follows(self):
        plan = self.plan(self.emma, self.manager_a)
        for vals in ({"workshop_count": 4}, {"solution_on": "2026-01-01"}):
            with self.subTest(vals), self.assertRaises(AccessError):
                plan.write(vals)

    def test_interviews_say_the_next_one(self):
        plan = self.plan(self.emma, self.secretary_a)
        today = self.school_a._bde_today()
        Interview = plan.env["bde.leaver.interview"]
        Interview.create(
            {"plan_id": plan.id, "agreed": "CV", "date": today - timedelta(days=9),
             "next_on": today}
        )  # fmt: skip
        self.assertEqual(plan.next_interview_on, today)
        Interview.create({"plan_id": plan.id, "agreed": "Done", "date": today})
        self.assertFalse(plan.next_interview_on)
        with self.assertRaises(ValidationError):
            Interview.create(
                {"plan_id": plan.id, "agreed": "x", "date": today,
                 "next_on": today - timedelta(days=1)}
            )  # fmt: skip

    def test_who_acts_is_a_colleague(self):
        plan = self.plan(self.emma, self.secretary_a)
        plan.action_take()
        self.assertEqual(plan.follower_id, self.secretary_a)
        with self.assertRaises(ValidationError):
            self.plan(self.emma).follower_id = self.manager_b

    # ------------------------------------------------------------
    # AvenirPro+
    # ------------------------------------------------------------

    def test_avenirpro_plus_from_september_for_four_months(self):
        plan = self.plan(self.emma, self.secretary_a)
        self.at(fields.Date.to_date(f"{self.cohort}-06-20"))
        plan.solution = "avenirpro_plus"
        self.assertEqual(str(plan.plus_from), f"{self.cohort}-09-01")
        self.assertEqual(str(plan.plus_to), f"{self.cohort}-12-31")
        with self.assertRaises(ValidationError):
            plan.plus_to = f"{self.cohort + 1}-01-15"
        with self.assertRaises(ValidationError):
            plan.plus_from = f"{self.cohort}-08-25"

    def test_avenirpro_plus_is_a_wish_before_june(self):
        plan = self.plan(self.emma, self.secretary_a)
        plan.wish = "avenirpro_plus"
        self.at(fields.Date.to_date(f"{self.cohort}-05-31"))
        with self.assertRaisesRegex(UserError, "June"):
            plan.solution = "avenirpro_plus"

    def test_avenirpro_plus_is_over_in_january(self):
        plan = self.plan(self.emma, self.secretary_a)
        self.at(fields.Date.to_date(f"{self.cohort + 1}-01-04"))
        with self.assertRaisesRegex(UserError, "four months"):
            plan.solution = "avenirpro_plus"

    def test_who_ends_avenirpro_plus_is_without_a_solution_again(self):
        plan = self.plan(self.emma)
        self.at(fields.Date.to_date(f"{self.cohort}-10-01"))
        plan.solution = "avenirpro_plus"
        self.run_jobs_inside()
        self.env["bde.leaver.plan"]._cron_plus_ended()
        self.assertEqual(plan.solution, "avenirpro_plus")
        self.at(fields.Date.to_date(f"{self.cohort + 1}-01-01"))
        self.env["bde.leaver.plan"]._cron_plus_ended()
        self.assertEqual(plan.solution, "none")

    # ------------------------------------------------------------
    # Outcomes and offers
    # ------------------------------------------------------------

    def test_a_survey_answers_the_plan_and_back(self):
        plan, alumnus = self.plan(self.emma), self.plan(self.emma).alumnus_id
        alumnus._note_outcome({"situation": "looking", "source": "link"})
        self.assertEqual(plan.solution, "none")
        alumnus._note_outcome(
            {"situation": "job", "source": "link", "employer_text": "Menuiserie Duval"}
        )
        self.assertEqual((plan.solution, plan.solution_source), ("job", "survey"))
        self.assertEqual(plan.solution_text, "Menuiserie Duval")
        # told by hand after he left: the first row of his history
        other = self.plan(self.marc)
        other.alumnus_id.sudo().has_left = True
        other._solve("study", "pupil", "BTS, Bordeaux")
        outcome = other.alumnus_id.outcome_ids
        self.assertEqual((outcome.situation, outcome.source), ("study", "plan"))
        self.assertEqual(outcome.study_place, "BTS, Bordeaux")

    def test_offers_of_his_training(self):
        plan = self.plan(self.emma, self.secretary_a)
        trainings = [(6, 0, self.training_a.ids)]
        other = self.training_a.copy({"code": "OTHER", "mef": "2472550522"})
        Offer = self.env["bde.job.offer"].sudo()
        base = {"company_id": self.school_a.id, "state": "published"}
        mine, everybody, theirs, old = Offer.create(
            [
                {**base, "title": "Electrician", "training_ids": trainings},
                {**base, "title": "Any"},
                {**base, "title": "Cook", "training_ids": [(6, 0, other.ids)]},
                {**base, "title": "Not yet", "state": "proposed"},
            ]
        )
        self.assertEqual(plan.offer_ids, mine | everybody)
        self.assertNotIn(theirs | old, plan.offer_ids)

    def test_offers_in_the_order_in_which_he_reads_them(self):
        """What he wishes, then his town, then what ends soon; nothing that is over."""
        plan = self.plan(self.emma, self.secretary_a)
        plan.alumnus_id.city = "Saint-Médard"
        plan.wish = "apprenticeship"
        today = self.school_a._bde_today()
        rows = (
            ("Job, far, soon", "job", False, 2),
            ("Job, near", "job", "SAINT MEDARD", 30),
            ("Apprentice, far", "apprenticeship", "Lille", 20),
            ("Apprentice, near", "apprenticeship", "saint-medard", 40),
            ("Over", "apprenticeship", "Saint-Médard", -1),
        )
        Offer = self.env["bde.job.offer"].sudo()
        Offer.create(
            [
                {
                    "company_id": self.school_a.id,
                    "state": "published",
                    "title": title,
                    "kind": kind,
                    "city": city,
                    "expires_on": today + timedelta(days=days),
                }
                for title, kind, city, days in rows
            ]
        )
        self.assertEqual(
            plan.offer_ids.mapped("title"),
            ["Apprentice, near", "Apprentice, far", "Job, near", "Job, far, soon"],
        )
        # those of the network, on the page of the same person, by town
        found = Offer._matched(self.school_a, plan.training_id, "Saint-Médard")
        self.assertEqual(
            found.mapped("title"),
            ["Job, near", "Apprentice, near", "Job, far, soon", "Apprentice, far"],
        )
