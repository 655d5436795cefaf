"""Names as people type them, without a database."""

import doctest

from odoo.tests import BaseCase, tagged

from ..rules import name_traces


@tagged("post_install", "-at_install")
class TestNameTracesRules(BaseCase):
    def test_examples(self):
        self.assertEqual(doctest.testmod(name_traces).failed, 0)

    def test_as_people_type_it(self):
        written = name_traces.pattern("Léa-Marie", ["D'Orsay", "", None, "Le Goff"])
        for text in (
            "Léa-Marie D'Orsay", "LEA MARIE d’orsay", "le goff léa marie", "LE GOFF, Lea-Marie",
            "D&#39;Orsay&nbsp;Léa-Marie", "Lea  Marie\u00a0LE-GOFF",
        ):  # fmt: skip
            self.assertEqual(name_traces.replace(f"<p>{text}.</p>", written, "X"), "<p>X.</p>")
        for text in ("Léa Marie", "Le Goff", "Léa-Marie D'Orsayer", "Marie Le Goff"):
            self.assertEqual(name_traces.replace(text, written, "X"), text)

    def test_signs_are_no_pattern(self):
        written = name_traces.pattern("A.*", ["(b"])
        self.assertEqual(name_traces.replace("Axx (b; A.* (b", written, "X"), "Axx (b; X")
        self.assertEqual(name_traces.pattern("", ["Dupont"]), "")
        self.assertEqual(name_traces.pattern("Gina", [""]), "")
