"""What the database of version 19.0.4.0.0 holds. Run in the shell of that version.

One académie, one school, a role each. Stays of every age with what is kept during and after
them: days confirmed and missed, a visit with its report, an evaluation, what three people said of
it, an attestation, an allowance, claims, an accident, a file that is closed. Companies with what
they agree to and refuse (the taxe d'apprentissage among it), contacts of each kind, a legal
entity with two establishments, talks, approaches, opt-outs by telephone and by link, a letter that
waits, a campaign under way, leads. Names are fixed, so that ``test_from_19_0_4.py`` states what
must have become of each. README.md says how the dump is made.
"""

from datetime import date, timedelta
from io import BytesIO

from markupsafe import Markup
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict

from odoo import Command

FULL_DAY = [["08:00", "12:00"], ["13:00", "16:00"]]
WEEK_35 = {day: FULL_DAY for day in ("mon", "tue", "wed", "thu", "fri")}
ROLES = ("teacher", "school_life", "secretary", "manager", "head", "intendance")
PHONE = {"ip": "192.0.2.30", "user_agent": "Mozilla/5.0 (Linux; Android 14) Mobile"}
HOST, TUTOR, STUDENT = (frozenset({role}) for role in ("host", "tutor", "student"))
# first name, birth date, state in which the convention is left, period
PUPILS = (
    ("Draft", date(2006, 1, 1), "to_check", "PFMP 2"),
    ("Sent", date(2010, 1, 10), "to_sign", "PFMP 2"),
    ("Signed", date(2006, 8, 15), "signed", "PFMP 2"),
    ("Over", date(2006, 3, 2), "ended", "PFMP 1"),
    ("Attested", date(2010, 4, 4), "attested", "PFMP 1"),
    ("Closed", date(2006, 5, 5), "closed", "PFMP 1"),
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
        self.neighbours()
        self.pupils()
        self.placements()
        self.conventions()
        self.presence()
        self.visits()
        self.evaluation()
        self.ratings()
        self.claims()
        self.accident()
        self.attestations()
        self.refusals()
        self.requests()
        self.campaign()
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

    def employer(self, name, siret, **vals):
        return self.env["res.partner"].create(
            {
                "name": name,
                "company_registry": siret,
                "is_company": True,
                "bde_employer": True,
                "city": "Bordeaux",
                "zip": "33000",
                "country_id": self.env.ref("base.fr").id,
                **vals,
            }
        )

    def offers(self, *codes):
        return [Command.set(self.env["bde.offer"].search([("code", "in", codes)]).ids)]

    def company(self):
        """A company of Bordeaux that gives; who signs, who pays the tax, a former pupil."""
        self.host = self.employer(
            "Menuiserie Duval",
            "73282932000074",
            street="3 rue des Copeaux",
            naf_code="4332A",
            headcount="12",
        )
        self.relation = self.env["bde.relation"].create(
            {
                "partner_id": self.host.id,
                "company_id": self.school.id,
                "status": "strong",
                "offer_ids": self.offers("placements", "tax"),
                "declined_offer_ids": self.offers("forum"),
            }
        )
        add = self.host._bde_add_contact
        self.boss = add(
            self.school,
            {
                "name": "Anne Duval",
                "email": "anne@duval.example",
                "function": "Gérante",
                "bde_signatory": True,
            },
        )
        self.tutor = add(
            self.school, {"name": "Yves Rabot", "email": "yves@duval.example", "bde_tutor": True}
        )
        self.accountant = add(
            self.school,
            {"name": "Luc Chiffre", "email": "luc@duval.example", "bde_tax": True, "bde_hr": True},
        )
        add(
            self.school,
            {"name": "Zoé Ancienne", "email": "zoe@duval.example", "bde_alumni": True},
        )
        manager = self.as_user("manager_c")
        self.relation.with_env(manager)._bde_log_talk(
            {
                "channel": "call",
                "purpose": "tax",
                "outcome": "agreed",
                "contact_id": self.accountant.id,
                "offer_ids": self.offers("tax"),
                "summary": "Promet 400 euros",
                "date": "2026-06-02 08:00:00",
            }
        )
        # what was given in earlier years stood in a talk
        self.relation.with_env(manager)._bde_log_talk(
            {
                "channel": "meeting",
                "direction": "in",
                "purpose": "tax",
                "outcome": "reached",
                "summary": "A versé 300 euros",
                "date": "2025-10-20 08:00:00",
            }
        )

    def neighbours(self):
        """A company of Alsace that says no, two establishments of one SIREN, one to avoid."""
        self.alsace = self.employer(
            "Ébénisterie Vogel",
            "55208131766522",
            zip="67000",
            city="Strasbourg",
            headcount="11",
            naf_code="3109B",
        )
        self.branches = self.employer(
            "Vernis Aquitaine", "80314159700010", headcount="31"
        ) + self.employer("Vernis Aquitaine Mérignac", "80314159700028", city="Mérignac")
        self.branches._bde_group_entities()
        self.avoided = self.employer("Scierie Lame", "54210765113030", headcount="00")
        relations = self.env["bde.relation"].create(
            [
                {"partner_id": partner.id, "company_id": self.school.id, "status": "active"}
                for partner in self.alsace + self.branches + self.avoided
            ]
        )
        self.of_alsace, self.of_vernis, _second, avoided = relations
        self.of_alsace.declined_offer_ids = self.offers("tax")
        avoided.write(
            {
                "status": "avoid",
                "status_reason_id": self.env.ref("bde_partnerships.status_reason_unsafe").id,
                "status_until": date(2027, 8, 31),
            }
        )
        self.of_alsace.with_env(self.as_user("secretary_c"))._bde_log_talk(
            {
                "channel": "call",
                "purpose": "tax",
                "outcome": "refused",
                "offer_ids": self.offers("tax"),
                "summary": "Alsace-Moselle : ne doit rien",
                "date": "2026-06-03 08:00:00",
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
                    # what APLyPro asks of a pupil
                    "ine": f"12345678{number}AB",
                    "sex": "f",
                    "birth_country": "100",
                    "birth_commune": "33063",
                    "zip": "33000",
                    "city": "Bordeaux",
                }
                for number, (firstname, born, _state, _period) in enumerate(PUPILS)
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
        self.stays = {place.student_id.firstname: place for place in self.places}
        out = self.places.convention_id - self.stays["Draft"].convention_id
        out.sudo().with_env(manager).action_send()
        for name in ("Signed", "Over", "Attested", "Closed"):
            self.sign(self.stays[name].convention_id.sudo())
        self.env["bde.convention"]._cron_follow_dates()

    def sign(self, record):
        """Signs, in their order, for all who have to."""
        while waiting := record.signature_ids.filtered(lambda s: s.state == "to_sign"):
            waiting._sign("drawn", "Signature", png((40, 20)))

    def send(self, name, role, key, files=None, **form):
        """What somebody sends from a section of his page, for the stay of this pupil."""
        public = self.env.ref("base.public_user")
        context = {"lang": "fr_FR", "allowed_company_ids": self.school.ids}
        stay = self.stays[name].with_env(self.env(user=public.id, su=True, context=context))
        getattr(stay, f"_stay_post_{key}")(role, MultiDict(form), MultiDict(files or {}), PHONE)

    # ------------------------------------------------------------
    # During and after the stay
    # ------------------------------------------------------------

    def presence(self):
        """The tutor confirms two weeks of a stay and says one day missed."""
        start = self.stays["Over"].date_start
        second = start + timedelta(days=7)
        self.send("Over", TUTOR, "presence", do="all", week=str(start))
        self.send(
            "Over", TUTOR, "presence", do="missed", week=str(second), reason="illness",
            **{f"part_{second + timedelta(days=2)}": "day"},
        )  # fmt: skip
        self.send("Closed", TUTOR, "presence", do="every")
        self.send("Attested", TUTOR, "presence", do="every")

    def visits(self):
        """The referent called, and visited one pupil."""
        teacher = self.as_user("teacher_c")
        report = {"with_tutor": True, "with_student": True}
        teacher["bde.visit"].create(
            [
                {
                    "placement_id": self.stays[name].id,
                    "kind": kind,
                    "done_on": day,
                    "mood": "fine",
                    "alert": alert,
                    "text": text,
                    "km": km,
                    **report,
                }
                for name, kind, day, alert, text, km in (
                    ("Over", "call", date(2026, 10, 2), "none", "Bien accueilli.", 0),
                    ("Over", "visit", date(2026, 10, 14), "watch", "Horaires à revoir.", 22),
                    ("Attested", "final", date(2026, 10, 22), "none", "Bilan à trois.", 22),
                )
            ]
        ).action_done()

    def evaluation(self):
        stay = self.stays["Over"]
        lines = stay.sudo()._evaluation_lines(stay.sudo()._evaluation_grid("tutor"))
        best = {line["key"]: line["levels"][-2][0] for line in lines}
        self.send(
            "Over", TUTOR, "evaluation", author="Yves Rabot", appreciation="Travail soigné",
            step="submit", **best,
        )  # fmt: skip

    def ratings(self):
        """A pupil and the tutor say how it was; the bureau reads the pupil's words first."""
        for name, role, view, value, words in (
            ("Over", STUDENT, "student", "4", "On m'a tout expliqué"),
            ("Attested", STUDENT, "student", "2", ""),
            ("Over", TUTOR, "tutor", "3", ""),
        ):
            asked = self.env["bde.question"]._asked(view, self.stays[name].date_end)
            marks = {f"q_{one.code}": value for one in asked}
            self.send(name, role, "quality", comment=words, **marks)

    def claims(self):
        """One claim is granted and paid, another waits."""
        intendance = self.as_user("intendance_c")
        intendance["bde.claim.cap"].create(
            {
                "kind": "transport",
                "unit": "journey",
                "amount_unit": 4,
                "amount_stay": 60,
                "board_date": self.year.date_start,
                "date_from": self.year.date_start,
            }
        )
        for quantity, amount, last in (("10", "38,00", 9), ("3", "12,00", 14)):
            ticket = FileStorage(BytesIO(png((60, 80))), "ticket.png", "receipts")
            start = self.stays["Over"].date_start
            self.send(
                "Over", STUDENT, "claim", {"receipts": ticket}, kind="transport",
                date_from=str(start), date_to=str(start + timedelta(days=last)),
                quantity=quantity, amount=amount,
            )  # fmt: skip
        first = intendance["bde.claim"].search([], order="id", limit=1)
        first.action_grant()

    def accident(self):
        self.send(
            "Over", HOST, "incident", do="tell", kind="accident", day="2026-10-06", time="10:30",
            place="Atelier", facts="Coupure à la main gauche", injury="Main gauche",
        )  # fmt: skip

    def attestations(self):
        """Two are signed by the company; the allowance of one is entered, one file is closed."""
        self.env["bde.allowance.rate"].create(
            {
                "school_year": "2026-2027",
                "key": self.training.mef[:10],
                "name": "Menuisier",
                "daily": 15,
                "cap": 600,
                "source": "Arrêté à venir",
                "is_own": True,
            }
        )
        done = self.stays["Attested"] + self.stays["Closed"]
        for attestation in done.convention_id.sudo()._ensure_attestations():
            self.sign(attestation)
        manager = self.as_user("manager_c")
        done.schooling_id.with_env(manager).write(
            {"attribution_state": "present", "rib_state": "present", "consent_state": "present"}
        )
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.stays["Closed"].with_env(manager)._close("no_visit", "Congé du professeur")
        self.env.flush_all()
        self.env.cr.precommit.run()
        allowances = self.env["bde.allowance"].search([("status", "=", "ready")])
        assert allowances.placement_id == done, allowances.mapped("missing_text")
        entered = allowances.filtered(lambda one: one.placement_id == self.stays["Attested"])
        entered.with_env(manager).action_mark_entered()
        self.env["bde.site.quality"]._refresh()
        for name, _born, state, _period in PUPILS:
            assert self.stays[name].state == state, (name, self.stays[name].state)

    # ------------------------------------------------------------
    # What is asked of companies
    # ------------------------------------------------------------

    def refusals(self):
        """No to the tax by telephone, no to everything by link, no taken back."""
        secretary = self.as_user("secretary_c")
        Optout = secretary["bde.optout"]
        Optout._record(self.school, partner=self.alsace, purposes=("tax",))
        Optout._record(self.school, email="Stop@Ailleurs.example", everywhere=True)
        Optout._record(self.school, partner=self.avoided, purposes=("tax", "events"))._withdraw(
            "Ils ont changé d'avis"
        )
        [(link, _token)] = self.env["bde.link"]._mint_optouts(
            self.school, "tax", [(self.host, "Yves Rabot", "yves@duval.example", "fr_FR")]
        )
        link._as_school()._optout_apply({"what": ["tax"], "who": "person", "where": "school"})
        # letters that ask for the tax: one leaves, the one of Alsace is stopped
        letters = [
            {
                "partner": relation.partner_id,
                "contact": contact,
                "subject": "Le solde de votre taxe d'apprentissage",
                "body": Markup("<p>Choisissez notre lycée sur SOLTéA.</p>"),
                "reason": "they_asked",
            }
            for relation, contact in (
                (self.relation, self.accountant),
                (self.of_alsace, self.env["res.partner"]),
            )
        ]
        self.alsace.email = "atelier@vogel.example"
        results = secretary["bde.solicitation"]._send(self.school, "tax", letters)
        assert [status for status, _text in results] == ["sent", "stopped"], results

    def requests(self):
        """A lead of the bureau, one that is won, a request from the public page."""
        manager = self.as_user("manager_c")
        pipelines = {one.code: one.id for one in self.env["bde.pipeline"].search([])}
        manager["crm.lead"].create(
            {
                "name": "Accueillir en mars",
                "bde_pipeline_id": pipelines["placements"],
                "bde_relation_id": self.relation.id,
                "company_id": self.school.id,
            }
        )
        won = manager["crm.lead"].create(
            {
                "name": "Convention de partenariat",
                "bde_pipeline_id": pipelines["partnership"],
                "bde_relation_id": self.of_vernis.id,
                "company_id": self.school.id,
            }
        )
        won.action_set_won()
        self.env["crm.lead"]._bde_from_form(
            self.school,
            {
                "company": "Atelier Neuf", "contact": "Ida Neuf", "function": "", "siret": False,
                "email": "ida@neuf.example", "phone": "", "zip": "33000", "city": "Bordeaux",
                "offers": ["tax"], "trainings": [], "pupils": 0, "when": "",
                "message": "Nous voudrions vous verser le solde.",
            },
            "page",
        )  # fmt: skip

    def campaign(self):
        """Prospecting under way: two companies called, the one to avoid left out."""
        manager = self.as_user("manager_c")
        partners = self.host + self.branches[:1] + self.avoided
        campaign = manager["bde.campaign"]._from_partners(
            partners.with_env(manager),
            {
                "name": "Ateliers de mars",
                "date_start": date(2026, 11, 30),
                "reason": "known_host",
                "user_ids": [Command.set(self.users["manager_c"].ids)],
            },
        )
        campaign.action_create_leads()


Fill(env).run()  # noqa: F821  # the shell gives env
