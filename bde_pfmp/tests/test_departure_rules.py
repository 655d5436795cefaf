"""Departures, days away, claims, receipts and workbooks, without the ORM."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
from PIL import Image

from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..rules import claims, departure, receipts, workbook


def row(role, state="waiting", required=True, group=None, sequence=10):
    return (role, sequence, required, state, group)


@tagged("post_install", "-at_install")
class TestDepartureRules(BaseCase):
    def test_outcome(self):
        for state, host, decision, covered, expected in (
            ("signed", True, None, False, "ready"),
            ("running", True, "release", False, "ready"),
            ("closed", True, None, False, "ready"),
            ("signed", True, "hold", True, "held"),
            ("partly_signed", True, None, True, "unsigned"),
            ("partly_signed", True, "release", True, "released"),
            # the company's signature was lost by a correction: the release with it
            ("to_sign", True, "release", False, "unsigned"),
            ("to_sign", True, "hold", True, "held"),
            ("agreed", True, "release", True, "no_convention"),
            ("refused", True, None, False, "no_convention"),
            ("cancelled", False, None, False, "no_host"),
            ("to_place", False, "hold", False, "no_host"),
            ("interrupted", True, "release", True, "interrupted"),
        ):
            with self.subTest(state=state, decision=decision, covered=covered):
                self.assertEqual(departure.outcome(state, host, decision, covered), expected)
        self.assertEqual(set(departure.LEAVES), {"ready", "released"})

    def test_covers(self):
        """The company, and one of the two parents or the pupil of age."""
        host, mother = row("host", "signed"), row("guardian", "signed", group="g")
        father, minor = row("guardian", "to_sign", group="g"), row("student", required=False)
        for rows, expected in (
            ([host, mother, father, minor, row("tutor"), row("head", sequence=90)], True),
            ([host, row("student", "signed")], True),
            ([host, father, minor], False),
            ([row("host", "to_sign"), mother], False),
            # two guardians of whom each has to sign
            ([host, row("guardian", "signed"), row("guardian", "to_sign")], False),
            # a minor who read it is not his family
            ([host, row("student", "acknowledged", required=False)], False),
            ([mother], False),
            ([], False),
        ):
            with self.subTest(rows=rows):
                self.assertEqual(departure.covers(rows), expected)

    def test_lacking(self):
        rows = [
            row("host", "signed"),
            row("tutor", "to_sign"),
            row("guardian", "to_sign", group="g"),
            row("guardian", "signed", group="g"),
            row("student", required=False),
            row("head", sequence=90),
        ]
        self.assertEqual(departure.lacking(rows), [1, 5])

    def test_next_school_day(self):
        friday, saturday = date(2026, 10, 9), date(2026, 10, 10)
        closed = {date(2026, 10, 12)}
        for today, off, expected in (
            (date(2026, 10, 8), (), friday),
            (friday, (), date(2026, 10, 12)),
            (saturday, (), date(2026, 10, 12)),
            (friday, closed, date(2026, 10, 13)),
        ):
            with self.subTest(today=today):
                self.assertEqual(departure.next_school_day(today, off.__contains__), expected)
        # a school that never opens again: no endless search
        self.assertEqual(departure.next_school_day(friday, lambda _day: True), date(2027, 1, 17))

    def test_days_away(self):
        monday = date(2026, 11, 9)
        calendar = {
            date(2026, 11, 9): (420, 0),
            date(2026, 11, 10): (420, 120),  # two hours late: away all the same
            date(2026, 11, 11): (420, 0),  # Armistice: no meal at the school
            date(2026, 11, 12): (420, 420),  # ill
            date(2026, 11, 13): (0, 0),  # no hours: not with the company
            date(2026, 11, 14): (300, 0),  # a Saturday: no meal at the school
        }
        away, absent = departure.days_away(calendar, {date(2026, 11, 11)}.__contains__)
        self.assertEqual(away, {monday, date(2026, 11, 10)})
        self.assertEqual(absent, {date(2026, 11, 12)})


@tagged("post_install", "-at_install")
class TestClaimRules(BaseCase):
    def test_allowed(self):
        for asked, quantity, unit, stay, granted, expected in (
            (37.5, 10, 0, 0, 0, ("37.50", "", None)),
            (37.5, 10, 4, 0, 0, ("37.50", "", None)),
            (60, 10, 4, 0, 0, ("40.00", "unit", None)),
            (60, 10, 4, 30, 0, ("30.00", "stay", "30.00")),
            (60, 10, 4, 100, 70, ("30.00", "stay", "30.00")),
            (10, 1, 0, 50, 50, ("0.00", "stay", "0.00")),
            # more was granted than a lowered cap: nothing, never less
            (10, 1, 0, 50, 80, ("0.00", "stay", "0.00")),
            (10.005, 1, 0, 0, 0, ("10.01", "", None)),
        ):
            with self.subTest(asked=asked, unit=unit, stay=stay, granted=granted):
                amount, cut, left = expected
                left = left and Decimal(left)
                self.assertEqual(
                    claims.allowed(asked, quantity, unit, stay, granted),
                    (Decimal(amount), cut, left),
                )

    def test_parse_amount(self):
        for text, expected in (
            ("12,50 €", "12.50"),
            ("12.5", "12.50"),
            ("1\u202f234,56", "1234.56"),
            ("9999,99", "9999.99"),
            ("10000", None),
            ("0", None),
            ("-5", None),
            ("12,505", None),
            ("1.234,50", None),
            ("douze", None),
            ("", None),
            (None, None),
        ):
            with self.subTest(text=text):
                self.assertEqual(claims.parse_amount(text), expected and Decimal(expected))

    def test_parse_quantity(self):
        for text, expected in (
            ("12", 12), (" 3 ", 3), ("999", 999), ("1000", None), ("0", None), ("1,5", None),
            ("٣", None), ("", None),
        ):  # fmt: skip
            with self.subTest(text=text):
                self.assertEqual(claims.parse_quantity(text), expected)


@tagged("post_install", "-at_install")
class TestReceiptRules(BaseCase):
    def photo(self, size=(3000, 1000), kind="JPEG", **vals):
        stream = BytesIO()
        Image.new("RGB", size, (200, 10, 10)).save(stream, kind, **vals)
        return stream.getvalue()

    def test_photo_is_made_plain(self):
        exif = Image.Exif()
        exif[0x010F] = "Secret telephone"
        exif[0x0112] = 6  # lies on its side
        name, mimetype, data = receipts.read_receipt(self.photo(exif=exif))
        self.assertEqual((name, mimetype), ("jpg", "image/jpeg"))
        picture = Image.open(BytesIO(data))
        self.assertEqual(picture.size, (667, 2000))
        self.assertFalse(picture.getexif())
        self.assertNotIn(b"Secret", data)

    def test_other_files(self):
        self.assertEqual(receipts.read_receipt(self.photo(kind="PNG"))[0], "jpg")
        self.assertEqual(receipts.read_receipt(b"%PDF-1.7 x")[:2], ("pdf", "application/pdf"))
        for data, code in (
            (b"", "empty"),
            (b"<html>", "type"),
            (self.photo()[:200], "type"),
            (b"%PDF-" + b"x" * receipts.MOST_BYTES, "size"),
        ):
            with (
                self.subTest(code=code),
                self.assertRaisesRegex(receipts.ReceiptError, code),
            ):
                receipts.read_receipt(data)


@tagged("post_install", "-at_install")
class TestWorkbookRules(BaseCase):
    def test_cells_keep_their_kind(self):
        data = workbook.workbook(
            "Days: away/2026",
            ["Pupil", "From", "Days", "Sum"],
            [["=1+1", date(2026, 11, 9), 12, 3.5], [None, None, 0, 0.0]],
            notes=["A note"],
        )
        sheet = openpyxl.load_workbook(BytesIO(data)).active
        self.assertEqual(sheet.title, "Days  away 2026")
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual(rows[0], ("Pupil", "From", "Days", "Sum"))
        self.assertEqual(rows[1][1].date(), date(2026, 11, 9))
        self.assertEqual((rows[1][0], *rows[1][2:]), ("=1+1", 12, 3.5))
        self.assertEqual(sheet["A2"].data_type, "s")  # no formula
        self.assertEqual(rows[4][0], "A note")
