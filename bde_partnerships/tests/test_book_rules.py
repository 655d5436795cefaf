import datetime
import io

import openpyxl

from odoo.tests import BaseCase, tagged

from ..models.bde_book_words import FIELD_LABELS
from ..rules import book_file, book_titles, book_values, tables

TEXT = (
    "Entreprise;Adresse;Activité\n"
    "Boulangerie Élan;3 rue de l'Église;pâtisserie, chocolaterie\n"
    "Café du Marché;à côté;accueil très soigné, ça\n"
    "GARÇON & FILS;Hôtel;Noël\n"
)


def workbook(rows, merged=(), title="Liste"):
    book = openpyxl.Workbook()
    book.active.title = title
    for cells in rows:
        book.active.append(cells)
    for cells in merged:
        book.active.merge_cells(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestTables(BaseCase):
    def refusal(self, data):
        with self.assertRaises(tables.TableRefused) as caught:
            tables.read("liste", data)
        return caught.exception.code

    def test_encodings(self):
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252",
                         "iso-8859-15", "mac_roman", "cp850"):  # fmt: skip
            with self.subTest(encoding):
                table = tables.read_text(TEXT.encode(encoding))
                self.assertEqual(table.rows[1][1][0], "Boulangerie Élan")
                self.assertEqual(table.rows[2][1][2], "accueil très soigné, ça")
                self.assertEqual(table.rows[3][1], ["GARÇON & FILS", "Hôtel", "Noël"])

    def test_signs_that_tell_two_encodings_apart(self):
        windows = tables.read_text("Nom;Prix\nL’œuvre – cœur;3 €\n".encode("cp1252"))
        self.assertEqual(windows.rows[1][1], ["L’œuvre – cœur", "3 €"])
        latin = tables.read_text("Nom;Prix\nL'œuvre;3 €\n".encode("iso-8859-15"))
        self.assertEqual(latin.rows[1][1], ["L'œuvre", "3 €"])

    def test_accents_that_were_damaged_twice_are_restored_and_said(self):
        table = tables.read_text(TEXT.encode().decode("cp1252").encode())
        self.assertTrue(table.repaired)
        self.assertEqual(table.rows[1][1][0], "Boulangerie Élan")
        self.assertFalse(tables.read_text(TEXT.encode()).repaired)

    def test_what_nobody_can_read_is_refused(self):
        self.assertEqual(self.refusal("абв;где\nжзи;клм\n".encode("koi8-r")), "encoding_unknown")
        self.assertEqual(self.refusal("Nom\nL\ufffdo\n".encode()), "accents_lost")
        self.assertEqual(self.refusal(b"\x89PNG\x00\x00\x01" * 9), "binary")
        self.assertEqual(self.refusal(b"<!DOCTYPE html><table>"), "binary")
        self.assertEqual(self.refusal(b" \n "), "file_empty")
        self.assertEqual(self.refusal(b"PK\x03\x04" + b"x" * 50), "workbook_broken")
        self.assertEqual(self.refusal(tables._OLE + b"x" * 600), "workbook_old")

    def test_separators_quotes_and_lines_in_cells(self):
        for separator in ";\t|,":
            text = 'Liste 2024\nNom|"Adresse"|Ville\n"A|1"|"3 rue\nB"|Pau\nC||Pau\n'
            text = text.replace("|", separator)
            with self.subTest(separator):
                table = tables.read_text(text.encode())
                self.assertEqual(table.separator, separator)
                self.assertEqual(
                    table.rows[1:],
                    [(2, ["Nom", "Adresse", "Ville"]),
                     (4, [" ".join(f"A{separator}1".split()), "3 rue B", "Pau"]),
                     (5, ["C", "", "Pau"])],
                )  # fmt: skip

    def test_cells_of_a_workbook(self):
        data = workbook([[
            73282932000074.0, 7.32829e13, 1000, 12.5, datetime.datetime(2024, 3, 11),
            datetime.datetime(2024, 3, 11, 9, 30), True, "#N/A", " a \n b ",
        ]])  # fmt: skip
        self.assertEqual(
            tables.read("x.xlsx", data)[0].rows,
            [(1, ["73282932000074", "73282900000000", "1000", "12.5", "2024-03-11",
                  "2024-03-11 09:30", "oui", "", "a b"])],
        )  # fmt: skip

    def test_merged_cells_and_titles_in_two_rows(self):
        data = workbook(
            [
                ["Entreprises 2024"],
                [],
                ["Entreprise", "Ville", "Tuteur", None],
                [None, None, "Nom", "Mail"],
                ["Léo", "Pau", "Ana", "a@leo.example"],
                [None, None, "Luc", "l@leo.example"],
            ],
            ["A1:D1", "C3:D3", "A3:A4", "B3:B4", "A5:A6", "B5:B6"],
        )
        table = tables.read("x.xlsx", data)[0]
        index, titles = tables.header(table, book_titles.is_title)
        self.assertEqual(titles, ["Entreprise", "Ville", "Tuteur Nom", "Tuteur Mail"])
        self.assertEqual(
            table.rows[index + 1 :],
            [(5, ["Léo", "Pau", "Ana", "a@leo.example"]),
             (6, ["Léo", "Pau", "Luc", "l@leo.example"])],
        )  # fmt: skip

    def test_hidden_sheets_are_left_alone(self):
        book = openpyxl.Workbook()
        book.active.append(["Nom"])
        hidden = book.create_sheet("caché")
        hidden.append(["Secret"])
        hidden.sheet_state = "hidden"
        stream = io.BytesIO()
        book.save(stream)
        self.assertEqual(len(tables.read("x.xlsx", stream.getvalue())), 1)


@tagged("post_install", "-at_install")
class TestBookTitles(BaseCase):
    def test_titles_of_real_lists(self):
        for title, name in {
            "N° SIRET": "siret", "SIRET\n(14 chiffres)": "siret", "RAISON SOCIALE": "name",
            "Nom de l'entreprise": "name", "Tél. fixe": "phone", "Téléphone portable": "mobile",
            "Mél": "email", "C.P.": "zip", "Code\npostal": "zip", "Nb salariés": "headcount",
            "Code APE": "naf_code", "Nom du contact": "contact_name",
            "Prénom du contact": "contact_firstname", "Mail du tuteur": "tutor_email",
            "Nom et prénom du maître de stage": "tutor_name", "Tél MDS": "tutor_phone",
            "Gérant": "signatory_name", "Responsable RH": "contact_name",
            "Interlocuteur lycée": "owner", "Suivi par": "owner",
            "Accepte stage": "offer_placements",
            "Taxe d'apprentissage (O/N)": "offer_tax", "Observations": "notes",
            "Motif du refus": "", "Date de naissance": "", "Truc": "",
        }.items():  # fmt: skip
            with self.subTest(title):
                self.assertEqual(book_titles.title_field(title), name)

    def test_what_a_column_without_title_holds(self):
        titles = ["Entreprise", "", "", "", ""]
        samples = [
            ["Léo", "Zoé"], ["73282932000074", "81234567600017"], ["a@b.example", "c@d.example"],
            ["05 56 11 22 33", "0556112234"], ["oui", "non"],
        ]  # fmt: skip
        self.assertEqual(
            book_titles.guess(titles, samples), ["name", "siret", "email", "phone", ""]
        )

    def test_last_and_first_name(self):
        titles = ["Entreprise", "Nom contact", "Prénom contact", "Nom du tuteur"]
        self.assertEqual(
            book_titles.guess(titles, [[]] * 4),
            ["name", "contact_lastname", "contact_firstname", "tutor_name"],
        )

    def test_what_the_school_said_goes_first(self):
        guess = book_titles.guess(["Entreprise", "Mail"], [[], []], {"mail": "contact_email"})
        self.assertEqual(guess, ["name", "contact_email"])
        guess = book_titles.guess(["Entreprise", "Mail"], [[], []], {"mail": ""})
        self.assertEqual(guess, ["name", ""])

    def test_kinds(self):
        for titles, kind in (
            (["Entreprise", "Ville"], "companies"),
            (["Entreprise", "Ville", "Élève", "Du", "Au"], "past_placements"),
            (["Entreprise", "SIRET", "Nb stagiaires", "Année scolaire"], "past_placements"),
            (["INE", "Nom", "Prénom", "Date de naissance"], "pupils"),
        ):
            with self.subTest(titles):
                self.assertEqual(book_titles.kind_of(titles), kind)

    def test_every_field_has_its_words(self):
        self.assertEqual(set(book_titles.FIELDS), {name for name, _label in FIELD_LABELS})


@tagged("post_install", "-at_install")
class TestBookValues(BaseCase):
    def check(self, function, cases):
        for text, expected in cases.items():
            with self.subTest(text):
                self.assertEqual(function(text), expected)

    def test_siret(self):
        self.check(book_values.siret, {
            "73282932000074": ("73282932000074", ""),
            "732 829 320 00074": ("73282932000074", ""),
            "73282932000074.0": ("73282932000074", ""),
            "35600000000048": ("35600000000048", ""),  # La Poste
            "7,32829E+13": ("", "siret_scientific"),
            "73282932000075": ("", "siret_key"),
            "73282932100074": ("", "siret_siren_key"),
            "732829320": ("732829320", "siren_only"),
            "association": ("", "siret_none"),
            "NC": ("", ""),
            "": ("", ""),
        })  # fmt: skip

    def test_zero_that_excel_drops(self):
        # Luhn of 09920032100018: both keys right with the zero in front, thirteen digits without
        self.assertEqual(book_values.siret("9920032100018"), ("09920032100018", ""))

    def test_postcode(self):
        self.check(book_values.postcode, {
            "33000": ("33000", ""), "1000": ("01000", ""), "33 000": ("33000", ""),
            "F-33000": ("33000", ""), "33000 CEDEX": ("33000", ""), "330": ("", "zip_bad"),
            "00100": ("", "zip_bad"), "33O00": ("", "zip_bad"), "-": ("", ""),
        })  # fmt: skip

    def test_phones(self):
        self.check(book_values.phones, {
            "0556112233": (["05 56 11 22 33"], ""),
            "556112233": (["05 56 11 22 33"], ""),
            "05.56.11.22.33 / 06 39 98 11 22": (["05 56 11 22 33", "06 39 98 11 22"], ""),
            "05 56 11 22 33 06 39 98 11 22": (["05 56 11 22 33", "06 39 98 11 22"], ""),
            "05 56 11 22 33 (poste 12)": (["05 56 11 22 33"], ""),
            "+33 (0)5 56 11 22 33": (["05 56 11 22 33"], ""),
            "05 56 11 22": ([], "phone_bad"),
            "voir le site": ([], "phone_bad"),
            "néant": ([], ""),
        })  # fmt: skip

    def test_emails(self):
        self.check(book_values.emails, {
            "A@B.example": (["a@b.example"], ""),
            "a@b.example; c@d.example": (["a@b.example", "c@d.example"], ""),
            "mailto:a@b.example": (["a@b.example"], ""),
            "Jean <j@x.example>": (["j@x.example"], ""),
            "a@b": ([], "email_bad"),
            "contact arobase": ([], "email_bad"),
            "pas de mail": ([], ""),
        })  # fmt: skip

    def test_headcount(self):
        self.check(book_values.headcount, {
            "0": ("00", ""), "1": ("01", ""), "5": ("02", ""), "10": ("11", ""),
            "10 à 19": ("11", ""), "moins de 10": ("03", ""), "15000": ("53", ""),
            "PME": ("", "headcount_unknown"), "": ("", ""),
        })  # fmt: skip

    def test_days_and_years(self):
        day = datetime.date(2024, 3, 11)
        self.check(book_values.day, {
            "11/03/2024": (day, ""), "2024-03-11": (day, ""), "11/3/24": (day, ""),
            "45362": (day, ""), "31/02/2024": (None, "date_bad"), "mars": (None, "date_bad"),
        })  # fmt: skip
        for text, label, year in (
            ("2023/2024", "2023-2024", 2023), ("23-24", "2023-2024", 2023),
            ("PFMP 2 (2023-24)", "PFMP 2 (2023-24)", 2023), ("PFMP 2", "PFMP 2", 0),
        ):  # fmt: skip
            self.assertEqual(book_values.year_label(text), label)
            self.assertEqual(book_values.school_year(None, label), year)
        self.assertEqual(book_values.school_year(datetime.date(2024, 7, 31), ""), 2023)
        self.assertEqual(book_values.school_year(datetime.date(2024, 8, 1), ""), 2024)

    def test_yes_and_no(self):
        self.check(book_values.answer, {
            "oui": True, "X": True, "OK": True, "2": True, "✓": True, "Oui, en mars": True,
            "non": False, "0": False, "pas cette année": False, "à voir": None, "": None,
        })  # fmt: skip

    def test_status(self):
        self.check(book_values.status, {
            "Prospect": "prospect", "à contacter": "prospect", "Actif": "active",
            "partenaire privilégié": "strong", "à relancer": "revive", "A éviter": "avoid",
            "à surveiller": "watch", "bleu": "",
        })  # fmt: skip


@tagged("post_install", "-at_install")
class TestBookRows(BaseCase):
    def rows_of(self, columns, *rows, kind="companies", titles=()):
        numbered = [(number, list(cells)) for number, cells in enumerate(rows, 2)]
        return book_file.read_rows(numbered, list(columns), kind, titles)

    def codes(self, rows):
        return {row.line: [code for code, _values in row.problems] for row in rows if row.problems}

    def test_nothing_of_a_row_is_lost(self):
        columns = ("name", "phone", "mobile", "email", "siret", "offer_forum", "contact_email")
        (row,) = self.rows_of(
            columns,
            ("Léo", "0556112233 / 0556112234", "0639981122", "a@b.example, c@d.example",
             "732829320", "peut-être en mai", "x@y.example"),
        )  # fmt: skip
        self.assertEqual(row.company["phone"], "05 56 11 22 33")
        self.assertEqual(row.company["email"], "a@b.example")
        kept = " ".join(row.relation["notes"])
        for piece in ("05 56 11 22 34", "06 39 98 11 22", "c@d.example", "732829320",
                      "peut-être en mai", "x@y.example"):  # fmt: skip
            self.assertIn(piece, kept)
        self.assertFalse(row.problems)

    def test_one_person_in_two_roles(self):
        (row,) = self.rows_of(
            ("name", "signatory_name", "tutor_name", "tutor_email"),
            ("Léo", "M. Luc Petit", "luc petit", "luc@leo.example"),
        )
        self.assertEqual(
            row.contacts,
            [{"name": "Luc Petit", "bde_signatory": True, "email": "luc@leo.example",
              "bde_tutor": True}],
        )  # fmt: skip

    def test_address_in_one_cell(self):
        (row,) = self.rows_of(("name", "full_address"), ("Léo", "12 rue X, 33 000 Bordeaux Cedex"))
        self.assertEqual(
            [row.company[name] for name in ("street", "zip", "city")],
            ["12 rue X", "33000", "Bordeaux Cedex"],
        )

    def test_company_abroad(self):
        (row,) = self.rows_of(("name", "zip", "country"), ("Léo", "AB1 2CD", "Irlande"))
        self.assertFalse(row.problems)
        self.assertEqual(row.company["zip"], "AB1 2CD")

    def test_same_name_is_the_same_company_only_in_one_place(self):
        columns = ("name", "street", "city")
        rows = self.rows_of(
            columns,
            ("Carrefour", "1 rue A", "Pau"), ("CARREFOUR", "", "PAU"),
            ("Carrefour", "9 rue B", "Pau"), ("Carrefour", "1 rue A", "Dax"),
        )  # fmt: skip
        self.assertEqual(self.codes(rows), {3: ["duplicate"]})

    def test_one_siret_two_names(self):
        rows = self.rows_of(
            ("siret", "name", "city"), ("73282932000074", "Léo", "Pau"),
            ("73282932000074", "Zoé", "Pau"),
        )  # fmt: skip
        self.assertEqual(self.codes(rows), {3: ["duplicate_name"]})

    def test_placements_at_one_company(self):
        columns = ("name", "city", "pupil", "date_start", "date_end", "training")
        rows = self.rows_of(
            columns,
            ("Léo", "Pau", "A", "04/03/2024", "29/03/2024", "MELEC"),
            ("Léo", "Pau", "B", "04/03/2024", "29/03/2024", "MELEC"),
            ("Léo", "Pau", "A", "04/03/2024", "29/03/2024", "MELEC"),
            ("Léo", "Pau", "C", "29/03/2024", "04/03/2024", "MELEC"),
            ("Léo", "Pau", "", "", "", ""),
            kind="past_placements",
        )
        self.assertEqual(
            self.codes(rows),
            {4: ["placement_twice"], 5: ["date_order"], 6: ["placement_empty"]},
        )
        self.assertEqual(rows[1].same_as, 2)
        self.assertEqual(rows[0].placement["year"], 2023)

    def test_dates_in_one_cell(self):
        (row,) = self.rows_of(
            ("name", "year_label"), ("Léo", "du 04/03/2024 au 29/03/2024"), kind="past_placements"
        )
        self.assertEqual(row.placement["date_start"], "2024-03-04")
        self.assertEqual(row.placement["date_end"], "2024-03-29")
