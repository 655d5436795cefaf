"""What the database of version 19.0.1.0.0 holds. Run in the shell of that version.

One académie, two schools, one user a role, companies and relations of every old status, requests,
pupils, and three conventions: signed, to sign, and a draft. Names are fixed, so that
``test_from_19_0_1.py`` states what must have become of each. README.md says how the dump is made.
"""

import logging
from datetime import date
from io import BytesIO

from PIL import Image

from odoo import Command

_logger = logging.getLogger("fill")

FULL_DAY = [["08:00", "12:00"], ["13:00", "16:00"]]
WEEK_35 = {day: FULL_DAY for day in ("mon", "tue", "wed", "thu", "fri")}
ROLES = ("teacher", "school_life", "intendance", "secretary", "manager", "head")


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
        self.schools()
        self.people()
        self.trainings()
        self.employers()
        self.relations()
        self.leads()
        self.pupils()
        self.placements()
        self.conventions()
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "file")
        self.env.cr.commit()

    def as_user(self, user):
        companies = user.company_id | user.company_ids
        context = dict(self.env.context, allowed_company_ids=companies.ids)
        return self.env(user=user.id, su=False, context=context)

    # ------------------------------------------------------------
    # Schools and people
    # ------------------------------------------------------------

    def schools(self):
        france = self.env.ref("base.fr").id
        Company = self.env["res.company"]
        self.academy = Company.create(
            {
                "name": "Académie de la mise à niveau",
                "bde_kind": "academy",
                "academy_code": "04",
                "holiday_zone": "A",
                "country_id": france,
            }
        )
        self.school_a, self.school_b = Company.create(
            [
                {
                    "name": name,
                    "parent_id": self.academy.id,
                    "bde_kind": "school",
                    "uai": uai,
                    "academy_code": "04",
                    "holiday_zone": "A",
                    "country_id": france,
                    "street": "1 rue du Lycée",
                    "zip": "33000",
                    "city": "Bordeaux",
                    "bde_email": f"bde-{uai.lower()}@ac-test.example",
                    "insurance_company": "MAIF",
                    "insurance_policy": "0123456 H",
                }
                for name, uai in (("Lycée Ampère", "0330994B"), ("Lycée Braille", "0330995C"))
            ]
        )
        self.year = self.env["bde.school.year"].create(
            {"company_id": self.academy.id, "date_start": date(2026, 9, 1)}
        )

    def people(self):
        places = {"a": self.school_a, "b": self.school_b, "academy": self.academy}
        cast = [(f"{role}_{place}", role, place) for place in "ab" for role in ROLES]
        cast += [("correspondent", "correspondent", "academy"), ("bde_admin", "admin", "academy")]
        users = self.env["res.users"].create(
            [
                {
                    "name": login.replace("_", " ").title(),
                    "login": login,
                    "email": f"{login}@ac-test.example",
                    "lang": "fr_FR",
                    "group_ids": [Command.set([self.env.ref("base.group_user").id])],
                    "company_id": places[place].id,
                    "company_ids": [Command.set([places[place].id])],
                }
                for login, _role, place in cast
            ]
        )
        self.env["bde.membership"].create(
            [
                {
                    "user_id": user.id,
                    "company_id": places[place].id,
                    "role": role,
                    "date_from": self.year.date_start,
                }
                for user, (_login, role, place) in zip(users, cast, strict=True)
            ]
        )
        self.users = {user.login: user for user in users}
        self.school_a.head_id = self.users["head_a"]
        self.school_b.head_id = self.users["head_b"]

    def trainings(self):
        self.training_a, self.training_b = self.env["bde.training"].create(
            [
                {
                    "name": "Métiers de l'électricité et de ses environnements connectés",
                    "code": "MELEC",
                    "diploma": "bac_pro",
                    "mef": "2472550521",
                    "cfd": "40025521",
                    "hours": 840,
                    "company_id": school.id,
                    "activity_ids": [
                        Command.create({"kind": "task", "name": "Poser une goulotte"}),
                        Command.create({"kind": "competence", "code": "C1", "name": "Analyser"}),
                    ],
                }
                for school in (self.school_a, self.school_b)
            ]
        )

    # ------------------------------------------------------------
    # Companies
    # ------------------------------------------------------------

    def employers(self):
        """With a SIRET, without one, two of one SIREN, a closed one, an archived one."""
        rows = {
            "duval": ("Menuiserie Duval", "73282932000074", {"naf_code": "4332A"}),
            "leblanc": ("Boulangerie Leblanc", False, {}),
            "ravel": ("Garage Ravel", "81234567600017", {"naf_code": "45.20A"}),
            "ravel_2": ("Garage Ravel Nord", "81234567600025", {"naf_code": "4520A"}),
            "closed": ("Imprimerie Morin", "55210055400013", {"closed_on": date(2025, 3, 31)}),
            "archived": ("Hôtel des Voyageurs", False, {"active": False}),
        }
        partners = self.env["res.partner"].create(
            [
                {
                    "name": name,
                    "company_registry": siret,
                    "is_company": True,
                    "bde_employer": True,
                    "street": "3 rue des Copeaux",
                    "zip": "33000",
                    "city": "Bordeaux",
                    "country_id": self.env.ref("base.fr").id,
                    **more,
                }
                for name, siret, more in rows.values()
            ]
        )
        self.partners = dict(zip(rows, partners, strict=True))
        # history and a former SIRET, by the verb that users have
        duval = self.partners["duval"].with_env(self.as_user(self.users["manager_a"]))
        duval._bde_change_employer(
            {"activity": "Escaliers", "company_registry": "73282932000082"}, self.school_a
        )

    def relations(self):
        """Every old status, at two schools; notes, contacts, messages, activity, file."""
        statuses = {
            ("duval", "a"): "partner",
            ("duval", "b"): "stopped",
            ("leblanc", "a"): "prospect",
            ("ravel", "a"): "known",
            ("ravel", "b"): "paused",
            ("ravel_2", "b"): "known",
            ("closed", "a"): "stopped",
            ("archived", "b"): "paused",
        }
        schools = {"a": self.school_a, "b": self.school_b}
        relations = self.env["bde.relation"].create(
            [
                {
                    "partner_id": self.partners[key].id,
                    "company_id": schools[place].id,
                    "status": status,
                    "notes": f"<p>Notes de {place} sur {key}</p>",
                    "user_id": self.users[f"manager_{place}"].id,
                }
                for (key, place), status in statuses.items()
            ]
        )
        self.relations = dict(zip(statuses, relations, strict=True))
        duval = self.partners["duval"]
        self.boss = duval._bde_add_contact(
            self.school_a,
            {
                "name": "Anne Duval",
                "email": "anne@duval.example",
                "phone": "05 56 00 00 01",
                "function": "Gérante",
                "bde_signatory": True,
            },
        )
        self.tutor = duval._bde_add_contact(
            self.school_a,
            {"name": "Yves Rabot", "email": "yves@duval.example", "bde_tutor": True},
        )
        duval._bde_add_contact(self.school_b, {"name": "Anne Duval", "bde_signatory": True})
        for place in "ab":
            user = self.users[f"manager_{place}"]
            relation = self.relations["duval", place].with_env(self.as_user(user))
            relation.message_post(body=f"Message de {place}", message_type="comment")
            relation.activity_schedule(
                "mail.mail_activity_data_call",
                date_deadline=date(2027, 1, 15),
                summary=f"Rappeler ({place})",
                user_id=user.id,
            )
        self.env["ir.attachment"].create(
            {
                "name": "plaquette.txt",
                "raw": b"plaquette",
                "res_model": "bde.relation",
                "res_id": self.relations["duval", "a"].id,
            }
        )

    def leads(self):
        """Core requests, as an administrator of core CRM made them: one without a company."""
        Lead = self.env["crm.lead"]
        Lead.create(
            {
                "name": "Demande sans établissement",
                "company_id": False,
                "team_id": False,
                "user_id": False,
                "email_from": "inconnu@entreprise.example",
                "description": "<p>Nous cherchons un élève.</p>",
            }
        )
        Lead.create(
            {
                "name": "Demande de Braille",
                "company_id": self.school_b.id,
                "team_id": False,
                "user_id": False,
                "partner_id": self.partners["ravel"].id,
            }
        )

    # ------------------------------------------------------------
    # Pupils, placements, conventions
    # ------------------------------------------------------------

    def pupils(self):
        self.division = self.env["bde.division"].create(
            {
                "name": "1MELEC",
                "company_id": self.school_a.id,
                "school_year_id": self.year.id,
                "training_ids": [Command.set(self.training_a.ids)],
            }
        )
        self.teacher = self.env["bde.teacher"].create(
            {
                "lastname": "Ampoule",
                "firstname": "Paul",
                "company_id": self.school_a.id,
                "user_id": self.users["teacher_a"].id,
            }
        )
        self.env["bde.teaching"].create(
            {"teacher_id": self.teacher.id, "division_id": self.division.id, "hours": 6}
        )
        self.students = self.env["bde.student"].create(
            [
                {
                    "lastname": "Dupont",
                    "firstname": firstname,
                    "birth_date": born,
                    "company_id": self.school_a.id,
                    "email": f"{firstname.lower()}@pupil.example",
                }
                for firstname, born in (
                    ("Aline", date(2010, 1, 10)),
                    ("Boris", date(2006, 8, 15)),
                    ("Carl", date(2006, 3, 2)),
                )
            ]
        )
        self.env["bde.schooling"].create(
            [
                {
                    "student_id": student.id,
                    "division_id": self.division.id,
                    "school_year_id": self.year.id,
                    "training_id": self.training_a.id,
                    "status": "ST",
                }
                for student in self.students
            ]
        )
        mother = self.env["bde.guardian"].create(
            {
                "lastname": "Dupont",
                "firstname": "Sophie",
                "company_id": self.school_a.id,
                "email": "sophie@family.example",
            }
        )
        self.env["bde.guardianship"].create(
            {
                "student_id": self.students[0].id,
                "guardian_id": mother.id,
                "legal_rank": "1",
                "kinship": "mother",
            }
        )

    def placements(self):
        period = self.env["bde.period"].create(
            {
                "name": "PFMP 1",
                "company_id": self.school_a.id,
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
                    "host_id": self.partners["duval"].id,
                    "signatory_id": self.boss.id,
                    "tutor_id": self.tutor.id,
                    "referent_id": self.teacher.id,
                    "schedule": WEEK_35,
                    "insurance_company": "Groupama",
                    "insurance_policy": "G-12345",
                    "activity_ids": [Command.set(self.training_a.activity_ids.ids)],
                    "meals": "Panier repas fourni",
                    "safety_works": "Scie à format (D. 4153-28)",
                }
                for student in self.students
            ]
        )

    def conventions(self):
        """Aline's is to sign, Boris's signed by all, Carl's still to check."""
        manager = self.as_user(self.users["manager_a"])
        self.places.with_env(manager).action_make_conventions()
        aline, boris, _carl = self.places.convention_id.sorted("id")
        (aline | boris).with_env(manager).action_send()
        while waiting := boris.sudo().signature_ids.filtered(lambda s: s.state == "to_sign"):
            waiting._sign("drawn", "Signature", png((40, 20)))
        _logger.info("conventions: %s", self.places.convention_id.mapped("state"))
        # letters hold the links of signers: none leaves, none stays in the dump
        self.env["mail.mail"].search([]).unlink()


Fill(env).run()  # noqa: F821  # the shell gives env
