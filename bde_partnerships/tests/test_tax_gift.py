import base64
from io import BytesIO

from freezegun import freeze_time
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .tax_common import TaxCase


def text_of(data):
    """Text of a PDF on one line, spaces as people read them."""
    reader = PdfReader(BytesIO(data))
    text = " ".join(page.extract_text() for page in reader.pages)
    return " ".join(text.replace("\u00a0", " ").split())


@tagged("post_install", "-at_install")
class TestTaxGift(TaxCase, HttpCase):
    """Gifts in kind to the CFA of the school, on 1 March 2026."""

    @classmethod
    def setUpClass(cls):
        # before the cast: roles begin with the school year
        cls.startClassPatcher(freeze_time("2026-03-01"))
        super().setUpClass()
        cls.campaign.component_ids = [
            Command.create({"name": "CFA AMPERE", "uai": "0400993M", "is_cfa": True}),
            Command.create({"name": "LYCEE AMPERE", "uai": "0330995C"}),
        ]
        cls.cfa, cls.lycee = cls.campaign.component_ids
        cls.relation = cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_a)
        cls.school_a.city = "Bordeaux"

    def gift(self, user=None, **vals):
        return self.as_user(user or self.manager_a)["bde.tax.gift"].create(
            {
                "campaign_id": self.campaign.id,
                "component_id": self.cfa.id,
                "relation_id": self.relation.id,
                "name": "Tour Cazeneuve HB500",
                "interest": "Usiner des pièces de révolution.",
                "book_value": 4800,
                "value_proof": base64.b64encode(b"%PDF-1.4 invoice"),
                "value_proof_name": "facture-4800.pdf",
                "received_on": "2025-12-31",
            }
            | vals
        )

    # ------------------------------------------------------------
    # Who may receive one, and when
    # ------------------------------------------------------------

    def test_only_a_cfa_receives_gifts(self):
        with self.assertRaisesRegex(ValidationError, "238 bis"):
            self.gift(component_id=self.lycee.id)
        gift = self.gift()
        with self.assertRaisesRegex(ValidationError, "patronage"):
            gift.component_id = self.lycee

    def test_a_school_without_cfa_is_told_at_once(self):
        other = self.tax_campaign(self.school_a, self.training_a, self.manager_a, year=2024)
        Gift = self.as_user(self.manager_a)["bde.tax.gift"]
        self.assertIn("238 bis", Gift.new({"campaign_id": other.id}).cfa_notice)
        self.assertFalse(Gift.new({"campaign_id": self.campaign.id}).cfa_notice)
        self.assertEqual(Gift.new({"campaign_id": self.campaign.id}).component_id._origin, self.cfa)

    def test_a_cfa_that_is_none_any_more_issues_nothing(self):
        gift = self.gift()
        self.cfa.is_cfa = False
        with self.assertRaisesRegex(UserError, "238 bis"):
            gift.action_issue()

    def test_received_within_the_year(self):
        for day in ("2024-12-31", "2026-01-01"):
            with self.assertRaisesRegex(ValidationError, "1 January to 31 December 2025"):
                self.gift(received_on=day)
        self.gift(received_on="2025-01-01")
        gift = self.gift()
        self.assertEqual(gift.deducted_in, "DSN of April 2026")

    def test_without_a_day_it_is_deducted_nowhere(self):
        new = self.as_user(self.manager_a)["bde.tax.gift"].new({})
        self.assertFalse(new.deducted_in)

    def test_no_receipt_before_it_is_there(self):
        campaign = self.tax_campaign(
            self.school_a, self.training_a, self.manager_a, year=2026,
            component_ids=[Command.create({"name": "CFA", "is_cfa": True})],
        )  # fmt: skip
        gift = self.gift(
            campaign_id=campaign.id,
            component_id=campaign.component_ids.id,
            received_on="2026-03-02",
        )
        self.assertIn("once the CFA has received", gift.todo)
        gift.received_on = "2026-03-01"
        self.assertFalse(gift.todo)

    def test_of_another_campaign(self):
        other = self.tax_campaign(
            self.school_a, self.training_a, self.manager_a, year=2024,
            component_ids=[Command.create({"name": "CFA", "is_cfa": True})],
        )  # fmt: skip
        with self.assertRaisesRegex(ValidationError, "campaign of the gift"):
            self.gift(component_id=other.component_ids.id)

    # ------------------------------------------------------------
    # The receipt
    # ------------------------------------------------------------

    def test_what_lacks_is_said_before(self):
        for vals, words in (
            ({"interest": False}, "pedagogical interest"),
            ({"book_value": 0}, "book value"),
            ({"value_proof": False}, "proves this value"),
            ({"received_on": False}, "day on which"),
        ):
            gift = self.gift(**vals)
            self.assertIn(words, gift.todo)
            with self.assertRaisesRegex(UserError, words):
                gift.action_issue()
            self.assertFalse(gift.number)
        self.employer.sudo().company_registry = False
        with self.assertRaisesRegex(UserError, "SIRET"):
            self.gift().action_issue()

    def test_it_says_what_the_dsn_asks(self):
        gift = self.gift()
        gift.action_issue()
        text = text_of(base64.b64decode(gift.pdf))
        for words in (
            "Reçu d’un versement en nature au CFA", gift.number, "Menuiserie Duval",
            "732 829 320 00074", "CFA AMPERE", "0400993M", "Tour Cazeneuve HB500",
            "Usiner des pièces de révolution.", "4 800 €", "facture-4800.pdf", "31 décembre 2025",
            "avril 2026", "S21.G00.82.002 = 077", "996", "L6241-4", "1er mars 2026", "Head A",
            "Daté du jour de livraison", "R6241-24",
        ):  # fmt: skip
            self.assertIn(words, text)
        self.assertNotIn("Projet", text)

    def test_a_draft_says_that_it_is_none(self):
        text = text_of(self.gift(interest=False)._receipt_pdf())
        self.assertIn("ce document n’est pas un reçu", text)

    def test_numbers_follow_each_other(self):
        first, second = self.gift(), self.gift()
        (first | second).action_issue()
        self.assertEqual(first.number, f"{self.school_a.uai}-N2025-001")
        self.assertEqual(second.number, f"{self.school_a.uai}-N2025-002")

    def test_once_issued_it_does_not_change(self):
        gift = self.gift()
        gift.action_issue()
        before = gift.pdf
        said = ({"book_value": 9}, {"name": "x"}, {"value_proof": b"eA=="}, {"received_on": False})
        for vals in said:
            with self.assertRaisesRegex(UserError, "does not change"):
                gift.write(vals)
            with self.assertRaisesRegex(UserError, "does not change"):
                gift.sudo().write(vals)
        with self.assertRaisesRegex(UserError, "number stays"):
            gift.unlink()
        with self.assertRaisesRegex(UserError, "already"):
            gift.action_issue()
        self.employer.sudo().name = "Renamed since"
        self.assertEqual(gift._receipt_pdf(), base64.b64decode(before))

    def test_no_state_by_hand(self):
        gift = self.gift()
        for vals in ({"state": "issued"}, {"number": "1"}, {"pdf": b"eA=="}, {"replaces_id": 1}):
            with self.assertRaises(AccessError):
                gift.write(vals)
            with self.assertRaises(AccessError):
                self.gift(**vals)

    def test_cancelled_and_replaced(self):
        gift = self.gift()
        gift.action_issue()
        Cancel = gift.env["bde.tax.gift.cancel"]
        wizard = Cancel.create({"gift_id": gift.id, "reason": "Value mistyped"})
        action = wizard.action_replace()
        self.assertEqual(gift.state, "cancelled")
        self.assertEqual(gift.number, f"{self.school_a.uai}-N2025-001")
        self.assertIn("Reçu annulé", text_of(gift._receipt_pdf()))
        new = gift.browse(action["res_id"])
        self.assertEqual(new.state, "draft")
        self.assertTrue(new.value_proof)
        new.book_value = 4700
        new.action_issue()
        self.assertEqual(new.number, f"{self.school_a.uai}-N2025-002")
        self.assertIn(f"Annule et remplace le reçu n° {gift.number}", text_of(new._receipt_pdf()))
        # asked again, the same one opens
        self.assertEqual(gift.action_replace()["res_id"], new.id)
        with self.assertRaisesRegex(UserError, "Only a receipt that was issued"):
            gift._cancel("twice")

    # ------------------------------------------------------------
    # Who
    # ------------------------------------------------------------

    def test_the_secretary_prepares_the_manager_issues(self):
        gift = self.gift(self.secretary_a)
        with self.assertRaises(AccessError):
            gift.action_issue()
        gift.with_env(self.as_user(self.manager_a)).action_issue()
        with self.assertRaises(AccessError):
            gift._cancel("no")

    def test_others_see_nothing(self):
        gift = self.gift()
        for user in (self.teacher_a, self.manager_b, self.correspondent):
            self.assertFalse(gift.with_env(self.as_user(user)).has_access("read"), user.login)

    def test_the_file_is_for_those_who_read_it(self):
        gift = self.gift()
        gift.action_issue()
        url = gift.action_print()["url"]
        self.authenticate("secretary_a", "secretary_a")
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.content[:5], b"%PDF-")
        for login in ("manager_b", "teacher_a"):
            self.authenticate(login, login)
            with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
                self.assertIn(self.url_open(url).status_code, (403, 404), login)
        self.authenticate(None, None)
        self.assertNotEqual(self.url_open(url).content[:5], b"%PDF-")
