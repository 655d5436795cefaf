"""Who gets what of the money that came: receipts of a company against its promises. No Odoo here.

Amounts are counted in cents, so that sums hold.
"""

from typing import NamedTuple


class Promise(NamedTuple):
    """One promise: ``expected`` in cents, None when nobody knows how much it is."""

    id: int
    expected: int | None


def share(received, promises):
    """What of ``received`` goes to each promise, oldest first, each up to what was said.

    What is left goes to the first promise of an unknown amount, else to the last one, so that
    the shares add up to what came. A balance that is not above zero pays nothing.

    >>> share(70000, [Promise(1, 50000), Promise(2, 30000)])
    {1: 50000, 2: 20000}
    >>> share(90000, [Promise(1, 50000), Promise(2, None), Promise(3, 30000)])
    {1: 50000, 2: 10000, 3: 30000}
    >>> share(90000, [Promise(1, 50000)])
    {1: 90000}
    >>> share(-5000, [Promise(1, 50000)])
    {1: 0}

    :param int received: cents that came, corrections taken off
    :param list promises: oldest first
    :rtype: dict[int, int]
    """
    left = max(received, 0)
    shares = dict.fromkeys((promise.id for promise in promises), 0)
    for promise in promises:
        if promise.expected is not None:
            shares[promise.id] = min(left, promise.expected)
            left -= shares[promise.id]
    if left and promises:
        taker = next((one for one in promises if one.expected is None), promises[-1])
        shares[taker.id] += left
    return shares
