import base64
import io
from datetime import timedelta

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_allowance import AllowanceCase

HEAD = "INE;Nom;Prénom;Date de début;Date de fin;Nombre de jours;Montant"


@tagged("post_install", "-at_install")
class TestAplyproImport(AllowanceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complete()
        cls.Import = cls.env["bde.aplypro.import"].with_env(cls.as_user(cls.secretary_a))

    def load(self, *rows, head=HEAD, name="aplypro.csv"):
        data = "\r\n".join((head, *rows)).encode("cp1252")
        return self.Import.create(
            {"file": base64.b64encode(data), "filename": name, "school_year_id": self.year.id}
        )

    def row(self, pupil, days=None, amount=None):
        allowance = self.allowance(pupil)
        days = allowance.days if days is None else days
        return ";".join(
            (pupil.ine, pupil.lastname, pupil.firstname, f"{self.start:%d/%m/%Y}",
             f"{self.end:%d/%m/%Y}", str(days), f"{(amount or days * 20):.2f}".replace(".", ","))
        )  # fmt: skip

    def test_differences_line_by_line(self):
        days = self.allowance(self.boris).days
        record = self.load(
            self.row(self.aline),
            self.row(self.boris, days - 1),
            f"999999999ZZ;AUTRE;Zoé;{self.start:%d/%m/%Y};;3;60",
        )
        self.assertEqual(record.state, "columns")
        self.assertFalse(record.lacking_text)
        record.action_compare()
        found = {line.student_name: line for line in record.line_ids}
        self.assertEqual(found["DUPONT Aline"].kind, "same")
        self.assertEqual(found["DUPONT Boris"].kind, "differs")
        self.assertIn(f"{days} here, {days - 1} in APLyPro", found["DUPONT Boris"].text)
        self.assertEqual(found["DUPONT Boris"].line, 3)
        self.assertEqual(found["AUTRE Zoé"].kind, "only_there")
        self.assertEqual(found["DUPONT Chloé"].kind, "only_here")
        self.assertIn("enter it in APLyPro", found["DUPONT Chloé"].text)
        # differences come first
        self.assertEqual(record.line_ids[-1:].kind, "same")
        self.assertEqual((record.difference_count, record.same_count), (3, 1))
        self.assertEqual(found["DUPONT Boris"].action_open()["res_id"], self.boris.id)

    def test_one_button_from_the_file_to_the_differences(self):
        record = self.load(self.row(self.aline))
        record.action_read()
        self.assertEqual(record.state, "done")
        self.assertEqual(record.same_count, 1)
        # columns that say too little wait for the user, without an error
        unclear = self.load("DUPONT;Aline;3", head="Nom;Prénom;Quantité")
        unclear.action_read()
        self.assertEqual(unclear.state, "columns")
        self.assertTrue(unclear.lacking_text)

    def test_what_is_the_same_is_marked_in_one_go(self):
        record = self.load(*map(self.row, self.pupils))
        record.action_compare()
        self.assertEqual(record.to_mark_count, 3)
        record.action_mark_same()
        self.assertEqual(set(self.allowance(self.aline).mapped("status")), {"entered"})
        self.env.invalidate_all()
        self.assertEqual(record.to_mark_count, 0)

    def test_other_columns_are_told_and_may_be_said(self):
        row = self.row(self.aline).split(";")
        record = self.load(";".join((row[0], row[3], row[5])), head="Matricule;Commence le;Combien")
        self.assertIn("INE", record.lacking_text)
        self.assertIn("first day", record.lacking_text)
        with self.assertRaisesRegex(UserError, "No column says"):
            record.action_compare()
        for column, field in zip(record.column_ids, ("ine", "date_start", "days"), strict=True):
            column.field = field
        self.assertFalse(record.lacking_text)
        record.action_compare()
        self.assertEqual(
            record.line_ids.filtered(lambda line: line.kind == "same").student_name,
            "DUPONT Aline",
        )

    def test_two_columns_that_hold_the_same(self):
        record = self.load(self.row(self.aline))
        record.column_ids[1].field = "ine"
        record.column_ids[2].field = "name"
        with self.assertRaisesRegex(UserError, "Two columns"):
            record.action_compare()

    def test_accounts_are_not_kept(self):
        record = self.load(
            f"{self.row(self.aline)};FR7630006000011234567890189", head=f"{HEAD};Compte"
        )
        self.assertIn("bank account was not kept (Compte)", record.note)
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.cr.execute("SELECT rows::text FROM bde_aplypro_import WHERE id = %s", [record.id])
        self.assertNotIn("3000", self.env.cr.fetchone()[0].replace("2473000433", ""))
        self.assertFalse(record.file)
        self.assertFalse(
            self.env["ir.attachment"]
            .sudo()
            .search_count([("res_model", "=", "bde.aplypro.import"), ("res_id", "=", record.id)])
        )

    def test_files_that_are_none(self):
        for data, message in (
            (b"%PDF-1.7\n\x00\x01\x02", "neither a workbook"),
            (b"", "empty"),
            (HEAD.encode(), "no row below"),
        ):
            with self.assertRaisesRegex(UserError, message):
                self.Import.create({"file": base64.b64encode(data) or b"IA==", "filename": "x.csv"})

    def test_a_workbook(self):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["Lycée Ampère"])
        sheet.append(HEAD.split(";"))
        allowance = self.allowance(self.aline)
        sheet.append([self.aline.ine, "Dupont", "Aline", self.start, self.end, allowance.days,
                      allowance.amount])  # fmt: skip
        stream = io.BytesIO()
        book.save(stream)
        record = self.Import.create(
            {"file": base64.b64encode(stream.getvalue()), "filename": "a.xlsx",
             "school_year_id": self.year.id}
        )  # fmt: skip
        record.action_compare()
        self.assertEqual(record.same_count, 1)

    def test_only_the_bureau(self):
        record = self.load(self.row(self.aline))
        for user in (self.teacher_a, self.manager_b):
            with self.assertRaises(AccessError):
                record.with_env(self.as_user(user)).read(["filename"])
        with self.assertRaises(AccessError):
            record.read(["rows"])

    def test_deleted_after_a_month(self):
        record = self.load(self.row(self.aline))
        self.env.cr.execute(
            "UPDATE bde_aplypro_import SET create_date = create_date - %s WHERE id = %s",
            [timedelta(days=31), record.id],
        )
        self.env.invalidate_all()
        self.env["bde.aplypro.import"]._gc_old()
        self.assertFalse(record.exists())


@tagged("post_install", "-at_install")
class TestAllowanceFile(AllowanceCase):
    def export(self, verb):
        records = self.env["bde.allowance"].with_env(self.as_user(self.secretary_a)).search([])
        action = getattr(records, verb)()
        made = self.env["bde.allowance.export"].browse(int(action["url"].split("/")[4]))
        return base64.b64decode(made.file)

    def test_csv_in_the_order_of_the_entry(self):
        self.complete()
        self.aline.lastname = "=DUPONT"
        self.count()
        text = self.export("action_export_csv").decode("utf-8-sig")
        lines = text.split("\r\n")
        self.assertEqual(lines[0].split(";")[:4], ["Class", "Last name", "First name", "INE"])
        self.assertEqual(len(lines), 5)
        cells = {line.split(";")[2]: line.split(";") for line in lines[1:-1]}
        row = self.allowance(self.boris)
        self.assertEqual(
            cells["Boris"],
            ["1MELEC", "Dupont" if self.boris.lastname == "Dupont" else self.boris.lastname,
             "Boris", self.boris.ine, "2473000433", f"{self.start:%d/%m/%Y}",
             f"{self.end:%d/%m/%Y}", str(row.days), "20,00",
             f"{row.amount:.2f}".replace(".", ","), "Ready to enter", ""],
        )  # fmt: skip
        # no cell is taken for a formula
        self.assertEqual(cells["Aline"][1], "'=DUPONT")

    def test_workbook(self):
        book = openpyxl.load_workbook(io.BytesIO(self.export("action_export_xlsx")))
        rows = list(book.active.iter_rows(values_only=True))
        self.assertEqual(rows[0][3], "INE")
        self.assertEqual(len(rows), 4)
        self.assertEqual(rows[1][5].date(), self.start)
        self.assertIn("attestation", rows[1][11])

    def test_without_a_choice_the_file_holds_what_is_to_do(self):
        Allowance = self.env["bde.allowance"].with_env(self.as_user(self.secretary_a))
        self.assertEqual(len(Allowance._to_enter()), 3)
        self.assertIn("/web/content/", Allowance.action_export_xlsx()["url"])
        Allowance.sudo().search([]).write({"status": "entered"})
        with self.assertRaisesRegex(UserError, "none is to do"):
            Allowance.action_export_xlsx()

    def test_the_file_is_of_who_asked(self):
        self.export("action_export_csv")
        made = self.env["bde.allowance.export"].sudo().search([], limit=1)
        self.assertEqual(made.create_uid, self.secretary_a)
        with self.assertRaises(AccessError):
            made.with_env(self.as_user(self.manager_a)).read(["file"])
