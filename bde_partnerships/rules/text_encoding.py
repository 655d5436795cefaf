"""Text of a table, whatever program wrote it. No Odoo here.

UTF-8 and UTF-16 prove themselves. The encodings of one byte do not: each is tried, and the one
that gives French letters where French has them wins; when none does, the file is refused rather
than read into signs that nobody typed.
"""

import re

# 8-bit encodings of French machines, the likeliest first: Windows, Linux, old Macs, DOS.
_CANDIDATES = ("cp1252", "iso-8859-15", "mac_roman", "cp850")
_LOWER = "éèàêçùîôâëïûœüÿæ"
_PLAIN = _LOWER + _LOWER.upper() + "’‘“”«»–—…•°€²³ªº·§ñáóíúãõöäßÑ\xa0\u202f"
# what Latin-1 letters become when their UTF-8 is read as Windows-1252
_DOUBLE = re.compile("[ÃÂ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€")
_WINDOWS = re.compile(rb"[\x80-\x9f]")


class Undecodable(Exception):
    """Text of no known encoding. ``code``: binary, encoding, lost (accents are gone)."""

    def __init__(self, code, line=0):
        super().__init__(code)
        self.code, self.line = code, line


def decode(data):
    """Text of a table and how it was read.

    :return: (text, name of the encoding, whether accents that were damaged twice are repaired)
    :raise Undecodable: binary content, or accents that no encoding gives back
    """
    text, encoding = _decode(data)
    if "\ufffd" in text:
        raise Undecodable("lost", text[: text.index("\ufffd")].count("\n") + 1)
    repaired = _undouble(text)
    return repaired or text, encoding, bool(repaired)


def _decode(data):
    for mark, encoding in (
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return _strict(data, encoding), encoding
    if b"\x00" in data[:4096]:
        return _wide(data)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _narrow(data)


def _strict(data, encoding):
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Undecodable("encoding", data[: error.start].count(b"\n") + 1) from error


def _wide(data):
    """UTF-16 without its mark: every second byte of a table in French is zero."""
    head = data[:4096]
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if zeros.count(0) > 0.7 * len(zeros):
            text = _strict(data, encoding)
            if text.isprintable() or "\n" in text or ";" in text:
                return text, encoding
    raise Undecodable("binary")


def _narrow(data):
    best = None
    for encoding in _CANDIDATES:
        # bytes 80 to 9F are letters in Windows-1252, commands in ISO-8859-15
        if encoding == "iso-8859-15" and _WINDOWS.search(data):
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        odd, total = _odd(text)
        if encoding == "cp1252" and not _WINDOWS.search(data):
            # the same letters in both but for eight signs, where ISO-8859-15 has € and œ
            odd += 0.5
        if best is None or odd < best[0]:
            best = (odd, total, text, encoding)
    if best is None or best[0] > 1 + 0.2 * best[1]:
        line = next((n for n, row in enumerate(data.split(b"\n"), 1) if not row.isascii()), 1)
        raise Undecodable("encoding", line)
    return best[2], best[3]


def _odd(text):
    """(signs that French does not have there, signs that are not ASCII)."""
    odd = total = 0
    before = " "
    for char in text:
        if not char.isascii():
            total += 1
            # a capital with an accent does not follow a small letter
            if char not in _PLAIN or (char.isupper() and before.islower()):
                odd += 1
        before = char
    return odd, total


def _undouble(text):
    """The text before it was read as Windows-1252 and saved as UTF-8; "" when it was not."""
    if not _DOUBLE.search(text):
        return ""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        pass
    # cell by cell: some rows were typed after the accident
    pieces, changed = [], False
    for piece in re.split(r"([;,\t|\r\n]+)", text):
        if _DOUBLE.search(piece):
            try:
                piece, changed = piece.encode("cp1252").decode("utf-8"), True
            except UnicodeError:
                raise Undecodable("lost", "".join(pieces).count("\n") + 1) from None
        pieces.append(piece)
    return "".join(pieces) if changed else ""
