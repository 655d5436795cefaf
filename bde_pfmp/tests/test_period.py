"""Periods: dates, weeks, key dates, and the placements they make."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .placement_common import PlacementCase


@tagged("post_install", "-at_install")
class TestPeriod(PlacementCase):
    def test_weeks(self):
        self.assertEqual(self.period_a.weeks, 3)
        # fifteen weekdays, less Armistice when it falls on one of them
        armistice = self.start + timedelta(days=(11 - self.start.day) % 30)
        self.assertEqual(armistice.month, 11)
        off = armistice.weekday() < 5
        self.assertEqual(self.period_a.working_days, 14 if off else 15)
        self.assertIn("Armistice", self.period_a.calendar_notes)

    def test_school_holidays_are_shown(self):
        self.env["bde.holiday"].create(
            {
                "company_id": self.academy.id,
                "school_year_id": self.year.id,
                "zone": "A",
                "name": "Congé d'essai",
                "date_start": self.end,
                "date_end": self.end + timedelta(days=9),
            }
        )
        self.period_a.invalidate_recordset(["calendar_notes"])
        self.assertIn("Congé d'essai", self.period_a.calendar_notes)

    def test_inside_the_school_year(self):
        with self.assertRaisesRegex(ValidationError, "must lie inside it"):
            self.period_a.date_end = self.year.date_end + timedelta(days=1)

    def test_year_follows_the_first_day(self):
        next_year = self.env["bde.school.year"].create(
            {
                "company_id": self.academy.id,
                "date_start": self.year.date_end + timedelta(days=1),
            }
        )
        period = self.env["bde.period"].create(
            {
                "name": "Later",
                "company_id": self.school_a.id,
                "date_start": next_year.date_start + timedelta(days=30),
                "date_end": next_year.date_start + timedelta(days=40),
            }
        )
        self.assertEqual(period.school_year_id, next_year)
        with self.assertRaisesRegex(ValidationError, "not a class of the school year"):
            period.division_ids = self.division_a

    def test_dates_in_order(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.period_a.date_end = self.start - timedelta(days=1)
            self.env.flush_all()

    def test_key_dates(self):
        dates = {one.code: one.date for one in self.period_a.deadline_ids}
        departure = self.start - timedelta(days=3)  # the Friday before
        self.assertEqual(dates["complete"], departure)
        self.assertEqual(dates["host"], departure - timedelta(days=35))
        self.assertEqual(dates["attestation"], self.end + timedelta(days=5))

    def test_key_dates_are_the_school_s_to_change(self):
        deadline = self.period_a.deadline_ids.filtered(lambda one: one.code == "host")
        own = self.as_user(self.secretary_a)["bde.period.deadline"].browse(deadline.id)
        own.date = self.start - timedelta(days=60)
        self.assertEqual(deadline.date, self.start - timedelta(days=60))
        # moved with the period: counted again
        self.period_a.write(
            {
                "date_start": self.start + timedelta(days=7),
                "date_end": self.end + timedelta(days=7),
            }
        )
        self.assertEqual(deadline.date, self.start + timedelta(days=7 - 3 - 35))

    def test_what_is_open_at_each_key_date(self):
        self.period_a.action_create_placements()
        first, second, third = self.period_a.placement_ids
        first.referent_id = self.prof_a
        first.host_id = self.employer
        second._ensure_hostings().state = "submitted"
        counts = {one.code: one.open_count for one in self.period_a.deadline_ids}
        self.assertEqual(
            counts,
            {
                "referent": 2,
                "host": 1,
                "hosting": 2,
                "convention": 3,
                "signed": 3,
                "complete": 3,
                "attestation": 3,
            },
        )
        deadline = self.period_a.deadline_ids.filtered(lambda one: one.code == "host")
        deadline.date = self.school_a._bde_today() - timedelta(days=1)
        self.assertTrue(deadline.is_late)
        third.host_id = self.employer
        self.assertFalse(deadline.is_late, "nobody is late")

    def test_name_is_proposed(self):
        period = self.env["bde.period"].create(
            {
                "company_id": self.school_a.id,
                "division_ids": [(6, 0, (self.division_a | self.division_a2).ids)],
                "date_start": self.start,
                "date_end": self.end,
            }
        )
        self.assertEqual(period.name, "PFMP – 1MELEC, 2MELEC")

    # ------------------------------------------------------------------
    # Placements
    # ------------------------------------------------------------------

    def test_create_placements(self):
        period = self.period_a.with_env(self.as_user(self.secretary_a))
        self.assertEqual(period.missing_count, 3)
        action = period.action_create_placements()
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(period.state, "open")
        self.assertEqual(
            period.placement_ids.student_id, self.aline | self.boris | self.chloe, "no apprentice"
        )
        placement = period.placement_ids[0]
        self.assertEqual((placement.date_start, placement.date_end), (self.start, self.end))
        self.assertEqual(placement.state, "to_place")
        self.assertEqual(placement.division_id, self.division_a)
        self.assertEqual(placement.school_year_id, self.year)
        self.assertEqual((period.placement_count, period.to_place_count), (3, 3))

    def test_second_run_adds_only_the_missing(self):
        self.period_a.action_create_placements()
        first = self.period_a.placement_ids
        self.new_pupil("Gina", self.division_a, self.start.year - 17)
        first[0].action_set_aside("dispensed")
        action = self.period_a.action_create_placements()
        new = self.period_a.placement_ids - first
        self.assertEqual(new.student_id.mapped("firstname"), ["Gina"])
        self.assertEqual(action["params"]["message"], "1 placements created.")
        action = self.period_a.action_create_placements()
        self.assertEqual(action["params"]["type"], "info")
        self.assertEqual(len(self.period_a.with_context(active_test=False).placement_ids), 4)

    def test_pupils_who_left_or_leave_before(self):
        self.new_pupil(
            "Hugo",
            self.division_a,
            self.start.year - 17,
            date_start=self.year.date_start,
            date_end=self.start - timedelta(days=1),
        )
        self.new_pupil(
            "Inès",
            self.division_a,
            self.start.year - 17,
            date_start=self.year.date_start,
            date_end=self.start + timedelta(days=2),
        )
        self.period_a.action_create_placements()
        names = self.period_a.placement_ids.student_id.mapped("firstname")
        self.assertNotIn("Hugo", names)
        self.assertIn("Inès", names)

    def test_needs_classes_and_an_open_period(self):
        self.period_a.action_close()
        with self.assertRaisesRegex(UserError, "closed"):
            self.period_a.action_create_placements()
        self.period_a.action_open()
        self.period_a.division_ids = False
        with self.assertRaisesRegex(UserError, "Choose the classes"):
            self.period_a.action_create_placements()

    def test_period_with_placements_stays(self):
        self.period_a.action_create_placements()
        with self.assertRaisesRegex(UserError, "close it instead"):
            self.period_a.unlink()

    def test_stages(self):
        self.period_a.action_create_placements()
        self.period_a.placement_ids[0].host_id = self.employer
        self.assertEqual(self.period_a.to_make_count, 1)
        self.assertEqual(self.period_a.to_place_count, 2)
        action = self.period_a.with_context(bde_stage="to_place").action_view_stage()
        self.assertEqual(self.env["bde.placement"].search_count(action["domain"]), 2)

    def _create_with(self, number):
        """Queries that it takes to make the placements of a new class of that size."""
        division = self.division_a.copy({"name": f"C{number}"})
        students = self.env["bde.student"].create(
            [
                {
                    "lastname": f"P{index:03}",
                    "firstname": "X",
                    "birth_date": "2009-02-03",
                    "company_id": self.school_a.id,
                }
                for index in range(number)
            ]
        )
        self.env["bde.schooling"].create(
            [
                {
                    "student_id": student.id,
                    "division_id": division.id,
                    "school_year_id": self.year.id,
                    "training_id": self.training_a.id,
                }
                for student in students
            ]
        )
        period = self.period_a.copy({"division_ids": [(6, 0, division.ids)]})
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        period = period.with_env(self.as_user(self.manager_a))
        created = period._create_placements()
        self.env.flush_all()
        self.assertEqual(len(created), number)
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow(self):
        self._create_with(2)  # fills the caches
        counts = {number: self._create_with(number) for number in (1, 20, 100, 200)}
        self.assertEqual({counts[1], counts[20]}, {counts[100]}, counts)
        # core writes a hundred rows at most with one INSERT, and nothing else is added
        self.assertEqual(counts[200], counts[100] + 1, counts)

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    def test_who_keeps_periods(self):
        vals = {
            "name": "Mine",
            "company_id": self.school_a.id,
            "date_start": self.start,
            "date_end": self.end,
        }
        for user, allowed in (
            (self.secretary_a, True),
            (self.manager_a, True),
            (self.head_a, True),
            (self.teacher_a, False),
            (self.school_life_a, False),
            (self.intendance_a, False),
            (self.manager_b, False),
            (self.two_roles, False),  # manager in B only
            (self.correspondent, False),
        ):
            with self.subTest(user=user.login):
                Period = self.as_user(user)["bde.period"]
                if allowed:
                    self.assertEqual(len(Period.create(vals).deadline_ids), 7)
                    continue
                with self.assertRaises(AccessError):
                    Period.create(vals)

    def test_who_reads_periods(self):
        for user, allowed in (
            (self.teacher_a, True),
            (self.school_life_a, True),
            (self.intendance_a, True),
            (self.manager_b, False),
            (self.correspondent, False),
            (self.bde_admin, False),
        ):
            with self.subTest(user=user.login):
                period = self.period_a.with_env(self.as_user(user))
                self.assertEqual(period.has_access("read"), allowed)

    def test_class_of_another_school(self):
        with self.assertRaises(UserError):
            self.period_a.division_ids = self.division_b
