from odoo.tests import TransactionCase

from . import quick

# Valid made-up identifiers: check letters and keys are right.
UAI_A, UAI_B, UAI_C = "0330994B", "0330995C", "0400993M"
SIRET_HOST = "73282932000074"
SIRET_OTHER = "81234567600017"

# The cast. Everyone but `two_roles` has one role; the password is the login.
#
#                     académie (correspondent, bde_admin)
#          ┌─────────────────────┼──────────────┐
#       school_a              school_b       school_c
#   teacher_a school_life_a   manager_b
#   intendance_a secretary_a  head_b
#   manager_a head_a
#   two_roles: teacher        two_roles: manager
CAST = {
    "teacher_a": [("teacher", "a")],
    "school_life_a": [("school_life", "a")],
    "intendance_a": [("intendance", "a")],
    "secretary_a": [("secretary", "a")],
    "manager_a": [("manager", "a")],
    "head_a": [("head", "a")],
    "teacher_b": [("teacher", "b")],
    "manager_b": [("manager", "b")],
    "head_b": [("head", "b")],
    "two_roles": [("teacher", "a"), ("manager", "b")],
    "correspondent": [("correspondent", "academy")],
    "bde_admin": [("admin", "academy")],
}


class BdeCase(TransactionCase):
    """An académie with three schools, one user per role, and one host company.

    ``cls.as_user(user)`` gives the environment that the user has when signed in.
    """

    CONTEXT = {"tracking_disable": True, "no_reset_password": True, "mail_create_nolog": True}

    @classmethod
    def setUpClass(cls):
        quick.keep_cast(BdeCase)
        super().setUpClass()
        cls.env = cls.env(context=cls.env.context | cls.CONTEXT)
        if cls._is_made():
            cls._find()
        else:
            cls._make()

    @classmethod
    def _make(cls):
        cls._create_schools()
        cls._create_year()
        cls._create_cast()
        cls._create_trainings()
        cls._create_employer()

    # ------------------------------------------------------------
    # A cast that was kept, see quick.py
    # ------------------------------------------------------------

    @classmethod
    def _is_made(cls):
        return bool(cls.env["res.company"].search_count([("uai", "=", UAI_A)], limit=1))

    @classmethod
    def _find(cls):
        """The same attributes as after :meth:`_make`."""
        Company = cls.env["res.company"]
        schools = Company.union(
            *(Company.search([("uai", "=", uai)]) for uai in (UAI_A, UAI_B, UAI_C))
        )
        cls._name_schools(schools)
        users = cls.env["res.users"].search([("login", "in", list(CAST))])
        cls._name_cast({user.login: user for user in users})
        trainings = cls.env["bde.training"].search([("company_id", "in", schools.ids)])
        cls._name_trainings(trainings.grouped("company_id"))
        cls.employer = cls.env["res.partner"].search([("company_registry", "=", SIRET_HOST)])
        cls.year = cls.env["bde.school.year"].search([("company_id", "=", cls.academy.id)])
        if cls.year.date_start != cls._first_day():
            cls._move_year()

    @classmethod
    def _move_year(cls):
        """The clock of this class is in another school year than that of the run."""
        cls.year.unlink()
        cls._create_year()
        memberships = cls.env["bde.membership"].search([("user_id.login", "in", list(CAST))])
        memberships.date_from = cls.year.date_start

    @classmethod
    def as_user(cls, user):
        """Environment of a signed-in user, all his schools active, his default one first."""
        companies = user.company_id | user.company_ids
        return cls.env(
            user=user.id,
            su=False,
            context=dict(cls.env.context, allowed_company_ids=companies.ids),
        )

    @classmethod
    def as_client(cls, user):
        """As :meth:`as_user`, with the language and the time zone that the web client always says.

        Without them the first date that is written reads the user and his partner.
        """
        env = cls.as_user(user)
        said = {"lang": env["res.lang"].get_installed()[0][0], "tz": "Europe/Paris"}
        return env(context=env.context | said)

    @classmethod
    def _create_schools(cls):
        france = cls.env.ref("base.fr")
        academy = cls.env["res.company"].create(
            {
                "name": "Académie de test",
                "bde_kind": "academy",
                "academy_code": "04",
                "holiday_zone": "A",
                "country_id": france.id,
                "currency_id": cls.env.ref("base.EUR").id,
            }
        )
        schools = cls.env["res.company"].create(
            [
                {
                    "name": f"Lycée {name}",
                    "parent_id": academy.id,
                    "bde_kind": "school",
                    "uai": uai,
                    "academy_code": "04",
                    "holiday_zone": "A",
                    "country_id": france.id,
                    "bde_email": f"bde-{uai.lower()}@ac-test.example",
                    "insurance_company": "MAIF",
                    "insurance_policy": "0123456 H",
                }
                for name, uai in (("Ampère", UAI_A), ("Braille", UAI_B), ("Curie", UAI_C))
            ]
        )
        cls._name_schools(schools)

    @classmethod
    def _name_schools(cls, schools):
        cls.academy = schools.parent_id
        cls.school_a, cls.school_b, cls.school_c = schools
        cls.schools = schools

    @classmethod
    def _first_day(cls):
        """First day of the school year that runs."""
        today = cls.school_a._bde_today()
        start = today.replace(month=9, day=1)
        return start if start <= today else start.replace(year=start.year - 1)

    @classmethod
    def _create_year(cls):
        cls.year = cls.env["bde.school.year"].create(
            {"company_id": cls.academy.id, "date_start": cls._first_day()}
        )

    @classmethod
    def _create_cast(cls):
        companies = {
            "a": cls.school_a, "b": cls.school_b, "c": cls.school_c, "academy": cls.academy,
        }  # fmt: skip
        users = cls.env["res.users"].create(
            [
                {
                    "name": login.replace("_", " ").title(),
                    "login": login,
                    "password": login,
                    "email": f"{login}@ac-test.example",
                    "lang": "en_US",
                    "group_ids": [(6, 0, [cls.env.ref("base.group_user").id])],
                    "company_id": companies[roles[0][1]].id,
                    "company_ids": [(6, 0, [companies[roles[0][1]].id])],
                }
                for login, roles in CAST.items()
            ]
        )
        cls.env["bde.membership"].create(
            [
                {
                    "user_id": user.id,
                    "company_id": companies[school].id,
                    "role": role,
                    "date_from": cls.year.date_start,
                }
                for user, roles in zip(users, CAST.values(), strict=True)
                for role, school in roles
            ]
        )
        cls._name_cast({user.login: user for user in users})
        cls.school_a.head_id = cls.head_a
        cls.school_b.head_id = cls.head_b

    @classmethod
    def _name_cast(cls, users):
        cls.cast = {login: users[login] for login in CAST}
        for login, user in cls.cast.items():
            setattr(cls, login, user)

    @classmethod
    def _create_trainings(cls):
        trainings = cls.env["bde.training"].create(
            [
                {
                    "name": "Métiers de l'électricité et de ses environnements connectés",
                    "code": "MELEC",
                    "diploma": "bac_pro",
                    "mef": "2472550521",
                    "cfd": "40025521",
                    "company_id": school.id,
                    "activity_ids": [
                        (0, 0, {"kind": "task", "name": "Poser une goulotte"}),
                        (0, 0, {"kind": "task", "name": "Câbler un tableau"}),
                        (0, 0, {"kind": "competence", "code": "C1", "name": "Analyser"}),
                    ],
                }
                for school in cls.schools
            ]
        )
        cls._name_trainings(trainings.grouped("company_id"))

    @classmethod
    def _name_trainings(cls, trainings):
        cls.training_a, cls.training_b, cls.training_c = (
            trainings[school] for school in cls.schools
        )

    @classmethod
    def _create_employer(cls):
        cls.employer = cls.env["res.partner"].create(
            {
                "name": "Menuiserie Duval",
                "is_company": True,
                "bde_employer": True,
                "company_registry": SIRET_HOST,
                "street": "3 rue des Copeaux",
                "zip": "33000",
                "city": "Bordeaux",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
