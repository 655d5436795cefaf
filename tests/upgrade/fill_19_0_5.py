"""What the database of version 19.0.5.0.0 holds. Run in the shell of that version.

The taxe d'apprentissage of 2025 in one school, from the letter to the thanks: companies asked and
left out, an answer by link, promises of each kind, an export counted with a row that waits, a
gift to the CFA, what the money bought; the campaign of 2026 that is being prepared, with a window
that moved. A neighbour of the same académie asks one of the same companies. Core's events and
surveys, used before ours stood on them: with a school and without. Pupils who leave, a letter
about a stay, a contact that was a pupil. Names and days are fixed, so that
``test_from_19_0_5.py`` states what must have become of each. README.md says how the dump is made.
"""

import base64
import csv
from datetime import date, timedelta
from io import BytesIO, StringIO

from freezegun import freeze_time
from PIL import Image

from odoo import Command

PERIOD_1, TRANSFER_1, BETWEEN = "2025-06-10 10:00:00", "2025-07-11", "2025-07-15 10:00:00"
# login: school by the last letter of its UAI
ROLES = ("teacher", "school_life", "secretary", "manager", "head", "intendance")
SCHOOLS = {"C": ("Lycée Curie", "0330994B"), "M": ("Lycée Monge", "0330995C")}
COMPANIES = {
    "duval": ("Menuiserie Duval", "73282932000074", {"headcount": "12"}),
    "vernis": ("Vernis Aquitaine", "80314159700010", {"headcount": "31"}),
    "lame": ("Scierie Lame", "54210765113030", {"headcount": "11"}),
    "vogel": ("Ébénisterie Vogel", "55208131766522", {"zip": "67000", "city": "Strasbourg"}),
}
UNKNOWN = "44306184100047"
TITLES = ("SIRET employeur", "Raison sociale", "Montant versé", "Date de virement",
          "UAI composante")  # fmt: skip


def png(size=(60, 40)):
    stream = BytesIO()
    Image.new("RGB", size, (0, 0, 128)).save(stream, "PNG")
    return base64.b64encode(stream.getvalue())


def values(kind, **more):
    """What the page of the tax hands over, see ``rules.tax_answer.clean``."""
    empty = dict.fromkeys(("remark", "name", "other_name", "other_email", "other_phone"), "")
    return {
        "kind": kind, "amount": 0.0, "percent": 0.0, "course_id": False, "is_stranger": False,
    } | empty | more  # fmt: skip


class Fill:
    """Each step leaves what it made on ``self`` for the next ones."""

    def __init__(self, env):
        context = {"no_reset_password": True, "mail_create_nolog": True, "lang": "en_US"}
        self.env = env(context=env.context | context)

    def run(self):
        # the filestore is not kept: pictures and receipts stay in the database
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("ir_attachment.location", "db")
        self.schools()
        self.people()
        self.companies()
        with freeze_time(PERIOD_1):
            self.campaigns()
            self.letters()
            self.answers()
        with freeze_time(BETWEEN):
            self.money()
            self.thanks()
        self.next_year()
        self.gift()
        self.of_core()
        self.leavers()
        parameters.set_param("ir_attachment.location", "file")
        # letters hold links: none leaves, none stays in the dump
        self.env["mail.mail"].search([]).unlink()
        self.env.cr.commit()

    def as_user(self, login):
        user = self.users[login]
        companies = user.company_id.ids
        return self.env(
            user=user.id, su=False, context=self.env.context | {"allowed_company_ids": companies}
        )

    # ------------------------------------------------------------
    # Who
    # ------------------------------------------------------------

    def schools(self):
        common = {
            "academy_code": "04", "holiday_zone": "A", "country_id": self.env.ref("base.fr").id,
        }  # fmt: skip
        Company = self.env["res.company"]
        self.academy = Company.create(
            {"name": "Académie de la mise à niveau", "bde_kind": "academy", **common}
        )
        made = Company.create(
            [
                {
                    "name": name,
                    "parent_id": self.academy.id,
                    "bde_kind": "school",
                    "uai": uai,
                    "street": "1 rue du Lycée",
                    "zip": "33000",
                    "city": "Bordeaux",
                    "bde_email": f"bde-{uai.lower()}@ac-test.example",
                    **common,
                }
                for name, uai in SCHOOLS.values()
            ]
        )
        self.curie, self.monge = made
        self.years = self.env["bde.school.year"].create(
            [
                {"company_id": self.academy.id, "date_start": date(year, 9, 1)}
                for year in (2024, 2025, 2026)
            ]
        )

    def people(self):
        places = {f"{role}_c": (role, self.curie) for role in ROLES} | {
            "manager_m": ("manager", self.monge),
            "correspondent": ("correspondent", self.academy),
            "admin_a": ("admin", self.academy),
        }
        users = self.env["res.users"].create(
            [
                {
                    "name": login.replace("_", " ").title(),
                    "login": login,
                    "email": f"{login}@ac-test.example",
                    "lang": "fr_FR",
                    "group_ids": [Command.set(self.env.ref("base.group_user").ids)],
                    "company_id": place.id,
                    "company_ids": [Command.set(place.ids)],
                }
                for login, (_role, place) in places.items()
            ]
        )
        self.env["bde.membership"].create(
            [
                {
                    "user_id": user.id,
                    "company_id": place.id,
                    "role": role,
                    "date_from": self.years[0].date_start,
                }
                for user, (role, place) in zip(users, places.values(), strict=True)
            ]
        )
        self.users = {user.login: user for user in users}
        self.curie.head_id = self.users["head_c"]
        self.office = self.as_user("secretary_c")

    def companies(self):
        """Four companies that Curie follows, one of which Monge follows too."""
        Partner, Relation = self.env["res.partner"], self.env["bde.relation"]
        self.firms, self.pages = {}, {}
        for key, (name, siret, more) in COMPANIES.items():
            firm = Partner.create(
                {
                    "name": name,
                    "company_registry": siret,
                    "is_company": True,
                    "bde_employer": True,
                    "zip": "33000",
                    "city": "Bordeaux",
                    "country_id": self.env.ref("base.fr").id,
                    **more,
                }
            )
            self.firms[key], self.pages[key] = firm, Relation._bde_ensure(firm, self.curie)
        duval, vernis = self.firms["duval"], self.firms["vernis"]
        self.luc = duval._bde_add_contact(
            self.curie, {"name": "Luc Chiffre", "email": "luc@duval.example", "bde_tax": True}
        )
        duval._bde_add_contact(
            self.curie, {"name": "Zoé Ancienne", "email": "zoe@duval.example", "bde_alumni": True}
        )
        self.vera = vernis._bde_add_contact(
            self.curie, {"name": "Véra Laque", "email": "vera@vernis.example", "bde_tax": True}
        )
        self.pages["neighbour"] = Relation._bde_ensure(duval, self.monge)
        duval._bde_add_contact(
            self.monge, {"name": "Bruno Copeau", "email": "bruno@duval.example", "bde_tax": True}
        )

    # ------------------------------------------------------------
    # The taxe d'apprentissage
    # ------------------------------------------------------------

    def campaign_of(self, school, login, year, **vals):
        return self.env["bde.tax.campaign"].create(
            {
                "company_id": school.id,
                "tax_year_id": self.env["bde.tax.year"]._of(school, year).id,
                "user_id": self.users[login].id,
                "soltea_name": school.name.upper(),
                "soltea_siret": "19330994500015",
                "soltea_uai": school.uai,
                **vals,
            }
        )

    def campaigns(self):
        ready = {
            "identity_checked_on": "2025-05-20",
            "eligible_state": "listed",
            "eligible_reference": "Arrêté du 12 décembre",
            "state": "running",
            "course_ids": [
                Command.create({"name": "BAC PRO TMA", "rncp": "RNCP38878", "level": "4"})
            ],
        }
        self.campaign = self.campaign_of(
            self.curie, "manager_c", 2025, target_amount=3000, **ready,
            component_ids=[
                Command.create({"name": "CFA CURIE", "uai": "0400993M", "is_cfa": True})
            ],
        )  # fmt: skip
        self.neighbour = self.campaign_of(self.monge, "manager_m", 2025, **ready)
        self.targets = {
            key: self.campaign._target_of(self.pages[key]) for key in COMPANIES
        } | {"neighbour": self.neighbour._target_of(self.pages["neighbour"])}  # fmt: skip
        self.targets["duval"].with_env(self.office).payroll = 400000
        self.campaign.with_env(self.office).action_default_steps()

    def letters(self):
        asked = self.targets["duval"] + self.targets["vernis"]
        model = self.env["bde.tax.letter.model"]._for(self.curie, "first")
        results = self.campaign.with_env(self.office)._send_letters(
            asked.with_env(self.office), model.with_env(self.office)
        )
        assert [status for status, _text in results] == ["sent", "sent"], results
        for mail in self.env["mail.mail"].search([("state", "=", "outgoing")]):
            mail.state = "sent"
            mail._postprocess_sent_message([], [mail.email_to])

    def answers(self):
        """By link, on the telephone, in part, taken back; the neighbour's own."""
        [(link, _token)] = self.env["bde.link"]._mint_tax([(self.targets["duval"], self.luc)])
        link._as_school()._tax_take(
            {self.targets["duval"]: values("will", amount=1200.5, remark="Pour la menuiserie")}
        )
        self.pledge("vernis", amount=800, channel="call", said_by_id=self.vera.id)
        self.pledge("lame", percent=50, channel="meeting", said_by="Le gérant")
        self.pledge("lame", amount=90, channel="call", said_by="La comptable").action_cancel()
        self.neighbour._pledge(self.pages["neighbour"], {"amount": 77, "channel": "call"})

    def pledge(self, key, **vals):
        page = self.pages[key].with_env(self.office)
        return self.campaign.with_env(self.office)._pledge(page, vals)

    def money(self):
        """An export: one promise kept, one in part, an employer that nobody knows."""
        stream, uai = StringIO(), self.curie.uai
        csv.writer(stream, delimiter=";").writerows(
            [
                TITLES,
                (COMPANIES["duval"][1], "MENUISERIE DUVAL", "1200,50", TRANSFER_1, uai),
                (COMPANIES["vernis"][1], "VERNIS AQUITAINE", "300,00", TRANSFER_1, uai),
                (UNKNOWN, "ATELIERS DU CONFLUENT", "90,10", TRANSFER_1, uai),
            ]
        )
        export = self.office["bde.tax.import"].create(
            {
                "file": base64.b64encode(stream.getvalue().encode("utf-8-sig")),
                "filename": "export.csv",
                "company_id": self.curie.id,
                "campaign_id": self.campaign.id,
            }
        )
        export.action_preview()
        export.action_apply()
        assert (export.total_received, export.total_open) == (1500.5, 90.1), export.read()

    def thanks(self):
        self.env["bde.tax.use"].create(
            {
                "campaign_id": self.campaign.id,
                "name": "Perceuse à colonne",
                "text": "Chaque élève a la sienne.",
                "amount": 900,
                "picture_ids": [
                    Command.create({"image": png(), "caption": "Atelier", "checked": True})
                ],
            }
        )
        model = self.env["bde.tax.letter.model"]._for(self.curie, "thanks")
        done = self.targets["duval"].with_env(self.office)
        assert done._thank_by_mail(model.subject, model.body) == done

    def gift(self):
        made = self.as_user("manager_c")["bde.tax.gift"].create(
            {
                "campaign_id": self.campaign.id,
                "component_id": self.campaign.component_ids.id,
                "relation_id": self.pages["vernis"].id,
                "name": "Cabine de peinture",
                "interest": "Appliquer une finition.",
                "book_value": 4800,
                "value_proof": base64.b64encode(b"%PDF-1.4 facture"),
                "value_proof_name": "facture.pdf",
                "received_on": "2025-12-01",
            }
        )
        made.action_issue()

    def next_year(self):
        """2026 is being prepared; the académie typed a window, then an arrêté moved it."""
        self.campaign_of(self.curie, "manager_c", 2026, target_amount=3500)
        year = self.env["bde.tax.year"]._of(self.curie, 2026)
        window = year.window_ids.filtered(lambda one: one.kind == "period1")
        mine = window.with_env(self.as_user("correspondent"))
        mine._move(date(2026, 5, 25), date(2026, 6, 26), "Arrêté du 2 mars 2026")
        mine._move(date(2026, 6, 1), date(2026, 7, 3), "Arrêté du 9 avril 2026")

    # ------------------------------------------------------------
    # What issue 7 finds
    # ------------------------------------------------------------

    def of_core(self):
        """Events and surveys of core, before our modules stood on them."""
        day = {"date_begin": "2026-03-12 08:00:00", "date_end": "2026-03-12 16:00:00"}
        events = self.env["event.event"].create(
            [
                {"name": "Forum de tous", "company_id": False, **day},
                {"name": "Portes ouvertes de Curie", "company_id": self.curie.id, **day},
            ]
        )
        self.env["event.registration"].create(
            [
                {"event_id": event.id, "name": name, "email": f"{name.lower()}@visit.example"}
                for event, name in zip(events, ("Paul", "Virginie"), strict=True)
            ]
        )
        survey = self.env["survey.survey"].create(
            {
                "title": "Cantine",
                "question_and_page_ids": [
                    Command.create({"title": "Un plat ?", "question_type": "char_box"})
                ],
            }
        )
        answer = survey._create_answer(email="paul@visit.example", check_attempts=False)
        answer._save_lines(survey.question_ids, "Des crêpes")
        answer._mark_done()

    def leavers(self):
        """A class of 2025-2026 at the end of its training, one of the running year."""
        training = self.env["bde.training"].create(
            {
                "name": "Menuisier agenceur",
                "code": "TMA",
                "diploma": "bac_pro",
                "mef": "2472340833",
                "cfd": "40023408",
                "company_id": self.curie.id,
            }
        )
        divisions = self.env["bde.division"].create(
            [
                {
                    "name": name,
                    "company_id": self.curie.id,
                    "school_year_id": year.id,
                    "training_ids": [Command.set(training.ids)],
                }
                for name, year in (("TMA 26", self.years[1]), ("TMA 27", self.years[2]))
            ]
        )
        pupils = (
            ("Ancienne", "Zoé", "zoe", 2007, 0),
            ("Reste", "Léo", "leo", 2009, 1),
            ("Part", "Ana", "ana", 2008, 1),
        )
        students = self.env["bde.student"].create(
            [
                {
                    "lastname": lastname,
                    "firstname": firstname,
                    "birth_date": date(born, 5, 5),
                    "company_id": self.curie.id,
                    "email": f"{mailbox}@home.example",
                    "ine": f"12345678{number}AB",
                    "sex": "f",
                }
                for number, (lastname, firstname, mailbox, born, _division) in enumerate(pupils)
            ]
        )
        schoolings = self.env["bde.schooling"].create(
            [
                {
                    "student_id": student.id,
                    "division_id": divisions[division].id,
                    "school_year_id": divisions[division].school_year_id.id,
                    "training_id": training.id,
                    "status": "ST",
                }
                for student, (*_person, division) in zip(students, pupils, strict=True)
            ]
        )
        self.stay(schoolings[0], divisions[0])

    def stay(self, schooling, division):
        """What was written about a stay: it must not leave once more."""
        first = date(2026, 1, 12)
        period = self.env["bde.period"].create(
            {
                "name": "PFMP 6",
                "company_id": self.curie.id,
                "division_ids": [Command.set(division.ids)],
                "date_start": first,
                "date_end": first + timedelta(days=18),
            }
        )
        placement = self.env["bde.placement"].create(
            {
                "period_id": period.id,
                "schooling_id": schooling.id,
                "host_id": self.firms["duval"].id,
                "tutor_id": self.luc.id,
            }
        )
        self.env["bde.stay.letter"].create(
            {
                "company_id": self.curie.id,
                "placement_id": placement.id,
                "person_ref": f"student,{schooling.student_id.id}",
                "signer_key": "zoe@home.example",
                "role": "student",
                "name": "Zoé ANCIENNE",
                "kind": "page",
                "channel": "email",
                "sent_on": "2026-01-11 08:00:00",
                "bounce_reason": "full",
            }
        )


Fill(env).run()  # noqa: F821  # the shell gives env
