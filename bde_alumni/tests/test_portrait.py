"""Portraits: who has to agree, to what, until when; and how all of it goes at once."""

from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.bde_partnerships.models.bde_delivery import BdeDelivery

from .giving_common import GivingCase, photo
from .page_common import PageMixin


class PortraitCase(GivingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mother, cls.father = cls.env["bde.guardian"].create(
            [
                {
                    "company_id": cls.school_a.id,
                    "lastname": "Dupont",
                    "firstname": firstname,
                    "email": f"{firstname.lower()}@parents.example",
                }
                for firstname in ("Marie", "Jean")
            ]
        )
        cls.env["bde.guardianship"].create(
            [
                {"student_id": cls.aline.id, "guardian_id": guardian.id, "legal_rank": rank}
                for guardian, rank in ((cls.mother, "1"), (cls.father, "2"))
            ]
        )
        # Aline is 17: born on 15 August, 17 years before this school year begins
        cls.hugo.student_id = cls.aline
        cls.hugo.birth_date = cls.school_a._bde_today() - relativedelta(years=17)
        cls.hugo._note_informed("paper")
        cls.hugo._consent("portrait", by="guardians", channel="paper")

    def published(self, alumnus=None, uses=("page",), **vals):
        """A portrait of an adult that is shown."""
        flags = {f"ask_{use}": use in uses for use in ("page", "letters", "class")}
        portrait = self.new_portrait(alumnus, **flags | vals)
        portrait.action_ask()
        self.agree(portrait, uses)
        portrait.action_publish()
        return portrait

    def shown(self, use="page", school=None):
        return self.env["bde.portrait"]._shown(school or self.school_a, use)


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


@tagged("post_install", "-at_install")
class TestPortraitOfAMinor(PortraitCase):
    def asked(self, **vals):
        portrait = self.new_portrait(self.hugo, title="Hugo", **vals)
        portrait.action_ask()
        return portrait

    def test_both_holders_of_authority_and_the_minor(self):
        portrait = self.asked()
        self.assertTrue(portrait.is_minor)
        texts = portrait.consent_ids.filtered(lambda one: not one.picture_id)
        self.assertEqual(texts.guardian_id, self.mother | self.father)
        self.assertEqual(len(texts), 3)
        self.agree(portrait)
        self.agree(portrait, guardian=self.mother)
        self.assertEqual(portrait.state, "to_approve")
        self.assertIn("Jean Dupont", portrait.progress)
        with self.assertRaises(UserError):
            portrait.action_publish()
        self.agree(portrait, guardian=self.father)
        portrait.action_publish()
        self.assertEqual(len(self.shown()), 1)

    def test_a_picture_that_one_of_them_leaves_out(self):
        portrait = self.asked(pictures=2)
        first, second = portrait.picture_ids
        self.agree(portrait)
        self.agree(portrait, guardian=self.mother)
        self.agree(portrait, guardian=self.father, pictures=first)
        portrait.action_publish()
        [(_portrait, pictures)] = self.shown()
        self.assertEqual(pictures.ids, first.ids)
        self.assertFalse(second.shown_text)

    def test_one_of_them_takes_it_back(self):
        portrait = self.asked()
        for guardian in (None, self.mother, self.father):
            self.agree(portrait, guardian=guardian)
        portrait.action_publish()
        portrait.sudo()._withdraw(self.father.sudo())
        self.assertFalse(self.shown())
        self.assertEqual(portrait.state, "ended")

    def test_one_of_them_says_no(self):
        portrait = self.asked()
        portrait.sudo()._answer({}, portrait.until, self.mother.sudo())
        self.assertEqual(portrait.state, "draft")

    def test_it_ends_at_18(self):
        portrait = self.asked()
        for guardian in (None, self.mother, self.father):
            self.agree(portrait, guardian=guardian)
        portrait.action_publish()
        birthday = self.hugo.birth_date + relativedelta(years=18)
        self.assertEqual(set(portrait.consent_ids.mapped("until")), {birthday - timedelta(days=1)})
        with patch.object(type(self.school_a), "_bde_today", lambda company: birthday):
            self.hugo.invalidate_recordset(["is_adult"])
            self.assertFalse(self.shown())
        self.hugo.invalidate_recordset(["is_adult"])

    def test_no_letters_to_companies(self):
        portrait = self.new_portrait(self.hugo, ask_letters=True)
        with self.assertRaises(UserError):
            portrait.action_ask()

    def test_nobody_known_or_they_disagree(self):
        portrait = self.new_portrait(self.hugo)
        self.aline.guardian_dispute = True
        with self.assertRaises(UserError):
            portrait.action_ask()
        self.hugo.student_id = False
        with self.assertRaises(UserError):
            portrait.action_ask()

    def shown_minor(self):
        """A portrait of Hugo, 17, that everybody agreed to."""
        portrait = self.new_portrait(self.hugo)
        portrait.action_ask()
        for guardian in (None, self.mother, self.father):
            self.agree(portrait, guardian=guardian)
        portrait.action_publish()
        self.assertTrue(self.shown())
        return portrait

    def assert_taken_down(self, portrait):
        self.assertEqual(portrait.state, "ended")
        self.assertFalse(self.shown())
        self.assertIn("who has authority", portrait.activity_ids.summary)
        self.assertEqual(portrait.activity_ids.user_id, self.manager_a)

    def test_they_disagree_later(self):
        portrait = self.shown_minor()
        # what is asked on each view, whatever was missed
        self.cr.execute("UPDATE bde_student SET guardian_dispute = true WHERE id = %s",
                        [self.aline.id])  # fmt: skip
        self.env.invalidate_all()
        self.assertFalse(self.shown())
        self.cr.execute("UPDATE bde_student SET guardian_dispute = false")
        self.env.invalidate_all()
        self.assertTrue(self.shown())
        self.aline.guardian_dispute = True
        self.assert_taken_down(portrait)

    def test_a_guardian_who_is_erased(self):
        portrait = self.shown_minor()
        self.father.unlink()
        self.assertEqual(len(portrait.consent_ids.filtered(lambda one: one.by == "guardian")), 4)
        self.assert_taken_down(portrait)

    def test_a_guardian_who_comes_later(self):
        """A second holder of authority who never read it."""
        portrait = self.shown_minor()
        links = self.aline.guardianship_ids
        uncle = self.env["bde.guardian"].create(
            {"company_id": self.school_a.id, "lastname": "Martin", "firstname": "Leo"}
        )
        links.filtered(lambda one: one.guardian_id == self.father).legal_rank = "0"
        self.assertTrue(self.shown(), "those who are left agreed")
        self.env["bde.guardianship"].create(
            {"student_id": self.aline.id, "guardian_id": uncle.id, "legal_rank": "2"}
        )
        self.assert_taken_down(portrait)

    def test_who_lost_authority_reads_nothing_more(self):
        portrait = self.shown_minor()
        vals = portrait.sudo()._guardian_link_vals(self.father.sudo(), "email")
        [(link, _token)] = self.env["bde.link"]._mint([vals])
        self.assertEqual(link._portrait(), (portrait.sudo(), self.father))
        self.aline.guardianship_ids.filtered(
            lambda one: one.guardian_id == self.father
        ).judgment = "withdrawn"
        self.assertFalse(link._portrait()[0])

    def test_a_guardian_beside_the_pupil_no_more(self):
        portrait = self.shown_minor()
        self.aline.guardianship_ids.unlink()
        self.assert_taken_down(portrait)

    def test_letters_to_each(self):
        sent, queue = [], BdeDelivery._queue

        def catch(delivery, messages):
            sent.extend(messages)
            return queue(delivery, messages)

        self.father.email = False
        portrait = self.new_portrait(self.hugo, title="Hugo")
        # a Sunday: nobody is written to
        with patch.object(BdeDelivery, "_queue", catch), freeze_time("2026-11-22 11:00:00"):
            action = portrait.action_ask()
        self.assertFalse(sent)
        self.assertIn("DUPONT Jean", action["params"]["message"], "to be called all the same")
        letters = self.env["bde.alumni.letters"].with_company(self.school_a)
        with patch.object(BdeDelivery, "_queue", catch), freeze_time("2026-11-23 11:00:00"):
            letters._write_guardians(self.school_a)
            letters._write_guardians(self.school_a)
            self.assertEqual(len(sent), 1, "once")
            sent.clear()
            action = portrait.action_send_again()
        self.assertEqual(
            [one["email_to"] for one in sent], ['"DUPONT Marie" <marie@parents.example>']
        )
        self.assertIn("/bde/g/", sent[0]["body_html"])
        self.assertNotIn("Hugo", sent[0]["subject"])
        self.assertIn("DUPONT Jean", action["params"]["message"], "to be called")

    def test_an_expired_link_of_a_parent_is_renewed(self):
        portrait = self.new_portrait(self.hugo)
        portrait.action_ask()
        vals = portrait.sudo()._guardian_link_vals(self.father.sudo(), "email")
        [(link, _token)] = self.env["bde.link"]._mint([vals])
        link.expires_on = fields.Datetime.now() - timedelta(days=1)
        links = self.env["bde.link"].search_count([("purpose", "=", "portrait")])
        self.assertEqual(link._renew_portrait(), "sent")
        self.assertEqual(
            self.env["bde.link"].search_count([("purpose", "=", "portrait")]), links + 1
        )
        self.assertEqual(link._renew_portrait(), "capped")
        self.aline.guardian_dispute = True
        [(other, _token)] = self.env["bde.link"]._mint([vals])
        self.assertEqual(other._renew_portrait(), "nothing")


@tagged("post_install", "-at_install")
class TestPortraitPages(PageMixin, PortraitCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def test_a_parent_asks_for_a_fresh_link(self):
        portrait = self.new_portrait(self.hugo)
        portrait.action_ask()
        vals = portrait.sudo()._guardian_link_vals(self.father.sudo(), "email")
        [(link, token)] = self.env["bde.link"]._mint([vals])
        link.expires_on = fields.Datetime.now() - timedelta(days=1)
        page = self.url_open(f"/bde/g/{token}")
        self.assertEqual(page.status_code, 410)
        self.assertIn(f"/bde/g/{token}/renew", page.text)
        answer = self.url_open(f"/bde/g/{token}/renew", data={"_": "1"})
        self.assertIn("fresh link", answer.text)
        self.assertEqual(self.url_open("/bde/g/none/renew", data={"_": "1"}).status_code, 404)

    def public(self):
        return self.url_open(f"/bde/c/{self.school_a.uai}")

    def test_on_the_page_of_the_alumnus(self):
        portrait = self.new_portrait()
        self.assertNotIn("She wired the town hall", self.get_page(self.gina).text)
        portrait.action_ask()
        page = self.get_page(self.gina)
        self.assertIn("She wired the town hall", page.text)
        picture = portrait.picture_ids
        path = self.page_path(self.gina)
        self.assertEqual(
            self.url_open(f"{path}/portrait/file?picture={picture.id}").headers["Content-Type"],
            "image/jpeg",
        )
        self.assertEqual(self.url_open(f"{path}/portrait/file?picture=x").status_code, 404)
        refused = self.post_page(
            self.gina,
            "portrait",
            {
                "portrait": portrait.id,
                "do": "agree",
                "asked": "1",
                "use_text_page": "1",
                "until": "1/1/2001",
            },
        )
        self.assertEqual(refused.status_code, 422)
        self.assertIn('value="1/1/2001"', refused.text)
        nothing = {"portrait": portrait.id, "do": "agree", "asked": "1"}
        none = self.post_page(self.gina, "portrait", nothing)
        self.assertIn("Tick at least one place.", none.text)
        taken = self.post_page(
            self.gina,
            "portrait",
            {
                "portrait": portrait.id,
                "do": "agree",
                "asked": "1",
                "use_text_page": "1",
                "use_text_letters": "1",
                f"use_{picture.id}_page": "1",
            },
        )
        self.assertEqual(taken.status_code, 200)
        self.assertEqual(portrait.state, "approved")
        self.assertFalse(any(portrait.consent_ids.mapped("in_letters")), "was not asked for")
        portrait.action_publish()
        self.assertIn("She wired the town hall", self.public().text)
        self.post_page(self.gina, "portrait", {"portrait": portrait.id, "do": "withdraw"})
        self.assertNotIn("She wired the town hall", self.public().text)

    def test_agrees_to_the_words_that_he_read(self):
        """The bureau took it back, wrote other words and asked again while the page was open."""
        portrait = self.new_portrait()
        portrait.action_ask()
        stale = {"portrait": portrait.id, "do": "agree", "asked": "1", "use_text_page": "1"}
        self.assertIn('name="asked" value="1"', self.get_page(self.gina).text)
        portrait.action_redraft()
        portrait.text = "Words that she never read."
        portrait.action_ask()
        answer = self.post_page(self.gina, "portrait", stale)
        self.assertEqual((answer.status_code, portrait.state), (422, "to_approve"))
        self.post_page(self.gina, "portrait", stale | {"asked": "2"})
        self.assertEqual(portrait.state, "approved")

    def test_another_one_s_portrait(self):
        portrait = self.new_portrait()
        portrait.action_ask()
        theirs = self.new_alumnus("Lea", cohort=2023)
        theirs._note_informed("paper")
        theirs._consent("portrait", channel="paper")
        own = self.new_portrait(theirs, title="Lea")
        own.action_ask()
        data = {"portrait": portrait.id, "do": "agree", "asked": "1"}
        page = self.post_page(theirs, "portrait", data)
        self.assertEqual(page.status_code, 422)
        path = self.page_path(theirs)
        number = portrait.picture_ids.id
        self.assertEqual(self.url_open(f"{path}/portrait/file?picture={number}").status_code, 404)

    def test_pictures_go_with_the_consent(self):
        portrait = self.published(uses=("page", "letters"))
        picture = portrait.picture_ids.sudo()
        page = picture._url("page").partition("/bde")[2]
        letter = picture._url("letters").partition("/bde")[2]
        for path in (page, letter):
            answer = self.url_open(f"/bde{path}")
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertIn(f"/bde{page}", self.public().text)
        guess = letter.replace(picture._letter_code(), "0" * 32)
        other = page.replace(self.school_a.uai, self.school_b.uai)
        for path in (guess, other, page.replace(str(picture.id), "999999999")):
            self.assertEqual(self.url_open(f"/bde{path}").status_code, 404)
        # the letters stay, the page goes
        none = picture.browse()
        portrait.sudo()._answer({none: {"letters"}, picture: {"letters"}}, portrait.until)
        self.assertEqual(self.url_open(f"/bde{page}").status_code, 404)
        self.assertEqual(self.url_open(f"/bde{letter}").status_code, 200)
        self.gina._no_more()
        self.assertEqual(self.url_open(f"/bde{letter}").status_code, 404)

    def test_page_of_a_parent(self):
        portrait = self.new_portrait(self.hugo, title="Hugo")
        portrait.action_ask()
        rows = portrait.consent_ids
        mine = rows.filtered(lambda one: one.guardian_id == self.mother and not one.picture_id)
        url = mine.action_open_page()["url"]
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("She wired the town hall", page.text)
        self.assertIn("Jean Dupont (has not answered yet)", page.text)
        number = portrait.picture_ids.id
        self.assertEqual(self.url_open(f"{url}/file?picture={number}").status_code, 200)
        data = {"portrait": portrait.id, "do": "agree", "asked": "1", "use_text_page": "1"}
        self.assertEqual(self.url_open(url, data=data).status_code, 200)
        self.assertEqual(mine.state, "given")
        self.assertEqual(
            rows.filtered(lambda one: one.guardian_id == self.father).mapped("state"),
            ["asked", "asked"],
        )
        # no longer his address: the link is dead
        self.mother.email = "other@parents.example"
        self.assertEqual(self.url_open(url).status_code, 410)
        self.mother.email = "marie@parents.example"
        self.hugo.birth_date = self.hugo.birth_date - relativedelta(years=1)
        self.assertEqual(self.url_open(url).status_code, 410, "of age: he decides alone")

    def test_strangers(self):
        self.assertEqual(self.url_open("/bde/g/nothing").status_code, 404)


@tagged("post_install", "-at_install")
class TestPortraitLetters(PortraitCase):
    """An adult's portrait in the letters of the taxe d'apprentissage."""

    def setUp(self):
        super().setUp()
        self.campaign = self.env["bde.tax.campaign"].create(
            {
                "company_id": self.school_a.id,
                "tax_year_id": self.env["bde.tax.year"]._of(self.school_a, 2025).id,
                "user_id": self.manager_a.id,
            }
        )

    def test_as_long_as_it_is_agreed_to(self):
        self.assertIsNone(self.campaign._letter_story()["portrait"])
        page = self.published(uses=("page",))
        with self.assertRaises(UserError):
            self.campaign.portrait_id = page
        portrait = self.published(uses=("letters",))
        self.campaign.portrait_id = portrait
        story = self.campaign._letter_story()["portrait"]
        self.assertEqual(story["title"], "Gina, electrician")
        self.assertIn("/portrait/", story["picture_url"])
        self.assertTrue(story["data"]().startswith("data:image/"))
        portrait.sudo()._withdraw()
        self.assertFalse(self.campaign.portrait_id)
        self.assertIsNone(self.campaign._letter_story()["portrait"])

    def test_in_the_mail(self):
        self.campaign.portrait_id = self.published(uses=("letters",))
        window = self.campaign.tax_year_id.window_ids[:1]
        values = (window, "Marie", "fr_FR", True, "first")
        self.assertIn("She wired the town hall", self.campaign._letter_page(*values))
        self.gina._no_more()
        self.assertNotIn("She wired the town hall", self.campaign._letter_page(*values))

    def test_a_letter_that_waits_leaves_without_it(self):
        portrait = self.published(uses=("letters",))
        self.campaign.portrait_id = portrait
        taken = []
        Letter = self.env.registry["bde.tax.letter"]
        with patch.object(Letter, "_take_back", lambda letters: taken.append(len(letters))):
            portrait.sudo()._withdraw()
        self.assertTrue(taken)

    def test_another_school_s_is_refused(self):
        self.ines._note_informed("paper")
        self.ines._consent("portrait", channel="paper")
        portrait = self.as_user(self.manager_b)["bde.portrait"].create(
            {
                "alumnus_id": self.ines.id,
                "title": "Ines",
                "text": "Words",
                "ask_letters": True,
                "until": fields.Date.add(self.school_b._bde_today(), days=30),
            }
        )
        portrait.action_ask()
        self.agree(portrait, ("letters",))
        portrait.action_publish()
        with self.assertRaises(UserError):
            self.campaign.portrait_id = portrait
