"""One code for the attestations of all trainees of a person, of one school and of two."""

import re
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.bde_partnerships.models.bde_sms import BdeSms
from odoo.addons.bde_partnerships.rules.signer import signer_key

from ..models import bde_attestation_together
from .test_attestation import CODE, BakerCase

KEY = signer_key("Anne Duval", "anne@duval.example")


class TwoSchoolsCase(BakerCase, HttpCase):
    """The baker of school A, who also took Gaëlle of school B; both schools wrote to her."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss_b = cls.new_contact("Anne Duval", cls.school_b, function="Gérante")
        cls.gaelle = cls.new_pupil("Gaëlle", cls.division_b, cls.year.date_start.year - 20)
        cls.training_b.hours = 840
        period = cls.period_a.copy(
            {
                "company_id": cls.school_b.id,
                "division_ids": [(6, 0, cls.division_b.ids)],
                "date_start": cls.start,
                "date_end": cls.end,
            }
        )
        cls.placement_b = cls.new_placement(
            cls.gaelle,
            **cls.complete_vals()
            | {
                "period_id": period.id,
                "signatory_id": cls.boss_b.id,
                "tutor_id": cls.boss_b.id,
                "referent_id": cls.prof_b.id,
                "activity_ids": [(6, 0, cls.training_b.activity_ids.ids)],
            },
        )
        manager = cls.as_user(cls.manager_b)
        cls.placement_b.with_env(manager).action_make_conventions()
        cls.convention_b = cls.placement_b.convention_id
        cls.convention_b.with_env(manager).action_send()
        cls.sign_all(cls.convention_b)

    def setUp(self):
        super().setUp()
        self.convention_b.document_id._set_state("ended")
        self.authenticate(None, None)
        self.link_, self.path = self.link(channel="email", signer_key=KEY)
        self.url = f"{self.path}/{self.convention.uuid}/attestation"

    def link_b(self, **vals):
        """The link of school B."""
        values = {"company_id": self.school_b.id, "channel": "email", "signer_key": KEY}
        link, _path = self.link(self.boss_b, **values | vals)
        return link

    def page(self, url=None):
        return self.url_open(url or f"{self.path}/{self.convention.uuid}").text

    def offered(self, text=None):
        """UUIDs of the stays that the form of the days offers beside its own."""
        return re.findall(r'name="with" value="([^"]+)"', text or self.page())

    def state_days(self, *conventions, days="10", **form):
        """Says how many days the trainee of the page did, and those of others."""
        more = {f"days_{one.uuid}": "9" for one in conventions}
        data = {"days": days, "with": [one.uuid for one in conventions], **more, **form}
        page = self.url_open(self.url, data=data)
        self.env.invalidate_all()
        return page

    def sign(self, page, **form):
        """Signs what a page shows, as its browser would send it."""
        data = {
            "step": "sign",
            "document": re.search(r'name="document" value="([^"]+)"', page.text)[1],
            "paper": re.findall(r'name="paper" value="([^"]+)"', page.text),
            "has_read": "1",
            "code": CODE,
            "method": "typed",
            "signed_name": "Anne Duval",
            **form,
        }
        page = self.url_open(self.url, data=data)
        self.env.invalidate_all()
        return page


@tagged("post_install", "-at_install")
class TestAttestationTogether(TwoSchoolsCase):
    def test_one_code_for_the_trainees_of_a_school(self):
        self.assertCountEqual(self.offered(), [self.adult.uuid, self.ase.uuid])
        mails = self.catch_mails()
        page = self.state_days(self.adult)
        self.assertEqual(len(mails), 1, "one code")
        self.assertEqual(page.text.count('name="paper"'), 1, "Chloé was not ticked")
        page = self.sign(page)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(
            self.conventions.mapped("state"), ["attested", "attested", "ended"], "as ticked"
        )
        self.assertIn("2 attestations", page.text)
        attestations = self.attestation() | self.attestation(self.adult)
        self.assertEqual(attestations.mapped("effective_days"), [10, 9])
        self.assertEqual(len(attestations.signature_ids), 2, "each document has its own")
        self.assertFalse(self.link_.code_hmac, "a code signs once")
        # the same request again signs nothing more
        versions = attestations.mapped("version_count")
        self.assertEqual(self.sign_again().status_code, 200)
        self.assertEqual(attestations.mapped("version_count"), versions)

    def sign_again(self):
        return self.url_open(self.url, data={"step": "sign", "document": "x", "code": CODE})

    def test_one_code_for_two_schools(self):
        link_b = self.link_b()
        self.assertIn(self.convention_b.uuid, self.offered())
        self.assertIn(self.school_b.name, self.page(), "it says whose trainee")
        page = self.state_days(self.convention_b)
        [_sha, paper] = re.search(r'name="paper" value="([^:]+):([^"]+)"', page.text).groups()
        attestation = self.attestation(self.convention_b)
        self.assertEqual(paper, attestation.version_id.content_sha256)
        pdf = self.url_open(f"{self.url}.pdf?paper={attestation.uuid}")
        self.assertEqual(pdf.content[:4], b"%PDF")
        own = self.url_open(f"{self.url}.pdf")
        self.assertNotEqual(pdf.content, own.content)
        page = self.sign(page)
        self.assertEqual(page.status_code, 200)
        self.assertEqual((self.convention.state, self.convention_b.state), ("attested",) * 2)
        self.assertEqual(attestation.company_id, self.school_b)
        self.assertEqual(attestation.given_by, "Anne Duval")
        # what each school keeps is its own: its link, nothing of the other school
        detail = (
            self.env["bde.journal.detail"]
            .sudo()
            .search([("company_id", "=", self.school_b.id)], order="id desc", limit=1)
        )
        self.assertIn(link_b.token_hash[:16], str(detail.read()))
        self.assertNotIn(self.link_.token_hash[:16], str(detail.read()))
        self.assertNotIn(self.school_a.name, str(detail.read()))

    def test_other_schools_stay_apart_unless_they_wrote_to_the_same_person(self):
        """Another mailbox, another name, another road, a link that was closed or has expired."""
        self.assertNotIn(self.convention_b.uuid, self.offered(), "school B has not written")
        for vals in (
            {"signer_key": signer_key("Anne Duval", "anne@other.example")},
            {"signer_key": signer_key("Jean Duval", "anne@duval.example")},
            {"channel": "sms"},
            {"revoked": True},
            {"expires_on": fields.Datetime.now() - timedelta(days=1)},
        ):
            with self.subTest(vals=vals):
                link = self.link_b(**vals)
                self.assertNotIn(self.convention_b.uuid, self.offered())
                link.unlink()

    def test_another_company_of_the_same_person_is_not_told(self):
        self.link_b()
        other = self.employer.copy({"name": "Autre maison", "company_registry": False})
        self.env.cr.execute(
            "UPDATE bde_placement SET host_id = %s WHERE id = %s", (other.id, self.placement_b.id)
        )
        self.env.invalidate_all()
        text = self.page()
        self.assertNotIn(self.convention_b.uuid, text)
        self.assertNotIn("Gaëlle", text)

    def test_code_that_would_go_elsewhere_is_said(self):
        """The code goes to an address that each school knows: not to a mobile of one alone."""
        self.patch(BdeSms, "_available", lambda sms, phone, company=None: True)
        self.link_.phone = "06 11 22 33 44"
        link_b = self.link_b()
        text = self.page()
        self.assertNotIn(self.convention_b.uuid, text)
        self.assertIn(self.school_b.name, text, "something waits there too")
        self.assertNotIn("Gaëlle", text)
        link_b.phone = "+33 6 11 22 33 44"
        self.assertIn(self.convention_b.uuid, self.offered())

    def test_what_was_not_offered_is_not_signed(self):
        """A stay that is named by hand, or ticked at a school that did not write."""
        page = self.state_days(self.convention_b)
        self.assertFalse(self.attestation(self.convention_b))
        self.assertNotIn('name="paper"', page.text)
        self.convention_b._ensure_attestations()
        attestation = self.attestation(self.convention_b)
        value = f"{attestation.uuid}:{attestation.version_id.content_sha256}"
        page = self.sign(page, paper=value)
        self.assertEqual(page.status_code, 422)
        self.assertEqual(self.convention_b.state, "ended")
        self.assertEqual(self.convention.state, "ended", "all or nothing")

    def test_error_stands_at_its_trainee_and_nothing_is_made(self):
        page = self.state_days(self.adult, **{f"days_{self.adult.uuid}": "99"})
        self.assertEqual(page.status_code, 422)
        self.assertIn(f'id="attestation_days_{self.adult.uuid}_error"', page.text)
        self.assertIn('value="99"', page.text, "what was typed is there")
        self.assertFalse(self.attestation())
        self.assertFalse(self.link_.code_hmac)

    def test_what_changed_at_the_other_school_is_read_again(self):
        self.link_b()
        page = self.state_days(self.convention_b)
        self.convention_b._ensure_attestations(
            {"effective_days": 3, "effective_hours": 21, "gratification_total": 0}
        )
        answer = self.sign(page)
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self.convention.state, "ended")
        self.sign(answer)
        self.assertEqual((self.convention.state, self.convention_b.state), ("attested",) * 2)
        self.assertEqual(self.attestation(self.convention_b).effective_days, 3)

    def test_wrong_code_and_closed_codes(self):
        link_b = self.link_b()
        page = self.state_days(self.convention_b)
        self.assertEqual(self.sign(page, code="000000").status_code, 422)
        self.assertEqual(self.link_.code_failures, 1)
        with mute_logger("odoo.addons.bde_partnerships"):
            link_b._close_codes()
        self.assertEqual(self.sign(page).status_code, 422, "school B closed its codes")
        self.assertEqual((self.convention.state, self.convention_b.state), ("ended",) * 2)

    def test_code_of_one_page_signs_nothing_of_another(self):
        """A code asked for Aline alone is not offered on Boris's page."""
        self.state_days()
        self.adult._ensure_attestations()
        text = self.page(f"{self.path}/{self.adult.uuid}")
        self.assertNotIn('name="code"', text)
        self.assertIn('name="days"', text)

    def test_another_code_is_for_the_same_papers(self):
        self.state_days(self.adult)
        before = self.link_.code_for
        page = self.url_open(self.url, data={"step": "code"})
        self.assertEqual(page.text.count('name="paper"'), 1)
        self.env.invalidate_all()
        self.assertEqual(self.link_.code_for, before)

    def test_not_more_than_somebody_waits_for(self):
        """A large company signs in several acts: the papers are made while the person waits."""
        self.patch(bde_attestation_together, "MOST_BESIDE", 1)
        [first] = self.offered()
        page = self.state_days(*(one for one in self.conventions if one.uuid == first))
        self.sign(page)
        self.assertEqual(sorted(self.conventions.mapped("state")), ["attested"] * 2 + ["ended"])
        [left] = self.conventions.filtered(lambda one: one.state == "ended")
        self.assertIn('name="days"', self.page(f"{self.path}/{left.uuid}"))

    def test_list_says_it(self):
        self.assertIn('class="bde_note"', self.page(self.path))
