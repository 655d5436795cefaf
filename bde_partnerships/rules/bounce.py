"""Why a letter did not arrive: from what mail servers say (RFC 3463, RFC 5321). No Odoo here."""

import re

# What a person can do something about, by enhanced status code (class.subject.detail).
UNKNOWN = re.compile(r"\b5\.1\.(?:0|1|2|3|6|10)\b")
FULL = re.compile(r"\b[45]\.2\.2\b|\bquota\b|\bmailbox (?:is )?full\b", re.IGNORECASE)
STATUS = re.compile(r"^status:\s*([245])\.\d{1,3}\.\d{1,3}", re.IGNORECASE | re.MULTILINE)
ACTION = re.compile(r"^action:\s*(\w+)", re.IGNORECASE | re.MULTILINE)
REFUSED_CODE = re.compile(r"\(([45])\d\d,")


def reason_of_report(text):
    """Reason of a delivery report (RFC 3464), empty when the letter may still arrive.

    >>> reason_of_report("Action: failed\\nStatus: 5.1.1 (no such user)")
    'unknown'
    >>> reason_of_report("Action: failed\\nStatus: 5.2.2")
    'full'
    >>> reason_of_report("Action: failed\\nStatus: 5.7.1")
    'refused'
    >>> reason_of_report("Action: delayed\\nStatus: 4.4.1")
    ''
    >>> reason_of_report("Your message could not be delivered")
    'refused'
    """
    action = ACTION.search(text)
    status = STATUS.search(text)
    if action and action[1].lower() in ("delayed", "relayed", "expanded", "delivered"):
        return ""
    if not action and status and status[1] in "24":
        return ""
    if FULL.search(text):
        return "full"
    return "unknown" if UNKNOWN.search(text) else "refused"


def reason_of_failure(failure_type, failure_reason):
    """Reason of a letter that did not leave, empty when it should be tried again.

    >>> reason_of_failure("mail_email_invalid", "")
    'invalid'
    >>> reason_of_failure("mail_smtp", "Connection refused")
    ''
    >>> refused = "SMTPRecipientsRefused: {'x@y.example': (550, b'5.1.1 no such user')}"
    >>> reason_of_failure("unknown", refused)
    'unknown'
    >>> reason_of_failure("unknown", "SMTPRecipientsRefused: {'x@y.example': (451, b'later')}")
    ''
    """
    if failure_type in ("mail_email_invalid", "mail_email_missing"):
        return "invalid"
    text = failure_reason or ""
    code = REFUSED_CODE.search(text)
    if "RecipientsRefused" in text and code and code[1] == "5":
        return "full" if FULL.search(text) else "unknown"
    return ""
