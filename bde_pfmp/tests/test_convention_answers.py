from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .convention_common import ConventionCase


@tagged("post_install", "-at_install")
class TestConventionAnswers(ConventionCase):
    """What the bureau does when the wrong person was asked to sign a convention."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.convention = cls.make(cls.placement_adult)
        cls.document = cls.convention.document_id
        cls.document.with_env(cls.as_manager).action_send()

    def signature(self, role):
        return self.document.signature_ids.filtered(lambda s: s.role == role)

    def answer(self, role, kind="no_authority", **values):
        values = {"name": "Paul Duval", "email": "paul@duval.example"} | values
        answer = self.env["bde.document.answer"]._record(kind, self.signature(role), values)
        return answer.with_env(self.as_manager)

    def last_mail(self):
        return self.env["mail.mail"].search([], order="id desc", limit=1)

    def test_another_person_signs_in_two_clicks(self):
        self.signature("tutor")._sign("typed", "Yves Rabot")
        answer = self.answer("host")
        action = answer.action_replace()
        self.assertEqual(action["res_model"], "bde.correction")
        self.assertTrue(self.document.correcting_since)
        signatory = self.placement_adult.signatory_id
        self.assertEqual(
            (signatory.name, signatory.email, signatory.parent_id, signatory.company_id),
            ("Paul Duval", "paul@duval.example", self.employer, self.school_a),
        )
        self.assertEqual(answer.state, "open", "until the correction is sent")
        last = self.last_mail().id
        self.document.with_env(self.as_manager).action_send_correction()
        host = self.signature("host")
        self.assertEqual((host.name, host.state), ("Paul Duval", "to_sign"))
        self.assertEqual(answer.state, "done")
        told = self.env["mail.mail"].search([("id", ">", last)]).mapped("email_to")
        self.assertIn('"Paul Duval" <paul@duval.example>', told)
        self.assertIn('"Anne Duval" <anne@duval.example>', told, "thanked, and asked no more")

    def test_known_addresses_are_not_replaced_by_what_a_stranger_types(self):
        answer = self.answer("host", name="Anne Duval", email="thief@x.example", phone="")
        answer.action_replace()
        self.assertEqual(self.boss.email, "anne@duval.example")

    def test_nobody_signs_without_a_name_and_an_address(self):
        answer = self.answer("host", email="")
        with self.assertRaisesRegex(UserError, "with an e-mail or a phone"):
            answer.action_replace()
        self.assertFalse(self.document.correcting_since)

    def test_pupil_is_replaced_by_nobody(self):
        answer = self.answer("student")
        with self.assertRaisesRegex(UserError, "on the record itself"):
            answer.action_replace()

    def test_change_is_corrected_and_answered(self):
        answer = self.answer("tutor", "change", text="Fermé le lundi", name="", email="")
        action = answer.action_correct()
        self.assertEqual(action["res_model"], "bde.convention")
        self.assertTrue(self.document.correcting_since)
        self.placement_adult.with_env(self.as_manager).meals = "Cantine"
        answer.outcome = "C’est corrigé."
        last = self.last_mail().id
        self.document.with_env(self.as_manager).action_send_correction()
        self.assertEqual(answer.state, "done")
        mails = self.env["mail.mail"].search([("id", ">", last)])
        self.assertTrue([mail for mail in mails if "C’est corrigé." in mail.body_html])

    def test_teacher_of_others_sees_nothing(self):
        self.answer("host")
        teacher = self.env["bde.document.answer"].with_env(self.as_user(self.teacher_b))
        self.assertFalse(teacher.search([]))
        mine = self.env["bde.document.answer"].with_env(self.as_user(self.teacher_a)).search([])
        self.assertEqual(len(mine), 1, "the referent reads what is said of his pupil")
        with self.assertRaises(AccessError):
            mine.action_replace()

    def test_right_address_of_a_pupil_closes_the_answer(self):
        answer = self.answer("student", "not_me")
        action = answer.action_fix_address()
        self.assertEqual(action["target"], "new")
        last = self.last_mail().id
        signature = self.signature("student").with_env(self.as_manager)
        signature._fix_address("boris.dupont@pupil.example", "")
        self.assertEqual(self.boris.email, "boris.dupont@pupil.example")
        self.assertEqual(answer.state, "done")
        told = self.env["mail.mail"].search([("id", ">", last)]).mapped("email_to")
        self.assertEqual(len(told), 1)
        self.assertIn("boris.dupont@pupil.example", told[0])
