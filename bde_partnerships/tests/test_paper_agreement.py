from io import BytesIO

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .agreement_common import AgreementCase
from .paper_common import pictures_of, scanned


@tagged("post_install", "-at_install")
class TestAgreementOnPaper(AgreementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss.write({"email": False, "phone": False})

    def test_signer_without_address_signs_on_paper(self):
        with self.assertRaisesRegex(UserError, "Neither e-mail nor phone"):
            self.agreement.action_send()
        action = self.agreement.action_send_on_paper()
        self.assertEqual(action["url"], f"/bde/paper?documents={self.agreement.document_id.id}")
        self.assertEqual(self.agreement.state, "to_sign")
        text = PdfReader(BytesIO(self.agreement.document_id._paper_pdf())).pages[-1].extract_text()
        self.assertIn("Anne Duval", text)

    def test_paper_of_the_boss_then_the_head_in_session(self):
        self.agreement.action_send_on_paper()
        host = self.agreement.sudo().signature_ids.filtered(lambda s: s.role == "host")
        data = scanned(pictures_of(host._paper_pdf())[-1:])
        Scan = self.as_user(self.secretary_a)["bde.paper.scan"]
        [page] = Scan._take_in(self.school_a, [("scan.pdf", data)])[0]
        page.action_record()
        self.assertEqual((host.state, host.method), ("signed", "paper"))
        head = self.agreement.signature_ids.filtered(lambda s: s.role == "head")
        self.assertEqual(head.state, "to_sign")
        head.with_env(self.as_user(self.head_a))._sign_in_session("Head A")
        self.agreement.invalidate_recordset()
        self.assertIn(self.agreement.state, ("signed", "running"))

    def test_other_schools_and_roles_send_nothing_on_paper(self):
        for user in (self.teacher_a, self.manager_b):
            with self.assertRaises(AccessError):
                self.agreement.with_env(self.as_user(user)).action_send_on_paper()
        self.assertFalse(self.agreement.sudo().on_paper)
