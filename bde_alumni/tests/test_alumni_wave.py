"""Surveys of leavers: planned, asked, reminded, stopped."""

from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from .survey_common import SurveyCase


@tagged("post_install", "-at_install")
class TestAlumniWave(SurveyCase):
    def test_planned_from_the_last_day_of_the_year(self):
        self.new_alumnus("Rita", cohort=2025)
        Wave = self.env["bde.alumni.wave"]
        # last day 31 August 2025: 28 February 2026 is six months later
        self.assertEqual(Wave._day_of(self.school_a, 2025, 6), date(2026, 2, 28))
        with freeze_time("2026-02-10 10:00:00"):
            made = Wave._plan(self.school_a, date(2026, 2, 10))
            self.assertEqual(made.filtered(lambda one: one.cohort == 2025).mapped("months"), [6])
            # those of 2024 are 18 months old
            self.assertEqual(made.filtered(lambda one: one.cohort == 2024).mapped("months"), [18])
            self.assertFalse(Wave._plan(self.school_a, date(2026, 2, 10)), "once")

    def test_too_old_is_not_begun(self):
        self.new_alumnus("Rita", cohort=2025)
        made = self.env["bde.alumni.wave"]._plan(self.school_a, date(2026, 6, 1))
        self.assertFalse(made.filtered(lambda one: one.cohort == 2025))

    def test_the_job_begins_and_ends(self):
        planned = self.new_wave(2024, 12, begin=False)
        old = self.new_wave(2024, 18)
        self.env.cr.execute(
            "UPDATE bde_alumni_wave SET date = %s, ends_on = %s WHERE id = %s",
            (self.today - timedelta(days=91), self.today - timedelta(days=1), old.id),
        )
        old.invalidate_recordset()
        late = self.new_alumnus("Rosa", cohort=2024)
        with self.enter_registry_test_mode():
            self.env.ref("bde_alumni.cron_alumni_waves").method_direct_trigger()
        self.assertEqual(planned.state, "running")
        self.assertEqual(old.state, "over")
        self.assertEqual(len(planned.ask_ids), 10)
        self.assertTrue(self.line(late), "who is typed later is asked too")
        self.assertNotIn(self.ines, planned.ask_ids.alumnus_id)

    def test_who_stays_another_year_is_not_asked(self):
        pupil = self.new_alumnus("Sam", cohort=2024, student_id=self.boris.id)
        self.wave._begin()
        self.assertFalse(self.line(pupil))
        pupil.write({"has_left": True, "cohort": 2024})
        self.wave._begin()
        self.assertTrue(self.line(pupil))

    def test_apprentices_and_adults_are_asked_too(self):
        kinds = ("pupil", "apprentice", "adult")
        three = self.env["bde.alumnus"].union(
            *(self.new_alumnus(kind.title(), cohort=2019, kind=kind) for kind in kinds)
        )
        three._note_informed("class")
        wave = self.new_wave(2019)
        self.assertEqual(wave.ask_ids.alumnus_id, three)
        self.assertEqual(wave._ask_now(), 9 + 3)
        self.assertEqual(set(wave.ask_ids.mapped("state")), {"sent"})
        self.line(three[2], wave)._take_answers({"situation": "job"}, "call")
        self.assertEqual(wave.response, "1 of 3")

    @users("secretary_a")
    def test_a_survey_by_hand(self):
        wizard = self.env["bde.alumni.wave.add"].create({"cohort": 2024, "horizon": "24"})
        self.assertEqual((wizard.leaver_count, wizard.not_told_count), (9, 0))
        self.assertEqual(wizard.date, date(2026, 8, 31))
        wave = self.env["bde.alumni.wave"].browse(wizard.action_add()["res_id"])
        self.assertEqual((wave.state, wave.leaver_count), ("running", 9))
        self.assertEqual(wizard.action_add()["res_id"], wave.id, "the same, not a second one")
        with self.assertRaisesRegex(UserError, "2011"):
            wizard.create({"cohort": 2011, "horizon": "6"}).action_add()

    @users("secretary_a")
    def test_verbs_alone_write(self):
        wave = self.wave.with_env(self.env)
        for vals in ({"state": "over"}, {"cohort": 2023}):
            with self.assertRaises(AccessError):
                wave.write(vals)
        with self.assertRaisesRegex(UserError, "day stays"):
            wave.date = "2030-01-01"
        with self.assertRaises(AccessError):
            wave.ask_ids[:1].state = "answered"
        self.assertEqual(wave.ends_on, self.today + timedelta(days=90))
        wave.action_close()
        self.assertEqual(wave.state, "over")
        self.env.cr.execute(
            "UPDATE bde_alumni_wave SET date = %s, ends_on = %s WHERE id = %s",
            (self.today - timedelta(days=91), self.today - timedelta(days=1), wave.id),
        )
        wave.invalidate_recordset()
        wave.action_begin()
        self.assertEqual(wave.state, "running")
        self.assertEqual(wave.ends_on, self.today + timedelta(days=30))

    @users("manager_b")
    def test_another_school_sees_nothing(self):
        self.assertFalse(self.env["bde.alumni.wave"].search([]))
        self.assertFalse(self.env["bde.alumni.wave.line"].search([]))
        with self.assertRaises(AccessError):
            self.wave.with_env(self.env).action_close()


@tagged("post_install", "-at_install")
class TestAlumniWaveAsk(SurveyCase):
    def test_a_letter_and_two_reminders(self):
        mails = self.catch_mails()
        self.ask()
        self.assertEqual(len(mails), 9)
        line = self.line(self.gina)
        self.assertEqual((line.state, line.channel, line.asked_on), ("sent", "email", self.today))
        self.assertIn("6 months", mails[0]["body_html"])
        self.days_pass(9)
        self.ask()
        self.assertEqual(len(mails), 9, "not before ten days")
        self.days_pass(1)
        self.ask()
        self.assertEqual((len(mails), line.reminder_count), (18, 1))
        self.days_pass(10)
        self.ask()
        self.assertEqual((len(mails), line.reminder_count), (27, 2))
        self.days_pass(30)
        self.ask()
        self.assertEqual(len(mails), 27, "then never again")
        kinds = self.env["bde.alumni.letter"].search([("alumnus_id", "=", self.gina.id)])
        self.assertEqual(sorted(kinds.mapped("kind")), ["survey_6", "survey_6_r1", "survey_6_r2"])

    def test_reminders_stop(self):
        self.ask()
        self.line(self.gina)._take_answers({"situation": "job"}, "link")
        self.line(self.iris)._refuse()
        self.jules._no_more("link")
        self.kim.sudo().is_deceased = True
        self.leo.unlink()
        mails = self.catch_mails()
        self.days_pass(10)
        self.ask()
        asked = " ".join(mail["email_to"] for mail in mails)
        for name in ("gina", "iris", "jules", "kim", "léo"):
            self.assertNotIn(name, asked)
        self.assertEqual(len(mails), 4)
        self.assertEqual(self.line(self.jules).state, "refused")

    def test_what_waits_to_leave_is_stopped(self):
        self.ask()
        letters = self.env["bde.alumni.letter"].search([("company_id", "=", self.school_a.id)])
        self.assertEqual(set(letters.mapped("state")), {"queued"})
        self.line(self.gina)._take_answers({"situation": "job"}, "call")
        self.line(self.iris)._refuse()
        stopped = letters.filtered(lambda one: one.state == "cancelled").alumnus_id
        self.assertEqual(stopped, self.gina | self.iris)

    def test_nobody_is_asked_before_being_told(self):
        new = self.new_alumnus("Rosa", cohort=2024)
        self.wave._begin()
        mails = self.catch_mails()
        self.ask()
        self.assertEqual(len(mails), 9)
        self.assertEqual(self.line(new).state, "to_send")
        self.assertEqual(self.wave.not_told_count, 1)
        new._note_informed("class")
        self.ask()
        self.assertEqual(len(mails), 10)

    def test_text_message_for_who_has_no_mail(self):
        self.gina.write({"email": False, "phone": "06 12 34 56 78"})
        self.iris.write({"email": False})
        with self.texts() as texts:
            self.ask()
        self.assertEqual([text["phone"] for text in texts], ["06 12 34 56 78"])
        self.assertEqual(self.line(self.gina).channel, "sms")
        self.assertEqual(self.line(self.iris).state, "unreachable")
        self.assertEqual(self.wave.unreachable_count, 1)
        self.iris.email = "iris@new.example"
        self.assertEqual(self.line(self.iris).state, "to_send", "a new address is tried")

    def test_text_message_after_two_letters(self):
        self.gina.phone = "06 12 34 56 78"
        with self.texts() as texts:
            self.ask()
            for _round in range(2):
                self.days_pass(10)
                self.ask()
            self.assertFalse(texts)
            self.days_pass(7)
            self.ask()
            self.assertEqual(len(texts), 1, "who has a telephone alone")
            # the one question, not the top of the page
            self.assertRegex(texts[0]["text"], r"/bde/m/[^ #]+#survey ")
            self.days_pass(10)
            self.ask()
            self.assertEqual(len(texts), 1)

    def test_a_dead_address_is_called(self):
        self.ask()
        letter = self.env["bde.alumni.letter"].search([("alumnus_id", "=", self.gina.id)])
        self.env["bde.bounce"]._note([(self.school_a, letter.signer_key, "email", "unknown")])
        self.assertEqual(self.line(self.gina).state, "unreachable")
        self.assertEqual(self.wave.to_call_count, 0, "without a telephone")
        mails = self.catch_mails()
        self.gina.email = "gina@new.example"
        self.days_pass(10)
        self.ask()
        self.assertIn("gina@new.example", " ".join(mail["email_to"] for mail in mails))

    def test_what_is_over_stays_as_it_was(self):
        self.ask()
        self.wave.state = "over"
        self.gina._no_more("link")
        self.assertEqual(self.line(self.gina).state, "sent")

    def test_a_survey_that_is_over_asks_nobody(self):
        self.wave.state = "over"
        mails = self.catch_mails()
        self.ask()
        self.assertFalse(mails)

    def test_chunks(self):
        mails = self.catch_mails()
        done = []
        with self.small_chunks(4):
            count = self.wave._ask_now(done.append)
        self.assertEqual((count, done, len(mails)), (9, [4, 4, 1], 9))
        self.assertEqual(self.wave._ask_now(), 0)

    def test_the_job_goes_on_with_the_next_chunk(self):
        cron = self.env.ref("bde_alumni.cron_alumni_letters")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        with self.small_chunks(4):
            self.assertEqual(len(self.ask()), 4)
            self.assertTrue(triggers.search([("cron_id", "=", cron.id)]) - triggers)
            self.ask()
            self.assertEqual(len(self.ask()), 1)

    def test_queries_do_not_grow(self):
        counts = []
        for cohort, size in ((2019, 5), (2020, 40)):
            leavers = self.env["bde.alumnus"].union(
                *(self.new_alumnus(f"N{cohort}x{i}", cohort=cohort) for i in range(size))
            )
            leavers._note_informed("class")
            wave = self.new_wave(cohort)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.assertEqual(wave._ask_now(), size + (9 if cohort == 2019 else 0))
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 6)
