"""Receipts that people send from a phone: photos made plain, PDFs taken as they are.

No import of Odoo here: the module is tested alone.
"""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 60_000_000
MOST_FILES = 6
SIDE = 2000


class ReceiptError(ValueError):
    """A file that is not taken; its text is ``size``, ``type`` or ``empty``."""


def read_receipt(data):
    """(extension, mimetype, bytes) of a receipt that may be kept.

    A photo becomes an upright JPEG without the place and the telephone it was taken with.
    """
    if not data:
        raise ReceiptError("empty")
    if len(data) > MOST_BYTES:
        raise ReceiptError("size")
    if data.lstrip()[:5] == b"%PDF-":
        return "pdf", "application/pdf", data
    try:
        picture = Image.open(BytesIO(data), formats=("JPEG", "PNG"))
        if picture.width * picture.height > MOST_PIXELS:
            raise ReceiptError("size")
        picture = ImageOps.exif_transpose(picture).convert("RGB")
    except ReceiptError:
        raise
    except Image.DecompressionBombError as error:
        raise ReceiptError("size") from error
    # broken files make the decoders raise nearly anything
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ReceiptError("type") from error
    picture.thumbnail((SIDE, SIDE))
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=80)
    return "jpg", "image/jpeg", stream.getvalue()
