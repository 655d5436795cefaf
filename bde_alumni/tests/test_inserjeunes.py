"""Official figures: files as the ministry gives them, read for all schools of an académie."""

import base64

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from odoo.addons.bde_partnerships.tests.common import UAI_A, UAI_B

from .cohort_common import CohortCase

TITLES = (
    "annee;uai;libelle;region;type_diplome;code_formation_mefstat11;libelle_formation;"
    "duree_formation;diplome_renove_ou_nouveau;part_en_poursuite_d_etudes;"
    "part_en_emploi_6_mois_apres_la_sortie;part_des_autres_situations;taux_poursuite_etudes;"
    "taux_emploi_6_mois;taux_emploi_12_mois;taux_emploi_18_mois;taux_emploi_24_mois"
)
# of another académie: 0750001N is a valid UAI of no school of the cast
UAI_ELSEWHERE = "0750655E"


def row(uai=UAI_A, years="cumul 2022-2023", code="40025525521", label="MELEC", cells=None):
    """A row as the file has it: its measures in the order of the titles."""
    cells = cells or ("40", "35", "25", "40", "58,3", "62", "nd", "NC")
    return f"{years};{uai};LYCEE A;Bretagne;BAC PRO;{code};{label};3 ans;non;{';'.join(cells)}"


@tagged("post_install", "-at_install")
class TestInserjeunes(CohortCase):
    def load(self, *rows, user=None, titles=TITLES, name="inserjeunes.csv", **vals):
        """A file that was read, its rows checked."""
        content = "\n".join((titles, *rows)).encode()
        env = self.as_user(user or self.correspondent)
        record = env["bde.inserjeunes.import"].create(
            {"file": base64.b64encode(content), "filename": name, **vals}
        )
        record.action_read()
        record.action_preview()
        return record

    def written(self, *rows, **options):
        record = self.load(*rows, **options)
        record.action_apply()
        self.assertEqual(record.state, "done")
        return record

    def figures(self, user=None):
        return self.as_user(user or self.correspondent)["bde.inserjeunes"].search([])

    # ------------------------------------------------------------
    # Reading and writing
    # ------------------------------------------------------------

    def test_home_says_of_which_schools_nothing_was_read(self):
        def missing(user):
            cards = self.as_user(user)["bde.home"]._home_cards()
            return [c["count"] for c in cards if c["label"] == "Schools without official figures"]

        [before] = missing(self.correspondent)
        self.written(row())
        self.assertEqual(missing(self.correspondent), [before - 1])
        self.assertEqual(missing(self.manager_a), [])

    def test_a_row_becomes_a_figure(self):
        record = self.written(row())
        self.assertEqual((record.new_count, record.done_count, record.own_count), (1, 1, 1))
        self.assertEqual(record.company_id, self.academy)
        line = self.figures()
        self.assertEqual(
            (line.school_id, line.kind, line.last_year, line.source_line, line.diploma),
            (self.school_a, "lycee_pro", 2023, 2, "BAC PRO"),
        )
        self.assertEqual(
            line.measures,
            {
                "share_study": 40, "share_job_6": 35, "share_other": 25, "rate_study": 40,
                "rate_job_6": 58.3, "rate_job_12": 62,
            },
        )  # fmt: skip
        self.assertEqual(line.rate_job_6.replace(",", "."), "58.3\xa0%")
        self.assertEqual((line.rate_job_18, line.rate_job_24), (False, False))

    def test_missing_in_three_ways_is_nothing_and_nought_is_nought(self):
        self.written(
            row(code="40025525521", cells=("nd",) * 8),
            row(code="40025525522", cells=("NC",) * 8),
            row(code="40025525523", cells=("",) * 8),
            row(code="40025525524", cells=("-",) * 8),
            row(code="40025525525", cells=("0",) * 8),
        )
        found = {line.mefstat11: line.measures for line in self.figures()}
        self.assertEqual([found[f"4002552552{n}"] for n in range(1, 5)], [{}] * 4)
        self.assertEqual(set(found["40025525525"].values()), {0})
        self.assertEqual(self.figures()[-1:].rate_job_6, "0\xa0%")

    def test_read_twice_changes_nothing(self):
        rows = [row(), row(uai=UAI_B), row(uai=UAI_ELSEWHERE)]
        self.written(*rows)
        before = self.figures()
        again = self.load(*rows)
        self.assertEqual((again.known_count, again.todo_count, again.own_count), (3, 0, 2))
        with self.assertRaises(UserError):
            again.action_apply()
        self.assertEqual(self.figures(), before)

    def test_corrected_by_the_ministry_and_another_year(self):
        self.written(row(), row(uai=UAI_B))
        before = self.figures()
        record = self.written(
            row(cells=("40", "35", "25", "40", "60", "62", "nd", "NC")),
            row(uai=UAI_B),
            row(years="cumul 2023-2024"),
        )
        self.assertEqual((record.changed_count, record.known_count, record.new_count), (1, 1, 1))
        self.assertEqual(record.done_count, 2)
        self.assertEqual(len(self.figures()), 3)
        mine = before.filtered(lambda one: one.school_id == self.school_a)
        self.assertEqual(mine.measures["rate_job_6"], 60)
        self.assertEqual(self.figures()[0].last_year, 2024, "the latest first")

    def test_refused_rows_come_back(self):
        record = self.load(
            row(),
            row(uai="0330994X"),
            row(uai=""),
            row(years="beaucoup"),
            row(code="40025525599", cells=("40", "135", "25", "40", "58", "62", "nd", "NC")),
            row(),
            row(cells=("41", "35", "25", "40", "58,3", "62", "nd", "NC")),
        )
        self.assertEqual((record.new_count, record.known_count, record.refused_count), (1, 1, 5))
        reasons = {line.line: line.reason for line in record.line_ids if line.reason}
        self.assertIn("0330994X", reasons[3])
        self.assertIn("beaucoup", reasons[5])
        self.assertIn("135", reasons[6])
        self.assertIn("Line 2 says the same", reasons[7])
        self.assertIn("Line 2 says otherwise", reasons[8])
        record.action_apply()
        self.assertEqual(len(self.figures()), 1, "the good ones are written")
        text = base64.b64decode(record.refused_file).decode("utf-8-sig")
        self.assertEqual(len(text.splitlines()), 6)
        self.assertIn("taux_emploi_6_mois", text.splitlines()[0])

    def test_school_level_and_cfa_files(self):
        titles = "Année;UAI;Libellé;taux_emploi_6_mois;taux_emploi_6_mois_attendu;va_emploi_6_mois"
        self.written(f"cumul 2022-2023;{UAI_A};LYCEE A;45;48;-3", titles=titles)
        whole = self.figures()
        self.assertFalse(whole.mefstat11 or whole.training)
        self.assertEqual(
            whole.measures, {"rate_job_6": 45, "expected_job_6": 48, "added_job_6": -3}
        )
        self.assertEqual(whole.added_job_6, "-3 points")
        titles = "annee;uai;libelle;taux_emploi_6_mois;taux_contrats_interrompus"
        record = self.written(f"cumul 2022-2023;{UAI_A};CFA A;70;nd", titles=titles)
        self.assertEqual(record.kind, "cfa")
        self.assertEqual(set(self.figures().mapped("kind")), {"lycee_pro", "cfa"})

    def test_a_file_of_another_kind(self):
        with self.assertRaisesRegex(UserError, "UAI"):
            self.load("Durand;Paul", titles="Nom;Prénom")
        with self.assertRaisesRegex(UserError, "rate or a part"):
            self.load(f"2023;{UAI_A}", titles="annee;uai")

    def test_chunks_with_a_constant_number_of_statements(self):
        def statements(size):
            record = self.load(*(row(code=f"400255{n:05}") for n in range(size)))
            self.env.flush_all()
            self.env.invalidate_all()
            record.read(["state"])  # once, before counting
            before = self.env.cr.sql_log_count
            record.sudo().state = "running"
            record._apply_chunk()
            self.env.flush_all()
            count = self.env.cr.sql_log_count - before
            self.env["bde.inserjeunes"].sudo().search([]).unlink()
            return count

        statements(1)
        self.assertEqual(statements(2), statements(400))

    # ------------------------------------------------------------
    # Who loads, who reads
    # ------------------------------------------------------------

    def test_schools_load_nothing(self):
        for user in (self.head_a, self.manager_a, self.teacher_a):
            self.assertFalse(
                self.as_user(user)["bde.inserjeunes.import"].has_access("create"), user.login
            )
        with self.assertRaises(ValidationError):
            self.env["bde.inserjeunes.import"].create({"company_id": self.school_a.id})

    def test_a_school_reads_its_own_lines(self):
        self.written(row(), row(uai=UAI_B), row(uai=UAI_ELSEWHERE))
        self.assertEqual(self.figures(self.secretary_a).mapped("uai"), [UAI_A])
        self.assertEqual(self.figures(self.manager_b).mapped("uai"), [UAI_B])
        self.assertEqual(len(self.figures(self.bde_admin)), 3)
        self.assertFalse(self.as_user(self.teacher_a)["bde.inserjeunes"].has_access("read"))
        # sudo stands for who would try: the record of another school
        other = self.figures().filtered(lambda one: one.uai == UAI_B)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            other.with_user(self.secretary_a).read(["measures"])

    @users("bde_admin")
    def test_nobody_writes_them(self):
        self.written(row(), user=self.env.user)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            self.figures().with_env(self.env).write({"measures": {}})

    def test_a_school_that_comes_later_finds_its_lines(self):
        self.written(row(uai=UAI_ELSEWHERE))
        self.assertFalse(self.figures().school_id)
        school = self.env["res.company"].create(
            {
                "name": "Lycée nouveau", "bde_kind": "school", "parent_id": self.academy.id,
                "uai": UAI_ELSEWHERE,
            }
        )  # fmt: skip
        self.assertEqual(self.figures().sudo().school_id, school)

    # ------------------------------------------------------------
    # Beside the school's own counts
    # ------------------------------------------------------------

    def test_beside_and_never_added(self):
        self.new_cohort(2023, job=5, study=4)
        before = self.cohort_of(2023).page["horizons"]
        self.training_a.write({"mef": "2472552521", "cfd": "40025525"})
        self.written(row(), row(code="50025525525", label="Autre CAP"))
        page = self.cohort_of(2023).page
        self.assertEqual(page["horizons"], before)
        official = page["official"]
        self.assertEqual((official["years"], official["holds_cohort"]), ("cumul 2022-2023", True))
        self.assertTrue(all(column["help"] for column in official["columns"]))
        rates, parts = official["groups"]
        self.assertIn("of those alone who left education", rates["help"])
        self.assertIn("of all who were in the last year", parts["help"])
        self.assertEqual((rates["size"], parts["size"]), (2, 3), "those of which one is published")

    def test_the_years_that_hold_the_cohort(self):
        self.new_cohort(2022, job=1)
        self.new_cohort(2024, job=1)
        self.new_cohort(2025, job=1)
        self.assertIsNone(self.cohort_of(2022).page["official"])
        self.written(row(), row(years="cumul 2023-2024"))
        years = {
            cohort: (official["years"], official["holds_cohort"])
            for cohort in (2022, 2024, 2025)
            for official in [self.cohort_of(cohort).page["official"]]
        }
        self.assertEqual(
            years,
            {
                2022: ("cumul 2022-2023", True),
                2024: ("cumul 2023-2024", True),
                2025: ("cumul 2023-2024", False),
            },
        )

    def test_its_own_name_of_a_training(self):
        self.new_cohort(2023, job=1)
        # MEF 247 25525 2 1: the specialty that the MEFSTAT11 ends with
        self.training_a.mef = "2472552521"
        self.written(row(code="40022225525", label="METIERS DE L'ELECTRICITE"))
        labels = [one["label"] for one in self.cohort_of(2023).page["official"]["rows"]]
        self.assertEqual(labels, [self.training_a.name])

    def test_board_page_names_its_source(self):
        self.new_cohort(2023, job=12, study=8)
        self.written(row())
        official = self.cohort_of(2023)._year_page()["official"]
        self.assertEqual(official["years"], "cumul 2022-2023")
        self.assertIn(("Taux d’emploi à 6 mois", "sur les seuls sortants"), official["columns"])

    def test_files_go_after_a_month(self):
        record = self.written(row())
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE bde_inserjeunes_import SET create_date = create_date - interval '40 days'"
        )
        self.env.invalidate_all()
        self.run_jobs_inside()
        self.env["bde.inserjeunes.import"]._cron_delete_files()
        record.invalidate_recordset()
        self.assertFalse(record.file or record.line_ids)
        self.assertTrue(record.files_deleted_on)
        self.assertEqual(len(self.figures()), 1)
