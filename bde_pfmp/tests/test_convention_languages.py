"""Conventions abroad: two languages, the sheet on local law, the signer's language; letterhead."""

import json
import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.bde_partnerships.rules import languages

from ..rules import convention_labels, convention_sheet
from .convention_common import ConventionCase
from .test_convention_pdf import flat, text_of

# Keys of a content of 19.0.2: what was signed then must still be printed, and a convention in
# France still says exactly this.
KEYS = {
    "stay", "school_year", "template", "school", "host", "tutor", "referent", "student",
    "guardians", "training", "period", "schedule", "competences", "tasks", "other_tasks",
    "financial", "safety", "remarks", "parties", "schema", "document", "number", "kind", "lang",
    "tz", "template_version", "check_url",
}  # fmt: skip
SCHOOL_KEYS = {
    "uai", "name", "academy", "address", "phone", "email", "logo", "head", "city", "insurance",
}  # fmt: skip


class AbroadCase(ConventionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Sheet = cls.env["bde.country.sheet"]
        cls.germany = cls.env.ref("base.de")

    def content(self, placement=None):
        convention = self.make(placement or self.placement)
        return convention, convention.sudo().version_id._content()

    def page(self, convention):
        html = convention.sudo()._document_html(convention.sudo().version_id._content())
        text = re.sub(r"<[^>]+>", " ", html.partition("<body>")[2])
        return " ".join(text.replace("\u00a0", " ").replace("&#39;", "'").split())

    def go_abroad(self, country=None):
        self.employer.country_id = country or self.germany


@tagged("post_install", "-at_install")
class TestSecondLanguage(AbroadCase):
    def test_in_france_nothing_is_added(self):
        _convention, content = self.content()
        self.assertLessEqual(content.keys(), KEYS | {"overrides"})
        self.assertEqual(content["school"].keys(), SCHOOL_KEYS)
        self.assertNotIn("country", content["host"])
        self.assertEqual(
            content["template"]["articles"][0].keys(), {"number", "title", "section", "body"}
        )

    def test_content_of_an_older_version_is_printed(self):
        convention, content = self.content()
        old = json.loads(json.dumps(content))
        old = {key: value for key, value in old.items() if key in KEYS}
        html = convention.sudo()._document_html(old)
        self.assertIn("Article 21 – Attestation", html)
        self.assertNotIn('class="second"', html)
        self.assertIn("Pour l’établissement d’enseignement", html)

    def test_host_abroad_gives_the_language(self):
        self.go_abroad()
        convention, content = self.content()
        self.assertFalse(convention.second_lang)
        self.assertEqual(content["second"]["lang"], "de_DE")
        self.assertEqual(content["host"]["country"], self.germany.with_context(lang="fr_FR").name)
        page = self.page(convention)
        for words in (
            "Adresse · Anschrift",
            "Entre les parties · Die Parteien",
            "Traduction pour information : seul le texte français fait foi.",
            "Übersetzung zur Information: Maßgeblich ist der französische Text.",
            "Artikel 21 – Bescheinigung",
            "Annexe pédagogique · Pädagogische Anlage",
            "Article 21 – Attestation",
        ):
            self.assertIn(words, page)

    def test_chosen_before_the_default(self):
        self.go_abroad()
        convention, _content = self.content()
        convention.with_env(self.as_manager).second_lang = "it_IT"
        self.assertTrue(convention.is_changed)
        _same, content = self.content()
        self.assertEqual(content["second"]["lang"], "it_IT")
        convention.with_env(self.as_manager).second_lang = "none"
        _same, content = self.content()
        self.assertNotIn("second", content)
        convention.with_env(self.as_manager).second_lang = False
        self.period_a.second_lang = "es_ES"
        _same, content = self.content()
        self.assertEqual(content["second"]["lang"], "es_ES")

    def test_closed_once_it_is_out(self):
        convention, _content = self.content()
        convention.with_env(self.as_manager).action_send()
        with self.assertRaises(UserError):
            convention.with_env(self.as_manager).second_lang = "en_GB"

    def test_every_text_of_the_pfmp_is_translated(self):
        template = self.env.ref("bde_pfmp.template_pfmp")
        numbers = re.compile(r"\d{3,4}-\d+|\d{4}")
        for lang in languages.CODES:
            second = template._second_content(lang)
            with self.subTest(lang=lang):
                self.assertTrue(second["title"] and second["preamble"])
                pairs = list(zip(template.article_ids, second["articles"], strict=True))
                self.assertEqual(len(pairs), 27)
                for article, other in pairs:
                    self.assertTrue(other["body"], article.title)
                    # articles of law, durations and paragraphs of the French are all there
                    self.assertEqual(
                        sorted(numbers.findall(other["body"])),
                        sorted(numbers.findall(str(article.body))),
                        article.title,
                    )
                    for tag in ("<p>", "<li>"):
                        self.assertEqual(other["body"].count(tag), str(article.body).count(tag))

    def test_labels_are_complete(self):
        used = set(convention_sheet.ROLES.values()) | {
            "Adresse", "Fonction", "Assureur", "Contrat", "Durée", "Jour", "Horaires",
        }  # fmt: skip
        for label in used:
            for lang in languages.CODES:
                self.assertTrue(convention_labels.word(label, lang), (label, lang))
        for label, words in convention_labels.LABELS.items():
            self.assertEqual(set(words), set(languages.CODES), label)
            self.assertTrue(all(words.values()), label)

    def test_own_article_has_no_translation_until_it_is_typed(self):
        self.go_abroad()
        template = self.env["bde.document.template"]._template_for(
            self.school_a, "pfmp", "fr_FR", self.school_a._bde_today()
        )
        own = template._next_version(self.school_a, deliberation_date="2026-10-01")
        article = own.article_ids.filtered(lambda a: a.number == 9)
        article.body = "<p>Nos mots.</p>"
        school_env = self.as_manager
        self.assertIn("Article 9", own.with_env(school_env).untranslated)
        convention, content = self.content()
        [other] = [a for a in content["second"]["articles"] if a["number"] == 9]
        self.assertIsNone(other["body"])
        self.assertIn(
            "Nicht übersetzter Text: siehe den französischen Text.", self.page(convention)
        )
        school_env["bde.document.translation"].create(
            {
                "lang": "de_DE",
                "article_id": article.id,
                "title": "Volljährige",
                "body": "<p>Unsere Worte.</p>",
            }
        )
        convention, content = self.content()
        [other] = [a for a in content["second"]["articles"] if a["number"] == 9]
        self.assertEqual(other["body"], "<p>Unsere Worte.</p>")
        # another school does not have our words
        national = template.with_company(self.school_b).with_env(self.as_user(self.manager_b))
        self.assertNotIn("Unsere Worte.", str(national._second_content("de_DE")))

    def test_pdf_in_two_languages(self):
        self.go_abroad(self.env.ref("base.it"))
        convention, _content = self.content()
        convention.sudo().version_id._ensure_pdf()
        text = flat(text_of(convention.sudo().version_id.pdf_attachment_id.raw))
        self.assertIn("Convenzione relativa alla formazione in ambiente professionale", text)
        self.assertIn("Articolo 21 – Attestato", text)

    def test_pages_in_the_language_of_the_signer(self):
        def lang_of(role):
            parties = self.placement.convention_id.sudo()._document_parties()
            return next(p.get("lang") for p in parties if p["role"] == role)

        (self.boss | self.tutor).lang = "en_US"
        self.content()
        # in France, English is what jobs put: the document's language
        self.assertFalse(lang_of("host"))
        self.go_abroad()
        # German is not installed here: English is nearest
        self.assertEqual(lang_of("host"), "en_US")
        self.env["res.lang"]._activate_lang("de_DE")
        self.assertEqual(lang_of("host"), "de_DE")
        self.assertFalse(lang_of("student"))

    def test_queries_do_not_grow(self):
        self.go_abroad()
        counts = []
        for placements in (self.placement, self.placements):
            conventions = self.make(placements)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            for record in self.env["bde.convention"].sudo().browse(conventions.ids):
                record._document_content()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)


@tagged("post_install", "-at_install")
class TestLocalLaw(AbroadCase):
    def sheet(self, company=None, **vals):
        return self.Sheet.create(
            {
                "company_id": (company or self.school_a).id,
                "country_id": self.germany.id,
                "body": "<p>Règles du pays.</p>",
                **vals,
            }
        )

    def test_asked_for_abroad(self):
        convention, _content = self.content()
        self.assertEqual(convention._missing_mentions(), [])
        self.go_abroad()
        convention, content = self.content()
        self.assertIsNone(content["local_law"])
        self.assertEqual(convention._missing_mentions(), [16])
        with self.assertRaisesRegex(UserError, "L124-20"):
            convention.with_env(self.as_manager).action_send()
        self.sheet()
        convention, content = self.content()
        self.assertEqual(convention._missing_mentions(), [])
        self.assertIn("Règles du pays.", self.page(convention))
        convention.with_env(self.as_manager).action_send()
        self.assertEqual(convention.state, "to_sign")

    def test_begins_with_what_europe_sets(self):
        sheet = self.Sheet.create({"company_id": self.school_a.id, "country_id": self.germany.id})
        self.assertIn("94/33/CE", sheet.body)
        self.assertFalse(sheet.is_complete)
        self.assertIsNone(self.school_a._bde_country_sheet(self.germany))
        sheet.body = "<p>Complet.</p>"
        self.assertEqual(self.school_a._bde_country_sheet(self.germany)["body"], "<p>Complet.</p>")
        japan = self.Sheet.create(
            {"company_id": self.school_a.id, "country_id": self.env.ref("base.jp").id}
        )
        self.assertNotIn("94/33/CE", japan.body)

    def test_the_schools_before_the_academies(self):
        self.sheet(self.academy, body="<p>De l'académie.</p>")
        self.assertIn("académie", self.school_a._bde_country_sheet(self.germany)["body"])
        self.sheet(body="<p>Du lycée.</p>")
        self.assertIn("lycée", self.school_a._bde_country_sheet(self.germany)["body"])
        self.assertIn("académie", self.school_b._bde_country_sheet(self.germany)["body"])

    def test_who_writes(self):
        own = self.sheet()
        own.with_env(self.as_manager).body = "<p>Autre.</p>"
        with self.assertRaises(AccessError):
            own.with_env(self.as_user(self.teacher_a)).body = "<p>X</p>"
        with self.assertRaises(AccessError):
            own.with_env(self.as_user(self.manager_b)).read(["body"])


@tagged("post_install", "-at_install")
class TestLook(AbroadCase):
    def look(self, user=None, **vals):
        env = self.as_user(user) if user else self.as_manager
        template = self.env["bde.document.template"]._template_for(
            self.school_a, "pfmp", "fr_FR", self.school_a._bde_today()
        )
        return env["bde.template.look"].create({"template_id": template.id, **vals})

    def test_the_fifteen_on_a_real_placement(self):
        look = self.look(placement_id=self.placement.id)
        self.assertEqual(look.missing_count, 0)
        self.assertEqual(look.mention_check.count("<tr"), 1 + 15)
        self.training_a.hours = 0
        self.go_abroad()
        look = self.look(placement_id=self.placement.id)
        self.assertEqual(look.missing_count, 2)
        self.assertIn("the placement does not say it", look.mention_check)
        self.assertIn("no complete sheet on this country", look.mention_check)
        self.assertFalse(self.placement.convention_id, "nothing is kept")

    def test_of_the_wording_alone(self):
        look = self.look()
        self.assertEqual(look.missing_count, 0)
        self.assertIn("filled in from the placement", look.mention_check)

    def test_pdf_of_the_choice(self):
        look = self.look(placement_id=self.placement.id, second_lang="en_GB")
        self.assertTrue(
            look.action_open_pdf()["url"].endswith(
                f"/preview?placement_id={self.placement.id}&lang=en_GB"
            )
        )
        content = look.template_id._preview_content(self.placement, "en_GB")
        self.assertEqual(content["second"]["lang"], "en_GB")

    def test_placement_of_another_school(self):
        with self.assertRaises(AccessError):
            look = self.look(user=self.manager_b, placement_id=self.placement.id)
            look.read(["mention_check"])


@tagged("post_install", "-at_install")
class TestLetterhead(AbroadCase):
    def test_in_the_content_by_value(self):
        manager = self.as_manager
        self.school_a.with_env(manager).write(
            {
                "bde_letter_header": "Bureau des entreprises\n\nMardi et jeudi",
                "bde_letter_footer": "Campus des métiers",
                "bde_letter_mark": self.logo((9, 9, 9)),
            }
        )
        convention, content = self.content()
        self.assertEqual(content["school"]["header"], ["Bureau des entreprises", "Mardi et jeudi"])
        self.assertEqual(content["school"]["footer"], ["Campus des métiers"])
        self.assertRegex(content["school"]["mark"], r"^[0-9a-f]{64}$")
        before = convention.sudo()._document_html(content)
        self.assertIn("Campus des métiers", before)
        self.assertIn('class="mark second"', before)
        self.school_a.write(
            {"bde_letter_footer": "Autre", "bde_letter_mark": self.logo((1, 99, 9))}
        )
        self.assertEqual(convention.sudo()._document_html(content), before)

    def test_who_changes_it(self):
        with self.assertRaises(AccessError):
            self.school_a.with_env(self.as_user(self.secretary_a)).bde_letter_footer = "X"
        with self.assertRaises(AccessError):
            self.school_a.with_env(self.as_user(self.manager_b)).bde_letter_footer = "X"
