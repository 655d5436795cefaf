"""Portraits: who has to agree, to what, until when; and how all of it goes at once."""

from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .giving_common import photo
from .portrait_common import PortraitCase


@tagged("post_install", "-at_install")
class TestPortrait(PortraitCase):
    def test_nothing_before_the_person_has_agreed(self):
        portrait = self.new_portrait()
        with self.assertRaises(UserError):
            portrait.action_publish()
        portrait.action_ask()
        self.assertEqual(portrait.state, "to_approve")
        self.assertEqual(
            [(one.by, one.state, bool(one.picture_id)) for one in portrait.consent_ids],
            [("self", "asked", False), ("self", "asked", True)],
        )
        with self.assertRaises(UserError):
            portrait.action_publish()
        self.agree(portrait)
        self.assertEqual(portrait.state, "approved")
        self.assertEqual(portrait.activity_ids.user_id, self.manager_a)
        self.assertFalse(self.shown())
        portrait.action_publish()
        self.assertEqual([(one.id, len(pictures)) for one, pictures in self.shown()],
                         [(portrait.id, 1)])  # fmt: skip
        self.assertFalse(self.shown("letters"), "not agreed to")
        self.assertFalse(self.shown(school=self.school_b))

    def test_picture_by_picture(self):
        portrait = self.new_portrait(pictures=2)
        portrait.action_ask()
        first, second = portrait.picture_ids
        self.agree(portrait, pictures=second)
        portrait.action_publish()
        [(_portrait, pictures)] = self.shown()
        self.assertEqual(pictures.ids, second.ids)
        self.assertFalse(first.shown_text)
        self.assertEqual(second.shown_text, "On the public page")

    def test_what_lacks_before_it_is_asked(self):
        portrait = self.new_portrait()
        portrait.picture_ids.is_alone = False
        with self.assertRaises(UserError):
            portrait.action_ask()
        portrait.picture_ids.is_alone = True
        portrait.ask_page = False
        with self.assertRaises(UserError):
            portrait.action_ask()
        portrait.write({"ask_page": True, "until": self.school_a._bde_today()})
        with self.assertRaises(UserError):
            portrait.action_ask()
        portrait.until = self.school_a._bde_today() + timedelta(days=10)
        self.gina._withdraw(["portrait"])
        with self.assertRaises(UserError):
            portrait.action_ask()

    def test_another_photo_is_looked_at_again(self):
        portrait = self.new_portrait()
        portrait.picture_ids.image = photo("blue")
        self.assertFalse(portrait.picture_ids.is_alone)

    def test_what_was_read_does_not_change(self):
        portrait = self.published()
        for record, vals in (
            (portrait, {"text": "Other words"}),
            (portrait, {"until": self.school_a._bde_today() + timedelta(days=9)}),
            (portrait.picture_ids, {"image": photo("blue")}),
        ):
            with self.assertRaises(UserError):
                record.write(vals)
        with self.assertRaises(AccessError):
            portrait.state = "draft"
        portrait.action_redraft()
        self.assertFalse(self.shown())
        portrait.text = "Other words"
        portrait.action_ask()
        self.assertEqual(portrait.asked_count, 2)
        self.assertEqual(portrait.consent_ids.mapped("state").count("replaced"), 2)
        self.agree(portrait)
        self.assertIn("She wired", portrait.consent_ids[0].text, "the proof stays")

    def test_a_no(self):
        portrait = self.new_portrait()
        portrait.action_ask()
        portrait.sudo()._answer({}, portrait.until)
        self.assertEqual(portrait.state, "draft")
        self.assertIn("Gina", portrait.activity_ids.summary)

    def test_withdrawn_is_off_at_once(self):
        portrait = self.published()
        portrait.sudo()._withdraw()
        self.assertFalse(self.shown())
        self.assertEqual((portrait.state, bool(portrait.ended_on)), ("ended", True))
        self.assertEqual(set(portrait.consent_ids.mapped("state")), {"withdrawn"})

    def test_no_for_good_death_and_the_purpose(self):
        for verb in (
            lambda: self.gina._withdraw(["portrait"]),
            lambda: self.gina._no_more(),
            lambda: self.gina._note_death(),
        ):
            with self.env.cr.savepoint(flush=False) as point:
                portrait = self.published()
                self.assertTrue(self.shown())
                verb()
                self.assertFalse(self.shown())
                self.assertEqual(portrait.state, "ended")
                self.env.flush_all()
                point.rollback()
                self.env.invalidate_all()

    def test_the_day_comes(self):
        portrait = self.published(until=self.school_a._bde_today() + timedelta(days=10))
        later = self.school_a._bde_today() + timedelta(days=11)
        with (
            patch.object(type(self.school_a), "_bde_today", lambda company: later),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_a, **_k: 0),
        ):
            self.assertFalse(self.shown(), "also before the job has run")
            self.env["bde.portrait"]._cron_end()
        self.assertEqual(portrait.state, "ended")
        self.assertIn("ask again", portrait.activity_ids.summary)

    def test_an_earlier_day_is_the_person_s(self):
        portrait = self.new_portrait()
        portrait.action_ask()
        day = self.school_a._bde_today() + timedelta(days=3)
        none = self.env["bde.portrait.picture"]
        portrait.sudo()._answer({none: {"page"}}, day)
        self.assertEqual(set(portrait.consent_ids.mapped("until")), {day})
        with self.assertRaises(UserError):
            portrait.sudo()._answer({none: {"page"}}, day - timedelta(days=9))

    def test_five_years_at_most(self):
        with self.assertRaises(UserError):
            self.new_portrait(until=self.school_a._bde_today() + relativedelta(years=6))

    def test_erased_with_the_person(self):
        portrait = self.published()
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "bde.portrait.picture"),
                ("res_field", "=", "image"),
                ("res_id", "in", portrait.picture_ids.ids),
            ]
        )
        self.assertTrue(files)
        self.gina._object()
        self.assertFalse(portrait.exists() or files.exists())

    def test_letter_to_the_person(self):
        portrait = self.new_portrait()
        portrait.action_ask()
        letters = (
            self.env["bde.alumni.letters"]
            .with_company(self.school_a)
            .with_context(allowed_company_ids=self.school_a.ids)
        )
        asks = [
            one
            for one in letters._asks(self.school_a, self.school_a._bde_today())
            if one.kind.startswith("portrait_")
        ]
        self.assertEqual(
            [(one.alumnus, one.kind, one.purpose) for one in asks],
            [(self.gina, f"portrait_{portrait.id}", "portrait")],
        )

    def test_sheet_for_the_class(self):
        portrait = self.published(uses=("class",))
        self.assertTrue(portrait._class_pdf().startswith(b"%PDF"))
        other = self.published(uses=("page",))
        with self.assertRaises(UserError):
            other.action_class_sheet()
