"""The page about the tax, as companies and accountants open it: what it takes, and from whom."""

import base64
import io
import re

from freezegun import freeze_time
from PIL import Image

from odoo import fields
from odoo.tests import HttpCase, tagged

from ..models.bde_link_posts import POSTS_PER_HOUR
from .tax_answer_common import PARIS_NOON, TaxAnswerCase


class TaxPageCase(TaxAnswerCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time(PARIS_NOON))
        self.authenticate(None, None)
        self.link, self.token = self.mint(self.target, self.anne)

    def get(self, token=None, query=""):
        return self.url_open(f"/bde/x/{token or self.token}{query}", allow_redirects=False)

    def post(self, token=None, path="", **data):
        url = f"/bde/x/{token or self.token}{path}"
        response = self.url_open(url, data=data or {"none": "1"}, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def answers(self):
        return self.env["bde.tax.answer"].search([], order="id desc")


@tagged("post_install", "-at_install")
class TestTaxPage(TaxPageCase):
    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    def test_four_answers_on_one_screen(self):
        page = self.get()
        self.assertEqual(page.status_code, 200)
        for text in ("Lycée Ampère", "Menuiserie Duval", "BAC PRO MELEC", "Anne Duval"):
            self.assertIn(text, page.text)
        self.assertEqual(
            re.findall(r'type="radio"[^>]* value="(\w+)"', page.text),
            ["chosen", "will", "no", "wrong"],
        )
        self.assertNotIn("checked", page.text, "no answer is put into anybody's mouth")
        self.assertIn("June 27, 2025" if "June" in page.text else "27 juin 2025", page.text)
        self.assertNotIn("anne@duval.example", page.text, "no address in clear")
        self.assertNotIn("Braille", page.text)
        self.assertLess(len(page.content), 20_000)
        self.assertIn("0,09\xa0%", page.text, "the rate of the year")
        self.assertIn("2024", page.text, "the payroll of the year before")
        self.assertIn('data-copy="0330994B"', page.text, "found again without an answer")

    def test_what_the_button_says_is_translated(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        view = self.env.ref("bde_partnerships.tax_identity").with_context(lang="fr_FR")
        view.arch_db = view.arch_db.replace("Copied", "Copié")
        self.link.lang = "fr_FR"
        self.assertIn('id="copied" data-text="Copié"', self.get().text)

    def test_nothing_is_kept_on_the_way(self):
        for page in (self.get(), self.post(kind=""), self.get("x" * 43), self.post(path="/renew")):
            self.assertEqual(page.headers["Cache-Control"], "no-store")
            self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
            self.assertIn("noindex", page.headers["X-Robots-Tag"])
            self.assertEqual(page.headers["X-Frame-Options"], "SAMEORIGIN")

    def test_opening_it_does_nothing(self):
        """Scanners open every address of a mail, some with what they find in forms."""
        queries = (
            "", "?kind=will&amount=800", "?done=1", "?edit=1", "?answer=no", "/stop", "/renew",
            "?answer=drop",
        )  # fmt: skip
        before = self.link.read()
        for query in queries:
            self.assertIn(self.get(query=query).status_code, (200, 405), query)
        head = self.url_open(f"/bde/x/{self.token}", method="HEAD")
        self.assertEqual(head.status_code, 200)
        self.env.invalidate_all()
        self.assertFalse(self.answers())
        self.assertFalse(self.target.answered_on)
        self.assertEqual(self.link.read(), before)

    def test_letters_may_lead_to_one_answer(self):
        page = self.get(query="?answer=will").text
        self.assertRegex(page, r'value="will"\s+checked')
        self.assertEqual(page.count(" checked"), 1)

    def test_forged_tokens_open_nothing(self):
        [(_link, sign)] = self.env["bde.link"]._mint([{"company_id": self.school_a.id}])
        for token in ("x" * 43, self.token[:-1], self.token + "a", sign, "%00", "1"):
            self.assertEqual(self.get(token).status_code, 404, token)
            for path in ("", "/stop", "/renew"):
                self.assertEqual(self.post(token, path, kind="no").status_code, 404, token)
            self.assertEqual(self.get(token, "/picture").status_code, 404, token)
        self.assertFalse(self.answers())

    # ------------------------------------------------------------
    # Answering
    # ------------------------------------------------------------

    def test_we_will(self):
        done = self.post(
            kind="will", amount="1 200,50 €", unit="euro", course=self.course.id,
            remark="Pour les tableaux", name="Anne D.",
        )  # fmt: skip
        self.assertEqual((done.status_code, done.headers["Location"][-6:]), (303, "done=1"))
        answer = self.answers()
        self.assertEqual((answer.kind, answer.amount, answer.percent), ("will", 1200.5, 0))
        self.assertEqual((answer.course_id, answer.name), (self.course, "Anne D."))
        self.assertEqual((answer.remark, answer.target_id), ("Pour les tableaux", self.target))
        self.assertEqual(answer.company_id, self.school_a)
        page = self.get(query="?done=1").text
        for text in (
            "LYCEE AMPÈRE", "0330994B", "19330994500015", "RNCP38878", "73282932000074",
            "net-entreprises.fr",
        ):  # fmt: skip
            self.assertIn(text, page)
        self.assertRegex(page, r"1\s200,50\s€")
        self.assertRegex(page, r"<ol>")
        self.assertEqual(page.count('data-copy="0330994B"'), 1)

    def test_a_share(self):
        for typed, unit, share in (("50 %", "euro", 50), ("33.33", "percent", 33.33)):
            self.assertEqual(self.post(kind="chosen", amount=typed, unit=unit).status_code, 303)
            answer = self.answers()[0]
            self.assertEqual((answer.amount, answer.percent), (0, share))
        self.assertIn("33,33", self.get().text)

    def test_not_this_year_in_two_taps(self):
        self.assertEqual(self.post(kind="no").status_code, 303)
        self.assertEqual(self.target.answer, "no")
        self.assertNotIn("<ol>", self.get(query="?done=1").text)

    def test_wrong_person_names_the_right_one(self):
        self.post(kind="wrong", other_name="Léa Petit", other_email="LEA@duval.example")
        answer = self.answers()
        self.assertEqual(
            (answer.other_name, answer.other_email), ("Léa Petit", "lea@duval.example")
        )
        self.assertIn("Léa Petit", self.get().text)
        self.assertEqual(len(self.relation.contact_ids), 1)

    def test_who_has_nothing_to_do_with_it_is_left_alone(self):
        self.assertEqual(self.post(kind="wrong", stranger="1").status_code, 200)
        page = self.get()
        self.assertEqual(page.status_code, 410)
        self.assertNotIn("Duval", page.text)
        self.assertNotIn("/renew", page.text, "whoever holds it gets no other")
        self.assertEqual(self.post(kind="no").status_code, 410)
        self.assertEqual(len(self.answers()), 1)

    def test_an_answer_may_be_changed(self):
        self.post(kind="will", amount="800")
        self.assertIn("?edit=1", self.get().text)
        form = self.get(query="?edit=1").text
        self.assertRegex(form, r'value="will"\s+checked')
        self.assertIn('value="800"', form)
        self.post(kind="chosen", amount="900", unit="euro")
        self.assertEqual(self.answers().mapped("kind"), ["chosen", "will"])
        self.assertEqual(self.pledges(self.target).amount, 900)

    def test_double_submit_and_replays(self):
        for _again in range(3):
            self.assertEqual(self.post(kind="will", amount="800").status_code, 303)
        self.assertEqual(len(self.answers()), 1)
        self.assertEqual(len(self.pledges(self.target)), 1)

    def test_exempt_employer_is_thanked(self):
        """Public bodies owe nothing; who answers all the same reads so, and is thanked."""
        self.employer.bde_legal_category = "7210"
        self.target._judge()
        self.assertEqual(self.target.left_out_reason, "exempt")
        self.assertEqual(self.post(kind="will").status_code, 303)
        exempt = self.get(query="?done=1").text
        self.employer.bde_legal_category = "5710"
        self.assertEqual(exempt.count("<p>"), self.get(query="?done=1").text.count("<p>") + 1)

    # ------------------------------------------------------------
    # What is refused
    # ------------------------------------------------------------

    def test_what_is_wrong_is_said_and_nothing_is_lost(self):
        faults = {
            "amount": ("-800", "0", "1,200", "101 %", "beaucoup", "9" * 25, "12,345"),
            "course": ("x", str(self.campaign_b.course_ids.id), "-1", "0", "999999"),
        }
        for box, typed in faults.items():
            for value in typed:
                with self.subTest(f"{box} {value}"):
                    page = self.post(kind="will", remark="Bonjour à vous", **{box: value})
                    self.assertEqual(page.status_code, 422)
                    self.assertIn(f'id="{box}_error"', page.text)
                    self.assertIn("Bonjour à vous", page.text)
                    self.assertRegex(page.text, r'value="will"\s+checked')
                    if box == "amount":
                        self.assertIn(f'value="{value}"', page.text)
                    self.link.post_count = 0
        self.assertFalse(self.answers())

    def test_no_answer_chosen(self):
        page = self.post(remark="Et alors ?", amount="80")
        self.assertEqual(page.status_code, 422)
        self.assertIn('id="kind_error"', page.text)
        self.assertIn("Et alors ?", page.text)
        self.assertEqual(self.post(kind="received").status_code, 422)

    def test_right_person_badly_typed(self):
        page = self.post(kind="wrong", other_name="Léa", other_email="lea@", other_phone="12")
        self.assertEqual(page.status_code, 422)
        for box in ("other_email", "other_phone"):
            self.assertIn(f'id="{box}_error"', page.text)
        self.assertIn('value="lea@"', page.text)

    def test_hostile_text_stays_text(self):
        evil = '"><script>alert(1)</script><img src=x onerror="x">'
        self.post(kind="wrong", other_name=evil, remark=evil, name=evil)
        for page in (self.get().text, self.get(query="?edit=1").text):
            self.assertNotIn("<script>alert", page)
            self.assertNotIn("<img src=x", page)
        page = self.post(kind="will", amount=evil, course=evil, remark=evil).text
        self.assertNotIn("<script>alert", page)

    def test_ids_of_others_do_nothing(self):
        """What is typed never says which company is meant, on the page of a company."""
        self.post(
            **{"kind": "will", f"c{self.target_b.id}_kind": "no", "target": self.target_b.id,
               "target_id": self.petit.id, "company_id": self.school_b.id}
        )  # fmt: skip
        self.assertEqual(self.answers().target_id, self.target)
        self.assertFalse((self.target_b | self.petit).mapped("answer")[0])

    def test_a_link_that_points_into_another_school(self):
        """Never minted; should it be there, it opens nothing."""
        self.link.sudo().res_id = self.target_b.id
        self.assertEqual(self.get().status_code, 410)
        self.assertEqual(self.post(kind="will").status_code, 410)
        self.link.sudo().write({"res_model": "res.users", "res_id": 2})
        self.assertEqual(self.get().status_code, 410)
        self.assertFalse(self.answers())

    def test_closed_campaign(self):
        self.post(kind="will", amount="800")
        self.campaign.state = "closed"
        page = self.get(query="?edit=1")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("<form", page.text)
        self.assertIn("800", page.text)
        self.assertEqual(self.post(kind="no").status_code, 409)
        self.assertEqual(self.answers().mapped("kind"), ["will"])
        self.assertEqual(len(self.pledges(self.target)), 1)

    def test_a_script_is_stopped(self):
        self.link.write({"post_count": POSTS_PER_HOUR, "post_window": fields.Datetime.now()})
        self.assertEqual(self.post(kind="will").status_code, 429)
        self.assertEqual(self.post(path="/stop").status_code, 429)
        self.assertFalse(self.answers())

    # ------------------------------------------------------------
    # Windows
    # ------------------------------------------------------------

    def test_what_still_works_on_each_day(self):
        days = {
            "2025-05-01": ("26 mai 2025", True),
            "2025-06-10": ("27 juin 2025", True),
            "2025-07-01": ("14 juillet 2025", True),
            "2025-09-01": ("24 octobre 2025", True),
            "2025-11-10": ("24 octobre 2025", False),
        }
        for day, (date, may_promise) in days.items():
            with self.subTest(day), freeze_time(f"{day} 10:00:00"):
                _link, token = self.mint(self.target, self.anne)
                page = self.get(token).text
                self.assertIn(date, page)
                self.assertEqual('value="will"' in page, may_promise)
                self.assertIn('value="chosen"', page)
        with freeze_time("2025-11-10 10:00:00"):
            _link, token = self.mint(self.target, self.anne)
            page = self.post(token, kind="will", remark="En retard")
            self.assertEqual(page.status_code, 422)
            self.assertIn("En retard", page.text)
            self.assertEqual(self.post(token, kind="chosen").status_code, 303)

    def test_dates_that_nobody_published(self):
        self.tax_year.window_ids.write({"date_from": False, "date_to": False})
        page = self.get()
        self.assertEqual(page.status_code, 200)
        self.assertIn('value="will"', page.text)
        self.assertEqual(self.post(kind="will").status_code, 303)
        self.assertEqual(self.get(query="?done=1").status_code, 200)

    # ------------------------------------------------------------
    # Links that are over, saying no
    # ------------------------------------------------------------

    def test_expired_link_gets_a_fresh_one(self):
        self.link.expires_on = "2025-06-01"
        page = self.get()
        self.assertEqual(page.status_code, 410)
        self.assertIn("/renew", page.text)
        self.assertNotIn("Duval", page.text)
        self.assertEqual(self.post(kind="will").status_code, 410)
        before = self.env["mail.mail"].search([])
        answer = self.post(path="/renew", email="thief@example.com")
        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("/bde/x/", answer.text, "the link stands in the mail alone")
        mail = self.env["mail.mail"].search([]) - before
        self.assertIn("anne@duval.example", mail.email_to)
        self.post(path="/renew")
        self.assertEqual(len(self.env["mail.mail"].search([]) - before), 1)

    def test_revoked_link(self):
        self.link._close("school")
        page = self.get()
        self.assertEqual(page.status_code, 410)
        self.assertNotIn("/renew", page.text)
        before = self.env["mail.mail"].search_count([])
        self.post(path="/renew")
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        self.assertEqual(self.post(kind="will").status_code, 410)
        self.assertFalse(self.answers())

    def test_no_more_letters(self):
        answer = self.post(path="/stop")
        self.assertEqual(answer.status_code, 303)
        path = answer.headers["Location"]
        self.assertIn("/bde/o/", path)
        self.assertFalse(self.env["bde.optout"].search([]), "that page asks first")
        path = path[path.index("/bde/o/") :]
        self.url_open(path, data={"what": "tax", "who": "company", "where": "school"})
        optout = self.env["bde.optout"].search([])
        self.assertEqual((optout.partner_id, optout.purpose), (self.employer, "tax"))

    def test_no_more_letters_on_paper(self):
        _link, token = self.mint(self.petit, self.petit.partner_id)
        self.assertEqual(self.post(token, "/stop").status_code, 200)

    # ------------------------------------------------------------
    # Story
    # ------------------------------------------------------------

    def test_picture_is_shown_once_somebody_looked_for_minors(self):
        image = io.BytesIO()
        Image.new("RGB", (20, 20), "white").save(image, "PNG")
        self.campaign.write(
            {"story": "<p>Une fraiseuse</p>", "story_picture": base64.b64encode(image.getvalue())}
        )
        self.campaign.picture_checked = False
        self.assertIn("Une fraiseuse", self.get().text)
        self.assertNotIn("/picture", self.get().text)
        self.assertEqual(self.get(query="/picture").status_code, 404)
        self.campaign.picture_checked = True
        self.assertIn("/picture", self.get().text)
        picture = self.get(query="/picture")
        self.assertEqual(picture.status_code, 200)
        self.assertTrue(picture.headers["Content-Type"].startswith("image/"))
        self.assertEqual(picture.headers["X-Content-Type-Options"], "nosniff")


@tagged("post_install", "-at_install")
class TestTaxPageAccountant(TaxPageCase):
    """One letter, several clients: those that it names, nothing of others."""

    def setUp(self):
        super().setUp()
        self.letter = self.accountant_letter(self.petit | self.martin)
        self.link, self.token = self.mint(self.letter, self.clara)

    def boxes(self, target, **values):
        return {f"c{target.id}_{name}": value for name, value in values.items()}

    def test_his_clients_of_this_letter_and_no_other(self):
        page = self.get().text
        self.assertIn("Boulangerie Petit", page)
        self.assertIn("Garage Martin", page)
        self.assertNotIn("Plomberie Roux", page, "another letter named it")
        self.assertNotIn("Duval", page)
        self.assertNotIn('name="other_email"', page)

    def test_answers_for_each_in_one_form(self):
        done = self.post(
            **self.boxes(self.petit, kind="will", amount="80", course=self.course.id),
            **self.boxes(self.martin, kind="no"),
            remark="Merci",
        )
        self.assertEqual(done.status_code, 303)
        self.assertEqual((self.petit.answer, self.martin.answer), ("will", "no"))
        self.assertEqual(self.pledges(self.petit).amount, 80)
        self.assertEqual(self.answers().mapped("remark").count("Merci"), 1, "one task for all")
        page = self.get(query="?done=1").text
        self.assertIn("Boulangerie Petit", page)
        self.assertIn("<ol>", page)

    def test_some_now_some_later(self):
        self.post(**self.boxes(self.petit, kind="will"))
        self.assertFalse(self.martin.answer)
        page = self.get(query="?edit=1").text
        self.assertRegex(page, rf'id="c{self.petit.id}_kind_will"[^>]*checked')
        self.post(**self.boxes(self.petit, kind="will"), **self.boxes(self.martin, kind="chosen"))
        self.assertEqual(len(self.answers()), 2, "what was said already is not said again")

    def test_fault_stands_at_its_client(self):
        page = self.post(
            **self.boxes(self.petit, kind="will", amount="-8"),
            **self.boxes(self.martin, kind="will", amount="70"),
        )
        self.assertEqual(page.status_code, 422)
        self.assertIn(f'id="c{self.petit.id}_amount_error"', page.text)
        self.assertNotIn(f'id="c{self.martin.id}_amount_error"', page.text)
        self.assertIn('value="70"', page.text)
        self.assertFalse(self.answers(), "nothing half done")

    def test_nothing_chosen(self):
        page = self.post(remark="Je reviens")
        self.assertEqual(page.status_code, 422)
        self.assertIn("Je reviens", page.text)
        page = self.post(**self.boxes(self.petit, amount="80"))
        self.assertIn(f'id="c{self.petit.id}_kind_error"', page.text)

    def test_ids_of_others_do_nothing(self):
        others = self.roux | self.target | self.target_b
        boxes = {}
        for target in others:
            boxes |= self.boxes(target, kind="will", amount="80")
        self.assertEqual(self.post(**boxes).status_code, 422)
        self.post(**boxes, **self.boxes(self.petit, kind="will"), kind="no")
        self.assertEqual(self.answers().target_id, self.petit)
        self.assertFalse([one.answer for one in others if one.answer])

    def test_a_client_who_left_is_gone(self):
        self.martin.accountant_id = False
        page = self.get().text
        self.assertNotIn("Garage Martin", page)
        self.post(**self.boxes(self.martin, kind="will"), **self.boxes(self.petit, kind="no"))
        self.assertEqual(self.answers().target_id, self.petit)
        self.petit.accountant_id = False
        self.assertEqual(self.get().status_code, 410)

    def test_what_a_company_says_itself_is_its_own(self):
        itself, _token = self.mint(self.petit, self.petit.partner_id)
        itself._tax_take({self.petit: self.values("will", amount=4321.0, remark="Entre nous")})
        page = self.get().text
        self.assertNotIn("4321", page)
        self.assertNotIn("Entre nous", page)

    def test_no_more_letters_is_the_firm_s(self):
        path = self.post(path="/stop").headers["Location"]
        self.url_open(path[path.index("/bde/o/") :], data={"what": "tax", "who": "company"})
        self.assertEqual(self.env["bde.optout"].search([]).partner_id, self.firm.partner_id)
