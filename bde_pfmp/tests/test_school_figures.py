from odoo.exceptions import AccessError
from odoo.tests import tagged

from .placement_common import PlacementCase


@tagged("post_install", "-at_install")
class TestSchoolFigures(PlacementCase):
    """What a correspondent reads: numbers of each school of his académie, nobody's name."""

    def figures(self):
        self.env["bde.school.figures"]._cron_refresh()
        return self.as_user(self.correspondent)["bde.school.figures"].search(
            [("school_year_id", "=", self.year.id)]
        )

    def test_every_school_has_a_line_even_without_pupils(self):
        lines = self.figures()
        self.assertEqual(lines.school_id, self.schools)
        empty = lines.filtered(lambda line: line.school_id == self.school_c)
        self.assertEqual((empty.pupil_count, empty.placement_count), (0, 0))

    def test_counts_follow_the_placements(self):
        before = self.figures().filtered(lambda line: line.school_id == self.school_a)
        known = (before.placement_count, before.to_place_count)
        pupils = before.pupil_count
        schooling = self.env["bde.schooling"].search(
            [("company_id", "=", self.school_a.id), ("status", "=", "ST"), ("date_end", "=", False)]
        )
        self.assertTrue(schooling)
        self.assertEqual(pupils, len(schooling))
        placements = self.env["bde.placement"].search([("company_id", "=", self.school_a.id)])
        self.assertEqual(known[0], len(placements))
        schooling[0].date_end = self.year.date_end
        after = self.figures().filtered(lambda line: line.school_id == self.school_a)
        self.assertEqual(after, before, "counted again in its own line")
        self.assertEqual(after.pupil_count, pupils - 1)

    def test_only_correspondents_read_and_nobody_writes(self):
        lines = self.figures()
        for user in (self.manager_a, self.head_a, self.teacher_a, self.bde_admin):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.as_user(user)["bde.school.figures"].search([])
        with self.assertRaises(AccessError):
            lines[0].write({"pupil_count": 1})
