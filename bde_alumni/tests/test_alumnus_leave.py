from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged, users

from ..rules.addresses import is_school_address
from ..rules.final_year import is_final_year
from .alumni_common import AlumniCase


class LeaverCase(AlumniCase):
    """2MELEC is a final year: Emma, and Noé with an address of the school."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.division_a2.is_final_year = True
        cls.noe = cls.new_pupil("Noé", cls.division_a2, cls.year.date_start.year - 18, "AP")
        cls.noe.email = "noe.dupont@monlycee.net"
        cls.emma.write({"phone": "06 39 98 12 34", "city": "Pau", "zip": "64000", "sex": "f"})


@tagged("post_install", "-at_install")
class TestMakeAlumni(LeaverCase):
    """From pupil to alumnus without retyping."""

    def test_what_is_known_is_taken_over(self):
        emma = self.emma._make_alumni()
        self.assertRecordValues(
            emma,
            [
                {
                    "name": "DUPONT Emma",
                    "company_id": self.school_a.id,
                    "kind": "pupil",
                    "email": "emma@pupil.example",
                    "phone": "06 39 98 12 34",
                    "city": "Pau",
                    "sex": "f",
                    "cohort": self.year.date_end.year,
                    "training_id": self.training_a.id,
                    "division_name": "2MELEC",
                    "has_left": False,
                    "student_id": self.emma.id,
                }
            ],
        )
        self.assertEqual(emma.sudo().person_key, self.emma.sudo().person_key)

    def test_an_address_of_the_school_is_not_taken(self):
        noe = self.noe._make_alumni()
        self.assertFalse(noe.email)
        self.assertEqual(noe.kind, "apprentice")

    def test_twice_makes_nobody_twice(self):
        first = (self.emma | self.noe)._make_alumni()
        self.assertEqual(len(first), 2)
        self.assertFalse((self.emma | self.noe)._make_alumni())

    def test_who_objected_is_not_made_again(self):
        self.emma._make_alumni()._object("paper")
        self.assertFalse(self.emma._make_alumni())
        self.assertTrue(self.emma.follow_up_objected_on)

    @users("secretary_a")
    def test_the_dialog_says_who_is_who(self):
        self.emma._make_alumni()._object("paper")
        Prepare = self.env["bde.alumni.prepare"]
        wizard = Form(Prepare.with_context(default_division_ids=self.division_a2.ids)).save()
        self.assertEqual(wizard.taken_ids.mapped("firstname"), ["Noé"])
        self.assertEqual(
            (wizard.there_count, wizard.objected_count, wizard.school_mail_count), (0, 1, 1)
        )
        wizard.action_prepare()
        again = Form(Prepare.with_context(default_division_ids=self.division_a2.ids)).save()
        self.assertEqual((again.taken_count, again.there_count), (0, 1))

    @users("secretary_a")
    def test_the_dialog_begins_with_the_final_classes(self):
        wizard = Form(self.env["bde.alumni.prepare"]).save()
        self.assertEqual(wizard.division_ids, self.division_a2)

    @users("manager_b")
    def test_another_schools_class_is_refused(self):
        with self.assertRaises(AccessError):
            self.env["bde.alumni.prepare"].create(
                {"division_ids": [Command.set(self.division_a2.ids)]}
            ).action_prepare()

    @users("two_roles")
    def test_a_manager_elsewhere_who_teaches_here_makes_nobody(self):
        self.prof_a2.user_id = self.two_roles
        self.prof_a2.env["bde.teaching"].create(
            {"teacher_id": self.prof_a2.id, "division_id": self.division_a2.id}
        )
        self.assertTrue(self.emma.with_env(self.env).has_access("read"))
        wizard = self.as_user(self.two_roles)["bde.alumni.prepare"].create(
            {"company_id": self.school_b.id}
        )
        # what a client may send, whatever the dialog offers
        wizard.sudo().student_ids = self.emma
        self.assertEqual(wizard.taken_count, 1)
        with self.assertRaises(AccessError):
            wizard.action_prepare()
        self.assertFalse(self.emma.alumnus_ids)

    @users("secretary_a")
    def test_the_day_of_an_objection_is_not_typed(self):
        emma = self.emma.with_env(self.env)
        with self.assertRaises(AccessError):
            emma.follow_up_objected_on = "2026-01-01"

    @users("teacher_a")
    def test_a_teacher_makes_nobody(self):
        with self.assertRaises(AccessError):
            self.emma.with_env(self.env)._make_alumni()

    def test_same_queries_for_one_and_for_many(self):
        pupils = [
            self.new_pupil(f"P{n}", self.division_a2, self.year.date_start.year - 18)
            for n in range(21)
        ]
        counts = []
        for group in (pupils[:1], pupils[1:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["bde.student"].union(*group)._make_alumni()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        # ids are taken from the sequence at once: no more than some batches of one statement
        self.assertLessEqual(counts[1], counts[0] + 3)

    def test_final_years_by_their_code(self):
        """Ten digits: length of the course, year in it."""
        for mef, final in (("2473230133", True), ("2473230132", False), ("2402551122", True),
                           ("2402551121", False), ("2532551111", True), ("", False)):  # fmt: skip
            self.assertEqual(is_final_year(mef), final, mef)
        self.assertTrue(is_final_year("24732301331"), "SIECLE writes eleven digits")
        self.assertFalse(is_final_year("2001001011", "seconde_gt"))

    def test_addresses_that_die(self):
        for email, dies in (
            ("a@ac-bordeaux.fr", True), ("a@eleve.ac-lyon.fr", True), ("a@monlycee.net", True),
            ("a@orange.fr", False), ("a@bac-pro.fr", False), ("", False),
        ):  # fmt: skip
            self.assertEqual(is_school_address(email, "bde@gmail.com"), dies, email)
        self.assertTrue(is_school_address("lea@lycee-x.fr", "bde@lycee-x.fr"))
        self.assertFalse(is_school_address("lea@gmail.com", "bde.lycee@gmail.com"))


@tagged("post_install", "-at_install")
class TestFollowLeavers(LeaverCase):
    """Class and departure follow the pupil's file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alumnus = cls.emma._make_alumni()
        cls.schooling = cls.emma.schooling_id

    def leave(self, day):
        self.schooling.date_end = day
        self.alumnus._follow_leavers()

    def test_still_there(self):
        self.alumnus._follow_leavers()
        self.assertFalse(self.alumnus.has_left or self.alumnus.stays_on)

    def test_left_before_the_exams(self):
        yesterday = self.school_a._bde_today() - timedelta(days=1)
        self.leave(yesterday)
        self.assertTrue(self.alumnus.has_left)
        self.assertEqual(self.alumnus.left_on, yesterday)
        self.assertTrue(self.alumnus.left_before_end)
        self.schooling.date_end = False
        self.alumnus._follow_leavers()
        self.assertFalse(self.alumnus.has_left, "the school put it right")
        self.assertFalse(self.alumnus.left_on)

    def test_a_minor_who_leaves_is_followed_as_a_minor(self):
        self.leave(self.school_a._bde_today() - timedelta(days=1))
        self.assertFalse(self.alumnus.is_adult)
        self.assertTrue(self.alumnus._may_write("inform"))

    def test_goes_on_at_the_school(self):
        self.schooling.division_id = self.division_a
        self.alumnus._follow_leavers()
        self.assertTrue(self.alumnus.stays_on)
        self.assertEqual(self.alumnus.division_name, "1MELEC")

    def test_an_adult_typed_before_the_end_leaves_with_the_year(self):
        today = self.school_a._bde_today()
        ana = self.new_alumnus("Ana", cohort=today.year + 1, kind="adult")
        self.assertFalse(ana.has_left)
        with freeze_time(f"{today.year + 1}-07-02 12:00:00"):
            self.env["bde.alumnus"]._without_file(self.school_a)._leave_by_cohort()
        self.assertEqual(str(ana.left_on), f"{today.year + 1}-06-30")

    def test_typed_with_a_year_that_is_over_has_left(self):
        self.assertTrue(self.gina.has_left)
        self.assertEqual(str(self.gina.left_on), "2024-06-30")

    @users("secretary_a")
    def test_departure_is_not_typed(self):
        with self.assertRaises(AccessError):
            self.alumnus.with_env(self.env).has_left = True

    def test_private_addresses_only(self):
        with self.assertRaisesRegex(ValidationError, "address of a school"):
            self.gina.email = "gina@ac-lyon.fr"
        with self.assertRaisesRegex(ValidationError, "not an e-mail"):
            self.gina.email = "gina at home"

    def test_a_year_that_is_none(self):
        for year in (24, 20244, 0):
            with self.assertRaisesRegex(ValidationError, "Left in"):
                self.gina.cohort = year
