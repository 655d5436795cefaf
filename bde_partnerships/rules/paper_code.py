"""The code on every page of a paper edition: which document, which version, which part of it.

``BDE1.<check token>.<version>.<part>``. The part is ``p3`` for page 3 of the text, ``s`` and a
mask in hexadecimal for a sheet of several parties (bit n: the n-th party of that version has a
box on it), else the short mark of the one party whose sheet it is. The code tells nothing to a
stranger that the page does not: it opens no link.
"""

import re
from typing import NamedTuple

from .canonical import sha256_hex

PREFIX = "BDE1"
SHEET = "s"
_CODE = re.compile(
    r"BDE1\.([\w-]{8,64})\.(\d{1,6})\.(p\d{1,4}|s[0-9a-f]{1,16}|[0-9a-f]{8})", re.ASCII
)
_CHECK_URL = re.compile(r"https?://\S+?/bde/v/([\w-]{8,64})", re.ASCII)


class PaperCode(NamedTuple):
    """What a code says; ``version`` is None for the code of the verification page."""

    check_token: str
    version: int | None
    part: str

    @property
    def page(self):
        """Number of the page of the text, 0 on a sheet."""
        return int(self.part[1:]) if self.part.startswith("p") else 0

    @property
    def positions(self):
        """Positions of the parties who have a box on a sheet of several, in their order."""
        mask = int(self.part[1:], 16) if self.part.startswith(SHEET) else 0
        return [position for position in range(mask.bit_length()) if mask >> position & 1]


def party_mark(role, party_uuid):
    """Short mark of a party, the same in every version of its document.

    >>> party_mark("host", "party-host")
    '392f1048'
    """
    return sha256_hex(f"{role}/{party_uuid}")[:8]


def page_code(check_token, version, page):
    """Code of a page of the text.

    >>> page_code("abcdefgh", 3, 2)
    'BDE1.abcdefgh.3.p2'
    """
    return f"{PREFIX}.{check_token}.{version}.p{page}"


def sheet_code(check_token, version, positions):
    """Code of a sheet to sign, for the parties at these positions of their version.

    >>> code = sheet_code("abcdefgh", 3, [0, 2, 3])
    >>> code, parse(code).positions
    ('BDE1.abcdefgh.3.sd', [0, 2, 3])
    """
    mask = sum(1 << position for position in positions)
    return f"{PREFIX}.{check_token}.{version}.{SHEET}{mask:x}"


def party_code(check_token, version, mark):
    """Code of the sheet of one party.

    >>> party_code("abcdefgh", 3, "0a1b2c3d")
    'BDE1.abcdefgh.3.0a1b2c3d'
    """
    return f"{PREFIX}.{check_token}.{version}.{mark}"


def parse(text):
    """What a code says, None when it is not one of ours.

    The address of the verification page, which documents bear too, names the document alone.

    >>> parse("BDE1.abcdefgh.3.p2")
    PaperCode(check_token='abcdefgh', version=3, part='p2')
    >>> parse("https://bde.example/bde/v/abcdefgh")
    PaperCode(check_token='abcdefgh', version=None, part='')
    >>> parse("https://example.org")

    :rtype: PaperCode | None
    """
    text = (text or "").strip()
    if match := _CODE.fullmatch(text):
        return PaperCode(match[1], int(match[2]), match[3])
    if match := _CHECK_URL.fullmatch(text):
        return PaperCode(match[1], None, "")
    return None


def choose(texts):
    """The code that tells most among those read on one page.

    Two pages on one photo bear two codes: neither is taken, for staff to say.

    >>> choose(["https://bde.example/bde/v/abcdefgh", "BDE1.abcdefgh.3.p2"]).part
    'p2'
    >>> choose(["BDE1.abcdefgh.3.p2", "BDE1.ijklmnop.1.s3"])

    :rtype: PaperCode | None
    """
    codes = {code for text in texts if (code := parse(text))}
    exact = {code for code in codes if code.version is not None}
    best = exact or codes
    return best.pop() if len(best) == 1 else None
