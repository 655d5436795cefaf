"""Whose turn it is to sign: nobody waits for somebody who is not before him.

A row is (sequence, required, state, alternative). Rows of one alternative, the two parents
for instance, need one signature between them; ``None`` stands alone, and may be left out.
"""

DONE = ("signed", "acknowledged")
OPEN = ("waiting", "to_sign")


def _unpack(row):
    return (*row, None)[:4]


def settled(signatures):
    """Alternatives of which somebody has signed.

    >>> settled([(1, True, "signed", "parents"), (1, True, "to_sign", "parents")])
    {'parents'}
    """
    rows = map(_unpack, signatures)
    return {group for _, required, state, group in rows if group and required and state in DONE}


def ready(signatures):
    """Positions of the signatures that wait and whose turn has come.

    A signature waits only for the required ones of a lower sequence. One that is not
    required (a minor who acknowledges) comes in its turn and stops nobody.

    >>> ready([(1, True, "signed"), (1, False, "to_sign"), (5, True, "waiting")])
    [2]
    >>> ready([(1, True, "to_sign"), (5, True, "waiting")])
    []
    >>> ready([(1, True, "signed", "p"), (1, True, "to_sign", "p"), (5, True, "waiting", None)])
    [2]

    :param signatures: list of rows
    :return: list of positions in the list
    """
    rows = [_unpack(row) for row in signatures]
    given = settled(rows)
    blocking = [
        sequence
        for sequence, required, state, group in rows
        if required and state not in DONE and group not in given
    ]
    first = min(blocking, default=None)
    return [
        position
        for position, (sequence, _required, state, _group) in enumerate(rows)
        if state == "waiting" and (first is None or sequence <= first)
    ]


def count(signatures):
    """How many signatures are needed, and how many of these are given.

    >>> count([(1, True, "signed", "p"), (1, True, "to_sign", "p"), (2, True, "waiting", None)])
    (2, 1)

    :param signatures: list of rows
    :rtype: tuple
    """
    needed, given = set(), set()
    for position, row in enumerate(signatures):
        _sequence, required, state, group = _unpack(row)
        if required:
            needed.add(group or position)
            if state in DONE:
                given.add(group or position)
    return len(needed), len(given)


def complete(signatures):
    """Whether nobody is left to sign.

    >>> complete([(1, True, "signed", "p"), (1, True, "to_sign", "p"), (2, False, "waiting", None)])
    True
    """
    needed, given = count(signatures)
    return needed == given
