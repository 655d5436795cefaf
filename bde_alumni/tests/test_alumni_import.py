import base64
import doctest
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from ..rules import addresses, alumni_rows, alumni_titles, final_year
from .alumni_common import AlumniCase


class ImportCase(AlumniCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_jobs_inside()

    def load(self, rows, kind="result", user=None, **vals):
        """An import of these rows, separated by semicolons, as far as its preview."""
        record = (
            self.env["bde.alumni.import"]
            .with_user(user or self.secretary_a)
            .with_company(self.school_a)
            .create(
                {
                    "kind": kind,
                    "cohort": 2024,
                    "file": base64.b64encode("\n".join(rows).encode()),
                    "filename": "list.csv",
                    **vals,
                }
            )
        )
        record.action_read()
        record.action_preview()
        return record

    def statuses(self, record):
        return [(one.line, one.status) for one in record.line_ids.sorted("line")]


@tagged("post_install", "-at_install")
class TestResultImport(ImportCase):
    """Diploma results: matched, never guessed, twice changes nothing."""

    TITLES = "INE;Nom;Prénom;Date de naissance;Résultat"

    def test_by_names_and_birth_date(self):
        self.gina.diploma_result = "unknown"
        record = self.load([self.TITLES, ";DUPONT;Gina;15/08/2005;Admis mention TB"])
        self.assertEqual(self.statuses(record), [(2, "changed")])
        self.assertEqual(self.gina.diploma_result, "unknown", "a preview writes nothing")
        record.action_apply()
        self.assertEqual(self.gina.diploma_result, "passed")
        self.assertEqual(record.state, "done")

    def test_twice_changes_nothing(self):
        self.gina.diploma_result = "unknown"
        rows = [self.TITLES, ";DUPONT;Gina;15/08/2005;Ajournée"]
        self.load(rows).action_apply()
        again = self.load(rows)
        self.assertEqual(self.statuses(again), [(2, "known")])
        with self.assertRaisesRegex(UserError, "nothing to write"):
            again.action_apply()
        self.assertEqual(self.gina.diploma_result, "failed")

    def test_an_older_list_takes_no_diploma_back(self):
        record = self.load([self.TITLES, ";DUPONT;Gina;15/08/2005;Refusée"])
        self.assertEqual(self.statuses(record), [(2, "known")])
        self.assertIn("left so", record.line_ids.remark)

    def test_by_ine_of_the_pupil(self):
        self.emma.ine = "123456789AB"
        emma = self.emma._make_alumni()
        record = self.load([self.TITLES, "123456789ab;X;Y;;Absente"])
        record.action_apply()
        self.assertEqual(emma.diploma_result, "absent")

    def test_a_pupil_who_was_not_prepared_is_made(self):
        self.emma.ine = "123456789AB"
        record = self.load([self.TITLES, "123456789AB;Dupont;Emma;;Reçue"])
        self.assertEqual(self.statuses(record), [(2, "new")])
        record.action_apply()
        self.assertEqual(self.emma.alumnus_ids.diploma_result, "passed")
        self.assertEqual(self.emma.alumnus_ids.division_name, "2MELEC")

    def test_unmatched_rows_wait_until_somebody_says(self):
        record = self.load([self.TITLES, ";INCONNUE;Zoé;01/01/2005;Admis"])
        line = record.line_ids
        self.assertTrue(line.waits)
        self.assertEqual(record.open_count, 1)
        with self.assertRaisesRegex(UserError, "nothing to write"):
            record.action_apply()
        line.alumnus_id = self.gina
        self.gina.diploma_result = "unknown"
        record.action_apply()
        self.assertEqual(self.gina.diploma_result, "passed")
        with self.assertRaisesRegex(UserError, "written already"):
            line.decision = "aside"

    def test_brothers_of_one_name_are_not_guessed(self):
        self.new_alumnus("Gina", birth_year=2006, cohort=2024)
        record = self.load(["Nom;Prénom;Résultat", "DUPONT;Gina;Admis"])
        self.assertEqual(self.statuses(record), [(2, "to_confirm")])
        self.assertFalse(record.line_ids.alumnus_id)
        dated = self.load([self.TITLES, ";DUPONT;Gina;15/08/2006;Refusé"])
        dated.action_apply()
        self.assertEqual(self.gina.diploma_result, "passed")

    def test_bad_rows_are_given_back(self):
        record = self.load(
            [
                self.TITLES,
                ";DUPONT;;15/08/2005;Admis",
                ";DUPONT;Gina;32/13/2005;Admis",
                ";DUPONT;Gina;15/08/2005;peut-être",
                ";DUPONT;Gina;15/08/2005;Admis",
                ";Dupont;GINA;15/08/2005;Refusé",
            ]
        )
        self.assertEqual(
            self.statuses(record),
            [(2, "refused"), (3, "refused"), (4, "refused"), (5, "known"), (6, "refused")],
        )
        reasons = record.line_ids.sorted("line").mapped("reason")
        self.assertIn("peut-être", reasons[2])
        self.assertIn("line 5", reasons[4])
        self.assertIn("32/13/2005", base64.b64decode(record.refused_file).decode("utf-8-sig"))

    def test_who_objected_is_not_noted(self):
        emma = self.emma._make_alumni()
        emma._object("paper")
        born = self.emma.birth_date
        record = self.load([self.TITLES, f";DUPONT;Emma;{born:%d/%m/%Y};Admis"])
        self.assertEqual(self.statuses(record), [(2, "refused")])
        self.assertIn("objected", record.line_ids.reason)

    def test_no_result_of_another_school(self):
        record = self.load([self.TITLES, ";DUPONT;Ines;15/08/2005;Admis"])
        self.assertEqual(self.statuses(record), [(2, "unmatched")])
        with self.assertRaises(UserError):
            record.line_ids.alumnus_id = self.ines

    def test_columns_that_lack(self):
        with self.assertRaisesRegex(UserError, "result"):
            self.load(["Nom;Prénom", "DUPONT;Gina"])
        with self.assertRaisesRegex(UserError, "last name"):
            self.load(["Classe;Résultat", "2MELEC;Admis"])

    def test_what_is_written_is_not_typed(self):
        record = self.load([self.TITLES, ";INCONNUE;Zoé;01/01/2005;Admis"])
        for vals in ({"status": "new"}, {"result": "made"}, {"diploma_result": "passed"}):
            with self.assertRaises(AccessError):
                record.line_ids.write(vals)
        with self.assertRaises(AccessError):
            record.state = "done"

    @users("manager_b")
    def test_another_school_does_not_see_the_list(self):
        record = self.load([self.TITLES, ";DUPONT;Gina;15/08/2005;Admis"])
        Import = self.env["bde.alumni.import"]
        self.assertFalse(Import.search([("id", "=", record.id)]))


@tagged("post_install", "-at_install")
class TestPeopleImport(ImportCase):
    """Former pupils out of somebody's workbook."""

    TITLES = "Nom et prénom;Né le;Promotion;Formation;Statut;Mail;Portable;Ville"

    def test_new_people_apprentices_and_adults(self):
        record = self.load(
            [
                self.TITLES,
                f"MARTIN Léa;03/05/2003;2021-2022;{self.training_a.name};;lea@mail.fr;"
                "0639981234;Pau",
                "DA SILVA José Luis;;Session 2019;;Apprenti;;;",
                "Petit Ana;;;;GRETA;ana@ac-lyon.fr;12;",
            ],
            kind="people",
        )
        self.assertEqual(self.statuses(record), [(2, "new"), (3, "new"), (4, "new")])
        record.action_apply()
        lea, jose, ana = record.line_ids.sorted("line").alumnus_id
        self.assertRecordValues(
            lea,
            [
                {
                    "lastname": "MARTIN", "firstname": "Léa", "birth_date": date(2003, 5, 3),
                    "cohort": 2022, "training_id": self.training_a.id, "email": "lea@mail.fr",
                    "phone": "06 39 98 12 34", "city": "Pau", "has_left": True, "kind": "pupil",
                }
            ],
        )  # fmt: skip
        self.assertEqual((jose.lastname, jose.firstname), ("DA SILVA", "José Luis"))
        self.assertEqual((jose.cohort, jose.kind, jose.is_adult), (2019, "apprentice", True))
        self.assertEqual((ana.cohort, ana.kind, ana.email), (2024, "adult", False))
        remark = record.line_ids.sorted("line")[2].remark
        self.assertIn("ana@ac-lyon.fr", remark)
        self.assertIn("12", remark)
        self.assertFalse(lea._may_write("follow_up"), "an old list told nobody anything")

    def test_blanks_are_filled_and_nothing_is_overwritten(self):
        self.gina.city = False
        record = self.load(
            [self.TITLES, "DUPONT Gina;15/08/2005;2024;;;other@mail.fr;;Pau"], kind="people"
        )
        record.action_apply()
        self.assertEqual((self.gina.city, self.gina.email), ("Pau", "gina@alumni.example"))
        again = self.load(
            [self.TITLES, "DUPONT Gina;15/08/2005;2024;;;other@mail.fr;;Pau"], kind="people"
        )
        self.assertEqual(self.statuses(again), [(2, "known")])

    def test_the_same_name_without_a_date_is_asked(self):
        record = self.load([self.TITLES, "DUPONT Gina;;2019;;;;;"], kind="people")
        self.assertEqual(self.statuses(record), [(2, "to_confirm")])
        self.assertEqual(record.line_ids.alumnus_id, self.gina)
        record.line_ids.action_new()
        record.action_apply()
        self.assertEqual(record.line_ids.alumnus_id.cohort, 2019)
        self.assertNotEqual(record.line_ids.alumnus_id, self.gina)

    def test_results_of_those_who_are_new(self):
        rows = ["Nom;Prénom;Année;Résultat", "NOUVEAU;Léa;2022;Admise", "NOUVEAU;Tom;2022;Refusé"]
        record = self.load([*rows, "NOUVEAU;Zoé;2022;"], kind="people")
        record.action_apply()
        made = record.line_ids.sorted("line").alumnus_id
        self.assertEqual(made.mapped("firstname"), ["Léa", "Tom", "Zoé"])
        self.assertEqual(made.mapped("diploma_result"), ["passed", "failed", "unknown"])

    def test_a_year_that_is_none(self):
        record = self.load([self.TITLES, "MARTIN Léa;;2099;;;;;"], kind="people")
        self.assertEqual(self.statuses(record), [(2, "refused")])

    def test_constant_queries(self):
        def rows(count):
            return [self.TITLES, *(f"NOM{n} Prénom{n};;2020;;;;;" for n in range(count))]

        counts = []
        for number in (2, 200):
            record = self.load(rows(1), kind="people")
            record.file = base64.b64encode("\n".join(rows(number)).encode())
            record.action_back()
            record.action_back()
            record.action_read()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            record.action_preview()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 4)

    def test_files_go_after_a_month_and_open_rows_stay(self):
        record = self.load(
            ["Nom;Prénom;Résultat", "INCONNUE;Zoé;Admis", "DUPONT;Gina;Admis"], kind="result"
        ).sudo()
        self.env.cr.execute(
            "UPDATE bde_alumni_import SET create_date = now() - interval '31 days' WHERE id = %s",
            [record.id],
        )
        record.invalidate_recordset()
        self.env["bde.alumni.import"]._cron_delete_files()
        self.assertFalse(record.file)
        self.assertEqual(record.line_ids.mapped("status"), ["unmatched"])


@tagged("post_install", "-at_install")
class TestAlumniRows(AlumniCase):
    """What cells say, without the ORM."""

    def test_examples(self):
        for module in (addresses, alumni_rows, alumni_titles, final_year):
            self.assertEqual(doctest.testmod(module).failed, 0, module)

    def test_results(self):
        for text, found in (
            ("ADMIS", "passed"), ("Admise mention AB", "passed"), ("reçu", "passed"),
            ("O", "passed"),
            ("Refusé", "failed"), ("non admis", "failed"), ("Ajourné(e)", "failed"),
            ("Absent", "absent"), ("Abandon", "absent"), ("2nd groupe", "unknown"),
            ("Autorisé à passer le second groupe", "unknown"), ("", ""), ("42", None),
        ):  # fmt: skip
            self.assertEqual(alumni_rows.result(text), found, text)

    def test_titles(self):
        titles = ["N° INE", "Nom de famille", "Prénom 1", "Né(e) le", "Décision du jury", "Bac"]
        found = alumni_titles.guess(titles, [[]] * 6)
        self.assertEqual(found, ["ine", "lastname", "firstname", "birth_date", "result", ""])
        alone = alumni_titles.guess(["Nom", "x"], [["DUPONT Léa"], ["lea@mail.fr"]])
        self.assertEqual(alone, ["name", "email"])
        kept = alumni_titles.guess(["Nom", "Prénom"], [[], []], {"nom": ""})
        self.assertEqual(kept, ["", "firstname"])
