"""Files that carry what they should not: accounts on the way in, formulas on the way out."""

import base64

from odoo.tests import tagged

from ..rules import allowance, aplypro_file
from .test_allowance import AllowanceCase

IBAN = "FR7630006000011234567890189"
HEAD = "INE;Nom;Prénom;Date de début;Date de fin;Nombre de jours"


@tagged("post_install", "-at_install")
class TestHostileFiles(AllowanceCase):
    def load(self, *lines):
        data = base64.b64encode("\r\n".join(lines).encode())
        return self.env["bde.aplypro.import"].with_env(self.as_user(self.secretary_a)).create(
            {"file": data, "filename": "aplypro.csv", "school_year_id": self.year.id}
        )  # fmt: skip

    def row(self, *more):
        return ";".join(("123456789AB", "DUPONT", "Aline", "02/11/2026", "20/11/2026", "9", *more))

    def kept(self):
        """Everything that the database keeps of the comparisons, digits and letters alone."""
        self.env.flush_all()
        text = ""
        for table in ("bde_aplypro_import", "bde_aplypro_column", "bde_aplypro_line"):
            self.env.cr.execute(f"SELECT row_to_json(t)::text FROM {table} t")  # noqa: S608
            text += "".join(row for (row,) in self.env.cr.fetchall())
        return "".join(char for char in text.replace("\\u00a0", "") if char.isalnum())

    def assertNotKept(self, *lines):
        record = self.load(*lines)
        if not record.lacking_text:
            record.action_compare()
        self.assertNotIn("30006000011234567890189", self.kept())
        return record

    def test_written_in_other_ways(self):
        """Blanks that do not break, bars, or the word IBAN glued to it."""
        for text in (
            "FR76\u00a03000\u00a06000\u00a00112\u00a03456\u00a07890\u00a0189",
            "FR76\u202f3000\u202f6000\u202f0112\u202f3456\u202f7890\u202f189",
            "FR76/3000/6000/0112/3456/7890/189",
            f"IBAN{IBAN}",
            f"compte_{IBAN}_mere",
            "30006 / 00001 / 12345678901 / 89",
        ):
            with self.subTest(text):
                self.assertTrue(allowance.looks_like_account(text))
                record = self.assertNotKept(f"{HEAD};Remarque", self.row(text))
                self.assertIn("Remarque", record.note)

    def test_what_is_no_account(self):
        for text in (
            "décision du 12/09/2026, remise de 14/09/2026 à 15/09/2026",
            "FR 2026-114 remis",
            "05 56 00 00 01 / 06 11 22 33 44 / 33000",
            "1234567890A",
        ):
            self.assertFalse(allowance.looks_like_account(text), text)

    def test_cut_in_cells(self):
        self.assertNotKept(
            f"{HEAD};Code A;Code B;Code C;Code D", self.row("30006", "00001", "12345678901", "89")
        )
        groups = ["FR76", "3000", "6000", "0112", "3456", "7890", "189"]
        titles = ";".join(f"C{number}" for number in range(7))
        self.assertNotKept(f"{HEAD};{titles}", self.row(*groups))

    def test_columns_of_bank_details(self):
        record = self.assertNotKept(
            f"{HEAD};Titulaire du compte;N° de compte", self.row("Mme Dupont", "123 mistyped")
        )
        self.assertNotIn("mistyped", self.kept())
        self.assertIn("Titulaire du compte, N° de compte", record.note)

    def test_a_list_without_titles(self):
        """Its first row is taken for them: what stands there is not kept either."""
        self.assertNotKept(self.row(IBAN), self.row(IBAN))
        self.assertNotKept(
            self.row("30006", "00001", "12345678901", "89"),
            self.row("30006", "00001", "12345678901", "89"),
        )

    def test_the_pure_module(self):
        self.assertEqual(
            aplypro_file.without_accounts(["INE", IBAN], [(1, ["A", IBAN])]),
            ([(1, ["A", ""])], ["2"]),
        )

    def test_no_cell_of_a_list_runs(self):
        """Names come from files of others: behind blanks and in full width too."""
        allowances = self.allowance(self.aline)
        for text in ("=1+1", "\t=1+1", " @SUM(A1)", "\r+1", "-1+1", "＝1+1"):
            rows = [["Nom"], [text]]
            lines = allowances._csv(rows).decode("utf-8-sig")
            with self.subTest(repr(text)):
                self.assertIn(f"'{text}", lines)
        self.assertIn("\r\n12,50\r\n", allowances._csv([["x"], [12.5], ["y"]]).decode("utf-8-sig"))
