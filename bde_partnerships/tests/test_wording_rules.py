"""Two wordings side by side, and the languages of documents: plain functions."""

import doctest

from odoo.tests import BaseCase, tagged

from ..rules import languages, wording


def article(key, body, number=None, title="T", section="general"):
    return {
        "key": key,
        "number": number,
        "title": title,
        "section": section,
        "body": f"<p>{body}</p>",
        "training_ids": [],
    }


def told(merged):
    """[(key, number, body, origin)] of a merge."""
    return [
        (a["key"], a["number"], "".join(wording.paragraphs(a["body"])), origin)
        for a, origin in merged.articles
    ]


@tagged("post_install", "-at_install")
class TestWordingRules(BaseCase):
    def test_examples(self):
        for module in (wording, languages):
            self.assertEqual(doctest.testmod(module).failed, 0)

    def test_digest_reads_words_not_tags(self):
        one = wording.digest("Objet", "<p>Un  texte&nbsp;: <b>fort</b></p>")
        self.assertEqual(one, wording.digest("Objet ", "<div>Un texte\n: fort</div>"))
        self.assertNotEqual(one, wording.digest("Objet", "<p>Un texte : faible</p>"))
        self.assertNotEqual(one, wording.digest("Autre", "<p>Un texte : fort</p>"))

    def test_difference_between_paragraphs(self):
        found = wording.difference("<p>Un.</p><p>Deux.</p>", "<p>Un.</p><p>Deux et trois.</p>")
        self.assertEqual(
            found,
            [("=", "Un.\n"), ("-", "Deux."), ("+", "Deux et trois.")],
        )

    def test_compare(self):
        old = [article("a", "un", 1), article("b", "deux", 2), article("c", "trois", 3)]
        new = [article("a", "un", 1), article("c", "trois bis", 3), article("d", "neuf", 4)]
        self.assertEqual(
            [(pair.key, pair.status) for pair in wording.compare(old, new)],
            [("a", "same"), ("b", "removed"), ("c", "changed"), ("d", "added")],
        )

    def test_what_the_school_left_alone_follows(self):
        base = [article("a", "un", 1), article("b", "deux", 2)]
        theirs = [article("a", "un neuf", 1), article("b", "deux", 2)]
        merged = wording.merge(base, base, theirs)
        self.assertEqual(
            told(merged), [("a", 1, "un neuf", "national"), ("b", 2, "deux", "national")]
        )

    def test_own_words_are_kept(self):
        base = [article("a", "un", 1), article("b", "deux", 2)]
        ours = [article("a", "un à nous", 1), article("b", "deux", 2)]
        merged = wording.merge(base, ours, base)
        self.assertEqual(told(merged)[0], ("a", 1, "un à nous", "own"))
        self.assertFalse(merged.to_review)

    def test_both_changed_is_to_decide(self):
        base = [article("a", "un", 1)]
        merged = wording.merge(base, [article("a", "à nous", 1)], [article("a", "à eux", 1)])
        self.assertEqual(told(merged), [("a", 1, "à nous", "both")])
        self.assertEqual(len(merged.to_review), 1)
        # both say the same now: nothing to decide
        same = wording.merge(base, [article("a", "pareil", 1)], [article("a", "pareil", 1)])
        self.assertEqual(told(same), [("a", 1, "pareil", "national")])

    def test_added_and_taken_out(self):
        base = [article("a", "un", 1), article("b", "deux", 2), article("c", "trois", 3)]
        # the school left b out and added one after a; the nation took c out and added d as 4
        ours = [article("a", "un", 1), article("own", "à nous", 4), article("c", "trois", 3)]
        theirs = [article("a", "un", 1), article("b", "deux", 2), article("d", "quatre", 4)]
        merged = wording.merge(base, ours, theirs)
        self.assertEqual(
            told(merged),
            [
                ("a", 1, "un", "national"),
                ("own", 5, "à nous", "own"),
                ("d", 4, "quatre", "national"),
            ],
        )
        self.assertEqual([a["key"] for a in merged.dropped], ["c"])

    def test_taken_out_but_own_is_to_decide(self):
        base = [article("a", "un", 1), article("b", "deux", 2)]
        ours = [article("a", "un", 1), article("b", "deux à nous", 2)]
        merged = wording.merge(base, ours, [article("a", "un", 1)])
        self.assertEqual(told(merged)[1], ("b", 2, "deux à nous", "both"))

    def test_language_of_a_country(self):
        cases = {"DE": "de_DE", "ES": "es_ES", "IT": "it_IT", "GB": "en_GB", "PL": "en_GB"}
        for country, lang in cases.items():
            self.assertEqual(languages.default_for(country), lang)
        for country in ("FR", "GP", "RE", "BE", "CH", None, False):
            self.assertIsNone(languages.default_for(country))
        self.assertTrue(languages.is_abroad("BE"))
        self.assertFalse(languages.is_abroad("NC"))

    def test_page_of_the_reader(self):
        self.assertEqual(languages.page_language("de_DE", ["fr_FR", "en_US"]), "en_US")
        self.assertEqual(languages.page_language("es_ES", ["en_US", "es_MX"]), "es_MX")
        self.assertEqual(languages.page_language("it_IT", ["fr_FR"]), "en_US")
