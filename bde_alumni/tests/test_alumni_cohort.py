"""Where the leavers of a year are: counts, three years, flow, and what leaves the school."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged, users
from odoo.tools import mute_logger

from ..rules.outcomes import Figures
from .cohort_common import CohortCase


@tagged("post_install", "-at_install")
class TestAlumniCohort(CohortCase):
    def page(self, cohort, **options):
        return self.cohort_of(cohort, **options).page

    def horizon(self, page, months=6):
        return next(one for one in page["horizons"] if one["months"] == months)

    def rows(self, horizon):
        return {row["code"]: (row["text"], row["three"]) for row in horizon["rows"]}

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------

    def test_counts_worked_out_by_hand(self):
        leavers = self.new_cohort(2021, job=5, study=3, looking=1, silent=4)
        leavers[-1]._note_death()
        leavers[-2]._object("desk")
        found = self.env["bde.alumni.cohort"]._cohort_figures(self.school_a, [2021])
        self.assertEqual(
            found,
            {
                (self.school_a.id, 2021, 6): Figures(
                    11, 9, {"job": 5, "study": 3, "looking": 1}, 0, 1
                )
            },
        )
        page = self.page(2021)
        horizon = self.horizon(page)
        self.assertEqual((page["leavers"], page["objected"], horizon["deceased"]), (11, 1, 1))
        self.assertEqual(horizon["response"], "9 of 11")
        self.assertEqual(self.rows(horizon)["job"], ("5 of 9", "5 of 9"))
        self.assertEqual(self.rows(horizon)["other"], ("0 of 9", "0 of 9"))

    def test_same_as_the_survey_says(self):
        self.new_cohort(2021, job=5, study=3, silent=4)
        wave = self.env["bde.alumni.wave"].search([("cohort", "=", 2021)])
        found = self.env["bde.alumni.cohort"]._cohort_figures(self.school_a, [2021])
        self.assertEqual(list(found.values()), list(wave._figures().values()))

    def test_three_years_together(self):
        # 2019: 8 answered, 4 in a job; 2020: 6 and 3; 2021: 9 and 5; 2018 is too old
        self.new_cohort(2018, job=50)
        self.new_cohort(2019, job=4, study=4)
        self.new_cohort(2020, job=3, looking=3)
        self.new_cohort(2021, job=5, other=4, silent=2)
        horizon = self.horizon(self.page(2021))
        self.assertEqual(self.rows(horizon)["job"][0], "5 of 9")
        # 12 of 23 = 52 %; Wilson: 33 to 71 %
        self.assertEqual(self.rows(horizon)["job"][1], "12 of 23 – 52 % (33 to 71 %)")
        self.assertEqual(horizon["three_response"], "23 of 25 – 92 % (75 to 98 %)")

    def test_horizons_are_never_added(self):
        leavers = self.new_cohort(2021, job=5, silent=1)
        self.ask(leavers, 2021, 12, ["study"] * 2)
        page = self.page(2021)
        self.assertEqual([one["months"] for one in page["horizons"]], [6, 12])
        self.assertEqual(page["months"], 12, "the last one that was answered comes first")
        self.assertEqual(self.horizon(page, 12)["response"], "2 of 6")
        self.assertEqual(self.rows(self.horizon(page, 12))["job"][0], "0 of 2")

    def test_by_training_and_sex(self):
        other = self.env["bde.training"].create(
            {"name": "CAP Cuisine", "diploma": "cap", "company_id": self.school_a.id}
        )
        self.new_cohort(2021, job=4, study=1, sex="f")
        self.new_cohort(2021, looking=2, training=other, sex="m", silent=1)
        horizon = self.horizon(self.page(2021))
        rows = {row["label"]: (row["response"], row["work"]) for row in horizon["trainings"]}
        self.assertEqual(
            rows,
            {
                self.training_a.display_name: ("5 of 5", "4 of 5"),
                "CAP Cuisine": ("2 of 3", "0 of 2"),
            },
        )
        sexes = {row["label"]: row["counts"] for row in horizon["sexes"]}
        self.assertEqual(sexes, {"Female": [4, 0, 1, 0, 0], "Male": [0, 0, 0, 2, 0]})

    def test_a_person_in_two_schools_counts_in_each(self):
        one = self.new_cohort(2021, job=1)
        two = self.new_cohort(2021, school=self.school_b, study=1)
        self.assertEqual(one.person_key, two.person_key, "the same person")
        found = self.env["bde.alumni.cohort"]._cohort_figures(self.school_a | self.school_b, [2021])
        self.assertEqual(found[self.school_a.id, 2021, 6], Figures(1, 1, {"job": 1}))
        self.assertEqual(found[self.school_b.id, 2021, 6], Figures(1, 1, {"study": 1}))

    def test_those_who_stay_are_no_leavers(self):
        self.new_cohort(2021, job=2)
        self.env["bde.alumnus"].create(
            {
                "company_id": self.school_a.id, "lastname": "Reste", "firstname": "Encore",
                "cohort": 2021, "student_id": self.aline.id,
            }
        )  # fmt: skip
        self.assertEqual(self.cohort_of(2021).leaver_count, 2)

    def test_queries_do_not_follow_the_leavers(self):
        def count(size):
            self.new_cohort(2020 - size, job=size, study=size)
            self.env.flush_all()
            self.env.invalidate_all()
            cohort = self.cohort_of(2020 - size)
            with self._counted() as counted:
                self.assertTrue(cohort.page)
            return counted[0]

        count(1)
        self.assertEqual(count(2), count(12))

    def _counted(self):
        case = self

        class Counted(list):
            def __enter__(self):
                self.before = case.env.cr.sql_log_count
                return self

            def __exit__(self, *_args):
                self.append(case.env.cr.sql_log_count - self.before)

        return Counted()

    # ------------------------------------------------------------
    # Flow and people
    # ------------------------------------------------------------

    def test_flow_ends_at_employers(self):
        relation = self.env["bde.relation"]._bde_ensure(self.employer, self.school_a)
        leavers = self.new_cohort(2021, job=3, study=2)
        leavers[:2].outcome_id.relation_id = relation
        flow = self.horizon(self.page(2021))["flow"]
        found = {
            (one["situation"], one["employer"], one["employer_label"]): one["count"] for one in flow
        }
        self.assertEqual(
            found,
            {
                ("job", relation.id, relation.partner_name): 2,
                ("job", 0, "Employer not in your book"): 1,
                ("study", None, None): 2,
            },
        )
        cohort = self.cohort_of(2021)
        self.assertEqual(cohort.employed_count, 2)
        action = cohort.action_map()
        self.assertEqual(action["domain"], [("id", "in", relation.ids)])
        self.assertEqual(action["view_mode"].split(",")[0], "bde_map")
        Relation = self.as_user(self.secretary_a)["bde.relation"]
        self.assertEqual(Relation.search([("leaver_ids", "!=", False)]).ids, relation.ids)

    def test_small_employers_flow_together(self):
        names = [f"Société {number}" for number in range(10)]
        partners = self.env["res.partner"].create(
            [{"name": name, "is_company": True, "bde_employer": True} for name in names]
        )
        leavers = self.new_cohort(2021, job=11)
        relations = self.env["bde.relation"].union(
            *(self.env["bde.relation"]._bde_ensure(one, self.school_a) for one in partners)
        )
        for leaver, relation in zip(leavers, (*relations, relations[0]), strict=True):
            leaver.outcome_id.relation_id = relation
        flow = self.horizon(self.page(2021))["flow"]
        ends = {one["employer_label"]: one["count"] for one in flow}
        self.assertEqual(len(ends), 9)
        self.assertEqual((ends["Société 0"], ends["Other employers"]), (2, 2))

    def test_a_number_opens_its_people(self):
        leavers = self.new_cohort(2021, job=3, study=2, silent=1)
        cohort = self.cohort_of(2021)
        Report = self.as_user(self.secretary_a)["bde.alumni.report"]

        def people(*args):
            return Report.search(cohort.action_open_people(*args)["domain"]).alumnus_id

        self.assertEqual(people(6, None, "job").ids, leavers[:3].ids)
        self.assertEqual(people(6, self.training_a.id).ids, leavers[:5].ids)
        self.assertEqual(people(6, 0), leavers.browse())
        self.assertEqual(people(6, None, None, 0).ids, leavers[:3].ids)
        line = Report.search([("alumnus_id", "=", leavers[0].id)])
        self.assertEqual(line.action_open_alumnus()["res_id"], leavers[0].id)

    # ------------------------------------------------------------
    # Who sees it
    # ------------------------------------------------------------

    @users("manager_b")
    def test_another_school_sees_nothing(self):
        cohort = self.cohort_of(2024)
        self.assertTrue(cohort)
        own = self.env["bde.alumni.cohort"].search([])
        self.assertEqual(own.company_id, self.school_b)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            cohort.with_env(self.env)._year_pdf()

    def test_teachers_and_the_academie_see_no_page(self):
        for user in (self.teacher_a, self.correspondent, self.bde_admin):
            for model in ("bde.alumni.cohort", "bde.alumni.report"):
                self.assertFalse(self.as_user(user)[model].has_access("read"), (user.login, model))

    # ------------------------------------------------------------
    # What leaves the school
    # ------------------------------------------------------------

    def figure(self, cohort, user=None):
        self.env["bde.alumni.figure"]._refresh()
        env = self.as_user(user or self.correspondent)
        return env["bde.alumni.figure"].search(
            [("school_id", "=", self.school_a.id), ("cohort", "=", cohort)]
        )

    def test_nineteen_twenty_twenty_one_for_the_academie(self):
        self.new_cohort(2019, job=10, study=9)
        self.new_cohort(2020, job=12, study=8)
        self.new_cohort(2021, job=12, study=5, looking=4)
        nineteen, twenty, more = (self.figure(year) for year in (2019, 2020, 2021))
        self.assertEqual((nineteen.leaver_count, nineteen.answered_count), (19, 19))
        self.assertEqual((nineteen.job_count, nineteen.study_count), (0, 0))
        self.assertEqual((nineteen.job_text, nineteen.answered_text), ("–", "19"))
        self.assertIn("Fewer than 20", nineteen.remark)
        self.assertEqual((twenty.job_text, twenty.study_text), ("60\xa0% (12)", "40\xa0% (8)"))
        self.assertEqual((twenty.looking_text, twenty.remark), ("0\xa0% (0)", False))
        self.assertEqual((more.job_text, more.study_text, more.looking_text),
                         ("57\xa0% (12)", "–", "–"))  # fmt: skip
        self.assertIn("studying, looking", more.remark)
        self.env.cr.execute("SELECT looking_count FROM bde_alumni_figure WHERE id = %s", more.ids)
        self.assertEqual(self.env.cr.fetchone(), (0,), "not even stored")

    def test_counting_again_changes_nothing_and_forgets_nothing(self):
        self.new_cohort(2020, job=12, study=8)
        first = self.figure(2020)
        self.assertEqual(self.figure(2020), first)
        # erased by rule since: what was counted while they were on file stays
        leavers = self.env["bde.alumnus"].search([("cohort", "=", 2020)])
        leavers[:5]._forget_records()
        self.assertEqual(self.figure(2020).job_count, 12)

    @users("correspondent")
    def test_the_button_counts_now(self):
        self.new_cohort(2020, job=12, study=8)
        Figure = self.env["bde.alumni.figure"]
        Figure.action_refresh()
        self.assertEqual(Figure.search([("cohort", "=", 2020)]).job_count, 12)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            Figure.search([], limit=1).write({"job_count": 1})

    def test_schools_do_not_read_the_figures(self):
        self.assertFalse(self.as_user(self.head_a)["bde.alumni.figure"].has_access("read"))

    # ------------------------------------------------------------
    # The page for the board
    # ------------------------------------------------------------

    def board(self, cohort):
        page = self.cohort_of(cohort)._year_page()
        return page, {row[0]: row[1:] for row in page["rows"]}

    def test_board_nineteen_twenty_twenty_one(self):
        self.new_cohort(2015, job=10, study=9)
        _page, rows = self.board(2015)
        self.assertEqual(set(sum(rows.values(), ())), {"–"}, "nothing of nineteen is published")
        self.new_cohort(2011, job=12, study=8)
        _page, rows = self.board(2011)
        # 12 of 20, Wilson: 39 to 78 %
        self.assertEqual(rows["En emploi"][0], "60\xa0% (12 sur 20)\n[39–78\xa0%]")
        self.assertEqual(rows["En recherche d’emploi"][0], "0\xa0% (0 sur 20)\n[0–16\xa0%]")
        self.new_cohort(2007, job=12, study=5, looking=4)
        page, rows = self.board(2007)
        self.assertTrue(rows["En emploi"][0].startswith("57\xa0% (12 sur 21)"))
        self.assertEqual((rows["En études"][0], rows["En recherche d’emploi"][0]), ("–", "–"))
        self.assertEqual(page["trainings"]["left_out"], 0)

    def test_board_says_no_number_of_one_to_four(self):
        """Neither of tutors nor of the safety net, and none that a subtraction gives."""
        self.new_cohort(2011, job=20)
        Tutor = self.env.registry["bde.alumni.tutor"]
        few, kept = "moins de 5", "non communiqué"
        for counts, total, told in (
            ({2011: 3}, few, [few]),
            ({2011: 3, 2012: 1}, few, [few, few]),
            ({2011: 9, 2012: 6, 2013: 2}, "17", [few, kept, "9"]),
            ({2011: 9, 2012: 6}, "15", ["6", "9"]),
        ):
            figures = {self.school_a: {"count": sum(counts.values()), "cohorts": counts}}
            with patch.object(Tutor, "_figures", lambda *_args, found=figures: found):
                tutors = self.board(2011)[0]["tutors"]
            self.assertEqual(tutors["total"], total)
            self.assertEqual([text for _cohort, text in tutors["cohorts"]], told)

    def test_board_three_years(self):
        # 12, 15 and 14 answers: no year alone, the three together
        for year, job, study in ((2019, 6, 6), (2020, 10, 5), (2021, 9, 5)):
            self.new_cohort(year, job=job, study=study)
        _page, rows = self.board(2021)
        self.assertEqual(rows["En emploi"][0], "–")
        # 25 of 41 = 61 %, Wilson: 46 to 74 %
        self.assertEqual(rows["En emploi"][1], "61\xa0% (25 sur 41)\n[46–74\xa0%]")

    def test_board_a_year_that_could_be_worked_out(self):
        # 25 and 26 are published: three years together would tell the fifteen
        for year, job in ((2019, 15), (2020, 26), (2021, 25)):
            self.new_cohort(year, job=job)
        _page, rows = self.board(2021)
        self.assertEqual(rows["En emploi"][1], "–")

    def test_board_small_trainings(self):
        other = self.env["bde.training"].create(
            {"name": "CAP Cuisine", "diploma": "cap", "company_id": self.school_a.id}
        )
        self.new_cohort(2021, job=14, study=10)
        self.new_cohort(2021, job=8, study=7, training=other)
        page, _rows = self.board(2021)
        self.assertEqual(page["trainings"], {"rows": [], "left_out": 2}, "39 less 24 are fifteen")


@tagged("post_install", "-at_install")
class TestAlumniYearHttp(HttpCase, CohortCase):
    def test_the_pdf(self):
        self.new_cohort(2021, job=12, study=8)
        self.secretary_a.password = "secretary_a secretary_a"
        self.authenticate("secretary_a", "secretary_a secretary_a")
        cohort = self.cohort_of(2021)
        self.env.flush_all()
        response = self.url_open(cohort.action_print_year()["url"])
        self.assertEqual(response.status_code, 200)
        self.assertTrue(response.content.startswith(b"%PDF"))
        other = self.env["bde.alumni.cohort"].search([("company_id", "=", self.school_b.id)])
        with mute_logger("odoo.addons.base.models.ir_rule", "odoo.http"):
            refused = self.url_open(f"/bde/alumni/report?ids={cohort.id},{other[:1].id}")
        self.assertIn(refused.status_code, (403, 404))
        self.assertFalse(refused.content.startswith(b"%PDF"))
