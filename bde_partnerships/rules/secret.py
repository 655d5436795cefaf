"""Secrets handed to people: links and codes. Only digests of them are stored."""

import hashlib
import hmac
import secrets

from .canonical import sha256_hex

CODE_DIGITS = 6


def new_token():
    """Unguessable part of a personal link: 256 bits."""
    return secrets.token_urlsafe(32)


def token_digest(token):
    """What is stored of a token. A plain digest will do: it cannot be guessed."""
    return sha256_hex(token)


def new_code():
    """Six digits from the system's generator, leading zeros kept."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def code_digest(key, purpose, code):
    """What is stored of a code: a million values call for a key that is elsewhere.

    :param str key: secret of the instance
    :param str purpose: what the code opens, so that it opens nothing else
    """
    message = f"{purpose}\n{normalise_code(code)}".encode()
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def normalise_code(code):
    """A code as people type it: spaces and dashes do not matter.

    >>> normalise_code(" 012 345 ")
    '012345'
    """
    return "".join(char for char in code or "" if char.isascii() and char.isdigit())


def same(left, right):
    """Compares two digests in constant time."""
    return bool(left and right) and hmac.compare_digest(left, right)
