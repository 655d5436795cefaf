"""What the clients of public services have in common: limits, outages. No Odoo here."""

import time
from collections import deque
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import requests

USER_AGENT = "bureau-des-entreprises (Odoo module)"


class Unavailable(Exception):
    """The service did not answer usefully.

    ``retry_after``: seconds to wait, when it said so. ``off``: its address is empty on purpose.
    ``refused``: it answers, but not to this very question (a 4xx): the next one may pass.
    """

    def __init__(self, reason, retry_after=None, off=False, refused=False):
        super().__init__(reason)
        self.retry_after = retry_after
        self.off = off
        self.refused = refused


class Throttle:
    """Lets at most ``rate`` calls pass in any ``per`` seconds; the others wait their turn.

    >>> waited = []
    >>> throttle = Throttle(2, clock=lambda: 0.0 + sum(waited), sleep=waited.append)
    >>> for _call in range(5): throttle.wait()
    >>> waited
    [1.0, 1.0]
    """

    def __init__(self, rate, per=1.0, clock=time.monotonic, sleep=time.sleep):
        self.rate = rate
        self.per = per
        self.clock = clock
        self.sleep = sleep
        self._calls = deque(maxlen=rate)

    def wait(self):
        """Returns once one more call is within the limit."""
        if len(self._calls) == self.rate:
            early = self._calls[0] + self.per - self.clock()
            if early > 0:
                self.sleep(early)
        self._calls.append(self.clock())


def request(method, url, timeout, **kwargs):
    """One call; whatever goes wrong on the way becomes ``Unavailable``.

    :param timeout: seconds
    :raise Unavailable: no network, an error of the service, too many requests
    :rtype: requests.Response
    """
    headers = {"User-Agent": USER_AGENT} | kwargs.pop("headers", {})
    try:
        response = requests.request(method, url, headers=headers, timeout=timeout, **kwargs)
    except requests.RequestException as error:
        raise Unavailable(str(error)) from error
    if response.status_code in (429, 503):
        raise Unavailable(
            f"status {response.status_code}", seconds(response.headers.get("Retry-After"))
        )
    if not response.ok:
        raise Unavailable(
            f"status {response.status_code}", refused=400 <= response.status_code < 500
        )
    return response


def seconds(value, now=None):
    """Seconds of a Retry-After header, which holds a number or a date (RFC 9110, 10.2.3).

    >>> seconds("7"), seconds("soon"), seconds(None)
    (7, None, None)
    >>> seconds("Sat, 21 Nov 2026 10:00:30 GMT", datetime(2026, 11, 21, 10, tzinfo=timezone.utc))
    30
    """
    value = (value or "").strip()
    if value.isdigit():
        return int(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=timezone.utc)
    left = date - (now or datetime.now(timezone.utc))
    return max(round(left.total_seconds()), 0)
