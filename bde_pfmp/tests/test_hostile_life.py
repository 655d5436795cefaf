from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.bde_partnerships.tests.common import BdeCase

from .test_guardian_signing import GuardianCase


@tagged("post_install", "-at_install")
class TestHostileLife(BdeCase):
    """Staff who point to what is not theirs."""

    def test_an_import_takes_no_file_of_somebody_else(self):
        """Files of an import follow its rights: one that its user may not read stays as it is."""
        theirs = self.env["ir.attachment"].create(
            {
                "name": "notes.csv",
                "raw": b"secret of school B",
                "res_model": "res.company",
                "res_id": self.school_b.id,
                "company_id": self.school_b.id,
            }
        )
        hidden = self.env["ir.attachment"].create(
            {"name": "server.txt", "raw": b"of the server alone"}
        )
        shown = self.env["ir.attachment"].create(
            {"name": "shown.txt", "raw": b"for all", "public": True}
        )
        env = self.as_user(self.secretary_a)
        values = {"company_id": self.school_a.id, "school_year_id": self.year.id}
        record = env["bde.import"].create(values)
        for file in (hidden, theirs, shown):
            with self.subTest(file=file.name):
                files = {"attachment_ids": [Command.set(file.ids)]}
                with self.assertRaises(AccessError):
                    env["bde.import"].create(values | files)
                with self.assertRaises(AccessError):
                    record.write(files)
                self.assertNotEqual(file.res_model, "bde.import")


@tagged("post_install", "-at_install")
class TestHostileGuardian(GuardianCase):
    """A parent who lost authority after he signed, and staff who would decide for the head."""

    def test_what_verbs_write_is_not_written_by_hand(self):
        self.send()
        self.convention.sudo().guardian_stop = True
        for user in (self.secretary_a, self.manager_a):
            convention = self.convention.with_env(self.as_user(user))
            for values in (
                {"guardian_stop": False},
                {"interrupted_from": {"state": "closed", "date_end": "2026-01-01", "terms": []}},
                {"interruption_code": "illness"},
                {"attestation_on": "2026-01-01"},
                {"successor_id": self.placement.id},
            ):
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    convention.write(values)
            with self.assertRaises(AccessError):
                convention.action_release_guardians()
            with self.assertRaises(AccessError):
                self.placement.with_env(convention.env).replaces_id = self.placement.id
        self.assertTrue(self.convention.guardian_stop)

    def test_who_signed_and_lost_authority_receives_nothing(self):
        self.send()
        father = self.signature("guardian", "Karim")
        father._sign("typed", "Karim Dupont")
        Mail = self.env["mail.mail"].sudo()
        before = Mail.search([])
        self.link_father.with_env(self.as_head).write(
            {"judgment": "withdrawn", "judgment_date": self.year.date_start}
        )
        self.assertEqual(self.versions(), 1, "a correction went out")
        mails = Mail.search([]) - before
        self.assertNotIn("karim@family.example", "".join(mails.mapped("email_to")))
        self.assertIn("sophie@family.example", "".join(mails.mapped("email_to")))
        [link] = self.env["bde.link"].search([("signer_key", "=", father.signer_key)], limit=1)
        self.assertFalse(link._as_school()._signatures())

    def test_who_lost_authority_later_is_not_told_where_the_pupil_goes(self):
        self.send()
        self.signature("guardian", "Karim")._sign("typed", "Karim Dupont")
        self.sign_all(self.convention)
        self.link_father.with_env(self.as_head).write(
            {"judgment": "withdrawn", "judgment_date": self.year.date_start}
        )
        Mail = self.env["mail.mail"].sudo()
        before = Mail.search([])
        self.convention.sudo().interrupted_on = self.convention.date_start
        self.env["bde.delivery"]._tell_interruption(self.convention.sudo())
        sent = "".join((Mail.search([]) - before).mapped("email_to"))
        self.assertNotIn("karim@family.example", sent)
        self.assertIn("sophie@family.example", sent)
        self.assertIn("aline", sent)

    def test_who_said_it_is_not_me_gets_no_copy_either(self):
        self.send()
        father = self.signature("guardian", "Karim")
        link = self.env["bde.link"].search([("signer_key", "=", father.signer_key)], limit=1)
        link._as_school()._not_me()
        self.signature("guardian", "Sophie")._sign("typed", "Sophie Dupont")
        self.sign_all(self.convention)
        self.assertEqual(self.convention.state, "signed")
        Mail = self.env["mail.mail"].sudo()
        before = Mail.search([])
        self.env["bde.delivery"]._send_copies(self.convention.document_id.sudo())
        self.convention.sudo().interrupted_on = self.convention.date_start
        self.env["bde.delivery"]._tell_interruption(self.convention.sudo())
        sent = "".join((Mail.search([]) - before).mapped("email_to"))
        self.assertNotIn("karim@family.example", sent)
        self.assertIn("sophie@family.example", sent)

    def test_dialogs_of_another_school_name_no_pupil(self):
        self.send()
        b = self.as_user(self.manager_b)
        head = self.as_user(self.head_b)
        convention, placement = self.convention, self.placement
        pointing = [
            (b, "bde.interrupt", {"convention_id": convention.id}),
            (b, "bde.template.look", {"placement_id": placement.id}),
            (b, "bde.batch.wizard", {"period_ids": [(6, 0, placement.period_id.ids)]}),
            (b, "bde.batch.wizard", {"division_ids": [(4, convention.division_id.id)]}),
            (head, "bde.rule.override.wizard", {"placement_id": placement.id}),
            (b, "bde.amendment", {"convention_id": convention.id, "change_type": "hours"}),
        ]
        for env, model, values in pointing:
            with self.subTest(model=model):
                with self.assertRaises(AccessError) as caught:
                    env[model].create(values)
                self.assertNotIn("DUPONT", str(caught.exception))
                with self.assertRaises(AccessError) as caught:
                    env[model].onchange(values, list(values), {name: {} for name in values})
                self.assertNotIn("DUPONT", str(caught.exception))
        for env, records, verb in (
            (b, convention, "action_amend"),
            (b, convention, "action_ask_interrupt"),
            (b, convention, "action_release_guardians"),
            (b, convention, "action_record_attestation"),
            (b, convention, "action_open_proof"),
            (b, convention, "action_print_paper"),
            (head, placement, "action_override_rules"),
            (b, placement, "action_interrupt"),
        ):
            with self.subTest(verb=verb):
                with self.assertRaises(AccessError) as caught:
                    getattr(records.with_env(env), verb)()
                self.assertNotIn("DUPONT", str(caught.exception))
        for user in (self.manager_a, self.secretary_a, self.teacher_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                placement.with_env(self.as_user(user)).action_override_rules()
