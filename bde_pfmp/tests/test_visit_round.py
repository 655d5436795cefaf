"""Rounds by nearness, calendars, kilometres and their claims."""

import io
from zoneinfo import ZoneInfo

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .visit_common import VisitCase


class RoundCase(VisitCase):
    """Three hosts: two in the north of the school, at 10 and 12 km, one 20 km south."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north = cls.new_host("Atelier Nord", 44.9278, -0.5792, "Blanquefort")
        cls.far_north = cls.new_host("Fermes du Nord", 44.9458, -0.5792, "Parempuyre")
        cls.south = cls.new_host("Scierie Sud", 44.6578, -0.5792, "Cestas")
        hosts = (cls.far_north, cls.south, cls.north)
        for placement, host in zip(cls.placements, hosts, strict=True):
            # sudo: as an amendment would; the terms of a signed stay are locked
            placement.sudo()._write_agreed({"host_id": host.id})

    def setUp(self):
        super().setUp()
        self.visits = self.env["bde.visit"].union(
            *(
                self.new_visit(placement, kind="final", planned_on=self.day(8))
                for placement in self.placements
            )
        )

    def propose(self, env=None, **vals):
        wizard = (env or self.as_teacher)["bde.visit.round.wizard"].create(
            {"date_from": self.start, "date_to": self.end, "most": 2, **vals}
        )
        action = wizard.action_propose()
        return wizard.env["bde.visit.round"].search(action["domain"])


@tagged("post_install", "-at_install")
class TestVisitRound(RoundCase):
    def test_by_nearness(self):
        """The two in the north go together, the south alone; each on a day of presence."""
        rounds = self.propose()
        self.assertEqual(len(rounds), 2)
        by_size = rounds.sorted("visit_count")
        self.assertEqual(by_size[0].visit_ids.host_id, self.south)
        north = by_size[1]
        self.assertEqual(north._stops().mapped("host_id.name"), ["Atelier Nord", "Fermes du Nord"])
        self.assertEqual(north.towns, "Blanquefort – Parempuyre")
        self.assertEqual(len(set(rounds.mapped("date"))), 2)
        self.assertEqual(north.visit_ids.mapped("planned_on"), [north.date] * 2)
        # 0.108° of latitude there and back: 24.0 km, a third more by road
        self.assertAlmostEqual(north.km_estimate, 2 * 0.108 * 111.195 * 1.3, delta=0.15)
        self.assertEqual(north.km, 0)
        # 13 h, 13 km by road = 17 min, 5 to park
        self.assertAlmostEqual(north._stops()[0].round_time, 13 + 22 / 60, delta=0.02)

    def test_days_of_the_teacher(self):
        """Wednesdays alone: both rounds stand on one, never on the 11th nor on the same."""
        days = dict.fromkeys(("monday", "tuesday", "thursday", "friday"), False)
        rounds = self.propose(**days)
        off = self.school_a._bde_public_holidays(self.start, self.end)
        for one in rounds:
            self.assertEqual(one.date.weekday(), 2)
            self.assertNotIn(one.date, off)
        self.assertEqual(len(set(rounds.mapped("date"))), len(rounds))

    def test_nothing_to_propose(self):
        self.propose()
        with self.assertRaisesRegex(UserError, "No visit on site"):
            self.propose()
        self.visits.sudo().round_id.unlink()
        none = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), False)
        with self.assertRaisesRegex(UserError, "No day is left"):
            self.propose(**none)

    def test_begins_in_the_list(self):
        """An empty list of rounds opens the dialog that makes some."""
        action = self.env["bde.visit.round"].action_propose()
        self.assertEqual(action["res_model"], "bde.visit.round.wizard")

    def test_by_hand(self):
        """Another order, another hour: times and kilometres follow."""
        one = self.propose().sorted("visit_count")[1]
        first, second = one._stops()
        before = one.km_estimate
        first.round_rank, second.round_rank = 9, 1
        self.assertEqual(one._stops(), second + first)
        self.assertLess(second.round_time, first.round_time)
        self.assertAlmostEqual(one.km_estimate, before, places=1)  # there and back is the same
        one.time_start = 8.0
        self.assertLess(second.round_time, 9)
        one.action_order()
        self.assertEqual(one._stops(), first + second)

    def test_moved_to_another_day(self):
        one = self.propose().sorted("visit_count")[1]
        one.date = self.day(9)
        self.assertEqual(set(one.visit_ids.mapped("planned_on")), {self.day(9)})

    def test_done(self):
        """Not before its day, nor with stops that say nothing."""
        one = self.propose().sorted("visit_count")[0]
        with self.assertRaisesRegex(UserError, "has not come yet"):
            one.action_done()
        self.go_to(one.date)
        with self.assertRaisesRegex(UserError, "Report these stops"):
            one.action_done()
        self.report(one.visit_ids)
        one.action_done()
        self.assertEqual(one.state, "done")
        with self.assertRaisesRegex(UserError, "may be claimed"):
            one.action_cancel()

    def test_cancelled(self):
        """Its visits wait for another one."""
        rounds = self.propose()
        rounds.action_cancel()
        self.assertFalse(self.visits.sudo().round_id)
        self.assertEqual(set(self.visits.mapped("state")), {"planned"})
        self.go_to(max(rounds.mapped("date")))
        rounds.action_done()
        self.assertEqual(set(rounds.mapped("state")), {"cancelled"}, "no journey to claim")

    def test_deleted(self):
        """Deleted before it was made: its visits wait, its entries are gone."""
        one = self.propose().sorted("visit_count")[1]
        one.with_env(self.as_manager).action_calendar()
        visits, events = one.visit_ids, one.visit_ids.sudo().event_id
        one.unlink()
        self.assertFalse(events.exists())
        self.assertEqual(visits.mapped("round_time"), [0, 0])
        with self.assertRaises(AccessError):
            self.propose()[0].with_user(self.teacher_b).unlink()

    def test_rights(self):
        one = self.propose()[0]
        with self.assertRaises(AccessError):
            one.with_user(self.teacher_b).read(["km"])
        colleague = self.prof_a2
        colleague.user_id = self.two_roles
        with self.assertRaises(AccessError):
            one.with_env(self.as_user(self.two_roles)).read(["km"])
        with self.assertRaises(AccessError):
            self.as_teacher["bde.visit.round"].create(
                {"teacher_id": colleague.id, "date": self.start}
            )
        one.with_env(self.as_manager).km = 12
        with self.assertRaises(AccessError):
            one.with_env(self.as_manager).write({"state": "done"})

    def test_calendar(self):
        """Entries of the teacher alone, moved and not doubled, gone with the round."""
        one = self.propose().sorted("visit_count")[1]
        one.with_env(self.as_manager).action_calendar()
        events = one.visit_ids.sudo().event_id
        self.assertEqual(len(events), 2)
        self.assertEqual(events.user_id, self.teacher_a)
        self.assertEqual(events.partner_ids, self.teacher_a.partner_id)
        self.assertEqual(set(events.mapped("privacy")), {"private"})
        self.assertNotIn("Dupont", " ".join(events.mapped("name")))
        first = one._stops()[0].sudo()
        # 13:22 in Paris, in winter or summer time, is written in UTC
        start = first.event_id.start.replace(tzinfo=ZoneInfo("UTC"))
        local = start.astimezone(ZoneInfo("Europe/Paris"))
        self.assertEqual((local.hour, local.minute), (13, 22))
        one.date = self.day(9)
        one.action_calendar()
        self.assertEqual(one.visit_ids.sudo().event_id, events)
        second = one._stops()[1]
        gone = second.sudo().event_id
        one.write({"visit_ids": [(3, second.id)]})
        self.assertFalse(gone.exists())
        self.assertEqual((second.round_id.id, second.round_time), (False, 0))
        events = events.exists()
        self.assertEqual(set(events.mapped(lambda e: e.start.date())), {self.day(9)})
        one.action_cancel()
        self.assertFalse(events.exists())

    def test_no_account_no_calendar(self):
        rounds = self.propose()
        rounds.with_env(self.as_manager).teacher_id = self.prof_a2
        with self.assertRaisesRegex(UserError, "no account"):
            rounds.with_env(self.as_manager).action_calendar()

    def test_ics(self):
        """One event a stop, the same UID each time, the pupil by first name alone."""
        one = self.propose().sorted("visit_count")[1]
        text = one._ics().decode()
        self.assertEqual(text.count("BEGIN:VEVENT"), 2)
        self.assertIn(f"UID:bde-visit-{one._stops()[0].id}@", text)
        self.assertIn("SUMMARY:Visit: Atelier Nord", text)
        self.assertNotIn("Dupont", text)
        self.assertIn("CLASS:PRIVATE", text)
        start = next(line for line in text.splitlines() if line.startswith("DTSTART"))
        self.assertTrue(start.endswith("Z"), start)


@tagged("post_install", "-at_install")
class TestMileage(RoundCase, HttpCase):
    def done_round(self, km=31.5):
        one = self.propose().sorted("visit_count")[1]
        self.go_to(one.date)
        for visit in one.visit_ids:
            self.report(visit)
        one.km = km
        one.action_done()
        return one

    def journeys(self, env=None):
        return (env or self.as_teacher)["bde.mileage"].search([])

    def test_round_is_one_journey(self):
        one = self.done_round()
        journey = self.journeys()
        self.assertEqual((journey.round_id, journey.km, journey.stop_count), (one, 31.5, 2))
        self.assertEqual(journey.label, "Blanquefort – Parempuyre")
        self.assertEqual(journey.state, "to_claim")
        one.km = 33
        self.assertEqual(journey.km, 33)

    def test_single_visit(self):
        """On site and in no round; by phone there is no journey; km may come later."""
        visit = self.report(self.visits[0])
        journey = self.journeys()
        self.assertEqual((journey.visit_id, journey.state), (visit, "no_km"))
        visit.km = 18
        self.assertEqual((journey.km, journey.state), (18, "to_claim"))
        visit.channel = "phone"
        self.assertFalse(journey.exists())

    def test_claim(self):
        """At the rate of the day: 31.5 km × 0.32 € = 10.08 €; the rate of later changes nothing."""
        self.done_round()
        self.school_a.bde_mileage_rate = 0.32
        journey = self.journeys()
        journey.action_claim()
        self.assertEqual(journey.state, "claimed")
        self.assertAlmostEqual(journey.amount, 10.08)
        self.school_a.bde_mileage_rate = 0.5
        journey.round_id.km = 99
        self.assertEqual(journey.km, 31.5)
        self.assertAlmostEqual(journey.amount, 10.08)
        with self.assertRaises(AccessError):
            journey.action_paid()
        journey.with_env(self.as_user(self.intendance_a)).action_paid()
        self.assertEqual(journey.state, "paid")
        with self.assertRaisesRegex(UserError, "paid stays"):
            journey.action_unclaim()

    def test_no_rate_no_amount(self):
        self.done_round()
        journey = self.journeys()
        journey.action_claim()
        self.assertEqual((journey.rate, journey.amount), (0, 0))
        [claim] = journey._claims()
        self.assertIsNone(claim["amount"])
        journey.action_unclaim()
        self.assertEqual(journey.state, "to_claim")

    def test_claim_without_kilometres(self):
        self.report(self.visits[0])
        with self.assertRaisesRegex(UserError, "kilometres first: Parempuyre"):
            self.journeys().action_claim()

    def test_rights(self):
        self.done_round()
        journey = self.journeys()
        for env in (self.as_teacher, self.as_manager):
            with self.assertRaises(AccessError):
                journey.with_env(env).write({"km": 500})
        for user in (self.teacher_b, self.manager_b, self.school_life_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                journey.with_env(self.as_user(user)).read(["km"])
        self.prof_a2.user_id = self.two_roles
        self.assertFalse(self.journeys(self.as_user(self.two_roles)))
        with self.assertRaises(AccessError):
            self.school_a.with_env(self.as_teacher).bde_mileage_rate = 3
        self.school_a.with_env(self.as_manager).bde_mileage_rate = 0.4
        self.assertEqual(self.school_a.bde_mileage_rate, 0.4)

    def test_files(self):
        """PDF and workbook for who may read them, nothing for others."""
        one = self.done_round()
        journey = self.journeys()
        self.authenticate("teacher_a", "teacher_a")
        pdf = self.url_open(f"/bde/mileage.pdf?ids={journey.id}")
        self.assertEqual(pdf.content[:5], b"%PDF-")
        answer = self.url_open(f"/bde/mileage.xlsx?ids={journey.id}")
        sheet = load_workbook(io.BytesIO(answer.content)).active
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual(rows[1][2:5], ("Blanquefort – Parempuyre", 2, 31.5))
        self.assertEqual(rows[1][5:7], (None, None))
        ics = self.url_open(f"/bde/rounds.ics?ids={one.id}")
        self.assertIn("text/calendar", ics.headers["Content-Type"])
        self.authenticate("teacher_b", "teacher_b")
        for address in (f"mileage.pdf?ids={journey.id}", f"rounds.ics?ids={one.id}"):
            with mute_logger("odoo.http"):
                refused = self.url_open(f"/bde/{address}")
            self.assertIn(refused.status_code, (403, 404))
