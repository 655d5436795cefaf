"""What columns of a table hold, by their titles: the same for all lists. No Odoo here."""

from .texts import normalise


def by_titles(titles, remembered, ranked):
    """The field of each column: as it was chosen before, else by its title, the surest first.

    :param list titles: titles of the file
    :param dict remembered: field by normalised title, ``""`` for what was left out; None: nothing
    :param ranked: function of a title, gives the field that it names, ``""`` for none, and a rank
        that is the lower the surer it is
    :return: (fields, numbers of the columns that nobody had chosen before)

    >>> by_titles(["Ville", "City"], None, lambda title: ("city", title != "City"))
    (['', 'city'], [0, 1])
    >>> by_titles(["Ville", "City"], {"ville": "city"}, lambda title: ("city", 0))
    (['city', ''], [1])
    """
    chosen = [(remembered or {}).get(normalise(title)) for title in titles]
    found = [name or "" for name in chosen]
    free = [number for number, name in enumerate(chosen) if name is None]
    for _rank, number in sorted((ranked(titles[number])[1], number) for number in free):
        name = ranked(titles[number])[0]
        if name and name not in found:
            found[number] = name
    return found, free
