"""What asking a company for something is judged by. No Odoo here.

``ok``: go on; ``warn``: think first; ``stop``: the company, or the law of good manners, says no.
"""

from datetime import timedelta
from typing import NamedTuple

DEFAULT_COOLDOWN_DAYS = 14
KNOWN_HOST_MONTHS = 24
# letters leave from Monday to Friday, in these hours
SATURDAY = 5
FIRST_HOUR, LAST_HOUR = 8, 19

LEVELS = ("ok", "warn", "stop")

# Why a school goes on in spite of a warning. Listed: free text would tell other schools things.
REASONS = [
    ("pupil_without_place", "A pupil still has no place"),
    ("they_asked", "The company asked us to"),
    ("agreed_with_lead", "Agreed with the other school"),
    ("known_host", "We work with this company already"),
    ("other", "Other reason"),
]


class Verdict(NamedTuple):
    """Whether a school may ask a company now.

    ``messages`` are sentences for the screen, the gravest first. ``needs_reason`` is true
    when somebody else is concerned: another school was there first, or leads. One's own last
    call is only recalled.
    """

    level: str
    messages: tuple
    needs_reason: bool = False

    @property
    def text(self):
        """The messages, a line each."""
        return "\n".join(self.messages)


def judge(stops, warnings, reminders):
    """The verdict of what was found.

    >>> judge([], [], [])
    Verdict(level='ok', messages=(), needs_reason=False)
    >>> judge([], ["Lycée Ampère called."], ["You called."]).needs_reason
    True
    >>> judge(["They said no."], ["Lycée Ampère called."], []).level
    'stop'
    """
    level = "stop" if stops else "warn" if warnings or reminders else "ok"
    return Verdict(level, (*stops, *warnings, *reminders), bool(warnings) and not stops)


def cooldown_end(date, days):
    """Last day of the cool-down that an approach starts; None when there is none.

    >>> from datetime import date
    >>> cooldown_end(date(2026, 11, 12), 14)
    datetime.date(2026, 11, 26)
    """
    return date + timedelta(days=days) if days > 0 else None


def polite_time(now):
    """When a letter may leave: at once on a working day, else the next one in the morning.

    Nobody's telephone rings on a Sunday evening because a school was at work.

    :param datetime now: at the school

    >>> from datetime import datetime
    >>> polite_time(datetime(2026, 11, 20, 16, 30))  # a Friday
    datetime.datetime(2026, 11, 20, 16, 30)
    >>> polite_time(datetime(2026, 11, 20, 19, 0))
    datetime.datetime(2026, 11, 23, 8, 0)
    >>> polite_time(datetime(2026, 11, 23, 6, 59))
    datetime.datetime(2026, 11, 23, 8, 0)
    """
    if now.weekday() < SATURDAY and FIRST_HOUR <= now.hour < LAST_HOUR:
        return now
    morning = now.replace(hour=FIRST_HOUR, minute=0, second=0, microsecond=0)
    if now.hour >= FIRST_HOUR or morning < now:
        morning += timedelta(days=1)
    while morning.weekday() >= SATURDAY:
        morning += timedelta(days=1)
    return morning


def address_key(email):
    """An address as two ways of writing it are compared: the same mailbox, the same key.

    Case never matters in practice; what follows a plus sign is the owner's own label; Gmail
    ignores dots.

    >>> address_key(" Anne.Duval+PFMP@Gmail.com ") == address_key("anneduval@googlemail.com")
    True
    >>> address_key("Anne <anne@duval.example>")
    'anne@duval.example'
    >>> address_key("nobody")
    ''
    """
    text = (email or "").strip()
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1].strip()
    local, at, domain = text.casefold().rpartition("@")
    local = local.partition("+")[0] or local
    if not (at and local and domain) or any(char.isspace() for char in local + domain):
        return ""
    domain = domain.rstrip(".")
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"
