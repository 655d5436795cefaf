"""A class in its final year and its people years later, for the stories of alumni.

Each has a mailbox or a telephone of his own; time passes by moving the past back, see ``days.py``.
"""

from .bureaus import Bureau
from .classroom import Company, Person, birthday
from .pages import AlumnusPage, Office
from .people import Account, sms, wait_for
from .school import MANAGER, PASSWORD, SUITE, first_day

# first name, last name, age, private e-mail or not, mobile phone
CLASS = (
    ("Léa", "AMBROISE", 19, True, "06 39 98 40 01"),
    ("Noé", "BERTILLE", 17, True, ""),
    ("Inès", "CASIMIR", 19, True, ""),
    ("Tom", "DELPHIN", 19, False, "06 39 98 40 04"),
    ("Sami", "EDGARD", 19, True, "06 39 98 40 05"),
    ("Zoé", "FANTIN", 20, True, ""),
)
SCHOOL_MAIL = "tom.delphin@ac-orvane.example"
# Others of the same year, typed by the bureau, and what they say on the telephone; then one who
# does not wish to answer, one without telephone or mail, one who dies, one who was never told
SAID = ["job"] * 10 + ["apprenticeship"] * 2 + ["study"] + ["looking"] * 2 + ["other"]
SILENT = ("REFUS", "INJOIGNABLE", "DECES", "IGNORE")


class Leavers:
    """The class, the bureau that follows it, and what the tests hand on to one another."""

    def __init__(self, room):
        self.room, self.school, self.account = room, room.school, room.account
        self.cohort = first_day().year + 1
        self.school.days("alumni_by_hand")
        self.training = self.account.create(
            "bde.training",
            {
                "name": "Boulanger-pâtissier",
                "code": "TBP",
                "diploma": "bac_pro",
                "mef": "2472210133",
            },
        )
        self.division = self.account.create(
            "bde.division", {"name": "TBP", "training_ids": [(6, 0, [self.training])]}
        )
        self.pupils = {one[0]: self._pupil(*one) for one in CLASS}
        self.bureau = Bureau("Lycée professionnel des Trois-Rives", MANAGER[0], self.account)
        self.links = {}  # {first name: the first link}

    def _pupil(self, firstname, lastname, age, has_mail, phone):
        room = self.room
        here = room.division, room.training
        room.division, room.training = self.division, self.training
        pupil = room.pupil(lastname, firstname, birthday(age, days=60), guardians=0)
        room.division, room.training = here
        values = {"phone": phone} if has_mail else {"phone": phone, "email": SCHOOL_MAIL}
        self.account.call("bde.student", "write", [pupil.id], values)
        return pupil

    def alumni(self, *fields):
        """{first name: what the bureau reads of those of the class}"""
        rows = self.account.read(
            "bde.alumnus",
            [("lastname", "in", [one[1] for one in CLASS])],
            ["firstname", *fields],
        )
        return {row["firstname"]: row for row in rows}

    def id_of(self, firstname):
        return self.alumni()[firstname]["id"]

    def address(self, firstname):
        [phone] = [one[4] for one in CLASS if one[0] == firstname]
        return sms(phone) if firstname == "Tom" else self.pupils[firstname].email

    # --- time ---------------------------------------------------------------------------------

    def morning(self, days=1):
        """So many days later the letters of the day leave; older ones are read."""
        self.later(days, "days")
        self.school.mailbox.skip(*map(self.address, self.pupils))
        self.school.days("alumni_letters")

    def later(self, number, unit):
        """The past moves back once all letters have left, for those are noted as they leave."""
        queued = [("state", "=", "queued")]
        wait_for(lambda: not self.account.read("bde.alumni.letter", queued, ["id"]), "the queue")
        self.school.days("alumni_later", number, unit)

    def years_pass(self, years):
        """Years later; the académie has opened the year that runs."""
        self.later(years, "years")
        self.cohort -= years
        suite = Account(self.school.server, SUITE[0], PASSWORD)
        suite.create(
            "bde.school.year", {"company_id": suite.company_id, "date_start": str(first_day())}
        )
        self.school.days("alumni_job", "follow", "majority")

    # --- people -------------------------------------------------------------------------------

    def letter(self, firstname):
        """The link of the next letter to somebody, by mail or by text message."""
        mailbox, to = self.school.mailbox, self.address(firstname)

        def arrived():
            for mail in mailbox.waiting(to):
                if links := [link for link in mail["links"] if "/bde/m/" in link]:
                    return mail["id"], links[0]
            return None

        number, link = wait_for(arrived, f"letter to {firstname}")
        mailbox.seen.add(number)
        self.links.setdefault(firstname, link)
        return link

    def has_letter(self, firstname):
        return any(
            "/bde/m/" in link
            for mail in self.school.mailbox.waiting(self.address(firstname))
            for link in mail["links"]
        )

    def phone(self, window, firstname):
        """Somebody opens his last letter on his telephone."""
        page = AlumnusPage(window(phone=True), self.school.server.url)
        page.open(self.letter(firstname))
        return page

    def desk(self, window, **kwargs):
        desk = Office(window(**kwargs), self.school.server.url)
        desk.sign_in(MANAGER[0], PASSWORD)
        return desk

    # --- what the bureau types and reads ------------------------------------------------------

    def type_sheet(self, answers):
        """Answers of paper sheets: {id of an alumnus: values of his row}."""
        account = self.account
        action = account.call("bde.alumnus", "action_type_answers", list(answers))
        account.call("bde.alumni.sheet", "write", [action["res_id"]], {"channel": "paper"})
        for line in account.read(
            "bde.alumni.sheet.line", [("sheet_id", "=", action["res_id"])], ["alumnus_id"]
        ):
            values = answers[line["alumnus_id"][0]]
            account.call("bde.alumni.sheet.line", "write", [line["id"]], values)
        account.call("bde.alumni.sheet", "action_save", [action["res_id"]])

    def type_others(self):
        """The other class of that year, told on paper but the last of them.

        :return: ids in the order of SAID, then SILENT
        """
        names = [f"AUTRE{number:02}" for number in range(1, len(SAID) + 1)] + list(SILENT)
        training = self.account.create(
            "bde.training", {"name": "Cuisine", "code": "TCUI", "diploma": "bac_pro"}
        )
        rows = [
            {
                "lastname": name,
                "firstname": "Camille",
                "sex": "fm"[number % 2],
                "birth_date": str(birthday(20)),
                "cohort": self.cohort,
                "training_id": training,
                "phone": "" if name == "INJOIGNABLE" else f"06 39 98 41 {number:02}",
            }
            for number, name in enumerate(names)
        ]
        ids = self.account.call("bde.alumnus", "create", rows)
        self.type_sheet({number: {"informed": True} for number in ids[:-1]})
        return ids

    def net(self, number, *fields):
        """{last name: line of a round of the safety net}"""
        rows = self.account.read("bde.leaver.net", [("round_id", "=", number)], ["name", *fields])
        return {row["name"].split()[0]: row for row in rows}

    def round(self, number):
        """(state, how many were listed, how many are still without a solution)"""
        [found] = self.account.call(
            "bde.leaver.round", "read", [number], ["state", "line_count", "open_count"]
        )
        return found["state"], found["line_count"], found["open_count"]

    def survey(self, *fields):
        return self.account.call("bde.alumni.wave", "read", [self.wave], list(fields))[0]

    def asked(self, alumnus, *fields):
        """What the survey knows of somebody."""
        [line] = self.account.read(
            "bde.alumni.wave.line",
            [("wave_id", "=", self.wave), ("alumnus_id", "=", alumnus)],
            ["id", *fields],
        )
        return line

    def would_you(self):
        """{last name: answer of the latest year}"""
        rows = self.account.read(
            "bde.would.you", [], ["alumnus_id", "year", "state", "tutor", "jury", "activity_ids"]
        )
        rows.sort(key=lambda row: row["year"])
        return {row["alumnus_id"][1].split()[0]: row for row in rows}

    def company(self, name, boss, tutor):
        """A company registered by the bureau: values of the contacts -> :class:`Company`."""
        [page] = self.bureau.register(
            [
                {
                    "name": name,
                    "activity": "Boulangerie",
                    "street": "2 place du Pont",
                    "zip": "96000",
                    "city": "ORVANE",
                    "contact_ids": [(0, 0, boss), (0, 0, tutor)],
                }
            ]
        )
        [row] = self.account.call("bde.relation", "read", [page], ["partner_id"])
        contacts = self.account.read(
            "res.partner", [("parent_id", "=", row["partner_id"][0])], ["name", "email"]
        )
        found = {one["email"]: Person(one["name"], one["email"], one["id"]) for one in contacts}
        return Company(name, row["partner_id"][0], found[boss["email"]], found[tutor["email"]])
