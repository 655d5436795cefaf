"""A page by link that is made of sections: what is wrong with what was sent, and their order."""


class SectionError(Exception):
    """What somebody sent from a section of his page cannot be taken.

    :param str message: what is wrong and what to do, for the top of the page
    :param dict fields: {name of an input: what is wrong with it}
    :param bool keep: what was written until then stays: a wrong code counts
    """

    def __init__(self, message, fields=None, keep=False):
        super().__init__(message)
        self.fields = fields or {}
        self.keep = keep


def ordered(sections, last_key=None, has_error=False):
    """What there is to do first, and first of all what the person has just worked on.

    One section is open, the others are folded: a page of a phone that shows everything at
    once is read by nobody. What was refused comes before all: its field is on the screen.

    :param sections: dicts with ``key``, ``sequence`` and ``state``
    :param last_key: key of the section that was sent, if any
    :return: the same dicts with ``open``

    >>> rows = [{"key": "a", "sequence": 1, "state": "done"},
    ...         {"key": "b", "sequence": 2, "state": "todo"}]
    >>> [(one["key"], one["open"]) for one in ordered(rows)]
    [('b', True), ('a', False)]
    """
    sections = sorted(sections, key=lambda one: one["sequence"])
    todo = [one for one in sections if one["state"] == "todo"]
    todo.sort(key=lambda one: one["key"] != last_key)
    rows = [*todo, *(one for one in sections if one["state"] != "todo")]
    if has_error:
        rows.sort(key=lambda one: one["key"] != last_key)
    shown = {one["key"] for one in rows[:1]} | {last_key}
    return [one | {"open": one["key"] in shown} for one in rows]
