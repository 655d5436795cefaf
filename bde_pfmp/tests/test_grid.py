"""Evaluation grids: handed down, chosen, never changed once answered, filled from a file."""

import base64
import io

import openpyxl

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import BaseCase

from odoo.addons.bde_partnerships.rules.tables import TableRefused

from ..rules import grid_file
from .placement_common import PlacementCase


class GridCase(PlacementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stay = cls.new_placement(cls.aline)
        cls.Grid = cls.env["bde.grid"]
        cls.national = cls.Grid.search(
            [("company_id", "=", cls.academy.id), ("kind", "=", "formative")]
        )

    @classmethod
    def new_grid(cls, name, company, **vals):
        return cls.Grid.create(
            {
                "name": name,
                "company_id": company.id,
                "state": "in_use",
                "use_convention": False,
                "scale_ids": [
                    Command.create(
                        {"section": "competence", "level_ids": [Command.create({"name": "Oui"})]}
                    )
                ],
                "item_ids": [Command.create({"name": "Analyser"})],
                **vals,
            }
        )

    def chosen(self, kind="formative"):
        return self.Grid._grids_for(self.stay, kind)[self.stay]


@tagged("post_install", "-at_install")
class TestGrid(GridCase):
    def test_every_academy_begins_with_the_national_grids(self):
        self.assertEqual(len(self.national), 1)
        self.assertEqual(self.national.state, "in_use")
        self.assertEqual(self.national.item_ids.mapped("code"), [f"AP{n}" for n in range(1, 7)])
        levels = {scale.section: len(scale.level_ids) for scale in self.national.scale_ids}
        self.assertEqual(levels, {"attitude": 5, "competence": 3, "activity": 3})
        before = self.Grid.search_count([])
        self.Grid._hand_down_to_all()
        self.assertEqual(self.Grid.search_count([]), before, "once")
        # a new version of it is no reason to hand it down again
        self.national.with_user(self.bde_admin).action_new_version()
        self.Grid._hand_down_to_all()
        self.assertEqual(self.Grid.search_count([]), before + 1)

    def test_who_keeps_the_library_has_it_once(self):
        """The first company of a database becomes the académie: no second copy beside its own."""
        home = self.Grid._library().company_id
        self.assertEqual(len(home), 1)
        before = self.Grid.search_count([("company_id", "=", home.id)])
        self.Grid._hand_down(home, self.Grid._library())
        self.assertEqual(self.Grid.search_count([("company_id", "=", home.id)]), before)

    def test_which_one(self):
        self.assertEqual(self.chosen(), self.national)
        own = self.new_grid("Ours", self.school_a)
        self.assertEqual(self.chosen(), own, "the school's own before that of its académie")
        diploma = self.new_grid("Diploma", self.academy, cfd_codes="40025521")
        self.assertEqual(self.chosen(), diploma, "made for the diploma before made for all")
        training = self.new_grid(
            "Training", self.school_a, training_ids=[Command.set(self.training_a.ids)]
        )
        self.assertEqual(self.chosen(), training)
        self.new_grid("Other", self.school_a, cfd_codes="50023437")
        self.new_grid("Of B", self.school_b, cfd_codes="40025521")
        self.assertEqual(self.chosen(), training)
        training.action_archive_grid()
        self.assertEqual(self.chosen(), diploma)
        self.assertFalse(self.chosen("certifying"))

    def test_answered_it_does_not_change(self):
        own = self.new_grid("Ours", self.school_a)
        theirs = own.with_user(self.manager_a)
        theirs.item_ids[0].name = "Analyser le besoin"
        self.env["bde.evaluation"].create(
            {"placement_id": self.stay.id, "grid_id": own.id, "author": "X"}
        )
        for act in (
            lambda: theirs.write({"name": "Other"}),
            lambda: theirs.item_ids[0].write({"name": "Other"}),
            lambda: theirs.item_ids.unlink(),
            lambda: theirs.scale_ids.level_ids[0].write({"name": "Other"}),
            lambda: theirs.write({"item_ids": [Command.create({"name": "More"})]}),
            lambda: theirs.unlink(),
        ):
            with self.assertRaises(UserError):
                act()
        self.assertEqual(own.item_ids.mapped("name"), ["Analyser le besoin"])
        action = theirs.action_new_version()
        later = self.Grid.browse(action["res_id"])
        self.assertEqual((later.serial, later.state), (2, "draft"))
        self.assertEqual(later.item_ids.mapped("name"), ["Analyser le besoin"])
        later.item_ids.name = "Other"
        self.assertEqual(self.chosen(), own)
        later.with_user(self.manager_a).action_use()
        self.assertEqual(self.chosen(), later)
        self.assertEqual(own.state, "archived")

    def test_a_school_makes_its_own_of_the_national_one(self):
        action = self.national.with_user(self.manager_a).with_company(self.school_a)
        later = self.Grid.browse(action.action_new_version()["res_id"])
        self.assertEqual(later.company_id, self.school_a)
        self.assertEqual(len(later.item_ids), 6)
        later.with_user(self.manager_a).action_use()
        self.assertEqual(self.national.state, "in_use", "other schools use it")
        with self.assertRaises(AccessError):
            self.national.with_user(self.manager_a).write({"name": "Mine"})
        with self.assertRaises(AccessError):
            later.with_user(self.secretary_a).write({"name": "Mine"})

    def test_not_in_use_without_lines_or_levels(self):
        empty = self.new_grid("Empty", self.school_a, state="draft", item_ids=[])
        with self.assertRaises(UserError):
            empty.action_use()
        attitude = [Command.create({"section": "attitude", "name": "Soin"})]
        no_level = self.new_grid("Levels", self.school_a, state="draft", item_ids=attitude)
        with self.assertRaises(UserError) as caught:
            no_level.action_use()
        self.assertIn("Professional attitudes", str(caught.exception))
        with self.assertRaises(ValidationError):
            self.new_grid("Code", self.school_a, cfd_codes="MELEC")


@tagged("post_install", "-at_install")
class TestGridImport(GridCase):
    def wizard(self, text, name="competences.csv", grid=None):
        grid = grid or self.new_grid("Ours", self.school_a, state="draft")
        return (
            self.as_user(self.manager_a)["bde.grid.import"]
            .with_company(self.school_a)
            .create(
                {
                    "grid_id": grid.id,
                    "filename": name,
                    "file": base64.b64encode(text if isinstance(text, bytes) else text.encode()),
                }
            )
        )

    def test_preview_then_apply(self):
        wizard = self.wizard(
            "Code;Libellé;Bloc\nC1;Analyser;1\nC2;Préparer;1\nC2;Réaliser;2\n;Préparer;\nC4;;2\n"
        )
        wizard.action_preview()
        self.assertEqual(wizard.grid_id.item_ids.mapped("name"), ["Analyser"])
        self.assertEqual((wizard.good_count, wizard.known_count, wizard.refused_count), (1, 1, 3))
        refused = wizard.line_ids.filtered(lambda line: line.status == "refused")
        self.assertEqual(refused.mapped("row"), [4, 5, 6])
        again = base64.b64decode(wizard.refused_file).decode("utf-8-sig").splitlines()
        self.assertEqual(len(again), 4)
        self.assertTrue(again[1].startswith("C2;Réaliser;2;"))
        wizard.action_apply()
        self.assertEqual(
            [(item.code, item.name, item.block) for item in wizard.grid_id.item_ids],
            [(False, "Analyser", False), ("C2", "Préparer", "1")],
        )
        with self.assertRaises(UserError):
            wizard.action_apply()

    def test_what_cannot_be_read(self):
        for text in ("", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "Code;Bloc\nC1;1\n"):
            with self.subTest(text=text), self.assertRaises(UserError):
                self.wizard(text).action_preview()


@tagged("post_install", "-at_install")
class TestGridFile(BaseCase):
    def rows(self, text):
        found = grid_file.read("x.csv", text.encode() if isinstance(text, str) else text)
        return (
            [(row.code, row.label, row.block, row.section) for row in found.rows],
            [(refused.line, refused.reason) for refused in found.refused],
        )

    def test_titles_in_any_order(self):
        rows, refused = self.rows("Bloc;Compétence;N°\nB1;Analyser;C1\nB1;Préparer;C2\n")
        self.assertEqual(rows, [("C1", "Analyser", "B1", None), ("C2", "Préparer", "B1", None)])
        self.assertFalse(refused)

    def test_without_titles(self):
        self.assertEqual(
            self.rows("C1.1 Analyser le besoin\nC1.2 - Préparer\nRanger le poste\n")[0],
            [
                ("C1.1", "Analyser le besoin", "", None),
                ("C1.2", "Préparer", "", None),
                ("", "Ranger le poste", "", None),
            ],
        )
        self.assertEqual(self.rows("C1;Analyser\nC2;Préparer\n")[0][1][:2], ("C2", "Préparer"))

    def test_sections(self):
        rows, refused = self.rows(
            "Type;Libellé\nAttitudes;Soin\nTâche;Câbler\nCompétence;Analyser\nChose;Rien\n"
        )
        self.assertEqual([row[3] for row in rows], ["attitude", "activity", "competence"])
        self.assertEqual(refused, [(5, "section")])

    def test_refused(self):
        text = "Code;Libellé\n2024-01-01;Analyser\nC1;" + "x" * 251 + "\nC2;Un\nC3;un\n"
        rows, refused = self.rows(text)
        self.assertEqual(rows, [("C2", "Un", "", None)])
        self.assertEqual(refused, [(2, "code_is_date"), (3, "too_long"), (5, "twice")])
        many = "Libellé\n" + "".join(f"Ligne numéro {n}\n" for n in range(121))
        rows, refused = self.rows(many)
        self.assertEqual((len(rows), refused), (120, [(122, "many")]))

    def test_workbook(self):
        book = openpyxl.Workbook()
        for row in (("Référentiel MELEC", None), ("Code", "Intitulé"), ("C1", "Analyser")):
            book.active.append(row)
        stream = io.BytesIO()
        book.save(stream)
        self.assertEqual(self.rows(stream.getvalue())[0], [("C1", "Analyser", "", None)])

    def test_no_label(self):
        with self.assertRaises(TableRefused):
            grid_file.read("x.csv", b"Code;Bloc\nC1;1\n")
