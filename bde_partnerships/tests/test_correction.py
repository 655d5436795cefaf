import json

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged

from ..rules import changes
from .engine_common import EngineCase

RULES = (
    changes.Rule("title", "Title", "administrative"),
    changes.Rule("text", "Hours", "conditions"),
)


@tagged("post_install", "-at_install")
class TestChangesRules(BaseCase):
    """The pure part: what differs, of what class, in which words."""

    def test_nothing_is_nothing(self):
        """None, an empty text and a missing key say the same; what the engine adds is silent."""
        old = {"a": None, "b": "", "schema": 1, "check_url": "x", "logo": "aa", "tasks": ["1", "2"]}
        new = {"c": [], "schema": 2, "check_url": "y", "logo": "bb", "tasks": ["2", "1"]}
        self.assertEqual(changes.differences(old, new), [])

    def test_records_are_known_by_their_title_not_by_their_place(self):
        article = lambda number, title, body: {"number": number, "title": title, "body": body}  # noqa: E731
        old = {"articles": [article(1, "Durée", "x"), article(2, "Horaires", "35 heures")]}
        new = {
            "articles": [
                article(1, "Objet", "y"), article(2, "Durée", "x"),
                article(3, "Horaires", "32 heures"),
            ]
        }  # fmt: skip
        self.assertEqual(
            changes.differences(old, new),
            [
                ("articles.0", None, article(1, "Objet", "y")),
                ("articles.1.number", 1, 2),
                ("articles.2.number", 2, 3),
                ("articles.2.body", "35 heures", "32 heures"),
            ],
        )

    def test_a_corrected_name_is_one_change_and_another_name_two(self):
        named = lambda *names: {"guardians": [{"name": name} for name in names]}  # noqa: E731
        typo = changes.differences(named("Sofie Dupont"), named("Sophie Dupont"))
        self.assertEqual(typo, [("guardians.0.name", "Sofie Dupont", "Sophie Dupont")])
        other = changes.differences(named("Sophie Dupont"), named("Karim Belaïd"))
        self.assertEqual([change[1:] for change in other], [
            (None, {"name": "Karim Belaïd"}), ({"name": "Sophie Dupont"}, None)
        ])  # fmt: skip

    def test_the_longest_path_wins(self):
        rules = (
            changes.Rule("template", "Wording", "essential"),
            changes.Rule("template.articles.*", "Article", "conditions"),
            changes.Rule("template.articles.*.number", "Number", "administrative"),
        )
        self.assertEqual(changes.rule_of("template.articles.3.number", rules).name, "Number")
        self.assertEqual(changes.rule_of("template.articles.3.body", rules).name, "Article")
        self.assertEqual(changes.rule_of("template.preamble", rules).name, "Wording")
        self.assertIsNone(changes.rule_of("schedule.mon", rules))
        self.assertEqual(changes.class_of(None, lambda what: True), "essential")

    def test_a_name_corrected_with_the_same_siret_is_administrative(self):
        rule = changes.Rule("host.name", "Company", "essential", same_as="host.siret")
        self.assertEqual(
            changes.class_of(rule, lambda what: what == "host.siret"), "administrative"
        )
        self.assertEqual(changes.class_of(rule, lambda what: False), "essential")

    def test_whom_a_class_concerns(self):
        roles = ("host", "third", "tutor", "student", "guardian", "referent", "head")
        concerned = {
            name: [role for role in roles if changes.concerns(name, role)]
            for name in changes.CLASSES
        }
        self.assertEqual(concerned["administrative"], [])
        self.assertEqual(concerned["conditions"], ["host", "third", "tutor", "student", "guardian"])
        self.assertEqual(concerned["essential"], list(roles))

    def test_texts_leave_out_what_is_equal(self):
        morning, afternoon = ["08:00", "12:00"], ["13:00", "17:00"]
        self.assertEqual(
            changes.texts([morning, afternoon], [["09:00", "12:00"], afternoon]),
            ("08:00–12:00", "09:00–12:00"),
        )
        self.assertEqual(changes.texts([morning], None), ("08:00–12:00", ""))
        self.assertEqual(
            changes.texts(["12 rue Haute", "33000 Bordeaux"], ["14 rue Haute", "33000 Bordeaux"]),
            ("12 rue Haute", "14 rue Haute"),
        )
        self.assertEqual(changes.texts("<p>a <b>b</b></p>", "<p>c</p>"), ("a b", "c"))

    def test_a_person_is_told_once_and_totals_only_without_their_cause(self):
        def change(path, old, new, change_class="conditions", derived=False):
            return {
                "path": path, "old": old, "new": new, "change_class": change_class,
                "derived": derived,
            }  # fmt: skip

        name = change("tutor.name", "Marc", "Marek")
        again = change("parties.1.name", "Marc", "Marek")
        hours = change("schedule.mon", "8", "9")
        total = change("period.minutes", "100", "99", derived=True)
        self.assertEqual(changes.told([again, name]), [name])
        self.assertEqual(changes.told([total, hours]), [hours])
        self.assertEqual(changes.told([total]), [total])
        # a typo does not explain a total: it is told too
        typo = change("title", "a", "b", "administrative")
        self.assertEqual(changes.told([typo, total]), [typo, total])


class CorrectionCase(EngineCase):
    """Documents of the kind ``document`` with a table of two lines; the rest is essential."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["bde.change.rule"].create(
            [
                {"kind": "document", "path": rule.path, "name": rule.name,
                 "change_class": rule.change_class}
                for rule in RULES
            ]
        )  # fmt: skip
        cls.as_manager = cls.as_user(cls.manager_a)

    def give(self, document, *roles):
        for role in roles:
            self.of(document, role)._sign("typed", role)

    def states(self, document):
        return {s.role: s.state for s in document.signature_ids}

    def correct(self, documents, reason="Correction", **facts):
        """The manager changes the records and sends the correction."""
        for document in documents:
            self.fact(document).update(facts)
        mine = documents.with_env(self.as_manager)
        mine.action_correct(reason)
        mine.action_send_correction()
        documents.invalidate_recordset()

    def journal(self, document):
        return [(row.event, json.loads(row.payload)) for row in document.journal_ids.sorted("id")]


@tagged("post_install", "-at_install")
class TestCorrection(CorrectionCase):
    def test_a_typo_after_three_signatures_makes_nobody_sign_again(self):
        document = self.sent()
        self.give(document, "host", "tutor", "student")
        before = self.of(document, "host")
        signed_on, first = before.signed_on, document.version_id
        self.correct(document, title="Convention 1 bis")
        second = document.version_id
        self.assertEqual((first.serial, second.serial), (1, 2))
        self.assertEqual(second.reason, "Correction")
        self.assertEqual(
            self.states(document),
            {"host": "signed", "tutor": "signed", "student": "signed", "referent": "to_sign",
             "head": "waiting"},
        )  # fmt: skip
        self.assertEqual((document.state, document.signed_count), ("partly_signed", 3))
        host = self.of(document, "host")
        self.assertEqual(host.kept_from_id, before)
        self.assertEqual(
            (host.signed_on, host.method, host.signed_name), (signed_on, "typed", "host")
        )
        self.assertFalse(before.is_current)
        kept = [payload for event, payload in self.journal(document) if event == "kept"]
        self.assertEqual(len(kept), 3)
        self.assertEqual(
            {key: kept[0][key] for key in ("signature", "kept_from", "version", "kept_version",
                                           "content_sha256", "kept_content_sha256")},
            {"signature": host.uuid, "kept_from": before.uuid, "version": 1, "kept_version": 2,
             "content_sha256": first.content_sha256,
             "kept_content_sha256": second.content_sha256},
        )  # fmt: skip
        # and the whole is signed when the others have signed
        self.sign_all(document)
        self.assertEqual(document.state, "signed")
        self.assertFalse(self.env["bde.journal.check"]._check_documents(document))

    def test_kept_twice_points_to_the_signature_that_was_given(self):
        document = self.sent()
        self.give(document, "host")
        given = self.of(document, "host")
        self.correct(document, title="bis")
        self.correct(document, title="ter")
        self.assertEqual(self.of(document, "host").kept_from_id, given)
        self.assertEqual(self.of(document, "host")._proof_payload()["version"], 1)
        self.assertFalse(self.env["bde.journal.check"]._check_documents(document))

    def test_hours_make_the_host_and_the_pupils_side_sign_again(self):
        document = self.sent()
        self.give(document, "host", "tutor", "student", "referent")
        self.correct(document, text="Du mardi au samedi")
        self.assertEqual(
            self.states(document),
            {"host": "to_sign", "tutor": "to_sign", "student": "to_sign", "referent": "signed",
             "head": "waiting"},
        )  # fmt: skip

    def test_what_no_line_names_makes_everybody_sign_again(self):
        self.env["bde.change.rule"].search([("kind", "=", "document")]).unlink()
        document = self.sent()
        self.give(document, "host", "tutor", "student", "referent")
        self.correct(document, text="Du mardi au samedi")
        self.assertEqual(set(self.states(document).values()), {"to_sign", "waiting"})
        self.assertEqual(document.state, "to_sign")

    def test_somebody_else_signs_for_himself_and_a_typo_in_a_name_does_not_count(self):
        host, other = self.env["res.partner"].create([{"name": "Sofie"}, {"name": "Paul"}])
        parties = self.parties(host={"partner_id": host.id, "name": "Sofie Duval"})
        document = self.sent(parties=parties)
        self.give(document, "host", "tutor")
        token = self.of(document, "host").signer_key
        self.correct(
            document,
            title="bis",
            parties=self.parties(host={"partner_id": host.id, "name": "Sophie Duval"}),
        )
        kept = self.of(document, "host")
        self.assertEqual((kept.state, kept.name), ("signed", "Sophie Duval"))
        self.assertEqual(kept.signer_key, token, "the link that is out still opens it")
        # another contact of the company, at the same address
        self.correct(
            document,
            title="ter",
            parties=self.parties(host={"partner_id": other.id, "name": "Paul Duval"}),
        )
        self.assertEqual(self.of(document, "host").state, "to_sign")
        self.assertEqual(self.of(document, "tutor").state, "signed")
        # the same record typed over with another name is another person
        self.give(document, "host")
        self.correct(
            document,
            title="quater",
            parties=self.parties(host={"partner_id": other.id, "name": "Ines Belkacem"}),
        )
        self.assertEqual(self.of(document, "host").state, "to_sign")

    def test_one_person_with_two_roles(self):
        """The boss is the tutor too: of a change that concerns both roles he signs both."""
        boss = {"name": "Sophie Duval", "email": "contact@duval.example"}
        document = self.sent(parties=self.parties(host=boss, tutor=boss))
        self.give(document, "host", "tutor")
        self.correct(document, title="bis")
        self.assertEqual({self.states(document)[r] for r in ("host", "tutor")}, {"signed"})
        self.assertEqual(
            len(self.mails().filtered(lambda m: "corrected" in m.subject)), 1, "one letter"
        )
        self.correct(document, text="Du mardi au samedi")
        self.assertEqual({self.states(document)[r] for r in ("host", "tutor")}, {"to_sign"})
        self.assertEqual(
            len({s.signer_key for s in self.of(document, "host") | self.of(document, "tutor")}), 1
        )

    def test_who_acknowledged_signs_once_he_is_of_age(self):
        minor = self.parties(student={"required": False})
        document = self.sent(parties=minor)
        self.of(document, "student")._sign("button", "Léa")
        self.assertEqual(self.of(document, "student").state, "acknowledged")
        self.correct(document, title="bis")
        self.assertEqual(self.of(document, "student").state, "acknowledged")
        self.correct(document, title="ter", parties=self.parties())
        self.assertEqual(self.of(document, "student").state, "to_sign")

    def test_the_last_one_who_is_left_may_complete_it(self):
        """A signer who is not asked any more leaves a document that all have signed."""
        document = self.sent(parties=self.parties("host", "tutor"))
        self.give(document, "host")
        gone = self.of(document, "tutor")
        self.correct(document, title="bis", parties=self.parties("host"))
        self.assertEqual((document.state, document.seal_state), ("signed", "pending"))
        self.assertEqual(gone.state, "void")

    def test_nothing_is_signed_while_it_is_corrected(self):
        document = self.sent()
        mine = document.with_env(self.as_manager)
        mine.action_correct("Hours")
        with self.assertRaisesRegex(UserError, "correcting this document"):
            self.give(document, "host")
        with self.assertRaisesRegex(UserError, "correcting this document"):
            self.of(document, "host")._refuse("No")
        # given up: the version that was out goes on
        mine.action_resume()
        self.give(document, "host")
        self.assertEqual([event for event, _p in self.journal(document)].count("correcting"), 2)

    def test_what_is_corrected_is_not_on_the_pile_to_sign(self):
        """The head signs the others in one go: one that is being corrected stops no other."""
        documents = self.sent() + self.sent()
        for document in documents:
            self.give(document, "host", "tutor", "student", "referent")
        documents[0].with_env(self.as_manager).action_correct("Hours")
        pile = self.as_user(self.head_a)["bde.document.signature"]
        mine = pile.search([("is_mine", "=", True), ("document_id", "in", documents.ids)])
        self.assertEqual(mine.document_id, documents[1])
        self.assertEqual(mine.mapped("is_mine"), [True])
        self.assertFalse(self.of(documents[0], "head").with_env(pile.env).is_mine)

    def test_an_old_version_is_never_signed(self):
        document = self.sent()
        old = self.of(document, "host")
        self.correct(document, title="bis")
        with self.assertRaisesRegex(UserError, "has changed since"):
            old._sign("typed", "Sophie Duval")

    def test_nothing_changed_is_not_sent_and_what_changed_is_not_given_up(self):
        document = self.sent()
        mine = document.with_env(self.as_manager)
        mine.action_correct()
        with self.assertRaisesRegex(UserError, "Nothing has changed"):
            mine.action_send_correction()
        self.fact(document)["text"] = "Du mardi au samedi"
        with self.assertRaisesRegex(UserError, "was changed already"):
            mine.action_resume()

    def test_what_changed_after_it_was_shown_is_not_sent(self):
        document = self.sent()
        mine = document.with_env(self.as_manager)
        self.fact(document)["title"] = "bis"
        [plan] = document._correction_plan().values()
        self.fact(document)["text"] = "Du mardi au samedi"
        with self.assertRaisesRegex(UserError, "while you were reading"):
            mine.action_send_correction({document.id: plan["sha256"]})

    def test_a_refusal_is_corrected_and_the_others_keep_their_signature(self):
        document = self.sent()
        self.give(document, "tutor", "referent")
        self.of(document, "host")._refuse("Not these hours")
        self.assertEqual(document.state, "refused")
        self.correct(document, text="Du mardi au samedi")
        self.assertEqual(document.state, "partly_signed")
        self.assertFalse(document.state_reason)
        self.assertEqual(
            {r: self.states(document)[r] for r in ("host", "tutor", "student", "referent")},
            {"host": "to_sign", "tutor": "to_sign", "student": "to_sign", "referent": "signed"},
        )

    def test_a_refusal_may_be_sent_again_as_it_is(self):
        """A talk on the phone may be enough."""
        document = self.sent()
        self.give(document, "tutor")
        self.of(document, "host")._refuse("Who is this?")
        self.correct(document)
        self.assertEqual(
            {r: self.states(document)[r] for r in ("host", "tutor")},
            {"host": "to_sign", "tutor": "signed"},
        )

    def test_after_the_last_signature_it_takes_an_amendment(self):
        document = self.sent()
        self.sign_all(document)
        with self.assertRaisesRegex(UserError, "amendment"):
            document.with_env(self.as_manager).action_correct()
        draft = self.make_documents()
        with self.assertRaisesRegex(UserError, "make a new version"):
            draft.with_env(self.as_manager).action_correct()

    def test_who_may_correct(self):
        document = self.sent()
        for user in (self.teacher_a, self.school_life_a, self.manager_b):
            with self.assertRaises(AccessError):
                document.with_env(self.as_user(user)).action_correct("x")
            with self.assertRaises(AccessError):
                document.with_env(self.as_user(user)).action_send_correction()
        document.with_env(self.as_user(self.secretary_a)).action_correct("x")
        self.assertTrue(document.correcting_since)

    def test_one_alternative_is_enough_and_is_kept(self):
        """Both parents may sign: the first suffices, the other may still read."""
        guardian = {"role": "guardian", "required": True, "alternative": "guardians"}
        parents = [
            {**guardian, "name": "Anne Martin", "email": "anne@martin.example", "uuid": "g1"},
            {**guardian, "name": "Paul Martin", "email": "paul@martin.example", "uuid": "g2"},
        ]
        document = self.sent(parties=self.parties("host", "head") + parents)
        self.assertEqual(document.signature_count, 3, "host, one parent, head")
        anne, paul = self.of(document, "guardian")
        anne._sign("typed", "Anne Martin")
        self.assertEqual((document.signed_count, paul.state, paul.required), (1, "to_sign", False))
        self.give(document, "host")
        self.assertEqual(self.of(document, "head").state, "to_sign")
        self.correct(document, title="bis")
        anne, paul = self.of(document, "guardian")
        self.assertEqual((anne.state, paul.state, paul.required), ("signed", "to_sign", False))
        self.assertEqual((document.signature_count, document.signed_count), (3, 2))
        paul._sign("button", "Paul Martin")
        self.correct(document, title="ter")
        anne, paul = self.of(document, "guardian")
        self.assertEqual((anne.state, paul.state), ("signed", "acknowledged"))
        self.correct(document, text="Du mardi au samedi")
        anne, paul = self.of(document, "guardian")
        self.assertEqual({(s.state, s.required) for s in anne | paul}, {("to_sign", True)})
        self.sign_all(document)
        self.assertEqual(document.state, "signed")

    def test_order_of_the_school(self):
        """The school lets the tutor wait for the host; the head stays last by default."""
        self.env["bde.signing.order"].with_env(self.as_manager).create(
            [
                {"kind": "document", "role": "tutor", "sequence": 15},
                {"kind": "document", "role": "referent", "sequence": 18},
            ]
        )
        document = self.sent()
        self.assertEqual(
            self.states(document),
            {"host": "to_sign", "student": "to_sign", "tutor": "waiting", "referent": "waiting",
             "head": "waiting"},
        )  # fmt: skip
        self.give(document, "host", "student")
        self.assertEqual(self.states(document)["tutor"], "to_sign")
        with self.assertRaises(AccessError):
            self.env["bde.signing.order"].with_env(self.as_user(self.secretary_a)).create(
                {"kind": "document", "role": "head", "sequence": 1}
            )


@tagged("post_install", "-at_install")
class TestCorrectionMessages(CorrectionCase):
    def test_who_has_signed_is_told_what_changed(self):
        document = self.sent()
        self.give(document, "host", "student")
        before = self.last_mail().id
        self.correct(document, title="Convention de Léa")
        told = self.mails(since=before)
        self.assertEqual(
            sorted(mail.email_to for mail in told),
            ['"Léa Martin" <lea@martin.example>', '"Sophie Duval" <contact@duval.example>'],
        )
        body = told[0].body_html
        for text in ("Title", "Convention 1", "Convention de Léa", "Your signature is kept"):
            self.assertIn(text, body)
        informed = [payload for event, payload in self.journal(document) if event == "informed"]
        self.assertEqual(
            {payload["signature"] for payload in informed},
            {self.of(document, role).uuid for role in ("host", "student")},
        )

    def test_who_was_asked_already_gets_no_second_message(self):
        """His link opens the current version, and the count of reminders goes on."""
        document = self.sent()
        host = self.of(document, "host")
        host.write({"reminder_count": 2})
        before = self.last_mail().id
        self.correct(document, title="bis")
        again = self.of(document, "host")
        self.assertNotEqual(again, host)
        self.assertEqual(
            (again.state, again.notified_on, again.since, again.reminder_count),
            ("to_sign", host.notified_on, host.since, 2),
        )
        self.assertFalse(self.mails(since=before))
        link = self.link_for("Sophie Duval")
        self.assertIn(again, link._signatures())

    def test_a_new_address_gets_a_link(self):
        host = self.env["res.partner"].create({"name": "Sophie Duval"})
        document = self.sent(parties=self.parties(host={"partner_id": host.id}))
        before = self.last_mail().id
        moved = {"partner_id": host.id, "email": "sophie@duval.example"}
        self.correct(document, title="bis", parties=self.parties(host=moved))
        self.assertEqual(
            self.mails(since=before).mapped("email_to"), ['"Sophie Duval" <sophie@duval.example>']
        )

    def test_no_message_leaves_while_it_is_corrected(self):
        document = self.sent()
        document.with_env(self.as_manager).action_correct()
        before = self.last_mail().id
        self.assertFalse(self.env["bde.delivery"]._deliver(document.signature_ids, asked=True))
        self.assertFalse(self.mails(since=before))

    def test_changes_since_the_version_that_one_signed(self):
        document = self.sent()
        self.give(document, "host")
        self.assertEqual(self.of(document, "host")._changes_since(), [])
        self.correct(document, title="bis")
        self.correct(document, text="Du mardi au samedi")
        found = self.of(document, "host")._changes_since()
        self.assertEqual(
            [(change["label"], change["old"], change["new"]) for change in found],
            [
                ("Title", "Convention 1", "bis"),
                ("Hours", "Du lundi au vendredi", "Du mardi au samedi"),
            ],
        )
        # the tutor had a link for the first version, and signed none
        self.assertEqual(len(self.of(document, "tutor")._changes_since()), 2)
        # the head was never asked before: he reads the document as it is
        self.assertEqual(self.of(document, "head")._changes_since(), [])

    def test_differences_of_any_two_versions(self):
        document = self.sent()
        self.correct(document, title="bis")
        self.correct(document, title="ter", text="Du mardi au samedi")
        first, second, third = document.version_ids.sorted("serial")
        self.assertEqual([c["label"] for c in third._differences(second)], ["Title", "Hours"])
        self.assertEqual([c["new"] for c in second._differences(first)], ["bis"])
        back = first._differences(third)
        self.assertEqual([c["new"] for c in back], ["Convention 1", "Du lundi au vendredi"])

    def test_the_screen_that_compares(self):
        document = self.sent()
        self.correct(document, title="bis")
        mine = document.with_env(self.as_manager)
        action = mine.action_compare_versions()
        wizard = self.env[action["res_model"]].with_env(self.as_manager).browse(action["res_id"])
        self.assertIn("Convention 1", wizard.difference)
        self.assertIn("bis", wizard.difference)
        with self.assertRaisesRegex(UserError, "first version"):
            mine.version_ids.sorted("serial")[0].action_compare()


@tagged("post_install", "-at_install")
class TestCorrectionScreen(CorrectionCase):
    def wizard(self, documents, user=None):
        env = self.as_user(user or self.manager_a)
        action = documents.with_env(env).action_ask_correction()
        return env["bde.correction"].browse(action["res_id"])

    def test_it_begins_with_the_reason(self):
        document = self.sent()
        wizard = self.wizard(document)
        self.assertEqual((wizard.can_open, wizard.can_send), (True, False))
        wizard.reason = "Hours"
        wizard.action_open_terms()
        self.assertTrue(document.correcting_since)
        self.assertEqual(document.correcting_reason, "Hours")
        again = self.wizard(document)
        self.assertEqual((again.can_open, again.can_send, again.can_resume), (False, False, True))
        self.assertEqual(again.reason, "Hours")
        again.action_resume()
        self.assertFalse(document.correcting_since)

    def test_it_says_what_changed_and_what_that_costs(self):
        document = self.sent()
        self.give(document, "host", "referent")
        self.fact(document)["text"] = "Du mardi au samedi"
        wizard = self.wizard(document, self.secretary_a)
        self.assertTrue(wizard.can_send)
        for text in ("Du lundi au vendredi", "Du mardi au samedi", "Sophie Duval (Company)",
                     "Teacher A (Referent teacher)"):  # fmt: skip
            self.assertIn(text, wizard.summary)
        self.assertIn("1 signatures to give again, 1 people told", wizard.cost)
        wizard.action_send()
        self.assertEqual(document.version_id.serial, 2)
        self.assertEqual(self.of(document, "host").state, "to_sign")

    def test_many_at_once_tell_line_by_line(self):
        documents = self.sent(3)
        self.fact(documents[0])["title"] = "bis"
        wizard = self.wizard(documents)
        self.assertEqual(wizard.line_ids.mapped("can_send"), [True, False, False])
        self.assertEqual(wizard.line_ids[0].what, "Title: Convention 1 → bis")
        wizard.action_send()
        self.assertEqual(documents.mapped("version_id.serial"), [2, 1, 1])

    def test_those_that_are_not_out_are_left_out(self):
        document, draft = self.sent(), self.make_documents()
        self.assertEqual(self.wizard(document | draft).line_ids.document_id, document)
        with self.assertRaises(UserError):
            self.wizard(draft)


@tagged("post_install", "-at_install")
class TestCorrectionBatch(CorrectionCase):
    def test_as_many_queries_for_one_as_for_many(self):
        """Opening, planning and sending corrections: 1, 20 and 200 documents."""
        counts = {}
        for number in (1, 20, 200):
            documents = self.sent(number)
            documents.signature_ids.filtered(lambda s: s.role in ("host", "student")).write(
                {"state": "signed", "method": "typed", "signed_on": fields.Datetime.now()}
            )
            mine = documents.with_env(self.as_manager)
            for document in documents:
                self.fact(document)["title"] += " bis"
            self.env.flush_all()
            self.env.invalidate_all()
            counts[number] = [
                self.queries(mine.action_correct, "Title"),
                self.queries(mine.action_send_correction),
            ]
            self.assertEqual(set(documents.mapped("version_id.serial")), {2})
        for verb in (0, 1):
            self.assertLessEqual(counts[20][verb], counts[1][verb] + 3, counts)
            self.assertLessEqual(counts[200][verb], counts[1][verb] + 12, counts)

    def queries(self, verb, *args):
        before = self.env.cr.sql_log_count
        verb(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
