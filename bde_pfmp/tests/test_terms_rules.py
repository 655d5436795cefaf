"""Dated terms of a stay, worked out by hand on the calendar of 2026-2027."""

from datetime import date

from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..rules import amendment, terms
from ..rules.public_holidays import public_holidays

DAY = [["08:00", "12:00"], ["13:00", "16:00"]]  # 7 h
LONG = [["08:00", "12:00"], ["13:00", "17:00"]]  # 8 h
WEEK = {"mon": DAY, "tue": DAY, "wed": DAY, "thu": DAY, "fri": DAY}
FOUR = {"mon": LONG, "tue": LONG, "wed": LONG, "thu": LONG, "fri": []}
# Monday 9 to Friday 27 November: three weeks, of which Wednesday 11 is not worked
FIRST, LAST = date(2026, 11, 9), date(2026, 11, 27)
HOLIDAYS = public_holidays(date(2026, 9, 1), date(2027, 7, 31))


def nov(day):
    return date(2026, 11, day)


def figures(spans):
    counted = terms.presence(spans, HOLIDAYS)
    return counted["days"], counted["minutes"] / 60


@tagged("post_install", "-at_install")
class TestTerms(BaseCase):
    def setUp(self):
        super().setUp()
        self.plain = [terms.Term(FIRST, LAST, WEEK, "Yves", "Atelier")]

    def test_as_agreed(self):
        self.assertEqual(figures(self.plain), (14, 98))
        self.assertTrue(terms.is_plain(self.plain))

    def test_three_days_off_over_a_public_holiday_cost_two(self):
        off = amendment.amended(self.plain, "break", "A1", first=nov(10), last=nov(12))
        self.assertEqual([(t.first, t.last, t.absent) for t in off], [
            (nov(9), nov(9), False), (nov(10), nov(12), True), (nov(13), nov(27), False),
        ])  # fmt: skip
        self.assertEqual(figures(off), (12, 84))
        self.assertEqual(terms.presence(off, HOLIDAYS)["skipped"], [], "it was off anyhow")

    def test_hours_changed_in_mid_week(self):
        spans = amendment.amended(self.plain, "hours", "A1", date_effect=nov(18), value=FOUR)
        # 4 × 7 + 2 × 7, then 2 × 8, Friday off, 4 × 8
        self.assertEqual(figures(spans), (12, 90))
        self.assertEqual(terms.on(spans, nov(17)).schedule, WEEK)
        self.assertEqual(terms.on(spans, nov(18)).schedule, FOUR)

    def test_mixed_week_is_judged_as_it_is_done(self):
        spans = amendment.amended(self.plain, "hours", "A1", date_effect=nov(18), value=FOUR)
        parts = terms.weekly_parts(spans)
        self.assertEqual([(first, last) for _plan, first, last in parts], [
            (nov(9), nov(15)), (nov(16), nov(22)), (nov(23), nov(27)),
        ])  # fmt: skip
        mixed = parts[1][0]
        self.assertEqual((mixed["tue"], mixed["wed"], mixed["fri"]), (DAY, LONG, []))

    def test_prolongation_over_school_holidays(self):
        stay = [terms.Term(date(2026, 12, 7), date(2026, 12, 18), WEEK)]
        self.assertEqual(figures(stay), (10, 70))
        last = date(2027, 1, 8)
        holidays = [(date(2026, 12, 19), date(2027, 1, 3))]
        longer = amendment.amended(stay, "prolongation", "A1", last=last, off=holidays)
        # 4 to 8 January alone
        self.assertEqual(figures(longer), (15, 105))
        # 21-24 and 28-31 December, 4-8 January: 25 December and 1 January are not worked
        there = amendment.amended(stay, "prolongation", "A1", last=last)
        self.assertEqual(figures(there), (23, 161))

    def test_holidays_within_what_was_agreed_stay_agreed(self):
        stay = [terms.Term(date(2026, 12, 14), date(2026, 12, 22), WEEK)]
        longer = amendment.amended(
            stay, "prolongation", "A1", last=date(2027, 1, 5),
            off=[(date(2026, 12, 19), date(2027, 1, 3))],
        )  # fmt: skip
        # 14-18, 21 and 22 December were agreed; 4 and 5 January are added
        self.assertEqual(figures(longer)[0], 9)

    def test_end_before_the_term(self):
        shorter = amendment.amended(self.plain, "end", "A1", last=nov(20))
        self.assertEqual(figures(shorter), (9, 63))
        self.assertTrue(terms.is_plain(shorter))

    def test_break_after_a_change_of_hours_keeps_both(self):
        spans = amendment.amended(self.plain, "hours", "A1", date_effect=nov(18), value=FOUR)
        spans = amendment.amended(spans, "break", "A2", first=nov(17), last=nov(19))
        # without Tuesday (7 h), Wednesday and Thursday (8 h each)
        self.assertEqual(figures(spans), (9, 67))
        self.assertEqual([t.source for t in spans], [None, "A2", "A2", "A1"])

    def test_prolongation_goes_on_with_the_last_days_of_presence(self):
        spans = amendment.amended(self.plain, "break", "A1", first=nov(26), last=nov(27))
        spans = amendment.amended(spans, "prolongation", "A2", last=date(2026, 12, 2))
        self.assertEqual(figures(spans), (14 - 2 + 3, 105))
        self.assertFalse(terms.on(spans, date(2026, 12, 1)).absent)

    def test_postponement_keeps_what_is_dated(self):
        other = amendment.amended(
            self.plain, "postponement", "A1", first=nov(16), last=date(2026, 12, 4)
        )
        self.assertEqual(figures(other), (15, 105))
        self.assertEqual((other[0].first, other[-1].last), (nov(16), date(2026, 12, 4)))
        far = amendment.amended(
            self.plain, "postponement", "A1", first=date(2027, 1, 4), last=date(2027, 1, 8)
        )
        self.assertEqual([(t.first, t.last) for t in far], [(date(2027, 1, 4), date(2027, 1, 8))])

    def test_tutor_and_place_change_from_a_day_on(self):
        spans = amendment.amended(self.plain, "tutor", "A1", date_effect=nov(20), value="Anne")
        spans = amendment.amended(spans, "place", "A2", date_effect=nov(23), value="Chantier")
        self.assertEqual([(t.first, t.tutor, t.place) for t in spans], [
            (nov(9), "Yves", "Atelier"), (nov(20), "Anne", "Atelier"),
            (nov(23), "Anne", "Chantier"),
        ])  # fmt: skip
        self.assertEqual(figures(spans), (14, 98))

    def test_day_of_effect(self):
        effect = amendment.effect_day
        self.assertEqual(effect("break", FIRST, LAST, first=nov(12)), nov(12))
        self.assertEqual(effect("prolongation", FIRST, LAST), date(2026, 11, 28))
        self.assertEqual(effect("end", FIRST, LAST, last=nov(20)), nov(21))
        self.assertEqual(effect("postponement", FIRST, LAST, first=nov(16)), FIRST)
        self.assertEqual(effect("hours", FIRST, LAST, date_effect=nov(18)), nov(18))

    def test_clip_outside_is_the_nearest_term(self):
        [span] = terms.clip(self.plain, date(2026, 12, 1), date(2026, 12, 2))
        self.assertEqual((span.first, span.schedule), (date(2026, 12, 1), WEEK))
