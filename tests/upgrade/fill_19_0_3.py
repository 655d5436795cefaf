"""What the database of version 19.0.3.0.0 holds. Run in the shell of that version.

One académie, one school, a role each, a company with a boss and a tutor, conventions before,
during and after the stay: typed absences, an attestation that came back, an amendment that is
signed, an interruption. Names are fixed, so that ``test_from_19_0_3.py``
states what must have become of each. README.md says how the dump is made.
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
# first name, birth date, state in which the convention is left, period
PUPILS = (
    ("Draft", date(2006, 1, 1), "to_check", "PFMP 2"),
    ("Sent", date(2010, 1, 10), "to_sign", "PFMP 2"),
    ("Signed", date(2006, 8, 15), "signed", "PFMP 2"),
    ("Over", date(2006, 3, 2), "ended", "PFMP 1"),
    ("Attested", date(2010, 4, 4), "attested", "PFMP 1"),
    ("Broken", date(2006, 5, 5), "interrupted", "PFMP 1"),
)
# 20 days of presence each: no public holiday from Monday 28 September to Friday 23 October
PERIODS = {
    "PFMP 1": (date(2026, 9, 28), date(2026, 10, 23)),
    "PFMP 2": (date(2027, 1, 11), date(2027, 1, 29)),
}


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
                for firstname, born, _state, _period in PUPILS
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
        periods = self.env["bde.period"].create(
            [
                {
                    "name": name,
                    "company_id": self.school.id,
                    "division_ids": [Command.set(self.division.ids)],
                    "date_start": start,
                    "date_end": end,
                }
                for name, (start, end) in PERIODS.items()
            ]
        )
        by_name = {period.name: period for period in periods}
        self.places = self.env["bde.placement"].create(
            [
                {
                    "period_id": by_name[period].id,
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
                for student, (_name, _born, _state, period) in zip(
                    self.students, PUPILS, strict=True
                )
            ]
        )

    def conventions(self):
        manager = self.as_user("manager_c")
        self.places.with_env(manager).action_make_conventions()
        by_name = {place.student_id.firstname: place.convention_id.sudo() for place in self.places}
        out = self.env["bde.convention"].union(*by_name.values()) - by_name["Draft"]
        out.with_env(manager).action_send()
        for name in ("Signed", "Over", "Attested", "Broken"):
            while by_name[name].signature_ids.filtered(lambda s: s.state == "to_sign"):
                self.sign(by_name[name])
        self.amend(by_name["Signed"].with_env(manager))
        by_name["Broken"].with_env(manager)._interrupt("host", date(2026, 10, 9))
        self.env["bde.convention"]._cron_follow_dates()
        # what a bureau typed before absences had rows of their own
        by_name["Over"].with_env(manager).write(
            {"absence_days": 2.5, "absence_hours": 3, "gratification_total": 150}
        )
        by_name["Attested"].with_env(manager).absence_days = 1
        by_name["Attested"].with_env(manager).action_record_attestation()
        for name, _born, state, _period in PUPILS:
            assert by_name[name].state == state, (name, by_name[name].state)

    def amend(self, convention):
        """Other hours from the second week on, signed by all."""
        amendment = convention.env["bde.amendment"].create(
            {
                "convention_id": convention.id,
                "change_type": "hours",
                "date_effect": date(2027, 1, 18),
                "new_schedule": {day: [["07:00", "14:00"]] for day in WEEK_35},
                "reason": "Le magasin ouvre plus tôt",
            }
        )
        amendment.action_send()
        while amendment.sudo().signature_ids.filtered(lambda s: s.state == "to_sign"):
            self.sign(amendment.sudo())

    def sign(self, record):
        waiting = record.signature_ids.filtered(lambda s: s.state == "to_sign")
        waiting._sign("drawn", "Signature", png((40, 20)))

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
