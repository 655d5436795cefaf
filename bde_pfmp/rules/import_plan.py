"""What an import would do, worked out before anything is written.

``build_plan`` compares the files with what the school already holds (``Known``) and returns a
``Plan``: lines to show and operations to run. It reads no database and writes none, so the same
files over the same school always give the same plan, and running a plan then planning again gives
an empty one.

Decisions are the user's answers on lines that need one, by key of line:

* ``gone``: ``"close"`` ends the schooling (or archives the teacher); nothing otherwise;
* ``conflict``: ``"take"`` takes the file's value; the school's stands otherwise;
* ``to_confirm``: ``"same"`` or ``"new"``; the record is left out otherwise.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from .school_data import Position

NEW, CHANGED, MOVED, SAME = "new", "changed", "moved", "same"
GONE, CONFLICT, TO_CONFIRM = "gone", "conflict", "to_confirm"
REFUSED, REMOVED, LEFT = "refused", "removed", "left"

# Order in which records are written: each may point to those before it.
MODELS = (
    "bde.training",
    "bde.teacher",
    "bde.division",
    "bde.teaching",
    "bde.student",
    "bde.schooling",
    "bde.guardian",
    "bde.guardianship",
)


@dataclass(frozen=True, slots=True)
class Ref:
    """A record that the plan itself creates, by model and key."""

    model: str
    key: str


@dataclass(slots=True)
class Change:
    """One value that changes, by field name."""

    field: str
    old: object
    new: object


@dataclass(slots=True)
class Line:
    """One row of the preview."""

    key: str
    subject: str
    status: str
    name: str
    changes: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    position: Position = Position()
    model: str = ""
    res_id: int | None = None


@dataclass(slots=True)
class Known:
    """What the school holds for the year of the import, as plain values.

    Records are dicts with ``id`` and the fields that a plan compares; ``imported`` holds the
    contact details as the last import gave them. ``trainings`` is ``{mef: id}``, ``divisions``
    ``{code: record}``.
    """

    today: date
    year_id: int
    trainings: dict = field(default_factory=dict)
    divisions: dict = field(default_factory=dict)
    teachers: list = field(default_factory=list)
    teachings: list = field(default_factory=list)
    students: list = field(default_factory=list)
    schoolings: list = field(default_factory=list)
    guardians: list = field(default_factory=list)
    guardianships: list = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """Lines, counts by (subject, status), and operations by model."""

    lines: list = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    creates: dict = field(default_factory=lambda: {model: {} for model in MODELS})
    updates: dict = field(default_factory=lambda: {model: {} for model in MODELS})
    deletes: dict = field(default_factory=lambda: {model: [] for model in MODELS})

    def add(self, line, count=True):
        """Show a line and count it."""
        if count:
            self.counts[line.subject, line.status] += 1
        self.lines.append(line)

    def create(self, model, key, values):
        """Create a record, known by its key to the rest of the plan."""
        self.creates[model][key] = values
        return Ref(model, key)

    def update(self, model, res_id, values):
        """Change a record; several changes of one record are one write."""
        if values:
            self.updates[model].setdefault(res_id, {}).update(values)

    def is_empty(self):
        """True when applying the plan would write nothing."""
        return not any(
            operations
            for kind in (self.creates, self.updates, self.deletes)
            for operations in kind.values()
        )

    def signature(self):
        """Fingerprint of what is shown: the user applies what he saw or sees it anew.

        Of a plan without decisions: answers change what is written, not what was shown.
        """
        shown = [
            (
                line.key, line.subject, line.status, line.name, line.res_id,
                [(change.field, str(change.old), str(change.new)) for change in line.changes],
                [(problem.code, str(problem.values)) for problem in line.problems],
            )
            for line in self.lines
        ]  # fmt: skip
        text = json.dumps([shown, sorted(map(str, self.counts.items()))], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def merge(mine, base, theirs):
    """Compare a contact detail with the file: ``"same"``, ``"take"`` or ``"conflict"``.

    :param mine: value at the school
    :param base: value of the last import, None when none gave it
    :param theirs: value of the file; an empty one never erases
    """
    if not theirs or theirs == mine:
        return SAME
    if mine == base or (base is None and not mine):
        return "take"
    return SAME if theirs == base else CONFLICT


def merge_contact(plan, record, contact, line, take):
    """Compare the contact details of a known record with the file's.

    :param Line line: receives what changes; what the school wrote itself becomes a conflict line
    :param bool take: whether the user takes the file's values of that conflict
    :return: values to write
    """
    base, values, conflict = record.get("imported") or {}, {}, []
    for name, theirs in contact.values().items():
        mine = record.get(name) or False
        verdict = merge(mine, base.get(name), theirs)
        if verdict == SAME:
            continue
        if verdict == CONFLICT:
            conflict.append(Change(name, mine, theirs))
        else:
            line.changes.append(Change(name, mine, theirs))
        if verdict != CONFLICT or take:
            values[name] = theirs
        base = {**base, name: theirs}
    if conflict:
        plan.add(
            Line(
                f"conflict:{line.key}", line.subject, CONFLICT, line.name, conflict,
                position=line.position, model=line.model, res_id=line.res_id,
            )
        )  # fmt: skip
    if base != (record.get("imported") or {}):
        values["imported"] = base
    return values


def compare(record, values, line):
    """Values that differ from those of a known record; an empty one never erases."""
    changed = {}
    for name, new in values.items():
        old = record.get(name) or False
        if new and new != old:
            changed[name] = new
            line.changes.append(Change(name, old, new))
    return changed


def build_plan(files, known, decisions=None):
    """Plan the import of files that belong together.

    :param list files: ``ParsedFile``, already checked to be of this school and year
    :param Known known: what the school holds
    :param dict decisions: answers of the user by key of line
    :rtype: Plan
    """
    # imported here: the parts use the dataclasses above
    from . import import_guardians, import_pupils, import_staff

    plan, decisions = Plan(), decisions or {}
    for parsed in files:
        for number, problem in enumerate(parsed.problems):
            key = f"problem:{parsed.name}:{number}"
            plan.add(
                Line(key, problem.subject, REFUSED, problem.name, [], [problem], problem.position)
            )
    staff = import_staff.plan_staff(plan, files, known, decisions)
    pupils = import_pupils.plan_pupils(plan, files, known, decisions, staff)
    import_guardians.plan_guardians(plan, files, known, decisions, pupils)
    import_pupils.finish(plan, pupils)
    return plan
