from datetime import date, timedelta
from itertools import permutations

from odoo.tests import BaseCase, tagged

from ..rules import rounds, visits

# one degree of latitude is 111.195 km on the sphere of the IUGG; a road is 1.3 times as long
DEGREE = 111.195


def weekdays(start, weeks, off=()):
    """Mondays to Fridays of some weeks."""
    days = (start + timedelta(days=number) for number in range(7 * weeks))
    return [day for day in days if day.weekday() < 5 and day not in off]


@tagged("post_install", "-at_install")
class TestVisitRules(BaseCase):
    def test_three_weeks(self):
        """Arrival D+1, the middle, three days before the end (9 to 27 November, the 11th off)."""
        days = weekdays(date(2026, 11, 9), 3, [date(2026, 11, 11)])
        self.assertEqual(len(days), 14)
        self.assertEqual(
            visits.plan(days),
            [
                ("call", date(2026, 11, 10)),
                ("midpoint", date(2026, 11, 19)),  # eighth of fourteen days
                ("final", date(2026, 11, 24)),  # a Tuesday, the last day is Friday the 27th
            ],
        )

    def test_short_stays(self):
        """A week has a call and a visit on another day, two days a visit, none nothing."""
        week = weekdays(date(2026, 11, 16), 1)
        self.assertEqual(
            visits.plan(week), [("call", date(2026, 11, 17)), ("visit", date(2026, 11, 18))]
        )
        self.assertEqual(visits.plan(week[:2]), [("visit", date(2026, 11, 16))])
        self.assertEqual(visits.plan(week[:1]), [("visit", date(2026, 11, 16))])
        self.assertEqual(visits.plan([]), [])

    def test_long_stay(self):
        """Ten weeks have two contacts on the way."""
        days = weekdays(date(2027, 1, 4), 10)
        plan = visits.plan(days)
        self.assertEqual([kind for kind, _day in plan], ["call", "midpoint", "midpoint", "final"])
        self.assertEqual([day for _kind, day in plan][1:3], [days[17], days[33]])

    def test_plan_is_in_order(self):
        """Whatever the length, dates follow each other, each once, and lie in the stay."""
        for number in range(1, 120):
            days = weekdays(date(2026, 9, 7), 30)[:number]
            dates = [day for _kind, day in visits.plan(days)]
            self.assertEqual(dates, sorted(set(dates)), number)
            self.assertLessEqual(set(dates), set(days), number)

    def test_meeting(self):
        """Three people, face to face or by video; a call is none."""
        self.assertTrue(visits.is_meeting("onsite", True, True))
        self.assertTrue(visits.is_meeting("video", True, True))
        self.assertFalse(visits.is_meeting("phone", True, True))
        self.assertFalse(visits.is_meeting("onsite", True, False))
        self.assertFalse(visits.is_meeting("video", False, True))

    def test_status(self):
        self.assertEqual(visits.status(0, 0), "none")
        self.assertEqual(visits.status(0, 3), "planned")
        self.assertEqual(visits.status(1, 0), "started")
        self.assertEqual(visits.status(2, 1), "enough")


@tagged("post_install", "-at_install")
class TestRoundRules(BaseCase):
    def test_length(self):
        """To 1° north and back: twice 111.195 km, a third more for the road."""
        self.assertAlmostEqual(rounds.length((0, 0), [(1, 0)]), 2 * DEGREE * 1.3, places=2)
        self.assertEqual(rounds.length((0, 0), [None]), 0)
        # without the school, the way between the stops alone
        self.assertAlmostEqual(rounds.length(None, [(0, 0), (1, 0)]), DEGREE * 1.3, places=2)

    def test_order_along_a_road(self):
        stops = [(0.3, 0), (0.1, 0), None, (0.2, 0)]
        self.assertEqual(rounds.order((0, 0), stops), [1, 3, 0, 2])

    def test_order_uncrosses(self):
        """The nearest next gives a way that crosses itself; the improved one goes around.

        Four stops by hand: leaving west first costs a second crossing of the town.
        """
        stops = [(0.10, 0.00), (-0.11, 0.00), (0.00, 0.30), (0.10, 0.30)]
        found = rounds.order((0, 0), stops)
        best = min(
            rounds.length((0, 0), [stops[rank] for rank in ranks])
            for ranks in permutations(range(4))
        )
        way = rounds.length((0, 0), [stops[rank] for rank in found])
        self.assertAlmostEqual(way, best, places=6)

    def test_order_is_stable(self):
        """Two stops in one place keep their order."""
        self.assertEqual(rounds.order((0, 0), [(0.1, 0), (0.1, 0)]), [0, 1])
        self.assertEqual(rounds.order(None, [(0.1, 0)]), [0])
        self.assertEqual(rounds.order((0, 0), []), [])

    def test_groups_by_nearness(self):
        """Two in the north, two in the south, one without a point: three rounds."""
        stops = [(0.50, 0), (-0.30, 0), (0.51, 0), None, (-0.31, 0)]
        self.assertEqual(rounds.groups((0, 0), stops, 2), [[0, 2], [1, 4], [3]])
        self.assertEqual(rounds.groups((0, 0), [None] * 3, 2), [[0, 1], [2]])
        self.assertEqual(rounds.groups((0, 0), [], 2), [])

    def test_groups_of_opposite_sides(self):
        """The farthest one does not drag a stop of the other side away from its neighbour."""
        stops = [(0.108, 0), (-0.18, 0), (0.09, 0)]
        self.assertEqual(rounds.groups((0, 0), stops, 2), [[0, 2], [1]])
        # one outing for all where there is room
        self.assertEqual(rounds.groups((0, 0), stops, 3), [[0, 1, 2]])

    def test_groups_without_the_school(self):
        """Its place is not known: neighbours stand together all the same."""
        stops = [(0.50, 0), (-0.30, 0), (0.51, 0)]
        self.assertEqual(rounds.groups(None, stops, 2), [[0, 2], [1]])

    def test_timetable(self):
        """10 km as the crow flies are 13 by road, 17 minutes at 45 km/h, 5 to park."""
        ten_km = (10 / DEGREE, 0)
        [(first, way), (second, back)] = rounds.timetable((0, 0), [ten_km, ten_km], 13 * 60, 40)
        self.assertEqual(first, 13 * 60 + 17 + 5)
        self.assertAlmostEqual(way, 13, places=2)
        # the next pupil of the same company: nothing to drive, nowhere to park
        self.assertEqual(second, first + 40)
        self.assertEqual(back, 0)

    def test_choose_day(self):
        """Most pupils there, then nearest to the plan."""
        mon, tue, wed = (date(2026, 11, day) for day in (16, 17, 18))
        present = [{mon, tue}, {tue, wed}]
        self.assertEqual(rounds.choose_day([mon, tue, wed], [wed, wed], present), tue)
        self.assertEqual(rounds.choose_day([mon, wed], [wed, wed], present), wed)
        self.assertIsNone(rounds.choose_day([], [wed], [{wed}]))
        self.assertIsNone(rounds.choose_day([mon], [wed], [{wed}]))
