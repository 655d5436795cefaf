from odoo.exceptions import UserError
from odoo.tests import tagged

from .agreement_common import AgreementCase


@tagged("post_install", "-at_install")
class TestPartnershipCorrection(AgreementCase):
    """Agreements take the same road as conventions; their own terms concern everybody."""

    def setUp(self):
        super().setUp()
        self.agreement.action_send()
        self.host()._sign("typed", "Anne Duval")

    def host(self):
        signatures = self.agreement.sudo().signature_ids
        return signatures.filtered(lambda s: s.role == "host")

    def said(self):
        new, old = self.agreement.document_id.version_ids.sorted("serial", reverse=True)[:2]
        return [(c["label"], c["old"], c["new"]) for c in new.sudo()._differences(old.sudo())]

    def test_terms_open_for_the_correction_alone(self):
        with self.assertRaisesRegex(UserError, "press “Correct”"):
            self.agreement.object = "Autre chose"
        action = self.agreement.action_correct()
        wizard = self.as_manager["bde.correction"].browse(action["res_id"])
        opened = wizard.action_open_terms()
        self.assertEqual(opened["res_model"], "bde.partnership")
        self.agreement.object = "Accueillir des élèves et des apprentis."
        wizard = self.as_manager["bde.correction"].browse(self.agreement.action_correct()["res_id"])
        self.assertIn("apprentis", wizard.summary)
        wizard.action_send()
        self.assertEqual(self.host().state, "to_sign")
        with self.assertRaisesRegex(UserError, "press “Correct”"):
            self.agreement.object = "Autre chose"

    def test_a_commitment_says_which_one(self):
        self.agreement.document_id.action_correct("Quantity")
        self.agreement.commitment_ids.filtered(lambda c: c.side == "company").quantity = 6
        self.agreement.document_id.action_send_correction()
        self.assertEqual(self.said(), [("Commitment – Accueillir des élèves en PFMP", "4", "6")])
        self.assertEqual(self.host().state, "to_sign")

    def test_a_contact_detail_asks_nobody_to_sign_again(self):
        self.boss.function = "présidente"
        self.assertTrue(self.agreement.is_changed)
        self.agreement.document_id.action_send_correction()
        self.assertEqual(self.host().state, "signed")
        self.assertEqual(
            self.said(), [("Function of who signs for the company", "gérante", "présidente")]
        )

    def test_the_other_versions_are_compared(self):
        self.assertEqual(self.agreement.version_count, 1)
        with self.assertRaisesRegex(UserError, "one version"):
            self.agreement.action_compare_versions()
        self.boss.function = "présidente"
        self.agreement.document_id.action_send_correction()
        action = self.agreement.action_compare_versions()
        wizard = self.as_manager["bde.version.compare"].browse(action["res_id"])
        self.assertIn("présidente", wizard.difference)
