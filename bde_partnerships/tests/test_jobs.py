from unittest.mock import patch

from odoo.tests import tagged

from .common import BdeCase


@tagged("post_install", "-at_install")
class TestJobs(BdeCase):
    """Jobs that go from school to school."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.schools = (cls.school_a | cls.school_b | cls.school_c).sorted("id")
        cls.cron = cls.env["ir.cron"].search([], limit=1)

    def setUp(self):
        super().setUp()
        # core's own verb, without its commit
        self.startPatcher(patch.object(self.env.cr, "commit", self.env.cr.flush))

    def _run(self, schools, ends_on):
        """One run of the job as core begins it; returns the schools seen and what is left."""
        cron, progress = self.cron.with_context(
            cron_id=self.cron.id, cron_end_time=ends_on
        )._add_progress()
        seen = []
        schools.with_env(cron.env)._bde_each(lambda company: seen.append(company.id))
        return schools.browse(seen), progress.remaining

    def test_goes_on_where_time_was_out(self):
        one, two, three = self.schools
        # the first two runs have no time: one school each
        self.assertEqual(self._run(self.schools, ends_on=0), (one, 2))
        self.assertEqual(self._run(self.schools, ends_on=0), (two, 1))
        self.assertEqual(self._run(self.schools, ends_on=float("inf")), (three, 0))
        # the next night begins again
        self.assertEqual(self._run(self.schools, ends_on=float("inf")), (self.schools, 0))

    def test_schools_with_nothing_left_are_not_counted_as_seen(self):
        one, two, three = self.schools
        self.assertEqual(self._run(self.schools, ends_on=0), (one, 2))
        self.assertEqual(self._run(two | three, ends_on=float("inf")), (two | three, 0))

    def test_outside_of_a_job_all_are_seen(self):
        seen = []
        self.schools._bde_each(lambda company: seen.append(company.id))
        self.assertEqual(seen, self.schools.ids)

    def test_what_fails_at_one_school_stops_no_other(self):
        seen = []

        def work(company):
            if company == self.schools[0]:
                raise ValueError("of this school alone")
            seen.append(company.id)

        with self.assertLogs("odoo.addons.bde_partnerships.models.res_company_jobs", "ERROR"):
            self.schools._bde_each(work)
        self.assertEqual(seen, self.schools[1:].ids)
