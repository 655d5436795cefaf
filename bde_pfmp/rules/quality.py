"""Quality of host sites: how answers about a stay become an index. No Odoo here.

Formula, the same in SQL (``bde.site.quality._refresh``) to 1e-9:

* **Score** of one answer sheet: mean of its questions, each from 0 (no) to 100 (yes), weighted
  by the weight of the question; what was answered "not concerned" is left out.
* **Weight** of a sheet: ``2 ** (-age / half_life)``, age = days since the end of the stay
  (0 for a stay that has not ended). An answer of one half-life ago weighs one half.
* **Mean of all**: weighted mean of the scores of all sheets. **Mean of a trade** (division of the
  NAF, two digits): its weighted mean, shrunk towards the mean of all by ``prior`` sheets:
  ``(sum(w * s) + prior * overall) / (sum(w) + prior)``.
* **Index** of a host, or of a host and a training:
  ``(sum(w * s) + prior * mean of its trade) / (sum(w) + prior)``. With few or old answers it is
  near its trade, with many recent ones near its own mean.
* **Trend**: plain mean of the scores of the last ``recent_days`` less that of those before, told
  as ``up`` or ``down`` from ``step`` points on, else ``steady``; nothing below ``minimum``
  answers on either side.
* **Shown** from ``minimum`` sheets on. Parts of a whole (its trainings, its views, its sites) are
  shown only when what is left out of them is nothing or ``minimum`` sheets at least: else a
  subtraction would give the answer of one person.
"""

from typing import NamedTuple

# who is asked about the host; tutors are asked about the school
VIEWS = ("student", "referent")


class Terms(NamedTuple):
    """Figures of the formula; dated data in the database, these are the first ones."""

    half_life: float = 730.0  # days
    prior: float = 3.0  # answer sheets
    minimum: int = 3  # answer sheets
    recent_days: int = 365
    step: float = 5.0  # points


class Sheet(NamedTuple):
    """One answer sheet about a stay."""

    host: int
    training: str
    view: str
    score: float
    age: int  # days since the end of the stay
    trade: str | None = None  # of the host
    parent: int | None = None  # establishment of a host that is a site
    parent_trade: str | None = None


class Quality(NamedTuple):
    """What is known of a host, or of a host and a training; None is not shown."""

    count: int
    index: float | None
    trend: str | None
    views: dict  # view: (count, index or None)


def score(answers, questions):
    """Score of one answer sheet.

    :param dict answers: value by code of the question: 4 (yes) to 1 (no), 0 = not concerned
    :param dict questions: weight by code
    :return: 0 to 100, None when nothing that counts was answered

    >>> score({"welcome": 4, "tasks": 1}, {"welcome": 1, "tasks": 1})
    50.0
    >>> score({"welcome": 4, "tasks": 0}, {"welcome": 1, "tasks": 2})
    100.0
    """
    rated = [(questions[code], value) for code, value in answers.items() if questions.get(code)]
    rated = [(weight, value) for weight, value in rated if value]
    total = sum(weight for weight, _value in rated)
    if not total:
        return None
    return sum(weight * (value - 1) for weight, value in rated) / 3 / total * 100


def weight(age, half_life):
    """Weight of an answer by its age in days; one of tomorrow weighs as one of today.

    >>> weight(730, 730)
    0.5
    """
    return 2.0 ** (-max(age, 0) / half_life)


def means(sheets, terms):
    """Mean of all sheets and that of each trade.

    :return: (overall or None, {trade: mean})
    """
    sums = {}
    for sheet in sheets:
        heavy = weight(sheet.age, terms.half_life)
        for key in {(), (sheet.trade,)} if sheet.trade else {()}:
            got = sums.setdefault(key, [0.0, 0.0])
            got[0] += heavy * sheet.score
            got[1] += heavy
    if not sums:
        return None, {}
    overall = sums[()][0] / sums[()][1]
    return overall, {
        key[0]: (scored + terms.prior * overall) / (heavy + terms.prior)
        for key, (scored, heavy) in sums.items()
        if key
    }


def shrunk(sheets, mean, terms):
    """Index of these sheets, shrunk towards the mean of the trade.

    >>> shrunk([Sheet(1, "", "student", 100.0, 0)] * 3, 50.0, Terms())
    75.0
    """
    heavy = [weight(sheet.age, terms.half_life) for sheet in sheets]
    scored = sum(one * sheet.score for one, sheet in zip(heavy, sheets, strict=True))
    return (scored + terms.prior * mean) / (sum(heavy) + terms.prior)


def trend(sheets, terms):
    """``up``, ``down``, ``steady``, or None when one side has too few answers."""
    recent = [sheet.score for sheet in sheets if sheet.age <= terms.recent_days]
    before = [sheet.score for sheet in sheets if sheet.age > terms.recent_days]
    if min(len(recent), len(before)) < terms.minimum:
        return None
    points = sum(recent) / len(recent) - sum(before) / len(before)
    if abs(points) < terms.step:
        return "steady"
    return "up" if points > 0 else "down"


def shown_parts(whole, parts, minimum):
    """Which parts of a whole may be shown without telling what the others are.

    :param int whole: sheets of the whole
    :param dict parts: sheets by key; together they may be fewer than the whole
    :return: set of keys

    >>> sorted(shown_parts(7, {"a": 4, "b": 3}, 3))
    ['a', 'b']
    >>> shown_parts(7, {"a": 4, "b": 2, "c": 1}, 3)
    {'a'}
    >>> shown_parts(5, {"a": 4, "b": 1}, 3)
    set()
    """
    enough = {key for key, count in parts.items() if count >= minimum}
    rest = whole - sum(parts[key] for key in enough)
    return enough if rest == 0 or rest >= minimum else set()


def table(sheets, terms):
    """Quality of all hosts: a host alone (training "") and each of its trainings.

    A site is a part of its establishment, whose rows count the sheets of its sites too; it has
    no rows by training of its own.

    :return: {(host, training): :class:`Quality`}
    """
    sheets = list(sheets)
    overall, trades = means(sheets, terms)
    groups, trade_of, parents = {}, {}, {}
    for sheet in sheets:
        for host, trade in {(sheet.host, sheet.trade), (sheet.parent, sheet.parent_trade)}:
            if host:
                groups.setdefault(host, []).append(sheet)
                trade_of[host] = trade
        if sheet.parent:
            parents.setdefault(sheet.parent, set()).add(sheet.host)
    site_of = {site: parent for parent, sites in parents.items() for site in sites}
    visible = _visible_sites(groups, parents, terms)
    result = {}
    for host, mine in groups.items():
        mean = trades.get(trade_of[host], overall)
        shown = len(mine) >= terms.minimum and (host not in site_of or host in visible)
        result[host, ""] = _whole(mine, mean, shown, host in site_of, terms)
        if host not in site_of:
            result.update(_trainings(host, mine, mean, terms))
    return result


def _visible_sites(groups, parents, terms):
    found = set()
    for parent, sites in parents.items():
        counts = {site: len(groups[site]) for site in sites}
        found |= shown_parts(len(groups[parent]), counts, terms.minimum)
    return found


def _whole(sheets, mean, shown, is_site, terms):
    by_view = {view: [sheet for sheet in sheets if sheet.view == view] for view in VIEWS}
    counts = {view: len(mine) for view, mine in by_view.items()}
    visible = set() if is_site else shown_parts(len(sheets), counts, terms.minimum)
    return Quality(
        len(sheets),
        shrunk(sheets, mean, terms) if shown else None,
        trend(sheets, terms) if shown else None,
        {
            view: (counts[view], shrunk(mine, mean, terms) if view in visible else None)
            for view, mine in by_view.items()
        },
    )


def _trainings(host, sheets, mean, terms):
    by_code = {}
    for sheet in sheets:
        if sheet.training:
            by_code.setdefault(sheet.training, []).append(sheet)
    counts = {code: len(mine) for code, mine in by_code.items()}
    visible = shown_parts(len(sheets), counts, terms.minimum)
    nothing = {view: (0, None) for view in VIEWS}
    return {
        (host, code): Quality(
            len(mine),
            shrunk(mine, mean, terms) if code in visible else None,
            trend(mine, terms) if code in visible else None,
            nothing,
        )
        for code, mine in by_code.items()
    }
