"""What of a school's counts may leave it: to the académie and to the board. No Odoo here.

Nothing is told of what became of fewer than twenty people, no number of one to four people is
written down, and none that could be worked out from the others.
"""

from .outcomes import SITUATIONS, Rate, publishable

# below so many people a number would tell of one of them
FEWEST = 5


def shown(count):
    """Whether a number of people may be told: nobody, or five and more."""
    return not 0 < count < FEWEST


def shown_situations(figures):
    """Situations whose number may be told.

    When one alone is too small, what is left of the answers would tell it: the smallest of the
    others is kept back with it.

    :param figures: :class:`~.outcomes.Figures`
    :rtype: set[str]
    """
    if not publishable(figures.answered):
        return set()
    counts = {code: figures.situations.get(code, 0) for code in SITUATIONS}
    told = {code for code, count in counts.items() if shown(count)}
    hidden = set(SITUATIONS) - told
    others = [code for code in told if counts[code]]
    if len(hidden) == 1 and others:
        told.discard(min(others, key=lambda code: (counts[code], SITUATIONS.index(code))))
    return told


def publish(figures, leavers):
    """What is written down of a cohort at one horizon.

    :param figures: :class:`~.outcomes.Figures`
    :param int leavers: all who left that year
    :return: dict of ``<name>_count`` (0 where nothing may be told) and ``hidden``: names of what
        is kept back
    """
    counts = {"leaver": leavers, "asked": figures.leavers, "answered": figures.answered}
    hidden = [name for name, count in counts.items() if not shown(count)]
    values = {f"{name}_count": 0 if name in hidden else count for name, count in counts.items()}
    told = shown_situations(figures)
    for code in SITUATIONS:
        values[f"{code}_count"] = figures.situations.get(code, 0) if code in told else 0
    if figures.answered:
        hidden += [code for code in SITUATIONS if code not in told]
    return values | {"hidden": hidden}


def rate(count, total):
    """A rate in % that may leave the school, None on fewer than twenty people."""
    return Rate(count, total).percent if publishable(total) else None


def total_may_be_told(sizes):
    """Whether a total of groups may be told beside those groups that are told themselves.

    :param sizes: answers in each group; those of twenty and more are told

    >>> total_may_be_told([25, 26, 15]), total_may_be_told([12, 15, 14])
    (False, True)
    """
    untold = sum(size for size in sizes if not publishable(size))
    return publishable(sum(sizes)) and (not untold or publishable(untold))


def told_groups(sizes):
    """Groups that may be told beside their total: of what is left nobody can be worked out.

    The smallest ones are kept back until what is not told holds twenty people, or nobody.

    :param sizes: {group: answers}
    :rtype: set

    >>> sorted(told_groups({"a": 30, "b": 24, "c": 15})), sorted(told_groups({"a": 30, "b": 24}))
    (['a'], ['a', 'b'])
    """
    told = sorted((one for one in sizes if publishable(sizes[one])), key=lambda one: -sizes[one])
    left = sum(sizes.values()) - sum(sizes[one] for one in told)
    while told and left and not publishable(left):
        left += sizes[told.pop()]
    return set(told)


def told_counts(counts):
    """Groups whose number may be told beside their total, which is told.

    What is kept back holds nobody, or five people and more in at least two groups.

    :param counts: {group: people}
    :rtype: set

    >>> sorted(told_counts({2021: 9, 2022: 6, 2023: 2})), sorted(told_counts({2021: 9, 2022: 6}))
    ([2021], [2021, 2022])
    """
    told = sorted((one for one in counts if shown(counts[one])), key=lambda one: -counts[one])
    hidden = sum(counts.values()) - sum(counts[one] for one in told)
    while told and not shown(hidden):
        hidden += counts[told.pop()]
    return set(told)


def told_inside(whole, part, rest):
    """Whether a part of a whole that is told may be told, and what is left of the part.

    A number is told when what it leaves of the one before may be told too.

    >>> told_inside(40, 12, 10), told_inside(40, 12, 5), told_inside(40, 38, 0)
    ((True, False), (True, True), (False, True))
    """
    told = []
    for count in (part, rest):
        may = shown(count) and shown(whole - count)
        told.append(may)
        # beside a number that is kept back, nothing can be worked out from it
        whole = count if may else whole
    return tuple(told)
