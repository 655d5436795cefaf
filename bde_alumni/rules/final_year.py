"""Whether a class is the last year of its training, by the code of the level (MEF).

MEF, 10 digits: the last two are the length of the course in years and the year in it.
"""

# nobody leaves with a diploma of the voie professionnelle from these
NO_FINAL_YEAR = ("seconde_pro", "seconde_gt", "third")


def is_final_year(mef, diploma=""):
    """True for the last year of a course.

    :param str mef: ten digits; the eleventh of SIECLE is left out
    :param str diploma: of ``bde.training``

    >>> is_final_year("2473230133"), is_final_year("2473230132"), is_final_year("2402551122")
    (True, False, True)
    """
    digits = (mef or "")[:10]
    if len(digits) < 10 or not digits.isdigit() or diploma in NO_FINAL_YEAR:
        return False
    return digits[8] == digits[9]
