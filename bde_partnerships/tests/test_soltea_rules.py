import doctest
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..models import bde_tax_import_line
from ..rules import column_titles, settle, soltea_file, soltea_titles, soltea_values

# as Excel, LibreOffice and people write them
AMOUNTS = {
    "1234,56": "1234.56", "1234.56": "1234.56", "1 234,56 €": "1234.56", "€ 12": "12.00",
    "1\u00a0234,5": "1234.50", "1\u202f234 567,89": "1234567.89", "1.234,56": "1234.56",
    "1,234.56": "1234.56", "1.234.567": "1234567.00", "1,234,567.8": "1234567.80",
    "-50": "-50.00", "−50,25": "-50.25", "50-": "-50.00", "(50,10)": "-50.10", "+7": "7.00",
    "1'234.50": "1234.50", "0": "0.00", ",5": "0.50", "12 euros": "12.00", "1E3": "1000.00",
    "1234.5600000000001": "1234.56",
}  # fmt: skip
NONE = {
    "": "amount_missing", "NC": "amount_missing", "-": "amount_missing", "douze": "amount_bad",
    "1.2.3": "amount_bad", "1,23,4": "amount_bad", "12,345": "amount_ambiguous",
    "1.234": "amount_ambiguous", "9999999999": "amount_too_big", "12 x 3": "amount_bad",
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestSolteaRules(BaseCase):
    """Cells and rows of an export, without Odoo."""

    def test_doctests(self):
        for module in (
            column_titles,
            settle,
            soltea_file,
            soltea_titles,
            soltea_values,
            bde_tax_import_line,
        ):
            self.assertEqual(doctest.testmod(module).failed, 0)

    def test_amounts(self):
        for text, value in AMOUNTS.items():
            with self.subTest(text):
                self.assertEqual(soltea_values.amount(text), (Decimal(value), ""))
        for text, code in NONE.items():
            with self.subTest(text):
                self.assertEqual(soltea_values.amount(text), (None, code))

    def test_days(self):
        for text in ("11/07/2025", "2025-07-11", "11.07.2025", "45849", "11/07/25",
                     "2025-07-11 00:00"):  # fmt: skip
            with self.subTest(text):
                self.assertEqual(soltea_values.day(text)[0], date(2025, 7, 11))
        self.assertEqual(soltea_values.day("31/02/2025"), (None, "date_bad"))

    def rows(self, *cells, columns=("siret", "name", "amount")):
        table = [(number, list(row)) for number, row in enumerate(cells, 2)]
        return soltea_file.read_rows(table, list(columns), ["A", "B", "C"], 2025)

    def test_titles_as_platforms_write_them(self):
        for title, name in {
            "N° SIRET de l'employeur": "siret", "Numéro de SIREN employeur": "siren",
            "N° SIRET de l'établissement bénéficiaire": "component_siret",
            "N° UAI de la composante": "uai", "N° RNCP de la formation": "course_code",
            "Formation fléchée": "course", "Formation bénéficiaire": "course",
            "Montant fléché (€)": "amount", "Établissement employeur": "name",
            "Numéro de virement": "period", "Numéro de versement": "", "Département": "",
        }.items():  # fmt: skip
            with self.subTest(title):
                self.assertEqual(soltea_titles.title_field(title), name)

    def test_wrong_numbers_do_not_send_the_guess_to_another_column(self):
        """The title says which column it is, whatever stands in its cells."""
        wrong, right = ["73282932000075", "123"], ["19330994500015"] * 2
        found = soltea_titles.guess(
            ["N° SIRET de l'employeur", "Compte", "Montant fléché"], [wrong, right, ["1", "2"]]
        )
        self.assertEqual(found, ["siret", "", "amount"])

    def test_totals_and_repeated_titles_are_no_rows(self):
        content = self.rows(
            ("73282932000074", "A", "10,10"), ("A", "B", "C"), ("", "Sous total", "10,10"),
            ("", "TotalEnergies", "5"), ("Total général", "", "15,10"),
        )  # fmt: skip
        self.assertEqual([row.line for row in content.rows], [2, 5])
        self.assertEqual((content.total, content.stated), (Decimal("15.10"), Decimal("15.10")))

    def test_numbers_that_lost_their_zeros(self):
        content = self.rows(("5720784",), columns=("siren",))
        self.assertEqual(content.rows[0].siren, "005720784")

    def test_ranks_follow_amounts_not_the_order(self):
        rows = self.rows(*[("", "Dupont", amount) for amount in ("200", "300", "100")]).rows
        digest = rows[0].digest
        known = {digest: {1: Decimal("100.00"), 2: Decimal("200.00")}}
        before = soltea_file.give_ranks(rows, known)
        self.assertEqual([row.rank for row in rows], [2, 3, 1])
        self.assertEqual(sorted(before.values()), [Decimal("100.00"), Decimal("200.00")])

    def test_a_uai_beside_a_name(self):
        content = self.rows(("LP Ampère (0330994B)", "1"), columns=("component", "amount"))
        self.assertEqual(content.rows[0].uai, "0330994B")
