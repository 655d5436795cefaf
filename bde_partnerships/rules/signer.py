"""Who a signer is when nobody has an account, and what may be shown of him."""

import re
import unicodedata

from .canonical import sha256_hex

_FRENCH_PREFIX = re.compile(r"^(?:\+|00)33(?:0)?")


def fold_name(name):
    """Name without accents, case, punctuation and order of its words.

    >>> fold_name("DUPONT-Léa, Jean") == fold_name("jean dupont léa")
    True
    """
    text = unicodedata.normalize("NFKD", name or "")
    text = "".join(char for char in text if not unicodedata.combining(char)).casefold()
    return " ".join(sorted(re.findall(r"\w+", text)))


def fold_phone(phone):
    """Digits of a phone number; French numbers in one form, whatever their prefix.

    >>> fold_phone("06 12 34 56 78") == fold_phone("+33 (0)6.12.34.56.78")
    True
    """
    text = re.sub(r"[^\d+]", "", phone or "")
    text = _FRENCH_PREFIX.sub("0", text)
    return re.sub(r"\D", "", text)


def signer_key(name, email=None, phone=None, fallback=None):
    """Key of a person: normalised name with the e-mail, else with the phone.

    The name keeps apart a boss and a tutor who share a mailbox; the address keeps apart
    two people of one name. One person with several roles or trainees has one key.

    :param str fallback: what tells the person from others when there is neither address
    :return: SHA-256 in hexadecimal, so that the key itself says nothing
    """
    email = (email or "").strip().casefold()
    phone = fold_phone(phone)
    if email:
        address = f"mail:{email}"
    elif phone:
        address = f"tel:{phone}"
    else:
        address = f"none:{fallback or ''}"
    return sha256_hex(f"{fold_name(name)}|{address}")


def mask_email(email):
    """E-mail address that its owner recognises and others cannot use.

    >>> mask_email("marie.durand@example.com")
    'm…d@e….com'
    """
    local, at, domain = (email or "").strip().rpartition("@")
    if not at or not local or not domain:
        return ""
    host, dot, ending = domain.rpartition(".")
    shown = local[0] + "…" + (local[-1] if len(local) > 2 else "")
    return f"{shown}@{host[:1]}…{dot}{ending}"


def mask_phone(phone):
    """Phone number with its last two digits only.

    >>> mask_phone("+33 6 12 34 56 78")
    '…78'
    """
    digits = re.sub(r"\D", "", phone or "")
    return f"…{digits[-2:]}" if len(digits) >= 6 else ""


def mask_ip(address):
    """Network of an IP address: two groups of it.

    >>> mask_ip("192.0.2.17"), mask_ip("2001:db8:1::7")
    ('192.0.…', '2001:db8:…')
    """
    if not address:
        return ""
    separator = ":" if ":" in address else "."
    return separator.join([*address.split(separator)[:2], "…"])
