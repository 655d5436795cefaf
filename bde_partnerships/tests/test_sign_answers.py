from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import bde_document_answer, bde_link_code
from .sign_common import SignPageCase


@tagged("post_install", "-at_install")
class TestSignAnswers(SignPageCase):
    """What a person does instead of signing, and what becomes of it."""

    def answers(self, kind=None):
        found = self.env["bde.document.answer"].search(
            [("document_id", "=", self.document.id)], order="id"
        )
        return found.filtered(lambda a: a.kind == kind) if kind else found

    def answer(self, kind, token=None, document=None, **values):
        document = document or self.document
        return self.post("answer", token=token, kind=kind, document=self.value(document), **values)

    # ------------------------------------------------------------
    # NOT ME
    # ------------------------------------------------------------

    def test_not_me_closes_all_links_of_that_person_and_no_other(self):
        older = self.env["bde.link"]._find(self.token, "sign")
        self.env["bde.delivery"]._deliver(self.host, asked=True)
        newer = self.link_for("Sophie Duval")
        tutor = self.link_for("Marc Petit")
        self.assertNotEqual(older, newer)
        response = self.answer("not_me")
        self.assertEqual(response.status_code, 303)
        self.assertEqual((older.revoked, newer.revoked, tutor.revoked), (True, True, False))
        page = self.get()
        self.assertEqual(page.status_code, 410)
        self.assertIn("Thank you: this link is closed", page.text)
        self.assertNotIn("Convention 1", page.text)
        answer = self.answers()
        self.assertEqual(
            (answer.kind, answer.state, answer.user_id), ("not_me", "open", self.manager_a)
        )
        self.assertEqual(answer.activity_ids.user_id, self.manager_a)
        self.env.invalidate_all()
        shown = answer.activity_ids.with_env(self.as_user(self.manager_a)).activity_format()
        self.assertEqual(len(shown["mail.activity"]), 1, "no task of the public user")
        self.assertEqual(self.host.state, "to_sign", "nothing is signed, nothing is stopped")
        self.assertIn("answered", self.document.journal_ids.mapped("event"))
        last = self.last_mail().id
        self.host.with_env(self.as_user(self.manager_a)).action_remind()
        self.env["bde.delivery"]._deliver(self.host, asked=True)
        self.assertFalse(self.mails(last), "nothing more goes to somebody else's mailbox")

    def test_link_to_the_right_address(self):
        self.answer("not_me")
        answer = self.answers().with_env(self.as_user(self.manager_a))
        with self.assertRaisesRegex(UserError, "still the same"):
            answer.action_send_again()
        self.fact(self.document)["parties"][0]["email"] = "sophie@duval.example"
        last = self.last_mail().id
        answer.action_send_again()
        self.assertIn("sophie@duval.example", self.mails(last)[:1].email_to)
        self.assertEqual(self.get(token=self.token_for("Sophie Duval")).status_code, 200)
        self.assertEqual(answer.state, "done")
        self.assertFalse(answer.activity_ids)
        self.assertEqual(self.get().status_code, 410, "the wrong address stays closed")

    # ------------------------------------------------------------
    # NO AUTHORITY
    # ------------------------------------------------------------

    def test_no_authority_names_who_may_sign(self):
        response = self.answer("no_authority", name=" ")
        self.assertEqual(response.status_code, 422)
        self.assertIn("Give the name", response.text)
        response = self.answer("no_authority", name="Paul Duval", email="paul")
        self.assertEqual(response.status_code, 422)
        self.assertIn('value="Paul Duval"', response.text, "what was typed is kept")
        response = self.answer("no_authority", name="Paul Duval", email="paul@duval.example")
        self.assertEqual(response.status_code, 303)
        answer = self.answers()
        self.assertEqual(
            (answer.kind, answer.name, answer.email),
            ("no_authority", "Paul Duval", "paul@duval.example"),
        )
        self.assertIn("You wrote to the school", self.get().text)
        self.assertEqual(self.host.state, "to_sign")

    # ------------------------------------------------------------
    # CHANGE
    # ------------------------------------------------------------

    def test_change_of_the_company_goes_to_the_manager(self):
        self.assertEqual(self.answer("change", text="").status_code, 422)
        self.assertEqual(self.answer("change", text="Closed on Mondays").status_code, 303)
        answer = self.answers()
        self.assertEqual((answer.text, answer.user_id), ("Closed on Mondays", self.manager_a))

    def test_change_of_the_pupil_goes_to_the_referent(self):
        self.answer("change", token=self.token_for("Léa Martin"), text="Wrong bus line")
        answer = self.answers()
        self.assertEqual(answer.user_id, self.teacher_a)
        teacher = answer.with_env(self.as_user(self.teacher_a))
        with self.assertRaisesRegex(UserError, "Write what you answer"):
            teacher.action_done()
        teacher.outcome = "The 12 stops there."
        last = self.last_mail().id
        teacher.action_done()
        mail = self.mails(last)
        self.assertIn("lea@martin.example", mail.email_to)
        self.assertIn("The 12 stops there.", mail.body_html)
        self.assertIn("Wrong bus line", mail.body_html)
        self.assertEqual((answer.state, answer.done_by_id), ("done", self.teacher_a))

    def test_same_answer_twice_is_one_task(self):
        for _i in range(3):
            self.answer("change", text="Closed on Mondays")
        self.assertEqual(len(self.answers()), 1)

    def test_many_answers_are_stopped(self):
        for number in range(bde_document_answer.ANSWERS_PER_DAY):
            self.assertEqual(self.answer("change", text=f"Change {number}").status_code, 303)
        response = self.answer("change", text="One more")
        self.assertEqual(response.status_code, 422)
        self.assertIn("call the school", response.text)
        self.assertEqual(len(self.answers()), bde_document_answer.ANSWERS_PER_DAY)

    def test_text_of_a_stranger_is_text(self):
        self.answer("change", text="<script>alert(1)</script>\0")
        answer = self.answers().with_env(self.as_user(self.manager_a))
        self.assertEqual(answer.text, "<script>alert(1)</script>")
        answer.outcome = "No"
        last = self.last_mail().id
        answer.action_done()
        self.assertNotIn("<script>", self.mails(last).body_html)

    # ------------------------------------------------------------
    # WHO MAY, WHAT HOLDS
    # ------------------------------------------------------------

    def test_scanners_change_nothing(self):
        for path in ("/answer", "/answer?kind=not_me", "/unrefuse", "?told=change", "/refuse"):
            self.assertIn(self.get(path).status_code, (200, 404, 405))
        self.env.invalidate_all()
        self.assertFalse(self.answers())
        self.assertEqual(self.get().status_code, 200)

    @mute_logger("odoo.http")
    def test_answer_without_the_page_is_refused(self):
        response = self.post("answer", csrf=False, kind="not_me")
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.answers())

    def test_closed_and_expired_links_answer_nothing(self):
        csrf = self.get().text.split('name="csrf_token" value="')[1].split('"')[0]
        link = self.env["bde.link"]._find(self.token, "sign")
        link.expires_on = fields.Datetime.now() - timedelta(hours=1)
        data = {"csrf_token": csrf, "kind": "change", "text": "x", "document": self.value()}
        url = f"/bde/s/{self.token}/answer"
        self.assertEqual(self.url_open(url, data=data).status_code, 410)
        link.write({"expires_on": fields.Datetime.now() + timedelta(days=1), "revoked": True})
        self.assertEqual(self.url_open(url, data=data).status_code, 410)
        self.assertFalse(self.answers())

    def test_unknown_kinds_and_documents_of_others(self):
        other = self.sent(parties=self.parties("tutor"))
        self.assertEqual(self.answer("change", document=other, text="x").status_code, 422)
        self.assertEqual(self.answer("locked", text="x").status_code, 303)
        self.assertFalse(self.env["bde.document.answer"].search([]))

    def test_only_the_verbs_write(self):
        self.answer("change", text="Closed on Mondays")
        answer = self.answers()
        manager = answer.with_env(self.as_user(self.manager_a))
        for values in ({"state": "done"}, {"text": "x"}, {"person": "x"}):
            with self.assertRaises(UserError):
                manager.write(values)
        with self.assertRaises(AccessError):
            answer.with_env(self.as_user(self.manager_b)).read(["text"])
        with self.assertRaises(AccessError):
            answer.with_env(self.as_user(self.secretary_a)).unlink()
        two_roles = self.env["bde.document.answer"].with_env(self.as_user(self.two_roles))
        self.assertFalse(two_roles.search([]), "the referent's are not for every teacher")

    def test_home_counts_what_is_left(self):
        self.answer("change", text="Closed on Mondays")
        home = self.env["bde.home"].with_env(self.as_user(self.manager_a))
        [card] = [c for c in home._home_cards() if c["label"] == "Answers of signers"]
        self.assertEqual(card["count"], 1)
        found = self.env["bde.document.answer"].search_count(card["action"]["domain"])
        self.assertEqual(found, card["count"])


@tagged("post_install", "-at_install")
class TestRefusal(SignPageCase):
    """A refusal stays easy, the person named is told, and it is undone by one button."""

    def refuse(self, reason="Closed on Saturdays"):
        return self.post("refuse", document=self.value(), reason=reason)

    def test_page_says_what_comes_next(self):
        self.refuse()
        page = " ".join(self.get().text.split())
        self.assertIn("Your refusal is noted", page)
        self.assertIn("corrects the document", page)
        self.assertNotIn("Nothing to sign", page)
        self.assertIn("Take my refusal back", page)

    def test_refused_in_two_roles_is_taken_back_by_one_button(self):
        parties = self.parties("host", "head")
        tutor = dict(parties[0], role="tutor", uuid="boss-as-tutor")
        document = self.sent(parties=[*parties, tutor])
        both = document.signature_ids.filtered(lambda s: s.role != "head")
        self.assertEqual(len(set(both.mapped("signer_key"))), 1, "one person")
        token = self.token_for("Sophie Duval")
        both._refuse("Closed on Saturdays")
        page = self.get(token=token).text
        self.assertEqual(page.count("Take my refusal back"), 1)
        self.post("unrefuse", token=token, document=document.uuid)
        self.assertEqual(set(both.mapped("state")), {"to_sign"})

    def test_person_named_is_told_how_to_undo_it(self):
        last = self.last_mail().id
        self.refuse()
        mail = self.mails(last).filtered(lambda m: "You refused" in m.subject)
        self.assertEqual(mail.email_to, '"Sophie Duval" <contact@duval.example>')
        self.assertIn("Closed on Saturdays", mail.body_html)
        token = mail.body_html.split("/bde/s/")[1].split('"')[0]
        self.assertIn("Take my refusal back", self.get(token=token).text)

    def test_taken_back_signatures_go_on(self):
        self.of(self.document, "tutor")._sign("typed", "Marc Petit")
        self.refuse()
        self.assertEqual(self.document.state, "refused")
        response = self.post("unrefuse", document=self.document.uuid)
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self.document.state, "partly_signed")
        self.assertEqual(
            {s.role: s.state for s in self.document.signature_ids},
            {
                "host": "to_sign", "tutor": "signed", "student": "to_sign",
                "referent": "to_sign", "head": "waiting",
            },
        )  # fmt: skip
        self.assertFalse(self.host.refusal_reason)
        payloads = self.document.journal_ids.filtered(lambda j: j.event == "answered")
        self.assertIn("refusal_taken_back", payloads.payload)
        self.ask_code()
        self.assertEqual(self.sign().status_code, 303)

    def test_those_who_read_of_it_are_told(self):
        self.of(self.document, "tutor")._sign("typed", "Marc Petit")
        self.refuse()
        last = self.last_mail().id
        self.post("unrefuse", document=self.document.uuid)
        told = self.mails(last).filtered(lambda m: "taken back" in m.subject).mapped("email_to")
        self.assertEqual(
            sorted(told),
            sorted(
                [
                    '"Marc Petit" <contact@duval.example>',
                    f'"{self.school_a.name}" <{self.school_a.bde_email}>',
                ]
            ),
        )

    def test_too_late_once_the_school_corrects(self):
        self.refuse()
        csrf = self.get().text.split('name="csrf_token" value="')[1].split('"')[0]
        self.document.with_env(self.as_user(self.manager_a)).action_back_to_draft("hours")
        data = {"csrf_token": csrf, "document": self.document.uuid}
        page = self.url_open(f"/bde/s/{self.token}/unrefuse", data=data)
        self.env.invalidate_all()
        self.assertEqual(self.document.state, "draft")
        self.assertNotIn("Take my refusal back", page.text)

    def test_taken_back_twice(self):
        self.refuse()
        csrf = self.get().text.split('name="csrf_token" value="')[1].split('"')[0]
        data = {"csrf_token": csrf, "document": self.document.uuid}
        for _i in range(2):
            url = f"/bde/s/{self.token}/unrefuse"
            response = self.url_open(url, data=data, allow_redirects=False)
            self.assertEqual(response.status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(self.document.journal_ids.mapped("event").count("answered"), 1)


@tagged("post_install", "-at_install")
class TestCodeCap(SignPageCase):
    """A code is guessed at most twenty times a day, over all links of a person."""

    def test_thousand_guesses_fail_and_lock_with_a_sentence(self):
        link = self.env["bde.link"]._find(self.token, "sign")
        last = self.last_mail().id
        verdicts = []
        for number in range(1000):
            if number % 5 == 0:
                link.code_window = False  # an hour later, to whoever only counts the hours
                link._send_code()
            verdicts.append(link._check_code(f"{900000 + number}"))
        cap = bde_link_code.CODE_FAILURES_PER_DAY
        self.assertNotIn("right", verdicts)
        self.assertEqual(verdicts.index("locked"), cap - 1)
        self.assertEqual(set(verdicts[cap:]), {"locked"})
        self.assertEqual(self.host.state, "to_sign")
        told = self.mails(last).filtered(lambda m: "Too many wrong codes" in m.subject)
        self.assertEqual(
            sorted(told.mapped("email_to")),
            sorted(
                [
                    f'"{self.school_a.name}" <{self.school_a.bde_email}>',
                    '"Sophie Duval" <contact@duval.example>',
                ]
            ),
        )
        answer = self.env["bde.document.answer"].search([])
        self.assertEqual((answer.kind, answer.user_id), ("locked", self.manager_a))

    def lock(self):
        self.ask_code()
        for _i in range(bde_link_code.CODE_FAILURES_PER_DAY):
            response = self.sign(code="000000")
        return response

    def test_page_says_so_and_the_right_code_no_longer_helps(self):
        response = self.lock()
        self.assertEqual(response.status_code, 422)
        self.assertIn("Too many wrong codes", response.text)
        self.assertIn("Codes are closed for the moment", self.get().text)
        self.assertNotIn("/code", self.get().text)
        link = self.env["bde.link"]._find(self.token, "sign")
        self.assertEqual(link._send_code(), "locked")
        self.assertEqual(link._check_code("123456"), "locked")
        rows = self.document.journal_ids.mapped("event").count("code_failed")
        self.assertEqual(rows, bde_link_code.CODE_FAILURES_PER_DAY)

    def test_guesses_against_the_closed_door_fill_no_journal(self):
        self.ask_code()
        csrf = self.get("?step=code").text.split('name="csrf_token" value="')[1].split('"')[0]
        data = {"csrf_token": csrf, "document": self.value(), "code": "0", "signed_name": "S"}
        for _i in range(bde_link_code.CODE_FAILURES_PER_DAY + 5):
            self.url_open(f"/bde/s/{self.token}/sign", data=data)
        self.env.invalidate_all()
        rows = self.document.journal_ids.mapped("event").count("code_failed")
        self.assertEqual(rows, bde_link_code.CODE_FAILURES_PER_DAY)

    def test_school_opens_codes_again(self):
        self.lock()
        answer = self.env["bde.document.answer"].search([("kind", "=", "locked")])
        answer.with_env(self.as_user(self.manager_a)).action_open_codes()
        self.assertEqual(answer.state, "done")
        link = self.env["bde.link"]._find(self.token, "sign")
        link.code_window = False
        self.assertEqual(self.ask_code().status_code, 303)
        self.assertEqual(self.sign().status_code, 303)
        self.assertEqual(self.host.state, "signed")

    def test_opens_by_itself_after_a_day(self):
        self.lock()
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            link = self.env["bde.link"]._find(self.token, "sign")
            self.assertEqual(link._send_code(), "sent")
            self.assertEqual(link._check_code("123456"), "right")

    def test_somebody_else_is_not_locked_out(self):
        self.lock()
        other = self.link_for("Marc Petit")
        self.assertFalse(other._locked_until())
        self.assertEqual(other._send_code(), "sent")

    def test_codes_are_sent_fifteen_times_a_day_at_most(self):
        link = self.env["bde.link"]._find(self.token, "sign")
        results = []
        for hour in range(6):
            with freeze_time(fields.Datetime.now() + timedelta(hours=hour, minutes=hour)):
                results += [link._send_code() for _i in range(5)]
        self.assertEqual(results.count("sent"), bde_link_code.CODE_SENDS_PER_DAY)

    def test_digest_is_made_whatever_the_link_says(self):
        """The time of an answer tells nothing: no code, expired or locked cost the same."""
        link = self.env["bde.link"]._find(self.token, "sign")
        made = []
        self.patch(bde_link_code.secret, "code_digest", lambda *args: made.append(args) or "y")
        counts = []
        for values in ({}, {"code_hmac": "x"}, {"code_locked_until": "2999-01-01 00:00:00"}):
            link.write(values)
            made.clear()
            link._check_code("111111")
            counts.append(any(purpose for _key, purpose, _code in made))
        self.assertEqual(counts, [True, True, True])


@tagged("post_install", "-at_install")
class TestSignPageWords(SignPageCase):
    """The page says what is, to whoever opens it and whenever."""

    def minor(self, **more):
        student = {"required": False, "name": "Tom", "email": "t@x.example"} | more
        return self.sent(parties=self.parties("host", "student", "head", student=student))

    def test_who_has_signed_and_whom_it_waits_for(self):
        self.of(self.document, "tutor")._sign("typed", "Marc Petit")
        text = " ".join(self.get().text.split())
        self.assertIn("Signatures: 1 of 5", text)
        for name, words in (
            ("Marc Petit", "has signed"),
            ("Sophie Duval", "your turn"),
            ("Head A", "signs after the others"),
        ):
            part = text[text.rindex(f">{name}<") :][:160]
            self.assertIn(words, part, name)

    def test_minor_reads_that_it_is_noted(self):
        document = self.minor()
        token = self.token_for("Tom")
        self.post("acknowledge", token=token, document=self.value(document), has_read="1")
        page = self.get(token=token).text
        self.assertIn("Thank you, it is noted", page)
        self.assertNotIn("it is signed", page)

    def test_who_only_reads_is_asked_nothing_after_all_have_signed(self):
        document = self.minor()
        token = self.token_for("Tom")
        for role in ("host", "head"):
            self.of(document, role)._sign("typed", "X")
        self.assertEqual(document.state, "signed")
        page = self.get(token=token).text
        self.assertIn("To read: everybody has signed", page)
        self.assertNotIn("<form", page)
        student = self.of(document, "student")
        self.assertEqual(student.status, "to_read", "lists do not say that he has to sign")

    def test_other_guardian_reads_that_one_was_enough(self):
        guardians = [
            {
                "role": "guardian",
                "name": name,
                "email": f"{name}@x.example",
                "uuid": name,
                "alternative": "g",
            }
            for name in ("awa", "brice")
        ]
        document = self.sent(parties=self.parties("host") + guardians)
        token = self.token_for("brice")
        page = self.get(token=token).text
        self.assertIn("/code", page)
        self.assertIn("your turn, one of the two is enough", page)
        self.assertIn("has not signed yet, one of the two is enough", page)
        document.signature_ids.filtered(lambda s: s.name == "awa")._sign("typed", "Awa")
        page = self.get(token=token).text
        self.assertIn("The other legal representative has signed", page)
        self.assertNotIn("/code", page)
        self.post("acknowledge", token=token, document=self.value(document), has_read="1")
        brice = document.signature_ids.filtered(lambda s: s.name == "brice")
        self.assertEqual(brice.state, "acknowledged")

    def test_correcting_says_so_kindly(self):
        self.document.with_env(self.as_user(self.manager_a)).action_correct("hours")
        page = self.get().text
        self.assertIn("The school is correcting it", page)
        self.assertIn("Being corrected by the school", page)
        self.assertNotIn("/code", page)

    def test_what_changed_since(self):
        manager = self.document.with_env(self.as_user(self.manager_a))
        self.of(self.document, "tutor")._sign("typed", "Marc Petit")
        manager.action_correct("hours")
        self.fact(self.document)["text"] = "Du mardi au samedi"
        manager.action_send_correction()
        page = self.get().text
        self.assertIn("What changed since you last saw it", page)
        self.assertIn("<del>Du lundi au vendredi</del>", page)
        self.assertIn("<ins>Du mardi au samedi</ins>", page)

    def test_twelve_documents_on_one_page_and_only_those_that_are_ticked(self):
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            more = self.sent(11)
        page = self.get().text
        self.assertIn("12 documents to sign", " ".join(page.split()))
        self.assertEqual(page.count("<summary>The essential"), 12)
        self.ask_code()
        self.sign(documents=more)
        states = (self.document + more).signature_ids.filtered(lambda s: s.role == "host")
        self.assertEqual(states.mapped("state").count("signed"), 11)
