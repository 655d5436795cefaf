from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import SIRET_HOST
from .tax_money_common import SECOND, SIRET_DUVAL, SIRET_DUVAL_HEAD, TaxMoneyCase, row


@tagged("post_install", "-at_install")
class TestPledge(TaxMoneyCase):
    """What companies say, and what comes of it."""

    def test_an_amount_that_comes_in_two_transfers(self):
        pledge = self.pledge(self.relation, 500)
        self.assertEqual((pledge.state, pledge.expected_amount), ("promised", 500))
        self.assertEqual(pledge.target_id.stage, "promised")
        self.count([row(SIRET_HOST, "Hôte", "200")])
        self.assertEqual((pledge.state, pledge.received_amount), ("partly", 200))
        self.count([row(SIRET_HOST, "Hôte", "200"), row(SIRET_HOST, "Hôte", "300", SECOND)])
        self.assertEqual((pledge.state, pledge.received_amount), ("received", 500))
        self.assertEqual(pledge.target_id.received_amount, 500)
        self.assertFalse(any(self.env["bde.tax.receipt"].search([]).mapped("is_unexpected")))

    def test_older_promises_are_paid_first_and_the_rest_goes_to_the_last(self):
        first = self.pledge(self.relation, 500, said_by="Ana", said_on="2025-05-01")
        second = self.pledge(self.relation, 300, said_by="Léo", said_on="2025-06-01")
        self.count([row(SIRET_HOST, "Hôte", "600")])
        self.assertEqual((first.received_amount, second.received_amount), (500, 100))
        self.assertEqual((first.state, second.state), ("received", "partly"))
        self.count([row(SIRET_HOST, "Hôte", "600"), row(SIRET_HOST, "Hôte", "300", SECOND)])
        self.assertEqual((first.received_amount, second.received_amount), (500, 400))

    def test_another_establishment_pays(self):
        head = self.company("Duval Siège", SIRET_DUVAL_HEAD)
        pledge = self.pledge(self.relation_of(self.duval), 100)
        self.count([row(SIRET_DUVAL_HEAD, "Siège", "100")])
        receipt = self.env["bde.tax.receipt"].search([])
        self.assertEqual(receipt.partner_id, head)
        self.assertEqual(receipt.target_id, pledge.target_id)
        self.assertEqual(pledge.state, "received")
        self.assertFalse(receipt.is_unexpected)

    def test_a_promise_after_the_money_is_not_unexpected_any_more(self):
        self.count([row(SIRET_HOST, "Hôte", "50")])
        receipt = self.env["bde.tax.receipt"].search([])
        self.assertTrue(receipt.is_unexpected)
        pledge = self.pledge(self.relation, 80)
        self.assertEqual((pledge.state, receipt.is_unexpected), ("partly", False))
        pledge.action_cancel()
        self.assertEqual((pledge.state, pledge.received_amount), ("cancelled", 0))
        self.assertTrue(receipt.is_unexpected)
        pledge.action_restore()
        self.assertEqual(pledge.state, "partly")

    def test_a_correction_below_zero_pays_nothing(self):
        pledge = self.pledge(self.relation, 80)
        self.count([row(SIRET_HOST, "Hôte", "-5")])
        self.assertEqual((pledge.state, pledge.received_amount), ("promised", 0))

    def test_a_percentage_is_an_amount_once_the_payroll_is_known(self):
        pledge = self.pledge(self.relation, percent=50)
        self.assertFalse(pledge.expected_is_known)
        self.assertIn("not known", pledge.summary)
        # 0.09 % of 1,000,000 is 900, half of it 450
        pledge.target_id.payroll = 1_000_000
        self.assertEqual((pledge.expected_is_known, pledge.expected_amount), (True, 450))
        self.assertEqual(pledge.target_id.promised_amount, 450)
        self.count([row(SIRET_HOST, "Hôte", "300")])
        self.assertEqual(pledge.state, "partly")
        pledge.target_id.payroll = 0
        self.assertEqual(pledge.state, "received")

    def test_the_same_person_s_newer_word_replaces_the_older(self):
        first = self.pledge(self.relation, 500, said_by="Ana Ruiz")
        other = self.pledge(self.relation, 100, said_by="Léo")
        newer = self.pledge(self.relation, 300, said_by="ANA RUIZ")
        self.assertEqual((first.state, first.replaced_by_id), ("cancelled", newer))
        self.assertEqual((other.state, newer.state), ("promised", "promised"))
        self.assertEqual(newer.target_id.promised_amount, 400)
        self.assertEqual(self.pledge(self.relation, 300, said_by="Ana Ruiz"), newer)
        besides = self.pledge(self.relation, 20, said_by="Ana Ruiz", in_addition=True)
        self.assertEqual((newer.state, besides.state), ("promised", "promised"))

    def test_what_makes_no_sense_is_refused(self):
        with self.assertRaises(ValidationError):
            self.pledge(self.relation, 10, percent=5)
        pledge = self.pledge(self.relation, 10)
        with self.assertRaises(AccessError):
            pledge.write({"received_amount": 10})
        with self.assertRaises(AccessError):
            pledge.with_env(self.as_user(self.secretary_a)).unlink()
        self.campaign.state = "closed"
        with self.assertRaisesRegex(UserError, "closed"):
            self.pledge(self.relation, 20)

    def test_two_clicks_on_the_telephone(self):
        env = self.as_user(self.secretary_a)
        target = self.campaign._target_of(self.relation).with_env(env)
        action = target.action_pledge()
        self.assertEqual(action["res_model"], "bde.pledge.note")
        form = Form(env["bde.pledge.note"].with_context(**action["context"]))
        form.amount = 250
        wizard = form.save()
        self.assertEqual(wizard.campaign_id, self.campaign)
        wizard.action_note()
        pledge = self.env["bde.pledge"].search([("target_id", "=", target.id)])
        self.assertEqual((pledge.amount, pledge.channel), (250, "call"))
        wizard.amount = 0
        with self.assertRaisesRegex(UserError, "Type the amount"):
            wizard.action_note()

    def test_the_window_that_is_open_is_proposed(self):
        env = self.as_user(self.secretary_a)
        today = self.school_a._bde_today()
        period = self.window("period2").sudo()
        period.write({"date_from": today - timedelta(3), "date_to": today + timedelta(3)})
        wizard = env["bde.pledge.note"].create({"relation_id": self.relation.id})
        self.assertEqual(wizard.window_id, period)

    def test_what_did_not_come_is_said_two_weeks_after_the_last_transfer(self):
        waiting = self.pledge(self.relation, 500)
        partly = self.pledge(self.relation_of(self.duval), 500)
        self.count([row(SIRET_DUVAL, "Duval", "20")])
        last = self.campaign._last_transfer_on()
        self.assertEqual(last, date(2025, 11, 7))
        # the year of the tests is over since long
        self.close()
        self.assertEqual((waiting.state, partly.state), ("not_received", "partly"))
        # an arrêté moves the transfer: it is waited for again
        window = self.window("transfer2").sudo()
        window.write({"date_from": "2099-11-07", "date_to": "2099-11-07"})
        self.close()
        self.assertEqual(waiting.state, "promised")
        waiting.action_give_up()
        self.close()
        self.assertEqual(waiting.state, "not_received")
        self.count([row(SIRET_HOST, "Hôte", "500", SECOND)])
        self.assertEqual(waiting.state, "received")

    def close(self):
        """The nightly job, as core runs it."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("bde_partnerships.ir_cron_tax_pledges").method_direct_trigger()
        self.env.invalidate_all()

    def test_settling_takes_as_many_queries_for_many(self):
        partners = [self.company(f"Société {n}", False, city=f"Ville {n}") for n in range(12)]
        pledges = self.env["bde.pledge"]
        for partner in partners:
            pledges |= self.pledge(self.relation_of(partner), 10)

        def queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.campaign._settle_money(some)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(partners[0])
        one = queries(partners[0])
        self.assertLessEqual(queries(pledges.partner_id), one + 2)

    def test_pledges_of_another_school_are_out_of_sight(self):
        pledge = self.pledge(self.relation, 500)
        other = self.as_user(self.manager_b)["bde.pledge"]
        self.assertFalse(other.search([]))
        for user in (self.teacher_a, self.correspondent):
            with self.assertRaises(AccessError):
                pledge.with_env(self.as_user(user)).read(["amount"])
