"""Counting what was done: days planned less days missed."""

from datetime import date

from odoo.tests import BaseCase, tagged

from ..rules import presence
from ..rules.presence import Day, Done, Missed

FULL = [["08:00", "12:00"], ["13:00", "16:00"]]  # 7 h
SHORT = [["08:00", "12:00"]]
# Monday 16 to Friday 20 November 2026, then Monday 23; Wednesday is a morning
MON, TUE, WED, THU, FRI = (date(2026, 11, day) for day in range(16, 21))
NEXT = date(2026, 11, 23)
CALENDAR = {MON: FULL, TUE: FULL, WED: SHORT, THU: FULL, FRI: FULL, NEXT: FULL}
PLANNED = 5 * 420 + 240


def one(day, part="day", minutes=0, reason="illness"):
    return Missed(day, day, part, minutes, 0, reason)


@tagged("post_install", "-at_install")
class TestPresenceRules(BaseCase):
    def test_halves(self):
        for slots, expected in (
            (FULL, (240, 180)),
            (SHORT, (240, 0)),
            ([["14:00", "18:00"]], (0, 240)),
            ([["06:00", "14:00"]], (240, 240)),
            # three slots: the longest pause parts them
            ([["07:00", "09:00"], ["09:15", "12:00"], ["13:30", "16:30"]], (285, 180)),
            ([["18:00", "22:00"], ["22:30", "02:30"]], (240, 240)),
            ([], (0, 0)),
        ):
            with self.subTest(slots=slots):
                self.assertEqual(presence.halves(slots), expected)

    def test_nothing_missed(self):
        self.assertEqual(presence.done(CALENDAR), Done(6, PLANNED))
        self.assertEqual(presence.calendar(CALENDAR)[WED], Day(240, 0, None))
        self.assertEqual(presence.done({}), Done(0, 0))

    def test_whole_days_and_halves(self):
        missed = [Missed(TUE, THU), one(FRI, "afternoon")]
        self.assertEqual(
            presence.done(CALENDAR, missed), Done(2.5, PLANNED - 420 - 240 - 420 - 180)
        )

    def test_two_halves_are_a_day(self):
        missed = [one(MON, "morning"), one(MON, "afternoon")]
        self.assertEqual(presence.done(CALENDAR, missed), Done(5, PLANNED - 420))

    def test_the_only_half_is_a_day(self):
        self.assertEqual(presence.done(CALENDAR, [one(WED, "morning")]), Done(5, PLANNED - 240))

    def test_hours_take_no_day_unless_all_of_them(self):
        self.assertEqual(presence.done(CALENDAR, [one(MON, "hours", 90)]), Done(6, PLANNED - 90))
        self.assertEqual(presence.done(CALENDAR, [one(MON, "hours", 420)]), Done(5, PLANNED - 420))

    def test_a_half_and_an_hour(self):
        missed = [one(MON, "morning"), one(MON, "hours", 60)]
        self.assertEqual(presence.missed_days(CALENDAR, missed), (0.5, 60, 300))

    def test_totals_take_the_mean(self):
        missed = [Missed(MON, NEXT, "total", 30, 1.5)]
        # 2340 minutes over six days: a mean day is 390
        self.assertEqual(presence.done(CALENDAR, missed), Done(4.5, 2340 - 585 - 30))

    def test_reason_of_a_day(self):
        days = presence.calendar(CALENDAR, [one(TUE, reason="family")])
        self.assertEqual(days[TUE], Day(420, 420, "family"))
        self.assertEqual(days[MON], Day(420, 0, None))

    def test_days_that_are_gone_count_nothing(self):
        """The stay was interrupted after the absence was noted."""
        shorter = {day: slots for day, slots in CALENDAR.items() if day <= TUE}
        self.assertEqual(presence.done(shorter, [Missed(TUE, FRI)]), Done(1, 420))

    def test_up_to_a_day(self):
        missed = [one(MON), one(FRI), Missed(MON, NEXT, "total", 0, 1)]
        self.assertEqual(presence.done(CALENDAR, missed, upto=TUE), Done(1, 420))
        self.assertEqual(presence.done(CALENDAR, [one(MON)], upto=date(2026, 11, 1)), Done(0, 0))
        self.assertEqual(presence.done(CALENDAR, missed, upto=NEXT).days, 3)

    def test_never_below_nothing(self):
        self.assertEqual(presence.done(CALENDAR, [Missed(MON, NEXT, "total", 0, 9)]), Done(0, 0))

    def test_faults(self):
        sunday = date(2026, 11, 22)
        for expected, others, new in (
            (None, [], one(MON)),
            (None, [], Missed(MON, NEXT)),
            (None, [one(MON, "morning")], one(MON, "afternoon")),
            (None, [one(MON, "morning")], one(MON, "hours", 180)),
            (("order", TUE), [], Missed(TUE, MON)),
            (("outside", date(2026, 11, 13)), [], Missed(date(2026, 11, 13), MON)),
            (("outside", date(2026, 11, 24)), [], one(date(2026, 11, 24))),
            (("no_presence", sunday), [], one(sunday)),
            (("no_presence", WED), [], one(WED, "afternoon")),
            (("one_day", MON), [], Missed(MON, TUE, "morning")),
            (("minutes", MON), [], one(MON, "hours", 0)),
            (("minutes", MON), [], one(MON, "hours", 421)),
            (("twice", TUE), [Missed(MON, TUE)], Missed(TUE, THU)),
            (("twice", MON), [one(MON, "morning")], one(MON, "morning")),
            (("twice", MON), [one(MON, "morning")], one(MON)),
            (("twice", MON), [one(MON, "morning")], one(MON, "hours", 181)),
            (("figure", 0), [], Missed(MON, NEXT, "total")),
            (("figure", -1), [], Missed(MON, NEXT, "total", 0, -1)),
            (("too_much", 6), [], Missed(MON, NEXT, "total", 0, 7)),
            (("too_much", 6), [one(MON)], Missed(MON, NEXT, "total", 0, 5.5)),
            (("too_much", 6), [Missed(MON, NEXT, "total", 0, 5.5)], one(MON)),
        ):
            with self.subTest(new=new, others=others):
                self.assertEqual(presence.fault(CALENDAR, others, new), expected)
        self.assertEqual(presence.fault({}, [], one(MON)), ("no_presence", MON))

    def test_days_of_a_week(self):
        self.assertEqual(presence.week_days(CALENDAR, MON), [MON, TUE, WED, THU, FRI])
        self.assertEqual(presence.week_days(CALENDAR, NEXT), [NEXT])
