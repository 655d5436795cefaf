from datetime import date, timedelta

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import UAI_A, BdeCase


@tagged("post_install", "-at_install")
class TestSchools(BdeCase):
    # ------------------------------------------------------------
    # The school itself
    # ------------------------------------------------------------

    def test_uai_is_checked(self):
        # 9750001 = 23 × 423913 + 2, the third letter is C
        self.school_c.uai = " 975 0001 c "
        self.assertEqual(self.school_c.uai, "9750001C")
        with self.assertRaisesRegex(ValidationError, "0330994A is not a UAI"):
            self.school_a.uai = "0330994A"

    @mute_logger("odoo.sql_db")
    def test_uai_is_unique(self):
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.school_b.uai = UAI_A
            self.env.flush_all()

    def test_school_needs_its_academy(self):
        vals = {"name": "Lycée sans académie", "bde_kind": "school", "uai": "0400994N"}
        with self.assertRaisesRegex(ValidationError, "stands below its académie"):
            self.env["res.company"].create(vals)

    def test_school_does_not_move(self):
        with self.assertRaises(UserError):
            self.school_a.parent_id = self.school_b
        with self.assertRaisesRegex(UserError, "stays a school"):
            self.school_a.bde_kind = "academy"

    def test_record_does_not_move_between_schools(self):
        with self.assertRaisesRegex(UserError, "cannot move"):
            self.training_a.company_id = self.school_b
        self.training_a.company_id = self.school_a

    # ------------------------------------------------------------
    # Who writes what of a school
    # ------------------------------------------------------------

    def _as(self, user, company):
        return self.as_user(user)["res.company"].browse(company.id)

    def test_manager_keeps_the_bureau(self):
        school = self._as(self.manager_a, self.school_a)
        school.write({"opening_hours": "8:30-17:30", "phone": "05 56 00 00 00", "city": "Bègles"})
        self.assertEqual(self.school_a.city, "Bègles")
        self.assertEqual(self.school_a.partner_id.phone, "05 56 00 00 00")
        for vals in ({"head_id": self.manager_a.id}, {"uai": "0400994N"}, {"name": "Autre"}):
            with self.assertRaisesRegex(AccessError, "does not let you change"):
                school.write(vals)

    def test_head_chooses_the_signing_head(self):
        school = self._as(self.head_a, self.school_a)
        school.head_id = self.manager_a
        with self.assertRaises(AccessError):
            school.parent_id = False
        with self.assertRaises(AccessError):
            school.currency_id = self.env.ref("base.USD")

    def test_nobody_writes_another_school(self):
        for user in (self.manager_a, self.head_a, self.correspondent, self.teacher_a):
            with self.assertRaises(AccessError):
                self._as(user, self.school_b).opening_hours = "never"

    def test_manager_elsewhere_does_not_write_where_he_teaches(self):
        self._as(self.two_roles, self.school_b).opening_hours = "8:00"
        with self.assertRaises(AccessError):
            self._as(self.two_roles, self.school_a).opening_hours = "8:00"

    def test_administrator_opens_a_school_and_invites_its_head(self):
        form = Form(self.as_user(self.bde_admin)["bde.school.create"])
        form.name = "Lycée Dumont"
        form.uai = "0330996D"
        form.user_name = "Hélène Tête"
        form.user_email = "helene.tete@ac-test.example"
        self.assertEqual(form.holiday_zone, "A")
        action = form.save().action_create()
        school = self.env["res.company"].browse(action["res_id"])
        self.assertEqual(school.parent_id, self.academy)
        self.assertEqual(school.head_id.login, "helene.tete@ac-test.example")
        self.assertEqual(school.head_id._bde_company_ids("head"), school.ids)
        self.assertEqual(self.bde_admin.company_ids, self.academy, "he stays out of the schools")
        seen = self.as_user(self.bde_admin)["res.company"].search([("bde_kind", "=", "school")])
        self.assertIn(school.id, seen.ids)
        seen.browse(school.id).holiday_zone = "B"

    def test_nobody_else_opens_a_school(self):
        vals = {"name": "Lycée pirate", "uai": "0330996D"}
        for user in (self.head_a, self.correspondent, self.manager_a):
            with self.assertRaises(AccessError):
                self.as_user(user)["res.company"]._bde_create_school(dict(vals))
            with self.assertRaises(AccessError):
                self.as_user(user)["res.company"]._bde_create_academy({"name": "Pirate"})
            with self.assertRaises(AccessError):
                self.as_user(user)["res.company"].create(dict(vals, parent_id=self.academy.id))

    def test_company_of_the_installation_becomes_the_academy(self):
        main = self.env.ref("base.main_company")
        main.bde_kind = False
        academy = self.env["res.company"]._bde_create_academy(
            {"name": "Académie de Lyon", "academy_code": "10"}
        )
        self.assertEqual(academy, main)
        self.assertEqual(academy.bde_kind, "academy")
        self.assertEqual(academy.holiday_zone, "A")
        self.assertEqual(academy.currency_id, self.env.ref("base.EUR"))

    def test_time_zone_of_an_overseas_school(self):
        form = Form(self.as_user(self.bde_admin)["bde.school.create"])
        form.uai = "974 0990 h"
        self.assertEqual(form.bde_tz, "Indian/Reunion")

    # ------------------------------------------------------------
    # Delegations
    # ------------------------------------------------------------

    def test_delegate_signs_during_his_dates(self):
        today = self.school_a._bde_today()
        delegation = self.as_user(self.head_a)["bde.delegation"].create(
            {
                "user_id": self.manager_a.id,
                "date_from": today,
                "date_to": today + timedelta(days=7),
            }
        )
        self.assertEqual(delegation.company_id, self.school_a.with_env(delegation.env))
        self.assertTrue(self.school_a._bde_may_sign(self.head_a))
        self.assertTrue(self.school_a._bde_may_sign(self.manager_a))
        self.assertFalse(self.school_a._bde_may_sign(self.manager_a, today + timedelta(days=8)))
        self.assertFalse(self.school_a._bde_may_sign(self.secretary_a))
        self.assertFalse(self.school_b._bde_may_sign(self.head_a))

    def test_delegate_and_head_lose_the_signature_with_the_role(self):
        self.as_user(self.head_a)["bde.delegation"].create({"user_id": self.manager_a.id})
        roles = self.env["bde.membership"].search(
            [("user_id", "in", (self.manager_a | self.head_a).ids)]
        )
        roles.action_revoke()
        self.assertFalse(self.school_a._bde_may_sign(self.manager_a))
        self.assertFalse(self.school_a._bde_may_sign(self.head_a))

    def test_delegate_is_of_the_school(self):
        with self.assertRaisesRegex(ValidationError, "has no role at Lycée Ampère"):
            self.as_user(self.head_a)["bde.delegation"].create({"user_id": self.manager_b.id})
        with self.assertRaises(AccessError):
            self.as_user(self.manager_a)["bde.delegation"].create({"user_id": self.manager_a.id})


@tagged("post_install", "-at_install")
class TestSchoolYears(BdeCase):
    def _year(self, start):
        return self.env["bde.school.year"].search(
            [("company_id", "=", self.academy.id), ("date_start", "=", start)]
        ) or self.env["bde.school.year"].create(
            {"company_id": self.academy.id, "date_start": start}
        )

    def test_year_names_and_ends_itself(self):
        year = self._year(date(2031, 9, 1))
        self.assertEqual(year.name, "2031-2032")
        self.assertEqual(year.date_end, date(2032, 8, 31))

    def test_years_do_not_overlap(self):
        self._year(date(2031, 9, 1))
        with self.assertRaisesRegex(ValidationError, "overlap"):
            self._year(date(2032, 8, 1))

    def test_current_year_of_a_school(self):
        year = self._year(date(2031, 9, 1))
        with freeze_time("2032-08-31 12:00:00"):
            self.assertEqual(self.env["bde.school.year"]._current(self.school_a), year)
        with (
            freeze_time("2033-09-01 12:00:00"),
            self.assertRaisesRegex(UserError, "No school year covers 2033-09-01"),
        ):
            self.env["bde.school.year"]._current(self.school_a)

    def test_published_holidays_come_with_the_year(self):
        """Decree for 2026-27, zone A: winter from 13 to 28 February, spring 10 to 25 April."""
        year = self._year(date(2026, 9, 1))
        spans = {
            holiday.name: (str(holiday.date_start), str(holiday.date_end))
            for holiday in year.holiday_ids.filtered(lambda h: h.zone == "A")
        }
        self.assertEqual(spans["Vacances d'hiver"], ("2027-02-13", "2027-02-28"))
        self.assertEqual(spans["Vacances de printemps"], ("2027-04-10", "2027-04-25"))
        count = len(year.holiday_ids)
        self.as_user(self.bde_admin)["bde.school.year"].browse(year.id).action_load_holidays()
        self.assertEqual(len(year.holiday_ids), count, "asked twice, there once")

    def test_holidays_of_the_zone_of_the_school(self):
        self._year(date(2026, 9, 1))
        span = (date(2027, 2, 15), date(2027, 2, 19))
        found = self.env["bde.holiday"]._between(self.school_a, *span)
        self.assertEqual(found.mapped("name"), ["Vacances d'hiver"])
        self.school_a.holiday_zone = "B"
        self.assertFalse(self.env["bde.holiday"]._between(self.school_a, *span))

    def test_holidays_stay_inside_their_year(self):
        year = self._year(date(2031, 9, 1))
        with self.assertRaisesRegex(ValidationError, "outside the school year"):
            self.env["bde.holiday"].create(
                {
                    "company_id": self.academy.id,
                    "school_year_id": year.id,
                    "zone": "A",
                    "name": "Trop tard",
                    "date_start": date(2032, 8, 20),
                    "date_end": date(2032, 9, 10),
                }
            )

    def test_staff_read_the_calendar_and_the_administrator_keeps_it(self):
        for user in (self.teacher_a, self.manager_b, self.correspondent):
            env = self.as_user(user)
            self.assertIn(self.year.id, env["bde.school.year"].search([]).ids)
            with self.assertRaises(AccessError):
                env["bde.school.year"].browse(self.year.id).name = "never"
        self.as_user(self.bde_admin)["bde.school.year"].browse(self.year.id).name = "this one"

    def test_trainings_check_their_codes(self):
        training = self.as_user(self.manager_a)["bde.training"].browse(self.training_a.id)
        self.assertEqual(training.level, "4")
        training.rncp = "38 878"
        self.assertEqual(training.rncp, "RNCP38878")
        for vals in ({"mef": "123"}, {"cfd": "12"}, {"rncp": "RS12"}):
            with self.assertRaisesRegex(ValidationError, "not a valid"):
                training.write(vals)
        with self.assertRaises(AccessError):
            self.as_user(self.teacher_a)["bde.training"].browse(training.id).hours = 3
