import doctest
from datetime import date, datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tests.common import BaseCase
from odoo.tools import mute_logger

from ..rules import bounce, quiet, rhythm, sms_parts
from .engine_common import EngineCase

SILENT = mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
TUESDAY = datetime(2026, 11, 24, 9, 0)  # 10 o'clock in Paris


@tagged("post_install", "-at_install")
class TestReminderDoctests(BaseCase):
    """The examples in the pure modules of reminders and messages."""

    def test_doctests(self):
        for module in (bounce, quiet, rhythm, sms_parts):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)


class ReminderCase(EngineCase):
    """Documents sent on Tuesday 24 November 2026 at ten, and the days that follow."""

    def remind_on(self, day, month=11, hour=9):
        """What the job does on that day at school A: the row of the day, empty when none."""
        with freeze_time(datetime(2026, month, day, hour, 0)):
            return self.env["bde.reminder"]._remind_school(self.school_a)

    def counts(self, document):
        """Reminders of each role."""
        return {s.role: s.reminder_count for s in document.signature_ids if s.role != "head"}


@tagged("post_install", "-at_install")
@freeze_time(TUESDAY)
class TestRhythm(ReminderCase):
    """When reminders leave, to whom, how many."""

    def test_académie_begins_with_a_rhythm(self):
        rules = self.env["bde.reminder.rule"].search([("company_id", "=", self.academy.id)])
        roles = {"host", "tutor", "student", "guardian", "referent", "head", "third"}
        self.assertEqual(set(rules.mapped("role")), roles)
        self.env["bde.reminder.rule"]._hand_down_to_all()
        again = self.env["bde.reminder.rule"].search_count([("company_id", "=", self.academy.id)])
        self.assertEqual(again, len(roles), "handed down once")

    def test_line_of_the_school_wins(self):
        Rule = self.env["bde.reminder.rule"].with_env(self.as_user(self.manager_a))
        Rule.create({"role": "host", "first_days": 7, "company_id": self.school_a.id})
        Rules = self.env["bde.reminder.rule"]
        self.assertEqual(Rules._rhythms(self.school_a)["host"].first_days, 7)
        self.assertEqual(Rules._rhythms(self.school_b)["host"].first_days, 3)
        self.assertEqual(Rules._rhythms(self.school_a)["tutor"].first_days, 3)

    @SILENT
    def test_manager_makes_a_line_of_his_own(self):
        rule = self.env["bde.reminder.rule"].search(
            [("company_id", "=", self.academy.id), ("role", "=", "host")]
        )
        theirs = rule.with_env(self.as_user(self.manager_a))
        self.assertFalse(theirs.is_own)
        theirs.action_make_own()
        theirs.action_make_own()
        own = theirs.search([("company_id", "=", self.school_a.id)])
        self.assertEqual((own.role, own.max_count, own.is_own), ("host", 3, True))
        with self.assertRaises(AccessError):
            self.env["bde.reminder.rule"].search(
                [("company_id", "=", self.academy.id), ("role", "=", "tutor")]
            ).with_env(self.as_user(self.secretary_a)).action_make_own()

    @SILENT
    def test_school_does_not_write_the_line_of_the_académie(self):
        rule = self.env["bde.reminder.rule"].search(
            [("company_id", "=", self.academy.id), ("role", "=", "host")]
        )
        with self.assertRaises(AccessError):
            rule.with_env(self.as_user(self.manager_a)).max_count = 9
        with self.assertRaises(AccessError):
            rule.with_env(self.as_user(self.secretary_a)).copy({"role": "head"})
        rule.with_env(self.as_user(self.bde_admin)).max_count = 2
        self.assertEqual(rule.max_count, 2)

    @mute_logger("odoo.sql_db")
    def test_days_make_sense(self):
        for vals in ({"first_days": 0}, {"every_days": 61}, {"max_count": 11}):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                self.env["bde.reminder.rule"].create(
                    {"role": "host", "company_id": self.school_a.id} | vals
                )

    def test_first_reminders_leave_when_they_are_due(self):
        document = self.sent()
        self.remind_on(25)
        self.assertEqual(set(self.counts(document).values()), {0})
        last = self.last_mail().id
        self.remind_on(26)  # two days: pupil and referent
        self.assertEqual(
            self.counts(document), {"host": 0, "tutor": 0, "student": 1, "referent": 1}
        )
        self.assertEqual(len(self.mails(last)), 2)
        day = self.remind_on(27)  # three days: host and tutor
        self.assertEqual(
            self.counts(document), {"host": 1, "tutor": 1, "student": 1, "referent": 1}
        )
        self.assertEqual((day.person_count, day.signature_count), (2, 2))
        self.assertIn("reminded", document.journal_ids.mapped("event"))

    def test_reminder_has_a_fresh_link_and_names_nobody_in_its_subject(self):
        self.sent()
        first = self.token_for("Sophie Duval")
        self.remind_on(27)
        self.assertNotEqual(self.token_for("Sophie Duval"), first)
        mail = next(m for m in self.mails() if "Sophie" in m.email_to and "Reminder" in m.subject)
        self.assertNotIn("Convention 1", mail.subject)
        self.assertIn("Convention 1", mail.body_html)
        self.assertIn("still waiting", mail.body_html)

    def test_at_most_three_then_silence(self):
        document = self.sent(parties=self.parties("host", "head"))
        for day, month in ((27, 11), (30, 11), (3, 12), (7, 12), (10, 12), (14, 12)):
            self.remind_on(day, month)
        self.assertEqual(self.of(document, "host").reminder_count, 3)

    def test_one_message_for_all_that_a_person_signs(self):
        first = self.sent()
        with freeze_time(TUESDAY + timedelta(hours=23)):
            second = self.sent()
            self.env["bde.delivery"]._deliver(self.of(second, "host"), asked=True)
        last = self.last_mail().id
        self.remind_on(27)  # three days after the first message, two after the last one
        self.assertFalse([m for m in self.mails(last) if "Sophie" in m.email_to])
        self.remind_on(30)
        sophie = [m for m in self.mails(last) if "Sophie" in m.email_to]
        self.assertEqual(len(sophie), 1)
        for document in first + second:
            self.assertIn(document.title, sophie[0].body_html)
        self.assertEqual(self.of(first + second, "host").mapped("reminder_count"), [1, 1])

    def test_school_reminds_once_a_day(self):
        self.sent()
        self.assertTrue(self.remind_on(27))
        last = self.last_mail().id
        with (
            freeze_time(datetime(2026, 11, 27, 15, 0)),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("bde_partnerships.ir_cron_remind").method_direct_trigger()
        self.assertFalse(self.mails(last))

    def test_job_goes_through_the_schools(self):
        here = self.sent()
        there = self.make_documents(company=self.school_b)
        there.with_env(self.as_user(self.manager_b)).action_send()
        with (
            freeze_time(datetime(2026, 11, 27, 9, 0)),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("bde_partnerships.ir_cron_remind").method_direct_trigger()
        self.assertEqual(self.of(here, "host").reminder_count, 1)
        self.assertEqual(self.of(there, "host").reminder_count, 1)
        days = self.env["bde.reminder"].search([("date", "=", date(2026, 11, 27))])
        self.assertEqual(days.company_id, self.school_a + self.school_b)

    def test_acknowledging_takes_one_reminder_at_most(self):
        parties = self.parties("host", "student", "head", student={"required": False})
        document = self.sent(parties=parties)
        for day, month in ((27, 11), (1, 12), (4, 12), (8, 12)):
            self.remind_on(day, month)
        pupil = self.of(document, "student")
        self.assertEqual(pupil.reminder_count, 1)
        self.assertFalse(pupil.escalated_on or pupil.to_call_since)

    def test_near_the_deadline_they_come_closer_and_stop_after_it(self):
        document = self.sent(parties=self.parties("host", "head"))
        document.deadline = date(2026, 11, 30)
        host = self.of(document, "host")
        self.remind_on(26)  # two days are enough now
        self.assertEqual(host.reminder_count, 1)
        host.reminder_count = 0
        self.remind_on(8, 12)  # eight days after the deadline: the bureau calls
        self.assertEqual(host.reminder_count, 0)
        self.assertTrue(host.to_call_since)


@tagged("post_install", "-at_install")
@freeze_time(TUESDAY)
class TestQuiet(ReminderCase):
    """Nights, week-ends, holidays; and whoever said something."""

    def test_nights_and_week_ends(self):
        self.sent()
        self.assertFalse(self.remind_on(27, hour=5), "six in the morning in Paris")
        self.assertFalse(self.remind_on(27, hour=18), "seven in the evening")
        self.assertFalse(self.remind_on(28), "a Saturday")
        self.assertTrue(self.remind_on(30))

    def test_holidays_of_the_school(self):
        self.sent()
        year = self.env["bde.school.year"]._current(self.school_a)
        self.env["bde.holiday"].search([("school_year_id", "=", year.id)]).unlink()
        holiday = {"company_id": self.academy.id, "school_year_id": year.id, "zone": "A"}
        self.env["bde.holiday"].create(
            holiday | {"name": "Snow", "date_start": "2026-11-26", "date_end": "2026-11-29"}
        )
        self.assertFalse(self.remind_on(27))
        self.assertTrue(self.remind_on(30))

    def test_public_holidays_of_the_place(self):
        self.sent()
        # 25 December; the 26th is one in Alsace alone
        self.env["bde.holiday"].search([]).unlink()
        self.assertFalse(self.remind_on(25, 12))
        with freeze_time(datetime(2025, 12, 26, 9, 0)):  # a Friday
            self.assertFalse(self.school_a._bde_is_quiet())
            self.patch(type(self.school_a), "_bde_department", lambda school: "67")
            self.assertTrue(self.school_a._bde_is_quiet())

    def test_links_held_back_leave_in_the_morning(self):
        self.sent()
        self.sent()
        last = self.last_mail().id
        with (
            freeze_time(datetime(2026, 11, 25, 22, 0)),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("bde_partnerships.ir_cron_deliver").method_direct_trigger()
        self.assertEqual(
            set(self.mails(last).mapped("scheduled_date")), {datetime(2026, 11, 26, 7, 0)}
        )

    def test_time_of_the_school(self):
        self.school_a.bde_tz = "Indian/Reunion"
        with freeze_time(datetime(2026, 11, 27, 4, 30)):
            self.assertFalse(self.school_a._bde_is_quiet(), "half past eight at Saint-Denis")
        with freeze_time(datetime(2026, 11, 27, 15, 0)):
            self.assertTrue(self.school_a._bde_is_quiet(), "seven in the evening")

    def test_who_answered_is_left_in_peace(self):
        document = self.sent(parties=self.parties("host", "tutor", "head"))
        self.env["bde.document.answer"]._record(
            "no_authority", self.of(document, "host"), {"name": "Paul Roux"}
        )
        self.remind_on(27)
        self.assertEqual(self.counts(document), {"host": 0, "tutor": 1})

    def test_document_to_change_reminds_nobody(self):
        document = self.sent(parties=self.parties("host", "tutor", "head"))
        self.env["bde.document.answer"]._record(
            "change", self.of(document, "host"), {"text": "The hours are wrong"}
        )
        self.remind_on(27)
        self.assertEqual(self.counts(document), {"host": 0, "tutor": 0})

    def test_document_under_correction_reminds_nobody(self):
        document = self.sent(parties=self.parties("host", "tutor", "head"))
        document.correcting_since = TUESDAY
        self.remind_on(27)
        self.assertEqual(self.counts(document), {"host": 0, "tutor": 0})

    def test_who_wants_a_paper_gets_no_more_mail(self):
        document = self.sent(parties=self.parties("host", "tutor", "head"))
        self.of(document, "host")._note_call("paper")
        self.remind_on(30)
        self.assertEqual(self.counts(document), {"host": 0, "tutor": 1})

    def test_printed_paper_has_two_weeks_to_come_back(self):
        document = self.sent(parties=self.parties("host", "tutor", "head"))
        self.of(document, "host").printed_on = TUESDAY
        self.remind_on(27)
        self.assertEqual(self.counts(document), {"host": 0, "tutor": 1})
        self.remind_on(9, 12)
        self.assertEqual(self.of(document, "host").reminder_count, 1)

    def test_call_counts_as_a_contact(self):
        document = self.sent(parties=self.parties("host", "tutor", "head"))
        host = self.of(document, "host")
        with freeze_time(datetime(2026, 11, 26, 14, 0)):
            self.env["bde.signer.call"].with_env(self.as_user(self.manager_a)).create(
                {"signature_id": host.id, "result": "will_sign", "note": "after the market"}
            ).action_apply()
        self.assertEqual(host.call_result, "will_sign")
        self.remind_on(27)
        self.assertEqual(self.counts(document), {"host": 0, "tutor": 1})
        self.remind_on(30)
        self.assertEqual(host.reminder_count, 1)
        row = document.journal_ids.filtered(lambda j: j.event == "called")
        self.assertNotIn("market", row.payload)
        self.assertIn("market", row.detail_ids.data)


@tagged("post_install", "-at_install")
@freeze_time(TUESDAY)
class TestEscalation(ReminderCase):
    """Who is told when reminders do not help."""

    def setUp(self):
        super().setUp()
        self.document = self.sent()
        self.host = self.of(self.document, "host")
        self.of(self.document, "referent")._sign("session", "Teacher A")

    def run_to(self, *days):
        for day, month in days:
            self.remind_on(day, month)

    def test_referent_then_bureau(self):
        self.run_to((27, 11), (30, 11))
        self.assertEqual(self.host.reminder_count, 2)
        self.assertFalse(self.host.escalated_on)
        last = self.last_mail().id
        self.run_to((3, 12))
        self.assertTrue(self.host.escalated_on)
        self.assertFalse(self.host.to_call_since)
        mail = next(m for m in self.mails(last) if "teacher_a" in m.email_to)
        self.assertNotIn("Sophie", mail.subject)
        self.assertIn("Sophie Duval", mail.body_html)
        self.assertNotIn("/bde/s/", mail.body_html, "no link of somebody else")
        activities = self.env["mail.activity"].search([("user_id", "=", self.teacher_a.id)])
        self.assertEqual(activities.mapped("res_model"), ["bde.reminder"])
        self.assertNotIn("Sophie", activities.summary)
        self.run_to((7, 12))
        self.assertTrue(self.host.to_call_since)
        events = [j for j in self.document.journal_ids if j.event == "escalated"]
        host_events = [j.payload for j in events if self.host.uuid in j.payload]
        self.assertEqual(len(host_events), 2)

    def test_teacher_finds_his_own(self):
        self.run_to((27, 11), (30, 11), (3, 12))
        env = self.as_user(self.teacher_a)
        found = env["bde.document.signature"].search([("escalated_on", "!=", False)])
        self.assertIn(self.host.id, found.ids)
        cards = env["bde.home"]._home_cards_silent()
        self.assertEqual(cards[0]["count"], len(found))
        other = self.as_user(self.two_roles)["bde.home"]._home_cards_silent()
        self.assertEqual(other[0]["count"], 0)

    def test_one_letter_and_one_activity_for_many(self):
        self.sent(3, parties=self.parties())
        self.run_to((27, 11), (30, 11))
        last = self.last_mail().id
        self.run_to((3, 12))
        letters = [m for m in self.mails(last) if "pupils do not answer" in m.subject]
        self.assertEqual(len(letters), 1)
        activities = self.env["mail.activity"].search([("user_id", "=", self.teacher_a.id)])
        self.assertEqual(len(activities), 1)

    def test_bureau_finds_whom_to_call_with_the_phone(self):
        self.run_to((27, 11), (30, 11), (3, 12), (7, 12))
        env = self.as_user(self.manager_a)
        cards = {card["label"]: card for card in env["bde.home"]._home_cards()}
        card = cards["Signers to call"]
        found = env["bde.document.signature"].search(card["action"]["domain"])
        self.assertEqual(card["count"], len(found))
        self.assertIn(self.host.id, found.ids)
        self.host._note_call("no_answer")
        self.assertTrue(self.host.to_call_since, "still to call")
        self.host._note_call("will_sign")
        self.assertFalse(self.host.to_call_since)
        with freeze_time(datetime(2026, 12, 7, 15, 0)):
            self.host._note_call("will_sign")
        self.run_to((11, 12))
        self.assertTrue(self.host.to_call_since, "called four days ago, and still nothing")

    def test_activity_goes_once_everybody_has_signed(self):
        self.run_to((27, 11), (30, 11), (3, 12))
        activities = [("user_id", "=", self.teacher_a.id), ("res_model", "=", "bde.reminder")]
        self.assertEqual(self.env["mail.activity"].search_count(activities), 1)
        self.sign_all(self.document)
        self.sent()
        self.run_to((8, 12))
        self.assertFalse(self.env["mail.activity"].search_count(activities))

    def test_who_signed_is_told_of_to_nobody(self):
        self.run_to((27, 11), (30, 11))
        self.host._sign("typed", "Sophie Duval")
        self.run_to((3, 12))
        self.assertFalse(self.host.escalated_on)


@tagged("post_install", "-at_install")
@freeze_time(TUESDAY)
class TestForced(ReminderCase):
    """One reminder in spite of a recent message, with its reason."""

    def force(self, signature, user):
        return (
            self.env["bde.signer.remind"]
            .with_env(self.as_user(user))
            .create({"signature_id": signature.id, "reason": "she is on the phone"})
            .action_apply()
        )

    def test_one_a_day_with_a_reason(self):
        document = self.sent()
        host = self.of(document, "host")
        last = self.last_mail().id
        self.force(host, self.manager_a)
        self.assertEqual(len(self.mails(last)), 1)
        row = document.journal_ids.filtered(lambda j: j.event == "reminded")
        self.assertIn("she is on the phone", row.payload)
        with self.assertRaises(UserError):
            self.force(host, self.manager_a)
        with freeze_time(TUESDAY + timedelta(hours=21)):
            self.force(host, self.manager_a)
        self.assertEqual(host.reminder_count, 2)

    @SILENT
    def test_not_for_pupils_of_others(self):
        parties = self.parties("host", referent={"user_id": self.two_roles.id})
        host = self.of(self.sent(parties=parties), "host")
        with self.assertRaises(AccessError):
            self.force(host, self.teacher_a)

    def test_nobody_without_an_address(self):
        parties = self.parties("host", host={"email": None, "phone": None})
        host = self.of(self.sent(parties=parties), "host")
        with self.assertRaises(UserError):
            self.force(host, self.manager_a)


@tagged("post_install", "-at_install")
@freeze_time(TUESDAY)
class TestReminderQueries(ReminderCase):
    """As many queries for one, twenty or two hundred conventions."""

    def test_constant(self):
        schools = dict(zip((1, 20, 200), self.schools, strict=True))
        for size, school in schools.items():
            documents = self.make_documents(size, company=school)
            for document in documents:
                self.fact(document)["parties"] = self.parties(
                    "host",
                    "tutor",
                    "referent",
                    **{
                        role: {
                            "name": f"{role} {document.id}",
                            "email": f"{role}{document.id}@x.example",
                        }
                        for role in ("host", "tutor")
                    },
                )
            documents._make_version()
            documents.action_send()
        numbers = []
        for school in self.schools:
            for day, month in ((27, 11), (30, 11)):
                with freeze_time(datetime(2026, month, day, 9, 0)):
                    self.env["bde.reminder"]._remind_school(school)
            self.env.flush_all()
            self.env.invalidate_all()
            with freeze_time(datetime(2026, 12, 3, 9, 0)):
                before = self.cr.sql_log_count
                day = self.env["bde.reminder"]._remind_school(school)
                self.env.flush_all()
                numbers.append(self.cr.sql_log_count - before)
            self.assertTrue(day.person_count and day.referent_count)
        one, twenty, many = numbers
        self.assertLessEqual(twenty, one)
        # the ORM inserts a hundred rows at a time: messages, mails and links of 400 people
        self.assertLessEqual(many, twenty + 4 * 5, numbers)
