"""Correcting an amendment that is out for signature, and what the home screen says of them."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .amendment_common import WEEK_32, AmendmentCase


@tagged("post_install", "-at_install")
class TestAmendmentCorrection(AmendmentCase):
    def out(self, *signed):
        """Hours that change on the second Wednesday, signed by these roles."""
        amendment = self.amend("hours", date_effect=self.day(9), new_schedule=WEEK_32)
        amendment.action_send()
        for role in signed:
            signature = amendment.sudo().signature_ids.filtered(lambda s, r=role: s.role == r)
            signature._sign("typed", "X")
        return amendment

    def opened(self, amendment):
        """The bureau opened its terms from the button of the form."""
        wizard = self.as_manager["bde.correction"].browse(amendment.action_correct()["res_id"])
        return wizard.action_open_terms()

    def states(self, amendment):
        amendment.invalidate_recordset()
        return {s.role: s.state for s in amendment.sudo().signature_ids if s.required}

    def test_another_day_concerns_all_who_sign_it(self):
        amendment = self.out("host", "tutor")
        with self.assertRaisesRegex(UserError, "correct it"):
            amendment.date_effect = self.day(10)
        action = self.opened(amendment)
        self.assertEqual((action["res_model"], action["res_id"]), ("bde.amendment", amendment.id))
        amendment.date_effect = self.day(10)
        amendment.document_id.action_send_correction()
        self.assertEqual(amendment.version_id.serial, 2)
        self.assertEqual(
            self.states(amendment),
            {"host": "to_sign", "tutor": "to_sign", "guardian": "to_sign", "head": "waiting"},
        )
        told = amendment.version_id._differences(
            amendment.document_id.version_ids.filtered(lambda v: v.serial == 1)
        )
        self.assertEqual([change["label"] for change in told], ["From"])
        self.sign_all(amendment)
        self.assertEqual(amendment.state, "signed")
        rows = self.placement.term_ids.mapped(lambda t: (t.date_from, t.weekly_hours))
        self.assertEqual(rows, [(self.day(0), 35.0), (self.day(10), 32.0)])

    def test_hours_are_told_day_by_day(self):
        amendment = self.out("host")
        self.opened(amendment)
        amendment.new_schedule = WEEK_32 | {"mon": [["09:00", "12:00"], ["13:00", "17:00"]]}
        amendment.document_id.action_send_correction()
        old = amendment.document_id.version_ids.filtered(lambda v: v.serial == 1)
        told = {c["label"]: (c["old"], c["new"]) for c in amendment.version_id._differences(old)}
        self.assertEqual(told, {"Hours on Monday": ("08:00–12:00", "09:00–12:00")})

    def test_a_phone_costs_no_signature(self):
        amendment = self.out("host", "tutor")
        self.school_a.phone = "05 56 99 99 99"
        self.opened(amendment)
        amendment.document_id.action_send_correction()
        states = self.states(amendment)
        self.assertEqual((states["host"], states["tutor"]), ("signed", "signed"))

    def test_dates_follow_while_it_is_corrected(self):
        amendment = self.amend("end", new_date_end=self.day(11))
        amendment.action_send()
        effect = amendment.date_effect
        self.opened(amendment)
        amendment.new_date_end = self.day(10)
        self.assertEqual((effect - amendment.date_effect).days, 1)

    def test_what_is_not_complete_is_not_sent(self):
        amendment = self.out("host")
        self.opened(amendment)
        amendment.date_effect = False
        with self.assertRaisesRegex(UserError, "To complete"):
            amendment.document_id.action_send_correction()
        amendment.date_effect = self.day(9)
        amendment.document_id.action_resume()
        self.assertEqual(self.states(amendment)["host"], "signed")
        with self.assertRaisesRegex(UserError, "correct it"):
            amendment.date_effect = self.day(10)

    def test_refused_and_corrected(self):
        amendment = self.out("host")
        tutor = amendment.sudo().signature_ids.filtered(lambda s: s.role == "tutor")
        tutor._refuse("Not on Thursdays")
        self.assertEqual((amendment.state, amendment.is_open), ("refused", False))
        self.opened(amendment)
        amendment.date_effect = self.day(10)
        amendment.document_id.action_send_correction()
        self.assertEqual((amendment.state, amendment.is_open), ("to_sign", True))

    def test_home_says_what_to_send_and_what_should_hold(self):
        def counts():
            cards = self.as_user(self.secretary_a)["bde.home"]._home_cards()
            found = {card["label"]: card for card in cards}
            result = []
            for label in ("Amendments to send", "Amendments whose day has come, not signed"):
                card = found[label]
                domain = card["action"]["domain"]
                self.assertEqual(self.env["bde.amendment"].search_count(domain), card["count"])
                result.append(card["count"])
            return tuple(result)

        self.assertEqual(counts(), (0, 0))
        amendment = self.amend("hours", date_effect=self.day(9), new_schedule=WEEK_32)
        self.assertEqual(counts(), (1, 0))
        amendment.action_send()
        self.assertEqual(counts(), (0, 0))
        self.go_to(9)
        self.assertEqual(counts(), (0, 1))
        self.sign_all(amendment)
        self.assertEqual(counts(), (0, 0))
