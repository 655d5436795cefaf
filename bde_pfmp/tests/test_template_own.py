"""A school's own wording beside the national one: what differs, and new national texts."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_document_template import TemplateCase


class OwnCase(TemplateCase):
    def article(self, template, number):
        return template.article_ids.filtered(lambda a: a.number == number)

    def own(self, user=None, **bodies):
        """The school's own version, made by its head, with other texts in some articles."""
        action = self.national.with_env(self.as_user(user or self.head_a)).action_new_version()
        own = self.Template.with_env(self.as_user(user or self.head_a)).browse(action["res_id"])
        for number, body in bodies.items():
            self.article(own, int(number[1:])).body = f"<p>{body}</p>"
        return own

    def newer(self, days=0, **bodies):
        """A new national text, typed and published by the administrator of the académie."""
        admin = self.as_user(self.bde_admin)
        action = self.national.with_env(admin).action_new_version()
        newer = self.Template.with_env(admin).browse(action["res_id"])
        newer.date_from = self.today + timedelta(days=days)
        for number, body in bodies.items():
            self.article(newer, int(number[1:])).body = f"<p>{body}</p>"
        newer.action_publish()
        return newer


@tagged("post_install", "-at_install")
class TestOwnWording(OwnCase):
    def test_what_is_ours_and_what_is_national(self):
        own = self.own(n9="Élève majeur : nos mots.")
        self.assertEqual(own.national_id, self.national)
        changed = self.article(own, 9)
        self.assertEqual(changed.standing, "changed")
        self.assertIn("<ins", changed.difference)
        self.assertEqual(self.article(own, 8).standing, "national")
        own.article_ids = [
            Command.create({"number": 22, "title": "Livret", "body": "<p>Le livret.</p>"})
        ]
        self.assertEqual(self.article(own, 22).standing, "added")
        self.article(own, 14).unlink()
        self.assertEqual((own.own_count, own.left_out_count), (2, 1))
        for words in ("Article 9 – Élève majeur", "Article 22 – Livret", "Article 14 –"):
            self.assertIn(words, own.national_difference)
        self.assertNotIn("Article 8 –", own.national_difference)
        self.assertFalse(self.national.national_difference)

    def test_same_words_in_other_tags_do_not_differ(self):
        own = self.own()
        article = self.article(own, 9)
        body = str(article.body)
        article.body = body.replace("<p>", "<p><b>").replace("</p>", "</b></p>")
        self.assertEqual(article.standing, "national")

    def test_put_back(self):
        own = self.own(n9="Autre")
        self.article(own, 14).unlink()
        self.article(own, 9).action_put_back()
        self.assertEqual(self.article(own, 9).body, self.article(self.national, 9).body)
        own.action_put_back_left_out()
        self.assertEqual(self.article(own, 14).body, self.article(self.national, 14).body)
        self.assertFalse(own.national_difference)
        own.article_ids = [
            Command.create({"title": "Annexe", "section": "annex", "body": "<p>A</p>"})
        ]
        added = own.article_ids.filtered(lambda a: a.section == "annex")
        with self.assertRaises(UserError):
            added.action_put_back()

    def test_manager_looks_head_changes(self):
        own = self.own(n9="Autre")
        manager = own.with_env(self.as_user(self.manager_a))
        self.assertIn("Autre", manager.national_difference)
        with self.assertRaises(AccessError):
            self.article(manager, 9).action_put_back()

    def test_deliberation_warns_of_a_missing_mention(self):
        own = self.own()
        self.article(own, 20).unlink()
        own.deliberation_date = self.today
        warning = own._onchange_deliberation_date()
        self.assertIn("What counts when the stay is interrupted", warning["warning"]["message"])
        self.assertTrue(own.is_ready, "it warns, the sending of each convention stops")


@tagged("post_install", "-at_install")
class TestNewNationalText(OwnCase):
    def test_written_then_published(self):
        admin = self.as_user(self.bde_admin)
        action = self.national.with_env(admin).action_new_version()
        newer = self.Template.with_env(admin).browse(action["res_id"])
        self.assertEqual((newer.status, newer.is_ready), ("writing", False))
        self.assertEqual(self.in_force(), self.national)
        self.article(newer, 20).unlink()
        with self.assertRaisesRegex(UserError, "What counts when the stay is interrupted"):
            newer.action_publish()
        self.article(self.national, 20).copy({"template_id": newer.id})
        newer.action_publish()
        self.assertEqual(self.in_force(), newer)
        with self.assertRaises(AccessError):
            newer.with_env(self.as_user(self.head_a)).action_publish()

    def test_comes_into_force_on_its_date(self):
        newer = self.newer(days=30, n6="Nouvelle allocation.")
        self.assertEqual(self.in_force(), self.national)
        self.assertEqual(self.in_force(date=self.today + timedelta(days=30)), newer)
        self.assertEqual(newer.with_env(self.as_user(self.head_a)).status, "coming")

    def test_a_school_with_its_own_is_told(self):
        own = self.own(n9="Nos mots.")
        own.deliberation_date = self.today
        self.assertFalse(own.newer_id)
        newer = self.newer(days=10, n6="Nouvelle allocation.", n9="Texte neuf.")
        own.invalidate_recordset()
        self.assertEqual(own.newer_id, newer)
        self.assertIn("Nouvelle allocation.", own.newer_difference)
        self.assertIn("Your school has its own words here", own.newer_difference)
        for user, count in ((self.head_a, 1), (self.manager_a, 1), (self.head_b, 0)):
            cards = self.as_user(user)["bde.home"].get_home()["sections"]["next"]
            told = [card for card in cards if card["label"] == "National wordings that changed"]
            self.assertEqual(sum(card["count"] for card in told), count, user.login)
            if told:
                found = self.as_user(user)["bde.document.template"].search(
                    told[0]["action"]["domain"]
                )
                self.assertEqual(found, own)

    def test_take_up(self):
        own = self.own(n9="Nos mots.", n8="Nos horaires.")
        own.deliberation_date = self.today
        newer = self.newer(days=10, n6="Nouvelle allocation.", n9="Texte neuf.")
        own.invalidate_recordset()
        with self.assertRaises(AccessError):
            own.with_env(self.as_user(self.manager_a)).action_take_up()
        merged = self.Template.browse(own.action_take_up()["res_id"])
        self.assertEqual(merged.national_id, newer)
        self.assertEqual((merged.company_id, merged.serial), (self.school_a, 2))
        self.assertEqual(merged.date_from, newer.date_from)
        self.assertIn("Nouvelle allocation.", self.article(merged, 6).body)
        self.assertIn("Nos horaires.", self.article(merged, 8).body)
        self.assertFalse(self.article(merged, 8).to_review)
        # both changed: ours is kept and waits for a decision
        self.assertIn("Nos mots.", self.article(merged, 9).body)
        self.assertTrue(self.article(merged, 9).to_review)
        self.assertEqual(merged.review_count, 1)
        self.assertEqual(merged.status, "board")
        self.assertEqual(self.in_force(), own, "until the board decided")
        # told once
        own.invalidate_recordset()
        self.assertFalse(own.newer_id)
        self.assertFalse(merged.newer_id)
        with self.assertRaises(UserError):
            own.action_take_up()
        head = merged.with_env(self.as_user(self.head_a))
        self.article(head, 9).action_put_back()
        self.assertFalse(head.review_count)
        self.assertIn("Texte neuf.", self.article(merged, 9).body)

    def test_library_of_a_later_release(self):
        library = self.env.ref("bde_pfmp.template_pfmp")
        later = library.copy({"date_from": self.today + timedelta(days=60)})
        later.article_ids.filtered(lambda a: a.number == 6).body = "<p>Texte d'une autre année.</p>"
        self.Template._hand_down(self.academy, library | later)
        handed = self.Template.search(
            [("company_id", "=", self.academy.id), ("kind", "=", "pfmp")], order="serial"
        )
        self.assertEqual(handed.mapped("serial"), [1, 2])
        self.assertEqual(handed[1].date_from, later.date_from)
        self.assertEqual(self.in_force(), self.national)
        # once is enough, and the old one does not come back
        self.Template._hand_down(self.academy, library | later)
        self.assertEqual(self.Template.search_count([("id", "in", handed.ids)]), 2)
        self.assertEqual(
            self.Template.search_count(
                [("company_id", "=", self.academy.id), ("kind", "=", "pfmp")]
            ),
            2,
        )

    def test_signed_ones_keep_theirs_and_drafts_are_told(self):
        signed = self.make(self.placement)
        signed.with_env(self.as_manager).action_send()
        self.sign_all(signed)
        draft = self.make(self.placement_adult)
        content = signed.version_id.content
        newer = self.newer(n6="Nouvelle allocation.")
        manager = self.as_manager
        self.assertFalse(signed.with_env(manager).has_old_wording)
        self.assertTrue(draft.with_env(manager).has_old_wording)
        cards = manager["bde.home"].get_home()["sections"]["next"]
        [card] = [c for c in cards if c["label"] == "Conventions with an older wording"]
        self.assertEqual(card["count"], 1)
        template = newer.with_env(manager)
        self.assertEqual(template.old_draft_count, 1)
        template.action_remake_drafts()
        self.assertEqual(draft.template_id, newer)
        self.assertIn("Nouvelle allocation.", draft.version_id.content)
        self.assertEqual((signed.version_id.content, signed.template_id), (content, self.national))
        draft.invalidate_recordset()
        self.assertFalse(draft.with_env(manager).has_old_wording)
        with self.assertRaises(UserError):
            template.action_remake_drafts()


@tagged("post_install", "-at_install")
class TestAnnexes(OwnCase):
    def test_annex_of_some_trainings(self):
        other = self.training_a.copy({"name": "Cuisine", "code": "CUI", "mef": False, "cfd": False})
        own = self.own()
        own.write(
            {
                "deliberation_date": self.today,
                "article_ids": [
                    Command.create(
                        {
                            "title": f"Annexe {name}",
                            "section": "annex",
                            "body": f"<p>Règles de {name}.</p>",
                            "training_ids": [Command.set(training.ids)],
                        }
                    )
                    for name, training in (("électricité", self.training_a), ("cuisine", other))
                ],
            }
        )
        convention = self.make(self.placement)
        content = convention.sudo().version_id._content()
        titles = [a["title"] for a in content["template"]["articles"]]
        self.assertIn("Annexe électricité", titles)
        self.assertNotIn("Annexe cuisine", titles)
        html = convention.sudo()._document_html(content)
        self.assertIn("Règles de électricité.", html)
        # frozen: the template of tomorrow changes nothing
        self.assertNotIn("training_ids", str(content))

    def test_article_of_a_training_stands_for_the_common_one(self):
        own = self.own()
        own.article_ids = [
            Command.create(
                {
                    "number": 14,
                    "title": "Sécurité électrique renforcée",
                    "body": "<p>Habilitation exigée.</p>",
                    "training_ids": [Command.set(self.training_a.ids)],
                }
            )
        ]
        special = [
            a for a in own._template_content(self.training_a)["articles"] if a["number"] == 14
        ]
        self.assertEqual([a["title"] for a in special], ["Sécurité électrique renforcée"])
        common = [a for a in own._template_content()["articles"] if a["number"] == 14]
        self.assertEqual([a["title"] for a in common], ["Sécurité électrique"])
        # the next version has it too
        again = own._next_version(self.school_a)
        self.assertEqual(again.article_ids.training_ids, self.training_a)

    def test_training_of_another_school(self):
        own = self.own()
        with self.assertRaises(UserError):
            self.article(own, 9).training_ids = self.training_b
