"""Signatures drawn on a screen: only a small clean picture goes further."""

import base64
import binascii
from io import BytesIO

from PIL import Image, UnidentifiedImageError

MAX_BYTES = 300_000
MAX_SIDE = 2000
_PREFIX = "data:image/png;base64,"


def clean_drawing(data_url):
    """PNG of a drawing sent by a browser, on white, without anything else the file held.

    :param str data_url: what a canvas gives
    :return: bytes; None when nothing was drawn
    :raises ValueError: when it is not such a picture, or too big
    """
    if not data_url:
        return None
    if not data_url.startswith(_PREFIX) or len(data_url) > MAX_BYTES * 4 // 3:
        raise ValueError("not a drawing, or too big")
    try:
        data = base64.b64decode(data_url[len(_PREFIX) :], validate=True)
        picture = Image.open(BytesIO(data), formats=["PNG"])
        if max(picture.size) > MAX_SIDE:
            raise ValueError("too big")
        picture = picture.convert("RGBA")
    except (
        binascii.Error, UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError,
    ) as error:  # fmt: skip
        raise ValueError("not a drawing") from error
    page = Image.new("RGBA", picture.size, "white")
    page.alpha_composite(picture)
    gray = page.convert("L")
    darkest, _lightest = gray.getextrema()
    if darkest > 200:
        return None
    stream = BytesIO()
    gray.save(stream, "PNG", optimize=True)
    return stream.getvalue()
