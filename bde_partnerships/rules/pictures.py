"""Photos for letters and pages: upright, small, and without what the camera wrote into them.

No import of Odoo here: the module is tested alone.
"""

from io import BytesIO

from PIL import (
    Image,
    ImageOps,
    MpoImagePlugin,  # noqa: F401 (JPEG of phones that take two pictures at once)
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401 (Odoo registers the other formats itself)
)

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 60_000_000
SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")


class PictureError(ValueError):
    """A file that is not taken; its text is ``size``, ``type`` or ``empty``."""


def plain_photo(data, side=SIDE):
    """JPEG of a photo, at most ``side`` points on its longer side.

    Place, hour, owner and telephone (EXIF, XMP) are dropped, for all but the points is.

    :param bytes data: JPEG, PNG or WebP
    :rtype: bytes
    :raises PictureError: it is empty, too large or no picture
    """
    if not data:
        raise PictureError("empty")
    if len(data) > MOST_BYTES:
        raise PictureError("size")
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise PictureError("size")
        picture = ImageOps.exif_transpose(picture)
        if "A" in picture.getbands() or "transparency" in picture.info:
            picture = _on_white(picture.convert("RGBA"))
        picture = picture.convert("RGB")
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise PictureError("size") from error
    # broken files make the decoders raise nearly anything
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise PictureError("type") from error
    picture.thumbnail((side, side))
    return _jpeg(picture)


def _on_white(picture):
    """What was transparent is white: JPEG would make it black."""
    page = Image.new("RGBA", picture.size, "white")
    page.alpha_composite(picture)
    return page


def _jpeg(picture):
    stream = BytesIO()
    # a new picture of the same points: information of the old one stays behind
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    clean.save(stream, "JPEG", quality=82, optimize=True)
    return stream.getvalue()
