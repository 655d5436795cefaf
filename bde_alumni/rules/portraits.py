"""Where a portrait may be shown, and until when: article 9 of the Code civil, 372-1 for minors.

Nothing here reads a database. Each picture, and the text, has a row of each person who has to
agree: the person, and while he is a minor both holders of parental authority. Something is shown
for a use on a day when all of them agreed to that use and none took it back.
"""

from datetime import date, timedelta

from odoo.addons.bde_pfmp.rules.persons import ADULT_AGE

# the public page of the bureau, letters of the taxe d'apprentissage, shown in class
USES = ("page", "letters", "class")
# a portrait of years ago is no longer the person: asked again after that
MOST_YEARS = 5


def uses_for(wanted, is_adult):
    """Uses that may be asked for: letters to companies carry portraits of adults alone.

    >>> uses_for(("letters", "page"), True), uses_for(("page", "letters"), False)
    (('page', 'letters'), ('page',))
    """
    return tuple(use for use in USES if use in wanted and (is_adult or use != "letters"))


def last_day(until, birth_date, on, alone):
    """Last day on which what somebody says on a day holds.

    What is said for a minor ends the day before he is 18: then he says it himself.

    :param bool alone: the person decides alone on that day
    """
    if alone or not birth_date:
        return until
    return min(until, majority(birth_date) - timedelta(days=1))


def majority(birth_date):
    """First day on which somebody is of age; who was born on 29 February is on 1 March.

    >>> majority(date(2008, 2, 29)), majority(date(2009, 8, 15))
    (datetime.date(2026, 3, 1), datetime.date(2027, 8, 15))
    """
    try:
        return birth_date.replace(year=birth_date.year + ADULT_AGE)
    except ValueError:
        return date(birth_date.year + ADULT_AGE, 3, 1)


def stands(rows, use, on):
    """Whether something may be shown for a use on a day.

    :param rows: what each person said of it: dicts ``state`` (``asked``, ``given``, ``refused``,
        ``withdrawn``), ``uses``, ``until``
    """
    return bool(rows) and all(
        row["state"] == "given" and use in row["uses"] and row["until"] >= on for row in rows
    )
