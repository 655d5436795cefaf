"""What the database of version 19.0.2.0.0 holds. Run in the shell of that version.

One académie, one school, a role each, a company with a boss and a tutor, a pupil of each state
that a convention may be in, an agreement out for signature, a request in a pipeline, a call, a
delegation, an own wording. Names are fixed, so that ``test_from_19_0_2.py`` states what must
have become of each. README.md says how the dump is made.
"""

import logging
from datetime import date
from io import BytesIO

from PIL import Image

from odoo import Command

_logger = logging.getLogger("fill")

FULL_DAY = [["08:00", "12:00"], ["13:00", "16:00"]]
WEEK_35 = {day: FULL_DAY for day in ("mon", "tue", "wed", "thu", "fri")}
ROLES = ("teacher", "school_life", "secretary", "manager", "head")
# first name, birth date, state in which the convention is left
PUPILS = (
    ("Draft", date(2006, 1, 1), "to_check"),
    ("Sent", date(2010, 1, 10), "to_sign"),
    ("Partly", date(2010, 2, 11), "partly_signed"),
    ("Refused", date(2006, 3, 2), "refused"),
    ("Signed", date(2006, 8, 15), "signed"),
    ("Minor", date(2010, 4, 4), "signed"),
    ("Cancelled", date(2006, 5, 5), "cancelled"),
)


def png(size):
    stream = BytesIO()
    Image.new("RGB", size, (0, 0, 128)).save(stream, "PNG")
    return stream.getvalue()


class Fill:
    """Each step leaves what it made on ``self`` for the next ones."""

    def __init__(self, env):
        self.env = env(
            context=dict(env.context, no_reset_password=True, mail_create_nolog=True, lang="en_US")
        )

    def run(self):
        # the filestore is not kept: what the conventions hold stays in the database
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        self.school_and_people()
        self.company()
        self.pupils()
        self.placements()
        self.conventions()
        self.agreement()
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "file")
        # letters hold the links of signers: none leaves, none stays in the dump
        self.env["mail.mail"].search([]).unlink()
        self.env.cr.commit()

    def as_user(self, login):
        user = self.users[login]
        return self.env(
            user=user.id,
            su=False,
            context=dict(self.env.context, allowed_company_ids=[self.school.id]),
        )

    def school_and_people(self):
        france = self.env.ref("base.fr").id
        Company = self.env["res.company"]
        common = {"academy_code": "04", "holiday_zone": "A", "country_id": france}
        self.academy = Company.create(
            {"name": "Académie de la mise à niveau", "bde_kind": "academy", **common}
        )
        self.school = Company.create(
            {
                "name": "Lycée Curie",
                "parent_id": self.academy.id,
                "bde_kind": "school",
                "uai": "0330996D",
                "street": "1 rue du Lycée",
                "zip": "33000",
                "city": "Bordeaux",
                "bde_email": "bde-curie@ac-test.example",
                "insurance_company": "MAIF",
                "insurance_policy": "0123456 H",
                **common,
            }
        )
        self.year = self.env["bde.school.year"].create(
            {"company_id": self.academy.id, "date_start": date(2026, 9, 1)}
        )
        places = {role: self.school for role in ROLES} | {
            "correspondent": self.academy,
            "admin": self.academy,
        }
        users = self.env["res.users"].create(
            [
                {
                    "name": role.replace("_", " ").title(),
                    "login": f"{role}_c",
                    "email": f"{role}_c@ac-test.example",
                    "lang": "fr_FR",
                    "group_ids": [Command.set([self.env.ref("base.group_user").id])],
                    "company_id": place.id,
                    "company_ids": [Command.set([place.id])],
                }
                for role, place in places.items()
            ]
        )
        self.env["bde.membership"].create(
            [
                {
                    "user_id": user.id,
                    "company_id": place.id,
                    "role": role,
                    "date_from": self.year.date_start,
                }
                for user, (role, place) in zip(users, places.items(), strict=True)
            ]
        )
        self.users = {user.login: user for user in users}
        self.school.head_id = self.users["head_c"]
        self.env["bde.delegation"].create(
            {
                "company_id": self.school.id,
                "user_id": self.users["secretary_c"].id,
                "date_from": date(2026, 9, 1),
            }
        )

    def company(self):
        self.host = self.env["res.partner"].create(
            {
                "name": "Menuiserie Duval",
                "company_registry": "73282932000074",
                "is_company": True,
                "bde_employer": True,
                "street": "3 rue des Copeaux",
                "zip": "33000",
                "city": "Bordeaux",
                "country_id": self.env.ref("base.fr").id,
            }
        )
        self.relation = self.env["bde.relation"].create(
            {"partner_id": self.host.id, "company_id": self.school.id, "status": "strong"}
        )
        self.boss = self.host._bde_add_contact(
            self.school,
            {
                "name": "Anne Duval",
                "email": "anne@duval.example",
                "function": "Gérante",
                "bde_signatory": True,
            },
        )
        self.tutor = self.host._bde_add_contact(
            self.school, {"name": "Yves Rabot", "email": "yves@duval.example", "bde_tutor": True}
        )
        manager = self.as_user("manager_c")
        self.relation.with_env(manager)._bde_log_talk(
            {
                "channel": "call",
                "purpose": "placements",
                "outcome": "agreed",
                "summary": "Deux places",
            }
        )

    def pupils(self):
        self.training = self.env["bde.training"].create(
            {
                "name": "Menuisier agenceur",
                "code": "TMA",
                "diploma": "bac_pro",
                "mef": "2472340821",
                "cfd": "40023408",
                "hours": 840,
                "company_id": self.school.id,
                "activity_ids": [
                    Command.create({"kind": "task", "name": "Poser un meuble"}),
                    Command.create({"kind": "competence", "code": "C1", "name": "Analyser"}),
                ],
            }
        )
        self.division = self.env["bde.division"].create(
            {
                "name": "1TMA",
                "company_id": self.school.id,
                "school_year_id": self.year.id,
                "training_ids": [Command.set(self.training.ids)],
            }
        )
        self.teacher = self.env["bde.teacher"].create(
            {
                "lastname": "Varlope",
                "firstname": "Paul",
                "company_id": self.school.id,
                "user_id": self.users["teacher_c"].id,
            }
        )
        self.students = self.env["bde.student"].create(
            [
                {
                    "lastname": "Martin",
                    "firstname": firstname,
                    "birth_date": born,
                    "company_id": self.school.id,
                    "email": f"{firstname.lower()}@pupil.example",
                }
                for firstname, born, _state in PUPILS
            ]
        )
        self.env["bde.schooling"].create(
            [
                {
                    "student_id": student.id,
                    "division_id": self.division.id,
                    "school_year_id": self.year.id,
                    "training_id": self.training.id,
                    "status": "ST",
                }
                for student in self.students
            ]
        )
        guardians = self.env["bde.guardian"].create(
            [
                {
                    "lastname": "Martin",
                    "firstname": firstname,
                    "company_id": self.school.id,
                    "email": f"{firstname.lower()}@family.example",
                }
                for firstname in ("Sophie", "Marc")
            ]
        )
        self.env["bde.guardianship"].create(
            [
                {
                    "student_id": student.id,
                    "guardian_id": guardian.id,
                    "legal_rank": rank,
                    "kinship": kinship,
                }
                for student in self.students
                for guardian, rank, kinship in zip(
                    guardians, ("1", "2"), ("mother", "father"), strict=True
                )
            ]
        )

    def placements(self):
        period = self.env["bde.period"].create(
            {
                "name": "PFMP 1",
                "company_id": self.school.id,
                "division_ids": [Command.set(self.division.ids)],
                "date_start": date(2027, 1, 11),
                "date_end": date(2027, 1, 29),
            }
        )
        self.places = self.env["bde.placement"].create(
            [
                {
                    "period_id": period.id,
                    "schooling_id": student.schooling_ids.id,
                    "host_id": self.host.id,
                    "signatory_id": self.boss.id,
                    "tutor_id": self.tutor.id,
                    "referent_id": self.teacher.id,
                    "schedule": WEEK_35,
                    "insurance_company": "Groupama",
                    "insurance_policy": "G-12345",
                    "activity_ids": [Command.set(self.training.activity_ids.ids)],
                }
                for student in self.students
            ]
        )

    def conventions(self):
        manager = self.as_user("manager_c")
        self.places.with_env(manager).action_make_conventions()
        by_state = {place.student_id.firstname: place.convention_id.sudo() for place in self.places}
        out = self.env["bde.convention"].union(*by_state.values()) - by_state["Draft"]
        out.with_env(manager).action_send()
        self.sign(by_state["Partly"], "host", "drawn")
        waiting = by_state["Refused"].signature_ids.filtered(lambda s: s.role == "tutor")
        waiting._refuse("Les horaires ne vont pas")
        for name in ("Signed", "Minor"):
            convention = by_state[name]
            while convention.signature_ids.filtered(lambda s: s.state == "to_sign"):
                self.sign(convention, None, "drawn")
        by_state["Cancelled"].with_env(manager).action_cancel("Élève parti")
        for name, _born, state in PUPILS:
            assert by_state[name].state == state, (name, by_state[name].state)

    def sign(self, convention, role, method):
        waiting = convention.signature_ids.filtered(
            lambda s: s.state == "to_sign" and role in (None, s.role)
        )
        waiting._sign(method, "Signature", png((40, 20)))

    def agreement(self):
        manager = self.as_user("manager_c")
        agreement = manager["bde.partnership"].create(
            {
                "relation_id": self.relation.id,
                "signatory_id": self.boss.id,
                "object": "Accueillir des élèves.",
                "date_start": date(2026, 11, 1),
                "date_end": date(2027, 10, 31),
                "commitment_ids": [
                    Command.create({"side": "company", "name": "Accueillir deux élèves"}),
                    Command.create({"side": "school", "name": "Présenter l'entreprise"}),
                ],
            }
        )
        agreement.action_send()
        _logger.info("agreement: %s", agreement.state)
        manager["crm.lead"].create(
            {
                "name": "Accueillir en mars",
                "bde_pipeline_id": self.env["bde.pipeline"]
                .search([("code", "=", "placements")])
                .id,
                "bde_relation_id": self.relation.id,
                "company_id": self.school.id,
            }
        )


Fill(env).run()  # noqa: F821  # the shell gives env
