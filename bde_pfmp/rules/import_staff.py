"""Part of the plan of an import: trainings, classes, teachers and what they teach."""

from collections import defaultdict

from .import_plan import (
    CHANGED,
    GONE,
    NEW,
    REMOVED,
    SAME,
    TO_CONFIRM,
    Change,
    Line,
    compare,
    merge_contact,
)
from .persons import full_name, normalise
from .school_data import PUPILS, PUPILS_CSV, STRUCTURES, STS, TEACHERS_CSV, Contact, Problem
from .trainings import training_values

STAFF_SOURCES = {STS: "sts", TEACHERS_CSV: "csv"}


class Staff:
    """What pupils are placed into: trainings by MEF, classes by code, each an id or a Ref."""

    def __init__(self):
        self.trainings = {}
        self.divisions = {}
        self.teachers = {}
        # True when a list of classes exists, so that a class outside it is a mistake
        self.closed_list = False


def plan_staff(plan, files, known, decisions):
    """Plan trainings, classes, teachers and teachings.

    :rtype: Staff
    """
    staff = Staff()
    _trainings(plan, files, known, staff)
    _teachers(plan, files, known, decisions, staff)
    _divisions(plan, files, known, staff)
    _teachings(plan, files, known, staff)
    return staff


# --- trainings ----------------------------------------------------------------------------------


def _trainings(plan, files, known, staff):
    """Create the trainings that pupils or classes of the files need and that have a label."""
    staff.trainings = dict(known.trainings)
    labels, used = {}, {}
    for parsed in files:
        # the nomenclature comes first: STS-web cuts its labels
        for mef, label in parsed.mefs.items():
            labels[mef] = labels.get(mef) or label
        for pupil in parsed.pupils:
            used.setdefault(pupil.mef, pupil.position)
        for division in parsed.divisions.values():
            used.update((mef, division.position) for mef in division.mefs if mef not in used)
    for mef, position in sorted(used.items()):
        if not mef or mef in staff.trainings or not labels.get(mef):
            continue
        values = training_values(mef, labels[mef])
        staff.trainings[mef] = plan.create("bde.training", mef, values)
        plan.add(Line(f"training:{mef}", "training", NEW, values["name"],
                      [Change("mef", False, mef)], position=position))  # fmt: skip


# --- classes ------------------------------------------------------------------------------------


def _divisions(plan, files, known, staff):
    """Create or complete the classes that the files list, or that pupils name when none does."""
    staff.divisions = {code: record["id"] for code, record in known.divisions.items()}
    listed = {}
    for parsed in files:
        for code, division in parsed.divisions.items():
            merged = listed.setdefault(code, division)
            if merged is not division:
                merged.mefs = list(dict.fromkeys(merged.mefs + division.mefs))
                merged.principal_ids = merged.principal_ids or division.principal_ids
                merged.label = merged.label or division.label
    staff.closed_list = bool(known.divisions) or any(
        parsed.kind in (STS, STRUCTURES) for parsed in files
    )
    mefs = defaultdict(set)
    for parsed in files:
        if parsed.kind in (PUPILS, PUPILS_CSV):
            for pupil in parsed.pupils:
                mefs[pupil.division].add(pupil.mef)
                if pupil.division and pupil.division not in listed and not staff.closed_list:
                    staff.divisions.setdefault(pupil.division, None)
    for code, division in listed.items():
        _plan_division(plan, known, staff, code, division, mefs[code])
    for code in sorted(code for code, target in staff.divisions.items() if target is None):
        _plan_division(plan, known, staff, code, None, mefs[code])


def _plan_division(plan, known, staff, code, division, pupil_mefs):
    record = known.divisions.get(code)
    mefs = sorted({*(division.mefs if division else ()), *pupil_mefs} & staff.trainings.keys())
    values = {
        "label": division.label if division else "",
        "training_ids": tuple(staff.trainings[mef] for mef in mefs),
        "principal_ids": tuple(
            staff.teachers[key] for key in (division.principal_ids if division else ())
            if staff.teachers.get(key)
        ),
    }  # fmt: skip
    line = Line(f"division:{code}", "division", NEW, code, model="bde.division")
    line.position = division.position if division else line.position
    if record is None:
        values = {name: value for name, value in values.items() if value}
        staff.divisions[code] = plan.create("bde.division", code, {"name": code, **values})
        plan.add(line)
        return
    line.res_id = record["id"]
    # trainings are only ever added: a school may have linked one by hand
    missing = [ref for ref in values["training_ids"] if ref not in record["training_ids"]]
    values["training_ids"] = tuple(record["training_ids"]) + tuple(missing)
    record = {**record, "training_ids": tuple(record["training_ids"])}
    if set(values["principal_ids"]) == set(record["principal_ids"]):
        values["principal_ids"] = ()
    changed = compare(record, values, line)
    line.status = CHANGED if changed else SAME
    plan.update("bde.division", record["id"], changed)
    if changed:
        plan.add(line)
    else:
        plan.counts["division", SAME] += 1


# --- teachers -----------------------------------------------------------------------------------


def _find_teacher(teacher, source, known, taken, namesakes):
    """Known teacher of a row and whether the user must confirm it.

    One teacher of these names on each side is the same person; namesakes are asked about.
    """
    free = [record for record in known.teachers if record["id"] not in taken]
    for record in free:
        if (record["source"], record["source_id"]) == (source, teacher.source_id):
            return record, False
    for record in free:
        if teacher.email and record["email"] == teacher.email:
            return record, False
    names = (normalise(teacher.lastname), normalise(teacher.firstname))
    twins = [
        record
        for record in free
        if (normalise(record["lastname"]), normalise(record["firstname"])) == names
    ]
    return (twins[0], len(twins) > 1 or namesakes[names] > 1) if twins else (None, False)


def _by_names(teachers):
    groups = defaultdict(list)
    for teacher in teachers:
        groups[normalise(teacher.lastname), normalise(teacher.firstname)].append(teacher)
    return groups


def _rows(files):
    """Teachers of the files as ``(source, teacher)``, with the identifiers that mean the same.

    A table that completes the State's file (it has no addresses) speaks of the same people: one
    person of these names in each is one teacher.
    """
    by_source = defaultdict(list)
    for parsed in files:
        if parsed.kind in STAFF_SOURCES:
            by_source[STAFF_SOURCES[parsed.kind]].extend(parsed.teachers.values())
    rows = [("sts", teacher) for teacher in by_source["sts"]]
    aliases, state = {}, _by_names(by_source["sts"])
    for names, teachers in _by_names(by_source["csv"]).items():
        if len(teachers) == 1 and len(state[names]) == 1:
            teacher, twin = state[names][0], teachers[0]
            teacher.email, teacher.phone = teacher.email or twin.email, teacher.phone or twin.phone
            aliases[twin.source_id] = teacher.source_id
        else:
            rows.extend(("csv", teacher) for teacher in teachers)
    return rows, aliases


def _teachers(plan, files, known, decisions, staff):
    rows, aliases = _rows(files)
    namesakes = {names: len(twins) for names, twins in _by_names(row[1] for row in rows).items()}
    # exact identifiers first, so that a look-alike never takes another one's record
    exact = {(record["source"], record["source_id"]): record for record in known.teachers}
    rows.sort(key=lambda row: (row[0], row[1].source_id) not in exact)
    taken = set()
    for source, teacher in rows:
        record, doubtful = _find_teacher(teacher, source, known, taken, namesakes)
        if record:
            taken.add(record["id"])
        _plan_teacher(plan, staff, decisions, source, teacher, record, doubtful)
    for alias, source_id in aliases.items():
        staff.teachers[alias] = staff.teachers.get(source_id)
    # the State's file lists everybody; a table may list some
    if any(parsed.kind == STS for parsed in files):
        _gone_teachers(plan, known, decisions, taken)


def _gone_teachers(plan, known, decisions, taken):
    for record in known.teachers:
        if record["id"] in taken or record["source"] != "sts":
            continue
        line = Line(f"gone:teacher:{record['id']}", "teacher", GONE,
                    full_name(record["lastname"], record["firstname"]),
                    model="bde.teacher", res_id=record["id"])  # fmt: skip
        plan.add(line)
        if decisions.get(line.key) == "close":
            plan.update("bde.teacher", record["id"], {"active": False})


def _plan_teacher(plan, staff, decisions, source, teacher, record, doubtful):
    key = f"teacher:{source}:{teacher.source_id}"
    line = Line(key, "teacher", NEW, full_name(teacher.lastname, teacher.firstname),
                position=teacher.position, model="bde.teacher")  # fmt: skip
    identity = {"lastname": teacher.lastname, "firstname": teacher.firstname,
                "source": source, "source_id": teacher.source_id}  # fmt: skip
    contact = Contact(email=teacher.email, phone=teacher.phone)
    answer = decisions.get(key)
    if doubtful:
        line.status, line.res_id = TO_CONFIRM, record["id"]
        line.problems.append(Problem("same_names", {"name": line.name}, teacher.position))
        plan.add(line)
        if answer not in ("same", "new"):
            return
    if record is None or answer == "new":
        details = {name: value for name, value in contact.values().items() if value}
        ref = plan.create("bde.teacher", key, {**identity, **details, "imported": details})
        staff.teachers[teacher.source_id] = ref
        if not doubtful:
            plan.add(line)
        return
    staff.teachers[teacher.source_id] = line.res_id = record["id"]
    if record["source"] == "sts" and source != "sts":
        # the State's file is the reference: its identifier stays
        identity = {}
    values = compare(record, identity, line)
    # the identifier is ours, not something that the user reads
    line.changes = [change for change in line.changes if not change.field.startswith("source")]
    take = decisions.get(f"conflict:{key}") == "take"
    values.update(merge_contact(plan, record, contact, line, take))
    plan.update("bde.teacher", record["id"], values)
    if doubtful:
        return
    if line.changes:
        line.status = CHANGED
        plan.add(line)
    else:
        plan.counts["teacher", SAME] += 1


# --- teachings ----------------------------------------------------------------------------------


def _teachings(plan, files, known, staff):
    """Bring what the listed teachers teach in line with the files; told on a line per teacher."""
    existing = {
        (record["teacher_id"], record["division_id"], record["subject"] or ""): record
        for record in known.teachings
    }
    kept, listed = set(), set()
    for parsed in files:
        if parsed.kind not in STAFF_SOURCES:
            continue
        listed.update(filter(None, map(staff.teachers.get, parsed.teachers)))
        for teaching in parsed.teachings:
            teacher = staff.teachers.get(teaching.teacher_id)
            division = staff.divisions.get(teaching.division)
            if not teacher or not division:
                continue
            triple = (teacher, division, teaching.subject)
            kept.add(triple)
            _plan_teaching(plan, existing.get(triple), triple, teaching)
    for triple, record in existing.items():
        if triple[0] in listed and triple not in kept:
            plan.deletes["bde.teaching"].append(record["id"])
            plan.add(_teaching_line(record["id"], REMOVED, record["teacher"], record["division"],
                                    record["subject"]))  # fmt: skip


def _plan_teaching(plan, record, triple, teaching):
    teacher, division, subject = triple
    if record is None:
        key = f"{teacher}|{division}|{subject}"
        plan.create("bde.teaching", key, {
            "teacher_id": teacher, "division_id": division, "subject": subject,
            "hours": teaching.hours or 0.0,
        })  # fmt: skip
        plan.counts["teaching", NEW] += 1
    elif teaching.hours is not None and abs(teaching.hours - record["hours"]) > 0.005:
        plan.update("bde.teaching", record["id"], {"hours": teaching.hours})
        line = _teaching_line(record["id"], CHANGED, record["teacher"], record["division"],
                              subject, teaching.position)  # fmt: skip
        line.changes.append(Change("hours", record["hours"], teaching.hours))
        plan.add(line)
    else:
        plan.counts["teaching", SAME] += 1


def _teaching_line(res_id, status, teacher, division, subject, position=None):
    name = " · ".join(filter(None, (teacher, division, subject)))
    line = Line(f"teaching:{res_id}", "teaching", status, name, model="bde.teaching",
                res_id=res_id)  # fmt: skip
    line.position = position or line.position
    return line
