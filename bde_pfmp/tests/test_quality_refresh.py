import random

from odoo.tests import tagged

from ..rules import quality
from .quality_common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityRefresh(QualityCase):
    """The index in SQL is that of the pure module, and shows no more."""

    def setUp(self):
        super().setUp()
        self.Quality = self.env["bde.site.quality"]

    def expected(self):
        terms = self.env["bde.quality.term"]._terms()
        return quality.table(self.Quality._sheets(), terms)

    def assertEqualToPure(self):
        lines = self.Quality.search([])
        expected = self.expected()
        self.assertEqual({(li.partner_id.id, li.training_code) for li in lines}, set(expected))
        for line in lines:
            self.assertLine(line, expected[line.partner_id.id, line.training_code])

    def assertLine(self, line, known):
        with self.subTest(f"{line.partner_id.name} {line.training_code}"):
            self.assertEqual(line.count, known.count)
            self.assertShown(line.is_shown, line.index, known.index)
            self.assertEqual(line.trend or None, known.trend)
            if not known.trend:
                said = "Too early to say" if line.is_shown else "–"
                self.assertEqual(line.trend_label, said)
            for view, (count, index) in known.views.items():
                self.assertEqual(line[f"{view}_count"], count)
                self.assertShown(line[f"{view}_is_shown"], line[f"{view}_index"], index)

    def assertShown(self, shown, value, known):
        self.assertEqual(shown, known is not None)
        if known is None:
            self.assertFalse(value, "what is not shown is not stored")
        else:
            self.assertLess(abs(value - known), 1e-9)

    def fill(self, seed=7):
        """Hosts with 0 to 7 answers of each view, of all ages, two trades, a site of one."""
        dice = random.Random(seed)
        hosts = [self.employer, self.baker]
        for number in range(4):
            hosts.append(self.env["res.partner"].create(
                {"name": f"Host {number}", "is_company": True, "bde_employer": True,
                 "naf_code": dice.choice(["4321A", "1071C", False])}
            ))  # fmt: skip
        sites = [self.baker._bde_add_site({"name": name}, self.school_a)
                 for name in ("Four", "Fournil")]  # fmt: skip
        for host in [*hosts, *sites]:
            for view in quality.VIEWS:
                for days in (0, 90, 500, 1500):
                    scores = [dice.random() * 100 for _ in range(dice.randrange(3))]
                    training = dice.choice(["MELEC", "MELEC", "TMA", False])
                    self.add_ratings(host, scores, view, days, training)

    def test_equal_to_the_pure_module(self):
        self.fill()
        self.Quality._refresh()
        self.assertTrue(self.Quality.search([("is_shown", "=", True), ("training_code", "!=", "")]))
        self.assertTrue(self.Quality.search([("is_shown", "=", False)]))
        self.assertEqualToPure()

    def test_by_hand(self):
        """Mean of all and of the trade 60; (180 + 3 x 60) / 6 = 60, then one of 120 days."""
        self.add_ratings(self.employer, [40, 60, 80], days=0)
        self.Quality._refresh()
        self.assertAlmostEqual(self.quality(self.employer).index, 60)
        self.assertEqual(self.quality(self.employer).index_label, "60 / 100")
        self.assertEqual(self.quality(self.employer).count, 3)

    def test_two_trades_and_old_answers_by_hand(self):
        """Worked out in ``test_quality_rules``: 85.2, 60.2667 and 29."""
        builder = self.new_employer("Charpente Noël", "82345678500018", "4391A")
        self.add_ratings(self.employer, [100, 100, 100], days=0)
        self.add_ratings(builder, [40, 40, 40], days=730)
        self.add_ratings(self.baker, [20, 20, 20], days=0)
        self.Quality._refresh()
        for host, index in ((self.employer, 85.2), (builder, 271.2 / 4.5), (self.baker, 29)):
            self.assertAlmostEqual(self.quality(host).index, index, places=9)

    def test_two_answers_have_a_count_and_no_index(self):
        self.add_ratings(self.employer, [40, 60])
        self.Quality._refresh()
        line = self.quality(self.employer)
        self.assertEqual((line.count, line.is_shown, line.index_label), (2, False, "–"))
        self.env.cr.execute("SELECT index FROM bde_site_quality WHERE id = %s", [line.id])
        self.assertEqual(self.env.cr.fetchone(), (None,))

    def test_answers_of_all_schools_count(self):
        self.add_ratings(self.employer, [40, 60])
        self.add_ratings(self.employer, [80], school=self.school_b)
        self.Quality._refresh()
        self.assertTrue(self.quality(self.employer).is_shown)

    def test_tutors_and_wrong_answers_do_not_count(self):
        ratings = self.add_ratings(self.employer, [40, 60, 80])
        self.add_ratings(self.employer, [0, 0, 0], view="tutor")
        ratings[0].moderation_reason = "wrong"
        self.Quality._refresh()
        self.assertEqual(self.quality(self.employer).count, 2)
        self.assertFalse(self.quality(self.employer).is_shown)

    def test_one_company_alone(self):
        self.add_ratings(self.employer, [40, 60, 80])
        self.add_ratings(self.baker, [40, 60, 80])
        self.Quality._refresh(self.employer)
        self.assertTrue(self.quality(self.employer))
        self.assertFalse(self.quality(self.baker))
        self.Quality._refresh(self.baker)
        self.assertEqualToPure()

    def test_what_is_withdrawn_goes(self):
        ratings = self.add_ratings(self.employer, [40, 60, 80])
        self.Quality._refresh()
        ratings.unlink()
        self.Quality._refresh()
        self.assertFalse(self.quality(self.employer))

    def test_same_queries_for_one_and_for_many(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.Quality._refresh()
            return self.cr.sql_log_count - before

        self.add_ratings(self.employer, [40])
        queries()
        few = queries()
        self.fill(3)
        self.assertEqual(queries(), few)

    def test_the_merge_of_two_companies_joins_their_answers(self):
        self.add_ratings(self.employer, [40, 60])
        self.add_ratings(self.baker, [80, 100])
        self.Quality._refresh()
        self.employer._bde_merge(self.baker)
        self.Quality._refresh()
        self.assertEqual(self.quality(self.employer).count, 4)
        self.assertEqualToPure()

    def test_the_job_says_how_far_it_is(self):
        self.add_ratings(self.employer, [40, 60, 80])
        with self.enter_registry_test_mode():
            self.env.ref("bde_pfmp.cron_quality_refresh").method_direct_trigger()
        self.assertTrue(self.quality(self.employer).is_shown)

    def test_figures_of_the_formula_are_data(self):
        self.add_ratings(self.employer, [100, 100, 100], days=0)
        self.add_ratings(self.baker, [0, 0, 0], days=0)
        term = self.env.ref("bde_pfmp.quality_term_prior")
        term.with_env(self.as_user(self.bde_admin)).value = 0
        self.Quality._refresh()
        self.assertEqual(self.quality(self.employer).index, 100, "nothing is shrunk any more")
        self.assertEqualToPure()
