"""Import of pupils, guardians and teachers: preview, application, and what must not happen."""

import base64
import re
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.bde_partnerships.rules.identifiers import uai_letter
from odoo.addons.bde_partnerships.tests.common import UAI_A, UAI_B, UAI_C, BdeCase

from ..models.bde_import_reason import REASONS, reason
from ..rules.import_plan import merge
from ..rules.school_data import Problem
from .school_file_samples import (
    SAMPLES,
    division,
    guardians,
    individual,
    link,
    nomenclature,
    person,
    pupil,
    pupils,
    siecle,
    structure,
)
from .school_file_samples import sts as sts_file

MEF = "24731213320"


class ImportCase(BdeCase):
    """``self.school(...)`` builds the usual export; ``self.run_import(...)`` applies files."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first_year = cls.year.date_start.year
        cls.secretary_env = cls.as_user(cls.secretary_a)
        cls.Student = cls.env["bde.student"]

    def make(self, *files, env=None):
        """An import with these files, made by the secretary. A file is ``bytes`` or named."""
        env = env or self.secretary_env
        attachments = env["ir.attachment"].create(
            [
                {"name": name, "raw": data, "res_model": "bde.import"}
                for name, data in (
                    file if isinstance(file, tuple) else (f"file{number}.xml", file)
                    for number, file in enumerate(files)
                )
            ]
        )
        return env["bde.import"].create({"attachment_ids": [(6, 0, attachments.ids)]})

    def preview(self, *files, **options):
        record = self.make(*files, **options)
        record.action_preview()
        return record

    def run_import(self, *files, **options):
        record = self.preview(*files, **options)
        result = record.action_apply()
        self.assertIs(result, True)
        return record

    def lines(self, record, status=None, subject=None):
        return record.line_ids.filtered(
            lambda line: status in (None, line.status) and subject in (None, line.subject)
        )

    def export(self, *elements, classes=None, **options):
        """Pupils placed in classes: ``classes={1: "1MCV"}``, all in 1MCV by default."""
        options.setdefault("year", self.first_year)
        options.setdefault("uai", UAI_A)
        numbers = [element.split('"')[1] for element in elements]
        if classes is None:
            classes = dict.fromkeys(numbers, "1MCV")
        structures = [structure(number, code) for number, code in classes.items()]
        return pupils(list(elements), structures, **options)

    def labels(self):
        return nomenclature({MEF: "1re pro vente"}, uai=UAI_A, year=self.first_year)

    def staff(self, individuals, divisions):
        return sts_file(individuals, divisions, uai=UAI_A, year=self.first_year)

    def family(self, persons, links):
        return guardians(persons, links, uai=UAI_A, year=self.first_year)

    def student(self, number):
        return self.Student.search(
            [("company_id", "=", self.school_a.id), ("source_id", "=", str(number))]
        )


@tagged("post_install", "-at_install")
class TestImportPupils(ImportCase):
    def test_first_import(self):
        record = self.preview(
            self.export(pupil(1, "MARTIN", "Lina", ID_NATIONAL="123456789AB", CODE_REGIME="2"),
                        pupil(2, "DURAND", "Tom", CODE_SEXE="1")),
            self.labels(),
        )  # fmt: skip
        self.assertFalse(self.student(1), "a preview writes nothing of the school")
        self.assertEqual(
            record.counts, {"student|new": 2, "division|new": 1, "training|new": 1}
        )
        self.assertIn("2", record.sentence)
        record.action_apply()
        lina = self.student(1)
        self.assertEqual(
            (lina.name, lina.ine, lina.sex, lina.birth_date, lina.source),
            ("MARTIN Lina", "123456789AB", "f", date(2009, 3, 14), "siecle"),
        )
        schooling = lina.schooling_ids
        self.assertEqual(schooling.school_year_id, self.year)
        self.assertEqual(
            (schooling.division_id.name, schooling.mef, schooling.status, schooling.regime),
            ("1MCV", "2473121332", "ST", "half"),
        )
        self.assertEqual(schooling.training_id.name, "Vente")
        self.assertEqual(schooling.division_id.training_ids, schooling.training_id)
        self.assertEqual(lina.division_id, schooling.division_id)
        self.assertEqual(lina.company_id, self.school_a)

    def test_twice_changes_nothing(self):
        files = [
            self.export(pupil(1, ID_NATIONAL="123456789AB", TEL_PORTABLE="0639980001"), pupil(2)),
            self.labels(),
            self.staff([individual(1, "ALPHA", principal="1MCV")], [division("1MCV", [(1, "4")])]),
            self.family([person(7, MEL="a@example.org")], [link(1, 7), link(2, 7, "0", "38")]),
        ]
        self.run_import(*files)
        before = self.snapshot()
        record = self.run_import(*files)
        self.assertEqual(self.snapshot(), before)
        self.assertFalse(record.line_ids)
        self.assertEqual({key.split("|")[1] for key in record.counts}, {"same"})
        self.assertIn("already has", record.sentence or "Nothing, the school already has all")

    def snapshot(self):
        """Every stored value of the school's imported records."""
        models = ("training", "division", "teacher", "teaching", "student", "schooling",
                  "guardian", "guardianship")  # fmt: skip
        return {
            model: self.env[f"bde.{model}"]
            .with_context(active_test=False)
            .search_read([("company_id", "=", self.school_a.id)], load=None)
            for model in models
        }

    def test_nothing_new_is_said(self):
        files = [self.export(pupil(1)), self.labels()]
        self.run_import(*files)
        self.assertIn("Nothing to write", self.preview(*files).sentence)

    def test_partial_file_is_noticed(self):
        many = [pupil(number, f"NOM{number}") for number in range(1, 13)]
        self.run_import(self.export(*many))
        self.assertIn("are they complete", self.preview(self.export(many[0])).sentence)
        self.assertNotIn("are they complete", self.preview(self.export(*many[:9])).sentence)

    def test_summary_is_escaped(self):
        record = self.preview(("<b>x</b>.xml", self.export(pupil(1))), ("y.png", b"\x89\x00"))
        self.assertIn("&lt;b&gt;x&lt;/b&gt;.xml", record.summary)
        self.assertNotIn("<b>x", record.summary)

    def test_nomenclature_names_the_training(self):
        """STS-web cuts its labels at 40 characters."""
        sts = self.staff([], [division("1MCV")]).replace(
            b"</MATIERES>",
            b'</MATIERES><MEFS><MEF CODE="24731213320"><LIBELLE_LONG>VENTE CUT</LIBELLE_LONG>'
            b"</MEF></MEFS>",
        )
        self.run_import(sts, self.export(pupil(1)), self.labels())
        self.assertEqual(self.student(1).training_id.name, "Vente")

    def test_changing_class(self):
        self.run_import(self.export(pupil(1), pupil(2), classes={1: "1MCV", 2: "TMCV"}))
        record = self.run_import(self.export(pupil(1), pupil(2), classes={1: "TMCV", 2: "TMCV"}))
        line = self.lines(record, "moved")
        self.assertEqual((line.name, line.detail), ("MARTIN Lina", "Class: 1MCV → TMCV"))
        self.assertEqual(self.student(1).division_id.name, "TMCV")
        self.assertEqual(len(self.student(1).schooling_ids), 1)

    def test_corrected_name(self):
        self.run_import(self.export(pupil(1, "MARTIN")))
        record = self.run_import(self.export(pupil(1, "MARTAIN")))
        self.assertEqual(self.lines(record, "changed").detail, "Last name: MARTIN → MARTAIN")
        self.assertEqual(self.student(1).lastname, "MARTAIN")

    def test_empty_value_never_erases(self):
        self.run_import(self.export(pupil(1, ID_NATIONAL="123456789AB", TEL_PORTABLE="0639980001")))
        self.run_import(self.export(pupil(1)))
        self.assertEqual(
            (self.student(1).ine, self.student(1).phone), ("123456789AB", "06 39 98 00 01")
        )

    def test_gone_is_shown_and_stays(self):
        self.run_import(self.export(pupil(1), pupil(2, "DURAND")))
        record = self.run_import(self.export(pupil(1)))
        line = self.lines(record, "gone")
        self.assertEqual(line.name, "DURAND Lina")
        self.assertFalse(self.student(2).schooling_ids.date_end, "nobody answered")

    def test_gone_is_closed_on_request(self):
        self.run_import(self.export(pupil(1), pupil(2, "DURAND")))
        record = self.preview(self.export(pupil(1)))
        self.lines(record, "gone").with_context(decision="close").action_decide()
        self.assertIn("closed", record.sentence)
        record.action_apply()
        self.assertEqual(self.student(2).schooling_ids.date_end, self.school_a._bde_today())
        again = self.run_import(self.export(pupil(1)))
        self.assertFalse(self.lines(again, "gone"))

    def test_pupil_entered_by_hand_is_never_gone(self):
        student = self.Student.create(
            {"lastname": "Main", "firstname": "Eva", "birth_date": "2009-01-01",
             "company_id": self.school_a.id}
        )  # fmt: skip
        self.env["bde.schooling"].create({"student_id": student.id})
        self.assertFalse(self.lines(self.preview(self.export(pupil(1))), "gone"))

    def test_left_pupil(self):
        yesterday = self.school_a._bde_today() - timedelta(days=1)
        left = pupil(2, "DURAND", DATE_SORTIE=yesterday.strftime("%d/%m/%Y"))
        record = self.run_import(self.export(pupil(1), left, classes={1: "1MCV"}))
        self.assertFalse(self.student(2), "who left before is not brought in")
        self.assertEqual(record.counts["student|left"], 1)
        self.run_import(self.export(pupil(1), pupil(2, "DURAND")))
        self.run_import(self.export(pupil(1), left, classes={1: "1MCV"}))
        self.assertEqual(self.student(2).date_end, yesterday)

    def test_pupil_who_returns(self):
        self.run_import(self.export(pupil(1)))
        self.student(1).schooling_ids.date_end = self.school_a._bde_today() - timedelta(days=9)
        self.run_import(self.export(pupil(1)))
        self.assertEqual(len(self.student(1).schooling_ids), 2)
        self.assertFalse(self.student(1).date_end)

    def test_same_pupil_by_ine(self):
        student = self.Student.create(
            {"lastname": "Autre", "firstname": "Nom", "birth_date": "2009-01-01",
             "ine": "123456789AB", "company_id": self.school_a.id}
        )  # fmt: skip
        self.run_import(self.export(pupil(1, ID_NATIONAL="123456789AB")))
        self.assertEqual((student.lastname, student.source_id), ("MARTIN", "1"))

    def look_alike(self):
        return self.Student.create(
            {"lastname": "Martin", "firstname": "Lina", "birth_date": "2009-03-14",
             "company_id": self.school_a.id}
        )  # fmt: skip

    def test_look_alike_is_asked_about(self):
        student = self.look_alike()
        record = self.preview(self.export(pupil(1)))
        line = self.lines(record, "to_confirm")
        self.assertEqual((line.res_model, line.res_id), ("bde.student", student.id))
        record.action_apply()
        self.assertFalse(self.student(1), "without an answer, nothing")

    def test_look_alike_is_the_same(self):
        student = self.look_alike()
        record = self.preview(self.export(pupil(1)))
        self.lines(record, "to_confirm").with_context(decision="same").action_decide()
        record.action_apply()
        self.assertEqual((self.student(1), student.lastname), (student, "MARTIN"))

    def test_look_alike_is_another(self):
        student = self.look_alike()
        record = self.preview(self.export(pupil(1)))
        self.lines(record, "to_confirm").with_context(decision="new").action_decide()
        record.action_apply()
        self.assertTrue(self.student(1))
        self.assertNotEqual(self.student(1), student)

    def test_two_ines_are_two_pupils(self):
        self.look_alike().ine = "111111111AA"
        record = self.run_import(self.export(pupil(1, ID_NATIONAL="222222222BB")))
        self.assertEqual(record.counts["student|new"], 1)

    def test_ine_of_another_pupil(self):
        self.run_import(self.export(pupil(1, ID_NATIONAL="111111111AA"), pupil(2, "DURAND")))
        record = self.run_import(
            self.export(pupil(1, ID_NATIONAL="111111111AA"),
                        pupil(2, "DURAND", ID_NATIONAL="333333333CC"),
                        pupil(3, "PETIT", ID_NATIONAL="444444444DD"))
        )  # fmt: skip
        self.assertFalse(self.lines(record, "refused"))
        record = self.run_import(self.export(pupil(2, "DURAND", ID_NATIONAL="444444444DD")))
        self.assertIn("already that of PETIT Lina", self.lines(record, "refused").reason)
        self.assertEqual(self.student(2).ine, "333333333CC")

    def test_unknown_class_is_refused_once_classes_are_known(self):
        self.run_import(self.export(pupil(1)), self.labels())
        record = self.run_import(
            self.export(pupil(1), pupil(2, "DURAND"), classes={1: "1MCV", 2: "9ZZZ"})
        )
        line = self.lines(record, "refused")
        self.assertIn("9ZZZ", line.reason)
        self.assertIn("line 6", line.position)
        self.assertFalse(self.student(2))

    def test_unknown_class_is_refused_by_the_list_of_sts(self):
        record = self.run_import(
            self.export(pupil(1), classes={1: "9ZZZ"}), self.staff([], [division("1MCV")])
        )
        self.assertEqual(len(self.lines(record, "refused")), 1)

    def test_good_rows_are_kept(self):
        record = self.run_import(
            self.export(pupil(1), pupil(2, "DURAND", birth="32/01/2009"), pupil(3, "PETIT"))
        )
        self.assertTrue(self.student(1) and self.student(3))
        text = base64.b64decode(record.refused_file).decode("utf-8-sig")
        self.assertEqual(len(text.splitlines()), 2)
        self.assertIn("DURAND Lina", text)
        self.assertIn("32/01/2009", text)

    def test_refused_known_pupil_is_not_gone(self):
        self.run_import(self.export(pupil(1), pupil(2, "DURAND")))
        record = self.run_import(self.export(pupil(1), pupil(2, "DURAND", birth="32/01/2009")))
        self.assertFalse(self.lines(record, "gone"))

    def test_formulas_are_kept_as_text(self):
        record = self.preview(self.export(pupil(1, "=CMD()", birth="x")))
        text = base64.b64decode(record.refused_file).decode("utf-8-sig")
        self.assertIn("'=CMD()", text)

    def test_training_without_label(self):
        record = self.run_import(self.export(pupil(1)))
        self.assertFalse(self.student(1).schooling_ids.training_id)
        self.assertEqual(self.student(1).schooling_ids.mef, "2473121332")
        self.assertIn("Nomenclature", self.lines(record, "new", "student").reason)
        self.run_import(self.export(pupil(1)), self.labels())
        self.assertEqual(self.student(1).schooling_ids.training_id.name, "Vente")

    def test_files_that_are_refused(self):
        good = self.export(pupil(1))
        for name, data, words in (
            ("other.xml", self.export(pupil(2), uai=UAI_B), UAI_B),
            ("year.xml", self.export(pupil(2), year=self.first_year - 1), "of the year"),
            ("broken.xml", good.replace(b"</ELEVE>", b"</ELEVES>"), "line 5, column"),
            ("doctype.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DOCTYPE"),
            ("photo.png", b"\x89PNG\x00\x00", "none of those"),
            ("commun.xml", siecle("BEE_COMMUN", {}, uai=UAI_A), "nothing to import"),
        ):
            with self.subTest(name):
                record = self.preview((name, data), ("good.xml", good))
                refused = record.file_ids.filtered("problem")
                self.assertEqual(refused.name, name)
                self.assertIn(words, refused.problem)
                self.assertEqual(record.counts.get("student|new"), 1, "the good file counts")
                self.assertEqual(record.counts["file|refused"], 1)

    def test_table(self):
        text = (
            "Nom;Prénom;Date de naissance;Classe;INE;Responsable légal 1 nom;"
            "Responsable légal 1 prénom;Responsable légal 1 mail\n"
            "MARTIN;Lina;14/03/2009;1MCV;123456789AB;MARTIN;Anne;a@example.org\n"
            "MARTIN;Tom;14/03/2010;1MCV;;MARTIN;Anne;a@example.org\n"
        )
        file = ("eleves.csv", text.encode("cp1252"))
        self.run_import(file)
        lina = self.student("123456789AB")
        tom = self.student("martin|tom|2010-03-14")
        self.assertEqual(lina._legal_guardians(), tom._legal_guardians(), "siblings share her")
        self.assertFalse(self.run_import(file).line_ids)

    def test_table_then_siecle(self):
        text = "Nom;Prénom;Date de naissance;Classe;INE\nMARTIN;Lina;14/03/2009;1MCV;123456789AB\n"
        self.run_import(("eleves.csv", text.encode()))
        self.run_import(self.export(pupil(1, ID_NATIONAL="123456789AB")))
        self.assertEqual(self.Student.search_count([("company_id", "=", self.school_a.id)]), 1)
        self.assertEqual(self.student(1).source, "siecle")


@tagged("post_install", "-at_install")
class TestImportGuardians(ImportCase):
    def setUp(self):
        super().setUp()
        self.files = [
            self.export(pupil(1), pupil(2, firstname="Tom")),
            self.family(
                [person(7, MEL="anne@example.org", TEL_PORTABLE="0639980001"), person(8, "BLANC"),
                 person(9, "SERVICE ASE", "", MEL="ase@example.org")],
                [link(1, 7), link(1, 8, "0", "38"), link(2, 7, "2"), link(2, 9, "1", "51")],
            ),
        ]  # fmt: skip
        self.run_import(*self.files)
        self.anne = self.env["bde.guardian"].search([("source_id", "=", "7")])

    def test_ranks(self):
        self.assertEqual(self.student(1)._legal_guardians(), self.anne)
        self.assertEqual(
            self.student(2)._legal_guardians().mapped("name"), ["SERVICE ASE", "MARTIN Anne"]
        )
        self.assertEqual(len(self.student(1).guardianship_ids), 2)
        institution = self.env["bde.guardian"].search([("source_id", "=", "9")])
        self.assertTrue(institution.is_institution)

    def test_new_address_in_the_file(self):
        files = [self.files[0], self.family([person(7, MEL="new@example.org")], [link(1, 7)])]
        record = self.run_import(*files)
        self.assertEqual(self.anne.email, "new@example.org")
        self.assertEqual(self.lines(record, "changed", "guardian").name, "MARTIN Anne")

    def test_school_changed_it_and_the_file_did_not(self):
        self.anne.email = "school@example.org"
        record = self.run_import(*self.files)
        self.assertFalse(record.change_count or record.decide_count)
        self.assertEqual(self.anne.email, "school@example.org")

    def changed_on_both_sides(self):
        self.anne.email = "school@example.org"
        return [self.files[0], self.family(
            [person(7, MEL="new@example.org"), person(8, "BLANC")],
            [link(1, 7), link(1, 8, "0", "38")])]  # fmt: skip

    def test_conflict_keeps_the_school(self):
        files = self.changed_on_both_sides()
        record = self.run_import(*files)
        line = self.lines(record, "conflict")
        self.assertEqual(line.detail, "E-mail: school@example.org → new@example.org")
        self.assertEqual(self.anne.email, "school@example.org")
        self.assertFalse(self.lines(self.run_import(*files), "conflict"), "asked once")

    def test_conflict_takes_the_file_when_asked(self):
        record = self.preview(*self.changed_on_both_sides())
        self.lines(record, "conflict").with_context(decision="take").action_decide()
        record.action_apply()
        self.assertEqual(self.anne.email, "new@example.org")

    def test_authority_that_ends(self):
        files = [self.files[0], self.family([person(8, "BLANC")], [link(1, 8, "0", "38")])]
        record = self.run_import(*files)
        self.assertEqual(
            self.lines(record, "removed", "guardianship").name, "MARTIN Lina · MARTIN Anne"
        )
        self.assertFalse(self.student(1)._legal_guardians())
        self.assertTrue(self.student(2)._legal_guardians(), "the file says nothing of Tom")

    def test_authority_noted_by_the_head_is_kept(self):
        link_8 = self.student(1).guardianship_ids.filtered(lambda row: row.legal_rank == "0")
        link_8.with_env(self.as_user(self.head_a)).legal_rank = "2"
        self.assertEqual(link_8.rank_source, "head")
        record = self.run_import(*self.files)
        line = self.lines(record, "conflict", "guardianship")
        self.assertEqual(link_8.legal_rank, "2")
        record = self.preview(*self.files)
        self.lines(record, "conflict", "guardianship").with_context(
            decision="take"
        ).action_decide()
        record.action_apply()
        self.assertEqual((link_8.legal_rank, link_8.rank_source), ("0", "file"))
        self.assertTrue(line)

    def test_guardians_alone(self):
        self.run_import(self.family([person(7, MEL="b@example.org")], [link(1, 7)]))
        self.assertEqual(self.anne.email, "b@example.org")

    def test_guardian_of_an_unknown_pupil(self):
        record = self.run_import(self.family([person(5)], [link(99, 5)]))
        self.assertIn("99", self.lines(record, "refused").reason)
        self.assertFalse(self.env["bde.guardian"].search([("source_id", "=", "5")]))

    def test_minor_as_his_own_guardian(self):
        record = self.preview(
            self.export(pupil(3, "SEUL")), self.family([person(5)], [link(3, 5, "1", "70")])
        )
        self.assertIn("emancipated", self.lines(record, "new", "student").reason)


@tagged("post_install", "-at_install")
class TestImportStaff(ImportCase):
    def files(self, hours="4", principal="1MCV"):
        return self.staff(
            [individual(1, "ALPHA", principal=principal), individual(2, "BETA", "Eva")],
            [division("1MCV", [(1, hours), (2, "2")]), division("TMCV", [(2, "3")])],
        )

    def teacher(self, number):
        return self.env["bde.teacher"].search([("source_id", "=", f"epp:{number}")])

    def test_teachers_and_classes(self):
        self.run_import(self.files(), self.labels())
        alpha, beta = self.teacher(1), self.teacher(2)
        self.assertEqual(alpha.principal_division_ids.name, "1MCV")
        self.assertEqual((alpha.weekly_hours, beta.weekly_hours), (4.0, 5.0))
        self.assertEqual(beta.teaching_ids.mapped("subject"), ["Anglais", "Anglais"])
        self.assertFalse(self.run_import(self.files(), self.labels()).line_ids)

    def test_hours_change_and_services_end(self):
        self.run_import(self.files())
        record = self.run_import(
            self.staff([individual(1, "ALPHA"), individual(2, "BETA", "Eva")],
                       [division("1MCV", [(1, "5")]), division("TMCV", [(2, "3")])])
        )  # fmt: skip
        self.assertEqual(
            self.lines(record, "changed", "teaching").detail, "Hours a week: 4.0 → 5.0"
        )
        self.assertEqual(
            self.lines(record, "removed", "teaching").name, "BETA Eva · 1MCV · Anglais"
        )
        self.assertEqual(self.teacher(2).teaching_ids.division_id.name, "TMCV")

    def test_teacher_gone(self):
        self.run_import(self.files())
        record = self.preview(self.staff([individual(1, "ALPHA")], [division("1MCV", [(1, "4")])]))
        self.lines(record, "gone").with_context(decision="close").action_decide()
        record.action_apply()
        self.assertFalse(self.env["bde.teacher"].search([("source_id", "=", "epp:2")]))

    def test_addresses_from_a_table(self):
        mails = "Nom;Prénom;Mail;Fonction\nALPHA;Paul;teacher_a@ac-test.example;ENS\n"
        table = ("mails.csv", mails.encode())
        self.teacher_a.login = "teacher_a@ac-test.example"
        self.run_import(self.files(), table)
        alpha = self.teacher(1)
        self.assertEqual((alpha.email, alpha.source), ("teacher_a@ac-test.example", "sts"))
        self.assertEqual(alpha.user_id, self.teacher_a, "the account is found by its address")
        self.assertEqual(
            self.teacher_a._bde_division_ids(), alpha.principal_division_ids.ids
        )
        self.assertFalse(self.run_import(self.files(), table).line_ids)

    def test_addresses_later(self):
        self.run_import(self.files())
        mails = "Nom;Prénom;Mail;Fonction\nBETA;Eva;eva@ac-test.example;ENS\n"
        record = self.run_import(("mails.csv", mails.encode()))
        self.assertEqual(self.teacher(2).email, "eva@ac-test.example")
        self.assertFalse(self.lines(record, "gone"), "a table need not name everybody")

    def test_same_numbers_at_another_school(self):
        self.run_import(self.files())
        other = sts_file(
            [individual(1, "ALPHA")], [division("1MCV")], uai=UAI_B, year=self.first_year
        )
        self.run_import(other, env=self.as_user(self.manager_b))
        self.assertEqual(len(self.teacher(1)), 2)
        self.assertEqual(len(self.teacher(1).company_id), 2)


@tagged("post_install", "-at_install")
class TestImportAsUsers(ImportCase):
    def test_only_the_secretary_and_above(self):
        for user, allowed in (
            (self.teacher_a, False), (self.school_life_a, False), (self.intendance_a, False),
            (self.secretary_a, True), (self.manager_a, True), (self.head_a, True),
            (self.correspondent, False), (self.bde_admin, False),
        ):  # fmt: skip
            with self.subTest(user.login):
                env = self.as_user(user)
                self.assertEqual(env["bde.import"].has_access("create"), allowed)
                self.assertEqual(env["bde.import.line"].has_access("read"), allowed)

    def test_another_school_sees_nothing(self):
        record = self.preview(self.export(pupil(1)))
        env = self.as_user(self.manager_b)
        for model, ids in (
            ("bde.import", record.ids), ("bde.import.line", record.line_ids.ids),
            ("bde.import.file", record.file_ids.ids), ("ir.attachment", record.attachment_ids.ids),
        ):  # fmt: skip
            with self.subTest(model), self.assertRaises(AccessError):
                env[model].browse(ids).read(["name"])
        with self.assertRaises(AccessError):
            env["bde.import"].browse(record.ids).action_apply()

    def test_files_of_minors_follow_the_import(self):
        record = self.make(self.export(pupil(1)))
        attachment = record.attachment_ids
        self.assertEqual(
            (attachment.res_model, attachment.res_id, attachment.public),
            ("bde.import", record.id, False),
        )
        self.assertTrue(attachment.with_env(self.as_user(self.manager_a)).raw)
        with self.assertRaises(AccessError):
            attachment.with_env(self.as_user(self.teacher_a)).raw.decode()

    def test_deleted_with_its_files(self):
        record = self.make(self.export(pupil(1)))
        attachment = record.attachment_ids
        self.assertTrue(attachment.res_id)
        record.with_env(self.as_user(self.manager_a)).unlink()
        self.assertFalse(record.exists() or attachment.exists())

    def test_lines_are_answered_not_rewritten(self):
        record = self.preview(self.export(pupil(1)))
        env = self.as_user(self.secretary_a)
        lines = env["bde.import.line"].browse(record.line_ids.ids)
        with self.assertRaises(AccessError):
            lines.unlink()
        with self.assertRaises(AccessError):
            lines.create({"import_id": record.id, "key": "x", "subject": "student",
                          "status": "new"})  # fmt: skip
        with self.assertRaises(UserError):
            lines.with_context(decision="close").action_decide()

    def test_steps(self):
        record = self.make(self.export(pupil(1)))
        with self.assertRaises(UserError):
            record.action_apply()
        record.action_preview()
        record.action_back()
        self.assertEqual((record.state, len(record.line_ids)), ("draft", 0))
        record.action_preview()
        record.action_apply()
        self.assertEqual((record.state, record.applied_by_id), ("applied", self.secretary_a))
        for verb in (record.action_apply, record.action_preview, record.action_back):
            with self.assertRaises(UserError):
                verb()

    def test_school_changed_since_the_preview(self):
        record = self.preview(self.export(pupil(1)))
        self.run_import(self.export(pupil(1)))
        result = record.action_apply()
        self.assertEqual(result["tag"], "display_notification")
        self.assertEqual((record.state, record.counts), ("previewed", {"student|same": 1}))

    def test_retention(self):
        record = self.run_import(self.export(pupil(1), pupil(2, birth="x")))
        attachment = record.attachment_ids
        with self.enter_registry_test_mode():
            self.env.ref("bde_pfmp.cron_delete_import_files").method_direct_trigger()
        self.assertTrue(attachment.exists() and record.line_ids)
        month_later = fields.Datetime.now() + timedelta(days=31)
        with (
            patch.object(fields.Datetime, "now", lambda: month_later),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("bde_pfmp.cron_delete_import_files").method_direct_trigger()
        record.invalidate_recordset()
        self.assertFalse(attachment.exists())
        self.assertFalse(record.line_ids or record.file_ids)
        self.assertTrue(record.files_deleted_on and record.counts)
        self.assertTrue(self.student(1), "the pupils stay")


@tagged("post_install", "-at_install")
class TestImportAtScale(ImportCase):
    def whole(self, count, phone="0639980001", uai=UAI_A):
        """``count`` pupils in three classes, each with a guardian of his own."""
        numbers = range(1000, 1000 + count)
        rows = [
            pupil(n, f"NOM{n}", "Lina", ID_NATIONAL=f"{n:09d}AB", TEL_PORTABLE=phone)
            for n in numbers
        ]
        persons = [person(f"9{n}", f"NOM{n}", "Anne", MEL=f"p{n}@example.org") for n in numbers]
        links = [link(n, f"9{n}") for n in numbers]
        classes = {n: f"C{n % 3}" for n in numbers}
        files = [self.export(*rows, classes=classes), self.family(persons, links), self.labels()]
        return [file.replace(UAI_A.encode(), uai.encode()) for file in files]

    def queries(self, verb):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        verb()
        self.env.flush_all()
        return self.env.cr.sql_log_count - start

    def test_queries_do_not_grow_with_the_school(self):
        """Preview and application, first and second time: the same number at 20 and at 90.

        The ORM inserts by hundreds and the import writes by two hundreds; below that, nothing
        depends on the number of pupils.
        """
        warm = self.env["bde.import"].with_company(self.school_c).env
        self.run_import(*self.whole(3, uai=UAI_C), env=warm)
        counts = {}
        for size, user, uai in ((20, self.manager_a, UAI_A), (90, self.manager_b, UAI_B)):
            files, counts[size] = self.whole(size, uai=uai), []
            for _ in range(2):
                record = self.make(*files, env=self.as_user(user))
                counts[size].append(self.queries(record.action_preview))
                counts[size].append(self.queries(record.action_apply))
        self.assertEqual(counts[90], counts[20])
        self.assertLess(counts[20][2] + counts[20][3], 120, "the second time writes nothing")

    def test_alike_changes_are_one_write(self):
        self.run_import(*self.whole(30))
        record = self.make(*self.whole(30, phone="0639980002"))
        record.action_preview()
        self.assertLess(self.queries(record.action_apply), 80)
        self.assertEqual(set(self.student(1007).mapped("phone")), {"06 39 98 00 02"})

    def test_samples(self):
        """The three sample schools, each at the school of its UAI."""
        if not SAMPLES.is_dir():
            self.skipTest("the modules stand without the folder data/samples")
        for uai, school, user, size in (
            ("0960011R", self.school_a, self.manager_a, 132),
            ("0960037U", self.school_b, self.manager_b, 68),
        ):
            # a demonstration may hold the school of this number already
            taken = self.env["res.company"].search([("uai", "=", uai)])
            digits = f"096{9000 + school.id % 1000}"
            taken.uai = digits + uai_letter(digits)
            taken.flush_recordset(["uai"])
            school.uai = uai
            self.year.date_start = self.year.date_start.replace(year=2026)
            files = [(path.name, path.read_bytes()) for path in sorted((SAMPLES / uai).iterdir())]
            with self.subTest(uai):
                record = self.run_import(*files, env=self.as_user(user))
                self.assertFalse(record.refused_count)
                students = self.Student.search([("company_id", "=", school.id)])
                self.assertEqual(len(students), size)
                self.assertFalse(self.run_import(*files, env=self.as_user(user)).change_count)


@tagged("post_install", "-at_install")
class TestReasons(ImportCase):
    def test_every_code_has_its_sentence(self):
        """Codes written in the parsers and the plan, against the sentences."""
        rules = Path(__file__).parents[1] / "rules"
        names = ("archive", "xml_reader", "siecle", "sts", "school_csv", "school_files",
                 "school_data", "import_pupils", "import_staff", "import_guardians")  # fmt: skip
        pattern = r"""(?:refuse|FileRefused|Problem|code = )\(?\s*["']([a-z_]+)["']"""
        pattern += r"""|refusal = \(["']([a-z_]+)["']"""
        found = set()
        for name in names:
            text = (rules / f"{name}.py").read_text(encoding="utf-8")
            found |= {code for match in re.findall(pattern, text) for code in match if code}
        self.assertGreater(len(found), 40)
        self.assertFalse(found - REASONS.keys())

    def test_sentences_take_their_values(self):
        for code, text in REASONS.items():
            names = re.findall(r"%\((\w+)\)s", str(text))
            problem = Problem(code, dict.fromkeys(names, "x"))
            with self.subTest(code):
                self.assertNotIn("%(", reason(self.env, problem))


@tagged("post_install", "-at_install")
class TestMerge(ImportCase):
    def test_three_way(self):
        """mine, base, theirs -> what happens."""
        for mine, base, theirs, expected in (
            ("a", "a", "a", "same"),
            ("a", "a", "b", "take"),
            ("b", "a", "a", "same"),
            ("b", "a", "b", "same"),
            ("b", "a", "c", "conflict"),
            (False, None, "a", "take"),
            ("a", None, "b", "conflict"),
            ("a", "a", False, "same"),
            (False, "a", "b", "conflict"),
        ):
            with self.subTest(mine=mine, base=base, theirs=theirs):
                self.assertEqual(merge(mine, base, theirs), expected)
