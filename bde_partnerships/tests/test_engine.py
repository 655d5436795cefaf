from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .engine_common import EngineCase


@tagged("post_install", "-at_install")
class TestDocument(EngineCase):
    """Numbers, versions, states: what the bureau does before anybody signs."""

    def test_number_is_uai_year_serial(self):
        documents = self.make_documents(3)
        prefix = f"{self.school_a.uai}-{self.year.date_start.year}-"
        serials = [int(d.number.removeprefix(prefix)) for d in documents]
        self.assertEqual(serials, list(range(serials[0], serials[0] + 3)))
        other = self.make_documents(1, company=self.school_b)
        self.assertTrue(other.number.startswith(f"{self.school_b.uai}-"))

    def test_version_holds_what_is_signed(self):
        document = self.make_documents()
        document.with_env(self.as_user(self.manager_a)).action_make_version()
        self.assertEqual(document.state, "to_check")
        content = document.version_id._content()
        self.assertEqual(content["title"], "Convention 1")
        self.assertEqual(content["document"], document.uuid)
        self.assertEqual(content["number"], document.number)
        self.assertTrue(content["check_url"].endswith(f"/bde/v/{document.check_token}"))
        self.assertEqual(content["schema"], 1)
        self.assertNotIn(str(document.id), content.values())
        self.assertTrue(document.version_id._is_intact())
        self.assertEqual((document.signature_count, document.signed_count), (5, 0))
        self.assertEqual(set(document.signature_ids.mapped("state")), {"waiting"})
        self.assertFalse(self.mails(), "nobody is written to before it is sent")

    def test_pdf_is_rendered_once_and_kept(self):
        document = self.make_documents()
        document._make_version()
        version = document.version_id
        self.assertFalse(version.pdf_attachment_id)
        document.with_env(self.as_user(self.manager_a)).action_open_pdf()
        attachment, digest = version.pdf_attachment_id, version.pdf_sha256
        self.assertTrue(attachment.raw.startswith(b"%PDF-"))
        version._ensure_pdf()
        self.assertEqual((version.pdf_attachment_id, version.pdf_sha256), (attachment, digest))

    def test_states_are_told_to_the_record(self):
        document = self.sent()
        self.assertEqual(
            self.fact(document)["states"], [("draft", "to_check"), ("to_check", "to_sign")]
        )

    def test_sending_takes_what_the_record_says_now(self):
        document = self.make_documents()
        manager = document.with_env(self.as_user(self.manager_a))
        manager.action_make_version()
        self.fact(document)["text"] = "Du mardi au samedi"
        manager.action_send()
        self.assertEqual(document.version_id.serial, 2)
        self.assertEqual(document.version_id._content()["text"], "Du mardi au samedi")
        current = document.signature_ids
        self.assertEqual(len(current), 5)
        self.assertEqual(current.version_id, document.version_id)

    def test_sending_unchanged_keeps_the_checked_version(self):
        document = self.make_documents()
        manager = document.with_env(self.as_user(self.manager_a))
        manager.action_make_version()
        self.fact(document)["parties"] = self.parties(host={"email": "sophie@duval.example"})
        manager.action_send()
        self.assertEqual(document.version_id.serial, 1)
        host = self.of(document, "host")
        self.assertEqual((host.email, host.state), ("sophie@duval.example", "to_sign"))

    def test_nobody_to_sign_is_refused(self):
        document = self.make_documents(parties=self.parties("student", student={"required": False}))
        with self.assertRaises(UserError):
            document.with_env(self.as_user(self.manager_a)).action_send()

    def test_engine_fields_are_out_of_reach(self):
        document = self.sent()
        manager = document.with_env(self.as_user(self.manager_a))
        manager.write({"deadline": "2030-01-01"})
        for vals in (
            {"state": "signed"},
            {"signed_count": 5},
            {"seal_state": "done"},
            {"number": "X"},
            {"check_token": "x"},
            {"version_id": False},
        ):
            with self.assertRaises(AccessError):
                manager.write(vals)
        for records in (manager.version_id, manager.signature_ids, manager.journal_ids):
            self.assertTrue(records.has_access("read"))
            for operation in ("write", "create", "unlink"):
                self.assertFalse(records.has_access(operation), records._name)
        self.assertFalse(manager.has_access("create") or manager.has_access("unlink"))

    def test_template_and_language_stay_once_sent(self):
        document = self.sent()
        with self.assertRaises(UserError):
            document.write({"lang": "fr_FR"})

    def test_draft_may_go_what_has_a_version_stays(self):
        draft, kept = self.make_documents(2)
        kept._make_version()
        draft.unlink()
        with self.assertRaises(UserError):
            kept.unlink()

    def test_roles_that_may_not_send(self):
        document = self.make_documents()
        for user in (self.teacher_a, self.school_life_a, self.intendance_a, self.manager_b):
            with self.assertRaises(AccessError):
                document.with_env(self.as_user(user)).action_send()
        self.assertEqual(document.state, "draft")

    def test_two_roles_manager_there_reads_only_there(self):
        here, there = self.sent(), self.make_documents(company=self.school_b)
        both = self.as_user(self.two_roles)
        seen = both["bde.document"].search([("id", "in", (here + there).ids)])
        self.assertEqual(seen.ids, there.ids)
        with self.assertRaises(AccessError):
            here.with_env(both).action_cancel("no")

    def test_teacher_reads_those_of_his_pupils_only(self):
        mine = self.sent()
        other = self.sent(parties=self.parties(referent={"user_id": self.two_roles.id}))
        env = self.as_user(self.teacher_a)
        for model in ("bde.document", "bde.document.version", "bde.document.signature"):
            name = "id" if model == "bde.document" else "document_id"
            found = env[model].search([(name, "in", (mine + other).ids)])
            documents = found if name == "id" else found.document_id
            self.assertEqual(documents.ids, mine.ids, model)
        self.assertFalse(env["bde.journal"].has_access("read"))

    def test_cast_without_a_role_on_documents_reads_nothing(self):
        self.sent()
        for user in (self.school_life_a, self.intendance_a, self.correspondent, self.bde_admin):
            self.assertFalse(self.as_user(user)["bde.document"].has_access("read"), user.login)

    def test_portal_and_public_have_no_right_on_any_model(self):
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "portal-x",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        models = [name for name in self.registry if name.startswith("bde.")]
        self.assertIn("bde.link", models)
        for user in (portal, self.env.ref("base.public_user")):
            env = self.env(user=user.id, su=False)
            for name in models:
                if not env[name]._abstract:
                    self.assertFalse(env[name].has_access("read"), f"{user.login} {name}")

    def test_links_are_hidden_from_those_who_create_them(self):
        document = self.sent()
        mail = self.last_mail()
        self.assertIn("/bde/s/", mail.body_html)
        self.assertFalse(mail.model or mail.res_id or mail.author_id)
        for user in (self.manager_a, self.head_a, self.teacher_a):
            env = self.as_user(user)
            self.assertFalse(env["mail.mail"].has_access("read"))
            self.assertFalse(mail.mail_message_id.with_env(env).has_access("read"), user.login)
        tokens = {self.token_for(s.name) for s in self.of(document, "host")}
        stored = self.env["bde.link"].search([]).mapped("token_hash")
        self.assertFalse(tokens & set(stored))


@tagged("post_install", "-at_install")
class TestSigning(EngineCase):
    """Turns, signing, refusing, versions that replace each other."""

    def test_head_waits_for_all_the_others_for_nobody(self):
        document = self.sent()
        states = {s.role: s.state for s in document.signature_ids}
        self.assertEqual(states.pop("head"), "waiting")
        self.assertEqual(set(states.values()), {"to_sign"})
        with self.assertRaises(UserError):
            self.of(document, "head")._sign("typed", "Head A")
        for role in ("student", "host", "referent"):
            self.of(document, role)._sign("typed", role)
        self.assertEqual((document.state, document.signed_count), ("partly_signed", 3))
        self.assertEqual(self.of(document, "head").state, "waiting")
        self.of(document, "tutor")._sign("typed", "Marc Petit")
        self.assertEqual(self.of(document, "head").state, "to_sign")
        self.of(document, "head")._sign("typed", "Head A")
        self.assertEqual((document.state, document.signed_count), ("signed", 5))
        self.assertEqual(document.seal_state, "pending")

    def test_minor_acknowledges_and_never_blocks(self):
        parties = self.parties("student", "head", student={"required": False})
        document = self.sent(parties=parties)
        self.assertEqual(document.signature_count, 1)
        self.assertEqual(self.of(document, "head").state, "to_sign")
        self.of(document, "head")._sign("typed", "Head A")
        self.assertEqual(document.state, "signed")
        late = self.sent(parties=parties)
        self.of(late, "student")._sign("button", "Léa")
        self.assertEqual(self.of(late, "student").state, "acknowledged")
        self.assertEqual((late.state, late.signed_count), ("to_sign", 0))

    def test_signing_twice_signs_once(self):
        document = self.sent()
        host = self.of(document, "host")
        given = host._sign("typed", "Sophie Duval")
        self.assertEqual(given, host)
        first = (host.signed_on, host.method, len(document.journal_ids))
        self.assertFalse(host._sign("drawn", "Somebody else", b"x"))
        self.assertEqual((host.signed_on, host.method, len(document.journal_ids)), first)

    def test_old_version_cannot_be_signed(self):
        document = self.sent()
        old = self.of(document, "host")
        manager = document.with_env(self.as_user(self.manager_a))
        manager.action_back_to_draft("Wrong hours")
        with self.assertRaises(UserError):
            old._sign("typed", "Sophie Duval")
        self.fact(document)["text"] = "Du mardi au samedi"
        manager.action_send()
        with self.assertRaises(UserError):
            old._sign("typed", "Sophie Duval")
        self.assertEqual((old.state, old.is_current), ("void", False))
        self.assertEqual(self.of(document, "host").state, "to_sign")

    def test_given_signature_stays_on_its_version(self):
        document = self.sent()
        host = self.of(document, "host")
        host._sign("typed", "Sophie Duval")
        first = document.version_id
        document.with_env(self.as_user(self.manager_a)).action_back_to_draft("Wrong hours")
        self.assertEqual((document.state, document.state_reason), ("draft", "Wrong hours"))
        document.with_env(self.as_user(self.manager_a)).action_send()
        self.assertEqual((host.state, host.version_id), ("signed", first))
        self.assertEqual(document.signed_count, 0)
        self.assertEqual(document.version_id.serial, 2)
        with self.assertRaises(UserError):
            first.write({"content": "{}"})
        with self.assertRaises(UserError):
            first.unlink()

    def test_content_altered_behind_the_back_is_not_signed(self):
        document = self.sent()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE bde_document_version SET content = replace(content, 'lundi', 'mardi')"
            " WHERE id = %s",
            [document.version_id.id],
        )
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            self.of(document, "host")._sign("typed", "Sophie Duval")

    def test_refusal_needs_a_reason_and_stops_all(self):
        document = self.sent()
        self.of(document, "student")._sign("typed", "Léa Martin")
        tutor = self.of(document, "tutor")
        with self.assertRaises(UserError):
            tutor._refuse("   ")
        before = self.last_mail().id
        tutor._refuse("I leave the company in March")
        self.assertEqual(document.state, "refused")
        self.assertIn("I leave the company in March", document.state_reason)
        self.assertIn("Marc Petit", document.state_reason)
        self.assertEqual(self.of(document, "host").state, "void")
        self.assertEqual(self.of(document, "student").state, "signed")
        told = self.mails(before)
        self.assertEqual(len(told), 3, "the bureau, the pupil who had signed, and who refused")
        self.assertTrue(any(self.school_a.bde_email in mail.email_to for mail in told))
        self.assertTrue(any("lea@martin.example" in mail.email_to for mail in told))
        self.assertTrue(any("contact@duval.example" in mail.email_to for mail in told))
        self.assertTrue(all("I leave the company" in mail.body_html for mail in told))
        for signature in self.of(document, "host") + self.of(document, "head"):
            with self.assertRaises(UserError):
                signature._sign("typed", "X")

    def test_refused_document_is_corrected_and_sent_again(self):
        document = self.sent()
        self.of(document, "tutor")._refuse("Wrong name")
        manager = document.with_env(self.as_user(self.manager_a))
        manager.action_back_to_draft("Name corrected")
        manager.action_send()
        self.assertEqual(document.state, "to_sign")
        self.assertEqual(self.of(document, "tutor").state, "to_sign")

    def test_after_the_last_signature_no_way_back(self):
        document = self.sent()
        self.sign_all(document)
        manager = document.with_env(self.as_user(self.manager_a))
        with self.assertRaises(UserError):
            manager.action_back_to_draft("too late")
        manager.action_cancel("The company closed")
        self.assertEqual(
            (document.state, document.state_reason), ("cancelled", "The company closed")
        )

    def test_signed_by_the_same_person_in_two_roles_at_once(self):
        document = self.sent(
            parties=self.parties(
                "host", "tutor", "head", tutor={"name": "DUVAL Sophie", "uuid": "tutor"}
            )
        )
        both = self.of(document, "host") + self.of(document, "tutor")
        self.assertEqual(len(set(both.mapped("signer_key"))), 1)
        self.assertEqual(len(both._sign("typed", "Sophie Duval")), 2)
        self.assertEqual(document.signed_count, 2)

    def test_two_versions_of_time(self):
        document = self.sent()
        host = self.of(document, "host")
        host.since = fields.Datetime.now() - timedelta(days=6, hours=2)
        self.assertEqual(host.since_days, 6)


@tagged("post_install", "-at_install")
class TestSession(EngineCase):
    """Staff who are signed in: no code, many at once, for themselves only."""

    def ready_for_head(self, count=1):
        documents = self.sent(count)
        others = documents.signature_ids.filtered(lambda s: s.role != "head")
        others._sign("typed", "X")
        return documents

    def wizard(self, user, signatures):
        env = self.as_user(user)
        action = signatures.with_env(env).action_sign_in_session()
        return env["bde.sign.wizard"].with_context(**action["context"]).create({})

    def test_head_signs_a_class_in_one_go(self):
        documents = self.ready_for_head(12)
        env = self.as_user(self.head_a)
        mine = env["bde.document.signature"].search([("is_mine", "=", True)])
        self.assertEqual(set(mine.document_id.ids), set(documents.ids))
        wizard = self.wizard(self.head_a, mine)
        self.assertEqual((wizard.signature_count, wizard.by_delegation), (12, False))
        with self.assertRaises(UserError):
            wizard.action_sign()
        wizard.write({"signed_name": "Head A", "has_read": True})
        wizard.action_sign()
        self.assertEqual(set(documents.mapped("state")), {"signed"})
        head = self.of(documents, "head")
        self.assertEqual(set(head.mapped("method")), {"session"})
        self.assertEqual(head.signed_by_id, self.head_a)
        self.assertFalse(any(head.mapped("by_delegation")))
        self.assertFalse(env["bde.document.signature"].search([("is_mine", "=", True)]))

    def test_teacher_signs_his_own_only(self):
        documents = self.sent(3)
        other = self.sent(parties=self.parties(referent={"user_id": self.two_roles.id}))
        wizard = self.wizard(self.teacher_a, self.of(documents, "referent"))
        wizard.write({"signed_name": "Teacher A", "has_read": True})
        wizard.action_sign()
        self.assertEqual(set(self.of(documents, "referent").mapped("state")), {"signed"})
        theirs = self.of(other, "referent")
        with self.assertRaises(AccessError):
            theirs.with_env(self.as_user(self.teacher_a))._sign_in_session("Teacher A")
        with self.assertRaises(UserError):
            self.of(documents, "head").with_env(
                self.as_user(self.manager_a)
            ).action_sign_in_session()
        with self.assertRaises(AccessError):
            self.of(documents, "host").with_env(self.as_user(self.manager_a))._sign_in_session("M")

    def test_manager_may_not_sign_for_the_head(self):
        documents = self.ready_for_head()
        signature = self.of(documents, "head")
        for user in (self.manager_a, self.secretary_a):
            with self.assertRaises(AccessError):
                signature.with_env(self.as_user(user))._sign_in_session("M")
        with self.assertRaises(AccessError):
            signature.with_env(self.as_user(self.head_b))._sign_in_session("Head B")

    def test_delegate_signs_within_dates_and_it_is_recorded(self):
        documents = self.ready_for_head(2)
        first, second = self.of(documents, "head")
        today = self.school_a._bde_today()
        delegation = self.env["bde.delegation"].create(
            {
                "company_id": self.school_a.id,
                "user_id": self.manager_a.id,
                "date_from": today - timedelta(days=3),
                "date_to": today + timedelta(days=3),
            }
        )
        env = self.as_user(self.manager_a)
        self.assertIn(first.id, env["bde.document.signature"].search([("is_mine", "=", True)]).ids)
        wizard = self.wizard(self.manager_a, first)
        self.assertTrue(wizard.by_delegation)
        wizard.write({"signed_name": "Manager A", "has_read": True})
        wizard.action_sign()
        self.assertEqual((first.state, first.signed_by_id), ("signed", self.manager_a))
        self.assertTrue(first.by_delegation)
        delegation.date_to = today - timedelta(days=1)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            second.with_env(env)._sign_in_session("Manager A")


@tagged("post_install", "-at_install")
class TestBatch(EngineCase):
    """Verbs take a constant number of queries.

    Core writes rows by hundreds: 20 documents are one such chunk of signatures, 60 three.
    """

    def count(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def batches(self, prepare, verb):
        verb(prepare(1))
        counts = []
        for size in (1, 20, 60):
            documents = prepare(size)
            counts.append(self.count(lambda docs=documents: verb(docs)))
        one, chunk, three_chunks = counts
        self.assertEqual(one, chunk)
        self.assertLessEqual(three_chunks, chunk + 2 * 3, counts)

    def test_versions(self):
        self.batches(self.make_documents, lambda documents: documents._make_version())

    def test_sending(self):
        def prepare(size):
            documents = self.make_documents(size)
            documents._make_version()
            return documents

        self.batches(prepare, lambda documents: documents.action_send())

    def test_signing_in_session(self):
        def prepare(size):
            documents = self.sent(size)
            documents.signature_ids.filtered(lambda s: s.role != "head")._sign("typed", "X")
            documents.version_id._ensure_pdf()
            head = documents.signature_ids.filtered(lambda s: s.role == "head")
            return head.with_env(self.as_user(self.head_a))

        self.batches(prepare, lambda signatures: signatures._sign_in_session("Head A"))

    def test_reminding(self):
        def prepare(size):
            documents = self.sent(size)
            documents.signature_ids.write({"notified_on": False})
            return documents

        self.batches(prepare, lambda documents: documents.action_remind())

    def test_cancelling(self):
        self.batches(self.sent, lambda documents: documents.action_cancel("no"))

    def test_going_back(self):
        self.batches(self.sent, lambda documents: documents.action_back_to_draft("no"))
