"""Who may say yes to what, and until when: consents of alumni, many of them minors.

Nothing here reads a database. Sources: article 45 of law 78-17 (a minor consents for himself
from 15 on), article 372-1 of the Code civil (pictures of a minor: both holders of authority),
article 7 of the GDPR (as easy to withdraw as to give). A consent given before 18 ends at 18.
"""

from odoo.addons.bde_pfmp.rules.persons import ADULT_AGE, age_on

# what a person may agree to, in the order in which it is asked
PURPOSES = ("news", "directory", "mentoring", "solicitation", "portrait")
# what the school may do as its public task, once the person was told: nothing is asked for it
PUBLIC_TASKS = ("follow_up", "safety_net")
# to tell people, and to answer them: neither is a request
INFORM = "inform"

# what a member of the directory may show, each on its own
DIRECTORY_FIELDS = (
    "training", "cohort", "city", "trade", "employer", "study", "email", "phone",
)  # fmt: skip

# age from which a minor agrees for himself (article 45 of law 78-17)
OWN_AGE = 15
# of these a minor says nothing by himself: pictures, and promises of money or time to the school
GUARDIANS_ONLY = ("portrait", "solicitation")
# nor does somebody whose age nobody knows: members of the directory are strangers
KNOWN_AGE_ONLY = (*GUARDIANS_ONLY, "directory")

# changes whenever one of the sentences does: what was read is kept with the answer
TEXT_VERSION = "2026-11"


def may_say_yes(purpose, birth_date, on, by="self", of_age=False):
    """Whether this person (``self``) or his guardians may agree on that day.

    :param str purpose: of ``PURPOSES``
    :param datetime.date birth_date: None when nobody knows it
    :param datetime.date on: the day, at the school
    :param str by: ``self`` or ``guardians``
    :param bool of_age: taken for an adult though nobody knows the age: an adult learner, old lists
    """
    if not birth_date and not of_age:
        return by == "guardians" or purpose not in KNOWN_AGE_ONLY
    age = age_on(birth_date, on) if birth_date else ADULT_AGE
    if age >= ADULT_AGE:
        return by == "self"
    if by == "guardians":
        return True
    return age >= OWN_AGE and purpose not in GUARDIANS_ONLY


def shown_fields(names):
    """Names of the directory in their order, once each; unknown ones are dropped."""
    wanted = set(names or ())
    return [name for name in DIRECTORY_FIELDS if name in wanted]
