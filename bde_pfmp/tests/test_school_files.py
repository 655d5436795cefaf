"""Reading of the files of SIECLE and STS-web and of tables, without the ORM."""

import io
import random
import zipfile
from datetime import date

from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..rules import persons, school_files, siecle, sts, trainings
from ..rules.school_data import FileRefused, mef10
from .school_file_samples import (
    SAMPLES,
    TODAY,
    division,
    guardians,
    individual,
    link,
    nomenclature,
    person,
    pupil,
    pupils,
    structure,
)
from .school_file_samples import sts as sts_file


class FilesCase(BaseCase):
    def parse(self, data, name="file.xml"):
        return school_files.read_file(name, data, TODAY)

    def codes(self, parsed):
        return [problem.code for problem in parsed.problems]

    def refusal(self, data, name="file.xml"):
        with self.assertRaises(FileRefused) as caught:
            self.parse(data, name)
        return caught.exception.problem


@tagged("post_install", "-at_install")
class TestPupilFiles(FilesCase):
    def test_names_since_2016_and_before(self):
        new = self.parse(pupils([pupil(1, "MARTIN", NOM_USAGE="LEROY")]))
        old = self.parse(pupils([pupil(1, None, NOM="MARTIN")]))
        self.assertEqual((new.pupils[0].lastname, new.pupils[0].usage_name), ("MARTIN", "LEROY"))
        self.assertEqual((old.pupils[0].lastname, old.pupils[0].usage_name), ("MARTIN", ""))

    def test_usage_name_equal_to_the_name_is_none(self):
        parsed = self.parse(pupils([pupil(1, "MARTIN", NOM_USAGE="Martin")]))
        self.assertEqual(parsed.pupils[0].usage_name, "")

    def test_letters_of_both_encodings(self):
        for encoding in ("ISO-8859-15", "UTF-8"):
            data = pupils([pupil(1, "LECŒUR", "Maëlle", NOM_USAGE="ŸVAIN")], encoding=encoding)
            with self.subTest(encoding):
                read = self.parse(data).pupils[0]
                self.assertEqual(
                    (read.lastname, read.firstname, read.usage_name), ("LECŒUR", "Maëlle", "ŸVAIN")
                )

    def test_header(self):
        parsed = self.parse(pupils([]))
        self.assertEqual(
            (parsed.kind, parsed.uai, parsed.year, parsed.exported_on),
            ("pupils", "0330994B", 2026, date(2026, 10, 15)),
        )

    def test_ine_old_and_new_tag(self):
        for tag in ("ID_NATIONAL", "INE_RNIE"):
            with self.subTest(tag):
                parsed = self.parse(pupils([pupil(1, **{tag: "123456789ab"})]))
                self.assertEqual(parsed.pupils[0].ine, "123456789AB")

    def test_ine_of_unknown_form_is_noted_and_left_out(self):
        read = self.parse(pupils([pupil(1, ID_NATIONAL="12AB")])).pupils[0]
        self.assertEqual(read.ine, "")
        self.assertEqual([notice.code for notice in read.notices][:1], ["ine_bad"])

    def test_training_has_ten_digits(self):
        self.assertEqual(self.parse(pupils([pupil(1)])).pupils[0].mef, "2473121332")
        self.assertEqual(mef10("2473121332"), "2473121332")
        self.assertEqual(mef10(""), "")
        self.assertIsNone(mef10("247312133"))
        self.assertIsNone(mef10("24731213A20"))

    def test_class_and_groups(self):
        parsed = self.parse(pupils([pupil(1)], [structure(1, "G:LV2", "1MCV", "G:SPORT")]))
        self.assertEqual(parsed.pupils[0].division, "1MCV")

    def test_without_class(self):
        read = self.parse(pupils([pupil(1)])).pupils[0]
        self.assertEqual([notice.code for notice in read.notices], ["no_division"])

    def test_status_regime_and_dates(self):
        read = self.parse(
            pupils([pupil(1, CODE_STATUT="AP", CODE_REGIME="21", DATE_ENTREE="01/09/2026",
                          DATE_SORTIE="09/10/2026")])
        ).pupils[0]  # fmt: skip
        self.assertEqual(
            (read.status, read.regime, read.date_start, read.date_end),
            ("AP", "half", date(2026, 9, 1), date(2026, 10, 9)),
        )

    def test_refused_rows_name_their_line(self):
        parsed = self.parse(
            pupils([
                pupil(1), pupil(2, birth="30/02/2009"), pupil(3, firstname=""),
                pupil(4, birth="22/11/2026"), pupil(5, birth="21/11/2026"),
            ])
        )  # fmt: skip
        self.assertEqual([read.source_id for read in parsed.pupils], ["1", "5"])
        self.assertEqual(
            [(problem.code, problem.position.line) for problem in parsed.problems],
            [("birth_date_bad", 6), ("name_missing", 7), ("birth_date_future", 8)],
        )

    def test_same_ine_refuses_both_lines(self):
        ine = {"ID_NATIONAL": "123456789AB"}
        parsed = self.parse(pupils([pupil(1, **ine), pupil(2), pupil(3, "DURAND", **ine)]))
        self.assertEqual([read.source_id for read in parsed.pupils], ["2"])
        self.assertEqual(self.codes(parsed), ["ine_twice", "ine_twice"])
        for problem in parsed.problems:
            self.assertEqual(problem.values["lines"], "5, 7")

    def test_same_identifier_refuses_both_lines(self):
        parsed = self.parse(pupils([pupil(1), pupil(1, "DURAND")]))
        self.assertEqual((parsed.pupils, self.codes(parsed)), ([], ["id_twice", "id_twice"]))

    def test_two_classes_or_unknown_kind(self):
        parsed = self.parse(
            pupils([pupil(1), pupil(2)], [structure(1, "1MCV", "TMCV"), structure(2, "Z:1MCV")])
        )
        self.assertEqual(sorted(self.codes(parsed)), ["many_divisions", "structure_type"])
        self.assertFalse(parsed.pupils)

    def test_structure_of_nobody(self):
        parsed = self.parse(pupils([pupil(1)], [structure(1, "1MCV"), structure(9, "1MCV")]))
        self.assertEqual(self.codes(parsed), ["structure_orphan"])
        self.assertEqual(len(parsed.pupils), 1)

    def test_bad_mail_is_noted(self):
        read = self.parse(pupils([pupil(1, MEL="pas de mail")], [structure(1, "1MCV")])).pupils[0]
        self.assertEqual(read.contact.email, "")
        self.assertEqual([notice.code for notice in read.notices], ["email_bad"])


@tagged("post_install", "-at_install")
class TestGuardianFiles(FilesCase):
    def test_ranks_and_kinship(self):
        parsed = self.parse(
            guardians([person(7), person(8), person(9)],
                      [link(1, 7, "1", "10"), link(1, 8, "2", "20"), link(1, 9, "0", "38")])
        )  # fmt: skip
        self.assertEqual(
            [(row.guardian_id, row.legal_rank, row.kinship) for row in parsed.guardianships],
            [("7", "1", "mother"), ("8", "2", "father"), ("9", "0", "grandparent")],
        )

    def test_second_holder_of_a_rank_is_refused(self):
        parsed = self.parse(guardians([person(7), person(8)], [link(1, 7), link(1, 8), link(2, 8)]))
        self.assertEqual(self.codes(parsed), ["rank_twice"])
        self.assertEqual(len(parsed.guardianships), 2)

    def test_same_person_twice(self):
        parsed = self.parse(guardians([person(7)], [link(1, 7), link(1, 7), link(1, 7, "0")]))
        self.assertEqual([row.legal_rank for row in parsed.guardianships], ["1"])
        self.assertEqual(self.codes(parsed), ["link_twice"], "only what contradicts itself")

    def test_level_of_responsibility(self):
        """Exports without RESP_LEGAL: only level 1 has authority."""
        levels = [("7", "1"), ("8", "1"), ("9", "2"), ("10", "3")]
        parsed = self.parse(
            guardians(
                [person(number) for number, _level in levels],
                [link(1, number, None, NIVEAU_RESPONSABILITE=level) for number, level in levels],
            )
        )
        self.assertEqual([row.legal_rank for row in parsed.guardianships], ["1", "2", "0", "0"])

    def test_unknown_rank_and_unknown_person(self):
        links = [link(1, 7, "3"), link(1, 99), link(2, 7, None)]
        parsed = self.parse(guardians([person(7)], links))
        self.assertEqual(self.codes(parsed), ["rank_bad", "person_unknown", "rank_bad"])

    def test_institutions(self):
        parsed = self.parse(
            guardians(
                [person(7, "SERVICE ASE", ""), person(8),
                 '<PERSONNE_MORALE PERSONNE_ID="9"><RAISON_SOCIALE>Foyer</RAISON_SOCIALE>'
                 "</PERSONNE_MORALE>"],
                [link(1, 7, "1", "51"), link(2, 8, "1", "51"), link(3, 9, "1", "90")],
            )
        )  # fmt: skip
        self.assertEqual(
            {key: row.is_institution for key, row in parsed.guardians.items()},
            {"7": True, "8": False, "9": True},
        )

    def test_pupil_as_his_own_guardian_is_no_guardian(self):
        parsed = self.parse(guardians([person(7)], [link(1, 7, "1", "70")]))
        self.assertEqual((parsed.guardianships, list(parsed.own_guardians)), ([], ["1"]))

    def test_contact_details(self):
        parsed = self.parse(
            guardians([person(7, TEL_PORTABLE="0639981234", TEL_PERSONNEL="+33 1 99 00 11 22",
                              MEL="Anne@Example.org")], [link(1, 7)])
        )  # fmt: skip
        contact = parsed.guardians["7"].contact
        self.assertEqual(
            (contact.phone, contact.other_phone, contact.email),
            ("06 39 98 12 34", "01 99 00 11 22", "anne@example.org"),
        )


@tagged("post_install", "-at_install")
class TestStsFiles(FilesCase):
    def test_teachers_classes_and_hours(self):
        parsed = self.parse(
            sts_file(
                [individual(1, "ALPHA", principal="1MCV"), individual(2, "BETA"),
                 individual(3, "GAMMA", function="DIR")],
                [division("1MCV", [(1, "4.50"), (2, None)])],
            )
        )  # fmt: skip
        self.assertEqual(sorted(parsed.teachers), ["epp:1", "epp:2"])
        self.assertEqual(parsed.divisions["1MCV"].principal_ids, ["epp:1"])
        self.assertEqual(parsed.divisions["1MCV"].mefs, ["2473121332"])
        self.assertEqual(
            [(row.teacher_id, row.subject, row.hours) for row in parsed.teachings],
            [("epp:1", "Anglais", 4.5), ("epp:2", "Anglais", None)],
        )

    def test_head_teacher_of_a_past_term(self):
        parsed = self.parse(
            sts_file([individual(1, "ALPHA", principal="1MCV|2026-10-31")], [division("1MCV")])
        )
        self.assertEqual(parsed.divisions["1MCV"].principal_ids, [])

    def test_groups_belong_to_their_classes_and_hours_add_up(self):
        group = (
            '<GROUPE CODE="LV2"><DIVISIONS_APPARTENANCE><DIVISION_APPARTENANCE CODE="1MCV"/>'
            '<DIVISION_APPARTENANCE CODE="TMCV"/></DIVISIONS_APPARTENANCE><SERVICES>'
            '<SERVICE CODE_MATIERE="030201"><ENSEIGNANTS><ENSEIGNANT ID="1" TYPE="epp">'
            "<NB_HEURES>2</NB_HEURES></ENSEIGNANT></ENSEIGNANTS></SERVICE></SERVICES></GROUPE>"
        )
        parsed = self.parse(
            sts_file(
                [individual(1, "ALPHA")], [division("1MCV", [(1, "3")]), division("TMCV")], [group]
            )
        )
        self.assertEqual(
            {row.division: row.hours for row in parsed.teachings}, {"1MCV": 5.0, "TMCV": 2.0}
        )

    def test_service_of_an_unknown_teacher(self):
        parsed = self.parse(sts_file([], [division("1MCV", [(9, "3")])]))
        self.assertEqual(self.codes(parsed), ["teacher_unknown"])

    def test_upward_file(self):
        self.assertEqual(self.refusal(b"<EDT_STS/>").code, "sts_upward")

    def test_hours_in_words(self):
        self.assertIsNone(sts._hours("beaucoup"))
        self.assertEqual(sts._hours("3,5"), 3.5)


@tagged("post_install", "-at_install")
class TestTables(FilesCase):
    HEADER = "Nom;Prénom;Date de naissance;Classe"

    def test_separators_and_encodings(self):
        for separator in ";,\t":
            for encoding in ("utf-8", "utf-8-sig", "cp1252", "iso-8859-15"):
                text = f"{self.HEADER}\r\nLECŒUR;Maëlle;14/03/2009;2MRC\r\n"
                data = text.replace(";", separator).encode(encoding)
                with self.subTest(separator=separator, encoding=encoding):
                    read = self.parse(data, "eleves.csv").pupils[0]
                    self.assertEqual((read.lastname, read.firstname), ("LECŒUR", "Maëlle"))
                    self.assertEqual(read.birth_date, date(2009, 3, 14))

    def test_columns_of_aplypro(self):
        header = (
            "ine;prénom;nom;date_naissance;label_classe;mef_code;année_scolaire;date_début;"
            "date_fin;Sexe biologique"
        )
        row = "123456789AB;Lina;MARTIN;2009-03-14;2MRC;2473121131;2026;2026-09-01;;2"
        parsed = self.parse(f"{header}\n{row}\n".encode(), "aplypro.csv")
        read = parsed.pupils[0]
        self.assertEqual((parsed.kind, parsed.year), ("pupils_csv", 2026))
        self.assertEqual(
            (read.source_id, read.ine, read.division, read.mef, read.sex, read.date_start),
            ("123456789AB", "123456789AB", "2MRC", "2473121131", "f", date(2026, 9, 1)),
        )

    def test_columns_of_another_export(self):
        header = "NOM_ELEVE;PRENOM_ELEVE;NE_LE;CODE_MEF;LIBELLE_MEF;DIVISION;EMAIL_ELEVE"
        row = "MARTIN;Lina;14/03/2009;2473121131;2nde métiers;2MRC;l@example.org"
        parsed = self.parse(f"{header}\n{row}\n".encode(), "pronote.csv")
        self.assertEqual(parsed.mefs, {"2473121131": "2nde métiers"})
        self.assertEqual(parsed.pupils[0].contact.email, "l@example.org")
        self.assertEqual(parsed.pupils[0].source_id, "martin|lina|2009-03-14")

    def test_guardians_on_the_row(self):
        header = (
            f"{self.HEADER};Responsable légal 1 nom;Responsable légal 1 prénom;"
            "Responsable légal 1 mail;resp2_nom;resp2_prenom;resp2_tel;resp2_lien"
        )
        rows = [
            "MARTIN;Lina;14/03/2009;2MRC;MARTIN;Anne;a@example.org;BLANC;Jo;0639980001;tante",
            "MARTIN;Tom;14/03/2010;2MRC;MARTIN;Anne;a@example.org;;;;",
        ]
        parsed = self.parse("\n".join([header, *rows]).encode(), "eleves.csv")
        self.assertEqual(
            [(row.legal_rank, row.guardian_id) for row in parsed.guardianships],
            [
                ("1", "martin|anne|a@example.org"),
                ("0", "blanc|jo|06 39 98 00 01"),
                ("1", "martin|anne|a@example.org"),
            ],
        )

    def test_rank_column_decides(self):
        header = f"{self.HEADER};Responsable 1 nom;Responsable 1 rang légal"
        rows = ["A;B;14/03/2009;X;C;2", "D;E;14/03/2009;X;F;4", "G;H;14/03/2009;X;I;"]
        parsed = self.parse("\n".join([header, *rows]).encode(), "eleves.csv")
        self.assertEqual([row.legal_rank for row in parsed.guardianships], ["2", "0"])
        self.assertEqual(self.codes(parsed), ["rank_bad"])

    def test_refused_rows_and_good_ones(self):
        rows = ["A;B;14/03/2009;X;trop", ";B;14/03/2009;X", "A;B;hier;X", "A;B;14/03/2031;X",
                "C;D;14/03/2009;X"]  # fmt: skip
        parsed = self.parse("\n".join([self.HEADER, *rows]).encode(), "eleves.csv")
        self.assertEqual(
            [(problem.code, problem.position.line) for problem in parsed.problems],
            [("csv_columns", 2), ("name_missing", 3), ("birth_date_bad", 4),
             ("birth_date_future", 5)],
        )  # fmt: skip
        self.assertEqual([read.lastname for read in parsed.pupils], ["C"])

    def test_teachers(self):
        text = (
            "Nom;Prénom;Mail;Classe;Matière;Heures;Professeur principal\n"
            "ALPHA;Paul;p@example.org;1MCV / TMCV;Vente;4,5;oui\n"
            "ALPHA;Paul;p@example.org;1MCV;Gestion;2;\n"
            "BETA;Eva;e@example.org;1MCV;Anglais;beaucoup;\n"
        )
        parsed = self.parse(text.encode(), "professeurs.csv")
        self.assertEqual(parsed.kind, "teachers_csv")
        self.assertEqual(
            [(row.division, row.subject, row.hours) for row in parsed.teachings],
            [("1MCV", "Vente", 4.5), ("TMCV", "Vente", 4.5), ("1MCV", "Gestion", 2.0)],
        )
        self.assertEqual(parsed.divisions["1MCV"].principal_ids, ["p@example.org"])
        self.assertEqual(self.codes(parsed), ["hours_bad"])

    def test_two_columns_for_one_thing(self):
        problem = self.refusal(b"Nom;Prenom;Date de naissance;Classe;Division\n", "eleves.csv")
        self.assertEqual((problem.code, problem.values["columns"]),
                         ("column_twice", "Classe, Division"))  # fmt: skip

    def test_two_schools_in_one_table(self):
        text = f"{self.HEADER};UAI\nA;B;14/03/2009;X;0330994B\nC;D;14/03/2009;X;0330995C\n"
        self.assertEqual(self.refusal(text.encode(), "eleves.csv").code, "two_values")

    def test_not_a_table_of_ours(self):
        self.assertEqual(self.refusal(b"Produit;Prix\nCahier;2\n", "x.csv").code, "kind_unknown")
        self.assertEqual(self.refusal(b"\x89PNG\x00\x00", "x.png").code, "kind_unknown")


@tagged("post_install", "-at_install")
class TestSafety(FilesCase):
    """Nothing that is sent does harm: it is read, or refused with its place."""

    def test_doctype_is_refused_before_any_entity(self):
        data = b'<?xml version="1.0"?>\n<!DOCTYPE BEE_ELEVES [<!ENTITY a "b">]>\n<BEE_ELEVES/>'
        problem = self.refusal(data)
        self.assertEqual((problem.code, problem.position.line), ("xml_doctype", 2))
        self.assertEqual(self.refusal(data.split(b"\n", 1)[1]).code, "xml_doctype")

    def test_malformed(self):
        problem = self.refusal(pupils([pupil(1)]).replace(b"</ELEVE>", b"</ELEVES>"))
        self.assertEqual((problem.code, problem.position.line), ("xml_malformed", 5))
        self.assertGreater(problem.position.column, 1)

    def test_encodings_that_no_export_has(self):
        data = pupils([pupil(1)]).replace(b"ISO-8859-15", b"EBCDIC-CP-FR")
        self.assertEqual(self.refusal(data).code, "xml_encoding")

    def test_depth_and_length(self):
        deep = b"<BEE_ELEVES>" + b"<A>" * 40 + b"</A>" * 40 + b"</BEE_ELEVES>"
        self.assertEqual(self.refusal(deep).code, "xml_too_deep")
        long = pupils([pupil(1, "M" * 5000)])
        self.assertEqual(self.refusal(long).code, "xml_text_too_long")

    def zipped(self, *names, content=b"<BEE_ELEVES/>"):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, content)
        return stream.getvalue()

    def test_zip(self):
        data = self.zipped("ElevesSansAdresses.xml", content=pupils([pupil(1)]))
        parsed = self.parse(data, "ExportXML.zip")
        self.assertEqual(parsed.pupils[0].position.file, "ExportXML.zip/ElevesSansAdresses.xml")
        self.assertEqual(len(self.parse(data, "x.zip").pupils), 1)

    def test_zips_that_are_refused(self):
        for code, data in (
            ("zip_not_one_xml", self.zipped("a.xml", "b.xml")),
            ("zip_not_one_xml", self.zipped("a.exe")),
            ("zip_not_one_xml", self.zipped()),
            ("excel_workbook", self.zipped("[Content_Types].xml", "xl/workbook.xml")),
            ("zip_bomb", self.zipped("a.xml", content=b" " * 5_000_000)),
            ("zip_broken", self.zipped("a.xml")[:40]),
            ("file_empty", b""),
        ):
            with self.subTest(code):
                self.assertEqual(self.refusal(data, "a.zip").code, code)

    def test_zip_that_lies_about_its_size(self):
        data = self.zipped("a.xml", content=b" " * 5_000_000)
        # sizes stand in the directory at the end: claim 100 bytes
        lie = data.replace((5_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
        self.assertIn(self.refusal(lie, "a.zip").code, ("zip_bomb", "zip_broken"))

    def test_damaged_bytes_never_crash(self):
        """Seeded: what cannot be read is refused, whatever byte is damaged."""
        source = random.Random(96)
        files = [
            pupils([pupil(1), pupil(2)], [structure(1, "1MCV"), structure(2, "1MCV")]),
            guardians([person(7)], [link(1, 7)]),
            sts_file([individual(1, "ALPHA")], [division("1MCV", [(1, "4")])]),
            nomenclature({"24731213320": "Vente"}),
            "Nom;Prénom;Date de naissance;Resp 1 nom\nA;B;14/03/2009;C\n".encode(),
        ]
        for number in range(300):
            data = bytearray(source.choice(files))
            for _ in range(source.randint(1, 4)):
                data[source.randrange(len(data))] = source.randrange(256)
            with self.subTest(number):
                try:
                    self.parse(bytes(data))
                except FileRefused as refusal:
                    self.assertTrue(refusal.problem.code)

    def test_another_school_or_year(self):
        parsed = self.parse(pupils([]))
        school_files.check_belongs(parsed, "0330994B", 2026)
        for uai, year, code in (("0330995C", 2026, "uai_other"), ("0330994B", 2025, "year_other")):
            with self.subTest(code), self.assertRaises(FileRefused) as caught:
                school_files.check_belongs(parsed, uai, year)
            self.assertEqual(caught.exception.problem.code, code)
        nameless = self.parse(pupils([], uai=""))
        with self.assertRaises(FileRefused) as caught:
            school_files.check_belongs(nameless, "0330994B", 2026)
        self.assertEqual(caught.exception.problem.code, "uai_missing")


@tagged("post_install", "-at_install")
class TestSamples(FilesCase):
    """The committed sample files, good and bad."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not SAMPLES.is_dir():
            raise cls.skipTest(cls, "the modules stand without the folder data/samples")

    def folder(self, uai):
        parsed = [self.parse(path.read_bytes(), path.name) for path in (SAMPLES / uai).iterdir()]
        for file in parsed:
            school_files.check_belongs(file, uai, 2026)
            self.assertFalse(file.problems, file.name)
        return {file.kind: file for file in parsed}

    def test_first_school(self):
        files = self.folder("0960011R")
        pupils_read = files["pupils"].pupils
        self.assertEqual(len(pupils_read), 133)
        sizes = {"": 2, "2MRC": 26, "1MCVA": 27, "TAGORA": 26, "1ASSP": 28, "TASSP": 24}
        for code, size in sizes.items():
            self.assertEqual(len([p for p in pupils_read if p.division == code]), size, code)
        self.assertEqual(len([p for p in pupils_read if not p.ine]), 1)
        self.assertEqual(len([p for p in pupils_read if p.status == "AP"]), 1)
        self.assertEqual(len([p for p in pupils_read if p.date_end]), 1)
        self.assertEqual(len([g for g in files["guardians"].guardians.values()
                              if g.is_institution]), 1)  # fmt: skip
        self.assertEqual(len(files["guardians"].own_guardians), 2)
        self.assertEqual(len(files["nomenclature"].mefs), 5)
        self.assertTrue(all(d.principal_ids for d in files["sts"].divisions.values()))

    def test_second_school_has_addresses(self):
        files = self.folder("0960024E")
        self.assertEqual(len(files["pupils"].pupils), 98)
        self.assertTrue(all(p.contact.zip.startswith("96") for p in files["pupils"].pupils))

    def test_third_school_has_tables(self):
        files = self.folder("0960037U")
        self.assertEqual(len(files["pupils_csv"].pupils), 69)
        self.assertEqual(sorted(files["teachers_csv"].divisions), ["1CAPEPC", "1CUI", "2CAPBOU"])

    def test_bad_files_refused_as_a_whole(self):
        for name, code in (
            ("mal_forme.xml", "xml_malformed"),
            ("doctype.xml", "xml_doctype"),
            ("fichier_externe.xml", "xml_doctype"),
            ("bombe.zip", "zip_bomb"),
            ("deux_fichiers.zip", "zip_not_one_xml"),
            ("inconnu.xml", "kind_unknown"),
            ("inconnu.csv", "kind_unknown"),
            ("remontee.xml", "sts_upward"),
            ("vide.xml", "file_empty"),
        ):
            with self.subTest(name):
                data = (SAMPLES / "bad" / name).read_bytes()
                self.assertEqual(self.refusal(data, name).code, code)

    def test_bad_rows_leave_the_good_ones(self):
        for name, codes, good in (
            ("ine_en_double.xml", ["ine_twice", "ine_twice"], 4),
            ("naissance_future.xml", ["birth_date_future"], 5),
            ("type_structure.xml", ["structure_type"], 5),
        ):
            with self.subTest(name):
                parsed = self.parse((SAMPLES / "bad" / name).read_bytes(), name)
                self.assertEqual((self.codes(parsed), len(parsed.pupils)), (codes, good))


@tagged("post_install", "-at_install")
class TestPersons(BaseCase):
    def test_names_that_match(self):
        self.assertEqual(persons.normalise(" Lecœur-d'Été "), "lecoeur d ete")
        self.assertEqual(persons.identity("A", "", date(2009, 1, 1)), "")
        self.assertEqual(persons.full_name("Martin", "Lina", "Leroy"), "LEROY Lina")

    def test_age(self):
        birth = date(2008, 3, 14)
        self.assertFalse(persons.is_adult(birth, date(2026, 3, 13)))
        self.assertTrue(persons.is_adult(birth, date(2026, 3, 14)))
        self.assertEqual(persons.age_on(birth, date(2026, 3, 13)), 17)

    def test_born_on_29_february(self):
        birth = date(2008, 2, 29)
        self.assertFalse(persons.is_adult(birth, date(2026, 2, 28)))
        self.assertTrue(persons.is_adult(birth, date(2026, 3, 1)))

    def test_ine_forms(self):
        for ine in ("123456789AB", "1234567890A", "1234A12345B", "12345678_AB"):
            self.assertTrue(persons.is_ine(ine), ine)
        for ine in ("", "1234567AB", "123456789ABC", "ABCDEFGHIJK"):
            self.assertFalse(persons.is_ine(ine), ine)

    def test_phones(self):
        for text, expected in (
            ("0639981234", "06 39 98 12 34"),
            ("+33 (0)6.39.98.12.34", "06 39 98 12 34"),
            ("0033 639981234", "06 39 98 12 34"),
            ("+32 470 12 34 56", "+32470123456"),
            ("poste 12", "poste 12"),
            ("", ""),
        ):
            self.assertEqual(persons.clean_phone(text), expected)

    def test_training_from_its_code(self):
        self.assertEqual(
            trainings.training_values("2412213722", "2cap2 boulanger"),
            {"name": "Boulanger", "mef": "2412213722", "cfd": "50022137", "diploma": "cap"},
        )
        shared = trainings.training_values("2473121131", "2nde pro relation client 2nde commune")
        self.assertEqual((shared["diploma"], shared["cfd"]), ("seconde_pro", False))
        self.assertEqual(trainings.training_values("9991234511", "")["diploma"], "other")

    def test_agricultural_trainings(self):
        """Rows of the public list of the State's application (data/mefs/2026_2027.csv).

        MEF, FORMATION_DIPLOME = the CFD, LIBELLE_LONG; 271 is the CAP, 276 the bac pro. The row
        of 280 is of data/mefs/2025_2026.csv.
        """
        for mef, cfd, label, diploma, name in (
            ("2712113021", "50321130", "1CAP2A METIERS DE L'AGRICULTURE", "cap",
             "METIERS DE L'AGRICULTURE"),
            ("2712140522", "50321405", "2CAP2A JARDINIER PAYSAGISTE", "cap",
             "JARDINIER PAYSAGISTE"),
            ("2713300322", "50333003", "2CAP2A SERVICES AUX PERS VTE ESP RURAL", "cap",
             "SERVICES AUX PERS VTE ESP RURAL"),
            ("2762111231", "40321112", "2DPROA PRODUCTIONS", "bac_pro", "PRODUCTIONS"),
            ("2762100432", "40321004", "1EPROA CGEA", "bac_pro", "CGEA"),
            ("2762140533", "40321405", "TLPROA AMENAGEMENTS PAYSAGERS", "bac_pro",
             "AMENAGEMENTS PAYSAGERS"),
            ("2802140599", "50321405", "CAPA-A JARDINIER PAYSAGISTE", "cap",
             "JARDINIER PAYSAGISTE"),
            # the long label says it in words
            ("2762140431", "40321404", "2nde pro agricole nature jardin paysage foret", "bac_pro",
             "Nature jardin paysage foret"),
        ):  # fmt: skip
            with self.subTest(mef=mef):
                self.assertEqual(
                    trainings.training_values(mef, label),
                    {"name": name, "mef": mef, "cfd": cfd, "diploma": diploma},
                )

    def test_nomenclature_and_structures(self):
        parsed = siecle.read_nomenclature("n.xml", nomenclature({"24731213320": "Vente"}))
        self.assertEqual(parsed.mefs, {"2473121332": "Vente"})
