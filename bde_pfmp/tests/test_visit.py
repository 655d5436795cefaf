"""Visits: planned, reported, counted; who may what; what an alert sets off."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.bde_partnerships.models.bde_delivery import BdeDelivery

from .visit_common import VisitCase


@tagged("post_install", "-at_install")
class TestVisitPlan(VisitCase):
    def plan(self):
        self.period_a.with_env(self.as_manager).action_plan_visits()
        return self.placement.with_env(self.as_manager).visit_ids

    def test_plan_of_a_period(self):
        """Three contacts for each of the three pupils, on days of presence."""
        self.plan()
        visits = self.env["bde.visit"].search([("period_id", "=", self.period_a.id)])
        self.assertEqual(len(visits), 9)
        off = self.school_a._bde_public_holidays(self.start, self.end)
        for placement in self.placements:
            mine = visits.filtered(lambda one, p=placement: one.placement_id == p)
            self.assertEqual(mine.mapped("kind"), ["call", "midpoint", "final"])
            self.assertEqual(mine.mapped("channel"), ["phone", "phone", "onsite"])
            self.assertEqual(mine.teacher_id, self.prof_a)
            self.assertEqual(mine.mapped("state"), ["planned"] * 3)
            self.assertTrue(all(day not in off for day in mine.mapped("planned_on")))
            self.assertEqual(placement.visit_status, "planned")
            self.assertEqual(placement.next_visit_on, mine[0].planned_on)

    def test_plan_twice_adds_nothing(self):
        visits = self.plan()
        self.assertEqual(self.plan(), visits)

    def test_what_was_planned_by_hand_stays(self):
        by_hand = self.new_visit(planned_on=self.day(4))
        self.plan()
        self.assertEqual(self.placement.visit_ids, by_hand)
        self.assertEqual(len(self.placement_adult.visit_ids), 3)

    def test_plan_is_the_bureaus(self):
        with self.assertRaises(AccessError):
            self.period_a.with_env(self.as_teacher).action_plan_visits()

    def test_nobody_to_visit(self):
        """A period whose pupils have no host yet says so."""
        period = self.period_a.copy(
            {"name": "PFMP 2", "date_start": self.end, "date_end": self.end}
        )
        period.with_env(self.as_manager)._create_placements()
        with self.assertRaisesRegex(UserError, "no.* host|has a host"):
            period.with_env(self.as_manager).action_plan_visits()

    def test_queries_do_not_grow(self):
        """As many for one pupil as for three."""
        self.env.invalidate_all()
        one = self.placement.with_env(self.as_manager)
        counts = []
        for placements in (one, (self.placement_adult | self.placement_ase)):
            self.env.invalidate_all()
            placements = placements.with_env(self.as_manager)
            before = self.env.cr.sql_log_count
            placements._plan_visits()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_giving_up_the_plans_of_many_costs_no_more(self):
        self.placements.with_env(self.as_manager)._plan_visits()
        counts = []
        for stays in (self.placements, self.placement, self.placements):
            self.conventions.document_id._set_state("interrupted")
            visits = stays.sudo().visit_ids
            visits.write({"state": "planned"})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            stays._plan_again()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(visits.mapped("state")), {"cancelled"})
        self.assertEqual(*counts[1:], "the first one fills what a worker keeps")

    def test_another_referent_takes_the_plan(self):
        """Planned visits follow the referent; a colleague's, and reports, stay."""
        visits = self.plan()
        colleagues = visits[2]
        colleagues.teacher_id = self.prof_a2
        done = self.report(visits[0].with_env(self.as_teacher))
        third = self.env["bde.teacher"].create(
            {"lastname": "Torche", "firstname": "Zoé", "company_id": self.school_a.id}
        )
        self.placement.with_env(self.as_manager).referent_id = third
        self.assertEqual(done.sudo().teacher_id, self.prof_a)
        self.assertEqual(visits[1].teacher_id, third)
        self.assertEqual(colleagues.teacher_id, self.prof_a2)

    def test_dates_that_move(self):
        """What was proposed moves with the period; a date somebody chose stays."""
        gael = self.new_placement(
            self.new_pupil("Gaël", self.division_a2, self.start.year - 17),
            host_id=self.employer.id,
            referent_id=self.prof_a.id,
        )
        gael.with_env(self.as_manager).action_plan_visits()
        call, midpoint, final = gael.visit_ids
        chosen = self.day(2)
        midpoint.planned_on = chosen
        self.period_a.with_env(self.as_manager).date_end = self.day(11)
        # ten days of presence less the 11th: the fourth before the last is a Tuesday
        self.assertEqual(final.planned_on, self.day(8))
        self.assertEqual((call.planned_on, midpoint.planned_on), (self.day(1), chosen))
        # a week has a call and a visit: the final one is given up
        self.period_a.with_env(self.as_manager).date_end = self.day(4)
        self.assertEqual(final.state, "cancelled")

    def test_interrupted_stay_is_visited_no_more(self):
        visits = self.plan()
        self.go_to(self.day(3))
        self.conventions[0].with_env(self.as_manager)._interrupt("host", self.day(3))
        self.assertEqual(set(visits.mapped("state")), {"cancelled"})
        self.assertFalse(self.placement.next_visit_on)
        self.conventions[0].with_env(self.as_manager)._undo_interruption("Erreur")
        self.assertIn("planned", visits.mapped("state"))

    def test_cancelled_convention(self):
        visits = self.plan()
        self.conventions[0].document_id.with_env(self.as_manager).action_cancel("Erreur")
        self.assertEqual(set(visits.mapped("state")), {"cancelled"})


@tagged("post_install", "-at_install")
class TestVisitReport(VisitCase):
    def test_report_counts(self):
        """Two contacts during the stay are enough; one of three people is the meeting."""
        self.assertIn("0 of 2", self.placement._visit_shortfall())
        self.assertIn("article 18", self.placement._visit_shortfall())
        self.go_to(self.day(1))
        self.report(self.new_visit(kind="call"), with_student=False)
        self.assertEqual(self.placement.visit_count, 1)
        self.assertEqual(self.placement.visit_status, "started")
        self.assertEqual(self.placement.last_visit_on, self.day(1))
        self.assertFalse(self.placement.meeting_done)
        self.assertIn("1 of 2", self.placement._visit_shortfall())
        self.go_to(self.day(8))
        self.report(self.new_visit(kind="final"))
        self.assertEqual(self.placement.visit_status, "enough")
        self.assertTrue(self.placement.meeting_done)
        self.assertEqual(self.placement._visit_shortfall(), "")

    def test_meeting_of_two_calls_is_missing(self):
        for number in (1, 2):
            self.go_to(self.day(number))
            self.report(self.new_visit(kind="call"))
        self.assertEqual(self.placement.visit_status, "enough")
        self.assertIn("no meeting", self.placement._visit_shortfall())
        self.assertNotIn("of 2", self.placement._visit_shortfall())

    def test_contact_before_the_stay_is_not_a_check(self):
        """A call that arranges the arrival is kept, and not counted as a check of the stay."""
        self.go_to(self.day(-3))
        self.report(self.new_visit(kind="call"))
        self.assertEqual(self.placement.visit_count, 0)
        self.assertEqual(self.placement.visit_status, "none")

    def test_report_says_what_is_missing(self):
        visit = self.new_visit()
        with self.assertRaisesRegex(UserError, "whom you met"):
            visit.action_done()
        visit.with_tutor = True
        with self.assertRaisesRegex(UserError, "how it goes"):
            visit.action_done()
        visit.write({"mood": "bad", "alert": "watch"})
        with self.assertRaisesRegex(UserError, "sentence"):
            visit.action_done()
        self.assertEqual(visit.state, "planned")
        visit.text = "Il range, il ne câble pas."
        visit.action_done()
        self.assertEqual((visit.state, visit.done_on), ("done", self.start))

    def test_dates(self):
        """Neither tomorrow nor a month before the stay."""
        with self.assertRaisesRegex(ValidationError, "has not come yet"):
            self.report(done_on=self.day(1))
        with self.assertRaisesRegex(ValidationError, "not part of it"):
            self.report(done_on=self.day(-30))

    def test_state_is_the_verbs(self):
        visit = self.new_visit()
        with self.assertRaises(AccessError):
            visit.write({"state": "done"})
        with self.assertRaises(AccessError):
            self.new_visit(state="done")

    def test_report_is_kept(self):
        visit = self.report()
        for verb in ("action_cancel", "action_plan_again"):
            with self.assertRaisesRegex(UserError, "report stays"):
                getattr(visit, verb)()
        with self.assertRaisesRegex(UserError, "correct it"):
            visit.with_env(self.as_manager).unlink()

    def test_missed_has_a_reason(self):
        visit = self.new_visit()
        with self.assertRaisesRegex(UserError, "why"):
            visit.action_missed()
        visit.missed_reason = "Entreprise fermée"
        visit.action_missed()
        self.assertEqual(visit.state, "missed")
        visit.action_plan_again()
        self.assertEqual(visit.state, "planned")

    def test_late(self):
        visit = self.new_visit()
        self.assertFalse(visit.is_late)
        self.go_to(self.day(1))
        visit.invalidate_recordset()
        self.assertTrue(visit.is_late)
        late = self.as_teacher["bde.visit"].search([("is_late", "=", True)])
        self.assertEqual(late, visit)

    def test_who_writes(self):
        """A colleague of the class reads; he writes his own and nobody else's."""
        self.prof_a2.user_id = self.two_roles
        colleague = self.as_user(self.two_roles)
        visit = self.new_visit()
        self.assertEqual(visit.with_env(colleague).kind, "visit")
        with self.assertRaisesRegex(AccessError, "follows this pupil"):
            visit.with_env(colleague).write({"mood": "bad"})
        with self.assertRaises(AccessError):
            visit.with_env(colleague).unlink()
        visit.with_env(self.as_manager).teacher_id = self.prof_a2
        self.report(visit.with_env(colleague))
        self.assertEqual(visit.state, "done")

    def test_other_school_and_school_life(self):
        visit = self.new_visit()
        for user in (self.teacher_b, self.manager_b, self.school_life_a, self.intendance_a):
            env = self.as_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                visit.with_env(env).read(["text"])


@tagged("post_install", "-at_install")
class TestVisitAlert(VisitCase):
    def setUp(self):
        super().setUp()
        self.letters = []
        queue = BdeDelivery._queue

        def catch(delivery, messages):
            self.letters.extend(messages)
            return queue(delivery, messages)

        catcher = patch.object(BdeDelivery, "_queue", catch)
        catcher.start()
        self.addCleanup(catcher.stop)

    def alert(self, level):
        return self.report(alert=level, text="Il travaille seul sur la scie.")

    def test_nothing_to_report(self):
        visit = self.report()
        self.assertFalse(visit.sudo().activity_ids)
        self.assertFalse(visit.alert_state)
        self.assertEqual(self.letters, [])

    def test_watch(self):
        """A task for the bureau, no mail."""
        visit = self.alert("watch")
        self.assertEqual(visit.sudo().activity_ids.user_id, self.manager_a)
        self.assertEqual(visit.alert_state, "open")
        self.assertEqual(self.letters, [])

    def test_urgent(self):
        """A task for bureau and head, and a mail at once that holds no word of the report."""
        visit = self.alert("urgent")
        self.assertEqual(visit.sudo().activity_ids.user_id, self.manager_a | self.head_a)
        readers = " ".join(letter["email_to"] for letter in self.letters)
        self.assertEqual(len(self.letters), 3)
        for address in (self.manager_a.email, self.head_a.email, self.school_a.bde_email):
            self.assertIn(address, readers)
        for letter in self.letters:
            self.assertNotIn("scie", letter["body_html"])
            self.assertNotIn("Dupont", letter["subject"])
            self.assertIn(f"/odoo/bde-visits/{visit.id}", letter["body_html"])
            self.assertIn("Aline", letter["body_html"])

    def test_told_once(self):
        """Saved again it is told no more; a higher level is."""
        visit = self.alert("watch")
        visit.text = "Il travaille seul sur la scie, sans lunettes."
        visit.alert = "watch"
        self.assertEqual(len(visit.sudo().activity_ids), 1)
        visit.alert = "urgent"
        self.assertEqual(visit.sudo().activity_ids.user_id, self.manager_a | self.head_a)
        self.assertEqual(len(visit.sudo().activity_ids), 2)
        self.assertEqual(len(self.letters), 3)
        visit.alert = "watch"
        visit.alert = "urgent"
        self.assertEqual(len(self.letters), 3)

    def test_handled(self):
        """The bureau says what was done; the tasks go."""
        visit = self.alert("urgent")
        with self.assertRaises(AccessError):
            visit.write({"alert_outcome": "Vu"})
            visit.action_handle_alert()
        as_manager = visit.with_env(self.as_manager)
        as_manager.alert_outcome = False
        with self.assertRaisesRegex(UserError, "what was done"):
            as_manager.action_handle_alert()
        as_manager.alert_outcome = "Tuteur appelé, protections remises."
        as_manager.action_handle_alert()
        self.assertEqual(visit.alert_state, "handled")
        self.assertFalse(visit.sudo().activity_ids)

    def test_home_cards(self):
        """Numbers of the cards are those of what they open."""
        self.alert("watch")
        self.new_visit(planned_on=self.day(-1))
        self.new_visit(planned_on=self.day(2))
        # one that is planned of a stay whose convention is not signed: the page leaves it out too
        self.new_visit(self.placement_adult, planned_on=self.day(-1))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE bde_placement SET state = 'to_sign' WHERE id = %s", [self.placement_adult.id]
        )
        self.env.invalidate_all()
        expected = {
            self.manager_a: {"Alerts from visits": 1, "Visits without a report": 0},
            self.teacher_a: {"My late visits": 1, "My visits of the week": 1},
        }
        for user, cards in expected.items():
            env = self.as_user(user)
            found = {card["label"]: card for card in env["bde.home"]._home_cards()}
            for label, count in cards.items():
                with self.subTest(card=label):
                    self.assertEqual(found[label]["count"], count)
                    domain = found[label]["action"]["domain"]
                    self.assertEqual(env["bde.visit"].search_count(domain), count)

    def test_timeline(self):
        """Kind, day, first name and initial; never what was written."""
        visit = self.alert("watch")
        relation = self.env["bde.relation"]._bde_ensure(self.employer, self.school_a)
        entries = self.as_manager["bde.timeline"]._timeline(relation, axis="pfmp")
        [entry] = [one for one in entries if one["model"] == "bde.visit"]
        self.assertEqual(entry["res_id"], visit.id)
        self.assertEqual(entry["title"], "Visit")
        self.assertEqual(entry["detail"], "Aline D.")
        self.assertEqual(entry["date"], fields.Date.to_string(self.start))
        self.assertNotIn("scie", str(entry))
