from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .test_tax_target import TargetCase


@tagged("post_install", "-at_install")
@freeze_time("2025-06-10 09:00:00")
class TestTaxTargetMoney(TargetCase):
    """Amounts and stages follow from what happened."""

    def test_the_furthest_fact_wins(self):
        target = self.target()
        self.assertEqual(target.stage, "targeted")
        steps = [
            ({"bounced_on": "2025-06-02"}, "targeted"),
            ({"reached_on": "2025-06-05"}, "reached"),
            # another letter came back: who was reached stays reached
            ({"bounced_on": "2025-06-05"}, "reached"),
            ({"answered_on": "2025-06-06", "answer": "wrong"}, "answered"),
            ({"refused_on": "2025-06-07", "answer": "no"}, "refused"),
            ({"pledge_count": 1}, "promised"),
            ({"received_amount": 10}, "received"),
            ({"received_amount": 0, "pledge_count": 0}, "refused"),
        ]
        for facts, stage in steps:
            target.sudo().write(facts)
            self.assertEqual(target.stage, stage, facts)

    def test_pledges_and_receipts_add_up(self):
        target = self.target()
        other = self.target()
        self.mine._pledge(target.relation_id, {"amount": 700, "said_by": "Mme Roy"})
        self.mine._pledge(target.relation_id, {"amount": 300, "said_by": "M. Petit"})
        target._settle()
        self.assertEqual((target.pledge_count, target.promised_amount), (2, 1000.0))
        self.assertEqual(target.stage, "promised")
        self.receipt(target, 900)
        self.receipt(target, -100.5)
        target._settle()
        self.assertEqual(target.received_amount, 799.5)
        self.assertEqual((other.promised_amount, other.received_amount), (0, 0))
        self.mine.env["bde.pledge"].search([("amount", "=", 300)]).action_cancel()
        target._settle()
        self.assertEqual((target.pledge_count, target.promised_amount), (1, 700.0))

    def test_who_gives_without_being_asked_has_a_line(self):
        relation = self.relations(self.employers(1))
        target = self.mine._target_of(relation)
        self.assertEqual((target.source, target.campaign_id), ("hand", self.mine))
        self.assertEqual(self.mine._target_of(relation), target)

    def test_who_gives_owes_whatever_was_thought(self):
        target = self.target(bde_legal_category="7210")
        self.assertEqual(target.left_out_reason, "exempt")
        self.receipt(target, 100)
        target._settle()
        self.assertEqual((target.state, target.stage), ("kept", "received"))

    def test_history_reaches_later_campaigns(self):
        before = self.tax_campaign(self.school_a, self.training_a, self.manager_a, year=2024)
        target = self.target()
        given = before._target_of(target.relation_id)
        self.receipt(given, 450)
        given._settle()
        self.assertEqual((target.last_year_amount, target.giving_years), (450.0, 1))

    def test_money_is_never_deleted(self):
        free, given = self.target(), self.target()
        self.receipt(given, 20)
        given._settle()
        manager = self.as_user(self.manager_a)
        free.with_env(manager).unlink()
        with self.assertRaises(UserError):
            given.with_env(manager).unlink()

    def test_same_queries_to_settle_one_and_many(self):
        counts = []
        for number in (1, 1, 20, 200):
            targets = self.ask(self.employers(number, f"Solde {number} {len(counts)}"))
            self.env["bde.tax.receipt"].with_context(bde_tax_settle_later=True).create(
                [
                    {
                        "campaign_id": self.campaign.id,
                        "relation_id": target.relation_id.id,
                        "target_id": target.id,
                        "amount": 100,
                    }
                    for target in targets
                ]
            )
            with self.counted() as queries:
                targets._settle()
            self.assertEqual(set(targets.mapped("stage")), {"received"})
            counts.append(queries["count"])
        self.assertEqual(len(set(counts[1:])), 1, counts)


@tagged("post_install", "-at_install")
@freeze_time("2025-06-10 09:00:00")
class TestTaxTargetVerbs(TargetCase):
    """Calls, contacts, accountants: what people do with a company that is asked."""

    def _call(self, target, outcome, **vals):
        """A call as the buttons of the dialog note it; returns what the dialog opens then."""
        action = target.action_log_call()
        wizard = Form(target.env["bde.talk.wizard"].with_context(**action["context"]))
        for name, value in vals.items():
            wizard[name] = value
        self.assertEqual(wizard.purpose, "tax")
        return wizard.save().with_context(bde_outcome=outcome, **action["context"]).action_log()

    def test_contact_is_the_one_for_the_tax_then_who_signs_then_the_company(self):
        target = self.target()
        self.assertEqual((target.contact_id, target.has_contact), (target.partner_id, False))
        add = target.partner_id.with_env(self.env)._bde_add_contact
        boss = add(self.school_a, {"name": "Patron", "bde_signatory": True})
        self.assertEqual((target.contact_id, target.has_contact), (boss, True))
        add(self.school_b, {"name": "Comptable de Braille", "bde_tax": True})
        self.assertEqual(target.contact_id, boss)
        payroll = add(self.school_a, {"name": "Paie", "bde_tax": True})
        self.assertEqual(target.contact_id, payroll)
        third = add(self.school_a, {"name": "Assistante"})
        target.contact_id = third
        self.assertTrue(third.bde_tax)
        add(self.school_a, {"name": "Autre", "bde_tax": True})
        self.assertEqual(target.contact_id, third, "who was chosen by hand stays")

    def test_calls_tell_the_campaign(self):
        target = self.target(phone="05 56 00 00 01")
        self._call(target, "no_answer")
        self.assertEqual((target.stage, target.reached_on), ("targeted", False))
        self._call(target, "reached")
        self.assertEqual((target.stage, target.reached_on), ("reached", date(2025, 6, 10)))
        self._call(target, "refused")
        self.assertEqual((target.stage, target.answer), ("refused", "no"))
        action = self._call(target, "agreed")
        self.assertEqual((target.stage, target.answer), ("answered", "will"))
        self.assertEqual(action["context"]["default_relation_id"], target.relation_id.id)
        self.assertEqual(action["context"]["default_campaign_id"], self.mine.id)

    def test_calls_about_something_else_change_nothing(self):
        target = self.target()
        target.relation_id._bde_log_talk({"purpose": "placements", "outcome": "refused"})
        target.relation_id._bde_log_talk({"purpose": "tax", "channel": "mail"})
        self.assertEqual(target.stage, "targeted")

    def test_call_back_stands_in_the_list_of_the_campaign(self):
        target = self.target()
        self._call(target, "callback", summary="Rappeler la paie")
        self.assertEqual(target.activity_ids.date_deadline, date(2025, 6, 17))
        self.assertFalse(target.relation_id.activity_ids)
        self._call(target, "agreed")
        self.assertFalse(target.activity_ids)

    def test_planned_calls_stop_when_the_company_has_spoken(self):
        partners = self.employers(5)
        targets = self.ask(partners).sorted("partner_name")
        targets[0].action_leave_out()
        targets[1].sudo().write({"refused_on": "2025-06-01", "answer": "no"})
        action = targets.action_plan_calls()
        wizard = (
            targets.env["bde.tax.calls"]
            .with_context(**action["context"])
            .create(
                {"per_week": 10, "user_ids": [Command.set((self.secretary_a | self.manager_a).ids)]}
            )
        )
        self.assertEqual(wizard.call_count, 3)
        self.assertIn("1 left out", wizard.skipped_text)
        wizard.action_plan()
        calls = targets.activity_ids
        self.assertEqual(len(calls), 3)
        # 10 June 2025 is a Tuesday: two calls a day
        self.assertEqual(
            sorted(set(calls.mapped("date_deadline"))), [date(2025, 6, 10), date(2025, 6, 11)]
        )
        self.assertEqual(calls.user_id, self.secretary_a | self.manager_a)
        with self.assertRaises(UserError):
            wizard.copy().action_plan()
        self.mine._pledge(targets[2].relation_id, {"amount": 100, "said_by": "M. Roy"})
        targets[2]._settle()
        self.assertFalse(targets[2].activity_ids)
        targets[3].action_leave_out()
        self.assertFalse(targets[3].activity_ids)
        self.assertTrue(targets[4].activity_ids)

    def test_accountant_of_many_clients(self):
        firm = self.employers(1, "Cabinet")
        targets = self.ask(self.employers(3, "Client"))
        wizard = Form(
            targets.env["bde.tax.accountant"].with_context(
                **targets.action_set_accountant()["context"]
            )
        )
        wizard.partner_id = firm.with_env(targets.env)
        wizard.contact_name = "Claire Expert"
        wizard.contact_email = "claire@cabinet.example"
        wizard = wizard.save()
        wizard.action_set()
        self.assertEqual(targets.accountant_id.partner_id, firm)
        self.assertEqual(targets.accountant_id.company_id, self.school_a)
        self.assertEqual(targets.accountant_contact_id.email, "claire@cabinet.example")
        wizard.action_remove()
        self.assertFalse(targets.accountant_id | targets.accountant_contact_id.bde_relation_id)
        with self.assertRaises(UserError):
            targets.env["bde.tax.accountant"].create(
                {"target_ids": [Command.set(targets.ids)]}
            ).action_set()

    def test_accountant_of_another_school_is_refused(self):
        target = self.target()
        theirs = self.relations(self.employers(1, "Cabinet"), self.school_b)
        with self.assertRaises(UserError):
            target.accountant_id = theirs.with_env(target.env)

    def test_promise_from_the_page(self):
        target = self.target()
        action = target.action_pledge()
        self.assertEqual(action["context"]["default_relation_id"], target.relation_id.id)
        self.assertEqual(action["context"]["default_campaign_id"], self.mine.id)

    def test_page_of_the_company(self):
        target = self.target()
        self.mine._pledge(target.relation_id, {"amount": 700, "said_by": "Mme Roy"})
        self.receipt(target, 650, transfer_on="2025-07-11")
        timeline = self.env_a["bde.timeline"].get_timeline(target.relation_id.id, axis="tax")
        told = [
            (entry["date"], entry["title"] + entry["detail"], entry["who"])
            for entry in timeline["entries"]
        ]
        self.assertEqual([day for day, _words, _who in told], ["2025-07-11", "2025-06-10"])
        self.assertIn("650", told[0][1])
        self.assertIn("700", told[1][1])
        self.assertEqual(told[1][2], "Mme Roy")
        action = target.relation_id.action_open_tax()
        self.assertEqual(self.env_a["bde.tax.target"].search(action["domain"]), target)
        theirs = self.relations(target.partner_id, self.school_b).with_env(
            self.as_user(self.manager_b)
        )
        other = theirs.env["bde.timeline"].get_timeline(theirs.id, axis="tax")
        self.assertFalse(other["entries"])


@tagged("post_install", "-at_install")
@freeze_time("2025-06-10 09:00:00")
class TestTaxTargetMerge(TargetCase):
    """Two pages of one company: one line in the campaign, nothing lost."""

    def test_two_targets_of_one_campaign_become_one(self):
        kept, gone = self.ask(self.employers(2, "Double")).sorted("partner_name")
        gone.payroll = 200000
        gone.sudo().write({"reached_on": "2025-06-02", "message_sent_count": 2})
        kept.sudo().message_sent_count = 1
        for target, amount in ((kept, 300), (gone, 200)):
            self.mine._pledge(target.relation_id, {"amount": amount, "said_by": "Mme Roy"})
            self.receipt(target, amount)
        relation = kept.relation_id
        gone.relation_id.sudo()._fold_into({gone.relation_id.sudo(): relation.sudo()})
        left = self.mine.target_ids
        self.assertEqual(left, kept)
        self.assertEqual((kept.payroll, kept.potential), (200000, 180.0))
        self.assertEqual((kept.reached_on, kept.message_sent_count), (date(2025, 6, 2), 3))
        self.assertEqual((kept.promised_amount, kept.received_amount), (500.0, 500.0))
        self.assertEqual((kept.pledge_count, kept.stage), (2, "received"))

    def test_receipts_of_one_page_pay_promises_of_the_other(self):
        kept, gone = self.ask(self.employers(2, "Double")).sorted("partner_name")
        pledge = self.mine._pledge(kept.relation_id, {"amount": 300, "said_by": "Mme Roy"})
        self.receipt(gone, 300)
        self.assertEqual((pledge.state, pledge.received_amount), ("promised", 0))
        relation = kept.relation_id.sudo()
        gone.relation_id.sudo()._fold_into({gone.relation_id.sudo(): relation})
        self.env.invalidate_all()
        self.assertEqual((pledge.state, pledge.received_amount), ("received", 300))
        self.assertFalse(self.env["bde.tax.receipt"].search([]).is_unexpected)

    def test_left_out_by_hand_on_either_page_stays(self):
        kept, gone = self.ask(self.employers(2, "Double")).sorted("partner_name")
        gone.action_leave_out()
        relation = kept.relation_id.sudo()
        gone.relation_id.sudo()._fold_into({gone.relation_id.sudo(): relation})
        self.assertEqual((kept.state, kept.left_out_reason), ("left_out", "hand"))
