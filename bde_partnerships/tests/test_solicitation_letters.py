import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..rules.purposes import PURPOSES
from .respect_common import RespectCase

SILENT = mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestSolicitationLetters(RespectCase):
    """Letters that ask: who gets one, what stands at the foot, what stays."""

    def letter(self, **vals):
        return {
            "partner": self.employer,
            "contact": self.anne,
            "subject": "Un stage chez vous",
            "body": "<p>Bonjour</p>",
        } | vals

    def send(self, letters, user=None, school=None, purpose="placements"):
        env = self.as_user(user or self.manager_a)
        school = (school or self.school_a).with_env(env)
        letters = [
            {
                key: value.with_env(env) if hasattr(value, "_name") else value
                for key, value in letter.items()
            }
            for letter in letters
        ]
        results = env["bde.solicitation"]._send(school, purpose, letters)
        self.env.invalidate_all()
        return [status for status, _text in results]

    # ------------------------------------------------------------
    # What leaves
    # ------------------------------------------------------------

    def test_letter_of_the_school_with_a_link_of_its_own(self):
        self.assertEqual(self.send([self.letter()]), ["sent"])
        mail = self.mails()
        self.assertEqual(mail.email_to, '"Anne Duval" <anne@duval.example>')
        self.assertIn("bde-0330994b@ac-test.example", mail.email_from)
        self.assertTrue(mail.auto_delete)
        self.assertFalse(mail.mail_message_id.model, "in no chatter")
        url = re.search(r'href="([^"]*/bde/o/([^"]+))"', mail.body_html)
        link = self.env["bde.link"]._find(url[2], "optout")
        self.assertEqual(link.res_id, self.employer.id)
        self.assertGreater(link.expires_on, fields.Datetime.now() + timedelta(days=3000))
        self.assertIn(f"<{url[1]}>", mail.headers)
        self.assertNotIn(url[2], str(self.relation_a.message_ids.mapped("body")))

    def test_notice_the_first_time_only(self):
        self.send([self.letter()])
        self.assertTrue(self.anne.bde_informed_on)
        self.assertIn(f"/bde/n/{self.school_a.uai}", self.mails().body_html)
        self.send([self.letter()], purpose="tax")
        self.assertNotIn("/bde/n/0330994B", self.mails()[-1:].body_html)
        self.assertIn("/bde/o/", self.mails()[-1:].body_html)

    def test_notice_is_by_school_and_for_the_company_too(self):
        own_address = self.letter(contact=self.env["res.partner"])
        self.send([own_address])
        self.assertTrue(self.relation_a.informed_on)
        self.assertIn("/bde/n/", self.mails()[-1:].body_html)
        self.send([own_address], purpose="tax")
        self.assertNotIn("/bde/n/", self.mails()[-1:].body_html)
        own_address["reason"] = "other"
        self.send([own_address], self.manager_b, self.school_b)
        self.assertIn("/bde/n/", self.mails()[-1:].body_html)

    def test_what_stays(self):
        self.send([self.letter(reason="other")])
        approach = self.employer.bde_approach_ids
        self.assertEqual((approach.channel, approach.purpose), ("mail", "placements"))
        self.assertEqual(approach.school_id, self.school_a)
        talk = self.relation_a.talk_ids
        self.assertEqual((talk.outcome, talk.contact_id), ("sent", self.anne))
        self.assertIn("Bonjour", self.relation_a.message_ids[:1].body)
        self.assertFalse(self.relation_b.talk_ids)

    def test_letters_leave_in_working_hours(self):
        self.school_a.bde_tz = "America/Martinique"  # UTC-4
        for now, leaves in (
            ("2026-11-20 15:00:00", False),  # a Friday, 11:00 there
            ("2026-11-20 23:30:00", "2026-11-23 12:00:00"),  # 19:30: Monday at 8:00
            ("2026-11-23 11:00:00", "2026-11-23 12:00:00"),
        ):
            with freeze_time(now):
                self.send([self.letter()], purpose="events" if leaves else "tax")
                scheduled = self.mails()[-1:].scheduled_date
                self.assertEqual(scheduled, leaves and fields.Datetime.to_datetime(leaves), now)

    # ------------------------------------------------------------
    # Who gets none
    # ------------------------------------------------------------

    def test_who_said_no_gets_none(self):
        self.say_no(self.school_b, everywhere=True)
        self.assertEqual(self.send([self.letter(reason="other")]), ["stopped"])
        self.assertFalse(self.mails())
        self.assertFalse(self.employer.bde_approach_ids)

    def test_a_person_who_said_no_alone(self):
        marc = self.employer._bde_add_contact(
            self.school_a, {"name": "Marc", "email": "marc@duval.example"}
        )
        self.say_no(email="ANNE+stages@duval.example")
        letters = [self.letter(), self.letter(contact=marc)]
        self.assertEqual(self.send(letters), ["stopped", "sent"])

    def test_warned_needs_a_reason(self):
        self.employer._bde_note_approach(self.school_b, "placements", "call")
        self.assertEqual(self.send([self.letter()]), ["warned"])
        self.assertEqual(self.send([self.letter(reason="they_asked")]), ["sent"])
        own = self.employer.bde_approach_ids.filtered(lambda a: a.school_id == self.school_a)
        self.assertEqual(own.reason, "they_asked")

    def test_once_a_day_contact_and_purpose(self):
        self.assertEqual(self.send([self.letter(), self.letter()]), ["sent", "capped"])
        self.assertEqual(self.send([self.letter()]), ["capped"])
        self.assertEqual(self.send([self.letter()], purpose="events"), ["sent"])
        with freeze_time(fields.Datetime.now() + timedelta(days=1, hours=1)):
            self.assertEqual(self.send([self.letter()]), ["sent"], "one's own call warns gently")

    def test_without_address(self):
        self.employer.email = False
        self.assertEqual(self.send([self.letter(contact=self.env["res.partner"])]), ["no_address"])

    @SILENT
    def test_contacts_of_another_school(self):
        with self.assertRaises(AccessError):
            self.send([self.letter(contact=self.bruno)])
        with self.assertRaises(AccessError):
            self.send([self.letter()], self.manager_b, self.school_a)
        with self.assertRaises(AccessError):
            self.send([self.letter()], self.teacher_a)
        self.assertFalse(self.mails())

    def test_batches_cost_what_one_costs(self):
        employers = self.new_employers(221, email=False)
        for number, employer in enumerate(employers):
            employer.email = f"garage{number}@garage.example"
        start, counts = 0, []
        for size in (1, 20, 200):
            batch = employers[start : start + size]
            start += size
            self.env.flush_all()
            letters = [
                {"partner": employer, "contact": None, "subject": "Bonjour", "body": "<p>…</p>"}
                for employer in batch
            ]
            self.send([self.letter()], purpose="alumni")  # caches
            before = self.cr.sql_log_count
            self.assertEqual(set(self.send(letters)), {"sent"})
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0], counts)
        # core writes rows by the hundred: one more query for each table
        self.assertLessEqual(counts[2], counts[1] + 10, counts)

    # ------------------------------------------------------------
    # The wizard
    # ------------------------------------------------------------

    def wizard(self, records, user=None, **context):
        env = self.as_user(user or self.manager_a)
        context = {"active_model": records._name, "active_ids": records.ids} | context
        return Form(env["bde.solicitation.wizard"].with_context(**context))

    def test_write_from_one_page(self):
        form = self.wizard(self.relation_a)
        self.assertEqual(form.subject, "Accueillir un élève en stage – Lycée Ampère")
        self.assertEqual(form.ready_count, 1)
        form.subject = "Léa chez vous ?"
        result = form.save().action_send()
        self.assertIn("1", result["params"]["message"])
        self.assertEqual(self.mails().subject, "Léa chez vous ?")
        self.assertIn("Manager A", self.mails().body_html)

    def test_write_to_many_says_who_is_left_out(self):
        closed, asked, fresh = self.new_employers(3, email="accueil@garage.example")
        asked.email, fresh.email = "asked@garage.example", "fresh@garage.example"
        closed.closed_on = "2020-01-01"
        asked._bde_note_approach(self.school_b, "placements", "visit")
        relations = self.env["bde.relation"]._bde_ensure(closed | asked | fresh, self.school_a)
        self.say_no(partner=self.employer, purposes=["placements"])
        form = self.wizard(relations | self.relation_a)
        self.assertEqual((form.ready_count, form.warned_count, form.left_out_count), (1, 1, 2))
        wizard = form.save()
        with self.assertRaisesRegex(UserError, "talking with 1"):
            wizard.action_send()
        form = Form(wizard)
        form.reason = "pupil_without_place"
        form.save().action_send()
        self.assertEqual(
            set(self.mails().mapped("email_to")),
            {'"Garage 1" <asked@garage.example>', '"Garage 2" <fresh@garage.example>'},
        )
        self.assertIn("Lycée Ampère", self.mails()[-1:].subject)

    def test_fields_of_the_company_are_filled_in_one_by_one(self):
        model = self.env["ir.model"]._get("bde.relation").id
        template = self.as_user(self.manager_a)["mail.template"].create(
            {
                "name": "By name",
                "model_id": model,
                "bde_purpose": "events",
                "subject": "Pour {{ object.partner_name }}",
                "body_html": '<p>À <t t-out="object.partner_name"/></p>',
            }
        )
        relations = self.env["bde.relation"]._bde_ensure(
            self.new_employers(2, email="a@garage.example"), self.school_a
        )
        relations[1].partner_id.email = "b@garage.example"
        form = self.wizard(relations)
        form.purpose = "events"
        self.assertEqual(form.template_id, template)
        self.assertIn("{{", form.subject)
        form.save().action_send()
        bodies = {mail.subject: mail.body_html for mail in self.mails()}
        self.assertEqual(sorted(bodies), ["Pour Garage 0", "Pour Garage 1"])
        self.assertIn("À Garage 1", bodies["Pour Garage 1"])

    def test_models_are_filled_in_first(self):
        form = self.wizard(self.relation_a)
        form.purpose = "events"
        wizard = form.save()
        with self.assertRaisesRegex(UserError, r"between brackets: \[Quoi, quel jour"):
            wizard.action_send()
        self.assertFalse(self.mails())

    def test_nobody_left(self):
        self.say_no()
        with self.assertRaisesRegex(UserError, "No letter may leave:\nMenuiserie Duval said no"):
            self.wizard(self.relation_a).save().action_send()

    def test_what_is_not_a_request_always_leaves(self):
        self.say_no(everywhere=True)
        self.employer.closed_on = "2020-01-01"
        form = self.wizard(self.relation_a)
        form.purpose = "service"
        form.subject, form.body = "Accident de Léa", "<p>Appelez-nous</p>"
        form.save().action_send()
        self.assertEqual(self.mails().subject, "Accident de Léa")
        self.assertNotIn("/bde/o/", self.mails().body_html)
        self.assertFalse(self.employer.bde_approach_ids)
        self.assertFalse(self.relation_a.talk_ids.purpose)

    @SILENT
    def test_wizard_of_another_school(self):
        with self.assertRaises(AccessError):
            self.wizard(self.relation_a, self.manager_b)
        wizard = self.wizard(self.relation_b, self.manager_b).save()
        with self.assertRaises(AccessError):
            self.as_(self.manager_a, wizard).read(["subject"])
        line = self.as_(self.manager_b, wizard).line_ids
        with self.assertRaises(AccessError):
            line.contact_id = self.anne.id
        line.sudo().contact_id = self.anne.id
        with self.assertRaises(AccessError):
            self.as_(self.manager_b, wizard).action_send()

    def test_expressions_of_others_are_not_run(self):
        wizard = self.wizard(self.relation_a).save()
        wizard.body = '<p><t t-out="object.company_id.sudo().head_id.login"/></p>'
        wizard.subject = "{{ object.partner_id.sudo().bde_approach_ids }}"
        with self.assertRaises(AccessError):
            wizard.action_send()
        self.assertFalse(self.mails())

    def test_write_from_requests(self):
        lead = self.as_user(self.manager_a)["crm.lead"].create(
            {
                "name": "Place pour Léa",
                "bde_relation_id": self.relation_a.id,
                "bde_pipeline_id": self.env["bde.pipeline"]
                .search([("code", "=", "apprenticeship")])
                .id,
            }
        )
        form = self.wizard(lead)
        self.assertEqual(form.purpose, "apprenticeship")
        self.assertEqual(form.save().line_ids.relation_id, lead.bde_relation_id)

    # ------------------------------------------------------------
    # Models of letters
    # ------------------------------------------------------------

    def test_every_purpose_has_its_model(self):
        Template = self.env["mail.template"]
        for purpose, _label in PURPOSES:
            template = Template.search([("bde_purpose", "=", purpose)])
            self.assertEqual(len(template), 1, purpose)
            values = template.with_user(self.manager_a)._generate_template(
                self.relation_a.ids, ("subject", "body_html")
            )[self.relation_a.id]
            self.assertIn("Lycée Ampère", values["subject"])
            self.assertIn("Madame, Monsieur", values["body_html"])

    @SILENT
    def test_models_of_a_school_are_its_own(self):
        model = self.env["ir.model"]._get("bde.relation").id
        own = self.as_user(self.manager_b)["mail.template"].create(
            {"name": "Ours", "model_id": model, "bde_purpose": "tax", "subject": "Secret"}
        )
        with self.assertRaises(AccessError):
            self.as_(self.manager_a, own).read(["subject"])
        form = self.wizard(self.relation_a)
        form.purpose = "tax"
        self.assertNotEqual(form.subject, "Secret")
        form = self.wizard(self.relation_b, self.manager_b)
        form.purpose = "tax"
        self.assertEqual(form.subject, "Secret")
        shared = self.env.ref("bde_partnerships.mail_template_tax")
        with self.assertRaises(AccessError):
            self.as_(self.manager_a, shared).write({"subject": "Changed"})

    def test_lines_of_the_wizard_cost_what_one_costs(self):
        employers = self.new_employers(200, email="a@garage.example")
        relations = self.env["bde.relation"]._bde_ensure(employers, self.school_a)
        counts = []
        for size in (1, 20, 200):
            wizard = self.as_user(self.manager_a)["bde.solicitation.wizard"].create(
                {
                    "company_id": self.school_a.id,
                    "subject": "x",
                    "line_ids": [
                        Command.create({"relation_id": relation.id})
                        for relation in relations[:size]
                    ],
                }
            )
            counts.append(self.count_queries(lambda wizard=wizard: wizard.ready_count))
        self.assertEqual(len(set(counts)), 1, counts)
