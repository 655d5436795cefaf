"""What two SIRETs say of a merge, without a database."""

from odoo.tests import BaseCase, tagged

from odoo.addons.bde_partnerships.rules.merge import Company, advise, careful_status

A, A_OTHER, B = "73282932000074", "73282932000082", "81234567600017"


def company(id_, siret="", **more):
    return Company(id=id_, parent_id=-1, siret=siret, **more)


@tagged("post_install", "-at_install")
class TestMergeRules(BaseCase):
    def check(self, keep, drop, level, code):
        self.assertEqual(tuple(advise(keep, drop)), (level, code))

    def test_one_number_or_none(self):
        self.check(company(1, A), company(2), "ok", "")
        self.check(company(1), company(2, A), "ok", "")
        self.check(company(1), company(2), "ok", "")

    def test_not_a_pair(self):
        self.check(company(1, A), company(1, A), "stop", "same")
        self.check(company(1, A), company(0), "stop", "missing")

    def test_one_below_the_other(self):
        below = Company(id=2, parent_id=1, siret="")
        self.check(company(1, A), below, "stop", "below")
        self.check(below, company(1, A), "stop", "below")

    def test_entity_and_place(self):
        self.check(company(1, "732829320", level="entity"), company(2, A), "stop", "levels")

    def test_two_establishments_of_one_company(self):
        self.check(company(1, A), company(2, A_OTHER), "stop", "establishments")
        self.check(company(1, A), company(2, A_OTHER, closed=True), "note", "moved")
        self.check(company(1, A, closed=True), company(2, A_OTHER), "note", "kept_closed")

    def test_two_companies(self):
        self.check(company(1, A), company(2, B), "warn", "two_companies")
        self.check(company(1, A), company(2, B, closed=True), "note", "taken_over")
        self.check(company(1, A, closed=True), company(2, B), "note", "kept_closed")
        self.check(company(1, A, closed=True), company(2, B, closed=True), "note", "taken_over")

    def test_closed_without_number(self):
        self.check(company(1, closed=True), company(2), "note", "kept_closed")
        self.check(company(1), company(2, closed=True), "ok", "")

    def test_more_careful_status(self):
        for first, second, careful in (
            ("strong", "avoid", "avoid"),
            ("watch", "avoid", "avoid"),
            ("strong", "revive", "revive"),
            ("prospect", "active", "active"),
            ("active", "strong", "strong"),
            ("watch", "watch", "watch"),
        ):
            self.assertEqual(careful_status(first, second), careful)
            self.assertEqual(careful_status(second, first), careful)
