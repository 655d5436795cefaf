"""Rows of a school's list of companies or of past placements, checked one by one.

What is wrong with a row refuses it, with the cell and the reason; what cannot be used but does
no harm is a remark and stays in the notes: nothing of a row that is taken is lost. Codes are
said in words by ``models/bde_book_reason.py``. No Odoo here.
"""

from dataclasses import dataclass, field

from . import book_values as values
from .book_titles import ROLES
from .lookalike import fold, street_key, town_key
from .texts import normalise

COMPANIES, PAST = "companies", "past_placements"
_OFFERS = "offer_"
# what makes a contact the person in charge of staff
_HR_WORDS = {"rh", "drh", "grh", "recrutement", "humaines"}


@dataclass
class Row:
    """One row: its values by model, and what is wrong or odd with it."""

    line: int
    cells: list
    company: dict = field(default_factory=dict)
    relation: dict = field(default_factory=dict)
    contacts: list = field(default_factory=list)
    placement: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)  # (code, values): the row is refused
    remarks: list = field(default_factory=list)  # (code, values): the row is taken
    same_as: int = 0  # line of the same company above

    def data(self):
        """What is kept to apply the row later, as JSON takes it."""
        return {
            "company": self.company, "relation": self.relation, "contacts": self.contacts,
            "placement": self.placement,
        }  # fmt: skip


def read_rows(rows, columns, kind, titles=()):
    """Rows of a table by the fields of its columns.

    :param list rows: (line, cells)
    :param list columns: the field of each column, ``""`` for those left out
    :param str kind: ``companies`` or ``past_placements``
    :param titles: titles of the columns, for notes that keep the words of the list
    :rtype: list[Row]
    """
    parsed = [_RowReader(line, cells, columns, kind, titles).read() for line, cells in rows]
    _mark_duplicates(parsed, kind)
    return parsed


class _RowReader:
    """Reads one row."""

    def __init__(self, line, cells, columns, kind, titles):
        self.row = Row(line, cells)
        self.kind = kind
        self.cells, self.several = {}, {}
        for number, name in enumerate(columns):
            cell = cells[number] if number < len(cells) else ""
            # a spreadsheet writes '=… to keep a text
            cell = cell[1:] if cell[:2] in ("'=", "'+", "'-", "'@") else cell
            if name and cell:
                self.cells.setdefault(name, cell)
                title = titles[number] if number < len(titles) else ""
                self.several.setdefault(name, []).append((title, cell))
        self.notes = []

    def read(self):
        row = self.row
        self._identity()
        self._place()
        self._reach()
        self._details()
        for role in ROLES:
            self._contact(role)
        self._relation()
        if self.kind == PAST:
            self._placement()
        if self.notes:
            row.relation["notes"] = self.notes
        if not row.company.get("name") and not row.company.get("company_registry"):
            row.problems.insert(0, ("name_missing", {}))
        elif len(self.several) == 1 and "name" in self.several:
            # a heading within the list, or a company that nobody would find again
            row.problems.append(("name_only", {"value": row.company["name"]}))
        return row

    def get(self, name):
        return self.cells.get(name, "")

    def take(self, name, result):
        """Notes what is wrong with a cell; returns its value."""
        value, code = result
        if code:
            self.row.problems.append((code, {"value": self.get(name)}))
        return value

    def note(self, label, text):
        self.notes.append(f"{label}: {text}" if label else text)

    # --- the company --------------------------------------------------------------------------

    def _identity(self):
        row = self.row
        name, brand = self.get("name"), self.get("brand")
        name = "" if values.void(name) else name
        if brand and not values.void(brand) and normalise(brand) not in normalise(name):
            # as SIRENE's names are written: see _bde_sirene_values
            name = f"{name} ({brand})" if name else brand
        row.company["name"] = name
        siret, code = values.siret(self.get("siret"))
        if code in ("siren_only", "siret_none"):
            row.remarks.append((code, {"value": self.get("siret")}))
            self.note("SIREN" if code == "siren_only" else "SIRET", self.get("siret"))
        elif code:
            row.problems.append((code, {"value": self.get("siret")}))
        else:
            row.company["company_registry"] = siret
        if self.get("siren") and not siret:
            self.note("SIREN", self.get("siren"))
        if self.get("closed") and values.is_closed(self.get("closed")):
            row.problems.append(("closed", {"value": self.get("closed")}))

    def _place(self):
        company = self.row.company
        company["street"], company["street2"] = self.get("street"), self.get("street2")
        company["city"] = "" if values.void(self.get("city")) else self.get("city")
        foreign = self.get("country") and normalise(self.get("country")) not in ("france", "fr")
        if foreign:
            self.row.remarks.append(("country", {"value": self.get("country")}))
            self.note("", self.get("country"))
            company["zip"] = self.get("zip")
        else:
            company["zip"] = self.take("zip", values.postcode(self.get("zip")))
        for name in ("zip_city", "full_address"):
            if self.get(name):
                street, zipcode, city = values.split_address(self.get(name))
                company["zip"] = company["zip"] or zipcode
                if name == "zip_city" and not zipcode:
                    street, city = "", street
                company["city"] = company["city"] or city
                company["street"] = company["street"] or street

    def _reach(self):
        company = self.row.company
        numbers = self.take("phone", values.phones(self.get("phone")))
        numbers += self.take("mobile", values.phones(self.get("mobile")))
        company["phone"] = numbers[0] if numbers else ""
        self.spare_phones = numbers[1:]
        addresses = self.take("email", values.emails(self.get("email")))
        company["email"] = addresses[0] if addresses else ""
        self.spare_emails = addresses[1:]
        site = self.get("website")
        company["website"] = site if "." in site and " " not in site else ""
        if site and not company["website"] and not values.void(site):
            self.note("", site)

    def _details(self):
        company, row = self.row.company, self.row
        company["activity"] = "" if values.void(self.get("activity")) else self.get("activity")
        for name, read in (("naf_code", values.naf), ("headcount", values.headcount)):
            company[name], code = read(self.get(name))
            if code:
                row.remarks.append((code, {"value": self.get(name)}))
                self.note("", f"{name}: {self.get(name)}" if name == "naf_code" else self.get(name))

    # --- people -------------------------------------------------------------------------------

    def _contact(self, role):
        get = lambda part: self.get(f"{role}_{part}")  # noqa: E731
        name = values.person(get("name"), get("lastname"), get("firstname"))
        addresses = self.take(f"{role}_email", values.emails(get("email")))
        numbers = self.take(f"{role}_phone", values.phones(get("phone")))
        numbers += self.take(f"{role}_mobile", values.phones(get("mobile")))
        function = "" if values.void(get("function")) else get("function")
        company = self.row.company
        if role == "contact" and (name or function):
            # what the company's own cells hold too much of is the person's
            numbers += self.spare_phones
            addresses += self.spare_emails
            self.spare_phones, self.spare_emails = [], []
        if not (name or function):
            # reaches the company, if nobody in it
            if addresses and not company["email"]:
                company["email"] = addresses.pop(0)
            if numbers and not company["phone"]:
                company["phone"] = numbers.pop(0)
        else:
            self._add_person(role, name or function, {
                "function": function if name else "",
                "email": addresses.pop(0) if addresses else "",
                "phone": numbers.pop(0) if numbers else "",
            })  # fmt: skip
        for spare in numbers + addresses:
            self.note(name, spare)

    def _add_person(self, role, name, vals):
        known = next(
            (one for one in self.row.contacts if normalise(one["name"]) == normalise(name)), None
        )
        if known is None:
            known = {"name": name}
            self.row.contacts.append(known)
        for key, value in vals.items():
            if value and not known.get(key):
                known[key] = value
        flag = {"tutor": "bde_tutor", "signatory": "bde_signatory"}.get(role)
        if flag:
            known[flag] = True
        if _HR_WORDS & set(normalise(f"{vals['function']} {name}").split()):
            known["bde_hr"] = True

    # --- the school's own ---------------------------------------------------------------------

    def _relation(self):
        row, relation = self.row, self.row.relation
        for spare in self.spare_phones + self.spare_emails:
            self.note("", spare)
        for title, cell in self.several.get("notes", ()):
            several = len(self.several["notes"]) > 1
            self.note(title if several else "", cell)
        word = self.get("status")
        if word and values.is_closed(word) and not values.status(word):
            row.problems.append(("closed", {"value": word}))
        elif word and not values.void(word):
            self._status(word)
        offers = {True: [], False: []}
        for name, cells in self.several.items():
            if name.startswith(_OFFERS):
                self._offer(name.removeprefix(_OFFERS), *cells[0], offers)
        relation["offers"], relation["declined"] = offers[True], offers[False]
        for name in ("owner", "insurance_company", "insurance_policy"):
            if self.get(name) and not values.void(self.get(name)):
                relation[name] = self.get(name)
        for name in ("tags", "trainings"):
            cells = [cell for _title, cell in self.several.get(name, ())]
            relation[name] = [part.strip() for cell in cells for part in _split(cell)]

    def _status(self, word):
        code = values.status(word)
        if code in ("watch", "avoid"):
            # our status needs a listed reason and an end, which a list does not have
            self.row.remarks.append(("status_guarded", {"value": word}))
            self.note("", word)
        elif code:
            self.row.relation["status"] = code
        else:
            self.row.remarks.append(("status_unknown", {"value": word}))
            self.note("", word)

    def _offer(self, code, title, cell, offers):
        said = values.answer(cell)
        if said is not None:
            offers[said].append(code)
        if said is None and not values.void(cell):
            self.row.remarks.append(("offer_unclear", {"value": cell, "column": title}))
        if (said is None and not values.void(cell)) or len(normalise(cell)) > 4:
            self.note(title, cell)

    # --- a past placement -----------------------------------------------------------------------

    def _placement(self):
        row, placement = self.row, self.row.placement
        days = {}
        for name in ("date_start", "date_end"):
            days[name] = self.take(name, values.day(self.get(name)))
        label = values.year_label(self.get("year_label"))
        if not (days["date_start"] or days["date_end"]):
            days["date_start"], days["date_end"] = values.two_days(label)
        if days["date_start"] and days["date_end"] and days["date_end"] < days["date_start"]:
            row.problems.append(
                ("date_order", {"value": self.get("date_end") or label,
                                "start": days["date_start"].isoformat()})
            )  # fmt: skip
        pupil = values.person("", self.get("pupil"), "")
        firstname = self.get("pupil_firstname")
        placement.update(
            date_start=days["date_start"].isoformat() if days["date_start"] else "",
            date_end=days["date_end"].isoformat() if days["date_end"] else "",
            year_label=label,
            year=values.school_year(days["date_start"] or days["date_end"], label),
            training=self.get("training"),
            pupil=" ".join(filter(None, (pupil, firstname))),
            tutor=next((one["name"] for one in row.contacts if one.get("bde_tutor")), ""),
            pupil_count=self._pupil_count(),
        )
        known = ("date_start", "date_end", "year_label", "training", "pupil", "tutor")
        if not any(placement[name] for name in known) and not self.get("pupil_count"):
            row.problems.append(("placement_empty", {}))

    def _pupil_count(self):
        text = self.get("pupil_count").removesuffix(".0")
        if not text or values.void(text):
            return 1
        if text.isdigit() and 0 < int(text) < 500:
            return int(text)
        self.row.problems.append(("count_bad", {"value": text}))
        return 1


def _split(text):
    for separator in ";,/|":
        text = text.replace(separator, "\n")
    return [part for part in text.split("\n") if part.strip()]


# ------------------------------------------------------------
# The same twice
# ------------------------------------------------------------


def placement_key(placement):
    """What tells two placements at one company apart."""
    parts = (
        fold(placement["pupil"]), placement["date_start"], placement["date_end"],
        fold(placement["year_label"]), fold(placement["training"]), fold(placement["tutor"]),
    )  # fmt: skip
    return "|".join(parts)


def same_place(first, second):
    """Whether two addresses of one name may be one company: same town, no other street."""
    towns = [(one.get("zip") or "", town_key(one.get("city"))) for one in (first, second)]
    (zip1, town1), (zip2, town2) = towns
    if zip1 and zip2:
        same_town = zip1 == zip2
    elif town1 and town2:
        same_town = town1 == town2
    else:
        same_town = not any((zip1, zip2, town1, town2))
    streets = [street_key(one.get("street")) for one in (first, second)]
    return same_town and (not all(streets) or streets[0] == streets[1])


def _mark_duplicates(rows, kind):
    """Finds companies and placements that stand on several rows."""
    by_siret, by_name, placements = {}, {}, {}
    for row in rows:
        if row.problems:
            continue
        first = _first_row(row, by_siret, by_name)
        if first is None:
            if row.company.get("company_registry"):
                by_siret[row.company["company_registry"]] = row
            by_name.setdefault(fold(row.company["name"]), []).append(row)
        else:
            row.same_as = first.line
        if kind == PAST:
            key = (row.same_as or row.line, placement_key(row.placement))
            if key in placements:
                row.problems.append(("placement_twice", {"line": placements[key]}))
            placements.setdefault(key, row.line)
        elif first is not None:
            _merge_row(row, first)


def _first_row(row, by_siret, by_name):
    siret = row.company.get("company_registry")
    if siret and siret in by_siret:
        return by_siret[siret]
    for other in by_name.get(fold(row.company["name"]), ()) if row.company["name"] else ():
        numbers = {siret, other.company.get("company_registry")} - {"", None}
        if len(numbers) < 2 and same_place(row.company, other.company):
            return other
    return None


def _merge_row(row, first):
    """A second row of a company is welcome for its people, and refused when it has none new."""
    names = (fold(row.company["name"]), fold(first.company["name"]))
    if all(names) and names[0] != names[1] and row.company.get("company_registry"):
        row.problems.append(
            ("duplicate_name", {"line": first.line, "value": first.company["name"],
                                "siret": row.company["company_registry"]})
        )  # fmt: skip
        return
    known = {normalise(one["name"]) for one in first.contacts}
    new = [one for one in row.contacts if normalise(one["name"]) not in known]
    if not new:
        row.problems.append(("duplicate", {"line": first.line}))
    first.contacts.extend(dict(one) for one in new)
