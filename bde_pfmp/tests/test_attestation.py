"""The host signs the attestation on his page; what follows, and what is refused."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.bde_partnerships.rules import secret

from ..rules.attestation_sheet import euros
from .convention_common import png
from .test_convention_pdf import flat, text_of
from .test_stay import StayCase

CODE = "246810"


class BakerCase(StayCase):
    """One baker signs for her company and is the tutor of the three trainees; it is over."""

    @classmethod
    def complete_vals(cls):
        return super().complete_vals() | {"tutor_id": cls.boss.id}

    def setUp(self):
        super().setUp()
        self.go_to(self.end + timedelta(days=1))
        self.conventions.document_id._set_state("ended")
        self.patch(secret, "new_code", lambda: CODE)

    @classmethod
    def attestation(cls, convention=None):
        return (convention or cls.convention).sudo()._attestation()


@tagged("post_install", "-at_install")
class TestAttestationPageOfStay(BakerCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.link_, self.path = self.link()
        self.url = f"{self.path}/{self.convention.uuid}/attestation"

    def post(self, url=None, **form):
        page = self.url_open(url or self.url, data=form)
        self.env.invalidate_all()
        return page

    def sign(self, convention=None, url=None, **form):
        attestation = self.attestation(convention)
        return self.post(
            url,
            **{
                "step": "sign",
                "document": attestation.version_id.content_sha256,
                "has_read": "1",
                "code": CODE,
                "method": "typed",
                "signed_name": "Anne Duval",
                **form,
            },
        )

    def test_days_then_signature_on_one_page(self):
        mails = self.catch_mails()
        page = self.url_open(f"{self.path}/{self.convention.uuid}")
        days = self.placement.presence_days
        self.assertIn(f'value="{days}"', page.text)
        self.assertNotIn("gratification", page.text, "none was agreed")
        page = self.post(days=str(days))
        self.assertEqual(page.status_code, 200)
        self.assertIn('name="code"', page.text)
        self.assertEqual(len(mails), 1, "the code, and no other letter")
        self.assertNotIn("/bde/s/", mails[0]["body_html"])
        page = self.sign()
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self.convention.state, "attested")
        self.assertEqual(self.placement.state, "attested")
        attestation = self.attestation()
        self.assertEqual(attestation.state, "signed")
        self.assertEqual(attestation.given_by, "Anne Duval")
        self.assertEqual(attestation.given_on, self.end + timedelta(days=1))
        self.assertEqual(attestation.effective_days, days)
        self.assertFalse(attestation.days_gap)
        self.assertEqual(attestation.signature_ids.method, "typed")
        self.assertEqual(attestation.signature_ids.role, "host")
        self.assertFalse(self.link_.code_hmac, "a code signs once")
        self.assertEqual(self.adult.state, "ended", "one attestation, not the others")

    def test_half_day_less_is_told_to_the_school(self):
        days = self.placement.presence_days
        self.post(days=f"{days - 1.5:g}".replace(".", ","))
        self.sign()
        attestation = self.attestation()
        self.assertEqual(attestation.effective_days, days - 1.5)
        self.assertEqual(attestation.effective_hours, (days - 1.5) * 7)
        self.assertEqual(attestation.days_gap, -1.5)
        self.assertEqual(self.convention.effective_days, days, "the school's count stays its own")

    def test_more_than_the_calendar_is_refused(self):
        for typed in (str(self.placement.presence_days + 1), "-1", "17,3", "beaucoup", ""):
            with self.subTest(typed=typed):
                page = self.post(days=typed, step="days")
                self.assertEqual(page.status_code, 422)
                self.assertIn("bde_field_error", page.text)
        self.assertIn('value="', page.text)
        self.assertFalse(self.attestation())

    def test_gratification_that_was_agreed(self):
        self.env.cr.execute(
            "UPDATE bde_placement SET gratification = '4,50 €' WHERE id = %s", (self.placement.id,)
        )
        self.placement.invalidate_recordset()
        self.assertEqual(self.post(days="10").status_code, 422)
        self.assertEqual(self.post(days="10", gratification="612,5").status_code, 200)
        self.sign()
        self.assertEqual(self.attestation().gratification_total, 612.5)
        self.assertEqual(self.convention.gratification_total, 612.5)

    def test_wrong_code_counts_and_signs_nothing(self):
        self.post(days="10")
        page = self.sign(code="000000")
        self.assertEqual(page.status_code, 422)
        self.assertEqual(self.link_.code_tries, 1)
        self.assertEqual(self.link_.code_failures, 1)
        self.assertEqual(self.attestation().state, "to_sign")
        self.assertEqual(self.sign().status_code, 200)
        self.assertEqual(self.attestation().state, "signed")

    def test_twenty_wrong_codes_close_all_links_of_the_person(self):
        other, _path = self.link()
        self.post(days="10")
        self.link_.code_failures = 19
        self.link_.code_day = fields.Datetime.now()
        with mute_logger("odoo.addons.bde_partnerships"):
            self.sign(code="000000")
        self.assertTrue(other._locked_until())
        page = self.url_open(f"{self.path}/{self.convention.uuid}")
        self.assertNotIn('name="code"', page.text)

    def test_what_changed_since_is_not_signed(self):
        self.post(days="10")
        old = self.attestation().version_id.content_sha256
        self.post(step="change")
        self.post(days="9")
        page = self.sign(document=old)
        self.assertEqual(page.status_code, 422)
        self.assertEqual(self.attestation().state, "to_sign")
        self.sign()
        self.assertEqual(self.attestation().effective_days, 9)

    def test_twice_is_once(self):
        self.post(days="10")
        self.sign()
        versions = self.attestation().version_count
        page = self.sign()
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self.post(days="5").status_code, 200)
        self.assertEqual(self.attestation().effective_days, 10)
        self.assertEqual(self.attestation().version_count, versions)

    def test_unticked_and_unsigned(self):
        self.post(days="10")
        self.assertEqual(self.sign(has_read="").status_code, 422)
        self.assertEqual(self.sign(signed_name=" ").status_code, 422)
        self.assertEqual(self.attestation().state, "to_sign")

    def test_another_host_and_the_tutor_sign_nothing(self):
        other = self.new_contact("Jean Autre", email="jean@autre.example")
        _link, path = self.link(other)
        page = self.post(f"{path}/{self.convention.uuid}/attestation", days="10")
        self.assertEqual(page.status_code, 404, "another's trainee")
        self.env.cr.execute(
            "UPDATE bde_placement SET tutor_id = %s WHERE id = %s", (other.id, self.placement.id)
        )
        self.env.invalidate_all()
        page = self.url_open(f"{path}/{self.convention.uuid}")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn('name="days"', page.text, "the signatory certifies, not the tutor")
        page = self.post(f"{path}/{self.convention.uuid}/attestation", days="10")
        self.assertEqual(page.status_code, 404)
        self.assertFalse(self.attestation())

    def test_not_before_the_last_day(self):
        self.conventions.document_id._set_state("running")
        self.go_to(self.end - timedelta(days=1))
        page = self.url_open(f"{self.path}/{self.convention.uuid}")
        self.assertNotIn('name="days"', page.text)
        self.assertEqual(self.post(days="10").status_code, 422)
        self.go_to(self.end)
        page = self.url_open(f"{self.path}/{self.convention.uuid}")
        self.assertIn('name="days"', page.text)

    def test_pdf_for_the_host_then_for_the_pupil(self):
        _link, pupil = self.link(self.aline)
        pupil_pdf = f"{pupil}/{self.convention.uuid}/attestation.pdf"
        self.assertEqual(self.url_open(f"{self.url}.pdf").status_code, 404)
        self.post(days="10")
        response = self.url_open(f"{self.url}.pdf")
        self.assertTrue(response.content.startswith(b"%PDF-"))
        self.assertEqual(self.url_open(pupil_pdf).status_code, 404, "not signed yet")
        self.sign()
        self.assertTrue(self.url_open(pupil_pdf).content.startswith(b"%PDF-"))
        self.assertEqual(
            self.url_open(f"{pupil}/{self.adult.uuid}/attestation.pdf").status_code, 404
        )

    def test_two_trainees_one_after_the_other(self):
        self.post(days="10")
        self.sign()
        url = f"{self.path}/{self.adult.uuid}/attestation"
        self.post(url, days="12")
        self.sign(self.adult, url)
        self.assertEqual(self.adult.state, "attested")
        self.assertEqual(self.attestation(self.adult).effective_days, 12)
        self.assertEqual(self.attestation().effective_days, 10)

    # ------------------------------------------------------------
    # Next year
    # ------------------------------------------------------------

    def test_takes_another_next_year(self):
        url = f"{self.path}/{self.convention.uuid}/next_year"
        self.assertEqual(self.post(url, answer="perhaps").status_code, 422)
        self.assertEqual(self.post(url, answer="yes", count="0").status_code, 422)
        self.assertFalse(self.placement.next_year)
        page = self.post(url, answer="yes", count="2", training=str(self.training_a.id))
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self.placement.next_year_count, 2)
        lead = self.env["crm.lead"].search([("bde_source", "=", "stay")])
        self.assertEqual(lead.bde_employer_id, self.employer)
        self.assertEqual(lead.company_id, self.school_a)
        self.assertEqual(lead.bde_pupil_count, 2)
        self.assertEqual(lead.bde_training_ids, self.training_a)
        self.assertIn("placements", lead.bde_relation_id.offer_ids.mapped("code"))
        # her other trainee: she is not asked again, and the same answer makes no second lead
        other = self.url_open(f"{self.path}/{self.adult.uuid}")
        self.assertNotIn('name="answer"', other.text)
        self.post(f"{self.path}/{self.adult.uuid}/next_year", answer="yes", count="9")
        self.assertEqual(self.env["crm.lead"].search_count([("bde_source", "=", "stay")]), 1)

    def test_later_is_a_call_to_make(self):
        self.post(f"{self.path}/{self.convention.uuid}/next_year", answer="later")
        relation = self.env["bde.relation"].search(
            [("company_id", "=", self.school_a.id), ("partner_id", "=", self.employer.id)]
        )
        self.assertEqual(relation.activity_ids.user_id, self.manager_a)
        self.assertEqual(relation.activity_ids.date_deadline, self.end + timedelta(days=1 + 90))
        self.assertFalse(self.env["crm.lead"].search([("bde_source", "=", "stay")]))

    def test_no_is_noted_and_declines_nothing(self):
        self.post(f"{self.path}/{self.convention.uuid}/next_year", answer="no")
        relation = self.env["bde.relation"].search(
            [("company_id", "=", self.school_a.id), ("partner_id", "=", self.employer.id)]
        )
        self.assertEqual(self.placement.next_year, "no")
        self.assertFalse(relation.declined_offer_ids)
        self.assertIn("Anne Duval", relation.message_ids[:1].body)
        self.assertNotIn("Aline", relation.message_ids[:1].body)


@tagged("post_install", "-at_install")
class TestAttestationDocument(BakerCase):
    def out(self, convention=None, **vals):
        convention = convention or self.convention
        return convention._ensure_attestations(vals or None)

    def give(self, attestation):
        attestation.signature_ids._sign("drawn", "Anne Duval", png())

    def test_says_what_was_signed_and_what_was_done(self):
        self.employer.name = "Nouvelle raison sociale"
        attestation = self.out(
            effective_days=12.5, effective_hours=87.5, gratification_total=1612.5
        )
        version = attestation.version_id
        version._ensure_pdf()
        text = text_of(version.pdf_attachment_id.raw)
        for phrase in (
            "Attestation de période de formation en milieu professionnel", "Menuiserie Duval",
            "DUPONT Aline", "12,5 jours de présence, soit 87 h 30", "1 612,50 €",
            "12 jours de sept heures", self.convention.number, attestation.number,
        ):  # fmt: skip
            with self.subTest(phrase=phrase):
                self.assertIn(flat(phrase), flat(text.replace("\u00a0", " ")))

    def test_euros(self):
        self.assertEqual(euros("1612.50").replace("\u00a0", " "), "1 612,50 €")
        self.assertEqual(euros("0.50").replace("\u00a0", " "), "0,50 €")

    def test_interrupted_stays_so(self):
        self.convention.document_id._set_state("running")
        self.go_to(self.start + timedelta(days=4))
        self.convention.with_env(self.as_manager)._interrupt("host", self.start + timedelta(days=3))
        attestation = self.out()
        self.assertLess(attestation.effective_days, 6)
        self.give(attestation)
        self.assertEqual(self.convention.state, "interrupted")
        self.assertEqual(self.convention.attestation_on, self.start + timedelta(days=4))

    def test_paper_that_came_back_gives_up_what_waits(self):
        attestation = self.out()
        self.convention.with_env(self.as_manager).action_record_attestation()
        self.assertEqual(attestation.state, "cancelled")
        self.assertFalse(attestation.is_open)
        self.assertEqual(self.convention.state, "attested")
        self.assertEqual(self.placement.attested_on, self.end + timedelta(days=1))

    def test_signed_by_mistake(self):
        attestation = self.out()
        self.give(attestation)
        self.convention.invalidate_recordset()
        attestation.with_env(self.as_manager).action_cancel("11 days, not 14")
        self.assertEqual(self.convention.state, "ended")
        self.assertFalse(self.placement.attested_on)
        again = self.out()
        self.assertNotEqual(again, attestation)
        self.give(again)
        self.assertEqual(self.convention.state, "attested")

    def test_paper_with_a_code(self):
        action = self.conventions.with_env(self.as_manager).action_paper_attestation()
        self.assertIn("/bde/paper?documents=", action["url"])
        self.assertEqual(set(self.conventions.sudo().attestation_ids.mapped("state")), {"to_sign"})
        with mute_logger("odoo.addons.base.models.ir_model"), self.assertRaises(AccessError):
            self.conventions.with_env(self.as_user(self.teacher_a)).action_paper_attestation()

    def test_values_are_written_by_verbs_alone(self):
        attestation = self.out().with_env(self.as_manager)
        for vals in ({"effective_days": 3}, {"given_by": "X"}, {"is_open": False}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                attestation.write(vals)

    def test_who_reads(self):
        attestation = self.out()
        self.assertTrue(attestation.with_env(self.as_user(self.teacher_a)).student_name)
        self.assertTrue(attestation.with_env(self.as_user(self.teacher_a)).state)
        Other = self.env["bde.attestation"].with_env(self.as_user(self.manager_b))
        self.assertFalse(Other.search([]))

    def test_copies_to_host_and_pupil(self):
        attestation = self.out()
        self.give(attestation)
        mails = self.catch_mails()
        attestation.document_id.sealed_attachment_id = attestation.version_id.pdf_attachment_id
        [document] = attestation.document_id._as_engine()
        self.env["bde.delivery"].with_env(document.env)._send_copies(document)
        self.assertEqual(
            {mail["email_to"].split("<")[1] for mail in mails},
            {"anne@duval.example>", "aline@pupil.example>"},
        )

    def test_constant_queries(self):
        def queries(conventions):
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            conventions._ensure_attestations()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(self.ase)
        one = queries(self.convention)
        self.env["bde.attestation"].search([]).document_id.action_cancel("again")
        many = queries(self.conventions)
        self.assertLessEqual(many, one + 3)


@tagged("post_install", "-at_install")
class TestAttestationChase(BakerCase):
    def letters(self, kind=None):
        domain = [("company_id", "=", self.school_a.id), ("role", "=", "host")]
        return self.env["bde.stay.letter"].search(domain + ([("kind", "=", kind)] if kind else []))

    def write_school(self, delay):
        self.go_to(self.end + timedelta(days=delay))
        self.env.invalidate_all()
        self.school()._write_school(self.school_a)

    def test_three_times_then_to_call(self):
        self.conventions.document_id._set_state("running")
        self.write_school(-2)
        self.assertFalse(self.letters())
        self.write_school(-1)
        self.assertEqual(self.letters("end").placement_id, self.placements)
        self.conventions.document_id._set_state("ended")
        self.write_school(1)
        self.assertEqual(len(self.letters()), 3)
        self.convention.with_env(self.as_manager).action_record_attestation()
        self.write_school(3)
        rest = self.placement_adult + self.placement_ase
        self.assertEqual(self.letters("end_3").placement_id, rest)
        self.env.invalidate_all()
        self.assertFalse(rest[0].attestation_to_call)
        self.write_school(10)
        self.assertEqual(self.letters("end_10").placement_id, rest)
        self.env.invalidate_all()
        self.assertTrue(rest[0].attestation_to_call)
        found = self.env["bde.placement"].search([("attestation_to_call", "=", True)])
        self.assertEqual(found, rest)
        self.assertEqual(rest[0].attestation_asked_on, self.end + timedelta(days=10))

    def test_nobody_can_be_written_to(self):
        self.boss.write({"email": False, "phone": False})
        self.env.invalidate_all()
        self.assertTrue(self.placement.attestation_to_call)
        self.assertIn(
            self.placement, self.env["bde.placement"].search([("attestation_to_call", "=", True)])
        )

    def test_countdown_to_two_months(self):
        self.assertEqual(self.placement.attestation_due_on.month % 12, (self.end.month + 2) % 12)
        due = self.placement.attestation_due_on
        self.go_to(due - timedelta(days=5))
        self.env.invalidate_all()
        self.assertEqual(self.placement.attestation_days_left, 5)

    def test_link_by_hand(self):
        mails = self.catch_mails()
        wizard = (
            self.env["bde.stay.send"]
            .with_env(self.as_user(self.teacher_a))
            .create(
                {
                    "placement_ids": [Command.set(self.placement.ids)],
                    "to_tutor": True,
                    "to_student": True,
                }
            )
        )
        self.placement.sudo().referent_id = self.prof_a
        self.assertIn("Anne Duval (a…e@d….example)", wizard.people)
        wizard.action_send()
        self.assertEqual(len(mails), 2, "the baker is host and tutor")
        other = wizard.with_env(self.as_user(self.teacher_b))
        with mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"):
            with self.assertRaises(AccessError):
                other.placement_ids._check_stay_links()

    def test_batch_for_a_class(self):
        self.ase.with_env(self.as_manager).action_record_attestation()
        self.placement_adult.signatory_id.sudo()
        result = self.conventions.with_env(self.as_manager)._batch_attest()
        self.assertEqual(list(result), [self.ase])
        self.assertEqual(result[self.ase][0], "skipped")
        self.assertEqual(len(self.letters()), 2)
        self.boss.write({"email": False, "phone": False})
        self.go_to(self.end + timedelta(days=2))
        self.env.invalidate_all()
        result = self.convention.with_env(self.as_manager)._batch_attest()
        self.assertEqual(result[self.convention][0], "failed")
        self.assertIn("Anne Duval", result[self.convention][1])

    def test_teachers_ask_for_none(self):
        with self.assertRaises(AccessError):
            self.convention.with_env(self.as_user(self.teacher_a)).action_send_attestation()
        self.conventions.document_id._set_state("running")
        self.go_to(self.start)
        with self.assertRaises(UserError):
            self.convention.with_env(self.as_manager).action_send_attestation()
