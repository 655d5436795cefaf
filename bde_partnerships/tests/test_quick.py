"""The cast, made by the class or found in the database of a run, see ``quick.py``."""

from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import CAST, BdeCase


@tagged("post_install", "-at_install")
class TestCast(BdeCase):
    def test_everybody_is_where_he_belongs(self):
        self.assertEqual(self.schools.parent_id, self.academy)
        self.assertEqual(
            self.schools.mapped("name"), ["Lycée Ampère", "Lycée Braille", "Lycée Curie"]
        )
        self.assertEqual([self.cast[login].login for login in CAST], list(CAST))
        self.assertEqual(self.two_roles.company_ids, self.school_a + self.school_b)
        self.assertEqual(
            (self.training_a + self.training_b + self.training_c).company_id, self.schools
        )
        self.assertEqual((self.training_b.company_id, self.employer.name),
                         (self.school_b, "Menuiserie Duval"))  # fmt: skip
        self.assertEqual((self.school_a.head_id, self.school_b.head_id), (self.head_a, self.head_b))


@tagged("post_install", "-at_install")
@freeze_time("2029-02-01 10:00:00")
class TestCastInAnotherYear(BdeCase):
    """The clock of a class may be in another school year than that of the run."""

    def test_roles_run_in_the_year_of_the_clock(self):
        self.assertEqual(self.year.date_start, date(2028, 9, 1))
        self.assertEqual(self.env["bde.school.year"]._current(self.school_a), self.year)
        memberships = self.env["bde.membership"].search([("user_id.login", "in", list(CAST))])
        self.assertEqual(set(memberships.mapped("date_from")), {date(2028, 9, 1)})
        self.assertTrue(all(memberships.mapped("is_current")))
        self.assertEqual(self.manager_a._bde_company_ids("manager"), [self.school_a.id])
