"""The sentences that tell why a row of a SOLTéA export is refused, asked about, or what to know.

Codes come from ``rules/soltea_*.py`` and ``rules/book_values.py``, which know no language.
"""

from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

REASONS = {
    # rows that are refused
    "amount_missing": _lt("The amount is missing: type it in the file and load it again."),
    "amount_bad": _lt("Amount “%(value)s” is no amount: write it as 1234,56."),
    "amount_ambiguous": _lt(
        "Amount “%(value)s”: thousands or decimals? Write it with its cents, as 1234,00."
    ),
    "amount_too_big": _lt("Amount “%(value)s” is above a thousand million euros: correct it."),
    "amount_zero": _lt("The amount is zero: nothing to count."),
    "year_none": _lt(
        "The school has no campaign %(year)s: make it in the menu Campaigns, then check again."
    ),
    # remarks
    "amount_rounded": _lt("Amount “%(value)s” rounded to the cent: %(amount)s."),
    "date_bad": _lt("Date “%(value)s” cannot be read: the row has no date of transfer."),
    "date_bad_file": _lt(
        "Date “%(value)s” cannot be read: the day given for the whole file stands for it."
    ),
    "year_bad": _lt("“%(value)s” names no year: counted in the campaign chosen for the file."),
    "siren_bad": _lt("SIREN “%(value)s” is wrong: nine digits, the last one is their key."),
    "siret_none": _lt("SIRET “%(value)s” holds no digits."),
    "siret_scientific": _lt(
        "SIRET “%(value)s” lost its digits in a spreadsheet: format the column as a number "
        "without decimals and load the file again, or confirm the company by its name."
    ),
    "siret_length": _lt("SIRET “%(value)s”: a SIRET has fourteen digits."),
    "siret_siren_key": _lt("SIRET “%(value)s”: the first nine digits (SIREN) do not fit."),
    "siret_key": _lt("SIRET “%(value)s”: its last digit, the key, does not fit."),
    "twin": _lt("Line %(line)s says the very same: both are counted. Set one aside if it is one."),
    "follows": _lt("A company that the school does not follow yet: its page is made."),
    "by_siren": _lt("Matched by SIREN: the export names another establishment."),
    "learned": _lt("As you confirmed it in an earlier file."),
    "other_label": _lt("The file names the school “%(value)s”."),
    # questions
    "not_ours_uai": _lt(
        "UAI %(value)s is neither the school's nor that of a component of the campaign."
    ),
    "not_ours_siret": _lt(
        "SIRET %(value)s is neither the school's nor that of a component of the campaign."
    ),
    "not_ours_name": _lt(
        "“%(value)s” is neither the school nor a component of the campaign, by its name."
    ),
    "employer_missing": _lt("The row names no employer: choose the company, or set it aside."),
    "unmatched": _lt("No company of the directory is like it: register it, or choose it."),
    "several": _lt("Several establishments of this company are known: which one is it?"),
    "siret_doubt": _lt("The SIRET is wrong by a digit: is it this company?"),
    "by_name": _lt("Found by its name alone: is it this company?"),
    "changed": _lt("%(old)s was counted for this row, the file now says %(new)s."),
    "changed_company": _lt(
        "%(old)s of this company was counted from a file with other columns; this one says "
        "%(new)s. The same money, corrected, or money besides?"
    ),
    "changed_row": _lt(
        "%(old)s of this company was counted from another row, which this file does not have; "
        "this row says %(new)s. The same money, or money besides?"
    ),
    "gone": _lt("Counted from an earlier file, and not in this one."),
    "newer": _lt("Taken over by a newer file: %(name)s."),
}


def reason(env, code, **values):
    """Say in the user's language what is to know of a row.

    :param str code: of :data:`REASONS`
    :param values: what completes the sentence
    :rtype: str
    """
    values = {
        name: format_date(env, value) if hasattr(value, "isoformat") else value
        for name, value in values.items()
    }
    sentence = env._(REASONS[code])
    return sentence % values
