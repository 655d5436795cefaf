import base64
import io
import re

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfReader

from ..rules import partnership_sheet
from .agreement_common import AgreementCase

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestPartnership(AgreementCase):
    """An agreement from its writing to its end, as the manager and the head."""

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    def test_a_new_agreement_proposes_what_is_known(self):
        with Form(self.as_manager["bde.partnership"]) as form:
            form.relation_id = self.relation.with_env(self.as_manager)
            form.date_start = "2026-12-01"
        agreement = form.save()
        self.assertEqual(agreement.signatory_id, self.boss.with_env(self.as_manager))
        self.assertEqual(str(agreement.date_end), "2029-11-30")
        self.assertEqual(str(agreement.renewal_date), "2029-09-01")
        self.assertEqual(agreement.user_id, self.manager_a)
        self.assertEqual(agreement.company_id, self.school_a)
        self.assertEqual(agreement.template_id.kind, "partnership")
        self.assertEqual(agreement.template_id.company_id, self.academy)

    def test_who_signs_reads_how_many_are_promised(self):
        agreement = self.agreement.sudo()  # as the engine calls its hooks
        summary = agreement._document_summary(agreement._document_content())
        promised = dict(summary["facts"])["The company commits to"]
        self.assertIn("Accueillir des élèves en PFMP (4)", promised)

    def test_a_page_not_yet_saved_asks_for_no_wording(self):
        """The wording is chosen when the agreement is saved: before, nothing lacks there."""
        page = self.as_manager["bde.partnership"].new({"relation_id": self.relation.id})
        self.assertIn("Write the object", page.obstacles)
        self.assertNotIn("wording", page.obstacles)

    def test_academies_of_before_get_the_wording_once(self):
        Template = self.env["bde.document.template"]
        domain = [("company_id", "=", self.academy.id), ("kind", "=", "partnership")]
        self.agreement.unlink()
        Template.search(domain).unlink()
        for _again in range(2):
            Template._hand_down_partnership()
            self.assertEqual(len(Template.search(domain)), 1)
        self.assertEqual(Template.search(domain).article_ids.mapped("number"), [*range(1, 11)])

    def test_obstacles_are_said_before_sending(self):
        bare = self.as_manager["bde.partnership"].create({"relation_id": self.relation.id})
        self.school_a.head_id = False
        self.boss.write({"email": False, "phone": False})
        self.assertEqual(
            bare.obstacles.split("\n"),
            [
                "Write the object: what the partners do together.",
                "Write what the school commits to, one line at least.",
                "Write what the company commits to, one line at least.",
                "The school has no head: name one on the page of the school.",
                "Neither e-mail nor phone is known of: Anne Duval (Company).",
            ],
        )
        with self.assertRaisesRegex(UserError, "Write the object"):
            bare.action_send()
        with self.assertRaisesRegex(UserError, "Write the object"):
            bare.action_make_version()
        self.assertEqual(bare.state, "draft")
        self.assertFalse(self.agreement._missing_terms())

    def test_without_signatory_dates_or_with_a_framework_that_is_over(self):
        self.agreement.signatory_id = False
        framework = self.env["bde.framework"].create(
            {
                "name": "Bois",
                "party": "Fédération du bois",
                "object": "Former",
                "date_start": self.day(-400),
                "date_end": self.day(-10),
                "company_id": self.academy.id,
            }
        )
        self.agreement.framework_id = framework
        text = self.agreement.obstacles
        self.assertIn("Choose who signs for Menuiserie Duval among its contacts.", text)
        self.assertIn("The framework agreement “Bois” ends on", text)
        self.agreement.write({"date_start": False, "date_end": False})
        self.agreement.invalidate_recordset()
        self.assertIn("Give the first and the last day.", self.agreement.obstacles)

    def test_dates_and_parties_hold_together(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.new_agreement(date_end=self.day(-1))
        with self.assertRaisesRegex(ValidationError, "somebody else"):
            self.agreement.other_relation_id = self.relation

    # ------------------------------------------------------------
    # Signing
    # ------------------------------------------------------------

    def test_signed_by_the_company_then_by_the_head_and_sealed(self):
        agreement = self.agreement
        agreement.action_send()
        roles = agreement.sudo().signature_ids.mapped(lambda s: (s.role, s.state))
        self.assertEqual(roles, [("host", "to_sign"), ("head", "waiting")])
        agreement.sudo().signature_ids[0]._sign("typed", "Anne Duval")
        self.assertEqual(agreement.state, "partly_signed")
        head = self.as_user(self.head_a)["bde.partnership"].browse(agreement.id)
        self.assertTrue(head.is_mine)
        head.signature_ids.filtered("is_mine")._sign_in_session("Head A")
        self.assertEqual(agreement.state, "signed")
        with self.enter_registry_test_mode():
            self.env.ref("bde_partnerships.ir_cron_seal").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(agreement.seal_state, "done")
        reader = PdfReader(io.BytesIO(agreement.sudo().sealed_attachment_id.raw))
        self.assertLessEqual(len(reader.pages), 3, "two pages and the page of proof")

    def test_what_is_agreed_goes_to_the_relation(self):
        self.assertFalse(self.relation.offer_ids)
        self.sign(self.agreement)
        self.assertEqual(self.relation.offer_ids, self.offer)

    def test_its_lead_is_won(self):
        pipeline = self.env.ref("bde_partnerships.pipeline_partnership")
        lead = self.as_manager["crm.lead"].create(
            {
                "name": "Menuiserie Duval",
                "bde_relation_id": self.relation.id,
                "bde_pipeline_id": pipeline.id,
            }
        )
        self.agreement.lead_id = lead
        self.sign(self.agreement)
        self.assertEqual(lead.won_status, "won")
        self.assertTrue(lead.stage_id.is_won)

    def test_page_of_the_company_counts_agreements_and_open_promises(self):
        relation = self.relation.with_env(self.as_manager)
        self.assertEqual(relation.agreement_count, 0)
        self.assertFalse(relation.open_commitment_ids)
        self.sign(self.agreement)
        self.env.invalidate_all()
        self.assertEqual(relation.agreement_count, 1)
        self.assertEqual(relation.open_commitment_ids, self.agreement.commitment_ids)
        found = self.as_manager["bde.partnership"].search(
            relation.action_open_agreements()["domain"]
        )
        self.assertEqual(found, self.agreement)

    def test_terms_stay_once_it_is_out_and_open_again_as_a_draft(self):
        self.agreement.action_send()
        for vals in ({"object": "Autre"}, {"date_end": self.day(20)}):
            with self.assertRaisesRegex(UserError, "The agreement is out"):
                self.agreement.write(vals)
        commitment = self.agreement.commitment_ids[0]
        with self.assertRaisesRegex(UserError, "The agreement is out"):
            commitment.name = "Autre"
        with self.assertRaisesRegex(UserError, "The agreement is out"):
            commitment.unlink()
        with self.assertRaisesRegex(UserError, "The agreement is out"):
            commitment.create(
                {"partnership_id": self.agreement.id, "side": "school", "name": "Plus"}
            )
        self.agreement.action_back_to_draft("Une date")
        commitment.name = "Accueillir deux élèves"
        self.assertEqual(self.agreement.state, "draft")

    def test_verbs_fields_are_not_written_by_hand(self):
        for vals in ({"signed_elsewhere": True}, {"renewed_by_id": self.agreement.id}):
            with self.assertRaisesRegex(UserError, "by the actions of the agreement"):
                self.agreement.write(vals)
        with self.assertRaises(AccessError):
            self.agreement.write({"state": "signed"})

    def test_third_party_signs_too(self):
        campus = self.env["res.partner"].create(
            {"name": "Campus du bois", "is_company": True, "bde_employer": True}
        )
        relation = self.env["bde.relation"]._bde_ensure(campus, self.school_a)
        person = self.new_contact(relation, "Jean Chêne", email="jean@campus.example")
        self.agreement.other_relation_id = relation
        self.assertEqual(self.agreement.other_signatory_id, person.with_env(self.as_manager))
        self.agreement.action_send()
        signatures = self.agreement.sudo().signature_ids
        self.assertEqual(signatures.mapped("role"), ["host", "third", "head"])
        self.assertEqual(signatures.mapped("state"), ["to_sign", "to_sign", "waiting"])
        content = self.agreement.sudo().version_id._content()
        self.assertEqual(content["third"]["name"], "Campus du bois")

    def test_refused_says_why_and_opens_again(self):
        self.agreement.action_send()
        self.agreement.sudo().signature_ids[0]._refuse("Trop d'élèves")
        self.assertEqual(self.agreement.state, "refused")
        self.agreement.action_back_to_draft("Moins d'élèves")
        self.assertEqual(self.agreement.state, "draft")

    def test_cancelled_before_and_interrupted_after_the_signature(self):
        draft = self.new_agreement()
        action = draft.action_ask_cancel()
        self.assertEqual(action["context"]["default_action"], "cancel")
        draft.action_cancel("Plus de suite")
        self.assertEqual((draft.state, draft.state_reason), ("cancelled", "Plus de suite"))
        self.sign(self.agreement)
        action = self.agreement.action_ask_cancel()
        wizard = (
            self.as_manager["bde.reason.wizard"]
            .with_context(**action["context"])
            .create({"reason": "Cessation d'activité"})
        )
        wizard.action_apply()
        self.assertEqual(self.agreement.state, "interrupted")
        self.assertEqual(self.agreement.state_reason, "Cessation d'activité")
        with self.assertRaisesRegex(UserError, "in force"):
            self.agreement.document_id.action_interrupt("Again")

    def test_sending_many_tells_what_stays_behind(self):
        other = self.new_agreement(object=False)
        report = (self.agreement + other).action_send()
        self.assertEqual(self.agreement.state, "to_sign")
        self.assertEqual(other.state, "draft")
        self.assertEqual(report["params"]["title"], "1 sent, 1 not yet")
        self.assertIn("Write the object", report["params"]["message"])

    # ------------------------------------------------------------
    # Dates and renewal
    # ------------------------------------------------------------

    def test_runs_from_its_first_day_and_ends_after_its_last(self):
        agreement = self.new_agreement(date_start=self.day(3), date_end=self.day(10))
        self.sign(agreement)
        self.follow_dates()
        self.assertEqual(agreement.state, "signed")
        for days, state in ((3, "running"), (10, "running"), (11, "ended")):
            with freeze_time(self.day(days)):
                self.follow_dates()
            self.assertEqual(agreement.state, state, f"after {days} days")

    def test_renewal_is_recalled_once_to_who_follows_it(self):
        agreement = self.new_agreement(renewal_days=30, date_end=self.day(29))
        self.sign(agreement)
        self.sign(self.agreement)
        self.follow_dates()
        self.follow_dates()
        activity = self.env["mail.activity"].search([("res_model", "=", "bde.partnership")])
        self.assertEqual(activity.res_id, agreement.id)
        self.assertEqual(activity.user_id, self.manager_a)
        self.assertTrue(agreement.is_to_renew)
        self.assertFalse(self.agreement.is_to_renew)
        found = self.as_manager["bde.partnership"].search([("is_to_renew", "=", True)])
        self.assertEqual(found, agreement)
        agreement.action_no_renewal()
        self.assertFalse(activity.exists())
        agreement.invalidate_recordset()
        self.assertFalse(agreement.is_to_renew)

    def test_renewing_makes_the_next_one_with_the_same_commitments(self):
        agreement = self.new_agreement(date_start="2026-01-01", date_end="2028-12-31")
        agreement.sudo().commitment_ids.filtered(
            lambda c: c.side == "company"
        ).deadline = "2027-06-30"
        with self.assertRaisesRegex(UserError, "was not signed"):
            agreement.action_renew()
        self.sign(agreement)
        action = agreement.action_renew()
        following = agreement.renewed_by_id
        self.assertEqual(action["res_id"], following.id)
        self.assertEqual(str(following.date_start), "2029-01-01")
        self.assertEqual(str(following.date_end), "2031-12-31")
        self.assertEqual(following.state, "draft")
        self.assertEqual(following.signatory_id, agreement.signatory_id)
        self.assertEqual(
            following.commitment_ids.mapped(lambda c: (c.side, c.name, str(c.deadline), c.state)),
            [
                ("school", "Nommer un interlocuteur unique", "False", "open"),
                ("company", "Accueillir des élèves en PFMP", "2030-06-30", "open"),
            ],
        )
        self.assertEqual(agreement.action_renew()["res_id"], following.id, "only one follows")
        following.action_make_version()
        content = following.sudo().version_id._content()
        self.assertEqual(content["renews"], agreement.number)

    def test_a_cancelled_renewal_may_be_made_again(self):
        self.sign(self.agreement)
        self.agreement.action_renew()
        first = self.agreement.renewed_by_id
        first.action_cancel("Erreur")
        self.agreement.action_renew()
        self.assertNotEqual(self.agreement.renewed_by_id, first)

    # ------------------------------------------------------------
    # Signed elsewhere
    # ------------------------------------------------------------

    def paper(self, agreement, **vals):
        action = agreement.action_signed_elsewhere()
        return (
            self.as_manager["bde.partnership.paper"]
            .with_context(**action["context"])
            .create({"file": base64.b64encode(PNG), "signed_on": self.day(-20), **vals})
        )

    def test_signed_on_paper_runs_at_once_and_says_so(self):
        self.paper(self.agreement).action_apply()
        agreement = self.agreement
        self.assertEqual(agreement.state, "running")
        self.assertTrue(agreement.signed_elsewhere)
        self.assertEqual(agreement.scan_id.raw, PNG)
        self.assertEqual(agreement.seal_state, "none", "the suite seals what it saw signed alone")
        self.assertIn("signed_elsewhere", agreement.sudo().journal_ids.mapped("event"))
        facts = self.env["bde.document"]._verification(agreement.check_token)
        self.assertEqual(facts["verdict"], "elsewhere")
        self.assertIn(str(agreement.scan_id.id), agreement.action_open_pdf()["url"])
        # the paper is typed as it is
        agreement.commitment_ids[0].name = "Comme sur le papier"
        agreement.object = "Comme sur le papier"

    def test_scan_that_was_changed_is_not_shown_as_the_agreement(self):
        self.paper(self.agreement).action_apply()
        self.agreement.scan_id.with_env(self.as_manager).raw = b"%PDF another one"
        with self.assertRaisesRegex(UserError, "The scan was changed"):
            self.agreement.action_open_pdf()
        with self.assertRaisesRegex(UserError, "by the actions of the agreement"):
            self.agreement.scan_sha256 = "0"

    def test_scan_is_a_document_and_dates_hold(self):
        with self.assertRaisesRegex(UserError, "this file is something else"):
            self.paper(self.agreement, file=base64.b64encode(b"hello")).action_apply()
        with self.assertRaisesRegex(UserError, "in the future"):
            self.paper(self.agreement, signed_on=self.day(1)).action_apply()
        with self.assertRaisesRegex(UserError, "ends before it begins"):
            self.paper(self.agreement, date_end=self.day(-900)).action_apply()
        self.assertEqual(self.agreement.state, "draft")
        self.agreement.action_send()
        with self.assertRaisesRegex(UserError, "It went out already"):
            self.agreement.action_signed_elsewhere()

    def test_scan_cannot_be_lost(self):
        self.paper(self.agreement).action_apply()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.agreement.scan_id.unlink()
        self.assertTrue(self.agreement.scan_id.exists())

    # ------------------------------------------------------------
    # Commitments
    # ------------------------------------------------------------

    def test_commitments_are_kept_or_dropped_with_a_reason(self):
        self.sign(self.agreement)
        ours, theirs = self.agreement.commitment_ids.sorted("side", reverse=True)
        self.assertEqual((ours.side, theirs.side), ("school", "company"))
        ours.action_keep()
        self.assertEqual((ours.state, ours.state_on), ("kept", self.today))
        ours.action_reopen()
        self.assertFalse(ours.state_on)
        with self.assertRaisesRegex(ValidationError, "say why it is dropped"):
            theirs.state = "dropped"
        theirs.write({"state": "dropped", "note": "Activité en baisse"})
        self.assertEqual(theirs.state, "dropped")

    def test_late_commitments_are_counted_and_on_the_home_screen(self):
        late = self.new_agreement(
            commitment_ids=[
                Command.create({"side": "school", "name": "A", "deadline": self.day(5)}),
                Command.create({"side": "company", "name": "B", "deadline": self.day(5)}),
                Command.create({"side": "company", "name": "C", "deadline": self.day(7)}),
            ]
        )
        self.assertEqual(late.late_count, 0)
        self.sign(late)
        with freeze_time(self.day(6)):
            late.invalidate_recordset()
            self.assertEqual((late.open_count, late.late_count), (3, 2))
            cards = {card["label"]: card for card in self.as_manager["bde.home"]._home_cards()}
            card = cards["Promises of the school that are late"]
            found = self.as_manager["bde.commitment"].search(card["action"]["domain"])
            self.assertEqual((card["count"], found.name), (1, "A"))
            self.assertEqual(cards["Promises of companies that are late"]["count"], 1)
            self.assertEqual(cards["Agreements in force"]["count"], 1)

    # ------------------------------------------------------------
    # Isolation, batches
    # ------------------------------------------------------------

    def test_another_school_and_teachers_read_nothing(self):
        for user in (self.manager_b, self.two_roles, self.teacher_a, self.correspondent):
            env = self.as_user(user)
            with self.subTest(user=user.login):
                for record in (self.agreement, self.agreement.commitment_ids[0]):
                    with self.assertRaises(AccessError):
                        record.with_env(env).read(["display_name"])
        env = self.as_user(self.manager_b)
        with self.assertRaises(UserError):
            env["bde.partnership"].create({"relation_id": self.relation.id})

    def test_secretary_keeps_agreements(self):
        agreement = self.new_agreement(user=self.secretary_a)
        agreement.action_send()
        self.assertEqual(agreement.state, "to_sign")

    def test_same_queries_for_one_and_for_many(self):
        def agreements(count):
            agreements = self.as_manager["bde.partnership"].concat(
                *(self.new_agreement() for _index in range(count))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            return agreements

        def queries(verb, records):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            getattr(records, verb)()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        warm = agreements(1)
        queries("action_send", warm)
        one, many, more = agreements(1), agreements(20), agreements(200)
        counts = [queries("action_send", records) for records in (one, many, more)]
        self.assertLessEqual(max(counts) - counts[0], 6, counts)


@tagged("post_install", "-at_install")
class TestPartnershipPages(AgreementCase, HttpCase):
    """The printed page, the signing page and the verification page."""

    def test_page_says_what_was_agreed(self):
        agreement = self.agreement.sudo()
        agreement.board_date = "2026-10-01"
        agreement.action_make_version()
        content = agreement.version_id._content()
        html = agreement._document_html(content)
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
        for expected in (
            "Article 1 – Objet",
            "Accueillir des élèves et faire connaître les métiers du bois.",
            "Accueillir des élèves en PFMP (nombre : 4), avant le",
            "Nommer un interlocuteur unique",
            "Vu la délibération du conseil d’administration de l’établissement en date du "
            "1er octobre 2026",
            "Anne Duval",
            "soit 1 an" if content["date_start"][5:] != "02-29" else "Du",
        ):
            self.assertIn(expected, text.replace("\u00a0", " "))
        self.assertNotIn("None", text)
        version = agreement.version_id
        version._ensure_pdf()
        pages = PdfReader(io.BytesIO(version.pdf_attachment_id.raw)).pages
        self.assertLessEqual(len(pages), 2)

    def test_what_people_type_is_text(self):
        self.agreement.object = "<script>alert(1)</script>"
        self.agreement.action_make_version()
        agreement = self.agreement.sudo()
        html = agreement._document_html(agreement.version_id._content())
        self.assertNotIn("<script>", html)
        self.assertIn("&lt;script&gt;", html)

    def test_a_wording_without_places_still_prints_what_is_signed(self):
        self.agreement.action_make_version()
        content = self.agreement.sudo().version_id._content()
        content["template"]["articles"] = []
        sheet = partnership_sheet.sheet(content)
        headings = [block["heading"] for art in sheet["articles"] for block in art["blocks"]]
        self.assertEqual(
            headings,
            [None, None, "Engagements de l’établissement", "Engagements de l’entreprise", None],
        )

    def test_wording_is_looked_at_before_it_is_used(self):
        template = self.agreement.template_id
        self.authenticate("head_a", "head_a")
        url = self.as_user(self.head_a)["bde.document.template"].browse(template.id)
        answer = self.url_open(url.action_preview()["url"])
        self.assertTrue(answer.content.startswith(b"%PDF"))

    def test_length_in_words(self):
        self.assertEqual(partnership_sheet.years("2026-01-01", "2028-12-31"), "3\u00a0ans")
        self.assertEqual(partnership_sheet.years("2026-01-01", "2027-06-30"), "18\u00a0mois")
        self.assertIsNone(partnership_sheet.years("2026-01-01", "2026-12-24"))

    def test_signing_page_shows_the_essential(self):
        # the language of the sources
        self.boss.lang = self.agreement.lang = "en_US"
        self.agreement.action_send()
        page = self.url_open(f"/bde/s/{self.token_for('Anne Duval')}").text
        self.assertIn("Partnership with Menuiserie Duval", page)
        self.assertIn("Accueillir des élèves en PFMP", page)

    def test_verification_page_is_honest(self):
        agreement = self.agreement
        agreement.action_send()
        page = self.url_open(f"/bde/v/{agreement.sudo().check_token}").text
        self.assertIn('class="bde_note"', page)
        for _turn in range(3):
            agreement.sudo().signature_ids.filtered(lambda s: s.state == "to_sign")._sign(
                "typed", "X"
            )
        page = self.url_open(f"/bde/v/{agreement.sudo().check_token}").text
        self.assertIn('class="bde_done"', page)
        paper = self.new_agreement()
        paper._record_paper((PNG, "image/png"), self.today, self.today, self.day(10))
        page = self.url_open(f"/bde/v/{paper.sudo().check_token}").text
        self.assertIn('class="bde_note"', page)
        self.assertNotIn('class="bde_done"', page)
        self.assertNotIn("Anne Duval", page)
