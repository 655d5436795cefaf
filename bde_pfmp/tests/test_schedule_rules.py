"""Schedules read, counted and checked without the ORM."""

from datetime import date, timedelta

from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..rules import legal, working_time
from ..rules import schedule as rules

FULL_DAY = [["08:00", "12:00"], ["13:00", "16:00"]]
WEEK = {day: FULL_DAY for day in ("mon", "tue", "wed", "thu", "fri")} | {"sat": [], "sun": []}
# Monday 9 March 2026 to Friday 27 March 2026: three plain weeks
START, END = date(2026, 3, 9), date(2026, 3, 27)
AT_17 = date(2008, 9, 1)
AT_15 = date(2010, 9, 1)
ADULT = date(2006, 1, 1)


@tagged("post_install", "-at_install")
class TestScheduleReading(BaseCase):
    def test_parse_time(self):
        for text, expected in (
            ("8", 480),
            ("8h", 480),
            ("08:30", 510),
            ("8 h 30", 510),
            ("830", 510),
            ("0830", 510),
            ("1330", 810),
            ("0:05", 5),
            ("24:00", 1440),
        ):
            with self.subTest(text=text):
                self.assertEqual(rules.parse_time(text), expected)
        for text in ("", "midi", "25h", "8h75", "24:01", "8h3", "-8", "12345", "2500"):
            with self.subTest(text=text), self.assertRaises(rules.ScheduleError):
                rules.parse_time(text)

    def test_parse_day(self):
        expected = [["08:00", "12:00"], ["13:00", "17:00"]]
        for text in (
            "8h-12h / 13h-17h",
            "8h00-12h00 13h00-17h00",
            "08:00-12:00, 13:00-17:00",
            "de 8h à 12h et de 13h à 17h",
            "8-12 13-17",
            "8h 12h 13h 17h",
            "800-1200 1300-1700",
            "13h-17h / 8h-12h",
        ):
            with self.subTest(text=text):
                self.assertEqual(rules.parse_day(text), expected)
        for text in ("", "repos", "-", None):
            self.assertEqual(rules.parse_day(text), [])

    def test_parse_day_refused(self):
        for text, code in (
            ("8h-12h / 13h", "incomplete"),
            ("matin", "time"),
            ("8h-12h ou 13h-17h", "time"),
            ("12h-8h", "order"),
            ("8h-12h / 11h-17h", "overlap"),
            ("1-2 3-4 5-6 7-8 9-10", "slots"),
        ):
            with self.subTest(text=text), self.assertRaises(rules.ScheduleError) as caught:
                rules.parse_day(text)
            self.assertEqual(caught.exception.code, code, text)

    def test_format_day_is_the_inverse(self):
        self.assertEqual(rules.format_day([["08:30", "12:00"], ["13:00", "17:05"]]),
                         "8h30-12h / 13h-17h05")  # fmt: skip
        self.assertEqual(rules.parse_day(rules.format_day(FULL_DAY)), FULL_DAY)
        self.assertEqual(rules.format_day([]), "")

    def test_normalize(self):
        result = rules.normalize({"tue": [["13h", "17h"], ["8", "12:00"]], "mon": None})
        self.assertEqual(list(result), list(rules.DAYS))
        self.assertEqual(result["tue"], [["08:00", "12:00"], ["13:00", "17:00"]])
        self.assertEqual(result["mon"], [])
        self.assertEqual(rules.normalize(None)["sun"], [])

    def test_normalize_refused(self):
        for value, code, day in (
            ({"lundi": []}, "shape", None),
            ([], None, None),
            ("mon", "shape", None),
            ({"mon": [["8h"]]}, "shape", "mon"),
            ({"mon": [["8h", ""]]}, "incomplete", "mon"),
            ({"wed": [["x", "9h"]]}, "time", "wed"),
            ({"wed": "8h-12h"}, "slots", "wed"),
        ):
            with self.subTest(value=value):
                if code is None:
                    self.assertTrue(rules.is_empty(rules.normalize(value)))
                    continue
                with self.assertRaises(rules.ScheduleError) as caught:
                    rules.normalize(value)
                self.assertEqual((caught.exception.code, caught.exception.day), (code, day))

    def test_past_midnight(self):
        """A waiter of age from 18:00 to 01:30 works seven hours and a half."""
        slots = rules.normalize({"fri": [["18:00", "01:30"]]})["fri"]
        self.assertEqual(slots, [["18:00", "01:30"]])
        self.assertEqual(rules.day_minutes(slots), 450)
        self.assertEqual(rules.day_minutes([["20:00", "24:00"]]), 240)
        self.assertEqual(
            rules.day_minutes(rules.normalize({"mon": [["20:00", "00:00"]]})["mon"]), 240
        )

    def test_from_inputs(self):
        typed = {"mon_0_from": "8h", "mon_0_to": "12h", "mon_1_from": "13:00", "mon_1_to": "17:00"}
        result, errors = rules.from_inputs(typed)
        self.assertFalse(errors)
        self.assertEqual(result["mon"], [["08:00", "12:00"], ["13:00", "17:00"]])
        self.assertEqual(result["tue"], [])

    def test_from_inputs_names_the_box(self):
        for typed, box, code in (
            ({"mon_0_from": "8h"}, "mon_0_to", "incomplete"),
            ({"mon_0_to": "8h"}, "mon_0_from", "incomplete"),
            ({"tue_1_from": "8h", "tue_1_to": "abc"}, "tue_1_to", "time"),
            ({"tue_1_from": "abc", "tue_1_to": "9h"}, "tue_1_from", "time"),
            ({"wed_0_from": "12h", "wed_0_to": "8h"}, "wed_0_to", "order"),
            (
                {"wed_0_from": "8h", "wed_0_to": "12h", "wed_1_from": "11h", "wed_1_to": "15h"},
                "wed_1_from",
                "overlap",
            ),
        ):
            with self.subTest(typed=typed):
                result, errors = rules.from_inputs(typed)
                self.assertIsNone(result)
                self.assertEqual(errors, {box: code})

    def test_counts(self):
        self.assertEqual(rules.day_minutes(FULL_DAY), 420)
        self.assertEqual(rules.week_minutes(WEEK), 35 * 60)
        self.assertEqual(rules.week_minutes({"mon": [["08:10", "12:00"]]}), 230)
        self.assertEqual(rules.week_minutes(None), 0)
        self.assertTrue(rules.is_empty({"mon": []}))
        self.assertEqual(rules.format_minutes(485), "8h05")


@tagged("post_install", "-at_install")
class TestScheduleChecks(BaseCase):
    def found(self, schedule, birth=AT_17, start=START, end=END, holidays=()):
        return working_time.check(schedule, start, end, birth, holidays)

    def codes(self, *args, **kwargs):
        return {finding.code for finding in self.found(*args, **kwargs)}

    def test_lawful_week(self):
        self.assertEqual(self.found(WEEK), [])
        self.assertEqual(self.found(WEEK, birth=AT_15), [])
        self.assertEqual(self.found({}), [])

    def test_nine_hours_of_a_minor(self):
        week = WEEK | {"tue": [["08:00", "12:00"], ["13:00", "18:00"]], "fri": [["08:00", "12:00"]]}
        finding = next(one for one in self.found(week) if one.code == "day_max")
        self.assertEqual(
            (finding.article, finding.severity, finding.day, finding.date),
            ("L3162-1 C. trav.", "block", "tue", date(2026, 3, 10)),
        )
        self.assertEqual(finding.args, {"found": 540, "limit": 480})
        self.assertEqual(finding.working, "8h-12h / 13h-18h = 9h")
        self.assertNotIn("day_max", self.codes(week, birth=ADULT))

    def test_exact_limits_pass(self):
        """Eight hours, 4 h 30 in one run, 12 h of rest and 35 h are allowed to the minute."""
        day = [["08:00", "12:30"], ["13:00", "16:30"]]
        week = {"mon": day, "tue": day, "wed": day, "thu": day, "fri": [["08:00", "11:00"]]}
        self.assertEqual(rules.week_minutes(week), 35 * 60)
        self.assertEqual(self.found(week), [])
        late = [["18:00", "22:00"]]
        self.assertEqual(self.found({"mon": late, "tue": [["10:00", "14:00"]]}), [])

    def test_week_of_a_minor(self):
        week = WEEK | {"fri": [["08:00", "12:00"], ["13:00", "16:30"]]}
        finding = self.found(week)[0]
        self.assertEqual((finding.code, finding.day), ("week_max", None))
        self.assertEqual(finding.args, {"found": 2130, "limit": 2100})
        self.assertEqual(finding.working, "7h + 7h + 7h + 7h + 7h30 = 35h30")
        self.assertEqual(self.codes(week, birth=ADULT), {"week_legal"})

    def test_short_week_is_summed_on_its_dates(self):
        """Six days of seven hours are too many, but not in a period of Monday to Wednesday."""
        week = WEEK | {"fri": [["08:00", "12:00"], ["13:00", "17:00"]]}
        self.assertEqual(self.codes(week, end=date(2026, 3, 11)), set())

    def test_holiday_shortens_the_week(self):
        week = WEEK | {"fri": [["08:00", "12:00"], ["13:00", "16:30"]]}
        off = {START + timedelta(days=7 * index) for index in range(3)}
        self.assertEqual(self.codes(week, holidays=off), {"holiday"})

    def test_break(self):
        week = {"mon": [["08:00", "12:31"]]}
        finding = self.found(week)[0]
        self.assertEqual((finding.code, finding.article), ("break", "L3162-3 C. trav."))
        self.assertEqual(finding.args["found"], 271)
        # a pause of 20 minutes is none for a minor: 4 h + 3 h are one run
        short = {"mon": [["08:00", "12:00"], ["12:20", "15:20"]]}
        self.assertEqual(self.found(short)[0].working, "8h-15h20 = 7h")
        self.assertEqual(self.codes(short, birth=ADULT), set())
        self.assertEqual(self.codes({"mon": [["08:00", "14:01"]]}, birth=ADULT), {"break"})

    def test_night(self):
        evening = {"fri": [["18:00", "21:00"]]}
        self.assertEqual(self.codes(evening), set())
        finding = self.found(evening, birth=AT_15)[0]
        self.assertEqual((finding.code, finding.severity), ("night", "block"))
        self.assertEqual(finding.args, {"found": 60, "from": 1200, "to": 360})
        self.assertEqual(self.codes({"mon": [["05:59", "09:00"]]}), {"night"})
        self.assertEqual(self.codes({"mon": [["06:00", "09:00"]]}), set())
        adult = self.found({"mon": [["20:00", "01:00"]]}, birth=ADULT)[0]
        self.assertEqual((adult.severity, adult.args["found"]), ("warn", 240))

    def test_daily_rest(self):
        week = {"mon": [["17:00", "20:00"]], "tue": [["07:00", "10:00"]]}
        finding = self.found(week)[0]
        self.assertEqual(
            (finding.code, finding.day, finding.args["found"]), ("daily_rest", "tue", 660)
        )
        self.assertEqual(finding.working, "20h → 7h = 11h")
        self.assertEqual(self.codes(week, birth=ADULT), set())
        under_16 = {"mon": [["15:00", "19:00"]], "tue": [["08:00", "12:00"]]}
        self.assertEqual(self.codes(under_16, birth=AT_15), {"daily_rest"})
        self.assertEqual(self.codes(under_16), set())

    def test_sunday_to_monday_rest(self):
        """The rest runs over the end of a week."""
        week = {"sun": [["15:00", "21:30"]], "mon": [["06:00", "09:00"]]}
        self.assertIn("daily_rest", self.codes(week))

    def test_weekly_rest(self):
        six = {day: [["08:00", "12:00"]] for day in rules.DAYS[:6]}
        self.assertEqual(self.codes(six), {"weekly_rest"})
        self.assertEqual(self.codes(six, birth=ADULT), set())
        tuesday_to_saturday = {day: [["08:00", "12:00"]] for day in rules.DAYS[1:6]}
        self.assertEqual(self.codes(tuesday_to_saturday), set())
        monday_off = {day: [["08:00", "12:00"]] for day in rules.DAYS[2:]}
        finding = self.found(monday_off)[0]
        self.assertEqual((finding.code, finding.severity), ("sunday", "block"))
        self.assertTrue(finding.overridable, "bakers and hotels ask the head")
        self.assertEqual(self.codes(monday_off), {"sunday"})
        every_day = {day: [["08:00", "12:00"]] for day in rules.DAYS}
        self.assertEqual(self.codes(every_day, birth=ADULT), {"weekly_rest"})

    def test_age_turns_during_the_period(self):
        """18 on 18 March: the first weeks are a minor's, the findings of the adult come after."""
        week = WEEK | {"tue": [["08:00", "12:00"], ["13:00", "18:00"]]}
        birth = date(2008, 3, 18)
        findings = {finding.code: finding for finding in self.found(week, birth=birth)}
        self.assertEqual(findings["day_max"].date, date(2026, 3, 10))
        self.assertEqual(findings["week_legal"].date, date(2026, 3, 20))
        # 16 on the second Friday: 20:00 to 21:00 is night before, no more after
        evening = {"thu": [["19:00", "21:00"]]}
        birth = date(2010, 3, 20)
        dates = [finding.date for finding in self.found(evening, birth=birth)]
        self.assertEqual(dates, [date(2026, 3, 12)])
        self.assertEqual(self.found(evening, birth=birth, start=date(2026, 3, 20)), [])

    def test_unknown_birth_date_is_read_with_care(self):
        nine = {"tue": [["08:00", "12:00"], ["13:00", "18:00"]]}
        self.assertEqual(self.codes(nine, birth=None), {"day_max", "break"})

    def test_holiday_is_told_to_minors(self):
        finding = self.found(WEEK, holidays={date(2026, 3, 16)})[0]
        self.assertEqual((finding.code, finding.severity, finding.day), ("holiday", "info", "mon"))

    def test_own_rules(self):
        """The caller brings the rows: a school that prints seven hours for the under-16."""
        own = (legal.Rule("day_max", "règlement", 7 * 60, "warn", age_to=16),)
        eight = {"mon": [["08:00", "12:00"], ["13:00", "17:00"]]}
        finding = working_time.check(eight, START, END, AT_15, rules=own)[0]
        self.assertEqual((finding.severity, finding.article), ("warn", "règlement"))
        late = (legal.Rule("day_max", "x", 60, "warn", since=date(2026, 3, 16)),)
        self.assertEqual(
            working_time.check(eight, START, END, AT_15, rules=late)[0].date, date(2026, 3, 16)
        )

    def test_leap_day_birthday(self):
        self.assertEqual(legal.age_on(date(2008, 2, 29), date(2026, 2, 28)), 17)
        self.assertEqual(legal.age_on(date(2008, 2, 29), date(2026, 3, 1)), 18)
