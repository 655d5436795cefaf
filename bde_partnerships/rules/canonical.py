"""Canonical form of what is signed, and the digests made of it.

One content has exactly one text: keys sorted, UTF-8 (NFC), no spaces. Values are those
of JSON alone: dates are ISO text, identifiers are UUIDs and never database ids.
"""

import hashlib
import json
import unicodedata


def _plain(value):
    """The value in Unicode NFC, refused when JSON has no single way to write it."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("canonical: keys are text")
        return {unicodedata.normalize("NFC", key): _plain(item) for key, item in value.items()}
    raise TypeError(f"canonical: {type(value).__name__} has no canonical form")


def canonical(value):
    """Text of a value that depends on nothing but the value.

    >>> canonical({"b": 1, "a": ["é", None]})
    '{"a":["é",null],"b":1}'

    :raises TypeError: for what JSON cannot hold, a date for instance
    :raises ValueError: for a number that is not finite
    """
    _check_keys(value)
    text = _text(value)
    # a part of a normalised text is normalised: most contents need no second look
    if unicodedata.is_normalized("NFC", text):
        return text
    return _text(_plain(value))


def _text(value):
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def _check_keys(value):
    """Keys are text: JSON would silently make text of a number."""
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("canonical: keys are text")
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return
    for item in value:
        if isinstance(item, (dict, list, tuple)):
            _check_keys(item)


def sha256_hex(data):
    """SHA-256 of bytes or text, in hexadecimal.

    >>> sha256_hex("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def chain_hash(previous, record):
    """Hash of one row of a journal: what it says, and the hash of the row before.

    :param str previous: hash of the row before, empty for the first
    :param dict record: JSON-able
    """
    return sha256_hex(f"{previous}\n{canonical(record)}")


def commitment(salt, data):
    """What a chain keeps of personal data: it proves them while they exist.

    Once data and salt are erased, nothing can be guessed from it.

    :param str salt: random, at least 16 bytes in hexadecimal
    """
    return sha256_hex(f"{salt}\n{canonical(data)}")
