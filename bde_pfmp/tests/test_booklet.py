"""The livret de suivi: what a pupil did and what was said of it, over the whole cycle."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tests.common import BaseCase
from odoo.tools import mute_logger

from ..models import bde_booklet
from ..rules import booklet_sheet
from .test_convention_pdf import text_of
from .test_evaluation import EvaluationCase


class BookletCase(EvaluationCase):
    def given(self, view="tutor", level=0, author="Yves Rabot", placement=None, words=""):
        """An evaluation that was handed in, the same level on every line."""
        placement = (placement or self.boris_stay).sudo()
        role = "student" if view == "self" else "tutor"
        evaluation = placement._evaluation_by_link(view, role, author)
        lines = evaluation._lines()
        chosen = {line["key"]: line["levels"][level][0] for line in lines}
        evaluation._write_answers(lines, chosen)
        evaluation.appreciation = words
        evaluation._submit()
        return evaluation

    def text(self, students, user=None):
        pdf = students.with_user(user or self.secretary_a)._booklet_pdf()
        return " ".join(text_of(pdf).split())


@tagged("post_install", "-at_install")
class TestBooklet(BookletCase, HttpCase):
    def test_what_stands_in_it(self):
        self.given(words="Sérieux & <ponctuel>")
        self.given("tutor", 1, "Léa Scie")
        self.given("self", 2, self.boris.name)
        self.adult.document_id._set_state("ended")
        text = self.text(self.boris)
        for words in (
            "DUPONT Boris",
            "PFMP 1",
            "Menuiserie Duval",
            "14 jours",  # three weeks without 11 November
            "Poser une goulotte",
            "Yves Rabot",
            "Léa Scie",
            "Insuffisant",
            "Fragile",
            "Sérieux & <ponctuel>",
            "Souvent",
        ):
            self.assertIn(words, text)
        self.assertNotIn("Aline", text)

    def test_drafts_and_certifying_grids_stay_out(self):
        self.boris_stay.sudo()._evaluation_by_link("tutor", "tutor", "Yves Brouillon")
        self.certifying.action_use()
        certified = self.env["bde.evaluation"].create(
            {
                "placement_id": self.boris_stay.id,
                "grid_id": self.certifying.id,
                "view": "teacher",
                "source": "visit",
                "author": "P. Ampoule",
            }
        )
        certified._write_answers(certified._lines(), self.answers(grid=self.certifying))
        certified._submit()
        text = self.text(self.boris)
        for words in ("Brouillon", "Mesurer", "1/3"):
            self.assertNotIn(words, text)
        self.assertIn("certificative", text)

    def test_over_two_periods(self):
        early = self.env["bde.period"].create(
            {
                "name": "PFMP 0",
                "company_id": self.school_a.id,
                "division_ids": [(6, 0, self.division_a.ids)],
                "date_start": self.start - timedelta(days=42),
                "date_end": self.start - timedelta(days=31),
            }
        )
        first = self.new_placement(self.boris, **self.complete_vals(), period_id=early.id)
        self.make(first)
        first.convention_id.document_id._set_state("ended")
        self.given(level=0, placement=first)
        self.given(level=2)
        [book] = self.boris.sudo()._booklets()
        titles, groups = book["progress"]
        self.assertEqual(titles, ["PFMP 0", "PFMP 1"])
        _code, label, levels = groups[0][1][0]
        self.assertEqual(
            (label, levels), ("Habileté professionnelle", ["Insuffisant", "Convenable"])
        )

    def test_who_prints(self):
        for user in (self.teacher_a, self.secretary_a, self.head_a):
            with self.subTest(user=user.login):
                self.assertIn("DUPONT Boris", self.text(self.boris, user))
        for user in (self.school_life_a, self.intendance_a, self.manager_b, self.correspondent):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.boris.with_user(user)._booklet_pdf()
        self.authenticate("secretary_a", "secretary_a")
        url = self.boris.with_user(self.secretary_a).action_booklet()["url"]
        page = self.url_open(url)
        self.assertEqual(page.headers["Content-Type"], "application/pdf")
        self.assertIn("DUPONT Boris", text_of(page.content))
        self.authenticate("manager_b", "manager_b")
        with mute_logger("odoo.http"):
            self.assertNotEqual(self.url_open(url).status_code, 200)

    def test_the_pupil_has_his_own(self):
        self.authenticate(None, None)
        for person, there in ((self.boris, True), (self.tutor, False)):
            _link, path = self.link(person)
            page = self.url_open(f"{path}/{self.adult.uuid}/evaluation.pdf")
            with self.subTest(person=person.name):
                self.assertEqual(page.status_code, 200 if there else 404)
                if there:
                    self.assertIn("DUPONT Boris", text_of(page.content))

    def test_a_class(self):
        pupils = self.division_a.with_user(self.secretary_a)
        url = pupils.action_booklets()["url"]
        self.assertIn(f"{self.boris.id}", url)
        self.assertNotIn(f"{self.emma.id}", url.partition("ids=")[2].split(","))
        self.patch(bde_booklet, "MAX_AT_ONCE", 2)
        with self.assertRaises(UserError):
            pupils.action_booklets()
        with self.assertRaises(UserError):
            self.env["bde.student"].action_booklet()

    def test_constant_queries(self):
        for placement in self.placements:
            self.given(placement=placement)

        def count(students):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            students.sudo()._booklets()
            return self.env.cr.sql_log_count - start

        count(self.boris)  # fills what a worker keeps
        self.assertEqual(count(self.boris), count(self.pupils))


@tagged("post_install", "-at_install")
class TestBookletSheet(BaseCase):
    def stay(self, title, *judged):
        return {"title": title, "judged": list(judged), "done": (0, 0)}

    def test_progress(self):
        one = ("Attitudes", "AP1", "Soin", "Bien")
        self.assertEqual(booklet_sheet.progress([self.stay("P1", one)]), ([], []))
        two = ("Attitudes", "AP1", "Soin", "Très bien")
        new = ("Compétences", "C1", "Analyser", "Acquis")
        titles, groups = booklet_sheet.progress(
            [self.stay("P1", one), self.stay("not judged"), self.stay("P2", two, new)]
        )
        self.assertEqual(titles, ["P1", "P2"])
        self.assertEqual(
            groups,
            [
                ("Attitudes", [("AP1", "Soin", ["Bien", "Très bien"])]),
                ("Compétences", [("C1", "Analyser", ["", "Acquis"])]),
            ],
        )

    def test_own_lines_last(self):
        table = {
            "heads": ["Tutor", "Pupil"],
            "groups": [
                ("Attitudes", [("AP1", "Soin", ["Bien", ""]), ("", "À l’heure", ["", "Oui"])]),
                ("Compétences", [("C1", "Analyser", ["Acquis", "Je sais"])]),
            ],
        }
        groups = booklet_sheet.own_lines_last(table, 1)["groups"]
        self.assertEqual(
            [(title, [row[1] for row in rows]) for title, rows in groups],
            [
                ("Attitudes", ["Soin"]),
                ("Compétences", ["Analyser"]),
                ("Ce qu’en dit l’élève", ["À l’heure"]),
            ],
        )
        self.assertEqual(booklet_sheet.own_lines_last(table, 0), table)
        self.assertIsNone(booklet_sheet.own_lines_last({"heads": [], "groups": []}, 0))

    def test_total(self):
        def of(*days):
            return booklet_sheet.total([{"done": (number, 0)} for number in days]).replace(
                "\xa0", " "
            )

        self.assertEqual(of(), "Aucun jour fait à ce jour")
        self.assertEqual(of(14, 17.5, 0), "2 périodes, 31,5 jours faits")
        self.assertEqual(of(1), "1 période, 1 jour fait")
