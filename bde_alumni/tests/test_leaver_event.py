from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged, users
from odoo.tools import mute_logger

from odoo.addons.bde_partnerships.models.res_company import ResCompany

from .leaver_common import LeaverCase


@tagged("post_install", "-at_install")
class TestLeaverEvent(LeaverCase):
    """Workshops: a class in two clicks, attendance one tap each, four that count."""

    def registration(self, event, pupil):
        return event.registration_ids.filtered(lambda one: one.bde_student_id == pupil)

    def test_a_class_is_invited_in_two_clicks(self):
        env = self.as_user(self.secretary_a)
        wizard = Form(env["bde.workshop.new"]).save()
        # the final-year classes of the year are chosen already
        self.assertEqual(wizard.division_ids.ids, self.division_a2.ids)
        self.assertEqual(wizard.pupil_count, 3)
        action = wizard.action_create()
        event = env["event.event"].search([("bde_kind", "=", "avenirpro")])
        self.assertEqual(action["domain"], [("event_id", "=", event.id)])
        self.assertEqual(event.registration_ids.bde_student_id.ids, self.pupils.sorted("id").ids)
        self.assertEqual(set(event.registration_ids.mapped("state")), {"open"})
        self.assertEqual(len(event.registration_ids.bde_plan_id), 3)
        self.assertEqual(event.bde_minutes, 120)

    def test_fourteen_at_the_school_in_winter_and_summer(self):
        env = self.as_user(self.secretary_a)
        for day, hour in (("2026-11-24", 13), ("2027-05-11", 12)):
            wizard = env["bde.workshop.new"].create({"date": day, "hour": 14.0})
            with self.subTest(day):
                self.assertEqual(wizard._moment().hour, hour)

    def test_who_arrives_later_is_invited_once_more(self):
        event = self.new_workshop()
        self.assertEqual(event.bde_invited_count, 3)
        late = self.new_pupil("Tom", self.division_a2, self.year.date_start.year - 18)
        late.schooling_ids.mef = False
        event.action_bde_invite_classes()
        event.action_bde_invite_classes()
        self.assertEqual(event.bde_invited_count, 4)
        self.assertTrue(self.registration(event, late).bde_plan_id)

    def test_who_objected_comes_without_a_plan(self):
        other = self.new_pupil("Zoé", self.division_a2, self.year.date_start.year - 18)
        other.schooling_ids.mef = False
        other.follow_up_objected_on = self.year.date_start
        event = self.new_workshop()
        row = self.registration(event, other)
        self.assertTrue(row)
        self.assertFalse(row.bde_plan_id)

    def test_one_pupil_alone_and_a_company(self):
        """An interview of one pupil, a company at a forum: names and plans follow."""
        env = self.as_user(self.secretary_a)
        relation = self.env["bde.relation"].create(
            {"company_id": self.school_a.id, "partner_id": self.employer.id}
        )
        event = env["event.event"].create(
            {
                "name": "Forum",
                "bde_kind": "forum",
                "bde_pupil_registration_ids": [(0, 0, {"bde_student_id": self.emma.id})],
                "bde_company_registration_ids": [(0, 0, {"bde_relation_id": relation.id})],
            }
        )
        rows = event.registration_ids.sorted("id")
        self.assertEqual(rows.mapped("name"), [self.emma.name, "Menuiserie Duval"])
        self.assertEqual(rows.bde_plan_id, self.plan(self.emma))
        self.assertEqual(event.bde_invited_count, 2)
        # who came to an event is found by the next campaign of the tax
        campaign = self.env["bde.tax.campaign"].create(
            {
                "company_id": self.school_a.id,
                "tax_year_id": self.env["bde.tax.year"]._of(self.school_a, 2025).id,
            }
        )
        self.assertNotIn(relation, campaign._tax_guests())
        rows.action_bde_came()
        self.assertIn(relation, campaign._tax_guests())

    def test_invited_before_the_plan(self):
        pupil = self.new_pupil("Paul", self.division_a2, self.year.date_start.year - 18)
        pupil.schooling_ids.mef = False
        event = self.new_workshop("early", kind="forum")
        row = self.registration(event, pupil)
        row.sudo().bde_plan_id.unlink()
        row = self.env["event.registration"].create(
            {"event_id": event.id, "bde_student_id": pupil.id}
        )
        self.assertFalse(row.bde_plan_id)
        pupil.alumnus_ids._make_plans()
        self.assertEqual(row.bde_plan_id.student_id, pupil)

    def test_one_tap_each(self):
        event = self.new_workshop()
        # whatever the day on which the tests run
        now = fields.Datetime.now()
        event.write({"date_begin": now - timedelta(hours=2), "date_end": now})
        self.registration(event, self.emma).action_bde_came()
        self.registration(event, self.lola).action_bde_absent()
        self.assertEqual((event.bde_came_count, event.bde_open_count), (1, 1))
        rest = event.env["event.registration"].with_context(default_event_id=event.id)
        rest.action_bde_rest_came()
        self.assertEqual((event.bde_came_count, event.bde_open_count), (2, 0))
        self.assertEqual(self.registration(event, self.lola).state, "cancel")
        self.registration(event, self.lola).action_bde_undo()
        self.assertEqual(event.bde_open_count, 1)

    def test_workshops_of_avenirpro_plus(self):
        """In October they are in no class any more: their plans say who is invited."""
        today = patch.object(ResCompany, "_bde_today", lambda _company: date(self.cohort, 10, 4))
        today.start()
        self.addCleanup(today.stop)
        env = self.as_user(self.secretary_a)
        wizard = Form(env["bde.workshop.new"])
        wizard.kind = "avenirpro_plus"
        self.assertEqual(wizard.pupil_count, 0)
        with self.assertRaisesRegex(UserError, "plan of a leaver"):
            wizard.save().action_create()
        self.plan(self.marc, self.secretary_a).solution = "avenirpro_plus"
        self.plan(self.lola, self.secretary_a).solution = "job"
        wizard = Form(env["bde.workshop.new"])
        wizard.kind = "avenirpro_plus"
        self.assertEqual((wizard.pupil_count, wizard.name), (1, "AvenirPro+ workshop"))
        wizard.save().action_create()
        event = env["event.event"].search([("bde_kind", "=", "avenirpro_plus")])
        self.assertEqual(event.registration_ids.bde_student_id, self.marc)
        self.assertFalse(event.bde_division_ids)
        self.plan(self.emma, self.secretary_a).solution = "avenirpro_plus"
        event.action_bde_invite_plus()
        event.action_bde_invite_plus()
        self.assertEqual(event.registration_ids.bde_student_id, self.marc | self.emma)
        self.registration(event, self.marc).action_bde_came()
        plan = self.plan(self.marc)
        self.assertIn("AvenirPro+ workshop · came", plan.workshop_text)
        self.assertEqual(plan.workshop_count, 0, "the four are those of the final year")
        # over: nobody of them comes any more
        plan.solution = "job"
        self.plan(self.emma).write(
            {"plus_from": date(self.cohort, 9, 1), "plus_to": date(self.cohort, 10, 3)}
        )
        with self.assertRaises(UserError):
            event.action_bde_invite_plus()

    def test_four_workshops_of_one_to_two_hours(self):
        plan = self.plan(self.emma)
        for number, minutes in enumerate((60, 90, 120)):
            self.registration(self.new_workshop(str(number), minutes), self.emma).action_bde_came()
        self.assertEqual(plan.workshop_count, 3)
        self.assertAlmostEqual(plan.workshop_hours, 4.5)
        # too short, too long, and a forum: none counts
        for minutes, kind in ((45, "avenirpro"), (150, "avenirpro"), (90, "forum")):
            event = self.new_workshop("other", minutes, kind)
            self.registration(event, self.emma).action_bde_came()
        self.assertEqual(plan.workshop_count, 3)
        self.assertFalse(plan.has_enough_workshops)
        fourth = self.registration(self.new_workshop("4"), self.emma)
        fourth.action_bde_came()
        self.assertTrue(plan.has_enough_workshops)
        # it was a mistake
        fourth.action_bde_absent()
        self.assertFalse(plan.has_enough_workshops)
        # the hours were wrong: it is judged again
        self.env["event.event"].search([("name", "=", "0")]).bde_kind = "other"
        self.assertEqual(plan.workshop_count, 2)

    def test_nobody_of_core_is_made_or_written_to(self):
        partners = self.env["res.partner"].search_count([])
        mails = self.env["mail.mail"].search_count([])
        leads = self.env["crm.lead"].search_count([])
        event = self.new_workshop()
        event.action_bde_all_came()
        self.assertFalse(event.sudo().event_mail_ids)
        self.assertFalse(event.sudo().question_ids)
        self.assertFalse(event.sudo().organizer_id)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(self.env["crm.lead"].search_count([]), leads)
        with self.assertRaises(ValidationError):
            event.registration_ids[0].partner_id = self.env.user.partner_id

    @users("manager_b")
    def test_another_school_sees_none(self):
        event = self.new_workshop()
        env = self.as_user(self.manager_b)
        self.assertFalse(env["event.event"].search([("id", "=", event.id)]))
        with self.assertRaises(AccessError):
            env["event.registration"].browse(event.registration_ids.ids).read(["name"])

    def test_pupils_of_another_school_are_not_invited(self):
        event = self.new_workshop()
        with self.assertRaises(UserError):
            self.as_user(self.secretary_a)["event.registration"].create(
                {"event_id": event.id, "name": "x", "bde_student_id": self.farid.id}
            )

    def test_teachers_read_workshops_through_the_plan(self):
        event = self.new_workshop("Mon CV")
        self.registration(event, self.emma).action_bde_came()
        teacher = self.as_user(self.teacher_a)
        self.assertFalse(teacher["event.registration"].has_access("read"))
        self.assertIn("Mon CV · came", self.plan(self.emma, self.teacher_a).workshop_text)

    def test_staff_see_the_schools_views(self):
        """Core's read tickets, letters and slots, which no role reads."""
        event = self.new_workshop()
        env = self.as_user(self.secretary_a)
        for model, xmlid in (
            ("event.event", "bde_alumni.view_event_form"),
            ("event.registration", "bde_alumni.view_attendance_form"),
        ):
            with self.subTest(model):
                own = self.env.ref(xmlid).id
                self.assertEqual(env[model].get_view(view_type="form")["id"], own)
                self.assertEqual(env[model].get_formview_id(), own)
                self.assertNotEqual(self.env[model].get_formview_id(), own)
        spec = {"name": {}, "bde_invited_count": {}, "user_id": {"fields": {"display_name": {}}}}
        self.assertEqual(event.web_read(spec)[0]["bde_invited_count"], 3)
        new = Form(env["event.event"])
        new.name = "Forum"
        self.assertEqual(new.save().company_id, self.school_a)

    def test_no_badges_of_core_to_print(self):
        env = self.as_user(self.secretary_a)
        for model in ("event.event", "event.registration"):
            toolbar = env[model].get_views([(False, "list")], {"toolbar": True})
            with self.subTest(model):
                self.assertFalse(toolbar["views"]["list"]["toolbar"].get("print"))

    def test_empty_class_says_what_to_do(self):
        env = self.as_user(self.secretary_a)
        empty = self.env["bde.division"].create(
            {"name": "TVIDE", "company_id": self.school_a.id, "is_final_year": True}
        )
        wizard = env["bde.workshop.new"].create({"division_ids": [(6, 0, empty.ids)]})
        with self.assertRaisesRegex(UserError, "no final-year pupil"):
            wizard.action_create()
        with self.assertRaisesRegex(UserError, "hour"):
            env["bde.workshop.new"].create({"hour": 25}).action_create()

    def test_a_class_costs_what_a_pupil_does(self):
        self.new_workshop("warm")
        self.env.flush_all()
        counts = []
        for number in (1, 20):
            division = self.new_class(f"T{number}")
            for rank in range(number):
                pupil = self.new_pupil(f"P{number}x{rank}", division, 2008)
                pupil.schooling_ids.mef = False
            event = self.new_workshop(f"of {number}")
            self.env.flush_all()
            self.env.invalidate_all()
            pupils = division.with_env(self.env)._final_students()
            self.env.flush_all()
            before = self.cr.sql_log_count
            event.with_env(self.env)._bde_invite(pupils)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 3, counts)


@tagged("post_install", "-at_install")
class TestLeaverEventRoads(HttpCase, LeaverCase):
    """Core's public addresses of events tell nobody of another school, and nobody outside."""

    def test_calendar_and_tickets_are_closed(self):
        event = self.new_workshop("Mon CV")
        self.env["res.users"].browse(self.manager_b.id).password = "manager_b manager_b"
        rows = event.registration_ids.ids
        for who in (None, "manager_b"):
            self.authenticate(who, who and "manager_b manager_b")
            with self.subTest(who):
                calendar = self.url_open(f"/event/{event.id}/ics")
                self.assertIn(calendar.status_code, (403, 404))
                self.assertNotIn("Mon CV", calendar.text)
                tickets = self.url_open(
                    f"/event/{event.id}/my_tickets?registration_ids={rows}&tickets_hash=x"
                )
                self.assertEqual(tickets.status_code, 404)

    @mute_logger("odoo.http")
    def test_papers_of_another_school_are_closed(self):
        sheet = self.env["bde.leaver.handover"].create({"plan_id": self.plan(self.marc).id})
        self.env["res.users"].browse(self.manager_b.id).password = "manager_b manager_b"
        self.authenticate("manager_b", "manager_b manager_b")
        for url in (f"/bde/cv?ids={self.plan(self.marc).id}", f"/bde/liaison?ids={sheet.id}"):
            with self.subTest(url):
                self.assertIn(self.url_open(url).status_code, (403, 404))
        for url in ("/bde/cv?ids=", "/bde/cv?ids=99999999999", "/bde/liaison?ids=x"):
            with self.subTest(url):
                self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate(None, None)
        answer = self.url_open(f"/bde/cv?ids={self.plan(self.marc).id}", allow_redirects=False)
        self.assertNotEqual(answer.status_code, 200)
