"""Whose turn it is to sign: nobody waits for somebody who is not before him."""

DONE = ("signed", "acknowledged")
OPEN = ("waiting", "to_sign")


def ready(signatures):
    """Positions of the signatures that wait and whose turn has come.

    A signature waits only for the required ones of a lower sequence. One that is not
    required (a minor who acknowledges) comes in its turn and stops nobody.

    >>> ready([(1, True, "signed"), (1, False, "to_sign"), (5, True, "waiting")])
    [2]
    >>> ready([(1, True, "to_sign"), (5, True, "waiting")])
    []

    :param signatures: list of (sequence, required, state)
    :return: list of positions in the list
    """
    blocking = [
        sequence for sequence, required, state in signatures if required and state not in DONE
    ]
    first = min(blocking, default=None)
    return [
        position
        for position, (sequence, _required, state) in enumerate(signatures)
        if state == "waiting" and (first is None or sequence <= first)
    ]
