"""Pages by link that are made of sections: what is open, what is said of an error."""

import doctest

from odoo.tests import BaseCase, tagged

from ..rules import sections
from ..rules.sections import SectionError, ordered


def rows(*states):
    return [
        {"key": key, "sequence": 10 * (rank + 1), "state": state}
        for rank, (key, state) in enumerate(states)
    ]


@tagged("post_install", "-at_install")
class TestSectionsRules(BaseCase):
    ROWS = rows(("a", "done"), ("b", "todo"), ("c", "info"), ("d", "todo"))

    def seen(self, *args, **kwargs):
        return [(one["key"], one["open"]) for one in ordered(self.ROWS, *args, **kwargs)]

    def test_examples_of_the_docstrings(self):
        self.assertEqual(doctest.testmod(sections).failed, 0)

    def test_what_there_is_to_do_comes_first_and_is_open(self):
        expected = [("b", True), ("d", False), ("a", False), ("c", False)]
        self.assertEqual(self.seen(), expected)

    def test_what_he_has_just_worked_on_comes_first(self):
        self.assertEqual(self.seen("d")[0], ("d", True))
        done = [("b", True), ("d", False), ("a", True), ("c", False)]
        self.assertEqual(self.seen("a"), done, "done: open, after what is left to do")

    def test_what_was_refused_comes_before_all(self):
        self.assertEqual(self.seen("c", True)[0], ("c", True))

    def test_sequence_decides_whatever_the_order(self):
        self.assertEqual(ordered(self.ROWS[::-1]), ordered(self.ROWS))

    def test_no_section(self):
        self.assertEqual(ordered([]), [])

    def test_error(self):
        error = SectionError("Wrong.", {"code": "Wrong code."}, keep=True)
        self.assertEqual(
            (str(error), error.fields, error.keep), ("Wrong.", {"code": "Wrong code."}, True)
        )
        self.assertEqual(SectionError("x").fields, {})
