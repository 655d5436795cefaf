"""Pages that come back on paper: files of a scanner or a phone, and the codes on their pages.

Plain Python, without the ORM. Every page becomes a small upright JPEG: what staff look at is
what is kept, and nothing else of a stranger's file (scripts, forms, places of photos) stays.
"""

from io import BytesIO
from typing import NamedTuple

import pypdfium2 as pdfium
import zxingcpp
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from ..rules import paper_code
from . import ink
from .pdfium import LOCK

MAX_BYTES = 50_000_000
MAX_PAGES = 100
MAX_PIXELS = 60_000_000  # a phone makes 12 to 50 millions
LONG_SIDE = 1754  # A4 at 150 dpi: reads well, weighs 200 kB
JPEG_QUALITY = 75
DPI, FINE_DPI = 200, 320
BLANK_SHARE = 0.0004  # of dark points, below which a page is an empty back side

_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_BITMAP_TYPES = ("JPEG", "PNG", "MPO")  # MPO: JPEG of phones that take two pictures at once


class ScanError(Exception):
    """A file that cannot be read; ``kind`` says why, callers have the sentence."""

    def __init__(self, kind, **values):
        super().__init__(kind)
        self.kind = kind
        self.values = values


class Page(NamedTuple):
    """One page: ``codes`` are the texts of the QR codes on it; ``boxes`` the positions of those
    that are not empty, on a sheet of several, None elsewhere."""

    number: int
    jpeg: bytes
    codes: tuple
    blank: bool = False
    boxes: tuple | None = None


def kind_of(data):
    """``pdf``, ``picture``, ``heic`` or None, from the first bytes and never from the name."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "heic"
    if data[:3] == b"\xff\xd8\xff" or data[:8] == b"\x89PNG\r\n\x1a\n":
        return "picture"
    return None


def read_pages(data, max_pages=MAX_PAGES):
    """Pages of a PDF or of a photo, upright, with the codes that stand on them.

    :param bytes data: the file
    :param int max_pages: pages that may still be read
    :return: list of :class:`Page`
    :raises ScanError: ``empty``, ``too_large``, ``heic``, ``unknown``, ``malformed``,
        ``encrypted``, ``too_many_pages`` (``pages``), ``too_many_pixels`` (``page``)
    """
    if not data:
        raise ScanError("empty")
    if len(data) > MAX_BYTES:
        raise ScanError("too_large")
    kind = kind_of(data)
    if kind == "pdf":
        with LOCK:
            return _read_pdf(data, max_pages)
    if kind == "picture":
        if max_pages < 1:
            raise ScanError("too_many_pages", pages=1)
        return [_read_photo(data)]
    raise ScanError(kind or "unknown")


# ------------------------------------------------------------
# PDF
# ------------------------------------------------------------


def _read_pdf(data, max_pages):
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower() or "security" in str(error).lower()
        raise ScanError("encrypted" if locked else "malformed") from error
    try:
        if not len(document):
            raise ScanError("malformed")
        if len(document) > max_pages:
            raise ScanError("too_many_pages", pages=len(document))
        return [_read_pdf_page(document, index) for index in range(len(document))]
    finally:
        document.close()


def _read_pdf_page(document, index):
    try:
        page = document[index]
        _check_pixels(page, index)
        picture = _render(page, DPI)
        gray = picture.convert("L")
        codes = find_codes(gray)
        if not codes and not is_blank(picture):
            gray = _render(page, FINE_DPI).convert("L")
            codes = find_codes(gray, stubborn=True)
    except (pdfium.PdfiumError, MemoryError, ValueError) as error:
        raise ScanError("malformed") from error
    return _page(index + 1, picture, codes, gray)


def _check_pixels(page, index):
    """Stops before a picture that is small in the file and huge in memory is unpacked."""
    pictures = page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)
    for picture in pictures:
        width, height = picture.get_px_size()
        if width * height > MAX_PIXELS:
            raise ScanError("too_many_pixels", page=index + 1)


def _render(page, dpi):
    """Picture of a page, A4 at this resolution whatever size the page says it has."""
    longest = max(page.get_size())
    scale = dpi / 72 * min(1, 842 / longest) if longest else 1
    return page.render(scale=scale).to_pil().convert("RGB")


# ------------------------------------------------------------
# PHOTO
# ------------------------------------------------------------


def _read_photo(data):
    try:
        picture = Image.open(BytesIO(data), formats=_BITMAP_TYPES)
        if picture.width * picture.height > MAX_PIXELS:
            raise ScanError("too_many_pixels", page=1)
        picture = ImageOps.exif_transpose(picture)
        if picture.mode in ("RGBA", "LA", "PA", "P"):
            picture = picture.convert("RGBA")
            picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
        picture = picture.convert("RGB")
    except Image.DecompressionBombError as error:
        raise ScanError("too_many_pixels", page=1) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ScanError("malformed") from error
    gray = picture.convert("L")
    small = ImageOps.contain(gray, (2400, 2400)) if max(gray.size) > 2400 else gray
    if codes := find_codes(small):
        gray = small
    else:
        codes = find_codes(gray, stubborn=True)
    return _page(1, picture, codes, gray)


# ------------------------------------------------------------
# CODES
# ------------------------------------------------------------


def find_codes(gray, stubborn=False):
    """QR codes on a picture.

    :param gray: ``PIL.Image`` of mode L
    :param bool stubborn: tries again on what a bad scanner and a shaky hand make of it
    :return: list of the codes that zxing found
    """
    found = _decode(gray)
    if found or not stubborn:
        return found
    even = ImageOps.autocontrast(gray, cutoff=2)
    tries = (
        lambda: even.filter(ImageFilter.UnsharpMask(3, 180, 2)),
        lambda: even.filter(ImageFilter.GaussianBlur(1.2)),
        lambda: even.filter(ImageFilter.MedianFilter(3)),
    )
    for attempt in tries:
        if found := _decode(attempt()):
            return found
    return []


def _decode(gray):
    return zxingcpp.read_barcodes(gray, formats=zxingcpp.BarcodeFormat.QRCode)


def is_blank(picture):
    """Whether a page is an empty back side."""
    small = ImageOps.contain(picture.convert("L"), (600, 600), Image.Resampling.BOX)
    # the shadow of a scanner's edge is no ink
    margin = small.width // 20
    small = small.crop((margin, margin, small.width - margin, small.height - margin))
    dark = sum(small.histogram()[:150])
    return dark < BLANK_SHARE * small.width * small.height


def _boxes(gray, codes):
    """Boxes that are not empty, when the page is a sheet of several and both its codes are seen."""
    if len(codes) != 2 or codes[0].text != codes[1].text:
        return None
    said = paper_code.parse(codes[0].text)
    if not (said and said.positions):
        return None
    return tuple(ink.marked(gray, codes, len(said.positions)))


def _page(number, picture, codes, gray):
    """The page as it is kept: turned upright by its code, small, without any metadata."""
    if codes:
        turn = round(codes[0].orientation / 90) * 90 % 360
        if turn:
            picture = picture.rotate(turn, expand=True)
    blank = not codes and is_blank(picture)
    picture = ImageOps.contain(picture, (LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=JPEG_QUALITY, optimize=True)
    texts = tuple(dict.fromkeys(code.text for code in codes))
    return Page(number, stream.getvalue(), texts, blank, _boxes(gray, codes))
