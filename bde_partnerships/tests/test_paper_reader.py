import doctest
from io import BytesIO

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter
from pypdf import PdfReader, PdfWriter

from odoo.tests import BaseCase, tagged

from ..pdf import paper, render, scan
from ..rules import paper_code
from .paper_common import photo, pictures_of, scanned

TOKEN = "Zr5yqPlK3_-aBcDeFgHiJk"
PAGE = "<!DOCTYPE html><html lang='fr'><head><title>T</title></head><body>%s</body></html>"


def made(pages=1):
    """PDF of a text of some pages."""
    body = "".join(
        f"<h1 style='break-before: {'page' if number else 'auto'}'>Page {number + 1}</h1>"
        for number in range(pages)
    )
    return render.render(PAGE % body)


def stamp(page, count):
    return paper_code.page_code(TOKEN, 3, page), [f"n° 1 · page {page} sur {count}", "aé" * 20]


@tagged("post_install", "-at_install")
class TestPaperCode(BaseCase):
    def test_doctests(self):
        self.assertEqual(doctest.testmod(paper_code).failed, 0)

    def test_codes_read_back(self):
        mark = paper_code.party_mark("host", "u")
        for code, expected in (
            (paper_code.page_code(TOKEN, 12, 4), (TOKEN, 12, "p4")),
            (paper_code.party_code(TOKEN, 1, mark), (TOKEN, 1, mark)),
            (paper_code.sheet_code(TOKEN, 1, [0, 4, 5]), (TOKEN, 1, "s31")),
        ):
            self.assertEqual(paper_code.parse(code), expected)
        self.assertEqual(paper_code.parse(paper_code.page_code(TOKEN, 1, 4)).page, 4)
        self.assertEqual(paper_code.parse(paper_code.party_code(TOKEN, 1, mark)).page, 0)

    def test_what_is_not_ours_says_nothing(self):
        for text in (
            "", None, "WIFI:T:WPA;S:home;P:secret;;", "BDE1.short.1.s1", f"BDE1.{TOKEN}.1",
            f"BDE1.{TOKEN}.1.s",
            f"BDE1.{TOKEN}.x.s1", f"BDE1.{TOKEN}.1.s1; DROP", f"BDE2.{TOKEN}.1.s1",
            f"javascript:/bde/v/{TOKEN}",
        ):  # fmt: skip
            self.assertIsNone(paper_code.parse(text), text)


@tagged("post_install", "-at_install")
class TestPaperEdition(BaseCase):
    def test_every_page_bears_its_own_code(self):
        pdf = paper.edition([paper.Part(made(3), stamp)])
        codes = [page.codes for page in scan.read_pages(pdf)]
        self.assertEqual(codes, [(f"BDE1.{TOKEN}.3.p{number}",) for number in (1, 2, 3)])
        reader = PdfReader(BytesIO(pdf))
        for number, page in enumerate(reader.pages, 1):
            text = page.extract_text()
            self.assertIn(f"Page {number}", text, "the page itself is all there")
            self.assertIn(f"page {number} sur 3", text)
            self.assertEqual([round(float(side)) for side in page.mediabox[2:]], [595, 842])

    def test_parts_follow_each_other(self):
        source = made(3)
        pdf = paper.edition(
            [
                paper.Part(source, pages=[2]),
                paper.Part(source, stamp),
                paper.Part(source, pages=[0]),
            ]
        )
        texts = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
        self.assertEqual([text.split()[1] for text in texts], ["3", "1", "2", "3", "1"])


@tagged("post_install", "-at_install")
class TestReadPages(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pdf = paper.edition([paper.Part(made(), stamp)])
        [cls.picture] = pictures_of(cls.pdf)
        cls.code = f"BDE1.{TOKEN}.3.p1"

    def assertReads(self, data, message=None):
        [page] = scan.read_pages(data)
        self.assertEqual(page.codes, (self.code,), message)
        return page

    def test_page_lies_in_any_direction_and_is_put_upright(self):
        def ink_at_bottom_left(jpeg):
            picture = Image.open(BytesIO(jpeg)).convert("L")
            corner = (0, picture.height * 9 // 10, picture.width // 4, picture.height)
            return picture.crop(corner).getextrema()[0] < 80

        for angle in (0, 90, 180, 270):
            turned = self.picture.rotate(angle, expand=True)
            for kind, data in (("scan", scanned([turned])), ("photo", photo(turned))):
                page = self.assertReads(data, f"{kind} {angle}")
                self.assertTrue(ink_at_bottom_left(page.jpeg), f"{kind} {angle}")
                width, height = Image.open(BytesIO(page.jpeg)).size
                self.assertLess(width, height)

    def test_turn_noted_by_the_phone_alone_is_followed(self):
        exif = Image.Exif()
        exif[0x0112] = 6  # stands on its side, to be turned right
        data = photo(self.picture.rotate(90, expand=True), exif=exif)
        page = self.assertReads(data)
        kept = Image.open(BytesIO(page.jpeg))
        self.assertLess(*kept.size)
        self.assertFalse(kept.getexif(), "nothing that the phone noted is kept")

    def test_what_bad_scanners_and_shaky_hands_make_of_it(self):
        size = self.picture.size
        perspective = (-90, -60, 40, size[1] + 70, size[0] + 60, size[1] + 10, size[0] - 30, -40)
        for name, picture in {
            "askew": self.picture.rotate(4, expand=True, fillcolor="white"),
            "blurred": self.picture.filter(ImageFilter.GaussianBlur(1.3)),
            "dark": ImageEnhance.Brightness(self.picture).enhance(0.4),
            "pale": ImageEnhance.Contrast(self.picture).enhance(0.3),
            "from the side": self.picture.transform(
                size, Image.Transform.QUAD, perspective, Image.Resampling.BICUBIC, fillcolor="gray"
            ),
            "100 dpi": self.picture.resize((827, 1169)),
        }.items():
            self.assertReads(photo(picture, quality=60), name)
        self.assertReads(photo(self.picture, quality=15), "pressed hard")

    def test_photo_of_twelve_millions_is_kept_small(self):
        large = self.picture.resize((3000, 4243)).rotate(90, expand=True)
        page = self.assertReads(photo(large))
        self.assertLess(len(page.jpeg), 400_000)
        self.assertEqual(max(Image.open(BytesIO(page.jpeg)).size), scan.LONG_SIDE)

    def test_empty_back_sides_are_told_apart(self):
        white = Image.new("RGB", self.picture.size, "white")
        signed = white.copy()
        ImageDraw.Draw(signed).line([(300, 800), (500, 700), (650, 820), (800, 720)], "black", 4)
        pages = scan.read_pages(scanned([self.picture, white, signed]))
        self.assertEqual([page.blank for page in pages], [False, True, False])

    def assertStops(self, kind, data, **kwargs):
        with self.assertRaises(scan.ScanError) as caught:
            scan.read_pages(data, **kwargs)
        self.assertEqual(caught.exception.kind, kind)

    def test_files_that_cannot_be_read_say_why(self):
        self.assertStops("empty", b"")
        self.assertStops("unknown", b"PK\x03\x04 a text file")
        self.assertStops("unknown", b"GIF89a")
        self.assertStops("heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
        self.assertStops("malformed", b"%PDF-1.7 and nothing more")
        self.assertStops("malformed", b"\xff\xd8\xff\xe0 nothing more")
        self.assertStops("malformed", b"\x89PNG\r\n\x1a\n nothing more")
        locked = PdfWriter(clone_from=BytesIO(self.pdf))
        locked.encrypt("secret")
        stream = BytesIO()
        locked.write(stream)
        self.assertStops("encrypted", stream.getvalue())

    def test_limits_hold_before_anything_is_unpacked(self):
        self.assertStops("too_many_pages", made(4), max_pages=3)
        self.assertStops("too_many_pages", photo(self.picture), max_pages=0)
        self.patch(scan, "MAX_BYTES", 1000)
        self.assertStops("too_large", self.pdf)
        self.patch(scan, "MAX_BYTES", 10**9)
        # 81 millions of points in a file of some kilobytes
        bomb = Image.new("1", (9_000, 9_000))
        stream = BytesIO()
        bomb.save(stream, "PNG")
        self.assertLess(len(stream.getvalue()), 100_000)
        self.assertStops("too_many_pixels", stream.getvalue())
        stream = BytesIO()
        bomb.convert("L").save(stream, "PDF")
        self.assertStops("too_many_pixels", stream.getvalue())
