"""Rounds of visits by nearness. Pure functions, no Odoo.

Points are (latitude, longitude) in degrees. Distances are as the crow flies; what a road adds is
estimated by one factor, so that kilometres and times are proposals to check, never a claim.
"""

from itertools import combinations

from odoo.addons.bde_partnerships.rules.distance import km as crow_km

# a road is about so much longer than the straight line
DETOUR = 1.3
SPEED = 45  # km/h, towns and villages
PARKING = 5  # minutes at each stop


def road_km(one, other):
    """Estimated kilometres by road between two points, 0 when one is not known."""
    if not one or not other:
        return 0.0
    return crow_km(*one, *other) * DETOUR


def length(start, points):
    """Kilometres of a round that leaves from ``start`` and comes back to it."""
    known = [point for point in points if point]
    if not known:
        return 0.0
    stops = [start, *known, start] if start else known
    return sum(road_km(one, other) for one, other in zip(stops, stops[1:], strict=False))


def order(start, points):
    """Order of the stops of a round: the nearest next, then improved by uncrossing.

    >>> order((0, 0), [(0, 3), (0, 1), (0, 2)])
    [1, 2, 0]

    :param points: points, None where it is not known: those come last, in their order
    :return: positions in ``points``
    """
    known = [rank for rank, point in enumerate(points) if point]
    route, here, left = [], start, list(known)
    while left:
        # the first of two that are as near: the same round each time
        following = min(left, key=lambda rank: (road_km(here, points[rank]), rank))
        left.remove(following)
        route.append(following)
        here = points[following]
    route = _uncross(start, points, route)
    return route + [rank for rank, point in enumerate(points) if not point]


def _uncross(start, points, route):
    """2-opt: turns a part of the round around as long as that makes it shorter."""

    def cost(candidate):
        return length(start, [points[rank] for rank in candidate])

    best, shortest, improved = route, cost(route), True
    while improved:
        improved = False
        for first in range(len(best) - 1):
            for last in range(first + 1, len(best)):
                turned = best[:first] + best[first : last + 1][::-1] + best[last + 1 :]
                # a hair, so that rounding never turns a round for ever
                if cost(turned) < shortest - 1e-9:
                    best, shortest, improved = turned, cost(turned), True
    return best


def groups(start, points, most):
    """Stops that are near each other, so many a round.

    The savings of Clarke and Wright (1964): the two stops that save most kilometres when they
    are visited in one go stand in one round, then the next two, as long as there is room.

    :param int most: stops of a round
    :return: list of lists of positions; those without a point in groups of their own
    """
    known = [rank for rank, point in enumerate(points) if point]
    lost = [rank for rank, point in enumerate(points) if not point]
    pairs = sorted(combinations(known, 2), key=lambda pair: (-_saving(start, points, *pair), pair))
    group_of = {rank: [rank] for rank in known}
    for one, other in pairs:
        mine, theirs = group_of[one], group_of[other]
        if mine is not theirs and len(mine) + len(theirs) <= most:
            mine += theirs
            group_of |= dict.fromkeys(theirs, mine)
    found = sorted({id(group): sorted(group) for group in group_of.values()}.values())
    return found + [lost[rank : rank + most] for rank in range(0, len(lost), most)]


def _saving(start, points, one, other):
    """Kilometres saved when two stops are visited in one go instead of one by one."""
    return (
        road_km(start, points[one])
        + road_km(start, points[other])
        - road_km(points[one], points[other])
    )


def timetable(start, points, leaves, stay):
    """When one arrives at each stop.

    >>> timetable((0, 0), [(0, 0), None], 13 * 60, 30)
    [(780, 0.0), (815, 0.0)]

    :param int leaves: minute of the day at which one leaves the school
    :param int stay: minutes at each stop
    :return: for each stop (minute of arrival, kilometres of the way to it)
    """
    result, here, now = [], start, leaves
    for point in points:
        way = road_km(here, point)
        # the next pupil of the same company: one stays where one is
        now += round(way / SPEED * 60) + (PARKING if way or not point else 0)
        result.append((now, way))
        now += stay
        here = point or here
    return result


def choose_day(days, wanted, present):
    """The day of a round among those on which the teacher is free.

    :param days: dates that are free
    :param wanted: dates on which its visits were planned
    :param present: for each visit, the dates on which its pupil is in the company
    :return: the date on which most pupils are there, the nearest one to the plan; None when
        there is no free day or nobody is there on any
    """
    middle = sorted(wanted)[len(wanted) // 2]
    best = min(
        days,
        key=lambda day: (-sum(day in dates for dates in present), abs((day - middle).days), day),
        default=None,
    )
    return best if best and any(best in dates for dates in present) else None
