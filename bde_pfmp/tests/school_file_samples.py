"""Small files of the State's applications, written by hand for tests."""

from datetime import date
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
TODAY = date(2026, 11, 21)


def pupil(number, lastname="MARTIN", firstname="Lina", birth="14/03/2009", **values):
    """One ELEVE element."""
    tags = {
        "NOM_DE_FAMILLE": lastname, "PRENOM": firstname, "DATE_NAISS": birth, "CODE_SEXE": "2",
        "CODE_MEF": "24731213320", "CODE_STATUT": "ST", **values,
    }  # fmt: skip
    inner = "".join(f"<{tag}>{text}</{tag}>" for tag, text in tags.items() if text is not None)
    return f'<ELEVE ELEVE_ID="{number}" ELENOET="{number}">{inner}</ELEVE>'


def structure(number, *codes):
    """One STRUCTURES_ELEVE element; codes such as "2MRC" (class) or "G:LV2" (group)."""
    inner = ""
    for code in codes:
        kind, _, name = code.rpartition(":")
        inner += (
            f"<STRUCTURE><CODE_STRUCTURE>{name}</CODE_STRUCTURE>"
            f"<TYPE_STRUCTURE>{kind or 'D'}</TYPE_STRUCTURE></STRUCTURE>"
        )
    return f'<STRUCTURES_ELEVE ELEVE_ID="{number}">{inner}</STRUCTURES_ELEVE>'


def siecle(root, sections, uai="0330994B", year=2026, encoding="ISO-8859-15"):
    """A whole export. Each element stands on a line of its own, the first on line 6."""
    body = "\n".join(
        f"<{tag}>\n" + "\n".join(elements) + f"\n</{tag}>" for tag, elements in sections.items()
    )
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<{root} VERSION="2.1">\n'
        f"<PARAMETRES><UAJ>{uai}</UAJ><ANNEE_SCOLAIRE>{year}</ANNEE_SCOLAIRE>"
        f"<DATE_EXPORT>15/10/{year}</DATE_EXPORT></PARAMETRES>\n<DONNEES>\n{body}\n</DONNEES>\n"
        f"</{root}>\n"
    )
    return text.replace("<DONNEES>\n", "<DONNEES>", 1).encode(encoding)


def pupils(elements, structures=(), **options):
    """ElevesSansAdresses with these pupils."""
    return siecle("BEE_ELEVES", {"ELEVES": elements, "STRUCTURES": structures}, **options)


def person(number, lastname="MARTIN", firstname="Anne", **values):
    """One PERSONNE element."""
    tags = {"NOM_DE_FAMILLE": lastname, "PRENOM": firstname, **values}
    inner = "".join(f"<{tag}>{text}</{tag}>" for tag, text in tags.items())
    return f'<PERSONNE PERSONNE_ID="{number}">{inner}</PERSONNE>'


def link(pupil_number, person_number, rank="1", kinship="10", **values):
    """One RESPONSABLE_ELEVE element; ``rank=None`` leaves RESP_LEGAL out."""
    tags = {
        "ELEVE_ID": pupil_number, "PERSONNE_ID": person_number, "RESP_LEGAL": rank,
        "CODE_PARENTE": kinship, **values,
    }  # fmt: skip
    inner = "".join(f"<{tag}>{text}</{tag}>" for tag, text in tags.items() if text is not None)
    return f"<RESPONSABLE_ELEVE>{inner}</RESPONSABLE_ELEVE>"


def guardians(persons, links, **options):
    """ResponsablesAvecAdresses with these persons and links."""
    return siecle("BEE_RESPONSABLES", {"PERSONNES": persons, "RESPONSABLES": links}, **options)


def nomenclature(labels, **options):
    """Nomenclature with these training levels: ``{11-digit code: label}``."""
    elements = [
        f'<MEF CODE_MEF="{code}"><LIBELLE_EDITION>{label}</LIBELLE_EDITION></MEF>'
        for code, label in labels.items()
    ]
    return siecle("BEE_NOMENCLATURES", {"MEFS": elements}, **options)


def sts(individuals, divisions, groups=(), uai="0330994B", year=2026):
    """sts_emp: ``individuals`` and ``divisions`` are elements."""
    return (
        '<?xml version="1.0" encoding="ISO-8859-15"?>\n<STS_EDT><PARAMETRES>'
        f'<UAJ CODE="{uai}"/><ANNEE_SCOLAIRE ANNEE="{year}"/></PARAMETRES>'
        '<NOMENCLATURES><MATIERES><MATIERE CODE="030201"><LIBELLE_EDITION>Anglais</LIBELLE_EDITION>'
        "</MATIERE></MATIERES></NOMENCLATURES><DONNEES><INDIVIDUS>\n"
        + "\n".join(individuals)
        + "\n</INDIVIDUS><STRUCTURE><DIVISIONS>\n"
        + "\n".join(divisions)
        + "\n</DIVISIONS><GROUPES>\n"
        + "\n".join(groups)
        + "\n</GROUPES></STRUCTURE></DONNEES></STS_EDT>\n"
    ).encode("iso-8859-15")


def individual(number, lastname, firstname="Paul", function="ENS", principal="", **values):
    """One INDIVIDU; ``principal``: class that he is the head teacher of."""
    tags = {"NOM_USAGE": lastname, "PRENOM": firstname, "FONCTION": function, **values}
    inner = "".join(f"<{tag}>{text}</{tag}>" for tag, text in tags.items())
    if principal:
        code, _, end = principal.partition("|")
        inner += (
            f"<PROFS_PRINC><PROF_PRINC><CODE_STRUCTURE>{code}</CODE_STRUCTURE>"
            f"<DATE_FIN>{end or '2027-08-31'}</DATE_FIN></PROF_PRINC></PROFS_PRINC>"
        )
    return f'<INDIVIDU ID="{number}" TYPE="epp">{inner}</INDIVIDU>'


def division(code, services=(), mef="24731213320"):
    """One DIVISION; ``services``: pairs of teacher number and hours (or None)."""
    inner = "".join(
        '<SERVICE CODE_MATIERE="030201" CODE_MOD_COURS="CG"><ENSEIGNANTS>'
        f'<ENSEIGNANT ID="{number}" TYPE="epp">'
        f"{f'<NB_HEURES>{hours}</NB_HEURES>' if hours else ''}</ENSEIGNANT></ENSEIGNANTS></SERVICE>"
        for number, hours in services
    )
    return (
        f'<DIVISION CODE="{code}"><LIBELLE_LONG>Classe {code}</LIBELLE_LONG><MEFS_APPARTENANCE>'
        f'<MEF_APPARTENANCE CODE="{mef}"/></MEFS_APPARTENANCE><SERVICES>{inner}</SERVICES>'
        "</DIVISION>"
    )
