"""Recognises a file by its content and reads it; checks that it is this school's, this year's."""

from . import archive, school_csv, siecle, sts, xml_reader
from .school_data import FileRefused, Position

# Files of the same families that hold nothing an import needs, or go the other way.
_USELESS_ROOTS = {"BEE_COMMUN", "BEE_ETABLISSEMENT", "BEE_ETABLISSEMENTS", "BEE_GEOGRAPHIQUE",
                  "BEE_MEF"}  # fmt: skip
_UPWARD_ROOTS = {"EDT_STS"}


def read_file(name, data, today):
    """Read one uploaded file, whatever it is.

    :param str name: name of the upload, for messages only
    :param bytes data: its content, plain or zipped
    :param datetime.date today: today at the school
    :rtype: bde_pfmp.rules.school_data.ParsedFile
    :raise FileRefused: nothing in it can be used
    """
    name, data = archive.open_upload(name, data)
    root = xml_reader.root_tag(data)
    if root == "BEE_ELEVES":
        return siecle.read_pupils(name, data, today)
    if root == "BEE_RESPONSABLES":
        return siecle.read_guardians(name, data)
    if root in ("BEE_NOMENCLATURES", "BEE_NOMENCLATURE"):
        return siecle.read_nomenclature(name, data)
    if root == "BEE_STRUCTURES":
        return siecle.read_structures(name, data)
    if root == "STS_EDT":
        return sts.read_sts(name, data, today)
    if root in _UPWARD_ROOTS:
        raise FileRefused("sts_upward", Position(name))
    if root in _USELESS_ROOTS:
        raise FileRefused("kind_useless", Position(name), root=root)
    if root or data.lstrip()[:1] == b"<":
        # read it anyway: a malformed file deserves its line, a DOCTYPE its refusal
        xml_reader.read(data, name, {})
        raise FileRefused("kind_unknown", Position(name), root=root)
    return school_csv.read_csv(name, data, today)


def check_belongs(parsed, uai, year):
    """Refuse the file of another school or of another school year.

    :param str uai: number of the school that imports
    :param int year: calendar year in which the school year begins
    :raise FileRefused: another school, another year, or an export that does not say
    """
    here = Position(parsed.name)
    is_csv = parsed.kind.endswith("_csv")
    if not parsed.uai and not is_csv:
        raise FileRefused("uai_missing", here)
    if parsed.uai and parsed.uai != uai:
        raise FileRefused("uai_other", here, found=parsed.uai, expected=uai)
    if parsed.year is None and not is_csv:
        raise FileRefused("year_missing", here)
    if parsed.year is not None and parsed.year != year:
        raise FileRefused(
            "year_other", here, found=f"{parsed.year}-{parsed.year + 1}",
            expected=f"{year}-{year + 1}",
        )  # fmt: skip
