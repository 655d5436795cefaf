from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .convention_common import ConventionCase

SILENT = mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestConventionReach(ConventionCase):
    """Addresses that do not work, put right where they stand: contact, pupil, guardian."""

    def setUp(self):
        super().setUp()
        self.convention = self.make(self.placement)
        self.convention.with_env(self.as_manager).action_send()

    def of(self, name):
        found = self.convention.sudo().signature_ids.filtered(lambda s: s.name == name)
        self.assertEqual(len(found), 1, name)
        return found

    def put_right(self, signature, email, phone="", user=None):
        signature._mark_bounced("email", "unknown")
        wizard = (
            self.env["bde.signer.address"]
            .with_env(self.as_user(user or self.secretary_a))
            .create({"signature_id": signature.id})
        )
        wizard.write({"email": email, "phone": phone})
        wizard.action_apply()

    def test_guardian(self):
        signature = self.of(self.mother.name)
        self.put_right(signature, "sophie.dupont@family.example")
        self.assertEqual(self.mother.email, "sophie.dupont@family.example")
        self.assertEqual(signature.email, "sophie.dupont@family.example")
        self.assertFalse(signature.is_address_wrong)

    def test_pupil(self):
        signature = self.of(self.aline.name)
        self.put_right(signature, "aline@family.example")
        self.assertEqual(self.aline.email, "aline@family.example")

    def test_contact_of_the_company_and_nothing_to_sign_again(self):
        signature = self.of("Anne Duval")
        self.put_right(signature, "anne@duval.example", "06 00 00 00 01")
        self.assertEqual(self.boss.email, "anne@duval.example")
        self.assertEqual(self.boss.phone, "06 00 00 00 01")
        self.assertFalse(self.convention.is_changed, "an address is not what is signed")

    @SILENT
    def test_teachers_change_no_address(self):
        with self.assertRaises(AccessError):
            self.put_right(self.of("Anne Duval"), "x@y.example", user=self.teacher_a)

    def test_convention_says_whom_to_call(self):
        self.assertFalse(self.convention.bounce_alert)
        self.of("Anne Duval")._mark_bounced("email", "unknown")
        self.convention.invalidate_recordset()
        alert = self.convention.with_env(self.as_manager).bounce_alert
        self.assertIn("Anne Duval", alert)
        self.assertIn("05 56 00 00 01", alert)
        action = self.convention.with_env(self.as_manager).action_open_wrong()
        found = self.as_manager["bde.document.signature"].search(action["domain"])
        self.assertIn("Anne Duval", found.mapped("name"))
