"""Part of the plan of an import: guardians and their authority over pupils."""

from .import_plan import CHANGED, CONFLICT, NEW, REFUSED, SAME, Change, Line, compare, merge_contact
from .persons import full_name, is_adult, normalise
from .school_data import GUARDIANS, NOTICE, PUPILS_CSV, Problem

GUARDIAN_SOURCES = {GUARDIANS: "siecle", PUPILS_CSV: "csv"}


class _Guardians:
    """What is known of guardians, by the ways in which a row may meet them."""

    def __init__(self, known):
        self.by_id = {record["id"]: record for record in known.guardians}
        self.by_source = {
            (record["source"], record["source_id"]): record
            for record in known.guardians
            if record["source_id"]
        }
        self.by_way = {}
        for record in known.guardians:
            for way in filter(None, (record["email"], record["phone"])):
                self.by_way.setdefault((_names(record), way), record)
        self.links = {}
        self.by_pupil = {}
        for link in known.guardianships:
            self.links[link["student_id"], link["guardian_id"]] = link
            self.by_pupil.setdefault(link["student_id"], []).append(link)
        self.targets = {}
        self.lines = {}

    def find(self, source, guardian, pupils):
        """Known guardian of a row: same identifier, same family, or same way to reach him."""
        record = self.by_source.get((source, guardian.source_id))
        if record:
            return record
        names = (normalise(guardian.lastname), normalise(guardian.firstname))
        for pupil in pupils:
            for link in self.by_pupil.get(pupil, ()):
                if _names(self.by_id[link["guardian_id"]]) == names:
                    return self.by_id[link["guardian_id"]]
        for way in filter(None, (guardian.contact.email, guardian.contact.phone)):
            if (names, way) in self.by_way:
                return self.by_way[names, way]
        return None


def _names(record):
    return (normalise(record["lastname"]), normalise(record["firstname"]))


def plan_guardians(plan, files, known, decisions, pupils):
    """Plan guardians and links; a pupil's line tells who is added to or leaves his family."""
    guardians = _Guardians(known)
    for parsed in files:
        source = GUARDIAN_SOURCES.get(parsed.kind)
        if not source or not (parsed.guardianships or parsed.guardians):
            continue
        links = _links(plan, parsed, pupils)
        families = {}
        for link, student in links:
            families.setdefault(link.guardian_id, []).append(student)
        for guardian_id, students in families.items():
            guardian = parsed.guardians[guardian_id]
            _plan_guardian(plan, guardians, decisions, source, guardian, students)
        _note_own_guardians(known, parsed, pupils)
        for link, student in links:
            _plan_link(plan, guardians, decisions, pupils, parsed, link, student)
        _plan_leavers(plan, guardians, decisions, pupils, parsed, links)


def _note_own_guardians(known, parsed, pupils):
    """A minor entered as his own guardian may be emancipated: the head notes it, not the file."""
    for pupil_id, position in parsed.own_guardians.items():
        line, birth_date = pupils.lines.get(pupil_id), pupils.births.get(pupil_id)
        if line and birth_date and not is_adult(birth_date, known.today):
            line.problems.append(Problem("own_guardian", {}, position, NOTICE))


def _links(plan, parsed, pupils):
    """Links whose pupil is known or created, with that pupil; the others are refused."""
    links = []
    source = GUARDIAN_SOURCES[parsed.kind]
    for link in parsed.guardianships:
        student = pupils.targets.get(link.pupil_id)
        if student is None and link.pupil_id not in pupils.silent:
            record = pupils.by_source.get((source, link.pupil_id))
            student = record and record["id"]
            if student is None:
                guardian = parsed.guardians[link.guardian_id]
                line = Line(f"link:{link.pupil_id}:{link.guardian_id}", "guardianship", REFUSED,
                            full_name(guardian.lastname, guardian.firstname),
                            position=link.position)  # fmt: skip
                line.problems.append(
                    Problem("pupil_unknown", {"pupil": link.pupil_id}, link.position)
                )
                plan.add(line)
        if student is not None:
            links.append((link, student))
    return links


def _plan_guardian(plan, guardians, decisions, source, guardian, students):
    key = f"guardian:{source}:{guardian.source_id}"
    line = Line(key, "guardian", NEW, full_name(guardian.lastname, guardian.firstname),
                problems=list(guardian.notices), position=guardian.position,
                model="bde.guardian")  # fmt: skip
    details = {
        "lastname": guardian.lastname, "firstname": guardian.firstname, "title": guardian.title,
        "is_institution": guardian.is_institution, "source": source,
        "source_id": guardian.source_id,
    }  # fmt: skip
    record = guardians.find(source, guardian, students)
    if record is None:
        contact = {name: value for name, value in guardian.contact.values().items() if value}
        guardians.targets[guardian.source_id] = plan.create("bde.guardian", key, {
            **{name: value or False for name, value in details.items()},
            **contact, "imported": contact,
        })  # fmt: skip
        # new guardians are told on the lines of their pupils
        plan.counts["guardian", NEW] += 1
        if line.problems:
            plan.add(line, count=False)
        return
    line.res_id = guardians.targets[guardian.source_id] = record["id"]
    values = compare(record, details, line)
    line.changes = [change for change in line.changes if not change.field.startswith("source")]
    take = decisions.get(f"conflict:{key}") == "take"
    values.update(merge_contact(plan, record, guardian.contact, line, take))
    plan.update("bde.guardian", record["id"], values)
    line.status = CHANGED if line.changes else SAME
    if line.changes or line.problems:
        plan.add(line)
    else:
        plan.counts["guardian", SAME] += 1


def _plan_link(plan, guardians, decisions, pupils, parsed, link, student):
    """Create a link or compare its rank; what the head noted from a judgment is kept."""
    guardian = guardians.targets[link.guardian_id]
    row = parsed.guardians[link.guardian_id]
    name = full_name(row.lastname, row.firstname)
    pupil_line = pupils.lines.get(link.pupil_id)
    known = guardians.links.get((student, guardian))
    if known is None:
        plan.create("bde.guardianship", f"{student}|{guardian}", {
            "student_id": student, "guardian_id": guardian, "legal_rank": link.legal_rank,
            "rank_source": "file", "kinship": link.kinship or False,
        })  # fmt: skip
        plan.counts["guardianship", NEW] += 1
        if pupil_line:
            pupil_line.changes.append(Change(f"guardian_{link.legal_rank}", False, name))
        return
    key = f"link:{known['id']}"
    line = Line(key, "guardianship", CHANGED, f"{known['student']} · {name}",
                position=link.position, model="bde.guardianship", res_id=known["id"])  # fmt: skip
    values = compare(known, {"kinship": link.kinship, "legal_rank": link.legal_rank}, line)
    if "legal_rank" in values:
        values["rank_source"] = "file"
        if known["rank_source"] == "head":
            line.status = CONFLICT
            if decisions.get(key) != "take":
                del values["legal_rank"], values["rank_source"]
    plan.update("bde.guardianship", known["id"], values)
    if line.changes:
        plan.add(line)
    else:
        plan.counts["guardianship", SAME] += 1


def _plan_leavers(plan, guardians, decisions, pupils, parsed, links):
    """Guardians that the file no longer gives to a pupil lose their authority, visibly."""
    kept = {(student, guardians.targets[link.guardian_id]) for link, student in links}
    # a pupil whom the file gives nobody at all is one that it does not speak of
    spoken = {student for link, student in links}
    for (student, guardian), known in guardians.links.items():
        if student not in spoken or (student, guardian) in kept:
            continue
        if known["rank_source"] == "school":
            continue
        record = guardians.by_id[guardian]
        name = full_name(record["lastname"], record["firstname"])
        key = f"link:{known['id']}"
        line = Line(key, "guardianship", "removed", f"{known['student']} · {name}",
                    [Change("legal_rank", known["legal_rank"], False)],
                    model="bde.guardianship", res_id=known["id"])  # fmt: skip
        if known["rank_source"] == "head":
            line.status = CONFLICT
        if known["rank_source"] != "head" or decisions.get(key) == "take":
            plan.update("bde.guardianship", known["id"], {"active": False})
        plan.add(line)
