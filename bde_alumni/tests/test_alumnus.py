from odoo.tests import tagged, users

from .alumni_common import AlumniCase


@tagged("post_install", "-at_install")
class TestAlumnus(AlumniCase):
    """Who left a school: of that school alone."""

    @users("manager_a")
    def test_the_bureau_reads_its_own_alone(self):
        seen = self.env["bde.alumnus"].search([("lastname", "=", "Dupont")])
        self.assertEqual(sorted(seen.mapped("firstname")), ["Gina", "Hugo"])

    @users("secretary_a")
    def test_name_in_use_comes_first(self):
        gina = self.gina.with_env(self.env)
        gina.usage_name = "Martin"
        self.assertEqual(gina.name, "MARTIN Gina")

    def test_minors_are_known_as_such(self):
        self.assertFalse(self.hugo.is_adult)
        self.assertTrue(self.gina.is_adult)
