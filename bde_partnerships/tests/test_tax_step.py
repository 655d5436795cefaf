from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..rules.tax_letter import working_day
from .tax_letter_common import PARIS_NOON, TaxLetterCase

SILENT = mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")


@tagged("post_install", "-at_install")
@freeze_time(PARIS_NOON)
class TestTaxStep(TaxLetterCase):
    """The sequence of letters: when a step leaves, to whom, and when it does not."""

    def step(self, kind="reminder", window="period1", relative="start", days=10, **vals):
        return self.env["bde.tax.step"].create(
            {
                "campaign_id": self.campaign.id,
                "window_id": self.window(window).id,
                "model_id": self.model(kind).id,
                "relative_to": relative,
                "offset_days": days,
                "audience": "not_answered",
            }
            | vals
        )

    def run_job(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("bde_partnerships.ir_cron_tax_steps").method_direct_trigger()
        self.env.invalidate_all()

    # ------------------------------------------------------------
    # The usual letters
    # ------------------------------------------------------------

    def test_default_sequence(self):
        """Two weeks before, three weeks after the start, ten days before the end; twice."""
        with freeze_time("2025-05-01 10:00:00"):
            self.mine.action_default_steps()
            self.mine.action_default_steps()
        steps = self.campaign.step_ids.sorted("date")
        self.assertEqual(
            [(step.date, step.kind, step.audience) for step in steps],
            [
                (date(2025, 5, 12), "first", "not_reached"),
                (date(2025, 5, 19), "accountant", "not_answered"),
                (date(2025, 6, 16), "reminder", "not_answered"),
                (date(2025, 6, 17), "last", "not_answered"),
                (date(2025, 6, 30), "first", "not_reached"),
                (date(2025, 8, 4), "reminder", "not_answered"),
                (date(2025, 10, 14), "last", "not_answered"),
            ],
        )

    def test_windows_that_are_over_get_no_steps(self):
        with freeze_time("2025-07-20 10:00:00"):
            self.mine.action_default_steps()
        self.assertEqual(self.campaign.step_ids.window_id, self.window("period2"))
        with freeze_time("2025-12-01 10:00:00"), self.assertRaises(UserError):
            self.campaign_b.with_env(self.as_user(self.manager_b)).action_default_steps()

    def test_campaign_that_starts_late_catches_up_the_first_letter_alone(self):
        with freeze_time("2025-06-20 10:00:00"):
            self.mine.action_default_steps()
        first_period = self.campaign.step_ids.filtered(
            lambda step: step.window_id == self.window("period1")
        )
        self.assertEqual(sorted(first_period.mapped("kind")), ["accountant", "first"])

    def test_day_is_a_working_day(self):
        # 14 July 2025, first day of the second period, is a Monday and the national holiday
        step = self.step(window="period2", days=0)
        self.assertEqual(step.date, date(2025, 7, 15))
        self.assertEqual(working_day(date(2025, 6, 14)), date(2025, 6, 16))

    # ------------------------------------------------------------
    # Leaving by itself
    # ------------------------------------------------------------

    def test_leaves_on_its_day_in_working_hours(self):
        step = self.step(days=15)
        self.assertEqual(step.date, date(2025, 6, 10))
        with freeze_time("2025-06-09 10:00:00"):
            self.run_job()
            self.assertEqual(step.state, "planned", "tomorrow")
        with freeze_time("2025-06-10 04:00:00"):
            self.run_job()
            self.assertEqual(step.state, "planned", "people sleep")
        self.run_job()
        self.assertEqual((step.state, step.sent_on), ("sent", date(2025, 6, 10)))
        self.assertEqual(len(self.mails()), 3, "Roux has no address")
        self.assertIn("Manager A", str(self.mails()[0].body_html), "who keeps the campaign signs")
        self.run_job()
        self.assertEqual(len(self.mails()), 3, "once")

    def test_stops_for_who_answered_promised_refused_or_said_no(self):
        names = ("answer", "promise", "refusal", "no", "silent")
        partners = self.env["res.partner"].create(
            [
                {"name": n, "is_company": True, "bde_employer": True, "email": f"{n}@x.example"}
                for n in names
            ]
        )
        targets = {
            relation.partner_name: self.campaign._target_of(relation)
            for relation in self.env["bde.relation"]._bde_ensure(partners, self.school_a)
        }
        targets["answer"].write({"answer": "will", "answered_on": "2025-06-03"})
        self.campaign._pledge(targets["promise"].relation_id, {"amount": 300.0})
        targets["refusal"].write(
            {"answer": "no", "answered_on": "2025-06-03", "refused_on": "2025-06-03"}
        )
        self.env["bde.optout"]._record(self.school_a, partner=targets["no"].partner_id)
        (self.target | self.petit | self.martin | self.roux).write({"state": "left_out"})
        self.step()
        self.run_job()
        self.assertEqual(self.mails().mapped("email_to"), ['"silent" <silent@x.example>'])

    def test_stops_for_an_address_that_bounced(self):
        with freeze_time("2025-05-28 10:00:00"):
            self.send(self.target | self.petit)
            self.leave()
            self.bounce(self.letters(self.target))
        (self.martin | self.roux).write({"state": "left_out"})
        self.step()
        self.run_job()
        self.assertEqual(
            self.mails()
            .filtered(lambda mail: mail.state == "outgoing" and mail.email_to)
            .mapped("email_to"),
            ['"Boulangerie Petit" <petit@boulangerie.example>'],
        )

    def test_first_letter_goes_to_those_not_reached(self):
        self.petit.reached_on = "2025-06-01"
        step = self.step("first", audience="not_reached")
        self.assertEqual(step._audience(), self.target | self.martin | self.roux)

    def test_promised_and_not_declared(self):
        self.campaign._pledge(self.target.relation_id, {"amount": 300.0})
        self.campaign._pledge(self.petit.relation_id, {"amount": 100.0})
        self.petit.write({"answer": "chosen", "answered_on": "2025-06-09"})
        step = self.step("last", audience="promised_not_declared")
        self.assertEqual(step._audience(), self.target)
        self.run_job()
        self.assertIn("300\xa0€", str(self.mails().body_html))

    def test_late_campaign_does_not_write_twice_in_a_week(self):
        """First letter and reminder are both due: the reminder waits."""
        first = self.step("first", days=-14, audience="not_reached")
        reminder = self.step("reminder", days=7)
        self.run_job()
        self.assertEqual((first.state, reminder.state), ("sent", "planned"))
        self.leave()
        with freeze_time("2025-06-16 10:00:00"):
            self.run_job()
            self.assertEqual(reminder.state, "planned")
        with freeze_time("2025-06-17 10:00:00"):
            self.run_job()
            self.assertEqual(reminder.state, "sent")
        self.assertEqual(len(self.letters(self.target)), 2)

    def test_step_writes_to_a_company_once_whatever_happens(self):
        step = self.step()
        self.run_job()
        step.state = "planned"  # a database brought back from a copy
        self.run_job()
        self.assertEqual(len(self.letters(self.target)), 1)

    def test_obstacle_is_told_once_and_the_step_waits(self):
        step = self.step()
        self.campaign.soltea_siret = False
        self.run_job()
        self.run_job()
        self.assertEqual(step.state, "planned")
        self.assertEqual(len(self.campaign.activity_ids), 1)
        self.assertFalse(self.letters())
        self.campaign.soltea_siret = "19330994500015"
        self.campaign.action_confirm_identity()
        self.run_job()
        self.assertEqual(step.state, "sent")

    def test_failure_at_one_school_stops_no_other(self):
        """The step of A breaks half way: B's leaves, A's is whole again an hour later."""
        broken = self.step(days=7)
        working = self.step(days=15, campaign_id=self.campaign_b.id)
        Campaign = self.registry["bde.tax.campaign"]
        send = Campaign._send_letters

        def fail_at_a(campaign, *args, **kwargs):
            results = send(campaign, *args, **kwargs)
            if campaign == self.campaign:
                raise ZeroDivisionError("secret of the server")
            return results

        logger = "odoo.addons.bde_partnerships.models.bde_tax_step_run"
        with patch.object(Campaign, "_send_letters", fail_at_a):
            for _hour in range(2):
                with self.assertLogs(logger, "ERROR") as logs:
                    self.run_job()
                self.assertEqual(len(logs.output), 1)
        self.assertEqual((broken.state, working.state), ("planned", "sent"))
        self.assertEqual(self.letters().campaign_id, self.campaign_b, "nothing half done at A")
        told = self.campaign.activity_ids
        self.assertEqual(told.user_id, self.manager_a, "told once to who keeps the campaign")
        self.assertIn("tried again", told.summary)
        self.assertNotIn("secret", told.summary)
        self.assertFalse(self.campaign_b.activity_ids)
        self.run_job()
        self.assertEqual((broken.state, broken.letter_count), ("sent", 3))

    def test_step_that_somebody_sends_waits_without_a_word(self):
        step = self.step()
        Step = self.registry["bde.tax.step"]
        with (
            patch.object(Step, "lock_for_update", side_effect=LockError("busy")),
            self.assertNoLogs("odoo.addons.bde_partnerships.models.bde_tax_step_run", "WARNING"),
        ):
            self.run_job()
        self.assertEqual(step.state, "planned")
        self.assertFalse(self.campaign.activity_ids)

    # ------------------------------------------------------------
    # Windows that move, windows that are over
    # ------------------------------------------------------------

    def test_window_moves_and_the_step_follows(self):
        planned = self.step("last", relative="end", days=-10)
        sent = self.step("reminder", days=15)
        self.assertEqual(planned.date, date(2025, 6, 17))
        self.run_job()
        self.window("period1").with_user(self.bde_admin)._move(
            date(2025, 6, 2), date(2025, 7, 11), "Arrêté du 10 juin 2025"
        )
        self.assertEqual(planned.date, date(2025, 7, 1))
        self.assertEqual(sent.date, date(2025, 6, 10), "what is sent stays where it was")

    def test_window_over_before_the_step_left(self):
        step = self.step()
        with freeze_time("2025-06-30 10:00:00"):
            self.run_job()
            self.assertEqual(step.state, "over")
            self.assertFalse(self.letters())
            self.assertEqual(len(self.campaign.activity_ids), 1)
            with self.assertRaises(UserError) as caught:
                step.with_env(self.mine.env).action_send_now()
            self.assertIn("over", str(caught.exception))
            # a new arrêté prolongs the period
            self.window("period1").date_to = date(2025, 7, 4)
            self.run_job()
            self.assertEqual(step.state, "sent")

    def test_dates_that_nobody_knows(self):
        self.window("period2").write({"date_from": False, "date_to": False})
        step = self.step(window="period2")
        self.assertFalse(step.date)
        self.run_job()
        self.assertEqual(step.state, "planned")

    # ------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------

    def test_send_now_and_not_wanted(self):
        step = self.step("last", relative="end", days=-2)
        action = step.with_env(self.mine.env).action_send_now()
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual((step.state, step.letter_count), ("sent", 3))
        other = self.step(days=12)
        other.with_env(self.mine.env).action_cancel()
        self.run_job()
        self.assertEqual(other.state, "cancelled")
        other.with_env(self.mine.env).action_plan()
        self.assertEqual(other.state, "planned")

    @SILENT
    def test_other_school(self):
        step = self.step()
        with self.assertRaises(AccessError):
            step.with_env(self.as_user(self.manager_b)).action_send_now()
        with self.assertRaises(AccessError):
            step.with_env(self.as_user(self.teacher_a)).action_cancel()

    def test_closed_campaign_sends_nothing(self):
        self.step()
        self.campaign.state = "closed"
        self.run_job()
        self.assertFalse(self.letters())
