"""Three lycées of one académie with their bureaux, for the stories between schools.

Opened by those who do it in life, through the verbs behind their buttons.
"""

from dataclasses import dataclass

from .people import Account, choose_password
from .school import HEAD, MANAGER, PASSWORD

SUITE = "suite@orvane.example"
CORRESPONDENT = ("correspondant@orvane.example", "Philippe Salarnac")
# UAI, name, town, head, manager
OTHERS = (
    (
        "0960024E", "Lycée polyvalent du Val-d'Armence",
        ("proviseur@armence.example", "Bruno Castelmier"),
        ("rbde@armence.example", "Karim Valtessier"),
    ),
    (
        "0960037U", "Lycée des métiers La Tirelle",
        ("proviseure@tirelle.example", "Odile Ferrambeau"),
        ("rbde@tirelle.example", "Lucie Ormandel"),
    ),
)  # fmt: skip
LATITUDE, LONGITUDE = 46.30, 2.45


@dataclass
class Bureau:
    """One school's manager, beside the screens, and its name."""

    name: str
    login: str
    account: Account

    def register(self, rows):
        """Companies registered by the form of the bureau: ids of the pages of the school.

        Look-alikes are shown, and it is another company each time.
        """
        ids = []
        form = "bde.employer.register"
        for row in rows:
            wizard = self.account.create(form, row)
            answer = self.account.call(form, "action_register", [wizard])
            if answer.get("res_model") == form:
                self.account.call(form, "action_register_other", [wizard])
            ids.append(self.page(row["name"], ["id"])["id"])
        return ids

    def employer(self, name):
        """Id of a company of the shared book."""
        [found] = self.account.read("bde.relation", [("partner_name", "=", name)], ["partner_id"])
        return found["partner_id"][0]

    def page(self, name, fields):
        """What the page of a company says at this school."""
        [found] = self.account.read("bde.relation", [("partner_name", "=", name)], fields)
        return found


def open_bureaus(school):
    """The bureau of the first lycée, then those of two others: a list of :class:`Bureau`."""
    if not school.has_manager:
        choose_password(school.invite("manager", MANAGER), PASSWORD)
        school.has_manager = True
    bureaus = [Bureau("Lycée professionnel des Trois-Rives", MANAGER[0], school.manager())]
    suite = Account(school.server, SUITE, PASSWORD)
    for uai, name, head, manager in OTHERS:
        _open_school(suite, uai, name, head)
        choose_password(school.mailbox.link(head[0], "/web/signup"), PASSWORD)
        account = Account(school.server, head[0], PASSWORD)
        _invite(account, "manager", manager)
        choose_password(school.mailbox.link(manager[0], "/web/signup"), PASSWORD)
        bureaus.append(Bureau(name, manager[0], Account(school.server, manager[0], PASSWORD)))
    _invite(suite, "correspondent", CORRESPONDENT)
    choose_password(school.mailbox.link(CORRESPONDENT[0], "/web/signup"), PASSWORD)
    for bureau in bureaus:
        bureau.account.call(
            "res.company", "action_bde_place", [bureau.account.company_id], LATITUDE, LONGITUDE
        )
    return bureaus


def colleague(school, role, person):
    """Somebody whom the head of the first lycée invites: an :class:`Account`."""
    choose_password(school.invite(role, person), PASSWORD)
    return Account(school.server, person[0], PASSWORD)


def academy(school):
    """The correspondent of the académie."""
    return Account(school.server, CORRESPONDENT[0], PASSWORD)


def head(school):
    """The head of the first lycée."""
    return Account(school.server, HEAD[0], PASSWORD)


def _open_school(suite, uai, name, person):
    email, who = person
    wizard = suite.create(
        "bde.school.create",
        {
            "kind": "school", "name": name, "uai": uai, "user_email": email, "user_name": who,
            "street": "1 rue de l'Atelier", "zip": "96000", "city": "Orvane",
        },
    )  # fmt: skip
    suite.call("bde.school.create", "action_create", [wizard])


def _invite(account, role, person):
    email, name = person
    wizard = account.create(
        "bde.team.invite",
        {
            "company_id": account.company_id,
            "role": role,
            "line_ids": [(0, 0, {"email": email, "name": name})],
        },
    )
    account.call("bde.team.invite", "action_invite", [wizard])
