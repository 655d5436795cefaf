"""Paper edition of documents: the pages of a signed PDF, each with a code of its own below.

Plain Python, without the ORM. A page is drawn a little smaller and otherwise as it is: the
code has room whatever the margins of the page are, and no printer cuts it off.
"""

from io import BytesIO
from typing import NamedTuple

import pypdfium2 as pdfium
import qrcode
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from .pdfium import LOCK

WIDTH, HEIGHT = 210 * mm, 297 * mm
SHRINK = 0.925
CODE_SIDE = 17 * mm
CODE_LEFT, CODE_BOTTOM = 14 * mm, 5 * mm


class Part(NamedTuple):
    """A PDF of the edition.

    ``stamp`` is a function from the number of a page and their count to (code, lines of
    text beside it); None takes the pages as they are. ``pages``: which ones, from 0; all when
    None.
    """

    pdf: bytes
    stamp: object = None
    pages: object = None


def edition(parts):
    """One PDF of many parts, ready to print.

    :param parts: iterable of :class:`Part`; only one of them is in memory at a time
    :rtype: bytes
    """
    with LOCK:
        target = pdfium.PdfDocument.new()
    try:
        # making the next part may take a while: others may read scans meanwhile
        for part in parts:
            with LOCK:
                _add(target, part)
        stream = BytesIO()
        with LOCK:
            target.save(stream)
        return stream.getvalue()
    finally:
        with LOCK:
            target.close()


def _add(target, part):
    source = pdfium.PdfDocument(part.pdf)
    try:
        if part.stamp:
            _add_stamped(target, source, part.stamp)
        else:
            target.import_pages(source, part.pages)
    finally:
        source.close()


def _add_stamped(target, source, stamp):
    count = len(source)
    bands = pdfium.PdfDocument(_bands([stamp(number, count) for number in range(1, count + 1)]))
    try:
        for index in range(count):
            page = target.new_page(WIDTH, HEIGHT)
            width, height = source[index].get_size()
            scale = min(WIDTH / width, HEIGHT / height) * SHRINK
            left, bottom = (WIDTH - width * scale) / 2, HEIGHT - height * scale
            text = source.page_as_xobject(index, target).as_pageobject()
            text.set_matrix(pdfium.PdfMatrix(scale, 0, 0, scale, left, bottom))
            page.insert_obj(text)
            page.insert_obj(bands.page_as_xobject(index, target).as_pageobject())
            page.gen_content()
            page.close()
    finally:
        bands.close()


def _bands(stamps):
    """PDF with nothing but the code and its lines at the bottom of each page."""
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT))
    for code, lines in stamps:
        _draw_code(canvas, code)
        canvas.setFillGray(0.25)
        text = canvas.beginText(CODE_LEFT + CODE_SIDE + 4 * mm, CODE_BOTTOM + CODE_SIDE - 5 * mm)
        text.setFont("Helvetica", 7)
        text.setLeading(9.5)
        for line in lines:
            text.textLine(line)
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _draw_code(canvas, text):
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    matrix = code.get_matrix()
    side = CODE_SIDE / len(matrix)
    canvas.setFillGray(0)
    path = canvas.beginPath()
    for row, cells in enumerate(matrix):
        for column, dark in enumerate(cells):
            if dark:
                y = CODE_BOTTOM + CODE_SIDE - (row + 1) * side
                path.rect(CODE_LEFT + column * side, y, side, side)
    canvas.drawPath(path, stroke=0, fill=1)
