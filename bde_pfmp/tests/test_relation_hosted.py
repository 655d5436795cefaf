from freezegun import freeze_time

from odoo.tests import tagged

from .convention_common import ConventionCase


@tagged("post_install", "-at_install")
class TestRelationHosted(ConventionCase):
    """Pupils that a company takes in are counted once their convention is signed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.relation = cls.boss.bde_relation_id
        cls.other = cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_b)

    def state(self, conventions, state):
        conventions.sudo().document_id._set_state(state)

    def test_signed_conventions_count_and_cancelled_ones_do_not(self):
        conventions = self.make()
        self.assertEqual(self.relation.hosted_count, 0, "nobody signed yet")
        self.assertEqual(self.relation.status, "prospect")
        self.state(conventions, "signed")
        self.assertEqual(self.relation.hosted_count, 3)
        self.assertEqual(self.relation.hosted_year_count, 3)
        self.assertEqual(self.relation.last_hosted_on, self.end)
        self.assertEqual(self.relation.status, "active", "no longer to discover")
        self.assertEqual(self.other.hosted_count, 0, "another school's own")
        self.state(conventions[:1], "interrupted")
        self.assertEqual(self.relation.hosted_count, 2)
        for state in ("running", "ended", "attested", "closed"):
            self.state(conventions[1:], state)
            self.assertEqual(self.relation.hosted_count, 2, state)

    def test_same_pupil_twice_is_one_pupil(self):
        self.state(self.make(), "signed")
        second = self.period_a.copy({"name": "PFMP 2"})
        again = self.new_placement(self.aline, period_id=second.id, **self.complete_vals())
        self.state(self.make(again), "signed")
        self.assertEqual(self.relation.hosted_count, 3)

    def test_new_year_empties_the_counter_of_the_year(self):
        self.state(self.make(), "closed")
        next_year = self.year.date_end.replace(year=self.year.date_end.year + 1)
        self.env["bde.school.year"].create(
            {"company_id": self.academy.id,
             "date_start": self.year.date_start.replace(year=self.year.date_start.year + 1)}
        )  # fmt: skip
        with freeze_time(next_year.replace(month=3, day=1)), self.enter_registry_test_mode():
            self.env.ref("bde_partnerships.cron_relation_hosted").method_direct_trigger()
        self.relation.invalidate_recordset()
        self.assertEqual(self.relation.hosted_year_count, 0)
        self.assertEqual(self.relation.hosted_count, 3)

    def test_counting_costs_the_same_for_one_convention_and_for_three(self):
        conventions = self.make()
        counts = []
        for batch in (conventions, conventions[:1], conventions[1:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            batch.placement_id._refresh_hosted()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        # the first one fills the caches
        self.assertEqual(counts[1], counts[2])

    def test_counter_opens_what_it_counts(self):
        relation = self.relation.with_env(self.as_manager)
        action = relation.action_open_hosted()
        self.assertEqual(action["res_model"], "bde.placement")
        self.assertEqual(self.env["bde.placement"].search_count(action["domain"]), 3)
        other = self.other.with_env(self.as_user(self.manager_b))
        self.assertEqual(other.action_open_hosted()["res_model"], "bde.past.placement")

    def entries(self, user):
        timeline = self.as_user(user)["bde.timeline"].get_timeline(self.relation.id, axis="pfmp")
        return {entry["title"]: entry for entry in timeline["entries"]}

    def test_timeline_tells_first_name_and_initial(self):
        self.state(self.make(self.placement), "signed")
        entries = self.entries(self.manager_a)
        self.assertEqual(set(entries), {"Aline D.", "Boris D.", "Chloé D."})
        entry = entries["Aline D."]
        self.assertEqual(entry["date"], str(self.start))
        self.assertEqual((entry["model"], entry["res_id"]), ("bde.placement", self.placement.id))
        self.assertIn("PFMP 1", entry["detail"])
        self.assertIn("Signed", entry["detail"])
        self.assertNotIn("Dupont", str(entries))

    def test_pupils_are_named_to_those_who_may_know_them(self):
        self.assertEqual(len(self.entries(self.teacher_a)), 3, "he teaches the class")
        self.env["bde.teaching"].search([("teacher_id", "=", self.prof_a.id)]).unlink()
        self.placements.referent_id = self.prof_a2
        self.assertEqual(self.entries(self.teacher_a), {})
