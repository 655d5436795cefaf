"""Seals of a file that a stranger handed in: read without opening the PDF.

A PDF can be made to cost gigabytes to who opens it. What a seal covers is told by four numbers
(``/ByteRange``) around its signature, so nothing else is read: the bytes are hashed, and the
signature is verified by pyHanko.
"""

import hashlib
import re
from typing import NamedTuple

from asn1crypto import cms
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_SPACE = b"\r\n \t\0"
MAX_SEALS = 10
MAX_SIGNATURE = 200_000


class Seal(NamedTuple):
    """One seal: the bytes it covers end at ``end``; ``valid`` when they are as they were."""

    end: int
    valid: bool
    subject: str


def read_seals(data):
    """Seals of a file, in the order in which they were put.

    >>> read_seals(b"%PDF-1.7 nothing")
    []

    :param bytes data: the file
    :return: list of :class:`Seal`
    """
    seals = []
    for match in list(_RANGE.finditer(data))[:MAX_SEALS]:
        start, length, second, rest = map(int, match.groups())
        end = second + rest
        if start or not length < second <= end <= len(data) or second - length > MAX_SIGNATURE:
            continue
        valid, subject = _verify(data[:length] + data[second:end], data[length:second])
        seals.append(Seal(end, valid, subject))
    return sorted(seals)


def is_altered_after(data, end):
    """Whether something was added behind what a seal covers."""
    return bool(data[end:].strip(_SPACE))


def _verify(covered, gap):
    """Whether the signature in the gap is of these bytes, and whose certificate it names."""
    try:
        # the signature is padded with zeros to the room that was kept for it
        content = cms.ContentInfo.load(bytes.fromhex(gap.strip(b"<> \r\n").decode()), strict=False)
        signed = content["content"]
        info = signed["signer_infos"][0]
        serial = info["sid"].chosen["serial_number"].native
        certificate = next(
            choice.chosen
            for choice in signed["certificates"]
            if choice.chosen.serial_number == serial
        )
        name = info["digest_algorithm"]["algorithm"].native
        digest = hashlib.new(name, covered).digest()
        intact, valid = validate_sig_integrity(info, certificate, "data", digest)
        return intact and valid, certificate.subject.human_friendly
    except Exception:  # whatever a stranger made of it, it is no seal
        return False, ""
