"""Pupils' claims: sent from the page or typed, cut by the caps, granted, refused, paid."""

import base64
from datetime import timedelta
from io import BytesIO
from unittest.mock import patch

import openpyxl
from PIL import Image
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .test_stay import StayCase


def photo():
    stream = BytesIO()
    Image.new("RGB", (40, 30), (90, 90, 90)).save(stream, "JPEG")
    return stream.getvalue()


class ClaimCase(StayCase):
    """The board pays meals up to 4 € each and 100 € a placement, and journeys up to 80 €."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.caps = cls.env["bde.claim.cap"].create(
            [
                {
                    "company_id": cls.school_a.id,
                    "board_date": cls.year.date_start,
                    "date_from": cls.year.date_start,
                    **vals,
                }
                for vals in (
                    {"kind": "meals", "amount_unit": 4, "amount_stay": 100},
                    {"kind": "transport", "amount_stay": 80, "receipt_required": False},
                )
            ]
        )
        cls.meals, cls.journeys = cls.caps

    def claim(self, user=None, receipt=True, **vals):
        env = self.as_user(user or self.intendance_a)
        claim = env["bde.claim"].create(
            {
                "placement_id": self.placement.id,
                "kind": "meals",
                "quantity": 10,
                "amount_asked": 37.5,
                **vals,
            }
        )
        if receipt:
            claim._add_receipts([("ticket.jpg", "image/jpeg", photo())])
        return claim


@tagged("post_install", "-at_install")
class TestClaim(ClaimCase):
    def test_granted_within_the_caps(self):
        """Worked out by hand: 10 meals at 4 € are 40 €; 100 € for the placement."""
        first = self.claim()
        cut = self.claim(amount_asked=60, date_from=self.start + timedelta(days=1))
        last = self.claim(quantity=20, amount_asked=75, date_from=self.start + timedelta(days=2))
        claims = first + cut + last
        self.assertEqual(claims.mapped("amount_allowed"), [37.5, 40.0, 22.5])
        self.assertIn("Under the cap", first.working)
        self.assertRegex(cut.working, r"60.00.*cut to 10 × .*4.00.*a meal")
        self.assertRegex(last.working, r"75.00.*cut to the .*22.50.*left of .*100.00")
        told = claims.action_grant()["params"]
        self.assertEqual(told["type"], "success")
        self.assertRegex(told["message"], "3 claims, .*100.00")
        self.assertEqual(claims.mapped("amount_granted"), [37.5, 40.0, 22.5])
        self.assertEqual(set(claims.mapped("state")), {"granted"})
        self.assertEqual(claims.decided_by_id, self.intendance_a)
        self.assertRegex(last.granted_working, "22.50")
        # nothing is left: the next one is told, not granted
        more = self.claim(date_from=self.start + timedelta(days=3))
        with self.assertRaisesRegex(UserError, "the caps leave nothing"):
            more.action_grant()
        # who grants another one at the same second waits for all that the cap is shared with
        Document, locked = type(self.env["bde.document"]), []
        with patch.object(Document, "_lock_rows", lambda _self, rows: locked.append(rows)):
            with self.assertRaises(UserError):
                more.action_grant()
        self.assertEqual(locked[0], self.placement.sudo().claim_ids)
        # another pupil has his own hundred
        other = self.claim(placement_id=self.placement_adult.id)
        self.assertEqual(other.amount_allowed, 37.5)

    def test_receipts_that_show_less(self):
        claim = self.claim(amount_justified=12)
        self.assertEqual(claim.amount_allowed, 12)
        self.assertRegex(claim.working, "37.50.*asked, .*12.00.*on receipts")
        for wrong in (40, -1):
            with self.subTest(wrong=wrong), self.assertRaises(ValidationError):
                claim.amount_justified = wrong

    def test_what_cannot_be_granted_is_told(self):
        granted, without = self.claim(), self.claim(receipt=False, amount_asked=5)
        lodging = self.claim(kind="lodging", amount_asked=30)
        told = (granted + without + lodging).action_grant()["params"]
        self.assertEqual((told["type"], told["sticky"]), ("warning", True))
        self.assertIn("Meals: the receipt is missing", told["message"])
        self.assertIn("Lodging: no vote of the board covers", told["message"])
        self.assertEqual((granted + without + lodging).mapped("state")[1:], ["draft", "draft"])
        with self.assertRaisesRegex(UserError, "decided already"):
            granted.action_grant()
        self.assertEqual(lodging.amount_allowed, 0)
        self.assertIn("No vote", lodging.working)
        # journeys are paid without receipts here
        journey = self.claim(kind="transport", receipt=False, quantity=12, amount_asked=31.2)
        self.assertEqual(journey.unit, "journey")
        journey.action_grant()
        self.assertEqual(journey.amount_granted, 31.2)

    def test_caps_are_those_of_the_first_day(self):
        middle = self.start + timedelta(days=7)
        self.meals.date_to = middle - timedelta(days=1)
        self.env["bde.claim.cap"].create(
            {
                "company_id": self.school_a.id,
                "kind": "meals",
                "amount_unit": 5,
                "board_date": middle,
                "date_from": middle,
            }
        )
        before = self.claim(amount_asked=60)
        after = self.claim(amount_asked=60, date_from=middle)
        self.assertEqual((before.amount_allowed, after.amount_allowed), (40, 50))

    def test_refused_with_a_reason(self):
        claims = self.claim() + self.claim(amount_asked=5)
        action = claims.action_ask_refuse()
        wizard = claims.env[action["res_model"]].browse(action["res_id"])
        with self.assertRaisesRegex(UserError, "Write why"):
            wizard.action_confirm()
        wizard.reason = "The canteen of the company is free"
        wizard.action_confirm()
        self.assertEqual(set(claims.mapped("state")), {"refused"})
        with self.assertRaisesRegex(UserError, "decided"):
            claims._refuse("again")
        claims.action_reopen()
        self.assertEqual(set(claims.mapped("state")), {"submitted"})
        self.assertFalse(claims[0].refusal_reason)

    def test_paid(self):
        claim, other = self.claim(), self.claim(amount_asked=5)
        claim.action_grant()
        told = (claim + other).action_pay()["params"]
        self.assertIn("not granted", told["message"])
        self.assertEqual((claim.state, claim.paid_on), ("paid", self.school_a._bde_today()))
        for verb in (claim.action_pay, claim.action_reopen):
            with self.assertRaises(UserError):
                verb()
        with self.assertRaisesRegex(UserError, "is decided"):
            claim.amount_asked = 1
        with self.assertRaisesRegex(UserError, "is kept"):
            claim.unlink()
        other.unlink()

    def test_who_does_what(self):
        claim = self.claim(self.secretary_a)
        claim.action_submit()
        with self.assertRaisesRegex(UserError, "sent already"):
            claim.action_submit()
        for verb in ("action_grant", "action_ask_refuse", "action_pay", "action_reopen"):
            with self.subTest(verb=verb), self.assertRaises(AccessError):
                getattr(claim, verb)()
        claim.with_env(self.as_manager).action_grant()
        for user in (self.teacher_a, self.school_life_a, self.manager_b, self.correspondent):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.claim(user)
                with self.assertRaises(AccessError):
                    claim.with_env(self.as_user(user)).read(["amount_asked"])

    def test_nobody_writes_a_decision(self):
        claim = self.claim()
        for vals in ({"state": "paid"}, {"amount_granted": 500}, {"source": "student"}):
            with self.subTest(vals=vals):
                with self.assertRaises(AccessError):
                    claim.write(vals)
                with self.assertRaises(AccessError):
                    self.claim(**vals)

    def test_a_claim_stays_with_its_placement(self):
        claim = self.claim()
        with self.assertRaisesRegex(UserError, "stays with its placement"):
            claim.placement_id = self.placement_adult
        claim.placement_id = self.placement  # the same: nothing happens

    @mute_logger("odoo.sql_db")
    def test_bad_input(self):
        with self.assertRaisesRegex(ValidationError, "the days lie between"):
            self.claim(date_from=self.start - timedelta(days=1))
        for vals in ({"quantity": 0}, {"amount_asked": 0}, {"amount_asked": 10000}):
            with (
                self.subTest(vals=vals),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.claim(receipt=False, **vals).flush_recordset()
        with self.assertRaisesRegex(ValidationError, "another cap holds"):
            self.meals.copy()
        with self.assertRaisesRegex(ValidationError, "not counted like this"):
            self.meals.unit = "km"

    def test_card_of_the_home_screen(self):
        self.claim().action_submit()
        self.claim(amount_asked=2)  # in preparation: nobody decides it yet
        for user, count in (
            (self.intendance_a, 1),
            (self.manager_a, 1),
            (self.school_life_a, None),
            (self.manager_b, None),
        ):
            home = self.as_user(user)["bde.home"].get_home()
            cards = {card["label"]: card["count"] for card in sum(home["sections"].values(), [])}
            with self.subTest(user=user.login):
                self.assertEqual(cards.get("Claims to decide"), count)

    def test_receipts_follow_their_claim(self):
        claim = self.claim()
        receipt = claim.receipt_ids
        self.assertEqual((receipt.res_model, receipt.res_id), ("bde.claim", claim.id))
        self.assertTrue(receipt.with_env(self.as_user(self.secretary_a)).raw)
        for user in (self.teacher_a, self.manager_b):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                receipt.with_env(self.as_user(user)).read(["datas"])
        # uploaded in the form before the claim was saved
        env = self.as_user(self.intendance_a)
        loose = env["ir.attachment"].create(
            {"name": "r.jpg", "datas": base64.b64encode(photo()), "res_model": "bde.claim"}
        )
        other = self.claim(receipt=False, receipt_ids=[(6, 0, loose.ids)], amount_asked=3)
        self.assertEqual(loose.res_id, other.id)

    def test_queries_do_not_grow(self):
        claims = self.env["bde.claim"]
        for index in range(20):
            claims += self.claim(
                amount_asked=1, quantity=1, date_from=self.start + timedelta(days=index % 10)
            )
        env = self.as_user(self.intendance_a)
        shown = ["amount_allowed", "working", "unit", "receipt_count", "student_name"]

        def queries(records):
            env.flush_all()
            env.invalidate_all()
            before = env.cr.sql_log_count
            env["bde.claim"].search_read([("id", "in", records.ids)], shown)
            return env.cr.sql_log_count - before

        queries(claims)
        few = queries(claims[:2])
        self.assertLessEqual(queries(claims), few + 1)


@tagged("post_install", "-at_install")
class TestClaimPage(ClaimCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        _link, path = self.link(self.boris)
        self.path = f"{path}/{self.adult.uuid}"

    def send(self, files=None, **form):
        values = {
            "kind": "meals",
            "date_from": self.start.isoformat(),
            "date_to": self.end.isoformat(),
            "quantity": "12",
            "amount": "48,60 €",
            **form,
        }
        files = [("receipts", ("r.jpg", photo(), "image/jpeg"))] if files is None else files
        return self.url_open(f"{self.path}/claim", data=values, files=files or None)

    def claims(self):
        return self.env["bde.claim"].search(
            [("placement_id", "=", self.placement_adult.id)], order="id"
        )

    def test_sent_once(self):
        page = self.url_open(self.path)
        self.assertIn('id="claim"', page.text)
        for _twice in range(2):
            self.assertEqual(self.send().status_code, 200)
        claim = self.claims()
        self.assertEqual(len(claim), 1)
        self.assertEqual(
            (claim.state, claim.source, claim.quantity, claim.amount_asked),
            ("submitted", "student", 12, 48.6),
        )
        self.assertEqual(claim.receipt_ids.mapped("mimetype"), ["image/jpeg"])
        # read by the intendance
        self.assertTrue(claim.receipt_ids.with_env(self.as_user(self.intendance_a)).raw)
        self.assertEqual(claim.amount_allowed, 48)
        claim.with_env(self.as_user(self.intendance_a)).action_grant()
        page = self.url_open(self.path)
        self.assertIn("48,00", page.text)

    def test_bad_input_is_told_and_kept(self):
        for change, code in (
            ({"amount": "beaucoup"}, "claim_amount_error"),
            ({"quantity": "1,5"}, "claim_quantity_error"),
            ({"date_to": "2020-01-01"}, "claim_from_error"),
            ({"date_from": "x"}, "claim_from_error"),
            ({"kind": "lodging"}, "claim_kind_error"),
            ({"files": [("receipts", ("x.exe", b"MZ", "image/jpeg"))]}, "claim_receipts_error"),
            ({"files": []}, "claim_receipts_error"),
            (
                {"files": [("receipts", (f"{n}.jpg", photo(), "image/jpeg")) for n in range(7)]},
                "claim_receipts_error",
            ),
        ):
            with self.subTest(change=str(change)[:60]):
                page = self.send(note="Le train de 7 h", **change)
                self.assertEqual(page.status_code, 422)
                self.assertIn(f'id="{code}"', page.text)
                self.assertIn("Le train de 7 h", page.text)
                self.assertFalse(self.claims())

    def test_journeys_without_receipt(self):
        self.send(files=[], kind="transport", amount="20")
        self.assertEqual(self.claims().kind, "transport")

    def test_a_refused_one_may_be_sent_again(self):
        self.send()
        self.claims().with_env(self.as_user(self.intendance_a))._refuse("Illisible <b>")
        self.assertIn("Illisible &lt;b&gt;", self.url_open(self.path).text)
        self.send()
        self.assertEqual(self.claims().mapped("state"), ["refused", "submitted"])

    def test_not_where_the_board_voted_nothing(self):
        self.caps.date_from = self.end + timedelta(days=1)
        self.assertNotIn('id="claim"', self.url_open(self.path).text)
        self.assertEqual(self.send().status_code, 404)

    def test_the_company_claims_nothing(self):
        _link, path = self.link(self.boss)
        page = self.url_open(f"{path}/{self.adult.uuid}")
        self.assertNotIn('id="claim"', page.text)
        self.path = f"{path}/{self.adult.uuid}"
        self.assertEqual(self.send().status_code, 404)

    def test_workbook(self):
        self.send()
        self.authenticate("intendance_a", "intendance_a")
        action = self.claims().action_export()
        response = self.url_open(action["url"])
        rows = list(
            openpyxl.load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True)
        )
        # in the language of who asks, whichever the database was made with
        self.assertEqual(rows[1][:3], ("1MELEC", "DUPONT Boris", "Menuiserie Duval"))
        self.assertIn(rows[1][3], ("Meals", "Repas"))
        self.assertEqual((rows[1][6], rows[1][7]), (12, 48.6))
        self.assertEqual(rows[1][4].date(), self.start)
        for user in ("teacher_a", "manager_b"):
            self.authenticate(user, user)
            with mute_logger("odoo.http"):
                self.assertIn(self.url_open(action["url"]).status_code, (403, 404))
