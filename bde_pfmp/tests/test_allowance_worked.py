"""Allowances worked out by hand: broken off, half days, papers of a minor, the due date."""

import base64
from datetime import date, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .test_absence import AbsenceCase
from .test_allowance import PREMIERE, TERMINALE, AllowanceCase


@tagged("post_install", "-at_install")
class TestWorkedStays(AbsenceCase):
    """Terminale at 20 € a day, at most 160 € a year: the cap is reached within the period."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.training_a.mef = TERMINALE
        cls.pupils.schooling_ids.mef = TERMINALE
        Rate = cls.env["bde.allowance.rate"]
        Rate.search([("school_year", "=", cls.year.name)]).unlink()
        Rate.create(
            {"school_year": cls.year.name, "key": "2383", "name": "Terminale", "daily": 20,
             "cap": 160, "source": "Test", "is_own": False}
        )  # fmt: skip
        cls.count()

    @classmethod
    def count(cls):
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.env.invalidate_all()

    def amounts(self):
        """[(days, euros)] of the stays of Aline, in the order of their dates."""
        self.count()
        rows = self.env["bde.allowance"].search([("student_id", "=", self.aline.id)])
        return [(row.days, row.amount) for row in rows.sorted("date_start")]

    def _sign(self, placement):
        placement.sudo().write(self.complete_vals())
        convention = self.make(placement.sudo())
        convention.action_send()
        self.sign_all(convention)
        return convention

    def test_broken_off_twice(self):
        """Three hosts of one period share the cap of the year; no day is paid twice.

        First host: days 1 to 3, day 2 missed = 2 days x 20 = 40 €. Second: days 4 to 6, day 5
        missed = 2 x 20 = 40 €. Third: day 7 to the end, 8 days or 9 x 20 = 160 € and more, of
        which the cap leaves 160 - 40 - 40 = 80 €.
        """
        with freeze_time(f"{self.day(6)} 12:00:00"):
            self.miss(2)
            second = self.convention.with_env(self.as_manager)._interrupt(
                "host", self.day(3), successor_from=self.day(4)
            )
            self.assertEqual(self.amounts(), [(2, 40)], "the next host is not signed yet")
            convention = self._sign(second)
            self.miss(5, placement=second)
            third = convention.with_env(self.as_manager)._interrupt(
                "host", self.day(6), successor_from=self.day(7)
            )
            self.assertEqual(self.amounts(), [(2, 40), (2, 40)])
            self._sign(third)
            rest = len(self.days) - 6
            self.assertGreaterEqual(rest, 8)
            self.assertEqual(self.amounts(), [(2, 40), (2, 40), (rest, 80)])
        row = self.env["bde.allowance"].search([("placement_id", "=", third.id)])
        words = row.working_text.replace("\xa0", " ").replace("\u202f", " ")
        # both are told: what the days are worth, and what the cap left of it
        self.assertIn(f"{rest} days", words)
        self.assertIn("is used", words)

    def test_half_days(self):
        """Seven hours in a row or not are a day (D124-6): halves add up, what is left is none."""
        planned = len(self.days)
        self.env["bde.allowance.rate"].search([("key", "=", "2383")]).cap = 1000
        self.assertEqual(self.amounts(), [(planned, planned * 20)])
        # a morning: n - 0.5 days were done, n - 1 whole days
        self.miss(1, part="morning")
        self.assertEqual(self.amounts(), [(planned - 1, (planned - 1) * 20)])
        # the afternoon of another day: n - 1 days were done
        self.miss(2, part="afternoon")
        self.assertEqual(self.amounts(), [(planned - 1, (planned - 1) * 20)])
        # another morning: n - 1.5 days, n - 2 whole days
        self.miss(3, part="morning")
        self.assertEqual(self.amounts(), [(planned - 2, (planned - 2) * 20)])
        # an absence that is excused is one all the same (arrêté of 11 August 2023)
        self.miss(4, reason="illness", excused=True)
        self.assertEqual(self.amounts(), [(planned - 3, (planned - 3) * 20)])


@tagged("post_install", "-at_install")
class TestConsent(AllowanceCase):
    """Decree 2023-765, article 4: the legal representative of a minor agrees, once."""

    def missing(self, pupil):
        self.count()
        return self.allowance(pupil).missing

    def test_minors_alone(self):
        self.complete()
        self.schoolings.write({"consent_state": "missing"})
        # Aline is seventeen, Boris twenty
        self.assertEqual(self.missing(self.aline), ["consent"])
        self.assertEqual(self.missing(self.boris), [])
        row = self.allowance(self.aline)
        self.assertEqual(row.missing_text, "authorisation of the legal representative")
        # his mother's account: the proof that she represents him is the same paper
        schooling = self.chloe.schooling_ids.with_env(self.as_user(self.secretary_a))
        schooling.rib_state = "third"
        self.assertEqual(self.missing(self.chloe), ["consent"])
        schooling.consent_state = "present"
        self.assertEqual(self.missing(self.chloe), [])

    def test_emancipated(self):
        self.complete()
        schooling = self.aline.schooling_ids
        schooling.consent_state = "missing"
        self.aline.sudo().is_emancipated = True
        self.assertEqual(self.missing(self.aline), [])
        self.assertTrue(schooling.signs_alone)
        self.assertNotIn("Authorisation", schooling._allowance_papers())

    def test_it_follows_the_pupil_from_year_to_year(self):
        self.complete(self.aline.schooling_ids)
        year = self.env["bde.school.year"].create(
            {
                "name": f"{self.year.date_end.year}-{self.year.date_end.year + 1}",
                "company_id": self.year.company_id.id,
                "date_start": self.year.date_end + timedelta(days=1),
                "date_end": date(self.year.date_end.year + 1, 8, 31),
            }
        )  # fmt: skip
        later = self.env["bde.schooling"].create(
            [
                {"student_id": pupil.id, "school_year_id": year.id, "status": "ST"}
                for pupil in (self.aline, self.chloe)
            ]
        )
        self.assertEqual(later.mapped("consent_state"), ["present", "missing"])
        # the décision is edited each year
        self.assertEqual(later.mapped("attribution_state"), ["missing", "missing"])


@tagged("post_install", "-at_install")
class TestUnknownRate(AllowanceCase):
    def test_unknown_is_empty_and_never_nought(self):
        """Without a row for the year: neither in the list, nor in the file, nor on the page."""
        self.rate.unlink()
        self.complete()
        row = self.allowance(self.boris)
        self.assertEqual((row.rate_known, row.missing), (False, ["rate"]))
        self.env.cr.execute("SELECT amount, daily FROM bde_allowance WHERE id = %s", [row.id])
        self.assertEqual(self.env.cr.fetchone(), (None, None))
        action = row.with_env(self.as_user(self.secretary_a)).action_export_csv()
        made = self.env["bde.allowance.export"].browse(int(action["url"].split("/")[4]))
        cells = base64.b64decode(made.file).decode("utf-8-sig").split("\r\n")[1].split(";")
        self.assertEqual(cells[8:10], ["", ""])
        page = str(self.boris.allowance_year)
        self.assertIn("The rate of this year is not known", page)
        self.assertNotIn("0.00", page)

    def test_a_mef_of_another_year_is_unknown_alone(self):
        """A pupil who changes in the year: the days of the known MEF are counted all the same."""
        first = self.allowance(self.aline)
        self.aline.schooling_ids.write({"mef": PREMIERE})
        self.count()
        self.sign_later_stay()
        rows = self.allowance(self.aline)
        self.assertEqual(rows.mapped("rate_known"), [True, False])
        self.assertEqual(rows[0].amount, first.days * 20)
        self.assertIn(f"The rate of MEF {PREMIERE} is not known", rows[1].working_text)


@tagged("post_install", "-at_install")
class TestDue(AllowanceCase):
    """The état liquidatif is due two months after the last day."""

    def test_countdown(self):
        row = self.allowance(self.aline)
        # the period ends in the last days of November: two months later is January
        self.assertEqual((row.due_on.month, row.due_on.day), (1, self.end.day))
        # the day of these tests is twenty days after the end
        self.assertEqual(row.days_left, (row.due_on - self.end).days - 20)

    def test_the_first_classes_on_the_home_page(self):
        def cards():
            found = self.env["bde.home"].with_env(self.as_user(self.secretary_a))._home_cards()
            label = "État liquidatif due within 15 days"
            return {card["label"]: card for card in found}[label]

        self.assertEqual(cards()["count"], 0)
        due = self.allowance(self.aline).due_on
        type(self).today = due - timedelta(days=15)
        self.addClassCleanup(setattr, type(self), "today", self.end + timedelta(days=20))
        self.env["bde.allowance"]._refresh(self.schoolings)
        self.assertEqual(cards()["count"], 3)
        self.assertIn("1MELEC", cards()["help"])
        type(self).today = due - timedelta(days=16)
        self.assertEqual(cards()["count"], 0)
        type(self).today = self.end + timedelta(days=20)
