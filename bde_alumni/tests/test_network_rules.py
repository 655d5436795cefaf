"""What people type into the network: words of a search, offers."""

import doctest

from odoo.tests import BaseCase, tagged

from ..rules import directory, job_offer_form


@tagged("post_install", "-at_install")
class TestNetworkRules(BaseCase):
    def test_examples_of_the_docstrings(self):
        for module in (directory, job_offer_form):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_nothing_that_a_like_would_read(self):
        for typed in ("%%", "__", "\\\\", "aa%bb_cc", "'; --", "Ольга%Ю_", "\0\0", "王芳%"):
            for word in directory.parts(typed):
                with self.subTest(typed=typed):
                    self.assertTrue(word.isalnum())
        self.assertEqual(directory.parts("aa%bb_cc"), ["aa", "bb", "cc"])

    def test_names_in_other_letters(self):
        for typed, words in (
            ("ОЛЬГА Петрова", ["ольга", "петрова"]),
            ("محمد", ["محمد"]),
            ("Νίκος", ["νικος"]),
            ("Łukasz Sørensen Weiß", ["lukasz", "sorensen", "weiss"]),
            ("Nguyễn Đức", ["nguyen", "duc"]),
        ):
            with self.subTest(typed=typed):
                self.assertEqual(directory.parts(typed), words)

    def test_addresses_of_pages(self):
        for typed, kept in (
            ("garage.example", "https://garage.example"),
            ("http://garage.example/a?b=c", "http://garage.example/a?b=c"),
            ("//garage.example", ""),
            ("https://", ""),
            ("https://[x", ""),
            ("data:text/html,x", ""),
            ("vbscript://x.y", ""),
            ("https://garage.example/a b", ""),
        ):
            with self.subTest(typed=typed):
                self.assertEqual(job_offer_form.clean_url(typed), kept)

    def test_boxes_are_cut_and_cleaned(self):
        values, trainings, errors = job_offer_form.clean(
            {
                "kind": "job",
                "title": "  Commis\t de\ncuisine\x00 " + "x" * 300,
                "employer_text": "Chez Léa",
                "text": "Un\n\ndeux",
                "url": "garage.example",
                "training_3": "1",
                "training_9": "1",
            },
            ["job"],
            [3, 4],
        )
        self.assertEqual(errors, {})
        self.assertEqual(len(values["title"]), 120)
        self.assertTrue(values["title"].startswith("Commis de cuisine x"))
        self.assertEqual((values["text"], trainings), ("Un\n\ndeux", [3]))
