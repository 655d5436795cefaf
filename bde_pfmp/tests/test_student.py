"""Pupils, schoolings, guardians, teachers: what is stored, and who sees what."""

from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .placement_common import PlacementCase


@tagged("post_install", "-at_install")
class TestStudent(PlacementCase):
    """The cast and its pupils are in ``placement_common``."""

    def new(self, company=None, **vals):
        return self.env["bde.student"].create(
            {
                "lastname": "Martin",
                "firstname": "Lina",
                "birth_date": "2009-03-14",
                "company_id": (company or self.school_a).id,
                **vals,
            }
        )

    def test_name(self):
        student = self.new(usage_name="Leroy")
        self.assertEqual(student.name, "LEROY Lina")
        student.usage_name = False
        self.assertEqual(student.name, "MARTIN Lina")

    def test_bureau_types_a_pupil(self):
        """Who arrives in the year is there before the next file of the State."""
        for number, user in enumerate((self.secretary_a, self.manager_a)):
            student = self.as_user(user)["bde.student"].create(
                {"lastname": "Arrivée", "firstname": f"Lou {number}", "birth_date": "2009-03-14"}
            )
            student.flush_recordset()
            self.assertEqual(student.company_id, self.school_a)
            self.assertTrue(student.sudo().person_key)
            with self.assertRaises(AccessError):
                student.read(["person_key"])

    def test_ine(self):
        student = self.new(ine=" 123456789ab ")
        self.assertEqual(student.ine, "123456789AB")
        student.ine = ""
        self.assertFalse(student.ine)
        self.new(ine="")
        with self.assertRaises(ValidationError):
            student.ine = "123"

    def test_ine_once_per_school(self):
        self.new(ine="123456789AB")
        self.new(company=self.school_b, ine="123456789AB")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.new(ine="123456789AB", lastname="Autre").flush_recordset()

    def test_born_in_the_future(self):
        today = self.school_a._bde_today()
        self.new(birth_date=today)
        with self.assertRaises(ValidationError):
            self.new(birth_date=today + timedelta(days=1))

    def test_of_age(self):
        student = self.new(birth_date="2008-02-29")
        self.assertFalse(student._is_adult_on(date(2026, 2, 28)))
        self.assertTrue(student._is_adult_on(date(2026, 3, 1)))
        self.assertFalse(student._signs_alone_on(date(2026, 2, 28)))
        student.is_emancipated = True
        self.assertTrue(student._signs_alone_on(date(2026, 2, 28)))

    def test_search_of_age(self):
        today = self.school_a._bde_today()
        born = today.replace(year=today.year - 18)
        adult, minor = self.new(birth_date=born), self.new(birth_date=born + timedelta(days=1))
        pair = adult | minor
        self.assertEqual(pair.filtered("is_adult"), adult)
        for value, expected in ((True, adult), (False, minor)):
            found = pair.search([("id", "in", pair.ids), ("is_adult", "=", value)])
            self.assertEqual(found, expected)

    def test_schooling_of_the_last_year(self):
        student = self.aline
        self.assertEqual(student.division_id, self.division_a)
        next_year = self.env["bde.school.year"].create(
            {
                "company_id": self.academy.id,
                "date_start": self.year.date_start.replace(year=self.year.date_start.year + 1),
            }
        )
        next_division = self.division_a.copy({"school_year_id": next_year.id, "name": "TMELEC"})
        self.env["bde.schooling"].create(
            {
                "student_id": student.id,
                "school_year_id": next_year.id,
                "division_id": next_division.id,
            }
        )
        self.assertEqual(student.division_id, next_division)
        self.assertEqual(student.school_year_id, next_year)

    def test_one_open_schooling_a_year(self):
        vals = {"student_id": self.aline.id, "school_year_id": self.year.id}
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.env["bde.schooling"].create(vals).flush_recordset()
        self.aline.schooling_ids.date_end = self.year.date_start
        self.env["bde.schooling"].create(vals)
        self.assertEqual(len(self.aline.schooling_ids), 2)

    def test_training_of_the_class(self):
        schooling = self.env["bde.schooling"].create(
            {"student_id": self.new().id, "division_id": self.division_a.id}
        )
        self.assertEqual(schooling.training_id, self.training_a)
        self.assertEqual(schooling.mef, self.training_a.mef)
        other = self.training_a.copy({"name": "Autre", "mef": "2472551933"})
        self.division_a.training_ids |= other
        schooling.training_id = other
        self.assertEqual(schooling.mef, "2472551933")

    def test_class_of_another_school(self):
        with self.assertRaises(UserError):
            self.env["bde.schooling"].create(
                {"student_id": self.new().id, "division_id": self.division_b.id}
            )

    def test_student_count(self):
        self.assertEqual(self.division_a.student_count, 4)
        self.aline.schooling_ids.date_end = self.school_a._bde_today()
        self.division_a.invalidate_recordset()
        self.assertEqual(self.division_a.student_count, 3)


@tagged("post_install", "-at_install")
class TestPersonKey(PlacementCase):
    def new(self, company, lastname="Keller", firstname="Eva", birth="2008-05-06", ine=False):
        return self.env["bde.student"].create(
            {
                "company_id": company.id,
                "lastname": lastname,
                "firstname": firstname,
                "birth_date": birth,
                "ine": ine,
            }
        )

    def test_same_ine_is_one_person(self):
        here = self.new(self.school_a, ine="123456789AB")
        there = self.new(self.school_b, "Autre", "Nom", "2007-01-01", ine="123456789AB")
        self.assertEqual(here.person_key, there.person_key)

    def test_same_names_and_birth_date_is_one_person(self):
        here, there = self.new(self.school_a), self.new(self.school_b, "KELLER", "éva")
        self.assertEqual(here.person_key, there.person_key)
        self.assertNotEqual(here.person_key, self.new(self.school_b, birth="2008-05-07").person_key)

    def test_two_ines_are_two_persons(self):
        here = self.new(self.school_a, ine="123456789AB")
        there = self.new(self.school_b, ine="987654321AB")
        self.assertNotEqual(here.person_key, there.person_key)

    def test_the_ine_that_comes_later_joins(self):
        here = self.new(self.school_a, ine="123456789AB")
        there = self.new(self.school_b, "Autre", "Nom")
        before = there.person_key
        self.assertNotEqual(before, here.person_key)
        there.ine = "123456789AB"
        self.assertEqual(there.person_key, here.person_key)

    def test_a_corrected_name_keeps_the_key(self):
        here = self.new(self.school_a)
        before = here.person_key
        here.lastname = "Kellermann"
        self.assertEqual(here.person_key, before)

    def test_batch(self):
        """Two pupils of the same batch who are one person; queries do not grow."""
        twins = self.env["bde.student"].create(
            [
                {"company_id": school.id, "lastname": "Lang", "firstname": "Ada",
                 "birth_date": "2008-01-01"}
                for school in (self.school_a, self.school_b)
            ]
        )  # fmt: skip
        self.assertEqual(len(set(twins.mapped("person_key"))), 1)

    def test_nobody_reads_it(self):
        student = self.new(self.school_a)
        for login in ("head_a", "manager_a", "teacher_a"):
            env = self.as_user(self.cast[login])
            for name in ("person_key", "ine_hash", "identity_hash", "imported"):
                with self.subTest(login=login, field=name), self.assertRaises(AccessError):
                    env["bde.student"].browse(student.id).read([name])


@tagged("post_install", "-at_install")
class TestGuardians(PlacementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mother, cls.father, cls.uncle, cls.service = cls.env["bde.guardian"].create(
            [
                {"lastname": lastname, "firstname": firstname, "email": email,
                 "company_id": cls.school_a.id, "is_institution": not firstname}
                for lastname, firstname, email in (
                    ("Dupont", "Anne", "anne@example.org"),
                    ("Durand", "Marc", "marc@example.org"),
                    ("Dupont", "Luc", "luc@example.org"),
                    ("Service ASE", False, "ase@example.org"),
                )
            ]
        )  # fmt: skip
        cls.env["bde.guardianship"].create(
            [
                {"student_id": student.id, "guardian_id": guardian.id, "legal_rank": rank}
                for student, guardian, rank in (
                    (cls.aline, cls.father, "2"), (cls.aline, cls.mother, "1"),
                    (cls.aline, cls.uncle, "0"), (cls.chloe, cls.mother, "1"),
                    (cls.boris, cls.uncle, "0"), (cls.emma, cls.service, "1"),
                )
            ]
        )  # fmt: skip

    def test_legal_guardians(self):
        self.assertEqual(self.aline._legal_guardians(), self.mother | self.father)
        self.assertEqual(self.aline._legal_guardians()[0], self.mother, "the first rank first")
        self.assertFalse(self.boris._legal_guardians(), "a contact never receives anything")
        self.assertEqual(self.emma._legal_guardians(), self.service)

    def test_legal_guardians_of_a_class(self):
        students = self.aline | self.boris | self.chloe | self.emma
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            found = students._legal_guardians_by_student()
        self.assertEqual(found[self.chloe], self.mother)
        self.assertEqual(len(found), 4)

    def test_has_legal_guardian(self):
        self.assertTrue(self.aline.has_legal_guardian)
        self.assertFalse(self.boris.has_legal_guardian)
        self.emma.guardianship_ids.active = False
        self.assertFalse(self.emma.has_legal_guardian)

    def test_one_guardian_of_each_rank(self):
        with self.assertRaises(ValidationError):
            self.env["bde.guardianship"].create(
                {"student_id": self.chloe.id, "guardian_id": self.father.id, "legal_rank": "1"}
            )

    def test_the_head_alone_notes_authority(self):
        vals = {"student_id": self.chloe.id, "guardian_id": self.father.id, "legal_rank": "2"}
        for login in ("secretary_a", "manager_a", "head_b"):
            with self.subTest(login), self.assertRaises(AccessError):
                self.as_user(self.cast[login])["bde.guardianship"].create(vals)
        link = self.as_user(self.head_a)["bde.guardianship"].create(vals)
        self.assertEqual(link.rank_source, "head")

    def test_the_secretary_notes_contacts(self):
        env = self.as_user(self.secretary_a)
        link = env["bde.guardianship"].create(
            {"student_id": self.chloe.id, "guardian_id": self.uncle.id}
        )
        self.assertEqual((link.legal_rank, link.rank_source), ("0", "school"))
        with self.assertRaises(AccessError):
            link.legal_rank = "2"
        authority = self.chloe.with_env(env).guardianship_ids - link
        for verb in (
            lambda: authority.write({"legal_rank": "0"}),
            lambda: authority.write({"active": False}),
            lambda: authority.write({"guardian_id": self.uncle.id}),
            lambda: authority.with_env(self.as_user(self.manager_a)).unlink(),
            lambda: authority.guardian_id.with_env(self.as_user(self.manager_a)).unlink(),
        ):
            with self.assertRaises(AccessError):
                verb()

    def test_the_head_alone_notes_emancipation_and_disagreement(self):
        for name in ("is_emancipated", "guardian_dispute"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.aline.with_env(self.as_user(self.manager_a)).write({name: True})
            self.aline.with_env(self.as_user(self.head_a)).write({name: True})

    def test_guardian_of_another_school(self):
        with self.assertRaises(UserError):
            self.env["bde.guardianship"].create(
                {"student_id": self.farid.id, "guardian_id": self.mother.id}
            )


@tagged("post_install", "-at_install")
class TestWhoSeesPupils(PlacementCase):
    """Each role has its own pupils and fields, and no more."""

    def seen(self, login, model="bde.student"):
        return self.as_user(self.cast[login])[model].search([])

    def test_pupils(self):
        class_a = self.aline | self.boris | self.chloe | self.dany
        for login, expected in (
            ("teacher_a", class_a),
            ("teacher_b", self.farid),
            ("school_life_a", class_a | self.emma),
            ("intendance_a", class_a | self.emma),
            ("secretary_a", class_a | self.emma),
            ("head_b", self.farid),
            ("two_roles", self.farid),
        ):
            with self.subTest(login):
                self.assertEqual(self.seen(login), expected)
                self.assertEqual(self.seen(login, "bde.schooling").student_id, expected)

    def test_no_pupil_for_the_academy(self):
        for login in ("correspondent", "bde_admin"):
            for model in ("bde.student", "bde.schooling", "bde.guardian", "bde.division"):
                with self.subTest(login=login, model=model), self.assertRaises(AccessError):
                    self.seen(login, model)

    def test_teacher_follows_a_pupil_of_another_class(self):
        placement = self.env["bde.placement"].create(
            {
                "period_id": self.env["bde.period"].create({
                    "name": "PFMP 2", "company_id": self.school_a.id,
                    "division_ids": [(6, 0, self.division_a2.ids)],
                    "date_start": self.start, "date_end": self.end,
                }).id,
                "schooling_id": self.emma.schooling_ids.id,
            }
        )  # fmt: skip
        self.assertNotIn(self.emma, self.seen("teacher_a"))
        placement.referent_id = self.prof_a
        self.assertIn(self.emma, self.seen("teacher_a"))

    def test_teacher_gets_and_loses_a_class(self):
        teaching = self.env["bde.teaching"].create(
            {"teacher_id": self.prof_a.id, "division_id": self.division_a2.id, "hours": 2}
        )
        self.assertIn(self.emma, self.seen("teacher_a"))
        teaching.unlink()
        self.assertNotIn(self.emma, self.seen("teacher_a"))
        self.division_a2.principal_ids = self.prof_a
        self.assertIn(self.emma, self.seen("teacher_a"))
        self.prof_a.user_id = False
        self.assertFalse(self.seen("teacher_a"))

    def test_teacher_who_is_removed_sees_no_pupil_any_more(self):
        self.assertIn(self.aline, self.seen("teacher_a"))
        self.prof_a.unlink()
        self.assertFalse(self.seen("teacher_a"))

    def test_account_of_an_invited_teacher(self):
        self.prof_a2.email = "TWO_ROLES "
        self.assertEqual(self.prof_a2.user_id, self.two_roles, "teacher at this school")
        other = self.env["bde.teacher"].create(
            {"lastname": "X", "firstname": "Y", "email": "head_b", "company_id": self.school_a.id}
        )
        self.assertFalse(other.user_id, "an account of another school is not his")

    def test_fields(self):
        hidden = {
            "teacher_a": {"ine", "street", "other_phone", "notes", "guardianship_ids",
                          "is_emancipated", "has_legal_guardian"},
            "school_life_a": {"ine", "street", "phone", "email", "guardianship_ids"},
            "intendance_a": {"ine", "street", "phone", "email", "guardianship_ids"},
            "secretary_a": set(),
        }  # fmt: skip
        for login, names in hidden.items():
            readable = self.as_user(self.cast[login])["bde.student"].fields_get()
            with self.subTest(login):
                self.assertFalse(names & readable.keys())
                self.assertIn("birth_date", readable)
                for name in names:
                    with self.assertRaises(AccessError):
                        self.seen(login).read([name])

    def test_guardians_are_for_the_secretary(self):
        for login in ("teacher_a", "school_life_a", "intendance_a"):
            for model in ("bde.guardian", "bde.guardianship"):
                with self.subTest(login=login, model=model), self.assertRaises(AccessError):
                    self.seen(login, model)

    def test_lists_are_read_only(self):
        for login in ("teacher_a", "school_life_a", "intendance_a"):
            student = self.seen(login)[0]
            with self.subTest(login), self.assertRaises(AccessError):
                student.lastname = "X"
        for verb in ("create", "unlink"):
            self.assertFalse(self.as_user(self.teacher_a)["bde.student"].has_access(verb))

    def test_manager_of_another_school(self):
        env = self.as_user(self.manager_b)
        for name in ("read", "write"):
            with self.subTest(name), self.assertRaises(AccessError):
                env["bde.student"].browse(self.aline.id).check_access(name)
        with self.assertRaises(AccessError):
            env["bde.student"].create(
                {"lastname": "X", "firstname": "Y", "birth_date": "2009-01-01",
                 "company_id": self.school_a.id}
            )  # fmt: skip

    def test_teacher_here_manager_there(self):
        """Writes where he is the manager, reads where he teaches."""
        self.prof_a2.user_id = self.two_roles
        self.assertIn(self.aline, self.seen("two_roles"))
        env = self.as_user(self.two_roles)
        self.farid.with_env(env).lastname = "Changé"
        with self.assertRaises(AccessError):
            self.aline.with_env(env).lastname = "Changé"

    def test_rule_of_teachers_does_not_cost_more_with_more_classes(self):
        def queries():
            self.env.flush_all()
            self.env.registry.clear_cache()
            env = self.as_user(self.teacher_a)
            env.invalidate_all()
            start = self.cr.sql_log_count
            env["bde.student"].search([])
            return self.cr.sql_log_count - start

        queries()  # what the registry learns once
        few = queries()
        divisions = self.env["bde.division"].create(
            [
                {"name": f"C{number}", "company_id": self.school_a.id,
                 "school_year_id": self.year.id}
                for number in range(20)
            ]
        )  # fmt: skip
        self.env["bde.teaching"].create(
            [{"teacher_id": self.prof_a.id, "division_id": division.id} for division in divisions]
        )
        self.assertEqual(queries(), few)
