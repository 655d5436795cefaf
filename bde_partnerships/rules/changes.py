"""What differs between two contents of a document, and whom that concerns.

A content is JSON: dicts, lists, texts. A path is dotted (``period.date_start``); a step into
a list of records is its position. Texts for people are made short: what is equal is left out.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from .signer import fold_name

CLASSES = ("administrative", "conditions", "essential")
# Roles that sign again, by class; None: everybody.
CONCERNED = {
    "administrative": frozenset(),
    "conditions": frozenset({"host", "third", "tutor", "student", "guardian"}),
    "essential": None,
}
# Nothing is said of these: they are the engine's, or say what others say already.
SILENT = {"schema", "check_url", "template_version", "uuid", "serial", "logo", "mark"}
KEYS = ("uuid", "title", "name")  # what tells the records of a list apart, the first that all have
ALIKE = 75  # of 100: from there on two writings of a name are one, when it is the same record
SHORT = 90  # characters of a text that is shown whole
AROUND = 3  # words kept around what differs in a long text
_TIME = re.compile(r"\d\d:\d\d$")
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Rule:
    """One line of the table of changes.

    ``same_as`` makes the change administrative when something else stays: a path of the
    content (``host.siret``), or ``@role`` when this person is the same. ``derived`` values
    follow from others (a total of hours): they are told only when nothing else explains them.
    """

    path: str
    name: str
    change_class: str
    article: str = ""
    same_as: str = ""
    derived: bool = False

    def matches(self, steps):
        own = self.path.split(".")
        return len(own) <= len(steps) and all(
            mine in ("*", step) for mine, step in zip(own, steps, strict=False)
        )

    def rank(self):
        """The longest path wins, and at one length the one with fewer stars."""
        own = self.path.split(".")
        return len(own), -own.count("*")


# ------------------------------------------------------------
# Differences
# ------------------------------------------------------------


def differences(old, new):
    """Where two contents differ.

    >>> differences({"a": {"b": 1}, "c": None}, {"a": {"b": 2}, "c": ""})
    [('a.b', 1, 2)]

    :return: list of (path, old value, new value), in the order of the new content
    """
    return [(".".join(path), before, after) for path, before, after in _walk((), old, new)]


def _walk(path, old, new):
    if _is_records(old) or _is_records(new):
        yield from _walk_records(path, old or [], new or [])
    elif isinstance(old, dict) or isinstance(new, dict):
        before, after = old or {}, new or {}
        if not (isinstance(before, dict) and isinstance(after, dict)):
            yield path, old, new
            return
        for name in dict.fromkeys((*after, *before)):
            if name not in SILENT:
                yield from _walk((*path, name), before.get(name), after.get(name))
    elif _plain(old) != _plain(new):
        yield path, old, new


def _plain(value):
    """Nothing is nothing, however it is written; the order of a list of texts says nothing."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = sorted(value)
    return None if value in ("", [], {}) else value


def _is_records(value):
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _walk_records(path, old, new):
    """Records that are the same are compared, the others are told whole."""
    pairs = _paired(old, new)
    for position, item in enumerate(new):
        before = pairs.get(position)
        if before is None:
            yield (*path, str(position)), None, item
        else:
            yield from _walk((*path, str(position)), old[before], item)
    kept = set(pairs.values())
    for position, item in enumerate(old):
        if position not in kept:
            yield (*path, str(position)), item, None


def _paired(old, new):
    """{position in the new list: position in the old one} of what is the same record."""
    items = [*old, *new]
    key = next((k for k in KEYS if all(isinstance(i, dict) and i.get(k) for i in items)), None)
    if not key:
        return dict(zip(range(len(new)), range(len(old)), strict=False))
    left = dict(enumerate(item[key] for item in old))
    pairs = {}
    for exact in (True, False):
        for position, item in enumerate(new):
            if position in pairs:
                continue
            found = next((p for p, name in left.items() if _same(name, item[key], exact)), None)
            if found is not None and (exact or key != "uuid"):
                pairs[position] = found
                del left[found]
    return pairs


def _same(one, other, exact):
    return one == other if exact else is_spelling(one, other)


def is_spelling(one, other):
    """Whether two names are two writings of one: a typo, an accent, a name that was added.

    >>> is_spelling("Sophie Duval", "Sofie DUVAL"), is_spelling("Sophie Duval", "Marc Petit")
    (True, False)
    """
    one, other = fold_name(one), fold_name(other)
    return max(fuzz.token_sort_ratio(one, other), fuzz.token_set_ratio(one, other)) >= ALIKE


# ------------------------------------------------------------
# Classes
# ------------------------------------------------------------


def rule_of(path, rules):
    """The line of the table for a path, or None."""
    steps = path.split(".")
    return max((r for r in rules if r.matches(steps)), key=Rule.rank, default=None)


def class_of(rule, unchanged):
    """Class of a change.

    :param rule: line of the table, None for what no line names: that concerns everybody
    :param unchanged: function that says whether a ``same_as`` stayed
    """
    if rule is None:
        return "essential"
    if rule.same_as and unchanged(rule.same_as):
        return "administrative"
    return rule.change_class


def strongest(classes):
    """The class of a correction is the strongest of its changes."""
    return max(classes, key=CLASSES.index, default="administrative")


def concerns(change_class, role):
    """Whether a role signs again after a change of this class."""
    roles = CONCERNED[change_class]
    return roles is None or role in roles


def at(content, path):
    """Value at a path, None where there is nothing.

    >>> at({"a": [{"b": 1}]}, "a.0.b")
    1
    """
    for step in path.split("."):
        if isinstance(content, list):
            content = content[int(step)] if step.isdigit() and int(step) < len(content) else None
        else:
            content = content.get(step) if isinstance(content, dict) else None
    return content


# ------------------------------------------------------------
# Texts
# ------------------------------------------------------------


def texts(old, new, text=str):
    """The two sides of a change, short: what they share is left out.

    >>> texts([["08:00", "12:00"], ["13:00", "17:00"]], [["09:00", "12:00"], ["13:00", "17:00"]])
    ('08:00–12:00', '09:00–12:00')

    :param text: function that makes a text of a single value
    :return: (old text, new text), empty for nothing
    """
    if isinstance(old, list) or isinstance(new, list):
        before = [_item(item, text) for item in old or ()]
        after = [_item(item, text) for item in new or ()]
        return (
            ", ".join(item for item in before if item not in after),
            ", ".join(item for item in after if item not in before),
        )
    before, after = (_item(value, text) if _filled(value) else "" for value in (old, new))
    if before and after and max(len(before), len(after)) > SHORT:
        return excerpt(before, after)
    return _cut(before), _cut(after)


def _filled(value):
    return value is not None and value not in ("", [], {})


def _item(value, text):
    if isinstance(value, list):
        if len(value) == 2 and all(isinstance(v, str) and _TIME.match(v) for v in value):
            return "–".join(value)
        return ", ".join(_item(item, text) for item in value)
    if isinstance(value, dict):
        # a record that came or went: its name says which
        named = next((value[key] for key in ("title", "name") if value.get(key)), None)
        return str(named) if named else ", ".join(_item(v, text) for v in value.values() if v)
    return without_tags(text(value))


def without_tags(value):
    """Text of a wording without its marks."""
    return " ".join(_TAG.sub(" ", value).split()) if isinstance(value, str) else value


def _cut(value):
    return value if len(value) <= 2 * SHORT else value[: 2 * SHORT - 1].rstrip() + "…"


def excerpt(old, new):
    """The part of two long texts that differs, with a few words around it.

    >>> long = "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 2
    >>> excerpt(long + "old words", long + "new words")
    ('… x y z old words', '… x y z new words')
    """
    before, after = old.split(), new.split()
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    moved = [block for block in blocks if block[0] != "equal"]
    if not moved:
        return "", ""
    first, last = moved[0], moved[-1]
    return (
        _cut(_window(before, first[1], last[2])),
        _cut(_window(after, first[3], last[4])),
    )


def _window(words, start, end):
    start, end = max(start - AROUND, 0), min(end + AROUND, len(words))
    parts = ["…"] if start else []
    parts += words[start:end]
    return " ".join(parts + (["…"] if end < len(words) else []))


def told(changes):
    """The changes worth telling: none twice, no total whose cause is told.

    :param changes: dicts with ``path``, ``old``, ``new`` (texts), ``change_class``, ``derived``
    """
    kept, seen = [], set()
    # what a person is called stands in several places: parties come last
    ordered = sorted(changes, key=lambda change: change["path"].startswith("parties."))
    causes = [change for change in changes if not change["derived"]]
    strength = CLASSES.index(strongest(change["change_class"] for change in causes))
    for change in ordered:
        sides = (change["old"], change["new"])
        if not any(sides) or sides in seen and change["path"].startswith("parties."):
            continue
        if change["derived"] and causes and CLASSES.index(change["change_class"]) <= strength:
            continue
        seen.add(sides)
        kept.append(change)
    return kept
