from io import BytesIO

import pypdfium2 as pdfium

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

    def take_in(self, *files, user=None, company=None):
        """Scans handed in by a member of staff; files are bytes.

        :return: the pages, in his environment, and the notes
        """
        env = self.as_user(user or self.secretary_a)
        named = [(f"scan {number}.pdf", data) for number, data in enumerate(files, 1)]
        return env["bde.paper.scan"]._take_in(company or self.school_a, named)

    def took(self, *files, **kwargs):
        return self.take_in(*files, **kwargs)[0]
