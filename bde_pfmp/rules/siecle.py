"""Reads the XML exports of SIECLE: pupils, guardians, nomenclature, structures.

Shapes (learnt from public parsers of these files, checked against versions 1 and 2.1):

* ``BEE_ELEVES``: ``PARAMETRES`` (UAJ, ANNEE_SCOLAIRE, DATE_EXPORT), then below ``DONNEES``
  ``ELEVES/ELEVE`` (NOM before 2016, NOM_DE_FAMILLE and NOM_USAGE since),
  ``STRUCTURES/STRUCTURES_ELEVE``, and with addresses ``ADRESSES/ADRESSE``;
* ``BEE_RESPONSABLES``: ``PERSONNES/PERSONNE``, ``RESPONSABLES/RESPONSABLE_ELEVE``, ``ADRESSES``;
* ``BEE_NOMENCLATURES``: ``MEFS/MEF``; ``BEE_STRUCTURES``: ``DIVISIONS/DIVISION``.

Authority over a pupil comes from RESP_LEGAL alone (1, 2; 0 is a simple contact). Exports without
that element give NIVEAU_RESPONSABILITE: 1 legal representative, 2 person in charge, 3 contact.
"""

from collections import defaultdict

from . import xml_reader
from .persons import clean_email, clean_ine, clean_phone, is_ine, parse_date
from .school_data import (
    GUARDIANS,
    NOMENCLATURE,
    NOTICE,
    PUPILS,
    STRUCTURES,
    Contact,
    Division,
    Guardian,
    Guardianship,
    ParsedFile,
    Position,
    Problem,
    Pupil,
    mef10,
)

SEXES = {"1": "m", "2": "f"}
STATUSES = {"ST", "AP"}
# First digit of CODE_REGIME: the second one counts meals a week (21 to 25).
REGIMES = {
    "0": "day",
    "1": "day",
    "2": "half",
    "6": "half",
    "3": "board",
    "4": "board",
    "5": "board",
}
# CODE_PARENTE since 2017; the one-digit codes are those of older exports.
KINSHIPS = {
    "10": "mother", "20": "father", "37": "sibling", "38": "grandparent", "39": "family",
    "41": "educator", "42": "foster", "43": "foster", "50": "tutor", "51": "ase", "70": "self",
    "90": "other",
    "1": "father", "2": "mother", "3": "tutor", "4": "family", "5": "ase", "6": "other",
    "7": "self",
}  # fmt: skip
TITLES = {"M.": "mr", "M": "mr", "MR": "mr", "MME": "mrs", "MLLE": "mrs"}


def _position(file, element, tag=""):
    return Position(file, element.line, element.column, tag or element.tag)


def _parameters(parsed, element):
    parsed.uai = element.value("UAJ").upper()
    year = element.value("ANNEE_SCOLAIRE")
    parsed.year = int(year) if year.isdigit() else None
    parsed.exported_on = parse_date(element.value("DATE_EXPORT"))


def _address(element, contact):
    lines = [element.value(f"LIGNE{number}_ADRESSE") for number in range(1, 5)]
    lines = [line for line in lines if line]
    contact.street = lines[0] if lines else ""
    contact.street2 = ", ".join(lines[1:])
    contact.zip = element.value("CODE_POSTAL")
    contact.city = element.value("LIBELLE_POSTAL", "LL_COMMUNE_INSEE", "COMMUNE_ETRANGERE")
    country = element.value("LL_PAYS")
    contact.country = "" if country.upper() == "FRANCE" else country


def _contact(element, position, notices):
    contact = Contact()
    email = clean_email(element.value("MEL"))
    if email is None:
        notices.append(Problem("email_bad", {"email": element.value("MEL")}, position, NOTICE))
    contact.email = email or ""
    phones = [
        clean_phone(element.value(tag))
        for tag in ("TEL_PORTABLE", "TEL_PERSONNEL", "TEL_PROFESSIONNEL")
    ]
    phones = list(dict.fromkeys(phone for phone in phones if phone))
    contact.phone = phones[0] if phones else ""
    contact.other_phone = ", ".join(phones[1:])
    return contact


# --- pupils -----------------------------------------------------------------------------------


class _Pupils:
    """Collects the three sections of a pupils export, then joins them by ELEVE_ID."""

    def __init__(self, parsed, today):
        self.parsed, self.today = parsed, today
        self.elements = []
        self.structures = defaultdict(list)
        self.addresses = {}

    def add_structures(self, element):
        pupil_id = element.value("ELEVE_ID")
        for structure in element.all("STRUCTURE"):
            self.structures[pupil_id].append(
                (
                    structure.value("CODE_STRUCTURE"),
                    structure.value("TYPE_STRUCTURE").upper(),
                    _position(self.parsed.name, structure),
                )
            )

    def add_address(self, element):
        self.addresses[element.value("ADRESSE_ID")] = element

    def join(self):
        for element in self.elements:
            pupil = self.pupil(element)
            if pupil and self.place(pupil):
                self.parsed.pupils.append(pupil)
        known = {element.value("ELEVE_ID") for element in self.elements}
        for pupil_id, structures in self.structures.items():
            if pupil_id not in known:
                self.parsed.refuse("structure_orphan", structures[0][2], "student", pupil=pupil_id)

    def pupil(self, element):
        """The pupil of one ELEVE element, or None when it is refused."""
        here = _position(self.parsed.name, element)
        lastname = element.value("NOM_DE_FAMILLE", "NOM")
        firstname = element.value("PRENOM")
        name = f"{lastname} {firstname}".strip()
        birth = element.value("DATE_NAISS")
        birth_date = parse_date(birth)
        refusal = None
        if not element.value("ELEVE_ID"):
            refusal = ("id_missing", {"element": "ELEVE_ID"})
        elif not (lastname and firstname):
            refusal = ("name_missing", {})
        elif not birth_date:
            refusal = ("birth_date_bad", {"value": birth})
        elif birth_date > self.today:
            refusal = ("birth_date_future", {"date": birth_date})
        if refusal:
            self.parsed.refuse(refusal[0], here, "student", name, **refusal[1])
            return None
        pupil = Pupil(
            element.value("ELEVE_ID"), lastname, firstname, birth_date, here,
            usage_name=_usage_name(element.value("NOM_USAGE"), lastname),
            sex=SEXES.get(element.value("CODE_SEXE"), ""),
            regime=REGIMES.get(element.value("CODE_REGIME")[:1], ""),
            date_start=parse_date(element.value("DATE_ENTREE")),
            date_end=parse_date(element.value("DATE_SORTIE")),
            # the payer of the allowance asks where a pupil was born, in codes of INSEE
            birth_country=element.value("CODE_PAYS"),
            birth_commune=element.value("CODE_COMMUNE_INSEE_NAISS"),
        )  # fmt: skip
        pupil.contact = _contact(element, here, pupil.notices)
        address = self.addresses.get(element.value("ADRESSE_ID"))
        if address is not None:
            _address(address, pupil.contact)
        set_ine(pupil, element.value("ID_NATIONAL", "INE_RNIE", "INE_BEA"))
        set_training(pupil, element.value("CODE_MEF"), element.value("CODE_STATUT"))
        return pupil

    def place(self, pupil):
        """Give the pupil its class; False when the file contradicts itself."""
        divisions = {}
        for code, kind, position in self.structures.get(pupil.source_id, ()):
            if kind not in ("D", "G"):
                self.parsed.refuse(
                    "structure_type", position, "student", pupil_name(pupil), kind=kind, code=code
                )
                return False
            if kind == "D":
                divisions[code] = position
        if len(divisions) > 1:
            self.parsed.refuse(
                "many_divisions", pupil.position, "student", pupil_name(pupil),
                divisions=", ".join(sorted(divisions)),
            )  # fmt: skip
            return False
        pupil.division = next(iter(divisions), "")
        if not pupil.division and not pupil.date_end:
            pupil.notices.append(Problem("no_division", {}, pupil.position, NOTICE))
        return True


def pupil_name(pupil):
    """Name of a pupil for a message."""
    return f"{pupil.lastname} {pupil.firstname}"


def _usage_name(usage_name, lastname):
    return usage_name if usage_name.casefold() != lastname.casefold() else ""


def set_ine(pupil, text):
    """Keep the INE when it has a known form, note it otherwise."""
    ine = clean_ine(text)
    if ine and not is_ine(ine):
        pupil.notices.append(Problem("ine_bad", {"ine": ine}, pupil.position, NOTICE))
        ine = ""
    pupil.ine = ine


def set_training(pupil, mef, status):
    """Keep the MEF (10 digits) and the status (ST pupil, AP apprentice), note what is unknown."""
    pupil.mef = mef10(mef) or ""
    if mef10(mef) is None:
        pupil.notices.append(Problem("mef_bad", {"mef": mef}, pupil.position, NOTICE))
    status = status.strip().upper()
    pupil.status = status if status in STATUSES else ""
    if status and not pupil.status:
        pupil.notices.append(Problem("status_unknown", {"status": status}, pupil.position, NOTICE))


def refuse_duplicates(parsed):
    """Leave out the pupils that share an identifier or an INE; each names the other lines."""
    for attribute, code in (("source_id", "id_twice"), ("ine", "ine_twice")):
        groups = defaultdict(list)
        for pupil in parsed.pupils:
            if getattr(pupil, attribute):
                groups[getattr(pupil, attribute)].append(pupil)
        twins = {value: pupils for value, pupils in groups.items() if len(pupils) > 1}
        for value, pupils in twins.items():
            lines = ", ".join(str(pupil.position.line) for pupil in pupils)
            for pupil in pupils:
                parsed.refuse(
                    code, pupil.position, "student", pupil_name(pupil), value=value, lines=lines
                )
        parsed.pupils = [pupil for pupil in parsed.pupils if getattr(pupil, attribute) not in twins]


def read_pupils(name, data, today):
    """Read ElevesSansAdresses or ElevesAvecAdresses.

    :param datetime.date today: births after it are refused
    :rtype: ParsedFile
    """
    parsed = ParsedFile(PUPILS, name)
    pupils = _Pupils(parsed, today)
    xml_reader.read(
        data,
        name,
        {
            "PARAMETRES": lambda element: _parameters(parsed, element),
            "DONNEES/ELEVES/ELEVE": pupils.elements.append,
            "DONNEES/STRUCTURES/STRUCTURES_ELEVE": pupils.add_structures,
            "DONNEES/ADRESSES/ADRESSE": pupils.add_address,
        },
    )
    pupils.join()
    refuse_duplicates(parsed)
    return parsed


# --- guardians --------------------------------------------------------------------------------


class _Guardians:
    """Collects persons, links and addresses of a guardians export, then joins them."""

    def __init__(self, parsed):
        self.parsed = parsed
        self.persons = []
        self.links = []
        self.addresses = {}

    def add_address(self, element):
        self.addresses[element.value("ADRESSE_ID")] = element

    def join(self):
        for element in self.persons:
            self.add_person(element)
        legal = defaultdict(dict)
        for element in self.links:
            self.add_link(element, legal)

    def add_person(self, element):
        here = _position(self.parsed.name, element)
        person_id = element.value("PERSONNE_ID", "PERSONNE_MORALE_ID")
        lastname = element.value(
            "NOM_USAGE", "NOM_DE_FAMILLE", "NOM", "RAISON_SOCIALE", "DENOMINATION"
        )
        if not person_id or not lastname:
            code = "name_missing" if person_id else "id_missing"
            self.parsed.refuse(code, here, "guardian", lastname, element="PERSONNE_ID")
            return
        guardian = Guardian(
            person_id, lastname, here,
            firstname=element.value("PRENOM"),
            title=TITLES.get(element.value("LC_CIVILITE").upper(), ""),
            is_institution=element.tag == "PERSONNE_MORALE",
        )  # fmt: skip
        guardian.contact = _contact(element, here, guardian.notices)
        address = self.addresses.get(element.value("ADRESSE_ID"))
        if address is not None:
            _address(address, guardian.contact)
        self.parsed.guardians[person_id] = guardian

    def add_link(self, element, legal):
        """Keep one link; ``legal`` holds the legal ranks already met, by pupil."""
        here = _position(self.parsed.name, element)
        pupil_id, person_id = element.value("ELEVE_ID"), element.value("PERSONNE_ID")
        guardian = self.parsed.guardians.get(person_id)
        if not guardian:
            self.parsed.refuse("person_unknown", here, "guardianship", "", person=person_id)
            return
        name = f"{guardian.lastname} {guardian.firstname}".strip()
        kinship = KINSHIPS.get(element.value("CODE_PARENTE").lstrip("0"), "")
        if kinship == "self":
            self.parsed.own_guardians[pupil_id] = here
            return
        rank = self.rank(element, legal[pupil_id])
        if rank is None:
            self.parsed.refuse(
                "rank_bad", here, "guardianship", name,
                rank=element.value("RESP_LEGAL", "NIVEAU_RESPONSABILITE"), pupil=pupil_id,
            )  # fmt: skip
            return
        if rank != "0":
            first_id, first_line = legal[pupil_id].setdefault(rank, (person_id, here.line))
            if first_id != person_id:
                self.parsed.refuse(
                    "rank_twice", here, "guardianship", name,
                    rank=rank, pupil=pupil_id, other=first_line,
                )  # fmt: skip
                return
        # the child welfare service is entered as a person without a first name
        if kinship == "ase" and not guardian.firstname:
            guardian.is_institution = True
        self.parsed.add_guardianship(
            Guardianship(pupil_id, person_id, rank, here, kinship), name
        )

    @staticmethod
    def rank(element, taken):
        """Legal rank of a link, or None when the file gives none that is known."""
        rank = element.value("RESP_LEGAL")
        if rank:
            return rank if rank in ("0", "1", "2") else None
        level = element.value("NIVEAU_RESPONSABILITE")
        if level == "1":
            return "1" if "1" not in taken else "2"
        return "0" if level in ("2", "3") else None


def read_guardians(name, data):
    """Read ResponsablesAvecAdresses.

    :rtype: ParsedFile
    """
    parsed = ParsedFile(GUARDIANS, name)
    guardians = _Guardians(parsed)
    xml_reader.read(
        data,
        name,
        {
            "PARAMETRES": lambda element: _parameters(parsed, element),
            "DONNEES/PERSONNES/PERSONNE": guardians.persons.append,
            "DONNEES/PERSONNES/PERSONNE_MORALE": guardians.persons.append,
            "DONNEES/PERSONNES_MORALES/PERSONNE_MORALE": guardians.persons.append,
            "DONNEES/RESPONSABLES/RESPONSABLE_ELEVE": guardians.links.append,
            "DONNEES/ADRESSES/ADRESSE": guardians.add_address,
        },
    )
    guardians.join()
    return parsed


# --- nomenclature and structures ----------------------------------------------------------------


def read_nomenclature(name, data):
    """Read Nomenclature: the labels of the training levels (MEF).

    :rtype: ParsedFile
    """
    parsed = ParsedFile(NOMENCLATURE, name)

    def add(element):
        code = mef10(element.value("CODE_MEF"))
        if code:
            label = element.value("LIBELLE_EDITION", "LIBELLE_LONG", "FORMATION")
            parsed.mefs.setdefault(code, label)

    xml_reader.read(
        data,
        name,
        {
            "PARAMETRES": lambda element: _parameters(parsed, element),
            "DONNEES/MEFS/MEF": add,
        },
    )
    return parsed


def read_structures(name, data):
    """Read Structures: the classes of the school and their training levels.

    :rtype: ParsedFile
    """
    parsed = ParsedFile(STRUCTURES, name)

    def add(element):
        code = element.value("CODE_STRUCTURE")
        here = _position(name, element)
        if not code:
            parsed.refuse("id_missing", here, "division", element="CODE_STRUCTURE")
            return
        mefs = [mef10(mef.value("CODE_MEF")) for mef in
                element.all("MEFS_APPARTENANCE/MEF_APPARTENANCE")]  # fmt: skip
        label = element.value("LIBELLE_LONG")
        parsed.divisions[code] = Division(code, here, label, [mef for mef in mefs if mef])

    xml_reader.read(
        data,
        name,
        {
            "PARAMETRES": lambda element: _parameters(parsed, element),
            "DONNEES/DIVISIONS/DIVISION": add,
        },
    )
    return parsed
