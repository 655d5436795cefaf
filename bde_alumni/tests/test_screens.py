from datetime import timedelta

from odoo import fields
from odoo.tests import tagged, users

from .cohort_common import CohortCase
from .leaver_common import LeaverCase


@tagged("post_install", "-at_install")
class TestLeaverScreens(LeaverCase):
    """What a hurried manager reads at a glance is true, and says what to do next."""

    def test_workshops_to_come_are_not_late(self):
        event = self.new_workshop()
        now = fields.Datetime.now()
        event.write({"date_begin": now + timedelta(days=1), "date_end": now + timedelta(days=2)})
        self.assertEqual((event.bde_invited_count, event.bde_open_count), (3, 0))
        event.write({"date_begin": now - timedelta(hours=2), "date_end": now})
        self.assertEqual(event.bde_open_count, 3)

    def test_no_nought_without_plans(self):
        def few(user):
            cards = self.as_user(user)["bde.home"]._home_cards()
            return [c["count"] for c in cards if c["label"] == "Fewer than four workshops"]

        self.assertEqual(few(self.secretary_a), [3])
        self.env["bde.leaver.plan"].search([]).unlink()
        self.assertEqual(few(self.secretary_a), [])

    @users("secretary_a")
    def test_address_of_the_school_is_no_private_one(self):
        self.school_a.sudo().bde_email = "bureau@lycee-a.example"
        pupils = (self.emma | self.marc).with_env(self.env)
        self.emma.email = "emma@lycee-a.example"
        self.marc.email = "marc@orange.fr"
        self.assertEqual(pupils.mapped("private_email"), [False, "marc@orange.fr"])

    @users("secretary_a")
    def test_what_ends_the_follow_up_is_a_dialog(self):
        alumnus = self.gina.with_env(self.env)
        action = alumnus.action_end()
        self.assertEqual((action["res_id"], action["target"]), (alumnus.id, "new"))
        view = self.env.ref("bde_alumni.view_alumnus_end_form")
        self.assertEqual(action["views"], [(view.id, "form")])


@tagged("post_install", "-at_install")
class TestFigureScreens(CohortCase):
    def test_surveys_are_named_by_months_in_their_order(self):
        leavers = self.new_cohort(2022, 6, job=2)
        self.ask(leavers, 2022, 12, ["study"])
        groups = self.as_user(self.secretary_a)["bde.alumni.report"]._read_group(
            [("cohort", "=", 2022)], ["survey_at"], ["answered_count:sum"]
        )
        self.assertEqual(groups, [("06", 2), ("12", 1)])

    def test_a_year_is_a_year(self):
        Wave = self.env["bde.alumni.wave"]
        words = {months: Wave._ask_words(months, 0, self.env) for months in (6, 12, 24)}
        self.assertIn("left school 6 months ago", words[6])
        self.assertIn("left school a year ago", words[12])
        self.assertIn("left school two years ago", words[24])
        self.assertEqual(Wave._ask_subject(12, self.env), "What are you doing, a year later?")

    def test_who_is_still_to_be_asked_is_counted(self):
        leavers = self.new_cohort(2022, 6, job=1, silent=3)
        leavers.sudo().informed_on = self.today
        wave = self.env["bde.alumni.wave"].search([("cohort", "=", 2022)])
        lines = self.env["bde.alumni.wave.line"].search([("wave_id", "=", wave.id)])
        lines.filtered(lambda line: line.state == "sent")[-2:].state = "to_send"
        leavers[-1:].sudo().informed_on = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((wave.waiting_count, wave.not_told_count), (1, 1))

    def test_withheld_figures_say_so(self):
        Official = self.env["bde.inserjeunes"]
        values = {
            "company_id": self.academy.id, "kind": "lycee_pro", "year_label": "cumul 2023-2024",
            "uai": "0990001A",
        }  # fmt: skip
        withheld, told = Official.create(
            [
                values | {"mefstat11": "40022004003", "measures": {}},
                values | {"mefstat11": "40022004004", "measures": {"rate_job_6": 0}},
            ]
        )
        self.assertEqual(withheld.missing_text, "Under 20: not published")
        self.assertFalse(told.missing_text)
