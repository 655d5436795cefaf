"""The sentences that tell why a row of a list is refused, or what of it was left out.

Codes come from ``rules/tables.py`` and ``rules/book_file.py``, which know no language.
"""

from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

REASONS = {
    # whole files
    "file_empty": _lt("The file is empty."),
    "file_too_big": _lt("The file is larger than %(limit)s MB."),
    "binary": _lt(
        "This is neither a workbook of Excel nor a table in text. In your program: Save as, type "
        "Excel workbook (.xlsx) or CSV."
    ),
    "encoding_unknown": _lt(
        "Line %(line)s: its letters are of no known encoding. Save the file again as an Excel "
        "workbook (.xlsx) or as CSV UTF-8."
    ),
    "accents_lost": _lt(
        "Line %(line)s: the accents are lost in the file itself (� or Ã). Go back to the file it "
        "was made from and save that one as an Excel workbook (.xlsx)."
    ),
    "csv_malformed": _lt("The table cannot be read from line %(line)s on: %(detail)s."),
    "too_many_rows": _lt("The table has more than %(limit)s rows: cut it in several files."),
    "workbook_old": _lt(
        "This file is of an old program, or protected. In Excel: File, Save as, type Excel "
        "workbook (.xlsx), without a password."
    ),
    "workbook_binary": _lt(
        "Binary workbooks (.xlsb) are not read. In Excel: File, Save as, type Excel workbook "
        "(.xlsx)."
    ),
    "workbook_ods": _lt(
        "Sheets of LibreOffice (.ods) are not read. In LibreOffice: File, Save as, type Excel "
        "(.xlsx)."
    ),
    "workbook_broken": _lt("The workbook cannot be opened: open it in Excel and save it again."),
    "pupils": _lt(
        "This looks like a list of pupils, not of companies. Pupils and teachers are imported "
        "from SIECLE and STS-web, in the menu of pupils."
    ),
    # rows that are refused
    "name_missing": _lt("The name of the company is missing."),
    "name_only": _lt(
        "Only a name, “%(value)s”: add a town, a telephone or a SIRET, or leave the row out if "
        "it is a heading."
    ),
    "siret_length": _lt(
        "SIRET “%(value)s”: a SIRET has fourteen digits. Correct it or empty the cell."
    ),
    "siret_siren_key": _lt(
        "SIRET “%(value)s”: the first nine digits (SIREN) do not fit, the ninth is their key."
    ),
    "siret_key": _lt(
        "SIRET “%(value)s”: the SIREN is right but the fourteenth digit, the key, does not fit."
    ),
    "siret_scientific": _lt(
        "SIRET “%(value)s”: Excel has cut its digits. Format the column as a number without "
        "decimals, then save again."
    ),
    "zip_bad": _lt("Postcode “%(value)s”: a French postcode has five digits."),
    "phone_bad": _lt("Telephone “%(value)s”: this is no number that can be dialled."),
    "email_bad": _lt("E-mail “%(value)s”: this is no address."),
    "closed": _lt("The list says that the company is closed: “%(value)s”."),
    "closed_on": _lt("%(name)s is closed since %(date)s."),
    "duplicate": _lt("The same company stands on line %(line)s already."),
    "duplicate_name": _lt(
        "The SIRET %(siret)s stands on line %(line)s already, for another name: %(value)s."
    ),
    "date_bad": _lt("Date “%(value)s”: write it as 11/03/2024."),
    "date_order": _lt("The last day, “%(value)s”, is before the first."),
    "count_bad": _lt("“%(value)s” is no number of pupils."),
    "placement_empty": _lt("The row says neither when, nor for which training or pupil."),
    "placement_twice": _lt(
        "The same as line %(line)s. For several pupils, write their names or their number in one "
        "row."
    ),
    # rows that are taken, with a remark
    "siren_only": _lt("“%(value)s” is a SIREN: the SIRET of the place is missing."),
    "siret_none": _lt("“%(value)s” is no SIRET: kept in the notes."),
    "naf_bad": _lt("“%(value)s” is no NAF code: kept in the notes."),
    "headcount_unknown": _lt("Headcount “%(value)s”: kept in the notes."),
    "country": _lt("Company abroad: %(value)s."),
    "status_guarded": _lt(
        "Status “%(value)s”: kept in the notes. Set it on the page of the company, with its "
        "reason and until when."
    ),
    "status_unknown": _lt("Status “%(value)s”: kept in the notes."),
    "offer_unclear": _lt("%(column)s “%(value)s” says neither yes nor no: kept in the notes."),
    "owner_unknown": _lt("“%(value)s” is nobody of the school's team: kept in the notes."),
    "tag_unknown": _lt("“%(value)s” is no tag of the académie: kept in the notes."),
    "training_unknown": _lt("“%(value)s” is no training of the school: kept as written."),
    "other_name": _lt("The SIRET is that of %(name)s: the same company?"),
    "same_as": _lt("Same company as on line %(line)s."),
    "archived": _lt("%(name)s is in the archives: it comes back."),
}


def reason(env, code, values):
    """Say a problem in the user's language.

    :param str code: of :data:`REASONS`
    :param dict values: what completes the sentence
    :rtype: str
    """
    values = {
        name: format_date(env, value) if hasattr(value, "isoformat") else value
        for name, value in values.items()
    }
    sentence = env._(REASONS[code])
    return sentence % values
