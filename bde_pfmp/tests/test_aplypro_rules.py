from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..rules import aplypro_file
from ..rules.aplypro_file import Ours

TITLES = ["INE", "Nom", "Prénom", "Classe", "Date de début", "Date de fin", "Nombre de jours",
          "Montant (en euros)"]  # fmt: skip
FIELDS = {"ine": 0, "lastname": 1, "firstname": 2, "division": 3, "date_start": 4,
          "date_end": 5, "days": 6, "amount": 7}  # fmt: skip


def ours(key, name="DUPONT Aline", ine="123456789AB", start=3, days=14, expected=True):
    return Ours(key, name, ine, "2473000433", date(2026, 11, start), date(2026, 11, start + 18),
                days, Decimal(days * 20), expected)  # fmt: skip


@tagged("post_install", "-at_install")
class TestAplyproFile(BaseCase):
    def row(self, *cells, line=2):
        return aplypro_file.read_row(line, list(cells), FIELDS)

    def test_titles(self):
        self.assertEqual(
            aplypro_file.guess(TITLES),
            ["ine", "lastname", "firstname", "division", "date_start", "date_end", "days",
             "amount"],
        )  # fmt: skip
        # the layout of the file that the State's application takes in
        self.assertEqual(
            aplypro_file.guess(["ine", "prénom", "nom", "date_naissance", "label_classe",
                                "mef_code", "année_scolaire", "date_début", "date_fin"]),
            ["ine", "firstname", "lastname", None, "division", "mef", None, "date_start",
             "date_end"],
        )  # fmt: skip
        self.assertEqual(aplypro_file.guess(["Nom", "Nom"]), ["lastname", None])

    def test_other_columns_are_told(self):
        self.assertEqual(
            aplypro_file.lacking(["division", "state"]), ("pupil", "date_start", "figures")
        )
        self.assertEqual(aplypro_file.lacking(["name", "date_start", "amount"]), ())
        self.assertEqual(aplypro_file.lacking(["lastname", "date_start", "days"]), ("pupil",))

    def test_cells_as_people_write_them(self):
        row = self.row("123456789ab", "DUPONT", "Aline", "TAGORA", "03/11/2026", "2026-11-21",
                       "14", "1 280,00 €")  # fmt: skip
        self.assertEqual((row.ine, row.name), ("123456789AB", "DUPONT Aline"))
        self.assertEqual((row.start, row.end), (date(2026, 11, 3), date(2026, 11, 21)))
        self.assertEqual((row.days, row.amount, row.faults), (14, Decimal("1280.00"), []))

    def test_rows_that_cannot_be_read(self):
        row = self.row("123456789AB", "DUPONT", "Aline", "", "31/02/2026", "", "quatorze", "-3")
        self.assertEqual([code for code, _text in row.faults], ["start", "days", "amount"])
        row = self.row("123456789AB", "DUPONT", "Aline", "", "03/11/2026", "", "13,5", "")
        self.assertEqual(row.faults, [("days", "13,5")])

    def test_rows_without_a_pupil_are_no_rows(self):
        self.assertIsNone(self.row("", "", "", "", "", "", "120", "2400"))
        self.assertIsNone(self.row("", "TOTAL", "", "", "", "", "", ""))
        self.assertIsNone(self.row())

    def test_accounts_are_dropped_before_anything_is_kept(self):
        rows, dropped = aplypro_file.without_accounts(
            ["INE", "IBAN"], [(2, ["123456789AB", "FR7630006000011234567890189"])]
        )
        self.assertEqual((rows, dropped), ([(2, ["123456789AB", ""])], ["IBAN"]))

    def compare(self, mine, *rows):
        found = aplypro_file.compare(
            mine, [self.row(*row, line=n) for n, row in enumerate(rows, 2)]
        )
        return [(one.kind, one.ours and one.ours.key, one.parts) for one in found]

    def test_same_and_different(self):
        line = ("123456789AB", "DUPONT", "Aline", "", "03/11/2026", "21/11/2026")
        self.assertEqual(self.compare([ours("a")], (*line, "14", "280")), [("same", "a", ())])
        self.assertEqual(
            self.compare([ours("a")], (*line, "15", "300")),
            [("differs", "a", (("days", 14, 15), ("amount", Decimal(280), Decimal(300))))],
        )
        # a cell that is empty says nothing
        self.assertEqual(self.compare([ours("a")], (*line, "14", "")), [("same", "a", ())])

    def test_dates_that_moved_are_the_same_stay(self):
        found = self.compare(
            [ours("a")], ("123456789AB", "", "", "", "04/11/2026", "21/11/2026", "14", "280")
        )
        self.assertEqual(
            found, [("differs", "a", (("date_start", date(2026, 11, 3), date(2026, 11, 4)),))]
        )

    def test_missing_on_each_side(self):
        found = self.compare(
            [ours("a"), ours("b", "DUPONT Boris", "123456780AB", expected=False)],
            ("999999999ZZ", "AUTRE", "Zoé", "", "03/11/2026", "", "14", "280"),
        )
        self.assertEqual(found, [("only_there", None, ()), ("only_here", "a", ())])

    def test_a_stay_that_stands_twice(self):
        line = ("123456789AB", "", "", "", "03/11/2026", "21/11/2026", "14", "280")
        kinds = [kind for kind, _key, _parts in self.compare([ours("a")], line, line)]
        self.assertEqual(kinds, ["same", "twice"])

    def test_names_in_any_order_and_never_two_pupils_of_one_name(self):
        line = ("", "Dupont", "ALINE", "", "03/11/2026", "21/11/2026", "14", "280")
        self.assertEqual(self.compare([ours("a")], line)[0][0], "same")
        twins = [ours("a"), ours("b", ine="123456780AB")]
        kinds = [kind for kind, _key, _parts in self.compare(twins, line)]
        self.assertEqual(kinds, ["only_there", "only_here", "only_here"])

    def test_a_row_that_cannot_be_read_is_not_told_twice(self):
        found = self.compare(
            [ours("a")], ("123456789AB", "DUPONT", "Aline", "", "bientôt", "", "14", "280")
        )
        self.assertEqual([kind for kind, _key, _parts in found], ["unreadable"])
