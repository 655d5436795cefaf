"""Placements: hours, states, alerts, referents, and who may do what."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .placement_common import FULL_DAY, WEEK_35, PlacementCase


@tagged("post_install", "-at_install")
class TestPlacement(PlacementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.placement = cls.new_placement(cls.aline)
        cls.contact = cls.new_contact()

    def complete(self, placement=None, **vals):
        """Everything that a convention needs."""
        placement = placement or self.placement
        placement.write(
            {
                "host_id": self.employer.id,
                "signatory_id": self.contact.id,
                "tutor_id": self.contact.id,
                "referent_id": self.prof_a.id,
                "schedule": WEEK_35,
                "insurance_company": "Groupama",
                "activity_ids": [(6, 0, self.training_a.activity_ids[:1].ids)],
                **vals,
            }
        )
        return placement

    # ------------------------------------------------------------------
    # Hours
    # ------------------------------------------------------------------

    def test_hours(self):
        self.placement.schedule = WEEK_35
        self.assertEqual(self.placement.weekly_hours, 35)
        armistice = self.start.replace(month=11, day=11)
        off = armistice.weekday() < 5
        self.assertEqual(self.placement.presence_days, 14 if off else 15)
        self.assertEqual(self.placement.total_hours, 98 if off else 105)
        self.assertIn("98h" if off else "105h", self.placement.hours_working)
        self.assertIn("D124-6", self.placement.hours_working)

    def test_hours_follow_the_dates(self):
        self.placement.write({"schedule": WEEK_35, "date_end": self.start})
        monday_off = self.start.day == 11
        self.assertEqual(self.placement.total_hours, 0 if monday_off else 7)

    def test_minutes_are_exact(self):
        self.placement.schedule = {"mon": [["08:10", "12:00"]]}
        self.assertEqual(round(self.placement.weekly_hours * 60), 230)

    def test_schedule_is_normalised(self):
        self.placement.schedule = {"tue": [["13h", "17h"], ["8h30", "12"]]}
        self.assertEqual(self.placement.schedule["tue"], [["08:30", "12:00"], ["13:00", "17:00"]])
        self.assertEqual(self.placement.schedule["sun"], [])

    def test_schedule_refused(self):
        for schedule, message in (
            ({"mon": [["8h", "25h"]]}, "25h is not a time"),
            ({"mon": [["12h", "8h"]]}, "end comes before"),
            ({"mon": [["8h", "12h"], ["11h", "13h"]]}, "afternoon begins before"),
            ({"mon": [["8h", ""]]}, "is missing"),
            ({"lundi": []}, "cannot be read"),
        ):
            with self.subTest(schedule=schedule), self.assertRaisesRegex(ValidationError, message):
                self.placement.schedule = schedule

    def test_dates_inside_the_year(self):
        with self.assertRaises(ValidationError):
            self.placement.date_end = self.year.date_end + timedelta(days=1)

    # ------------------------------------------------------------------
    # States and next step
    # ------------------------------------------------------------------

    def test_states(self):
        self.assertEqual(self.placement.state, "to_place")
        self.assertIn("Print the sheet", self.placement.next_step)
        hosting = self.placement._ensure_hostings()
        self.assertEqual(self.placement.state, "to_place")
        hosting.state = "submitted"
        self.assertEqual(self.placement.state, "hosting")
        self.assertIn("Check the agreement", self.placement.next_step)
        hosting.state = "returned"
        self.assertEqual(self.placement.state, "hosting")
        self.placement.host_id = self.employer
        self.assertEqual(self.placement.state, "agreed")

    def test_what_is_missing(self):
        self.placement.host_id = self.employer
        missing = self.placement._missing_for_convention()
        self.assertEqual(
            missing,
            ["tutor", "referent teacher", "insurer of the host", "weekly hours", "tasks"],
            "the only signatory is proposed",
        )
        self.assertIn("tutor", self.placement.next_step)
        self.complete()
        self.assertEqual(self.placement._missing_for_convention(), [])
        self.assertIn("Make the convention", self.placement.next_step)

    def test_only_contact_is_proposed(self):
        self.placement.host_id = self.employer
        self.assertEqual(self.placement.signatory_id, self.contact)
        self.assertFalse(self.placement.tutor_id)
        other = self.env["res.partner"]._bde_register_employer(
            {"name": "Other", "company_registry": "81234567600017"}, self.school_a
        )
        self.placement.host_id = other
        self.assertFalse(self.placement.signatory_id, "a contact of the former host")

    def test_contact_of_another_school_is_not_proposed(self):
        self.contact.sudo().bde_signatory = False
        self.new_contact("Bob", school=self.school_b)
        self.placement.host_id = self.employer
        self.assertFalse(self.placement.signatory_id)
        with self.assertRaises(UserError):
            self.placement.tutor_id = self.new_contact("Cid", school=self.school_b)

    def test_insurer_of_the_relation(self):
        relation = self.env["bde.relation"]._bde_ensure(self.employer, self.school_a)
        relation.write({"insurance_company": "MMA", "insurance_policy": "42"})
        self.placement.host_id = self.employer
        self.assertEqual(self.placement.insurance_company, "MMA")
        self.placement.insurance_policy = "43"
        self.assertEqual(relation.insurance_policy, "42")

    def test_class_follows_the_pupil_before_the_convention(self):
        self.aline.schooling_ids.division_id = self.division_a2
        self.assertEqual(self.placement.division_id, self.division_a2)

    def test_board_is_in_the_order_of_the_work(self):
        self.new_placement(self.boris)._ensure_hostings().state = "submitted"
        self.new_placement(self.chloe, host_id=self.employer.id)
        env = self.as_user(self.manager_a)["bde.placement"]
        groups = env.with_context(read_group_expand=True).formatted_read_group(
            [], ["state"], ["__count"]
        )
        self.assertEqual(
            [(group["state"], group["__count"]) for group in groups],
            [
                ("to_place", 1),
                ("hosting", 1),
                ("agreed", 1),
                ("to_check", 0),
                ("to_sign", 0),
                ("signed", 0),
            ],
        )
        panel = env.search_panel_select_multi_range("state", enable_counters=True)
        self.assertEqual(
            [value["id"] for value in panel["values"]][:3], ["to_place", "hosting", "agreed"]
        )

    def test_set_aside(self):
        self.placement.action_set_aside("long illness")
        self.assertFalse(self.placement.active)
        self.assertEqual(self.placement.exempt_reason, "long illness")
        self.placement.action_take_back()
        self.assertTrue(self.placement.active)

    def test_delete_only_untouched(self):
        other = self.new_placement(self.boris)
        other.unlink()
        self.placement._ensure_hostings()
        with self.assertRaisesRegex(UserError, "Set it aside"):
            self.placement.unlink()

    @mute_logger("odoo.sql_db")
    def test_who_signs_for_the_host_is_not_deleted(self):
        """Removing a contact would empty, unseen, the terms of a convention."""
        self.complete()
        with self.assertRaises(IntegrityError):
            self.contact.unlink()
        self.assertEqual(self.placement.signatory_id, self.contact)

    def test_one_placement_a_pupil(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.new_placement(self.aline)

    # ------------------------------------------------------------------
    # Alerts
    # ------------------------------------------------------------------

    def alerts(self, placement=None):
        placement = placement or self.placement
        return [(one.severity, one.article) for one in placement._get_alerts()[placement]]

    def test_lawful_placement(self):
        self.complete()
        found = self.alerts()
        self.assertFalse([one for one in found if one[0] != "info"], found)
        self.assertFalse(self.placement.alert_level == "block")

    def test_hours_of_a_minor(self):
        nine = [["08:00", "12:00"], ["13:00", "18:00"]]
        self.complete(schedule={"mon": nine, "tue": nine})
        self.assertIn(("block", "L3162-1 C. trav."), self.alerts())
        self.assertEqual(self.placement.alert_level, "block")
        self.assertIn("8h-12h / 13h-18h = 9h", self.placement.alerts)
        self.assertIn("L3162-1", self.placement.alerts)
        self.assertEqual(self.placement.alert_level, "block")
        adult = self.complete(self.new_placement(self.boris), schedule={"tue": nine})
        self.assertNotEqual(adult.alert_level, "block")

    def test_two_placements_at_once(self):
        other_period = self.period_a.copy({"name": "Bis"})
        self.env["bde.placement"].create(
            {"period_id": other_period.id, "schooling_id": self.aline.schooling_ids.id}
        )
        texts = [one.text for one in self.placement._get_alerts()[self.placement]]
        self.assertEqual(len(texts), 1)
        self.assertIn("Bis", texts[0])
        other_period.write(
            {
                "date_start": self.end + timedelta(days=1),
                "date_end": self.end + timedelta(days=5),
            }
        )
        self.assertFalse(self.alerts())

    def _crowd(self, number, **vals):
        """So many more placements of other pupils, made alike."""
        placements = self.env["bde.placement"]
        for index in range(number):
            pupil = self.new_pupil(f"P{index}", self.division_a, self.start.year - 17)
            placements |= self.new_placement(pupil, **vals)
        return placements

    def test_sixteen_pupils_a_referent(self):
        """D124-3: sixteen are allowed, the seventeenth is told."""
        self.placement.referent_id = self.prof_a
        self._crowd(15, referent_id=self.prof_a.id)
        self.assertFalse(self.alerts())
        last = self._crowd(1, referent_id=self.prof_a.id)
        self.assertEqual(self.alerts(), [("warn", "D124-3 C. éduc.")])
        last.write(
            {"date_start": self.end + timedelta(days=1), "date_end": self.end + timedelta(days=5)}
        )
        self.assertFalse(self.alerts(), "not at the same time")

    def test_three_trainees_a_tutor_over_all_schools(self):
        """R124-13, counted with the pupils of other schools, whose name is not told."""
        self.placement.write({"host_id": self.employer.id, "tutor_id": self.contact.id})
        self._crowd(2, host_id=self.employer.id, tutor_id=self.contact.id)
        self.assertFalse(self.alerts())
        period_b = self.env["bde.period"].create(
            {
                "name": "B",
                "company_id": self.school_b.id,
                "division_ids": [(6, 0, self.division_b.ids)],
                "date_start": self.start,
                "date_end": self.end,
            }
        )
        same_tutor = self.new_contact("anne  DUVAL", school=self.school_b)
        self.env["bde.placement"].create(
            {
                "period_id": period_b.id,
                "schooling_id": self.farid.schooling_ids.id,
                "host_id": self.employer.id,
                "tutor_id": same_tutor.id,
            }
        )
        placement = self.placement.with_env(self.as_user(self.secretary_a))
        found = placement._get_alerts()[placement]
        told = [one.article for one in found if one.severity != "info"]
        self.assertEqual(told, ["R124-13 C. éduc."])
        self.assertIn("4 trainees", found[0].text)
        self.assertNotIn("Braille", placement.alerts)

    def test_gratification_from_the_309th_hour(self):
        """L124-6: 9 weeks of 35 h are 315 h, 308 are allowed; 27 weeks of 35 h pass 924 h."""
        self.complete()
        monday = self.year.date_start + timedelta(days=-self.year.date_start.weekday() % 7)
        eight = {
            "date_start": monday,
            "date_end": monday + timedelta(weeks=8, days=-3),
            "schedule": {"mon": FULL_DAY},
        }
        self.placement.write(eight)
        self.assertFalse(self.alerts())
        self.placement.schedule = {
            day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu")
        } | {"fri": [["08:00", "11:00"]]}
        self.placement.date_end = monday + timedelta(weeks=10, days=-3)
        self.assertGreater(self.placement.total_hours, 308)
        self.assertIn(("warn", "L124-6, D124-8 C. éduc."), self.alerts())
        self.placement.date_end = monday + timedelta(weeks=30, days=-3)
        self.assertGreater(self.placement.total_hours, 924)
        self.assertIn(("block", "L124-5, D124-6 C. éduc."), self.alerts())

    def test_gratification_over_two_periods(self):
        """Consecutive or not: the hours of another period with the host count."""
        self.complete()
        later = self.period_a.copy(
            {
                "name": "PFMP 2",
                "date_start": self.start + timedelta(weeks=6),
                "date_end": self.start + timedelta(weeks=14, days=-3),
            }
        )
        second = self.complete(
            self.env["bde.placement"].create(
                {"period_id": later.id, "schooling_id": self.aline.schooling_ids.id}
            )
        )
        total = self.placement.total_hours + second.total_hours
        self.assertGreater(total, 308)
        for placement in (self.placement, second):
            found = placement._get_alerts()[placement]
            due = next(one for one in found if one.article.startswith("L124-6"))
            self.assertIn("of which", due.working)
        second.host_id = False
        self.assertFalse([one for one in self.alerts() if one[1].startswith("L124-6")])

    def test_alerts_of_many_take_as_many_queries_as_of_one(self):
        placements = self._crowd(
            8, host_id=self.employer.id, referent_id=self.prof_a.id, tutor_id=self.contact.id
        )
        env = self.as_user(self.manager_a)
        placements.with_env(env)._get_alerts()  # fills the caches of the user

        def queries(records):
            env.flush_all()
            env.invalidate_all()
            before = env.cr.sql_log_count
            records.with_env(env)._get_alerts()
            return env.cr.sql_log_count - before

        # those that are not asked about are read as others, when there are any
        self.assertLessEqual(queries(placements), queries(placements[:1]))

    # ------------------------------------------------------------------
    # Referents
    # ------------------------------------------------------------------

    def wizard(self, placements, **vals):
        return self.as_user(self.manager_a)["bde.placement.referent"].create(
            {"placement_ids": [(6, 0, placements.ids)], **vals}
        )

    def test_one_referent_for_all(self):
        placements = self.placement | self.new_placement(self.boris)
        self.placement.referent_id = self.prof_a2
        wizard = self.wizard(placements, teacher_id=self.prof_a.id)
        self.assertEqual(wizard.total, 1)
        wizard.action_assign()
        self.assertEqual(self.placement.referent_id, self.prof_a2, "kept")
        wizard.keep = False
        wizard.action_assign()
        self.assertEqual(placements.referent_id, self.prof_a)

    def test_referents_by_hours_taught(self):
        """Six hours and three hours in the class: of nine pupils, six and three."""
        placements = self.placement | self._crowd(8)
        wizard = self.wizard(placements, mode="share")
        parts = {line.teacher_id: line.number for line in wizard.line_ids}
        self.assertEqual(parts, {self.prof_a: 6, self.prof_a2: 3})
        wizard.action_assign()
        self.assertEqual(
            [len(placements.filtered(lambda p, t=t: p.referent_id == t))
             for t in (self.prof_a, self.prof_a2)],
            [6, 3],
        )  # fmt: skip

    def test_share_refuses_too_many(self):
        wizard = self.wizard(self.placement, mode="share")
        wizard.line_ids[:1].number = 5
        with self.assertRaisesRegex(UserError, "5 pupils given out"):
            wizard.action_assign()

    def test_form(self):
        """The desk fills in the form as it is shown."""
        env = self.as_user(self.secretary_a)
        with Form(env["bde.placement"].browse(self.placement.id)) as form:
            form.host_id = self.employer.with_env(env)
            self.assertEqual(form.signatory_id, self.contact)
            form.tutor_id = self.contact.with_env(env)
            form.schedule = WEEK_35
            self.assertEqual(form.weekly_hours, 35)
            form.tasks = "Poser une goulotte"
        self.assertEqual(self.placement.state, "agreed")

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    def test_who_reads_and_writes(self):
        for user, operations in (
            (self.secretary_a, {"read", "write", "unlink"}),
            (self.manager_a, {"read", "write", "unlink"}),
            (self.head_a, {"read", "write", "unlink"}),
            (self.school_life_a, {"read"}),
            (self.intendance_a, {"read"}),
            (self.teacher_a, {"read", "write"}),
            (self.two_roles, set()),  # a teacher of A without this class, manager of B
            (self.teacher_b, set()),
            (self.manager_b, set()),
            (self.correspondent, set()),
            (self.bde_admin, set()),
        ):
            placement = self.placement.with_env(self.as_user(user))
            for operation in ("read", "write", "unlink"):
                with self.subTest(user=user.login, operation=operation):
                    self.assertEqual(placement.has_access(operation), operation in operations)

    def test_teacher_sees_his_class_and_his_pupils(self):
        elsewhere = self.new_placement(self.emma)
        mine = self.as_user(self.teacher_a)["bde.placement"]
        self.assertEqual(mine.search([]), self.placement)
        elsewhere.referent_id = self.prof_a
        self.assertEqual(len(mine.search([])), 2)

    def test_teacher_fills_in_the_host_only(self):
        placement = self.placement.with_env(self.as_user(self.teacher_a))
        placement.write({"host_id": self.employer.id, "schedule": WEEK_35, "tasks": "Câbler"})
        self.assertEqual(placement.state, "agreed")
        for vals in (
            {"referent_id": self.prof_a.id},
            {"date_end": self.start},
            {"active": False},
            {"exempt_reason": "x"},
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(AccessError, "Only the bureau"):
                placement.write(vals)

    def test_school_life_reads_the_list_without_opening_more(self):
        self.placement._ensure_hostings()  # whose states are not school life's to read
        env = self.as_user(self.school_life_a)
        rows = env["bde.placement"].search_read(
            [], ["student_id", "division_id", "state", "host_id", "referent_id", "next_step"]
        )
        self.assertEqual(rows[0]["student_id"][1], self.aline.name)
