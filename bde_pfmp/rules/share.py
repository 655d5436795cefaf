"""Sharing pupils among the teachers of a class, by the hours they teach it.

Decree 92-1189 has all teachers of a class follow pupils in proportion to their hours there;
D124-3 C. éduc. gives at most 16 pupils at once to one of them.
"""


def share(total, hours, taken=None, limit=16):
    """How many of ``total`` pupils each teacher takes: largest remainders.

    :param hours: {teacher: weekly hours in the class}
    :param taken: {teacher: pupils that he follows already at the same time}
    :param limit: most pupils of one teacher
    :returns: {teacher: number}; the sum is below ``total`` when everyone is full
    """
    taken = taken or {}
    room = {key: max(0, limit - taken.get(key, 0)) for key in hours}
    result = dict.fromkeys(hours, 0)
    left = total
    while left:
        open_keys = [key for key in hours if result[key] < room[key]]
        weight = sum(hours[key] or 0.01 for key in open_keys)
        if not open_keys:
            break
        quotas = {key: left * (hours[key] or 0.01) / weight for key in open_keys}
        given = {key: min(int(quotas[key]), room[key] - result[key]) for key in open_keys}
        if not any(given.values()):
            # whole parts are out: one each to the largest remainders
            for key in sorted(open_keys, key=lambda key: -quotas[key])[:left]:
                given[key] = 1
        for key, number in given.items():
            result[key] += number
            left -= number
    return result
