import base64

from odoo.tests import tagged
from odoo.tools import mute_logger

from .pipeline_common import PipelineCase

MAIL = """Return-Path: <{sender}>
To: {to}
Cc: {cc}
Received: by mail1.example with SMTP id x; Tue, 17 Nov 2026 09:00:00 +0100
From: "{name}" <{sender}>
Subject: {subject}
Date: Tue, 17 Nov 2026 09:00:00 +0100
Message-ID: <{number}@mail.example>
{headers}MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="----x"

------x
Content-Type: text/plain; charset=utf-8

Bonjour, nous pouvons prendre deux stagiaires en mars.

------x
Content-Type: application/octet-stream; name="photo.bin"
Content-Disposition: attachment; filename="photo.bin"
Content-Transfer-Encoding: base64

{attachment}

------x--
"""


@tagged("post_install", "-at_install")
class TestLeadMail(PipelineCase):
    """Mail to the address of a bureau becomes a request to sort of that school."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create({"name": "bde.example"})
        cls.schools.alias_domain_id = domain
        cls.number = 0

    def _receive(self, sender="paul@pain.example", name="Paul Petit", **values):
        """The lead that a mail makes; empty when it makes none."""
        type(self).number += 1
        values = {
            "to": "bde-0330994b@bde.example",
            "cc": "",
            "subject": "Stage en mars",
            "headers": "",
            "attachment": base64.encodebytes(b"x" * 10).decode(),
        } | values
        mail = MAIL.format(sender=sender, name=name, number=self.number, **values)
        known = self.env["crm.lead"].search([])
        with mute_logger("odoo.addons.mail.models.mail_thread", "odoo.models.unlink"):
            self.env["mail.thread"].message_process(None, mail)
        return self.env["crm.lead"].search([]) - known

    def test_unknown_sender(self):
        lead = self._receive()
        self.assertEqual(len(lead), 1)
        self.assertEqual((lead.type, lead.company_id), ("lead", self.school_a))
        self.assertEqual((lead.bde_source, lead.bde_pipeline_id), ("mail", self.placements))
        self.assertEqual(lead.email_normalized, "paul@pain.example")
        self.assertFalse(lead.partner_id | lead.user_id.partner_id)
        self.assertFalse(lead.bde_relation_id)
        self.assertIn("deux stagiaires", lead.message_ids[-1:].body)
        self.assertEqual(lead.message_ids.attachment_ids.mapped("name"), ["photo.bin"])
        self.assertIn(lead, self.as_user(self.secretary_a)["crm.lead"].search([]))
        self.assertNotIn(lead, self.as_user(self.manager_b)["crm.lead"].search([]))
        self.assertFalse(self.env["res.partner"].search([("email", "=", "paul@pain.example")]))

    def test_contact_of_the_school(self):
        contact = self.employer._bde_add_contact(
            self.school_a, {"name": "Anne Duval", "email": "anne@duval.example"}
        )
        lead = self._receive("anne@duval.example", "Anne Duval")
        self.assertEqual((lead.partner_id, lead.type), (contact, "lead"))
        self.assertEqual(lead.bde_relation_id, self.relation_a)
        self.assertEqual(lead.message_ids[-1:].author_id, contact)

    def test_contact_of_another_school_is_a_stranger_here(self):
        contact = self.employer._bde_add_contact(
            self.school_b, {"name": "Madame Braille", "email": "anne@duval.example"}
        )
        lead = self._receive("anne@duval.example", "Anne Duval", cc="anne@duval.example")
        self.assertEqual(lead.company_id, self.school_a)
        self.assertFalse(lead.partner_id)
        message = lead.message_ids[-1:]
        self.assertFalse(message.author_id)
        self.assertNotIn(contact, message.partner_ids)
        self.assertIn("Anne Duval", message.email_from)

    def test_answer_of_another_school_s_contact(self):
        lead = self._receive()
        contact = self.employer._bde_add_contact(
            self.school_b, {"name": "Madame Braille", "email": "anne@duval.example"}
        )
        reference = lead.message_ids[-1:].message_id
        more = self._receive(
            "anne@duval.example", "Anne Duval", headers=f"In-Reply-To: {reference}\n"
        )
        self.assertFalse(more, "it goes on the request")
        self.assertEqual(len(lead.message_ids), 2)
        self.assertNotIn(contact, lead.message_ids.author_id)

    def test_big_attachment(self):
        big = base64.encodebytes(b"0" * 3_000_000).decode()
        lead = self._receive(attachment=big)
        self.assertEqual(lead.message_ids.attachment_ids.file_size, 3_000_000)

    def test_loops_are_stopped_by_core(self):
        self.env["ir.config_parameter"].sudo().set_param("mail.gateway.loop.threshold", "3")
        made = [len(self._receive("robot@spam.example", "Robot")) for _number in range(6)]
        self.assertEqual(made, [1, 1, 1, 0, 0, 0])
        bounce = self._receive("MAILER-DAEMON@mail.example", "Mailer", to="bounce@bde.example")
        self.assertFalse(bounce)

    def test_mail_to_a_team_of_nobody_s_is_core_s(self):
        team = self.env["crm.team"].create(
            {"name": "Sales", "company_id": False, "alias_name": "sales"}
        )
        team.alias_domain_id = self.school_a.alias_domain_id
        lead = self._receive(to="sales@bde.example")
        self.assertFalse(lead.bde_pipeline_id)
        self.assertEqual(lead.team_id, team)
