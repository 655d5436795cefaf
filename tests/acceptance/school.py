"""The set-up before the story: an académie, one lycée and its people, on an empty database.

Done with the rights of those who do it in life, by the verbs behind their buttons.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from data import demo_activities, generate
from tests.forked import Forked

from .people import Account, Mailbox, choose_password

ROOT = Path(__file__).resolve().parents[2]
UAI = "0960011R"
LIST = ".xlsx"  # the bureau's own list of companies, beside the files of the State's applications
MEF = "2473121332"  # 1MCVA, première professionnelle métiers du commerce et de la vente
PASSWORD = "Trois-Rives 2026"
SUITE = ("suite@orvane.example", "Hélène Marchandier")
HEAD = ("proviseure@rives.example", "Agnès Corbeval")
MANAGER = ("rbde@rives.example", "Nadia Perrelin")
REFERENT = ("philippe.joubanel@ac-orvane.example", "Philippe Joubanel")


@dataclass
class School:
    """The lycée, its server and its mail; ``head`` acts beside the screens."""

    server: object
    odoo: Forked
    mailbox: Mailbox
    head: Account
    year: date
    has_manager: bool = False
    is_imported: bool = False

    def days(self, verb, *arguments):
        """Time passes: see ``days.py``."""
        self.odoo.run("tests.acceptance.days", "play", verb, *arguments)

    def manager(self):
        return Account(self.server, MANAGER[0], PASSWORD)

    def invite(self, role, person):
        """The head invites somebody, who finds a link in his mailbox."""
        email, name = person
        wizard = self.head.create(
            "bde.team.invite",
            {
                "company_id": self.head.company_id,
                "role": role,
                "line_ids": [(0, 0, {"email": email, "name": name})],
            },
        )
        self.head.call("bde.team.invite", "action_invite", [wizard])
        return self.mailbox.link(email, "/web/signup")


def open_school(server):
    """Odoo's administrator opens the académie, hers opens the lycée, the head takes it over."""
    mailbox = Mailbox(server)
    odoo = Account(server, "admin", "admin")
    # text messages go through a gateway that the mail catcher plays
    odoo.call("ir.config_parameter", "set_param", "bde.sms_provider", "mail")
    odoo.call("ir.config_parameter", "set_param", "bde.sms_mail_gateway", "%s@sms.bde.example")
    _open(odoo, {"kind": "academy", "name": "Académie d'Orvane", "holiday_zone": "A"}, SUITE)
    choose_password(mailbox.link(SUITE[0], "/web/signup"), PASSWORD)
    suite = Account(server, SUITE[0], PASSWORD)
    suite.create(
        "bde.school.year", {"company_id": suite.company_id, "date_start": str(first_day())}
    )
    _open(
        suite,
        {
            "kind": "school",
            "name": "Lycée professionnel des Trois-Rives",
            "uai": UAI,
            "street": "12 quai de l'Orvane",
            "zip": "96000",
            "city": "Orvane",
            "phone": "01 99 00 11 00",
            "bde_email": "bde-0960011r@ac-orvane.example",
        },
        HEAD,
    )
    choose_password(mailbox.link(HEAD[0], "/web/signup"), PASSWORD)
    _set_up(Account(server, HEAD[0], PASSWORD))


def opened_school(server, odoo):
    """The lycée of a database in which it was opened, on another server."""
    return School(server, odoo, Mailbox(server), Account(server, HEAD[0], PASSWORD), first_day())


def _open(account, values, person):
    email, name = person
    wizard = account.create("bde.school.create", values | {"user_email": email, "user_name": name})
    account.call("bde.school.create", "action_create", [wizard])


def _set_up(head):
    """What the head fills in of his school; the certificate is one for tests."""
    head.call(
        "res.company",
        "write",
        [head.company_id],
        {
            "insurance_company": "MAIF",
            "insurance_policy": "3 418 209 K",
            "opening_hours": "Du lundi au vendredi, de 8 h à 17 h 30",
        },
    )
    [school] = head.call("res.company", "read", [head.company_id], ["bde_has_key"])
    if not school["bde_has_key"]:  # the folder of keys outlives a run
        head.call("res.company", "action_bde_make_certificate", [head.company_id])


def add_tasks(account, mef=MEF):
    """The tasks and competences of the training that hosts tick, and its yearly hours."""
    [training] = account.read("bde.training", [("mef", "=", mef)], ["hours"])
    rows = [row | {"training_id": training["id"]} for row in demo_activities.values(mef)]
    account.call("bde.training.activity", "create", rows)
    account.call("bde.training", "write", [training["id"]], {"hours": 900})


def first_day():
    """First day of the school year that runs today."""
    today = date.today()
    return date(today.year - (today.month < 9), 9, 1)


def period(year):
    """Four weeks that begin three weeks ahead, inside the school year: (Monday, Friday)."""
    monday = date.today() + timedelta(days=21)
    monday += timedelta(days=-monday.weekday() % 7)
    while monday + timedelta(days=25) > date(year.year + 1, 8, 31):
        monday -= timedelta(days=7)
    return monday, monday + timedelta(days=25)


def sample_files(year, folder):
    """Files of the lycée for this school year: those of ``data/samples``, or the same people
    one or more years later.
    """
    if year.year == generate.DEFAULT_YEAR:
        found = (ROOT / "data/samples" / UAI).iterdir()
        return sorted(path for path in found if path.suffix != LIST)
    paths = []
    for name, content in generate.build(year.year).items():
        if Path(name).parent == Path(UAI) and Path(name).suffix != LIST:
            paths.append(folder / Path(name).name)
            paths[-1].write_bytes(content)
    return sorted(paths)
