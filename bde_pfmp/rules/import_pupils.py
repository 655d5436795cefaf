"""Part of the plan of an import: pupils and their schooling of the year."""

from .import_plan import (
    CHANGED,
    GONE,
    LEFT,
    MOVED,
    NEW,
    REFUSED,
    SAME,
    TO_CONFIRM,
    Change,
    Line,
    compare,
    merge_contact,
)
from .persons import full_name, identity
from .school_data import NOTICE, PUPILS, PUPILS_CSV, Problem

PUPIL_SOURCES = {PUPILS: "siecle", PUPILS_CSV: "csv"}


class Pupils:
    """Where the pupils of the files end up: an id or a Ref by identifier in the file.

    ``lines`` are kept back until the guardians had their say, so that a pupil with his family is
    one line of the preview.
    """

    def __init__(self, known):
        self.targets = {}
        self.lines = {}
        self.births = {}
        self.silent = set()
        self.by_source = {
            (record["source"], record["source_id"]): record
            for record in known.students
            if record["source_id"]
        }
        self.by_ine = {record["ine"]: record for record in known.students if record["ine"]}
        self.by_identity = {}
        for record in known.students:
            key = identity(record["lastname"], record["firstname"], record["birth_date"])
            self.by_identity.setdefault(key, []).append(record)
        self.schoolings = {}
        for record in known.schoolings:
            # the open one counts, else the last
            other = self.schoolings.get(record["student_id"])
            if other is None or (record["date_end"] or known.today) >= (
                other["date_end"] or known.today
            ):
                self.schoolings[record["student_id"]] = record


def plan_pupils(plan, files, known, decisions, staff):
    """Plan the pupils of the files and find those that the files no longer name.

    :rtype: Pupils
    """
    pupils = Pupils(known)
    found = set()
    exports = [parsed for parsed in files if parsed.kind in PUPIL_SOURCES]
    for parsed in exports:
        source = PUPIL_SOURCES[parsed.kind]
        for pupil in parsed.pupils:
            record = _plan_pupil(plan, pupils, known, decisions, staff, source, pupil, found)
            if record:
                found.add(record["id"])
    refused = _refused_ids(exports, pupils)
    _plan_gone(plan, pupils, known, decisions, exports, found | refused)
    return pupils


def finish(plan, pupils):
    """Show the lines that were kept back, once the guardians are planned."""
    for line in pupils.lines.values():
        if line.status == SAME and line.changes:
            line.status = CHANGED
        if line.status == SAME and not line.problems:
            plan.counts["student", SAME] += 1
        else:
            plan.add(line)


def _refused_ids(exports, pupils):
    """Known pupils whose row was refused: they are in the file, so they are not gone."""
    names = {
        problem.name.casefold()
        for parsed in exports
        for problem in parsed.problems
        if problem.subject == "student"
    }
    return {
        record["id"]
        for records in pupils.by_identity.values()
        for record in records
        if f"{record['lastname']} {record['firstname']}".casefold() in names
    }


def _find(pupils, source, pupil):
    """Known pupil of a row, with ``"exact"``, ``"ine"``, ``"names"`` or ``""``.

    Two pupils of the same names and birth date are told apart by their INE when both have one.
    """
    record = pupils.by_source.get((source, pupil.source_id))
    if record:
        return record, "exact"
    record = pupils.by_ine.get(pupil.ine)
    if record:
        return record, "ine"
    twins = pupils.by_identity.get(
        identity(pupil.lastname, pupil.firstname, pupil.birth_date), ()
    )
    twins = [twin for twin in twins if not (twin["ine"] and pupil.ine)]
    return (twins[0], "names") if twins else (None, "")


def _refusal(pupils, staff, pupil, record, found):
    """Problem that keeps a readable row out of the database, or None."""
    owner = pupils.by_ine.get(pupil.ine)
    if owner and record and owner["id"] != record["id"]:
        return Problem("ine_known", {"ine": pupil.ine, "name": _name(owner)}, pupil.position)
    if record and record["id"] in found:
        return Problem("pupil_twice", {"name": _name(record)}, pupil.position)
    if pupil.division and pupil.division not in staff.divisions:
        return Problem("division_unknown", {"division": pupil.division}, pupil.position)
    return None


def _name(record):
    return full_name(record["lastname"], record["firstname"], record["usage_name"])


def _plan_pupil(plan, pupils, known, decisions, staff, source, pupil, found):
    """Plan one row; return the known pupil it speaks of, if any."""
    key = f"student:{source}:{pupil.source_id}"
    line = Line(key, "student", SAME, full_name(pupil.lastname, pupil.firstname, pupil.usage_name),
                problems=list(pupil.notices), position=pupil.position,
                model="bde.student")  # fmt: skip
    record, how = _find(pupils, source, pupil)
    left = bool(pupil.date_end and pupil.date_end <= known.today)
    if left and (not record or record["id"] not in pupils.schoolings):
        plan.counts["student", LEFT] += 1
        pupils.silent.add(pupil.source_id)
        return record
    problem = _refusal(pupils, staff, pupil, record, found)
    if problem:
        line.status, line.res_id = REFUSED, record and record["id"]
        line.problems.append(problem)
        plan.add(line)
        pupils.silent.add(pupil.source_id)
        return record
    if how == "names":
        record = _confirm(plan, pupils, decisions, line, record, pupil)
        if record is False:
            return None
    if pupil.mef and pupil.mef not in staff.trainings:
        line.problems.append(Problem("mef_unlabelled", {"mef": pupil.mef}, pupil.position, NOTICE))
    pupils.births[pupil.source_id] = pupil.birth_date
    if line.status != TO_CONFIRM:
        pupils.lines[pupil.source_id] = line
    if record is None:
        line.status = NEW if line.status == SAME else line.status
        _create(plan, pupils, known, staff, source, pupil, key)
        if pupil.division:
            line.changes.append(Change("division_id", False, pupil.division))
    else:
        line.res_id = record["id"]
        pupils.targets[pupil.source_id] = record["id"]
        _update(plan, decisions, source, pupil, record, line)
        _place(plan, pupils, known, staff, pupil, record, line)
    return record


def _confirm(plan, pupils, decisions, line, record, pupil):
    """Ask whether a look-alike is the same pupil.

    :return: the known pupil, None for a new one, False while there is no answer
    """
    line.status, line.res_id = TO_CONFIRM, record["id"]
    line.problems.append(
        Problem("same_identity", {"name": _name(record), "birth": record["birth_date"]},
                pupil.position)
    )  # fmt: skip
    plan.add(line)
    answer = decisions.get(line.key)
    if answer == "same":
        return record
    if answer == "new":
        return None
    pupils.silent.add(pupil.source_id)
    return False


def _details(source, pupil):
    return {
        "lastname": pupil.lastname,
        "usage_name": pupil.usage_name,
        "firstname": pupil.firstname,
        "birth_date": pupil.birth_date,
        "sex": pupil.sex,
        "ine": pupil.ine,
        "birth_country": pupil.birth_country,
        "birth_commune": pupil.birth_commune,
        "source": source,
        "source_id": pupil.source_id,
    }


def _schooling(staff, pupil):
    return {
        "division_id": staff.divisions.get(pupil.division),
        "training_id": staff.trainings.get(pupil.mef),
        "mef": pupil.mef,
        "status": pupil.status,
        "regime": pupil.regime,
        "date_start": pupil.date_start,
        "date_end": pupil.date_end,
    }


def _create(plan, pupils, known, staff, source, pupil, key):
    contact = {name: value for name, value in pupil.contact.values().items() if value}
    ref = plan.create("bde.student", key, {
        **{name: value or False for name, value in _details(source, pupil).items()},
        **contact, "imported": contact,
    })  # fmt: skip
    pupils.targets[pupil.source_id] = ref
    _create_schooling(plan, known, staff, pupil, ref, key)


def _create_schooling(plan, known, staff, pupil, student, key):
    plan.create("bde.schooling", key, {
        "student_id": student, "school_year_id": known.year_id,
        **{name: value or False for name, value in _schooling(staff, pupil).items()},
    })  # fmt: skip


def _update(plan, decisions, source, pupil, record, line):
    shown = len(line.changes)
    values = compare(record, _details(source, pupil), line)
    # the identifier is ours, not something that the user reads
    line.changes[shown:] = [
        change for change in line.changes[shown:] if not change.field.startswith("source")
    ]
    take = decisions.get(f"conflict:{line.key}") == "take"
    values.update(merge_contact(plan, record, pupil.contact, line, take))
    plan.update("bde.student", record["id"], values)


def _place(plan, pupils, known, staff, pupil, record, line):
    """Compare the schooling of the year; a change of class shows as a move."""
    schooling = pupils.schoolings.get(record["id"])
    returned = schooling and schooling["date_end"] and schooling["date_end"] <= known.today
    if schooling is None or (returned and pupil.date_end != schooling["date_end"]):
        if line.status == SAME:
            line.status = CHANGED
        line.changes.append(Change("division_id", False, pupil.division))
        _create_schooling(plan, known, staff, pupil, record["id"], line.key)
        return
    before = len(line.changes)
    values = compare(schooling, _schooling(staff, pupil), line)
    for change in line.changes[before:]:
        if change.field == "division_id":
            change.old, change.new = schooling["division"], pupil.division
            if line.status == SAME and schooling["division_id"]:
                line.status = MOVED
    # the code says it already
    line.changes = [change for change in line.changes if change.field != "training_id"]
    plan.update("bde.schooling", schooling["id"], values)


def _plan_gone(plan, pupils, known, decisions, exports, found):
    """Show the pupils that the exports no longer name; they stay unless the user closes them.

    The export of SIECLE lists the whole school; a table may list some classes only.
    """
    whole = any(parsed.kind == PUPILS for parsed in exports)
    classes = {pupil.division for parsed in exports for pupil in parsed.pupils}
    if not exports:
        return
    for record in known.students:
        schooling = pupils.schoolings.get(record["id"])
        if record["id"] in found or record["source"] == "manual" or not schooling:
            continue
        if schooling["date_end"] and schooling["date_end"] <= known.today:
            continue
        if not whole and (record["source"] != "csv" or schooling["division"] not in classes):
            continue
        line = Line(f"gone:student:{record['id']}", "student", GONE, _name(record),
                    [Change("division_id", schooling["division"], False)],
                    model="bde.student", res_id=record["id"])  # fmt: skip
        plan.add(line)
        if decisions.get(line.key) == "close":
            plan.update("bde.schooling", schooling["id"], {"date_end": known.today})
