"""Addresses that die the day a pupil leaves: those that his school gave him."""

import re

# académies, national and regional workspaces (ENT) of schools
_SCHOOL_DOMAINS = re.compile(
    r"(^|\.)(ac-[a-z-]+\.fr|education\.gouv\.fr|monlycee\.net|mon-ent-occitanie\.fr|"
    r"lyceeconnecte\.fr|atrium-sud\.fr|toutatice\.fr|laclasse\.com|eclat-bfc\.fr|"
    r"l-educdenormandie\.fr|monbureaunumerique\.fr|e-lyco\.fr|netocentre\.fr)$"
)
# mailboxes that anybody has: a bureau which uses one does not make them a school's
_PUBLIC_DOMAINS = {
    "gmail.com", "orange.fr", "wanadoo.fr", "laposte.net", "outlook.fr", "outlook.com",
    "hotmail.fr", "hotmail.com", "free.fr", "sfr.fr", "yahoo.fr",
}  # fmt: skip


def is_school_address(email, school_email=""):
    """True for an address that a school gives, which nobody reads after the last day.

    :param str school_email: an address of the school itself: its domain is one of them, and
        what stands below it (``eleves.lycee.fr``)

    >>> is_school_address("lea.martin@monlycee.net"), is_school_address("lea@orange.fr")
    (True, False)
    >>> is_school_address("lea@eleves.lycee.fr", "bde@lycee.fr")
    True
    >>> is_school_address("lea@monlycee.fr", "bde@lycee.fr")
    False
    """
    domain = (email or "").rpartition("@")[2].strip().lower()
    own = (school_email or "").rpartition("@")[2].strip().lower()
    if not domain:
        return False
    if _SCHOOL_DOMAINS.search(domain):
        return True
    return own not in _PUBLIC_DOMAINS and f".{domain}".endswith(f".{own}")
