import base64
import re
from datetime import date
from io import BytesIO
from unittest.mock import patch

from freezegun import freeze_time
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.models.mail_mail import MailMail

from ..models import bde_tax_giver
from .tax_common import TaxCase
from .test_tax_gift import text_of
from .test_tax_use import photo

BETWEEN = "2025-07-05"  # period 1 is over, period 2 opens on 14 July


class ThanksCase(TaxCase):
    """Three givers of 2025 on a day between the periods.

    Duval gave 1 200 € to the MELEC course and has a contact; Garage Noir gave 350,50 € and has
    no address; Boulangerie has promised and given nothing.
    """

    @classmethod
    def setUpClass(cls):
        cls.startClassPatcher(freeze_time(BETWEEN))
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.startClassPatcher(patch.object(MailMail, "send", lambda self, *a, **kw: True))
        cls.course = cls.campaign.course_ids
        cls.anne = cls.employer._bde_add_contact(
            cls.school_a, {"name": "Anne Duval", "email": "anne@duval.example", "bde_tax": True}
        )
        cls.garage, cls.bakery = cls.env["res.partner"].create(
            [
                {"name": name, "is_company": True, "bde_employer": True, "city": "Pau"}
                for name in ("Garage Noir", "Boulangerie Blanche")
            ]
        )
        cls.duval = cls.giver(cls.employer, 1200, course=cls.course)
        cls.noir = cls.giver(cls.garage, 350.5)
        cls.blanche = cls.giver(cls.bakery, 0)
        cls.uses = cls.env["bde.tax.use"].create(
            [
                {"campaign_id": cls.campaign.id, "name": "Perceuse à colonne", "amount": 900},
                {
                    "campaign_id": cls.campaign.id,
                    "name": "Postes de câblage",
                    "text": "Chaque élève a le sien.",
                    "course_id": cls.course.id,
                    "picture_ids": [
                        Command.create({"image": photo(color="green"), "caption": "Atelier"}),
                        Command.create({"image": photo(color="blue"), "checked": True}),
                    ],
                },
            ]
        )
        cls.unchecked, cls.checked = cls.uses.picture_ids

    @classmethod
    def giver(cls, partner, amount, course=None):
        relation = cls.env["bde.relation"]._bde_ensure(partner, cls.school_a)
        target = cls.env["bde.tax.target"].create(
            {"campaign_id": cls.campaign.id, "relation_id": relation.id, "received_amount": amount}
        )
        if course:
            cls.receipt(target, amount, course)
        return target

    @classmethod
    def receipt(cls, target, amount, course=None):
        return cls.env["bde.tax.receipt"].create(
            {
                "campaign_id": cls.campaign.id,
                "relation_id": target.relation_id.id,
                "target_id": target.id,
                "amount": amount,
                "course_id": course.id if course else False,
            }
        )

    def dialog(self, user=None, **vals):
        env = self.as_user(user or self.secretary_a)
        Wizard = env["bde.tax.thank"].with_context(default_campaign_id=self.campaign.id)
        return Wizard.create(vals)

    def mails(self):
        return self.env["mail.mail"].search([], order="id")

    def statuses(self, dialog):
        return {line.target_id.partner_name: line.status for line in dialog.line_ids}


@tagged("post_install", "-at_install")
class TestTaxThanks(ThanksCase):
    """Thanking in one batch: whom, once, and what the letter says."""

    def test_who_is_thanked_and_how(self):
        dialog = self.dialog()
        self.assertEqual(
            self.statuses(dialog), {"Menuiserie Duval": "mail", "Garage Noir": "paper"}
        )
        self.assertEqual((dialog.mail_count, dialog.paper_count, dialog.now_count), (1, 1, 2))
        self.assertEqual(self.blanche.thanks_state, "nothing")
        # the first one of the list
        self.assertIn("350,50 €", dialog.preview.replace("\u00a0", " "))
        self.assertIn("Postes de câblage", dialog.preview)

    def test_a_mail_with_the_link_to_its_own_page(self):
        self.dialog().action_send()
        mail = self.mails()
        self.assertEqual(len(mail), 1)
        self.assertIn("anne@duval.example", mail.email_to)
        body = mail.body_html.replace("\u00a0", " ")
        self.assertIn("1 200 €", body)
        self.assertIn("Lycée Ampère", body)
        self.assertIn("2023", body, "no receipt frees from the tax since 2023")
        self.assertNotIn("350", body)
        self.assertNotIn("Garage", body)
        self.assertEqual(len(re.findall(r"/bde/y/[\w-]{20,}", body)), 1)
        self.assertNotIn("/bde/o/", body, "thanks ask for nothing")
        self.assertEqual(self.duval.thanked_on, date(2025, 7, 5))
        self.assertEqual(self.duval.thanked_amount, 1200)
        self.assertEqual(self.duval.thanks_state, "thanked")
        self.assertFalse(self.noir.thanked_on)

    def test_who_was_never_written_to_reads_the_notice(self):
        """GDPR, article 14: a giver nobody had asked, told once."""
        anne = self.duval.contact_id
        self.assertFalse(anne.bde_informed_on)
        self.dialog().action_send()
        notice = f"/bde/n/{self.school_a.uai}"
        self.assertIn(notice, self.mails().body_html)
        self.assertEqual(anne.bde_informed_on, date(2025, 7, 5))
        self.duval.received_amount = 1500
        self.dialog(again=True).action_send()
        self.assertEqual(len(self.mails()), 2)
        self.assertNotIn(notice, self.mails()[-1:].body_html)

    def test_once_for_a_giver_and_campaign(self):
        self.dialog().action_send()
        second = self.dialog()
        self.assertEqual(self.statuses(second)["Menuiserie Duval"], "thanked")
        with self.assertRaisesRegex(UserError, "Nobody is left"):
            second.action_send()
        second.again = True
        with self.assertRaisesRegex(UserError, "Nobody is left"):
            second.action_send()
        self.assertEqual(len(self.mails()), 1)

    def test_a_word_that_nobody_knows_stops_the_letter(self):
        dialog = self.dialog()
        dialog.body = "<p>{salutation} {prenom}</p>"
        with self.assertRaisesRegex(UserError, "{prenom}"):
            dialog.action_send()
        dialog.body = "<p><br></p>"
        with self.assertRaisesRegex(UserError, "Write the letter"):
            dialog.action_send()
        self.assertFalse(self.mails() or self.duval.thanked_on)

    def test_the_home_says_how_many_are_left(self):
        def card():
            cards = self.as_user(self.secretary_a)["bde.home"]._home_cards()
            return next(card for card in cards if "thank" in card["label"])

        self.assertEqual(card()["count"], 2)
        self.dialog().action_send()
        self.assertEqual(card()["count"], 1)

    def test_two_dialogs_open_at_once(self):
        first, second = self.dialog(), self.dialog()
        first.action_send()
        with self.assertRaisesRegex(UserError, "Nobody is left"):
            second.action_send()
        self.assertEqual(len(self.mails()), 1)

    def test_more_money_asks_before_a_second_letter(self):
        self.dialog().action_send()
        self.duval.received_amount = 1500
        dialog = self.dialog()
        self.assertEqual(self.statuses(dialog)["Menuiserie Duval"], "more")
        self.assertEqual(dialog.more_count, 1)
        with self.assertRaisesRegex(UserError, "Nobody is left"):
            dialog.action_send()
        dialog.again = True
        self.assertEqual(self.statuses(dialog)["Menuiserie Duval"], "mail")
        dialog.action_send()
        self.assertEqual(len(self.mails()), 2)
        self.assertIn("1 500 €", self.mails()[1].body_html.replace("\u00a0", " "))
        self.assertEqual(self.duval.thanked_amount, 1500)
        log = self.env["bde.tax.thanks"].search([("target_id", "=", self.duval.id)], order="id")
        self.assertEqual(log.mapped("amount"), [1200, 1500])

    def test_a_correction_downwards_is_no_reason_to_write(self):
        self.dialog().action_send()
        self.duval.received_amount = 1100
        self.assertEqual(self.duval.thanks_state, "thanked")

    def test_on_paper(self):
        action = self.dialog().action_print()
        ids = f"{self.noir.id},{self.duval.id}"
        self.assertEqual(action["url"], f"/bde/tax/thanks.pdf?ids={ids}", "by name")
        log = self.env["bde.tax.thanks"].search([])
        self.assertEqual(set(log.mapped("channel")), {"paper"})
        self.assertEqual(log.user_id, self.secretary_a)
        self.assertEqual((self.duval | self.noir).mapped("thanks_state"), ["thanked"] * 2)
        with self.assertRaisesRegex(UserError, "Nobody is left"):
            self.dialog().action_print()

    def test_looking_thanks_nobody(self):
        self.dialog().action_see_pages()
        self.assertFalse((self.duval | self.noir).filtered("thanked_on"))

    def test_who_wants_nothing_gets_nothing(self):
        self.env["bde.optout"]._record(self.school_a, partner=self.employer)
        dialog = self.dialog()
        self.assertEqual(self.statuses(dialog)["Menuiserie Duval"], "stopped")
        self.assertEqual(dialog.stopped_count, 1)
        with self.assertRaisesRegex(UserError, "Nobody is left"):
            dialog.action_send()

    def test_no_to_requests_for_the_tax_is_no_no_to_thanks(self):
        self.env["bde.optout"]._record(self.school_a, partner=self.employer, purposes=["tax"])
        self.assertEqual(self.statuses(self.dialog())["Menuiserie Duval"], "mail")

    def test_from_a_list_of_the_chosen_ones(self):
        env = self.as_user(self.secretary_a)
        chosen = self.duval | self.blanche
        Wizard = env["bde.tax.thank"].with_context(
            active_model="bde.tax.target", active_ids=chosen.ids
        )
        self.assertEqual(Wizard.create({}).line_ids.target_id, self.duval)

    def test_nothing_received_has_no_page(self):
        with self.assertRaisesRegex(UserError, "Nothing was received from Boulangerie Blanche"):
            self.blanche.with_env(self.as_user(self.secretary_a)).action_giver_pdf()

    def test_who_may_thank(self):
        for user in (self.teacher_a, self.manager_b, self.correspondent):
            with self.subTest(user=user.login):
                env = self.as_user(user)
                target = self.duval.with_env(env)
                for verb in (
                    lambda t=target: t._thank_by_mail("s", "<p>b</p>"),
                    lambda t=target: t._thank_on_paper(),
                    lambda t=target: t._giver_pdf(),
                ):
                    with self.assertRaises(AccessError):
                        verb()
        self.assertFalse(self.mails())

    def test_nobody_writes_thanks_by_hand(self):
        env = self.as_user(self.manager_a)
        with self.assertRaises(AccessError):
            env["bde.tax.thanks"].create({"target_id": self.duval.id, "channel": "mail"})

    def test_many_are_printed_by_mass_work(self):
        partners = self.env["res.partner"].create(
            [
                {"name": f"Atelier {i:02}", "is_company": True, "bde_employer": True}
                for i in range(20)
            ]
        )
        for partner in partners:
            self.giver(partner, 10)
        action = self.dialog().action_print()
        self.assertEqual(action["res_model"], "bde.batch")
        batch = self.env["bde.batch"].browse(action["res_id"])
        self.assertEqual(batch.total_count, 22)
        while batch.state != "done":
            self.env["bde.batch"]._run_next()
        self.assertEqual((batch.done_count, batch.failed_count), (22, 0))
        data = base64.b64decode(batch.file)
        self.assertEqual(len(PdfReader(BytesIO(data)).pages), 22)
        self.assertIn("Atelier 07", text_of(data))

    def test_as_many_queries_for_one_as_for_twenty(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Atelier {i}", "is_company": True, "bde_employer": True} for i in range(20)]
        )
        many = self.duval.browse()
        for partner in partners:
            many |= self.giver(partner, 10)
        user_env = self.as_user(self.secretary_a)

        def queries(targets):
            def work():
                chosen = targets.with_env(user_env)
                chosen._thanks_verdicts()
                chosen._giver_pages()

            for _warm in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                work()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            work()
            return self.cr.sql_log_count - before

        self.assertEqual(queries(many), queries(many[:1]))


@tagged("post_install", "-at_install")
class TestTaxGiverPage(ThanksCase, HttpCase):
    """The page of a giver, on paper and by link."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def token(self, target=None):
        target = target or self.duval
        return target._mint_giver_links()[target].rpartition("/")[2]

    def get(self, token, more=""):
        return self.url_open(f"/bde/y/{token}{more}", allow_redirects=False)

    # ------------------------------------------------------------
    # On paper
    # ------------------------------------------------------------

    def test_the_sheet_of_one_giver(self):
        self.employer.write({"street": "3 rue Haute", "zip": "33000", "city": "Bordeaux"})
        data = self.duval.with_env(self.as_user(self.secretary_a))._giver_pdf()
        text = text_of(data)
        for words in (
            "Lycée Ampère", "Menuiserie Duval", "Avec vos 1 200 €", "BAC PRO MELEC",
            "3 rue Haute", "33000 Bordeaux", "Bonjour Anne Duval",
            "Postes de câblage", "Chaque élève a le sien.", "Perceuse à colonne",
            "du 14 juillet 2025 au 24 octobre 2025", "LYCEE AMPÈRE", "0330994B", "RNCP38878",
            "ne délivre plus de reçu libératoire", "synthèse", "Head A",
        ):  # fmt: skip
            self.assertIn(words, text)
        for others in ("Garage", "350", "900"):
            self.assertNotIn(others, text)
        self.assertLess(text.index("Postes de câblage"), text.index("Perceuse"), "its course first")
        self.assertEqual(len(PdfReader(BytesIO(data)).pages), 1)

    def test_a_sheet_each(self):
        givers = (self.duval | self.noir).with_env(self.as_user(self.secretary_a))
        data = givers._giver_pdf()
        first, second = PdfReader(BytesIO(data)).pages
        self.assertNotIn("Garage", first.extract_text())
        self.assertIn("Garage Noir", second.extract_text())
        self.assertIn("350,50", second.extract_text())
        self.assertNotIn("Duval", second.extract_text())
        self.assertNotIn("page 2", second.extract_text(), "each is a letter of its own")

    def test_no_unchecked_picture_on_paper(self):
        def pictures():
            data = self.duval.with_env(self.as_user(self.secretary_a))._giver_pdf()
            return [image for page in PdfReader(BytesIO(data)).pages for image in page.images]

        self.assertEqual(len(pictures()), 1)
        self.checked.checked = False
        self.assertEqual(len(pictures()), 0)

    def test_nothing_bought_yet_and_no_dates(self):
        self.uses.unlink()
        self.tax_year.window_ids.write({"date_from": False, "date_to": False})
        text = text_of(self.noir.with_env(self.as_user(self.secretary_a))._giver_pdf())
        self.assertIn("Avec vos 350,50 €", text)
        self.assertIn("ne sont pas tous faits", text)
        self.assertNotIn("SOLTéA : du", text)

    def test_the_file_is_for_the_bureau(self):
        url = f"/bde/tax/thanks.pdf?ids={self.duval.id}"
        self.authenticate("secretary_a", "secretary_a")
        self.assertEqual(self.url_open(url).content[:5], b"%PDF-")
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            for login in ("manager_b", "teacher_a"):
                self.authenticate(login, login)
                self.assertIn(self.url_open(url).status_code, (403, 404), login)
            for bad in ("", "x", "999999999999999"):
                self.authenticate("secretary_a", "secretary_a")
                page = self.url_open(f"/bde/tax/thanks.pdf?ids={bad}")
                self.assertEqual(page.status_code, 404)

    def test_too_many_pages_are_refused_in_words(self):
        self.patch(bde_tax_giver, "PAGES_AT_ONCE", 1)
        both = (self.duval | self.noir).with_env(self.as_user(self.secretary_a))
        with self.assertRaisesRegex(UserError, "2 pages at once: at most 1"):
            both.action_giver_pdf()
        self.authenticate("secretary_a", "secretary_a")
        page = self.url_open(f"/bde/tax/thanks.pdf?ids={self.duval.id},{self.noir.id}")
        self.assertEqual(page.status_code, 422)
        self.assertIn("bde_lead", page.text)

    # ------------------------------------------------------------
    # By link
    # ------------------------------------------------------------

    def test_the_page_of_one_giver(self):
        token = self.token()
        page = self.get(token)
        self.assertEqual(page.status_code, 200)
        text = page.text.replace("\u00a0", " ")
        for words in (
            "1 200 €", "Menuiserie Duval", "Lycée Ampère", "Postes de câblage", "BAC PRO MELEC",
            "Perceuse à colonne", "LYCEE AMPÈRE", "0330994B", "19330994500015", "RNCP38878",
            "Head A", f"/bde/y/{token}/{self.checked.id}.jpg",
        ):  # fmt: skip
            self.assertIn(words, text)
        for others in ("Garage", "350", "900", "anne@duval"):
            self.assertNotIn(others, text)
        self.assertLess(text.index("Postes de câblage"), text.index("Perceuse"))
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_a_tampered_token_opens_nothing(self):
        token = self.token()
        [(_link, sign)] = self.env["bde.link"]._mint([{"company_id": self.school_a.id}])
        [(_link, optout)] = self.env["bde.link"]._mint_optouts(
            self.school_a, "tax", [(self.employer, "Anne", "anne@duval.example", "fr_FR")]
        )
        other = token[:-1] + ("a" if token[-1] != "a" else "b")
        for bad in (other, token[:-1], token + "a", sign, optout, "1", "%00"):
            self.assertEqual(self.get(bad).status_code, 404, bad)
            self.assertEqual(self.get(bad, f"/{self.checked.id}.jpg").status_code, 404)

    def test_closed_and_expired_links(self):
        token = self.token()
        link = self.env["bde.link"]._find(token, "tax_thanks")
        link.revoked = True
        page = self.get(token)
        self.assertEqual(page.status_code, 410)
        self.assertNotIn("1 200", page.text.replace("\u00a0", " "))
        link.write({"revoked": False, "expires_on": "2025-07-04"})
        self.assertEqual(self.get(token).status_code, 410)

    def test_it_is_found_again_a_year_later(self):
        token = self.token()
        with freeze_time("2026-07-05"):
            self.assertEqual(self.get(token).status_code, 200)

    def test_a_company_that_left_the_list(self):
        token = self.token(self.blanche)
        self.blanche.unlink()
        self.assertEqual(self.get(token).status_code, 410)

    def test_pictures_that_may_be_shown_and_no_other(self):
        token = self.token()
        served = self.get(token, f"/{self.checked.id}.jpg")
        self.assertEqual(served.status_code, 200)
        self.assertEqual(served.headers["Content-Type"], "image/jpeg")
        self.assertEqual(served.content, base64.b64decode(self.checked.image))
        foreign = self.env["bde.tax.use"].create(
            {
                "campaign_id": self.tax_campaign(self.school_b, self.training_b, self.manager_b).id,
                "name": "Elsewhere",
                "picture_ids": [Command.create({"image": photo(), "checked": True})],
            }
        )
        self.assertNotIn(f"{self.unchecked.id}.jpg", self.get(token).text)
        for picture in (self.unchecked, foreign.picture_ids):
            self.assertEqual(self.get(token, f"/{picture.id}.jpg").status_code, 404)
        self.assertEqual(self.get(token, "/999999999999.jpg").status_code, 404)

    def test_dates_of_the_next_choice(self):
        token = self.token()
        self.assertIn("24 oct", self.get(token).text)
        with freeze_time("2025-12-01"):
            self.assertNotIn("24 oct", self.get(token).text)

    def test_what_somebody_typed_is_shown_as_text(self):
        self.uses[0].name = "<script>alert(1)</script>"
        page = self.get(self.token())
        self.assertIn("&lt;script&gt;alert(1)", page.text)
        self.assertNotIn("<script>alert", page.text)
