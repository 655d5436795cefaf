"""What a company may type into its page about the taxe d'apprentissage. No Odoo here."""

import re
from decimal import Decimal

from .offer_form import is_email, normalize_phone, plain_text

KINDS = ("chosen", "will", "no", "wrong")
# Answers that promise money.
PLEDGING = ("chosen", "will")
UNITS = ("euro", "percent")
# Longest text of each box.
TEXTS = {
    "amount": 30,
    "remark": 1000,
    "name": 120,
    "other_name": 120,
    "other_email": 120,
    "other_phone": 30,
}
# 0.09 % of a payroll of eleven milliards: above it, a digit was typed too many.
MAX_AMOUNT = Decimal(10_000_000)
MAX_DIGITS = 12
CENT = Decimal("0.01")


class AnswerError(ValueError):
    """What cannot be taken; the text is the code of the sentence."""


def read_quantity(text, unit="euro"):
    """An amount or a share as people type it; what is typed beside the number wins over the unit.

    :return: (``euro`` or ``percent``, Decimal with cents), None when nothing was typed
    :raises AnswerError: ``number``, ``negative``, ``thousands`` (two ways to read it), ``cents``,
        ``zero``, ``percent_over``, ``amount_over``

    >>> read_quantity("1 200,50 €"), read_quantity("800.5")
    (('euro', Decimal('1200.50')), ('euro', Decimal('800.50')))
    >>> read_quantity("50 %"), read_quantity("33,33", "percent")
    (('percent', Decimal('50.00')), ('percent', Decimal('33.33')))
    >>> read_quantity("1.200,00 euros"), read_quantity("12 000"), read_quantity("")
    (('euro', Decimal('1200.00')), ('euro', Decimal('12000.00')), None)
    >>> for typed in ("-5", "1,200", "0", "101 %", "abc", "12,345,6", "99999999", "2,555"):
    ...     try:
    ...         read_quantity(typed)
    ...     except AnswerError as error:
    ...         print(typed, error)
    -5 negative
    1,200 thousands
    0 zero
    101 % percent_over
    abc number
    12,345,6 number
    99999999 amount_over
    2,555 thousands
    """
    text = re.sub(r"\s", "", text or "").lower().replace("−", "-")  # noqa: RUF001
    if not text:
        return None
    match = re.fullmatch(r"(€|eur|euros?)?([+-]?[\d.,'’]*\d)(%|€|eur|euros?|pourcents?)?", text)  # noqa: RUF001
    if not match:
        raise AnswerError("number")
    before, number, after = match.groups()
    if mark := after or before:
        unit = "percent" if mark[0] in "%p" else "euro"
    value = _read_number(number, unit)
    if value < 0:
        raise AnswerError("negative")
    if not value:
        raise AnswerError("zero")
    if unit == "percent" and value > 100:
        raise AnswerError("percent_over")
    if unit == "euro" and value > MAX_AMOUNT:
        raise AnswerError("amount_over")
    return unit, value


def _read_number(text, unit):
    """Decimal of digits with a comma or a dot for the cents, and marks of thousands.

    "1,200" is 1200 for some and 1.20 for others: it is asked, not guessed.
    """
    text = re.sub(r"['’]", "", text)  # noqa: RUF001
    sign, digits = (text[0], text[1:]) if text[0] in "+-" else ("", text)
    marks = re.findall(r"[.,]", digits)
    if not marks:
        whole, cents = digits, ""
    else:
        whole, cents = digits.rsplit(marks[-1], 1)
        if len(marks) > 1:
            whole, cents = _drop_thousands(whole, marks, cents)
        elif len(cents) == 3 and unit == "euro":
            raise AnswerError("thousands")
    if not whole.isascii() or not (whole + cents).isdigit():
        raise AnswerError("number")
    if len(whole.lstrip("0")) > MAX_DIGITS:
        raise AnswerError("amount_over" if unit == "euro" else "percent_over")
    if len(cents) > 2:
        raise AnswerError("cents")
    return Decimal(f"{sign}{whole or '0'}.{cents or '0'}").quantize(CENT)


def _drop_thousands(whole, marks, cents):
    """Number with several marks: the last one is that of the cents if it differs."""
    thousands = set(marks[:-1])
    if len(thousands) > 1:
        raise AnswerError("number")
    [mark] = thousands
    groups = whole.split(mark)
    if mark == marks[-1]:  # 1.200.000
        groups, cents = [*groups, cents], ""
    if not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:]):
        raise AnswerError("number")
    return "".join(groups), cents


def clean(form, courses, kinds=KINDS):
    """What was typed for one company, as it is kept, and what is wrong with it.

    :param form: mapping of boxes: ``kind``, ``amount``, ``unit``, ``course`` and ``TEXTS``
    :param courses: ids that the page shows
    :param kinds: answers that the page offers today
    :return: ``(values, errors)``; errors are ``{box: code of a sentence}``

    >>> clean({"kind": "will", "amount": "50%", "course": "3"}, [3])[0]["percent"]
    50.0
    >>> clean({"kind": "will", "amount": "-1", "course": "4"}, [3])[1]
    {'amount': 'negative', 'course': 'course'}
    >>> clean({"kind": "no", "amount": "-1", "course": "4"}, [3])[1], clean({}, [])[1]
    ({}, {'kind': 'kind'})
    """
    kind = form.get("kind")
    texts = {
        name: plain_text(form.get(name), limit, lines=name == "remark")
        for name, limit in TEXTS.items()
    }
    values = {
        "kind": kind,
        "amount": 0.0,
        "percent": 0.0,
        "course_id": False,
        "remark": texts["remark"],
        "name": texts["name"],
        "other_name": "",
        "other_email": "",
        "other_phone": "",
        "is_stranger": False,
    }
    if kind not in kinds:
        return values, {"kind": "closed" if kind in KINDS else "kind"}
    errors = {}
    # boxes of another answer may have been filled in before: they are not looked at
    if kind in PLEDGING:
        errors = _clean_pledge(values, form, texts["amount"], courses)
    elif kind == "wrong":
        errors = _clean_other(values, form, texts)
    return values, errors


def _clean_pledge(values, form, amount, courses):
    errors = {}
    unit = form.get("unit") if form.get("unit") in UNITS else "euro"
    try:
        quantity = read_quantity(amount, unit)
    except AnswerError as error:
        errors["amount"] = str(error)
    else:
        if quantity:
            name = "percent" if quantity[0] == "percent" else "amount"
            values[name] = float(quantity[1])
    course = form.get("course") or ""
    if course:
        known = {str(one): one for one in courses}
        if course in known:
            values["course_id"] = known[course]
        else:
            errors["course"] = "course"
    return errors


def _clean_other(values, form, texts):
    """The right person: all of it is optional."""
    errors = {}
    values["is_stranger"] = bool(form.get("stranger"))
    values["other_name"] = texts["other_name"]
    values["other_email"] = texts["other_email"].lower()
    if values["other_email"] and not is_email(values["other_email"]):
        errors["other_email"] = "email"
    if texts["other_phone"]:
        values["other_phone"] = normalize_phone(texts["other_phone"])
        if not values["other_phone"]:
            errors["other_phone"] = "phone"
    if (values["other_email"] or values["other_phone"]) and not values["other_name"]:
        errors["other_name"] = "other_name"
    return errors
