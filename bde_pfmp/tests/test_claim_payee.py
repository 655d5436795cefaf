"""Claims of a minor: whose account, which paper, who is told."""

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .test_claim import ClaimCase


@tagged("post_install", "-at_install")
class TestClaimPayee(ClaimCase, HttpCase):
    """Aline is 17, Boris is of age."""

    def send(self, pupil, convention, **form):
        _link, path = self.link(pupil)
        self.authenticate(None, None)
        data = {
            "kind": "transport",
            "date_from": str(self.start),
            "date_to": str(self.end),
            "quantity": "4",
            "amount": "12,50",
        }
        page = self.url_open(f"{path}/{convention.uuid}/claim", data=data | form)
        self.env.invalidate_all()
        return page

    def test_money_of_a_minor_goes_to_the_representative(self):
        """Both who represent her and have a mailbox are told; the aunt does not represent her."""
        self.father.email = "karim@family.example"
        letters = self.catch_mails()
        self.send(self.aline, self.convention)
        claim = self.placement.sudo().claim_ids
        self.assertEqual((claim.payee, claim.lacks_consent), ("guardian", False))
        self.assertEqual(len(letters), 2)
        told = " ".join(letter["email_to"] for letter in letters)
        self.assertIn("sophie@family.example", told)
        self.assertIn("karim@family.example", told)
        self.assertIn("DUPONT Aline", str(letters[0]["body_html"]))
        self.assertNotIn("Aline", letters[0]["subject"].title())
        # the same claim again tells nobody again
        self.send(self.aline, self.convention)
        self.assertEqual(len(letters), 2)

    def test_own_account_takes_the_authorisation(self):
        self.send(self.aline, self.convention, payee="student")
        claim = self.placement.sudo().claim_ids.with_env(self.as_user(self.intendance_a))
        self.assertTrue(claim.lacks_consent)
        claim.action_grant()
        with self.assertRaisesRegex(UserError, "authorisation"):
            claim.action_pay()
        claim.consent = True
        claim.action_pay()
        self.assertEqual(claim.state, "paid")
        with self.assertRaises(UserError):
            claim.consent = False

    def test_paper_given_for_the_allowance_serves_here(self):
        schooling = self.placement.schooling_id.sudo()
        schooling.write({"consent_state": "present", "rib_state": "present"})
        self.send(self.aline, self.convention, payee="student")
        self.assertFalse(self.placement.sudo().claim_ids.lacks_consent)

    def test_some_wait_while_others_are_paid(self):
        paid = self.claim()
        waits = self.claim(kind="transport", payee="other", amount_asked=5, quantity=1)
        claims = paid + waits
        claims.action_grant()
        answer = claims.action_pay()
        self.assertEqual(claims.mapped("state"), ["paid", "granted"])
        self.assertIn("authorisation", answer["params"]["message"])

    def test_of_age_nobody_is_asked_nor_told(self):
        letters = self.catch_mails()
        page = self.url_open(f"{self.link(self.boris)[1]}/{self.adult.uuid}")
        self.assertNotIn('name="payee"', page.text)
        self.send(self.boris, self.adult, payee="other")
        claim = self.placement_adult.sudo().claim_ids
        self.assertEqual((claim.payee, claim.lacks_consent), ("student", False))
        self.assertFalse(letters)

    def test_page_asks_and_refuses_another_answer(self):
        page = self.url_open(f"{self.link(self.aline)[1]}/{self.convention.uuid}")
        self.assertEqual(page.text.count('name="payee"'), 2)
        page = self.send(self.aline, self.convention, payee="other")
        self.assertEqual(page.status_code, 422)
        self.assertIn('id="claim_payee_error"', page.text)
        self.assertIn('value="12,50"', page.text, "what was typed is there")
        self.assertFalse(self.placement.sudo().claim_ids)
