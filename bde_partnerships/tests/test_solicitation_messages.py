import re

from odoo.exceptions import UserError
from odoo.tests import tagged

from .respect_common import RespectCase


@tagged("post_install", "-at_install")
class TestSolicitationMessages(RespectCase):
    """Messages from the page of a company to people outside."""

    def setUp(self):
        super().setUp()
        self.page = self.as_(self.manager_a, self.relation_a)

    def post(self, page=None, contact=None, **context):
        page = page or self.page
        return page.with_context(**context).message_post(
            body="Un stage ?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=(contact or self.anne).ids,
        )

    def bodies(self):
        return "".join(self.mails().mapped("body_html"))

    def test_between_colleagues_nothing_is_checked(self):
        self.say_no(everywhere=True)
        self.page.message_post(body="Do not call them", partner_ids=self.head_a.partner_id.ids)
        self.page.message_post(body="A note")
        self.assertFalse(self.employer.bde_approach_ids)

    def test_to_a_contact_it_is_an_approach(self):
        message = self.post()
        self.assertEqual(self.employer.bde_approach_ids.mapped("channel"), ["mail"])
        self.assertIn("/bde/o/", self.bodies())
        self.assertIn("/bde/n/", self.bodies())
        self.assertTrue(self.anne.bde_informed_on)
        self.assertNotIn("/bde/o/", message.body, "the link stands in the mail alone")
        token = re.search(r'/bde/o/([^"]+)"', self.bodies())[1]
        self.assertEqual(self.env["bde.link"]._find(token, "optout").email, "anne@duval.example")

    def test_each_reader_has_a_link_of_his_own(self):
        marc = self.employer._bde_add_contact(
            self.school_a, {"name": "Marc", "email": "marc@duval.example"}
        )
        self.post(contact=self.anne | marc | self.head_a.partner_id)
        mails = self.mails().filtered("recipient_ids")
        links = {}
        for mail in mails:
            self.assertEqual(len(mail.recipient_ids), 1)
            links[mail.recipient_ids] = set(re.findall(r'/bde/o/([^"]+)"', mail.body_html))
        self.assertEqual(len(links[self.anne] | links[marc]), 2)
        self.assertFalse(links.get(self.head_a.partner_id))

    def test_who_said_no_is_not_written_to(self):
        self.say_no(self.school_b, everywhere=True)
        with self.assertRaisesRegex(UserError, "Menuiserie Duval said no"):
            self.post()
        for reason in ("other", "they_asked"):
            with self.assertRaises(UserError):
                self.post(bde_solicitation_reason=reason)
        self.assertFalse(self.mails())

    def test_followers_are_readers_too(self):
        self.page.message_subscribe(partner_ids=self.anne.ids)
        self.say_no(email="anne@duval.example")
        with self.assertRaisesRegex(UserError, "anne@duval.example said no"):
            self.page.message_post(body="Un stage ?", subtype_xmlid="mail.mt_comment")
        self.page.message_post(body="A note between us")

    def test_warned_needs_a_listed_reason(self):
        self.employer._bde_note_approach(self.school_b, "placements", "call")
        for reason in (None, "because", ""):
            with self.assertRaisesRegex(UserError, "Lycée Braille called on"):
                self.post(bde_solicitation_reason=reason)
        self.post(bde_solicitation_reason="agreed_with_lead")
        own = self.employer.bde_approach_ids.filtered(lambda a: a.school_id == self.school_a)
        self.assertEqual(own.reason, "agreed_with_lead")

    def test_purpose_of_the_request(self):
        self.say_no(purposes=["apprenticeship"])
        lead = self.as_user(self.manager_a)["crm.lead"].create(
            {
                "name": "Apprenti",
                "bde_relation_id": self.relation_a.id,
                "bde_pipeline_id": self.env["bde.pipeline"]
                .search([("code", "=", "apprenticeship")])
                .id,
            }
        )
        with self.assertRaisesRegex(UserError, "apprenticeship contracts"):
            self.post(lead)
        self.post()

    def test_mail_that_comes_in_passes(self):
        self.say_no()
        self.page.message_subscribe(partner_ids=self.anne.ids)
        self.page.message_post(
            body="Rappelez-moi",
            message_type="email",
            author_id=self.employer.id,
            subtype_xmlid="mail.mt_comment",
        )

    def test_composer_asks_what_and_why(self):
        self.say_no(purposes=["placements"])
        composer = self.as_user(self.manager_a)["mail.compose.message"].with_context(
            default_model="bde.relation",
            default_res_ids=self.page.ids,
            default_composition_mode="comment",
            default_partner_ids=self.anne.ids,
        )
        wizard = composer.create({"body": "<p>Bonjour</p>", "subject": "x"})
        self.assertEqual(wizard.bde_purpose, "placements")
        with self.assertRaises(UserError):
            wizard.action_send_mail()
        wizard.bde_purpose = "events"
        wizard.action_send_mail()
        self.assertEqual(self.employer.bde_approach_ids.purpose, "events")
        wizard = composer.create({"body": "<p>Léa</p>", "subject": "x", "bde_purpose": "service"})
        wizard.action_send_mail()
        self.assertEqual(len(self.employer.bde_approach_ids), 1)
        wizard.composition_mode = "mass_mail"
        with self.assertRaisesRegex(UserError, "use “Write”"):
            wizard.action_send_mail()

    def test_call_and_campaign_show_it_in_every_school(self):
        """A company that said no to all is stopped whatever the way, in each school."""
        self.say_no(self.school_c, everywhere=True)
        for user, relation in (
            (self.manager_a, self.relation_a),
            (self.manager_b, self.relation_b),
        ):
            wizard = self.as_user(user)["bde.talk.wizard"].create({"relation_id": relation.id})
            self.assertEqual(wizard.solicitation_level, "stop")
            self.assertIn("said no", wizard.solicitation_text)
            self.assertEqual(self.as_(user, relation).solicitation_level, "stop")
            campaign = self.as_user(user)["bde.campaign"]._from_partners(
                self.as_(user, self.employer)
            )
            self.assertEqual(campaign.target_ids.state, "skipped")
            with self.assertRaises(UserError):
                self.post(self.as_(user, relation), relation.contact_ids)
