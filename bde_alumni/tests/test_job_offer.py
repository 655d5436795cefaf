import re
from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from odoo.addons.bde_partnerships.tests.common import SIRET_HOST, UAI_A, UAI_B

from ..models.bde_job_offer_verbs import PER_ADDRESS, WAITING_MAX
from ..rules import job_offer_form
from .network_common import NetworkCase


@tagged("post_install", "-at_install")
class TestJobOffer(NetworkCase):
    """Offers: proposed, read, published, over."""

    def shown(self, alumnus):
        return [offer["title"] for offer in self.section(alumnus, "offers")["offers"]]

    def section(self, alumnus, key):
        return next(one for one in alumnus._page_sections() if one["key"] == key)

    def test_nobody_sees_it_before_it_is_published(self):
        offer = self.new_offer()
        self.assertEqual((offer.state, self.shown(self.gina)), ("proposed", []))
        offer.with_user(self.secretary_a).action_publish()
        self.assertEqual(self.shown(self.gina), ["Cuisinier"])
        self.assertEqual(self.shown(self.ines), [])
        self.assertEqual(offer.moderated_by_id, self.secretary_a)

    def test_of_one_training_for_those_of_it(self):
        other = self.env["bde.training"].create(
            {"company_id": self.school_a.id, "name": "CAP Fleuriste"}
        )
        self.new_offer(title="Fleuriste", training_ids=other.ids).action_publish()
        self.new_offer(title="Monteur", training_ids=self.training_a.ids).action_publish()
        self.assertEqual(self.shown(self.gina), ["Monteur"])
        self.assertEqual(self.section(self.gina, "offers")["count"], 2)
        _template, values = self.gina._page_view_offers({})
        self.assertEqual([one["title"] for one in values["offers"]], ["Monteur", "Fleuriste"])

    def test_matched_begins_with_the_town(self):
        soon = self.new_offer(title="Loin", expires_on=self.today() + timedelta(days=2))
        near = self.new_offer(title="Près", city="Pessac")
        (soon | near).action_publish()
        Offer = self.env["bde.job.offer"]
        found = Offer._matched(self.school_a, self.training_a, "PESSAC")
        self.assertEqual(found.mapped("title"), ["Près", "Loin"])
        found = Offer._matched(self.school_a, self.training_a)
        self.assertEqual(found.mapped("title"), ["Loin", "Près"])

    def test_what_keeps_it_back_is_said(self):
        no_contact = self.new_offer(contact_text=False)
        no_company = self.new_offer(employer_text=False)
        for offer, word in ((no_contact, "how to apply"), (no_company, "which company")):
            with self.subTest(word=word), self.assertRaises(UserError) as caught:
                offer.action_publish()
            self.assertIn(word, str(caught.exception))
        self.new_offer(kind="study", employer_text=False).action_publish()

    def test_sixty_days_at_most(self):
        with self.assertRaises(ValidationError):
            self.new_offer(expires_on=self.today() + timedelta(days=61))
        self.new_offer(expires_on=self.today() + timedelta(days=60))

    def test_no_link_but_of_the_web(self):
        for url in ("javascript:alert(1)", "data:text/html,x", "ftp://x.fr"):
            with self.subTest(url=url), self.assertRaises(ValidationError):
                self.new_offer(url=url)

    def test_expires_by_itself_and_is_prolonged(self):
        offer = self.new_offer(expires_on=self.today() + timedelta(days=3))
        offer.action_publish()
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            self.expire()
            self.assertEqual(offer.state, "published")
        with freeze_time(fields.Datetime.now() + timedelta(days=4)):
            # before the job too: nobody calls for nothing
            self.assertEqual(self.shown(self.gina), [])
            self.expire()
            self.assertEqual(offer.state, "expired")
            with self.assertRaises(UserError):
                offer.action_publish()
            offer.action_prolong()
            self.assertEqual(offer.state, "published")
            self.assertEqual(offer.expires_on, self.today() + timedelta(days=60))

    def expire(self):
        with self.enter_registry_test_mode():
            self.env.ref("bde_alumni.cron_expire_offers").method_direct_trigger()
        self.env.invalidate_all()

    def test_refused_says_why_to_the_alumnus(self):
        offer = self.env["bde.job.offer"]._propose(
            self.school_a, {"title": "Vendeur", "employer_text": "X"}, "alumnus", self.gina
        )
        dialog = self.env["bde.job.offer.refuse"].with_user(self.secretary_a)
        dialog.create({"offer_ids": offer.ids, "reason": "incomplete"}).action_refuse()
        [own] = self.section(self.gina, "offers")["mine"]
        self.assertEqual((own["state"], own["reason"]), ("Refused", "Too little is said"))

    def test_refused_says_why_to_the_company(self):
        Offer, letters = self.env["bde.job.offer"], self.catch_mails()
        base = {"employer_text": "Pain & Cie", "proposer_name": "Paul Petit"}
        offers = Offer.union(
            *(
                Offer._propose(self.school_a, base | vals, source)
                for vals, source in (
                    ({"title": "Vendeur <b>", "proposer_email": "paul@pain.example"}, "company"),
                    ({"title": "Sans adresse", "proposer_phone": "05 56 01 02 03"}, "company"),
                )
            )
        )
        dialog = self.env["bde.job.offer.refuse"].with_user(self.secretary_a)
        with self.assertRaises(AccessError):
            offers.with_user(self.manager_b)._refuse("doubt")
        self.assertFalse(letters)
        dialog.create({"offer_ids": offers.ids, "reason": "incomplete"}).action_refuse()
        self.assertEqual(set(offers.mapped("state")), {"refused"})
        [letter] = letters
        self.assertEqual(letter["email_to"], '"Paul Petit" <paul@pain.example>')
        self.assertEqual(letter["subject"], "Your offer “Vendeur <b>”")
        self.assertIn("Too little is said", letter["body_html"])
        self.assertIn("Vendeur &lt;b&gt;", letter["body_html"])
        self.assertIn(f"/bde/c/{self.school_a.uai}/job", letter["body_html"])
        # refused already: nobody is told twice
        dialog.create({"offer_ids": offers.ids, "reason": "doubt"}).action_refuse()
        self.assertEqual(len(letters), 1)

    def test_filled_is_shown_no_more(self):
        offer = self.new_offer()
        offer.action_publish()
        offer.action_filled()
        self.assertEqual(self.shown(self.gina), [])

    def test_state_is_written_by_verbs_of_the_bureau_of_the_school(self):
        offer = self.new_offer()
        with self.assertRaises(AccessError):
            offer.with_user(self.secretary_a).write({"state": "published"})
        for user in (self.manager_b, self.teacher_a):
            with self.assertRaises(AccessError):
                offer.with_user(user).action_publish()

    def test_card_of_the_home_counts_what_is_to_read(self):
        self.new_offer()
        sections = self.env["bde.home"].with_user(self.secretary_a).get_home()["sections"]
        card = next(one for one in sections["next"] if one.get("sequence") == 73)
        domain = card["action"]["domain"]
        offers = self.env["bde.job.offer"].with_user(self.secretary_a)
        self.assertEqual((card["count"], offers.search_count(domain)), (1, 1))

    def test_told_to_those_of_the_training_who_agreed(self):
        self.gina._consent("news")
        letters = self.letters_of(self.school_a)
        offer = self.new_offer(city="Pessac", tell_alumni=True)
        self.assertFalse(self.offer_asks(letters))
        offer.action_publish()
        [ask] = self.offer_asks(letters)
        self.assertEqual((ask.alumnus, ask.purpose), (self.gina, "news"))
        self.assertEqual(ask.line(self.env), "A new offer: Cuisinier (Cantine du Port, Pessac).")
        self.gina._withdraw(["news"])
        self.assertFalse(self.offer_asks(letters))

    def offer_asks(self, letters):
        asks = letters._asks(self.school_a, self.today())
        return [ask for ask in asks if ask.kind.startswith("offer_")]

    def test_prefix_of_a_number_is_no_address(self):
        self.assertEqual(job_offer_form.clean_url("https://"), "")
        self.assertEqual(job_offer_form.clean_url("https://[x"), "")


@tagged("post_install", "-at_install")
class TestJobOfferPage(NetworkCase, HttpCase):
    """Offers of alumni from their page, and of companies from the page of the school."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def offers(self, source):
        return self.env["bde.job.offer"].search([("source", "=", source)])

    # ------------------------------------------------------------
    # Alumni
    # ------------------------------------------------------------

    def values(self, **more):
        return {
            "kind": "job",
            "title": "Commis",
            "employer_text": "Chez Léa",
            "contact_text": "Léa, 05 56 01 02 03",
            **more,
        }

    def test_alumnus_proposes(self):
        page = self.post_page(self.gina, "offers", self.values(text="<script>x</script>"))
        self.assertEqual(page.status_code, 200)
        offer = self.offers("alumnus")
        self.assertEqual(
            (offer.title, offer.state, offer.alumnus_id, offer.company_id),
            ("Commis", "proposed", self.gina, self.school_a),
        )
        offer.action_publish()
        page = self.get_page(self.lina)
        self.assertIn("&lt;script&gt;x", page.text)
        self.assertNotIn("Gina", page.text)

    def test_what_is_missing_is_said_and_kept(self):
        page = self.post_page(self.gina, "offers", self.values(title="", city="Pessac"))
        self.assertEqual(page.status_code, 422)
        self.assertIn('value="Pessac"', page.text)
        self.assertFalse(self.offers("alumnus"))

    def test_five_wait_at_most(self):
        for _turn in range(WAITING_MAX):
            self.post_page(self.gina, "offers", self.values())
        self.assertEqual(self.post_page(self.gina, "offers", self.values()).status_code, 422)
        self.assertEqual(len(self.offers("alumnus")), WAITING_MAX)

    def test_view_of_all(self):
        self.new_offer().action_publish()
        self.assertIn("Cantine du Port", self.get_page(self.gina, "offers", kind="job").text)
        self.assertNotIn("Cantine", self.get_page(self.gina, "offers", kind="study").text)
        self.assertEqual(self.get_page(self.gina, "offers", page="99").status_code, 200)

    # ------------------------------------------------------------
    # Companies
    # ------------------------------------------------------------

    def company_values(self, **more):
        return self.values(
            proposer_name="Paul Petit",
            proposer_email="Paul@Pain.example",
            consent="1",
            **{f"training_{self.training_a.id}": "1"},
        ) | more  # fmt: skip

    def send(self, uai=UAI_A, token=None, **more):
        if token is None:
            page = self.url_open(f"/bde/c/{uai}/job")
            token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        data = self.company_values(**more) | {"csrf_token": token}
        return self.url_open(f"/bde/c/{uai}/job", data=data, allow_redirects=False)

    def test_page_of_the_school_leads_to_it(self):
        self.assertIn(f"/bde/c/{UAI_A}/job", self.url_open(f"/bde/c/{UAI_A}").text)
        self.assertEqual(self.url_open("/bde/c/0000000X/job").status_code, 404)
        self.assertEqual(self.url_open("/bde/c/%00/job").status_code, 404)

    def test_company_proposes(self):
        answer = self.send()
        self.assertEqual((answer.status_code, answer.headers["Location"][-6:]), (303, "done=1"))
        offer = self.offers("company")
        self.assertEqual((offer.state, offer.training_ids), ("proposed", self.training_a))
        self.assertEqual(offer.proposer_email, "paul@pain.example")
        self.assertEqual(offer.expires_on, self.today() + timedelta(days=60))
        offer.action_publish()
        page = self.get_page(self.gina)
        self.assertIn("Commis", page.text)
        self.assertNotIn("paul@pain.example", page.text)

    def test_company_of_the_school_is_known_by_its_siret(self):
        relation = self.env["bde.relation"]._bde_ensure(self.employer, self.school_a)
        self.send(siret=SIRET_HOST)
        offer = self.offers("company")
        self.assertEqual((offer.relation_id, offer.employer_name), (relation, "Menuiserie Duval"))
        self.send(uai=UAI_B, siret=SIRET_HOST)
        other = self.offers("company") - offer
        self.assertEqual((other.relation_id.id, other.employer_name), (False, "Chez Léa"))

    def test_training_of_another_school_is_not_taken(self):
        self.send(**{f"training_{self.training_b.id}": "1"})
        self.assertEqual(self.offers("company").training_ids, self.training_a)
        self.send(uai=UAI_B)
        offer = self.offers("company").filtered(lambda one: one.company_id == self.school_b)
        self.assertFalse(offer.training_ids)

    def test_robots_and_forgers_leave_nothing(self):
        self.assertEqual(self.send(address2="x").status_code, 303)
        self.assertEqual(self.send(token="x").status_code, 422)
        self.assertEqual(self.send(consent="").status_code, 422)
        self.assertEqual(self.send(state="published", company_id="1").status_code, 303)
        self.assertEqual(self.offers("company").mapped("state"), ["proposed"])

    def test_many_from_one_address_wait(self):
        for _turn in range(PER_ADDRESS):
            self.assertEqual(self.send().status_code, 303)
        answer = self.send()
        self.assertEqual(answer.status_code, 429)
        self.assertIn("Commis", answer.text)

    def test_origin_goes_after_a_day(self):
        self.send()
        offer = self.offers("company")
        self.assertTrue(offer.origin)
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.env["bde.job.offer"]._gc_origins()
        self.assertFalse(offer.origin)


@tagged("post_install", "-at_install")
class TestJobOfferDates(NetworkCase):
    @freeze_time("2027-03-01 23:30:00")
    def test_last_day_is_the_schools(self):
        """Half past midnight in Paris on 2 March: an offer until the 1st is over."""
        self.school_a.bde_tz = "Europe/Paris"
        offer = self.new_offer(expires_on=date(2027, 3, 2))
        offer.action_publish()
        domain = offer._shown_domain(self.school_a)
        self.assertTrue(offer.filtered_domain(domain))
        offer.expires_on = date(2027, 3, 1)
        self.assertFalse(offer.filtered_domain(domain))
