"""Rules of portraits, without a database."""

import doctest
from datetime import date

from odoo.tests import BaseCase, tagged

from ..rules import portraits


def row(state="given", uses=("page",), until=date(2027, 1, 31)):
    return {"state": state, "uses": set(uses), "until": until}


@tagged("post_install", "-at_install")
class TestPortraitsRules(BaseCase):
    def test_examples(self):
        self.assertEqual(doctest.testmod(portraits).failed, 0)

    def test_all_have_to_agree(self):
        day = date(2027, 1, 31)
        self.assertTrue(portraits.stands([row()], "page", day))
        self.assertFalse(portraits.stands([], "page", day), "nobody was asked")
        self.assertFalse(portraits.stands([row()], "letters", day))
        self.assertFalse(portraits.stands([row()], "page", date(2027, 2, 1)))
        for state in ("asked", "refused", "withdrawn"):
            self.assertFalse(portraits.stands([row(), row(state)], "page", day), state)
        self.assertFalse(portraits.stands([row(), row(uses=("class",))], "page", day))
        self.assertTrue(portraits.stands([row(), row(uses=("class", "page"))], "page", day))

    def test_what_is_said_for_a_minor_ends_at_18(self):
        born, until = date(2009, 8, 15), date(2028, 6, 30)
        self.assertEqual(
            portraits.last_day(until, born, date(2026, 11, 22), False), date(2027, 8, 14)
        )
        self.assertEqual(portraits.last_day(until, born, date(2026, 11, 22), True), until)
        self.assertEqual(
            portraits.last_day(date(2027, 1, 1), born, date(2026, 11, 22), False), date(2027, 1, 1)
        )
        self.assertEqual(
            portraits.last_day(until, date(2008, 2, 29), date(2026, 1, 1), False), date(2026, 2, 28)
        )
