import base64
import csv
import io
import re
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import openpyxl
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tests import tagged

from ..models import bde_book_apply
from ..models.bde_book_reason import REASONS, reason
from .common import SIRET_HOST, SIRET_OTHER, BdeCase

TITLES = (
    "SIRET", "Raison sociale", "Adresse", "CP", "Ville", "Tél", "Mail", "Nom du tuteur",
    "Mail tuteur", "Accepte stage", "Remarques",
)  # fmt: skip
# invented, both keys right
SIRETS = ("44306184100047", "55210055400013", "35600000000048", "78467169500087")


def row(siret="", name="", street="", zipcode="", city="", phone="", email="", tutor="",
        tutor_email="", stage="", notes=""):  # fmt: skip
    return [siret, name, street, zipcode, city, phone, email, tutor, tutor_email, stage, notes]


class BookCase(BdeCase):
    """Lists as they are dropped, and the steps of their import."""

    def workbook(self, rows, titles=TITLES, sheet="Liste"):
        book = openpyxl.Workbook()
        book.active.title = sheet
        for cells in [list(titles), *rows]:
            book.active.append(cells)
        for cells in book.active.iter_rows():
            for cell in cells:
                # as Excel writes what is typed: a text is no formula
                cell.data_type = "s" if cell.data_type == "f" else cell.data_type
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def text(self, rows, titles=TITLES, encoding="utf-8-sig"):
        stream = io.StringIO()
        csv.writer(stream, delimiter=";").writerows([titles, *rows])
        return stream.getvalue().encode(encoding)

    def load(self, content, user=None, name="liste.xlsx", **vals):
        """An import of this file, not read yet."""
        env = self.as_user(user or self.secretary_a)
        company = (user or self.secretary_a).company_id
        return env["bde.book.import"].create(
            {"file": base64.b64encode(content), "filename": name, "company_id": company.id, **vals}
        )

    def preview(self, rows, user=None, **vals):
        record = self.load(self.workbook(rows), user, **vals)
        record.action_preview()
        return record

    def apply(self, rows, user=None, **vals):
        record = self.preview(rows, user, **vals)
        record.action_apply()
        return record

    def statuses(self, record):
        return {line.line: line.status for line in record.line_ids}

    def relation(self, name, school=None):
        return self.env["bde.relation"].search(
            [("partner_name", "=", name), ("company_id", "=", (school or self.school_a).id)]
        )

    @contextmanager
    def chunks_of(self, size):
        with patch.object(bde_book_apply, "CHUNK", size):
            yield


@tagged("post_install", "-at_install")
class TestBookSteps(BookCase):
    def test_a_list_becomes_companies_contacts_and_relations(self):
        record = self.apply([
            row(float(SIRETS[0]), "Garage Léo", "3 rue du Port", 33000, "Bordeaux", 556112233,
                "garage@leo.example", "Mme Ana Ruiz", "ana@leo.example", "oui", "Le matin"),
        ])  # fmt: skip
        self.assertEqual(record.state, "done")
        relation = self.relation("Garage Léo")
        partner = relation.partner_id
        self.assertEqual(partner.company_registry, SIRETS[0])
        self.assertEqual(partner.phone, "05 56 11 22 33")
        self.assertEqual(partner.zip, "33000")
        self.assertFalse(partner.company_id)
        self.assertEqual(relation.contact_ids.name, "Ana Ruiz")
        self.assertTrue(relation.contact_ids.bde_tutor)
        self.assertEqual(relation.contact_ids.company_id, self.school_a)
        self.assertEqual(relation.contact_ids.city, "Bordeaux")
        self.assertEqual(relation.offer_ids.mapped("code"), ["placements"])
        self.assertIn("Le matin", relation.notes)
        self.assertEqual(record.report, {"made": 1, "contacts": 1})

    def test_twice_the_same_file_is_nothing_new(self):
        rows = [
            row(SIRETS[0], "Garage Léo", "3 rue du Port", "33000", "Bordeaux", tutor="Ana Ruiz"),
            row("", "Au Bon Pain", "", "33000", "Bordeaux", notes="Fermé le lundi"),
        ]
        self.apply(rows)
        partners = self.env["res.partner"].search_count([])
        again = self.apply(rows)
        self.assertEqual(self.statuses(again), {2: "known", 3: "known"})
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        self.assertEqual(again.report, {"joined": 2, "contacts": 1})
        self.assertEqual(self.relation("Au Bon Pain").notes.count("Fermé le lundi"), 1)

    def test_known_company_keeps_what_it_has(self):
        self.employer.phone = "05 56 00 00 01"
        self.apply([row(SIRET_HOST, "Menuiserie Duval", "9 autre rue", "33000", "Bordeaux",
                        "05 56 99 99 99", "duval@duval.example")])  # fmt: skip
        self.assertEqual(self.employer.phone, "05 56 00 00 01")
        self.assertEqual(self.employer.street, "3 rue des Copeaux")
        self.assertEqual(self.employer.email, "duval@duval.example")
        change = self.env["bde.employer.change"].search([("partner_id", "=", self.employer.id)])
        self.assertEqual(change.field, "email")
        self.assertEqual(change.school_id, self.school_a)

    def test_refused_rows_say_why(self):
        record = self.preview([
            row("73282932000075", "Clé", city="Bordeaux"),
            row("73282932100074", "Siren", city="Bordeaux"),
            row("7328293200", "Court", city="Bordeaux"),
            row("7,32829E+13", "Excel", city="Bordeaux"),
            row("", "Postal", zipcode="330", city="Bordeaux"),
            row("", "Tél", phone="05 56 11", city="Bordeaux"),
            row("", "Mail", email="contact arobase", city="Bordeaux"),
            row("", "", city="Bordeaux", phone="0556112233"),
            row(SIRETS[0], "Un", city="Bordeaux"),
            row(SIRETS[0], "Un", city="Bordeaux"),
            row("", "SECTEUR AUTOMOBILE"),
        ])  # fmt: skip
        reasons = {line.line: line.reason for line in record.refused_line_ids}
        self.assertEqual(set(reasons), {2, 3, 4, 5, 6, 7, 8, 9, 11, 12})
        for line, words in {
            2: "“73282932000075”: the SIREN is right but the fourteenth digit",
            3: "first nine digits",
            4: "a SIRET has fourteen digits",
            5: "Excel has cut its digits",
            6: "Postcode “330”",
            7: "Telephone “05 56 11”",
            8: "E-mail “contact arobase”",
            9: "name of the company is missing",
            11: "stands on line 10 already",
            12: "Only a name",
        }.items():
            self.assertIn(words, reasons[line])
        self.assertEqual((record.new_count, record.refused_count), (1, 10))

    def test_closed_companies_are_refused(self):
        self.employer.closed_on = "2024-03-11"
        record = self.preview([row(SIRET_HOST, "Menuiserie Duval", city="Bordeaux")])
        self.assertEqual(record.line_ids.status, "refused")
        self.assertIn("Menuiserie Duval is closed since 11/03/2024", record.line_ids.reason)

    def test_refused_rows_come_back_ready_to_correct(self):
        bad = row(SIRETS[0], "Garage Léo", zipcode="330", city="Bordeaux", notes="=1+1")
        record = self.preview([bad, row(SIRETS[1], "Bon", city="Bordeaux")])
        content = base64.b64decode(record.refused_file)
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        titles, cells = list(sheet.values)
        self.assertEqual(titles[:11], TITLES)
        self.assertEqual(cells[0], SIRETS[0])
        self.assertEqual(cells[10], "=1+1")
        self.assertEqual(sheet.cell(2, 11).data_type, "s")
        self.assertEqual(cells[11], "2")
        self.assertIn("Postcode “330”", cells[12])
        # corrected, and loaded again with its two columns more
        sheet.cell(2, 4).value = "33000"
        stream = io.BytesIO()
        sheet.parent.save(stream)
        again = self.load(stream.getvalue())
        again.action_preview()
        self.assertEqual(self.statuses(again), {2: "new"})

    def test_refused_rows_of_a_csv_are_a_csv(self):
        content = self.text([row("1", "Garage Léo", city="Bordeaux", phone="+33 5 56 11 22 33")])
        record = self.load(content, name="liste.csv")
        record.action_preview()
        text = base64.b64decode(record.refused_file).decode("utf-8-sig")
        titles, cells = csv.reader(io.StringIO(text), delimiter=";")
        self.assertEqual((cells[0], cells[5]), ("1", "'+33 5 56 11 22 33"))
        self.assertTrue(record.refused_filename.endswith(".csv"))

    def test_people_on_several_rows_belong_to_one_company(self):
        record = self.apply([
            row(SIRETS[0], "Garage Léo", city="Bordeaux", tutor="Ana Ruiz"),
            row(SIRETS[0], "Garage Léo", city="Bordeaux", tutor="Luc Petit"),
        ])  # fmt: skip
        self.assertEqual(record.report, {"made": 1, "contacts": 2})
        self.assertEqual(
            set(self.relation("Garage Léo").contact_ids.mapped("name")), {"Ana Ruiz", "Luc Petit"}
        )

    def test_words_that_are_none_of_ours_stay_in_the_notes(self):
        titles = ("Entreprise", "Ville", "Statut", "Suivi par", "Formations", "Effectif", "NAF")
        rows = [
            ("Bon", "Bordeaux", "à relancer", "Manager A", "MELEC", "12", "43.21A"),
            ("Mauvais", "Bordeaux", "à éviter", "Personne", "BTS MCO", "PME", "boulanger"),
        ]
        record = self.load(self.workbook(rows, titles))
        record.action_preview()
        record.action_apply()
        good, bad = self.relation("Bon"), self.relation("Mauvais")
        self.assertEqual((good.status, good.user_id), ("revive", self.manager_a))
        self.assertEqual(good.partner_id.bde_training_ids.name, self.training_a.name)
        self.assertEqual((good.headcount, good.naf_code), ("11", "4321A"))
        self.assertEqual((bad.status, bad.user_id), ("prospect", self.env["res.users"]))
        for word in ("à éviter", "Personne", "BTS MCO", "PME", "boulanger"):
            self.assertIn(word, bad.notes)
        remarks = record.line_ids.sorted("line")[1].remark
        self.assertIn("Status “à éviter”", remarks)
        self.assertIn("“Personne” is nobody of the school's team", remarks)


@tagged("post_install", "-at_install")
class TestBookLookalikes(BookCase):
    def test_alike_waits_for_a_decision(self):
        record = self.preview([row("", "Ets Duval Menuiserie", "", "33000", "Bordeaux")])
        line = record.line_ids
        self.assertEqual((line.status, line.partner_id), ("look_alike", self.employer))
        self.assertTrue(line.reason)
        with self.assertRaisesRegex(UserError, "nothing to write"):
            record.action_apply()
        line.with_context(decision="join").action_decide()
        record.action_apply()
        self.assertEqual(line.result, "joined")
        self.assertEqual(self.relation("Menuiserie Duval").partner_id, self.employer)

    def test_another_company_is_made(self):
        record = self.preview([row("", "Ets Duval Menuiserie", "", "33000", "Bordeaux")])
        record.line_ids.with_context(decision="new").action_decide()
        record.action_apply()
        self.assertNotEqual(record.line_ids.partner_id, self.employer)
        self.assertEqual(record.report, {"made": 1, "contacts": 0})

    def test_left_out_is_not_written(self):
        record = self.preview([
            row("", "Ets Duval Menuiserie", "", "33000", "Bordeaux"),
            row(SIRETS[0], "Garage Léo", city="Bordeaux"),
        ])  # fmt: skip
        record.line_ids.with_context(decision="leave").action_decide()
        self.assertEqual((record.left_count, record.todo_count), (2, 0))

    def test_joining_gives_the_siret(self):
        self.employer.company_registry = False
        record = self.preview([row(SIRET_HOST, "Duval menuiserie", "", "33000", "Bordeaux")])
        self.assertEqual(record.line_ids.status, "look_alike")
        record.line_ids.with_context(decision="join").action_decide()
        record.action_apply()
        self.assertEqual(self.employer.company_registry, SIRET_HOST)

    def test_siret_of_another_name_is_asked(self):
        record = self.preview([row(SIRET_HOST, "Pharmacie Zola", city="Pau", zipcode="64000")])
        line = record.line_ids
        self.assertEqual((line.status, line.partner_id), ("look_alike", self.employer))
        self.assertIn("The SIRET is that of Menuiserie Duval", line.reason)
        with self.assertRaisesRegex(UserError, "its SIRET is that of Menuiserie Duval"):
            line.with_context(decision="new").action_decide()

    def test_later_decisions_are_written_later(self):
        record = self.apply([
            row("", "Ets Duval Menuiserie", "", "33000", "Bordeaux"),
            row(SIRETS[0], "Garage Léo", city="Bordeaux"),
        ])  # fmt: skip
        self.assertEqual((record.state, record.undecided_count), ("done", 1))
        record.decide_line_ids.with_context(decision="join").action_decide()
        record.action_apply()
        self.assertEqual((record.undecided_count, record.done_count), (0, 2))
        self.assertEqual(record.report, {"made": 1, "joined": 1, "contacts": 0})

    def test_written_and_refused_rows_are_not_decided(self):
        record = self.apply([
            row(SIRETS[0], "Garage Léo", city="Bordeaux"),
            row("1", "Mauvais", city="Bordeaux"),
        ])  # fmt: skip
        for line, words in zip(
            record.line_ids.sorted("line"), ("written already", "correct it in the file"),
            strict=True,
        ):  # fmt: skip
            with self.assertRaisesRegex(UserError, words):
                line.decision = "leave"


@tagged("post_install", "-at_install")
class TestBookChunks(BookCase):
    ROWS = [
        row(SIRETS[0], "Garage Léo", city="Bordeaux", tutor="Ana Ruiz"),
        row(SIRETS[1], "Au Bon Pain", city="Bordeaux"),
        row("", "Le Relais", "1 rue A", "33000", "Bordeaux"),
        row("", "Mairie de Pau", "", "64000", "Pau"),
        row(SIRETS[3], "Bureau Zola", city="Pau"),
    ]

    def names(self, school):
        return set(
            self.env["bde.relation"].search([("company_id", "=", school.id)]).mapped("partner_name")
        )

    def test_a_long_list_goes_chunk_by_chunk(self):
        with self.chunks_of(2):
            record = self.apply(self.ROWS)
            self.assertEqual((record.state, record.done_count), ("running", 0))
            self.assertEqual(
                record.apply_next(), {"done": 2, "total": 5, "state": "running", "busy": False}
            )
            # the page is closed: the job goes on
            with self.enter_registry_test_mode():
                self.env.ref("bde_partnerships.ir_cron_book").method_direct_trigger()
        self.assertEqual(record.state, "done")
        self.assertEqual(record.report, {"made": 5, "contacts": 1})
        self.assertEqual(len(self.names(self.school_a)), 5)

    def test_killed_between_two_chunks(self):
        with self.chunks_of(2):
            record = self.apply(self.ROWS)
            record.apply_next()
            with (
                patch.object(type(record), "_add_contacts", side_effect=MemoryError),
                self.assertRaises(MemoryError),
                self.env.cr.savepoint(),
            ):
                record.apply_next()
            self.assertEqual(record.done_count, 2)
            self.assertEqual(len(self.names(self.school_a)), 2, "nothing half done")
            record.action_pause()
            self.assertEqual(record.state, "preview")
            self.assertIn("Still to write: 3 rows", record.sentence)
            record.action_apply()
            while record.state == "running":
                record.apply_next()
        self.assertEqual((record.done_count, record.todo_count), (5, 0))
        self.assertEqual(len(self.names(self.school_a)), 5)

    def test_two_schools_load_the_same_companies_at_once(self):
        first = self.preview(self.ROWS)
        second = self.preview(self.ROWS, self.manager_b)
        self.assertEqual(set(self.statuses(second).values()), {"new"})
        first.action_apply()
        made = self.env["res.partner"].search_count([("bde_employer", "=", True)])
        second.action_apply()
        self.assertEqual(self.env["res.partner"].search_count([("bde_employer", "=", True)]), made)
        self.assertEqual(self.names(self.school_b), self.names(self.school_a))
        self.assertEqual(second.report, {"joined": 5, "contacts": 1})

    def test_a_company_made_this_very_second_sends_back(self):
        record = self.preview(self.ROWS)
        with (
            patch.object(type(record), "_apply_chunk", side_effect=UniqueViolation),
            self.assertRaises(ConcurrencyError),
        ):
            record.action_apply()

    def test_one_list_at_a_time(self):
        record = self.preview(self.ROWS)
        with patch.object(type(record), "_take_turn", return_value=False):
            record.action_apply()
            self.assertTrue(record.apply_next()["busy"])
        self.assertEqual((record.state, record.done_count), ("running", 0))

    def test_queries_do_not_depend_on_the_rows(self):
        def word(number):
            return "".join(chr(97 + number // 26**power % 26) for power in (1, 0))

        def rows(start, count):
            return [
                row("", f"Atelier {word(n)}{word(99 * start)}", f"{n} rue A",
                    f"{10000 * start + 11000 + n}", f"Bourg{word(n)}{word(99 * start)}",
                    tutor=f"Ana Ruiz {n}", stage="oui", notes=f"Note {n}")
                for n in range(count)
            ]  # fmt: skip

        counts = []
        for start, count in ((0, 3), (1, 3), (2, 60), (3, 200)):
            record = self.preview(rows(start, count))
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            record.action_apply()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(record.report["made"], count)
        # the first fills the caches; core inserts by hundreds, in three tables
        self.assertLessEqual(max(counts[1:]) - min(counts[1:]), 12, counts)


@tagged("post_install", "-at_install")
class TestBookColumns(BookCase):
    def test_the_school_corrects_and_is_remembered(self):
        titles = ("Entreprise", "Ville", "Truc", "Contact")
        rows = [("Garage Léo", "Bordeaux", "Fermé le lundi", "Ana Ruiz")]
        record = self.load(self.workbook(rows, titles))
        record.action_read()
        self.assertEqual(record.column_ids.mapped("field"), ["name", "city", False, "contact_name"])
        self.assertEqual(record.column_ids[2].sample_1, "Fermé le lundi")
        record.column_ids[2].field = "notes"
        record.column_ids[3].field = False
        record.action_preview()
        record.action_apply()
        self.assertIn("Fermé le lundi", self.relation("Garage Léo").notes)
        self.assertFalse(self.relation("Garage Léo").contact_ids)
        later = self.load(self.workbook(rows, titles))
        later.action_read()
        self.assertEqual(later.column_ids.mapped("field"), ["name", "city", "notes", False])
        self.assertTrue(all(later.column_ids.mapped("remembered")))
        # another school has its own words
        other = self.load(self.workbook(rows, titles), self.manager_b)
        other.action_read()
        self.assertEqual(other.column_ids[2].field, False)

    def test_two_columns_for_one_thing(self):
        record = self.load(self.workbook([("a", "b")], ("Entreprise", "Autre")))
        record.action_read()
        record.column_ids.field = "name"
        with self.assertRaisesRegex(UserError, r"A \(Entreprise\), B \(Autre\)"):
            record.action_preview()

    def test_no_column_for_the_name(self):
        record = self.load(self.workbook([("33000", "Bordeaux")], ("CP", "Ville")))
        record.action_read()
        with self.assertRaisesRegex(UserError, "which column holds the name"):
            record.action_preview()

    def test_the_sheet_that_looks_like_a_list_is_taken(self):
        book = openpyxl.Workbook()
        book.active.title = "Lisez-moi"
        book.active.append(["Bonjour"])
        for name in ("2024", "2025"):
            sheet = book.create_sheet(name)
            sheet.append(["Entreprise", "Ville", "Tél"])
            for number in range(3 if name == "2025" else 2):
                sheet.append([f"Garage {name} {number}", "Bordeaux", ""])
        stream = io.BytesIO()
        book.save(stream)
        record = self.load(stream.getvalue())
        record.action_read()
        self.assertEqual((record.sheet_id.name, record.row_count), ("2025", 3))
        record.sheet_id = record.sheet_ids.filtered(lambda sheet: sheet.name == "2024")
        self.assertEqual(record.row_count, 2)
        record.action_preview()
        self.assertEqual(record.line_ids.mapped("name"), ["Garage 2024 0", "Garage 2024 1"])

    def test_a_list_of_pupils_is_told_so(self):
        titles = ("INE", "Nom", "Prénom", "Date de naissance", "Classe")
        record = self.load(self.workbook([("1", "A", "B", "01/01/2010", "2MRC")], titles))
        with self.assertRaisesRegex(UserError, "list of pupils"):
            record.action_read()

    def test_files_that_are_no_table(self):
        for content, words in (
            (b"\x89PNG\x00\x00" * 10, "neither a workbook"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "Excel workbook"),
            ("Entreprise;Ville\nBl\ufffdack;x\n".encode(), "Line 2: the accents are lost"),
            (b"   ", "empty"),
            (b"PK\x03\x04 broken", "cannot be opened"),
        ):
            record = self.load(content)
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                record.action_read()
            self.assertEqual(record.state, "draft")

    def test_no_file(self):
        record = self.as_user(self.secretary_a)["bde.book.import"].create({})
        with self.assertRaisesRegex(UserError, "Add the file"):
            record.action_read()


@tagged("post_install", "-at_install")
class TestBookReasons(BookCase):
    def test_every_code_has_its_sentence(self):
        """Codes written in the rules and the preview, against the sentences."""
        folder = Path(__file__).parents[1]
        files = [folder / "rules" / f"{name}.py" for name in ("tables", "book_file", "book_values")]
        files += sorted((folder / "models").glob("bde_book_*.py"))
        pattern = r"""TableRefused\(\s*"(\w+)"|(?:problems|remarks)\.(?:append|insert)\((?:0, )?"""
        pattern += r'''\s*\(\s*"(\w+)"|return \S+, "(\w+)"|reason\(\s*self\.env, "(\w+)"'''
        text = "".join(file.read_text(encoding="utf-8") for file in files)
        found = {code for match in re.findall(pattern, text) for code in match if code}
        self.assertGreater(len(found), 30)
        self.assertFalse(found - REASONS.keys())

    def test_sentences_take_their_values(self):
        for code, text in REASONS.items():
            with self.subTest(code):
                names = re.findall(r"%\((\w+)\)s", self.env._(text))
                self.assertNotIn("%(", reason(self.env, code, dict.fromkeys(names, "x")))


@tagged("post_install", "-at_install")
class TestBookRights(BookCase):
    def test_who_loads_lists(self):
        content = self.workbook([row(SIRETS[0], "Garage Léo", city="Bordeaux")])
        for user in (self.secretary_a, self.manager_a, self.head_a):
            self.load(content, user).action_preview()
        for user in (self.teacher_a, self.school_life_a, self.intendance_a, self.correspondent):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.load(content, user)

    def test_another_school_sees_nothing(self):
        record = self.preview([row("1", "Garage Léo", city="Bordeaux")])
        for user in (self.manager_b, self.two_roles):
            env = self.as_user(user)
            for target in (record, record.line_ids, record.column_ids, record.sheet_ids):
                with self.subTest((user.login, target._name)):
                    self.assertFalse(env[target._name].search([("id", "in", target.ids)]))
                    with self.assertRaises(AccessError):
                        target.with_env(env).read(["display_name"])
            with self.assertRaises(AccessError):
                record.with_env(env).apply_next()
        with self.assertRaises(AccessError):
            record.with_env(self.as_user(self.manager_b)).refused_file  # noqa: B018

    def test_manager_there_teacher_here(self):
        """`two_roles` manages B and teaches in A: no list is loaded for A."""
        env = self.as_user(self.two_roles)
        with self.assertRaises(AccessError):
            env["bde.book.import"].create({"company_id": self.school_a.id})

    def test_contacts_of_another_school_stay_its_own(self):
        self.apply([row(SIRET_HOST, "Menuiserie Duval", city="Bordeaux", tutor="Ana Ruiz")])
        record = self.apply(
            [row(SIRET_HOST, "Menuiserie Duval", city="Bordeaux", tutor="Ana Ruiz")],
            self.manager_b,
        )
        self.assertEqual(record.report["contacts"], 1)
        contacts = self.env["res.partner"].search(
            [("parent_id", "=", self.employer.id), ("name", "=", "Ana Ruiz")]
        )
        self.assertEqual(contacts.company_id, self.school_a | self.school_b)

    def test_a_row_joins_companies_only(self):
        """A row that is turned to a person or a school would write there."""
        record = self.preview([row("", "Garage Léo", city="Bordeaux", phone="0556112233")])
        for partner in (self.head_b.partner_id, self.school_b.partner_id):
            with self.subTest(partner.name), self.assertRaises(AccessError) as caught:
                record.line_ids.write({"partner_id": partner.id, "decision": "join"})
            self.assertNotIn(partner.name, str(caught.exception))
            # whoever got that far would not write there
            record.line_ids.sudo().write({"partner_id": partner.id, "decision": "join"})
            with self.subTest(partner.name), self.assertRaises(AccessError):
                record.action_apply()
            self.assertFalse(partner.phone)

    def test_lists_are_written_in_ones_own_name(self):
        record = self.preview([row("", "Garage Léo", city="Bordeaux")])
        with self.assertRaises(AccessError):
            record.applied_by_id = self.head_a

    def test_old_lists_forget_the_persons(self):
        record = self.apply([row(SIRETS[0], "Garage Léo", city="Bordeaux", tutor="Ana Ruiz")])
        self.env.cr.execute(
            "UPDATE bde_book_import SET create_date = now() - interval '31 days' WHERE id = %s",
            [record.id],
        )
        record.invalidate_recordset()
        with self.enter_registry_test_mode():
            self.env.ref("bde_partnerships.ir_cron_book_files").method_direct_trigger()
        self.assertFalse(record.line_ids or record.file)
        self.assertFalse(any(record.column_ids.mapped("sample_1")))
        self.assertTrue(record.files_deleted_on)
        self.assertEqual(record.report["made"], 1)


@tagged("post_install", "-at_install")
class TestRegisterBatch(BdeCase):
    """`_bde_register_employers`, for imports and for single registrations."""

    def register(self, vals_list, company=None, user=None):
        env = self.as_user(user or self.secretary_a)
        return env["res.partner"]._bde_register_employers(vals_list, company or self.school_a)

    def test_in_order_and_once_each(self):
        employers = self.register([
            {"name": "Neuf", "company_registry": SIRET_OTHER},
            {"name": "Duval bis", "company_registry": SIRET_HOST, "phone": "05 56 00 00 01"},
            {"name": "Neuf encore", "company_registry": SIRET_OTHER},
            {"name": "Sans numéro"},
        ])  # fmt: skip
        names = [employer.name for employer in employers]
        self.assertEqual(names, ["Neuf", "Menuiserie Duval", "Neuf", "Sans numéro"])
        self.assertEqual(self.employer.phone, "05 56 00 00 01")

    def test_archived_company_comes_back(self):
        self.employer.active = False
        self.register([{"name": "Duval", "company_registry": SIRET_HOST}])
        self.assertTrue(self.employer.active)

    def test_not_for_another_school(self):
        with self.assertRaises(AccessError):
            self.register([{"name": "X"}], self.school_b)

    def test_contact_gets_the_address_and_the_page(self):
        env = self.as_user(self.secretary_a)
        contacts = env["res.partner"]._bde_add_contacts(
            [
                (self.employer.id, {"name": "Ana Ruiz", "email": "ana@duval.example"}),
                (self.employer.id, {"name": "ana ruiz", "phone": "06 39 98 00 01"}),
                (self.employer.id, {"name": "Ana Ruiz", "email": "autre@duval.example"}),
            ],
            self.school_a,
        )
        self.assertEqual(contacts[0], contacts[1])
        self.assertNotEqual(contacts[0], contacts[2])
        self.assertEqual(contacts[0].phone, "06 39 98 00 01")
        self.assertEqual(contacts[0].city, "Bordeaux")
        self.assertEqual(contacts[0].bde_relation_id.company_id, self.school_a)
        self.assertEqual(contacts[0].commercial_partner_id, self.employer)
