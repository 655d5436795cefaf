"""Amendments of signed conventions: who signs, what they do to the days, what they refuse."""

import json
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .amendment_common import WEEK_32, AmendmentCase


@tagged("post_install", "-at_install")
class TestAmendmentSigners(AmendmentCase):
    def test_conditions_are_signed_by_host_pupils_side_and_head(self):
        amendment = self.amend("hours", date_effect=self.day(9), new_schedule=WEEK_32)
        amendment.action_send()
        self.assertEqual(amendment.state, "to_sign")
        self.assertEqual(
            self.signers(amendment),
            {
                "host": True,
                "tutor": True,
                "student": False,
                "guardian": True,
                "referent": False,
                "head": True,
            },
            "a minor and the referent acknowledge",
        )

    def test_essential_is_signed_by_all(self):
        amendment = self.amend("end", new_date_end=self.day(11))
        amendment.action_send()
        self.assertTrue(self.signers(amendment)["referent"])

    def test_pupil_of_age_signs_himself(self):
        amendment = self.amend("end", self.adult, new_date_end=self.day(11))
        amendment.action_send()
        self.assertTrue(self.signers(amendment)["student"])
        self.assertNotIn("guardian", self.signers(amendment))

    def test_new_tutor_signs_not_the_old_one(self):
        new = self.new_contact("Lise Martel", bde_tutor=True, email="lise@duval.example")
        amendment = self.amend("tutor", date_effect=self.day(9), new_tutor_id=new.id)
        amendment.action_send()
        tutors = amendment.sudo().signature_ids.filtered(lambda s: s.role == "tutor")
        self.assertEqual(tutors.mapped("name"), ["Lise Martel"])

    def test_head_signs_last(self):
        amendment = self.amend("end", new_date_end=self.day(11))
        amendment.action_send()
        head = amendment.sudo().signature_ids.filtered(lambda s: s.role == "head")
        self.assertEqual(head.state, "waiting")


@tagged("post_install", "-at_install")
class TestAmendmentEffects(AmendmentCase):
    def test_three_days_off_over_the_public_holiday(self):
        self.assertEqual(self.figures(), (self.days, self.days * 7))
        tuesday, thursday = self.day(1), self.day(3)
        off = 3 - (tuesday <= self.armistice <= thursday)
        self.go_to(0)
        amendment = self.agree("break", break_from=tuesday, break_to=thursday)
        self.assertEqual(amendment.date_effect, tuesday)
        self.assertEqual(self.figures(), (self.days - off, (self.days - off) * 7))
        self.assertEqual(self.convention.effective_days, self.days - off)
        rows = self.placement.term_ids.mapped(lambda t: (t.date_from, t.date_to, t.is_absent))
        self.assertEqual(rows, [
            (self.day(0), self.day(0), False),
            (tuesday, thursday, True),
            (self.day(4), self.end, False),
        ])  # fmt: skip

    def test_hours_change_in_mid_week_on_their_day(self):
        wednesday = self.day(9)
        self.agree("hours", date_effect=wednesday, new_schedule=WEEK_32)
        # first week and two days of 7 h, then Wednesday and Thursday of 8 h, four days of 8 h
        first = 5 - (self.day(0) <= self.armistice <= self.day(4)) * self.off
        self.assertEqual(self.figures(), (first + 2 + 2 + 4, (first + 2) * 7 + 6 * 8))
        self.assertEqual(self.placement.weekly_hours, 35, "until that day")
        self.go_to(9)
        self.env["bde.convention"]._cron_follow_dates()
        self.assertEqual(self.placement.weekly_hours, 32)
        self.assertEqual(self.figures(), (first + 2 + 2 + 4, (first + 2) * 7 + 6 * 8))

    def test_prolongation_leaves_school_holidays_out(self):
        holiday = self.env["bde.holiday"].create(
            {
                "name": "Vacances",
                "company_id": self.academy.id,
                "zone": self.school_a.holiday_zone,
                "date_start": self.day(19),
                "date_end": self.day(27),
                "school_year_id": self.year.id,
            }
        )
        amendment = self.amend("prolongation", new_date_end=self.day(29))
        self.assertTrue(amendment.holidays_text)
        amendment.action_send()
        self.sign_all(amendment)
        # Saturday of the third week to Sunday a week later are off: Monday and Tuesday remain
        self.assertEqual(self.figures(), (self.days + 2, (self.days + 2) * 7))
        self.assertEqual(self.placement.date_end, self.day(29))
        self.assertEqual(self.convention.date_end, self.day(29))
        inside = self.amend("prolongation", self.adult, new_date_end=self.day(25))
        self.assertIn("holidays", inside.obstacles)
        inside.holidays_off = False
        self.assertFalse(inside.obstacles)
        holiday.unlink()

    def test_end_before_the_term_and_the_convention_ends_with_it(self):
        self.agree("end", new_date_end=self.day(11))
        self.assertEqual(self.placement.date_end, self.day(11))
        self.assertEqual(self.figures()[0], 10 - self.off)
        self.go_to(12)
        self.env["bde.convention"]._cron_follow_dates()
        self.assertEqual(self.convention.state, "ended")

    def test_postponement_before_the_first_day(self):
        self.convention.document_id._set_state("signed")
        self.go_to(-7)
        self.agree("postponement", new_date_start=self.day(7), new_date_end=self.day(25))
        self.assertEqual(
            (self.placement.date_start, self.placement.date_end), (self.day(7), self.day(25))
        )
        self.assertEqual(self.figures(), (15, 105))

    def test_tutor_changes_on_his_day_and_counts_for_the_limit_from_then_on(self):
        new = self.new_contact("Lise Martel", bde_tutor=True, email="lise@duval.example")
        self.agree("tutor", date_effect=self.day(9), new_tutor_id=new.id)
        self.assertEqual(self.placement.tutor_id, self.tutor)
        self.go_to(9)
        self.env["bde.convention"]._cron_follow_dates()
        self.assertEqual(self.placement.tutor_id, new)

    def test_place(self):
        self.agree("place", date_effect=self.day(0), new_site_address="Chantier du port")
        self.assertEqual(self.placement.site_address, "Chantier du port")
        self.assertEqual(self.figures()[0], self.days)

    def test_journal_of_the_convention_says_amended(self):
        amendment = self.agree("end", new_date_end=self.day(11))
        row = self.convention.sudo().journal_ids.filtered(lambda j: j.event == "amended")
        payload = json.loads(row.payload)
        self.assertEqual(payload["amendment"], amendment.number)
        self.assertEqual(payload["content_sha256"], amendment.sudo().version_id.content_sha256)
        self.assertEqual(payload["date_effect"], self.day(12).isoformat())

    def test_timeline_of_the_company(self):
        relation = self.env["bde.relation"]._bde_ensure(self.employer, self.school_a)
        timeline = self.env["bde.timeline"].with_env(self.as_manager)
        self.amend("place", self.adult, date_effect=self.day(2), new_site_address="Ici")
        self.agree("end", new_date_end=self.day(11))
        found = [e for e in timeline._timeline(relation) if e["model"] == "bde.amendment"]
        self.assertEqual(len(found), 1, "what all have signed")
        self.assertIn("Aline D.", found[0]["detail"])

    def test_refused_or_cancelled_leaves_all_as_it_was(self):
        amendment = self.amend("end", new_date_end=self.day(11))
        amendment.action_send()
        signature = amendment.sudo().signature_ids.filtered(lambda s: s.state == "to_sign")[:1]
        signature._refuse("Non")
        self.assertEqual(amendment.state, "refused")
        self.assertEqual(self.placement.date_end, self.end)
        self.assertFalse(self.placement.term_ids)
        again = self.amend("end", new_date_end=self.day(11))
        again.action_send()
        again.action_cancel("Plus utile")
        self.assertEqual(self.figures()[0], self.days)
        self.assertFalse(again.is_open)
        self.assertEqual(self.convention.state, "running")

    def test_several_in_sequence(self):
        self.agree("hours", date_effect=self.day(14), new_schedule=WEEK_32)
        second = self.agree("break", break_from=self.day(14), break_to=self.day(14))
        self.assertEqual(second.rank, 2)
        # two weeks of 7 h days, then Tuesday to Thursday of 8 h
        self.assertEqual(self.figures(), (10 - self.off + 3, (10 - self.off) * 7 + 24))
        content = second.sudo().version_id._content()
        self.assertEqual(content["previous"], [self.convention.amendment_ids[-1].number])

    def test_runs_from_its_day_and_ends_with_the_convention(self):
        amendment = self.agree("place", date_effect=self.day(2), new_site_address="Chantier")
        self.assertIn("from", amendment.state_label)
        self.go_to(2)
        self.env["bde.convention"]._cron_follow_dates()
        self.assertEqual(amendment.state, "running")
        self.go_to(20)
        self.env["bde.convention"]._cron_follow_dates()
        self.env["bde.convention"]._cron_follow_dates()
        self.assertEqual((self.convention.state, amendment.state), ("ended", "ended"))


@tagged("post_install", "-at_install")
class TestAmendmentChecks(AmendmentCase):
    def stopped(self, amendment, *words):
        with self.assertRaises(UserError) as caught:
            amendment.action_send()
        for word in words:
            self.assertIn(word, str(caught.exception))
        self.assertEqual(amendment.state, "draft")

    def test_only_what_the_type_needs(self):
        self.stopped(self.amend("hours"), "New weekly hours")
        other = self.amend("tutor", self.adult)
        self.stopped(other, "New tutor")

    def test_dates_lie_within_the_stay(self):
        for vals in (
            {"change_type": "break", "break_from": self.day(17), "break_to": self.day(20)},
            {"change_type": "end", "new_date_end": self.day(18)},
            {"change_type": "end", "new_date_end": self.day(-1)},
            {"change_type": "prolongation", "new_date_end": self.day(18)},
            {"change_type": "prolongation", "new_date_end": date(self.start.year + 1, 12, 1)},
            {"change_type": "place", "date_effect": self.day(30), "new_site_address": "Ici"},
        ):
            with self.subTest(vals=vals):
                amendment = self.amend(**vals)
                self.stopped(amendment)
                amendment.action_cancel("Suivant")

    def test_begun_stay_is_not_postponed(self):
        amendment = self.amend(
            "postponement", new_date_start=self.day(7), new_date_end=self.day(25)
        )
        self.stopped(amendment, "began")

    def test_nothing_that_changes_nothing(self):
        amendment = self.amend("hours", date_effect=self.day(9), new_schedule=self.week())
        self.stopped(amendment, "nothing would change")

    def test_form_saves_what_was_typed(self):
        """As the button opens it: nothing required is asked for that nobody can type."""
        action = self.convention.with_env(self.as_manager).action_amend()
        model = self.env["bde.amendment"].with_env(self.as_manager)
        with Form(model.with_context(**action["context"])) as form:
            form.change_type = "place"
            form.date_effect = self.day(9)
            form.new_site_address = "Chantier de la gare"
        self.assertTrue(form.record.number)
        self.assertEqual(form.record.convention_id, self.convention)

    def test_days_that_change_are_said(self):
        """One line for the neighbours that change alike, the week only when its total does."""
        week = dict(self.week())
        model = self.env["bde.amendment"]
        monday, tuesday, thursday, friday = (model._day_name(index) for index in (0, 1, 3, 4))
        self.assertIn(monday, ("Monday", "Lundi"))
        lines = model._day_lines(week, week | {"fri": [["08:00", "12:00"]]})
        self.assertEqual([(days, after) for days, _before, after in lines], [(friday, "8h-12h")])
        rest = {"mon": [], "tue": [], "thu": []}
        lines = model._day_lines(week, week | rest)
        self.assertEqual(
            [(days, after) for days, _before, after in lines],
            [(f"{monday} – {tuesday}", "–"), (thursday, "–")],
        )

    def test_law_is_checked_on_the_new_terms(self):
        night = {day: [["18:00", "23:30"]] for day in ("mon", "tue", "wed", "thu", "fri")}
        amendment = self.amend("hours", date_effect=self.day(9), new_schedule=night)
        self.assertIn("L3163", amendment.obstacles)
        self.stopped(amendment, "L3163")

    def test_six_months_are_counted_with_the_prolongation(self):
        other = self.period_a.copy(
            {
                "name": "PFMP 2",
                "date_start": date(self.start.year + 1, 1, 4),
                "date_end": date(self.start.year + 1, 6, 11),
            }
        )
        # 23 weeks of 35 h and these three weeks are less than 924 h, three more are not
        self.new_placement(self.aline, period_id=other.id, **self.complete_vals())
        amendment = self.amend("prolongation", new_date_end=self.day(21), holidays_off=False)
        self.assertFalse(amendment.obstacles)
        amendment.new_date_end = self.day(39)
        self.assertIn("L124-5", amendment.obstacles)

    def test_tutor_has_three_trainees_by_the_days(self):
        emma = self.new_placement(self.emma, **self.complete_vals())
        emma.write({"tutor_id": self.boss.id})
        amendment = self.amend("tutor", date_effect=self.day(9), new_tutor_id=self.boss.id)
        self.assertNotIn("R124-13", str(amendment.alerts or ""))
        self.new_placement(self.dany, tutor_id=self.boss.id, host_id=self.employer.id)
        others = self.new_pupil("Gina", self.division_a, self.start.year - 17)
        self.new_placement(others, tutor_id=self.boss.id, host_id=self.employer.id)
        amendment.invalidate_recordset(["alerts"])
        self.assertIn("R124-13", str(amendment.alerts or ""))

    def test_one_open_amendment(self):
        self.amend("end", new_date_end=self.day(11))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.amend("place", new_site_address="Ici").flush_recordset()
        self.assertEqual(
            self.convention.with_env(self.as_manager).action_amend()["res_id"],
            self.convention.amendment_ids.id,
            "the button leads to the one that is open",
        )

    def test_convention_must_be_in_force(self):
        for state in ("draft", "ended", "interrupted", "cancelled", "attested"):
            self.convention.document_id._set_state(state)
            with self.subTest(state=state), self.assertRaises(UserError):
                self.amend("end", new_date_end=self.day(11))

    def test_end_of_the_convention_gives_up_what_is_open(self):
        amendment = self.amend("end", new_date_end=self.day(11))
        amendment.action_send()
        self.convention.document_id._set_state("ended")
        self.assertEqual(amendment.state, "cancelled")
        self.assertEqual(set(amendment.sudo().signature_ids.mapped("state")), {"void"})

    def test_out_for_signature_is_locked(self):
        amendment = self.amend("end", new_date_end=self.day(11))
        amendment.action_send()
        with self.assertRaises(UserError):
            amendment.new_date_end = self.day(10)
        self.sign_all(amendment)
        with self.assertRaises(UserError):
            amendment.action_cancel("Non")

    def test_terms_of_the_placement_stay_locked(self):
        self.agree("place", date_effect=self.day(0), new_site_address="Chantier")
        placement = self.placement.with_env(self.as_manager)
        with self.assertRaises(UserError):
            placement.site_address = "Ailleurs"
        with self.assertRaises(UserError):
            placement.with_context(bde_agreed=True).site_address = "Ailleurs"

    def test_roles(self):
        Amendment = self.env["bde.amendment"]
        vals = {"convention_id": self.convention.id, "change_type": "place"}
        for user in (self.teacher_a, self.manager_b, self.head_b):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                Amendment.with_user(user).with_context(
                    allowed_company_ids=user.company_ids.ids
                ).create(dict(vals))
        amendment = self.agree("place", date_effect=self.day(0), new_site_address="Chantier")
        seen = Amendment.with_user(self.teacher_a).search([("id", "=", amendment.id)])
        self.assertTrue(seen.comparison, "the referent reads what changes")
        for user in (self.teacher_b, self.manager_b):
            self.assertFalse(Amendment.with_user(user).search([("id", "=", amendment.id)]))
        term = self.placement.term_ids[:1]
        with self.assertRaises(AccessError):
            term.with_env(self.as_manager).date_to = self.day(1)

    def test_state_is_written_by_the_verbs_alone(self):
        amendment = self.amend("end", new_date_end=self.day(11))
        for vals in ({"is_open": False}, {"rank": 7}, {"state": "signed"}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                amendment.write(vals)

    def test_signing_many_costs_the_same_for_one_and_for_three(self):
        """Applying is batched: placements that end on the same day are written together."""
        counts = []
        for number, conventions in ((1, self.conventions[:1]), (2, self.conventions[1:])):
            terms = {one.placement_id: one.placement_id._terms()[:1] for one in conventions}
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["bde.placement"]._store_terms(terms)
            self.env.flush_all()
            counts.append((number, self.cr.sql_log_count - before))
        self.assertEqual(counts[1][1], counts[0][1], counts)
