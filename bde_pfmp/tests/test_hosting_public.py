"""The public form of a host: what strangers can and cannot do with a link."""

import json
from base64 import b64decode
from datetime import timedelta
from io import BytesIO

from PIL import Image

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.bde_partnerships.models.bde_link_posts import POSTS_PER_HOUR
from odoo.addons.bde_partnerships.tests.common import SIRET_HOST, SIRET_OTHER

from .placement_common import PlacementCase


@tagged("post_install", "-at_install")
class TestHostingPublic(PlacementCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.placement = cls.new_placement(cls.aline, referent_id=cls.prof_a.id)
        cls.hosting = cls.placement._ensure_hostings()
        cls.hosting.state = "sent"
        cls.task = cls.training_a.activity_ids[:1]

    def setUp(self):
        super().setUp()
        self.link, self.path = self.mint()
        self.authenticate(None, None)

    def mint(self, hosting=None, mailed=False):
        """A link and the path of its page."""
        hosting = hosting or self.hosting
        link, url = hosting._mint_links(mailed=mailed)[hosting]
        return link, url[url.index("/bde/a/") :]

    def answer(self, **changes):
        """What a baker types."""
        return {
            "siret": SIRET_OTHER,
            "host_name": "Boulangerie Martin",
            "host_street": "2 place du Pain",
            "host_zip": "33000",
            "host_city": "Bordeaux",
            "activity": "Boulangerie",
            "signatory_name": "Jean Martin",
            "signatory_function": "Gérant",
            "signatory_email": "jean@martin.example",
            "signatory_phone": "06 12 34 56 78",
            "tutor_same": "on",
            "tue_0_from": "6h",
            "tue_0_to": "12h",
            f"activity_{self.task.id}": "1",
            "insurance_company": "Groupama",
            "insurance_policy": "P 12",
            **changes,
        }

    def post(self, path=None, photo=None, **changes):
        files = {"photo": photo} if photo else None
        return self.url_open(path or self.path, data=self.answer(**changes), files=files)

    def counts(self):
        return [
            self.env[model].with_context(active_test=False).search_count([])
            for model in ("res.partner", "bde.relation", "bde.hosting", "bde.placement")
        ]

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    def test_page_tells_little_of_the_pupil(self):
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 200)
        for shown in ("Aline D.", "1MELEC", "Lycée Ampère", "Poser une goulotte"):
            self.assertIn(shown, page.text)
        for hidden in (self.aline.lastname, "DUPONT", "Dupont", "aline@pupil", "Boris", "15/08"):
            self.assertNotIn(hidden, page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertIn("noindex", page.headers["X-Robots-Tag"])

    def test_page_is_french(self):
        page = self.url_open(self.path)
        self.assertIn('lang="fr', page.text)

    def test_robots_read_and_change_nothing(self):
        """Scanners of mails open every link: GET and HEAD act on nothing."""
        before = self.counts()
        for _index in range(3):
            self.url_open(self.path, headers={"User-Agent": "SafeLinks-Scanner"})
            self.url_open(self.path + "?step=unlock&contact=x&siret=1&host_name=Bot")
        self.url_open(self.path, method="HEAD")
        self.assertEqual(self.counts(), before)
        self.assertEqual(self.hosting.state, "sent")
        self.assertFalse(self.hosting.host_name)
        self.assertEqual(self.link.post_count, 0)

    # ------------------------------------------------------------------
    # Bad links
    # ------------------------------------------------------------------

    def test_unknown_token(self):
        for token in ("x", "A" * 43, "%00", "é"):
            with self.subTest(token=token):
                page = self.url_open(f"/bde/a/{token}")
                self.assertEqual(page.status_code, 404)
                self.assertNotIn("Lycée", page.text)
        self.assertEqual(self.url_open("/bde/a/" + "A" * 43, data=self.answer()).status_code, 404)

    def test_signing_token_does_not_open_the_form(self):
        [(_link, token)] = self.env["bde.link"]._mint(
            [{"company_id": self.school_a.id, "purpose": "sign", "signer_key": "x"}]
        )
        self.assertEqual(self.url_open(f"/bde/a/{token}").status_code, 404)

    def test_expired_token(self):
        self.link.expires_on = fields.Datetime.now() - timedelta(minutes=1)
        self.assertEqual(self.url_open(self.path).status_code, 410)
        self.assertEqual(self.post().status_code, 410)
        self.assertEqual(self.hosting.state, "sent")

    def test_revoked_token(self):
        self.hosting._revoke_links()
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 410)
        self.assertNotIn("Aline", page.text)
        self.assertEqual(self.post().status_code, 410)
        self.assertFalse(self.hosting.host_name)

    def test_link_of_another_school_stays_there(self):
        """A token of B opens B's form with B's activities; what is posted stays in B."""
        period_b = self.env["bde.period"].create(
            {
                "name": "B",
                "company_id": self.school_b.id,
                "division_ids": [(6, 0, self.division_b.ids)],
                "date_start": self.start,
                "date_end": self.end,
            }
        )
        placement_b = period_b._create_placements()
        hosting_b = placement_b._ensure_hostings()
        _link, path = self.mint(hosting_b)
        page = self.url_open(path)
        self.assertIn("Lycée Braille", page.text)
        self.assertNotIn("Ampère", page.text)
        # an activity of school A is no choice of B's form
        page = self.post(path)
        self.assertIn('id="tasks_error"', page.text)
        self.assertEqual(hosting_b.state, "draft")
        self.post(path, tasks="Pain")
        self.assertEqual((hosting_b.state, hosting_b.company_id), ("submitted", self.school_b))
        self.assertFalse(hosting_b.activity_ids)
        self.assertEqual(self.hosting.state, "sent")

    def test_signed_in_stranger_gets_no_more(self):
        """A session of another school neither helps nor hinders."""
        self.authenticate("manager_b", "manager_b")
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("Dupont", page.text)
        self.post()
        self.assertEqual(self.hosting.state, "submitted")

    # ------------------------------------------------------------------
    # Posting
    # ------------------------------------------------------------------

    def test_answer_waits_in_the_staging_row(self):
        before = self.counts()
        page = self.post()
        self.assertEqual(page.status_code, 200)
        self.assertTrue(page.url.endswith("?done=1"), page.url)
        self.assertEqual(self.counts(), before, "no company, contact, placement")
        hosting = self.hosting
        self.assertEqual((hosting.state, hosting.source), ("submitted", "public"))
        self.assertEqual((hosting.siret, hosting.host_name), (SIRET_OTHER, "Boulangerie Martin"))
        self.assertEqual(hosting.signatory_phone, "0612345678")
        self.assertEqual(hosting.schedule["tue"], [["06:00", "12:00"]])
        self.assertEqual(hosting.activity_ids, self.task)
        self.assertEqual(self.placement.state, "hosting")
        self.assertFalse(self.placement.host_id)
        hosting.with_env(self.as_user(self.teacher_a)).action_accept()
        self.assertEqual(self.placement.host_id.name, "Boulangerie Martin")
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("Martin", page.text, "accepted: nothing is shown any more")

    def test_errors_stand_beside_their_boxes(self):
        page = self.post(siret="123", host_city="", signatory_email="x", tue_0_to="", remarks="Oui")
        self.assertEqual(page.status_code, 200)
        for box in ("siret", "host_city", "signatory_email", "tue_0_to"):
            self.assertIn(f'id="{box}_error"', page.text)
            self.assertIn(f'href="#{box}"', page.text)
        for typed in ("Boulangerie Martin", "Oui", "6h", 'value="123"', "Groupama"):
            self.assertIn(typed, page.text)
        self.assertRegex(page.text, rf'name="activity_{self.task.id}"[^>]*checked')
        self.assertEqual(self.hosting.state, "sent")
        self.assertFalse(self.hosting.host_name)

    def test_injection(self):
        evil = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
        page = self.post(host_name=evil, host_city="", remarks=evil)
        self.assertNotIn("<script>alert(1)", page.text)
        self.assertNotIn("<img src=x", page.text)
        self.post(host_name=evil, remarks=evil + "\x00\x1b")
        self.assertEqual(self.hosting.host_name, evil[:120])
        self.assertEqual(self.hosting.remarks, evil)
        self.hosting.action_return(evil)
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertNotIn("<script>", mail.body_html)
        self.assertNotIn("<img src=x", mail.body_html)
        _link, path = self.mint(mailed=True)
        self.assertNotIn("<script>alert(1)", self.url_open(path).text)

    def test_fields_that_are_not_boxes(self):
        self.post(
            state="accepted",
            placement_id="1",
            company_id=str(self.school_b.id),
            name_confirmed="1",
            chosen_employer_id=str(self.employer.id),
            return_reason="x",
        )
        hosting = self.hosting
        self.assertEqual((hosting.state, hosting.company_id), ("submitted", self.school_a))
        self.assertFalse(hosting.name_confirmed or hosting.chosen_employer_id)
        self.assertFalse(hosting.return_reason)

    def test_very_long_texts_are_cut(self):
        self.post(remarks="x" * 100_000, host_name="y" * 5_000)
        self.assertEqual((len(self.hosting.remarks), len(self.hosting.host_name)), (1500, 120))

    # ------------------------------------------------------------------
    # Coming back
    # ------------------------------------------------------------------

    def test_same_browser_may_correct(self):
        self.post()
        page = self.url_open(self.path)
        self.assertIn("Boulangerie Martin", page.text)
        self.post(host_name="Boulangerie Martin et fils")
        self.assertEqual(self.hosting.host_name, "Boulangerie Martin et fils")

    def test_printed_link_in_other_hands(self):
        """The sheet went to a second company: it reads nothing of the first."""
        self.post()
        self.authenticate(None, None)
        page = self.url_open(self.path)
        for hidden in ("Martin", "jean@", SIRET_OTHER, "0612345678"):
            self.assertNotIn(hidden, page.text)
        self.post(host_name="Garage Voisin")
        self.assertEqual(self.hosting.host_name, "Boulangerie Martin", "a replay changes nothing")

    def test_replayed_post(self):
        """The same post twice is one answer."""
        before = self.counts()
        self.post()
        submitted = self.hosting.submitted_on
        self.authenticate(None, None)
        self.assertEqual(self.post().status_code, 200)
        self.assertEqual(self.hosting.submitted_on, submitted)
        self.assertEqual(self.counts(), before)
        self.hosting.action_accept()
        self.post(host_name="Garage Voisin")
        self.assertEqual(self.placement.host_id.name, "Boulangerie Martin")

    def test_unlock_with_what_was_typed(self):
        self.post()
        self.authenticate(None, None)
        page = self.url_open(self.path, data={"step": "unlock", "contact": "other@x.example"})
        self.assertIn('id="contact_error"', page.text)
        self.assertNotIn("Boulangerie", page.text)
        page = self.url_open(self.path, data={"step": "unlock", "contact": "+33 6 12 34 56 78"})
        self.assertIn("Boulangerie Martin", page.text)

    def test_unlock_needs_something(self):
        self.post(signatory_phone="")
        self.authenticate(None, None)
        page = self.url_open(self.path, data={"step": "unlock", "contact": ""})
        self.assertNotIn("Boulangerie", page.text)

    def test_mailed_link_opens_what_its_reader_typed(self):
        self.post()
        self.hosting.action_return("Le SIRET est celui du siège.")
        self.authenticate(None, None)
        _link, path = self.mint(mailed=True)
        page = self.url_open(path)
        self.assertIn("Le SIRET est celui du siège.", page.text)
        self.assertIn("Boulangerie Martin", page.text)
        self.post(path, host_name="Boulangerie Martin II")
        self.assertEqual(self.hosting.state, "submitted")

    def test_sheet_typed_by_the_bureau(self):
        self.post()
        self.hosting.write({"source": "desk"})
        self.authenticate(None, None)
        page = self.url_open(self.path)
        self.assertNotIn("Martin", page.text)
        page = self.url_open(self.path, data={"step": "unlock", "contact": "jean@martin.example"})
        self.assertNotIn("Martin", page.text)

    # ------------------------------------------------------------------
    # Photo
    # ------------------------------------------------------------------

    def image(self, kind="JPEG", size=(900, 600), mode="RGB", **options):
        stream = BytesIO()
        Image.new(mode, size, "white").save(stream, kind, **options)
        return stream.getvalue()

    def test_photo(self):
        exif = Image.Exif()
        exif[0x010E] = "taken at home"
        self.post(photo=("photo.jpg", self.image(exif=exif), "image/jpeg"))
        self.assertEqual(self.hosting.state, "submitted")
        stored = Image.open(BytesIO(b64decode(self.hosting.photo)))
        self.assertEqual((stored.format, stored.size), ("JPEG", (900, 600)))
        self.assertFalse(dict(stored.getexif()))

    def test_photo_refused(self):
        for name, data in (
            ("page.html", b"<html><script>alert(1)</script></html>"),
            ("photo.jpg", b"\xff\xd8\xff\xe0 not a photo"),
            ("photo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("photo.gif", self.image("GIF")),
            ("photo.jpg", self.image() + b"\0" * (10 * 1024 * 1024)),
            ("bomb.png", self.image("PNG", (9_000, 8_000), "1")),
        ):
            with self.subTest(name=name, size=len(data)):
                page = self.post(photo=(name, data, "image/jpeg"))
                self.assertIn('id="photo_error"', page.text)
                self.assertIn("Boulangerie Martin", page.text)
                self.assertEqual(self.hosting.state, "sent")
                self.assertFalse(self.hosting.photo)

    # ------------------------------------------------------------------
    # Look-up of a SIRET, rate
    # ------------------------------------------------------------------

    def lookup(self, siret, path=None):
        response = self.url_open(
            (path or self.path) + "/company",
            data=json.dumps({"jsonrpc": "2.0", "params": {"siret": siret}}),
            headers={"Content-Type": "application/json"},
        )
        return response.json()["result"]

    def test_lookup(self):
        self.employer.sudo().write({"phone": "0556000000", "comment": "secret"})
        found = self.lookup("732 829 320 00074")["company"]
        self.assertEqual(
            found,
            {
                "host_name": "Menuiserie Duval",
                "host_street": "3 rue des Copeaux",
                "host_zip": "33000",
                "host_city": "Bordeaux",
                "activity": "",
            },
        )
        self.assertEqual(self.lookup(SIRET_OTHER)["company"], {})
        self.assertIn("error", self.lookup("73282932000075"))
        self.assertEqual(self.lookup(["x"]), {})
        self.assertEqual(self.lookup(SIRET_HOST, "/bde/a/unknown"), {})

    def test_posts_are_counted(self):
        self.link.write({"post_count": POSTS_PER_HOUR, "post_window": fields.Datetime.now()})
        self.assertEqual(self.post().status_code, 429)
        self.assertEqual(self.lookup(SIRET_HOST), {})
        self.assertEqual(self.hosting.state, "sent")
        # the hour is over
        self.link.post_window = fields.Datetime.now() - timedelta(minutes=61)
        self.post()
        self.assertEqual(self.hosting.state, "submitted")
        self.assertEqual(self.link.post_count, 1)

    # ------------------------------------------------------------------
    # What a pupil tries who fills in the sheet himself
    # ------------------------------------------------------------------

    def test_boss_keeps_the_mailbox_where_his_links_go(self):
        boss = self.new_contact(phone="05 56 00 00 01")
        self.post(
            siret=self.employer.company_registry,
            host_name="Menuiserie Duval",
            signatory_name="Anne Duval",
            signatory_email="pupil@evil.example",
            signatory_phone="05 56 00 00 01",
        )
        self.hosting.with_env(self.as_user(self.teacher_a)).action_accept()
        self.assertEqual(self.placement.signatory_id, boss)
        self.assertEqual(boss.email, "anne@duval.example")
        note = boss.bde_relation_id.message_ids[:1].body
        self.assertIn("pupil@evil.example", note, "the bureau reads that another one was typed")
        self.assertNotIn("05", note.replace("pupil@evil.example", ""), "the phone is the known one")
