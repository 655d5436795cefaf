"""Files that an import must refuse, each for one reason, small enough to read.

Apart from the fault, each is a correct export of the first lycée.
"""

import copy
import dataclasses
from datetime import date

from . import formats
from .schools import SCHOOLS


def build(school, year, children):
    """``{relative path: bytes}`` of the bad files, made from a few pupils of a lycée."""
    few = [copy.copy(child) for child in children if child.placed and not child.left_on][20:26]
    good = formats.pupils_xml(school, year, few)
    text = good.decode("iso-8859-15")

    def variant(change):
        changed = [copy.copy(child) for child in few]
        change(changed)
        return formats.pupils_xml(school, year, changed)

    files = {
        "autre_uai.xml": formats.pupils_xml(SCHOOLS[1], year, few),
        "autre_annee.xml": formats.pupils_xml(school, year - 3, few),
        "mal_forme.xml": text.replace("</ELEVE>", "</ELEVES>", 1).encode("iso-8859-15"),
        "ine_en_double.xml": variant(_same_ine),
        "naissance_future.xml": variant(lambda pupils: _birth(pupils[1], date(year + 5, 2, 3))),
        "structure_inconnue.xml": variant(_unknown_class),
        "type_structure.xml": text.replace(
            "<TYPE_STRUCTURE>D</TYPE_STRUCTURE>", "<TYPE_STRUCTURE>Z</TYPE_STRUCTURE>", 1
        ).encode("iso-8859-15"),
        "doctype.xml": _billion_laughs(text).encode("iso-8859-15"),
        "fichier_externe.xml": _external_entity(text).encode("iso-8859-15"),
        "bombe.zip": formats.zipped("ElevesSansAdresses.xml", _blown_up(text)),
        "deux_fichiers.zip": _two_files(good),
        "inconnu.xml": b'<?xml version="1.0" encoding="UTF-8"?>\n<FACTURES><FACTURE/></FACTURES>\n',
        "inconnu.csv": "Produit;Prix\r\nCahier;2,50\r\n".encode("cp1252"),
        "remontee.xml": b'<?xml version="1.0" encoding="ISO-8859-15"?>\n<EDT_STS></EDT_STS>\n',
        "vide.xml": b"",
    }
    return {f"bad/{name}": content for name, content in files.items()}


def _same_ine(pupils):
    pupils[3].ine = pupils[1].ine


def _birth(pupil, birth):
    pupil.birth = birth


def _unknown_class(pupils):
    pupils[2].klass = dataclasses.replace(pupils[2].klass, code="9ZZZ")


def _with_doctype(text, doctype, reference):
    declaration, body = text.split("\n", 1)
    return f"{declaration}\n{doctype}\n{body}".replace(
        "<PRENOM>", f"<PRENOM>{reference}", 1
    )


def _billion_laughs(text):
    levels = "".join(
        f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10)
    )
    return _with_doctype(text, f'<!DOCTYPE BEE_ELEVES [<!ENTITY l0 "ha">{levels}]>', "&l9;")


def _external_entity(text):
    doctype = '<!DOCTYPE BEE_ELEVES [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
    return _with_doctype(text, doctype, "&secret;")


def _blown_up(text):
    """A correct file with three megabytes of blanks: 3 kB once zipped."""
    return text.replace("<DONNEES>", "<DONNEES>" + " " * 3_000_000, 1).encode("iso-8859-15")


def _two_files(content):
    import io
    import zipfile

    stream = io.BytesIO(formats.zipped("ElevesSansAdresses.xml", content))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("Autre.xml", (2026, 9, 15, 8, 30, 0))
        archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
