from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.bde_partnerships.models.res_company import ResCompany

from .leaver_common import LeaverCase


@tagged("post_install", "-at_install")
class TestLeaverNet(LeaverCase):
    """Rounds of June, September, October and January: a list that goes down to zero."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_jobs_inside()

    def at(self, day):
        moment = patch.object(ResCompany, "_bde_today", lambda company: day)
        moment.start()
        self.addCleanup(moment.stop)

    def line(self, one, pupil):
        return one.line_ids.filtered(lambda row: row.plan_id.student_id == pupil)

    def activities(self, pupil):
        plan = self.plan_of[pupil]
        return self.env["mail.activity"].search(
            [("res_model", "=", "bde.leaver.plan"), ("res_id", "=", plan.id)]
        )

    def test_lists_those_without_a_solution(self):
        self.plan(self.marc)._solve("job", "pupil", "Duval")
        one = self.new_round()
        self.assertEqual((one.leaver_count, one.line_count, one.open_count), (3, 2, 2))
        self.assertEqual(one.state, "running")
        self.assertFalse(self.line(one, self.marc))
        with self.assertRaisesRegex(UserError, "begun"):
            one.action_begin()

    def test_goes_down_to_zero(self):
        one = self.new_round()
        lines = one.line_ids
        self.plan(self.emma, self.teacher_a).solution = "apprenticeship"
        self.assertEqual(one.open_count, 2)
        line = self.line(one, self.emma)
        self.assertEqual(line.solution, "apprenticeship")
        self.assertEqual(line.closed_on, self.school_a._bde_today())
        # one button for many
        action = (lines - line).action_close()
        wizard = one.env["bde.leaver.close"].with_context(**action["context"]).create(
            {"solution": "mission_locale", "source": "staff", "solution_text": "Bordeaux"}
        )  # fmt: skip
        wizard.action_close()
        self.assertEqual((one.open_count, one.state), (0, "over"))
        self.assertEqual(set(self.plans.mapped("solution")), {"apprenticeship", "mission_locale"})
        with self.assertRaisesRegex(UserError, "Nobody"):
            lines.action_close()

    def test_a_solution_lost_is_on_the_list_again(self):
        one = self.new_round()
        plan = self.plan(self.emma, self.secretary_a)
        plan.solution = "job"
        self.assertEqual(one.open_count, 2)
        plan.solution = "none"
        self.assertEqual(one.open_count, 3)
        self.assertFalse(self.line(one, self.emma).solution)
        # found before the round, lost while it runs: added to it
        self.plan(self.lola)._solve("study", "pupil")
        second = self.new_round("09")
        self.assertFalse(self.line(second, self.lola))
        self.plan(self.lola)._solve("none", "staff")
        self.assertTrue(self.line(second, self.lola).is_open)
        self.assertEqual(one.state, "over")

    def test_the_next_round_goes_on_with_what_was_agreed(self):
        one = self.new_round()
        line = self.line(one, self.emma)
        line.write({"user_id": self.manager_a.id, "note": "Called twice", "situation": "looking"})
        self.plan(self.lola)._solve("study", "pupil")
        second = self.new_round("09")
        self.assertEqual(one.state, "over")
        again = self.line(second, self.emma)
        self.assertEqual(again.user_id, self.manager_a)
        self.assertEqual((again.note, again.situation), ("Called twice", "looking"))
        self.assertFalse(self.line(second, self.lola))
        self.assertEqual(second.line_count, 2)

    def test_a_day_that_passed_is_not_taken_over(self):
        """What was agreed for after the summer stays; a day of June is none in September."""
        one = self.new_round()
        self.line(one, self.emma).next_on = one.date + timedelta(days=3)
        september = date(self.cohort, 9, 15)
        self.line(one, self.lola).next_on = september + timedelta(days=2)
        self.line(one, self.marc).next_on = False
        self.at(september)
        second = one.create({"cohort": self.cohort, "month": "09", "date": september})
        second.action_begin()
        days = {pupil: self.line(second, pupil).next_on.day for pupil in self.pupils}
        self.assertEqual(days, {self.emma: 22, self.lola: 17, self.marc: 22})

    def test_who_acts_has_one_activity(self):
        one = self.new_round()
        line = self.line(one, self.emma)
        line.action_take()
        self.assertEqual(self.activities(self.emma).user_id, self.secretary_a)
        day = self.school_a._bde_today() + timedelta(days=3)
        line.write({"next_on": day, "user_id": self.manager_a.id})
        self.assertEqual(self.activities(self.emma).mapped("date_deadline"), [day])
        self.assertEqual(self.activities(self.emma).user_id, self.manager_a)
        line.action_postpone()
        self.assertEqual(line.next_on, self.school_a._bde_today() + timedelta(days=14))
        self.plan(self.emma)._solve("job", "pupil")
        self.assertFalse(self.activities(self.emma))

    def test_teachers_act_for_nobody_who_has_left(self):
        one = self.new_round()
        with self.assertRaises(ValidationError):
            one.line_ids.user_id = self.teacher_a
        self.assertFalse(self.as_user(self.teacher_a)["bde.leaver.net"].has_access("read"))

    def test_follower_of_the_bureau_goes_on(self):
        self.plan(self.emma).follower_id = self.manager_a
        self.plan(self.lola).follower_id = self.teacher_a
        one = self.new_round()
        self.assertEqual(self.line(one, self.emma).user_id, self.manager_a)
        self.assertFalse(self.line(one, self.lola).user_id)

    def test_the_dead_are_on_no_list(self):
        self.plan(self.emma).alumnus_id.sudo().is_deceased = True
        one = self.new_round()
        self.assertFalse(self.line(one, self.emma))
        self.assertEqual(one.leaver_count, 2)

    def test_rounds_begin_by_themselves_on_the_academys_days(self):
        Round = self.env["bde.leaver.round"]
        mine = [("company_id", "=", self.school_a.id)]
        self.env["bde.leaver.date"].create(
            {
                "company_id": self.academy.id,
                "cohort": self.cohort,
                "month": "06",
                "date": date(self.cohort, 6, 22),
            }
        )
        self.at(date(self.cohort, 6, 21))
        Round._cron_rounds()
        self.assertFalse(Round.search(mine))
        self.at(date(self.cohort, 6, 22))
        Round._cron_rounds()
        Round._cron_rounds()
        june = Round.search(mine)
        self.assertEqual((june.month, june.state, june.line_count), ("06", "running", 3))
        self.assertEqual(june.date, date(self.cohort, 6, 22))
        self.at(date(self.cohort, 9, 15))
        Round._cron_rounds()
        rounds = Round.search(mine, order="date")
        self.assertEqual(rounds.mapped("month"), ["06", "09"])
        self.assertEqual(rounds.mapped("state"), ["over", "running"])
        # school B has its own
        theirs = Round.search([("company_id", "=", self.school_b.id)])
        self.assertEqual(theirs.line_ids.plan_id.student_id, self.farid)

    def test_dates_lie_in_their_year(self):
        with self.assertRaises(ValidationError):
            self.env["bde.leaver.date"].create(
                {"company_id": self.academy.id, "cohort": 2026, "month": "01",
                 "date": date(2026, 1, 12)}
            )  # fmt: skip
        with self.assertRaises(AccessError):
            self.as_user(self.manager_a)["bde.leaver.date"].create({"cohort": 2026, "month": "01"})

    def test_ends_with_those_who_are_left(self):
        one = self.new_round()
        one.line_ids.action_take()
        one.action_end()
        self.assertEqual((one.state, one.open_count), ("over", 3))
        self.assertFalse(self.activities(self.emma))

    def test_who_leaves_the_bureau_leaves_counts_without_names(self):
        one = self.new_round()
        self.line(one, self.emma).action_take()
        self.plan(self.lola).follower_id = self.secretary_a
        handover = self.env["bde.handover"].create(
            {
                "company_id": self.school_a.id,
                "from_user_id": self.secretary_a.id,
                "to_user_id": self.manager_a.id,
            }
        )
        school = handover.with_company(self.school_a)
        rows = [row for row in school._handover_items() if row["kind"] == "leaver"]
        self.assertEqual([row["res_model"] for row in rows], ["bde.leaver.round", "bde.division"])
        self.assertIn("1", rows[0]["detail"])
        self.assertNotIn("Dupont".upper(), str(rows))
        handover.with_user(self.secretary_a).sudo().action_give()
        self.assertEqual(self.line(one, self.emma).user_id, self.manager_a)
        self.assertEqual(self.activities(self.emma).user_id, self.manager_a)
        self.assertEqual(self.plan(self.lola).follower_id, self.manager_a)
        given = handover.line_ids.filtered(lambda row: row.kind == "leaver")
        self.assertEqual(given.mapped("state"), ["done", "done"])
        self.assertFalse(self.plan(self.marc).follower_id, "nobody else's")

    def test_another_school_reads_nothing(self):
        one = self.new_round()
        env = self.as_user(self.manager_b)
        self.assertFalse(env["bde.leaver.net"].search([("id", "in", one.line_ids.ids)]))
        with self.assertRaises(AccessError):
            env["bde.leaver.round"].browse(one.id).action_end()

    def test_a_round_costs_the_same_for_a_class(self):
        counts = []
        for month, number in (("06", 1), ("09", 20)):
            for rank in range(number):
                pupil = self.new_pupil(f"N{month}{rank}", self.division_a2, 2008)
                pupil._make_alumni()
            self.env.flush_all()
            one = self.env["bde.leaver.round"].create(
                {"company_id": self.school_a.id, "cohort": self.cohort, "month": month}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            one.action_begin()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 12, counts)

    # ------------------------------------------------------------
    # Home
    # ------------------------------------------------------------

    def cards(self, user):
        cards = self.as_user(user)["bde.home"]._home_cards()
        return {card["label"]: card for card in cards}

    def test_cards_go_down_to_zero_and_open_what_they_count(self):
        one = self.new_round()
        today = self.school_a._bde_today()
        one.line_ids.next_on = today + timedelta(days=2)
        line = self.line(one, self.emma)
        line.write({"user_id": self.secretary_a.id, "next_on": today - timedelta(days=1)})
        cards = self.cards(self.secretary_a)
        counts = {label: cards[label]["count"] for label in (
            "Leavers: next step late", "Leavers for whom nobody acts", "Leavers without a solution",
            "Plans to begin", "Fewer than four workshops",
        )}  # fmt: skip
        self.assertEqual(list(counts.values()), [1, 2, 3, 3, 3])
        env = self.as_user(self.secretary_a)
        for label in counts:
            action = env["ir.actions.act_window"]._for_xml_id(cards[label]["action"]["xmlid"])
            found = env[action["res_model"]].search_count(cards[label]["action"]["domain"])
            self.assertEqual(found, counts[label], label)
        self.plans._solve("job", "pupil", "Duval")
        cards = self.cards(self.secretary_a)
        self.assertEqual([cards[label]["count"] for label in list(counts)[:4]], [0, 0, 0, 0])

    def test_teachers_see_their_classes(self):
        self.assertEqual(self.cards(self.teacher_a)["Plans to begin"]["count"], 3)
        self.assertNotIn("Leavers without a solution", self.cards(self.teacher_a))
        self.assertNotIn("Plans to begin", self.cards(self.school_life_a))
