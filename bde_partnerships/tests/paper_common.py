from io import BytesIO

import pypdfium2 as pdfium
from PIL import ImageDraw

from .engine_common import EngineCase


def pictures_of(pdf, dpi=150):
    """What a scanner sees of each page of a PDF: list of ``PIL.Image``."""
    document = pdfium.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]
    finally:
        document.close()


def scanned(pictures):
    """The file of a scanner: a PDF of pictures."""
    stream = BytesIO()
    first, *others = pictures
    first.save(stream, "PDF", save_all=True, append_images=others, resolution=150)
    return stream.getvalue()


def photo(picture, **options):
    """The file of a phone."""
    stream = BytesIO()
    picture.save(stream, "JPEG", **{"quality": 80, **options})
    return stream.getvalue()


class PaperCase(EngineCase):
    """Documents out for signature, printed, signed by hand and scanned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classPatch(cls.registry["bde.training"], "_obstacles_to_send", lambda self: {})

    def edition(self, documents, *roles):
        """Pages of the paper edition as pictures; for some roles alone when they are named."""
        if roles:
            signatures = documents.signature_ids.filtered(lambda s: s.role in roles)
            return pictures_of(signatures._paper_pdf())
        return pictures_of(documents._paper_pdf())

    def sheet(self, document, *roles):
        """The last page of the edition: the sheet to sign."""
        return self.edition(document, *roles)[-1]

    def signed(self, sheet, *boxes):
        """The sheet with something written in these boxes; a sheet is 1240 points wide."""
        sheet = sheet.copy()
        pen = ImageDraw.Draw(sheet)
        for box in boxes:
            left = 16 + 90 * (box % 2)
            top = 100 + 40 * (box // 2)
            points = [(10, 34), (18, 24), (25, 35), (32, 25), (40, 33), (60, 27), (70, 34)]
            pen.line(
                [((left + x) * 1240 / 210, (top + y) * 1240 / 210) for x, y in points],
                fill=(30, 40, 150),
                width=4,
            )
        return sheet

    def torn(self, sheet):
        """The sheet without the corners that bear its code."""
        sheet = sheet.copy()
        sheet.paste("white", (900, 0, 1240, 340))
        sheet.paste("white", (0, 1500, 300, 1754))
        return sheet

    def take_in(self, *files, user=None, company=None):
        """Scans handed in by a member of staff; files are bytes.

        :return: the pages, in his environment, and the notes
        """
        env = self.as_user(user or self.secretary_a)
        named = [(f"scan {number}.pdf", data) for number, data in enumerate(files, 1)]
        return env["bde.paper.scan"]._take_in(company or self.school_a, named)

    def took(self, *files, **kwargs):
        return self.take_in(*files, **kwargs)[0]
