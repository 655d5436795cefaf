"""The sentences that tell why a record of a file is left out or needs a look.

Codes come from the parsers and the plan (``rules/``), which know no language.
"""

from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

REASONS = {
    # whole files
    "file_empty": _lt("The file is empty."),
    "file_too_big": _lt("The file is larger than %(limit)s MB."),
    "zip_broken": _lt("The zip cannot be opened: download it again."),
    "zip_not_one_xml": _lt(
        "The zip holds %(count)s files; an export of SIECLE holds one XML. Send them one by one."
    ),
    "excel_workbook": _lt(
        "This is a workbook. In Excel: File, Save as, type CSV (semicolon), then drop the CSV."
    ),
    "zip_encrypted": _lt("The zip is protected by a password."),
    "zip_bomb": _lt(
        "The zip would grow more than %(limit)s times: it is not an export of SIECLE."
    ),
    "xml_malformed": _lt("The XML is broken here (%(detail)s): export the file again."),
    "xml_doctype": _lt("The file declares a DOCTYPE, which no export of the State has: refused."),
    "xml_encoding": _lt("The encoding %(encoding)s is not one of the State's exports."),
    "xml_too_deep": _lt("The XML is nested more than %(limit)s levels deep: refused."),
    "xml_text_too_long": _lt("A text of the XML is longer than %(limit)s characters: refused."),
    "csv_malformed": _lt("The table cannot be read from here on: %(detail)s."),
    "accents_lost": _lt(
        "The accents of this line are lost in the file itself: export it again, as UTF-8."
    ),
    "encoding_unknown": _lt(
        "The letters of this line are of no known encoding: export the file again, as UTF-8."
    ),
    "csv_columns": _lt("The row has %(found)s cells, the header %(expected)s."),
    "column_twice": _lt("Two columns say the same thing: %(columns)s."),
    "too_many_rows": _lt("The table has more than %(limit)s rows."),
    "two_values": _lt(
        "The table speaks of %(first)s and of %(second)s: one school and one year per file."
    ),
    "kind_unknown": _lt(
        "The file is none of those that can be imported: pupils, guardians, nomenclature or "
        "structures of SIECLE, sts_emp of STS-web, or a table with names and birth dates."
    ),
    "kind_useless": _lt("The file %(root)s of SIECLE holds nothing to import."),
    "sts_upward": _lt(
        "This is the file that goes up to STS-web (emp_sts). Import sts_emp, which comes from it."
    ),
    "uai_missing": _lt("The file does not say which school it is of."),
    "uai_other": _lt("The file is of the school %(found)s, not of yours (%(expected)s)."),
    "year_missing": _lt("The file does not say which school year it is of."),
    "year_other": _lt("The file is of the year %(found)s, not of %(expected)s."),
    # pupils
    "id_missing": _lt("The identifier %(element)s is missing."),
    "id_twice": _lt("The identifier %(value)s stands on lines %(lines)s."),
    "ine_twice": _lt("The INE %(value)s stands on lines %(lines)s: none of them is imported."),
    "name_missing": _lt("The last name or the first name is missing."),
    "birth_date_bad": _lt("The birth date is missing or is no date: “%(value)s”."),
    "birth_date_future": _lt("The birth date is in the future: %(date)s."),
    "structure_type": _lt(
        "The structure %(code)s is of the unknown type “%(kind)s” (D: class, G: group)."
    ),
    "structure_orphan": _lt("The file places pupil %(pupil)s in a class but does not list him."),
    "many_divisions": _lt("The pupil is in several classes at once: %(divisions)s."),
    "division_unknown": _lt(
        "The class %(division)s is in no list of the school: import sts_emp or Structures, or "
        "create the class."
    ),
    "no_division": _lt("No class yet."),
    "ine_bad": _lt("The INE %(ine)s has no known form: it is left out."),
    "ine_known": _lt("The INE %(ine)s is already that of %(name)s."),
    "pupil_twice": _lt("Another row already speaks of %(name)s."),
    "mef_bad": _lt("The MEF %(mef)s is not a code of 10 or 11 digits."),
    "mef_unlabelled": _lt(
        "The training %(mef)s is unknown to the school: add the file Nomenclature to create it."
    ),
    "status_unknown": _lt("The status “%(status)s” is neither ST (pupil) nor AP (apprentice)."),
    "email_bad": _lt("“%(email)s” is no e-mail address: it is left out."),
    "same_identity": _lt(
        "Same names and birth date (%(birth)s) as %(name)s, without a common identifier: the same "
        "pupil?"
    ),
    "own_guardian": _lt(
        "The file names this minor as his own guardian. If a judgment emancipated him, the head "
        "notes it on his form."
    ),
    # guardians
    "person_unknown": _lt("The file links person %(person)s but does not describe it."),
    "pupil_unknown": _lt("No pupil has the identifier %(pupil)s: import the pupils first."),
    "rank_bad": _lt("The legal rank “%(rank)s” is none of 1, 2 and 0 (pupil %(pupil)s)."),
    "rank_twice": _lt(
        "A second legal representative of rank %(rank)s for pupil %(pupil)s (the first is on line "
        "%(other)s): correct it in SIECLE."
    ),
    "link_twice": _lt(
        "The same person stands twice beside pupil %(pupil)s, differently (the first is on line "
        "%(other)s): correct it in SIECLE."
    ),
    # teachers
    "teacher_unknown": _lt("The service names teacher %(teacher)s, whom the file does not list."),
    "same_names": _lt("Several teachers are called %(name)s: the same person?"),
    "hours_bad": _lt("“%(value)s” is no number of hours."),
    "teaching_twice": _lt("The same teacher, class and subject stand twice: %(subject)s."),
}


def reason(env, problem):
    """Say a problem in the user's language.

    :param bde_pfmp.rules.school_data.Problem problem:
    :rtype: str
    """
    values = {
        name: format_date(env, value) if hasattr(value, "isoformat") else value
        for name, value in problem.values.items()
    }
    sentence = env._(REASONS[problem.code])
    return sentence % values


def where(env, position):
    """Say where a record stands: file, line, column."""
    if not position.file:
        return ""
    if not position.line:
        return position.file
    if position.column > 1:
        return env._(
            "%(file)s, line %(line)s, column %(column)s",
            file=position.file, line=position.line, column=position.column,
        )  # fmt: skip
    return env._("%(file)s, line %(line)s", file=position.file, line=position.line)
