"""What a pupil may claim for journeys, meals and lodging, under the caps of the board.

The board of a school sets what it pays of the expenses of placements and up to how much (note
de service 93-179). Amounts are ``Decimal`` euros. No import of Odoo here.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

CENT = Decimal("0.01")
MOST = Decimal("9999.99")
MOST_UNITS = 999


class Verdict(NamedTuple):
    """What is paid of a claim, and what cut it.

    :param str cut: ``unit``, ``stay`` or empty: the cap that decided
    :param Decimal left: what the cap of the stay still allowed, None without one
    """

    amount: Decimal
    cut: str
    left: Decimal | None


def euros(value):
    """A number as exact euros and cents, halves away from zero.

    >>> euros(0.145), euros("12.3")
    (Decimal('0.15'), Decimal('12.30'))
    """
    return Decimal(str(value)).quantize(CENT, ROUND_HALF_UP)


def allowed(claimed, quantity, unit_cap=0, stay_cap=0, granted=0):
    """What the caps leave of a claim; a cap of 0 is none.

    >>> allowed(60, 10, unit_cap=4, stay_cap=100, granted=70)
    Verdict(amount=Decimal('30.00'), cut='stay', left=Decimal('30.00'))
    >>> allowed(60, 10, unit_cap=4)
    Verdict(amount=Decimal('40.00'), cut='unit', left=None)

    :param claimed: what the receipts show
    :param quantity: meals, nights, journeys or kilometres
    :param unit_cap: most for one of them
    :param stay_cap: most for all claims of this kind over one stay
    :param granted: what other claims of this kind and stay were granted already
    """
    amount, cut, left = euros(claimed), "", None
    if unit_cap:
        most = euros(Decimal(str(unit_cap)) * Decimal(str(quantity)))
        if amount > most:
            amount, cut = most, "unit"
    if stay_cap:
        left = max(euros(stay_cap) - euros(granted), Decimal(0)).quantize(CENT)
        if amount > left:
            amount, cut = left, "stay"
    return Verdict(max(amount, Decimal(0)).quantize(CENT), cut, left)


def parse_amount(text):
    """Euros as people write them: ``12,50 €``, ``1 234.5``; None when it is no amount.

    >>> parse_amount("12,50 €"), parse_amount("1 234.5"), parse_amount("1.234,5")
    (Decimal('12.50'), Decimal('1234.50'), None)
    """
    plain = re.sub(r"[\s\u00a0\u202f€]|EUR$", "", text or "")
    if not re.fullmatch(r"\d{1,6}([.,]\d{1,2})?", plain, re.ASCII):
        return None
    amount = euros(plain.replace(",", "."))
    return amount if 0 < amount <= MOST else None


def parse_quantity(text):
    """A whole number of meals, nights, journeys or kilometres; None when it is none.

    >>> parse_quantity(" 12 "), parse_quantity("0"), parse_quantity("1,5")
    (12, None, None)
    """
    plain = (text or "").strip()
    if not re.fullmatch(r"\d{1,4}", plain, re.ASCII):
        return None
    return int(plain) if 0 < int(plain) <= MOST_UNITS else None
