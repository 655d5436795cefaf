"""Académie, schools, people with an account, trainings, employers and their contacts.

What is few goes through the ORM, which also makes what hangs on it (partners of companies,
groups of memberships); what is many goes by SQL.
"""

import importlib.util
import random

from . import words
from .core import SEED, choose, step

SCHOOLS, PUPILS, EMPLOYERS = 100, 30_000, 20_000
# Some 1.4 employers per pupil's two years; 7 is prime to the number of employers, so that one
# school never meets the same one twice.
RELATIONS_PER_PUPIL = 0.8
STRIDE = 7


def school_sizes(schools, pupils):
    """Pupils per school, few large and many small: proportional to 1 / (rank + 9).

    >>> sizes = school_sizes(100, 30_000)
    >>> sizes[0], sizes[50], sizes[-1], sum(sizes)
    (1231, 206, 112, 30000)
    """
    weights = [1 / (rank + 9) for rank in range(1, schools + 1)]
    total = sum(weights)
    ends = [round(pupils * sum(weights[: rank + 1]) / total) for rank in range(schools)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def sirets(count):
    """Made-up SIRETs whose two keys are right, all different."""
    rng, found = random.Random(SEED), set()
    while len(found) < count:
        siren = _luhn(f"{rng.randrange(10**7, 10**8):08d}")
        found.add(_luhn(f"{siren}{rng.randrange(1, 400):04d}"))
    return sorted(found)


def _luhn(digits):
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"


@step("res.company")
def schools(build):
    """The académie and its schools; scratch table ``b_school`` (n, company_id, pupils…)."""
    from odoo.addons.bde_partnerships.rules.identifiers import uai_letter

    common = {
        "holiday_zone": "A",
        "academy_code": "04",
        "country_id": build.env.ref("base.fr").id,
        "currency_id": build.env.ref("base.EUR").id,
    }
    Company = build.env["res.company"]
    build.academy = Company.create({**common, "name": "Académie du banc", "bde_kind": "academy"})
    sizes = school_sizes(build.sized(SCHOOLS, 3), build.sized(PUPILS, 300))
    values = []
    for number in range(1, len(sizes) + 1):
        digits = f"033{number:04d}"
        values.append(
            {
                **common,
                "name": f"Lycée professionnel {words.LASTNAMES[number % 100]} {number}",
                "bde_kind": "school",
                "parent_id": build.academy.id,
                "uai": digits + uai_letter(digits),
                "bde_email": f"bde-{digits}@ac-banc.example",
                "insurance_company": "MAIF",
                "insurance_policy": f"{number:07d} B",
                "street": "1 rue de l'Atelier",
                "zip": "33000",
                "city": words.TOWNS[number % len(words.TOWNS)],
                "phone": "05 56 00 00 00",
            }
        )
    build.schools = Company.create(values)
    build.count["res.company"] = len(values) + 1
    rows, first, host = [], 0, 0
    for number, (school, size) in enumerate(zip(build.schools, sizes, strict=True), 1):
        hosts = round(size * RELATIONS_PER_PUPIL)
        rows.append((number, school.id, school.uai, size, first, hosts, host))
        first, host = first + size, host + hosts
    build.pupils, build.relations = first, host
    build.scratch(
        "b_school",
        "n int, company_id int, uai text, pupils int, first_pupil int, hosts int, first_host int",
        rows,
    )


@step("bde.school.year")
def school_years(build):
    """The running year and the one before; the data set's two."""
    today = build.academy._bde_today()
    start = today.replace(month=9, day=1)
    if start > today:
        start = start.replace(year=start.year - 1)
    build.years = build.env["bde.school.year"].create(
        [
            {"company_id": build.academy.id, "date_start": start.replace(year=start.year - back)}
            for back in (1, 0)
        ]
    )
    build.count["bde.school.year"] = 2


@step("res.users")
def users(build):
    """A manager, a head and a teacher per school, a correspondent; nobody has a password."""
    people = [("correspondent", build.academy)]
    for school in build.schools:
        people += [(role, school) for role in ("manager", "head", "teacher")]
    values = []
    for number, (role, company) in enumerate(people):
        login = f"{role}.{company.uai or 'academie'}".lower()
        name = f"{words.FIRSTNAMES[number % 68]} {words.LASTNAMES[(number * 7) % 100]}"
        values.append(
            {
                "name": name,
                "login": login,
                "email": f"{login}@ac-banc.example",
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [(6, 0, [build.env.ref("base.group_user").id])],
            }
        )
    context = {"no_reset_password": True, "tracking_disable": True, "mail_create_nolog": True}
    created = build.env["res.users"].with_context(**context).create(values)
    build.people = list(zip(people, created, strict=True))
    build.count["res.users"] = len(created)


@step("bde.membership")
def memberships(build):
    """The roles of those users, and the head of each school."""
    build.env["bde.membership"].create(
        [
            {
                "user_id": user.id,
                "company_id": company.id,
                "role": role,
                "date_from": build.years[0].date_start,
            }
            for (role, company), user in build.people
        ]
    )
    for (role, company), user in build.people:
        if role == "head":
            company.head_id = user
    build.count["bde.membership"] = len(build.people)
    build.env.flush_all()
    heads = {company.id: user for (role, company), user in build.people if role == "head"}
    teachers = {company.id: user for (role, company), user in build.people if role == "teacher"}
    build.scratch(
        "b_staff",
        "company_id int, head_id int, head_name text, head_email text, teacher_user_id int",
        [
            (school.id, heads[school.id].id, heads[school.id].name, heads[school.id].email,
             teachers[school.id].id)
            for school in build.schools
        ],
    )  # fmt: skip


@step("bde.training")
def trainings(build):
    """Eight trainings in each school; scratch table ``b_training`` (company_id, n, training_id)."""
    created = build.env["bde.training"].create(
        [
            {
                "name": name,
                "code": code,
                "diploma": diploma,
                "mef": mef,
                "cfd": cfd,
                # a mention of the convention, without which it is not sent (D124-4)
                "hours": 840,
                "company_id": school.id,
            }
            for school in build.schools
            for name, code, diploma, mef, cfd in words.TRAININGS
        ]
    )
    build.env.flush_all()
    build.count["bde.training"] = len(created)
    build.scratch(
        "b_training",
        "company_id int, n int, training_id int, mef text",
        [
            (training.company_id.id, number % len(words.TRAININGS), training.id, training.mef)
            for number, training in enumerate(created)
        ],
    )


@step("bde.training.activity")
def training_activities(build):
    """The same eight tasks for every training, and a competence, which is a mention of D124-4."""
    trainings = build.env["bde.training"].search([("company_id", "in", build.schools.ids)])
    created = build.env["bde.training.activity"].create(
        [
            {"training_id": training.id, "kind": "task", "name": task, "sequence": number}
            for training in trainings
            for number, task in enumerate(words.TASKS)
        ]
        + [
            {
                "training_id": training.id,
                "kind": "competence",
                "code": "C1",
                "name": "S’informer sur l’intervention ou sur la réalisation",
                "sequence": len(words.TASKS),
            }
            for training in trainings
        ]
    )
    build.count["bde.training.activity"] = len(created)
    build.env.flush_all()


PARTNER = {
    "active": "true",
    "type": "'contact'",
    "lang": "'fr_FR'",
    "color": "0",
    "employee": "false",
    "partner_share": "true",
    "message_bounce": "0",
}


def _phone(local, digits):
    """Columns of a French phone number; Odoo sanitizes it only where phonenumbers is there."""
    international = importlib.util.find_spec("phonenumbers")
    return {"phone": local, "phone_sanitized": digits if international else local}


@step("res.partner")
def employers(build):
    """The employers, shared by the schools."""
    count = build.sized(EMPLOYERS, 400)
    build.scratch("b_siret", "i int, siret text", enumerate(sirets(count), 1))
    base = build.reserve("res.partner", count)
    build.employers = base, count
    name = f"{choose(words.TRADES, 1)} || ' ' || {choose(words.LASTNAMES, 2)} || ' ' || i"
    source = f"""(SELECT i, siret, {name} AS name FROM b_siret) AS t"""
    build.insert(
        "res.partner",
        {
            **PARTNER,
            "id": "%(base)s + i",
            "name": "name",
            "complete_name": "name",
            "commercial_partner_id": "%(base)s + i",
            "commercial_company_name": "name",
            "is_company": "true",
            "bde_employer": "true",
            "company_registry": "siret",
            "street": f"(1 + i %% 90) || ' ' || {choose(words.STREETS, 3)}",
            "zip": "to_char(33000 + i %% 900, 'FM00000')",
            "city": choose(words.TOWNS, 4),
            "country_id": "%(france)s",
            "naf_code": choose(words.NAF, 5),
            "headcount": choose(words.HEADCOUNTS, 6),
            **_phone("'05 5' || to_char(i, 'FM0 00 00 00')", "'+3355' || to_char(i, 'FM0000000')"),
        },
        source,
        base=base,
        france=build.env.ref("base.fr").id,
    )


@step("bde.relation")
def relations(build):
    """Each school's relations with the employers it draws from.

    Scratch table ``b_host``: one row per relation (school, employer, signatory, tutor).
    """
    base, count = build.employers
    relation = build.reserve("bde.relation", build.relations)
    contacts = build.reserve("res.partner", 2 * build.relations)
    build.scratch(
        "b_host",
        None,
        query="""
        SELECT s.n AS school, s.company_id, k, s.first_host + k AS i,
               %(relation)s + s.first_host + k AS relation_id,
               %(base)s + 1 + (pg_temp.pick(s.n, 7, %(count)s) + k * %(stride)s) %% %(count)s
                   AS partner_id,
               %(contacts)s + 2 * (s.first_host + k) - 1 AS signatory_id,
               %(contacts)s + 2 * (s.first_host + k) AS tutor_id
          FROM b_school s, LATERAL generate_series(1, s.hosts) AS k""",
        base=base,
        count=count,
        stride=STRIDE,
        contacts=contacts,
        relation=relation,
    )
    build.run("CREATE INDEX ON b_host (school, k)")
    build.insert(
        "bde.relation",
        {
            "id": "relation_id",
            "company_id": "h.company_id",
            "partner_id": "h.partner_id",
            "partner_name": "p.name",
            "partner_city": "p.city",
            "status": choose(("prospect", "active", "active", "strong", "revive"), 10, "h.i"),
            "insurance_company": "'AXA'",
            "insurance_policy": "to_char(h.i, 'FM00000000')",
        },
        "b_host h JOIN res_partner p ON p.id = h.partner_id",
    )


@step("res.partner")
def contacts(build):
    """Signatory and tutor of each employer at each school that knows it."""
    firstname, lastname = choose(words.FIRSTNAMES, 8, "c.id"), choose(words.LASTNAMES, 9, "c.id")
    source = f"""
      (SELECT h.company_id, h.relation_id, p.id AS parent_id, p.name AS parent, p.street, p.zip,
              p.city, p.country_id, c.id, c.signs,
              {firstname} || ' ' || {lastname} AS name
         FROM b_host h
         JOIN res_partner p ON p.id = h.partner_id,
              LATERAL (VALUES (h.signatory_id, true), (h.tutor_id, false)) AS c (id, signs)) AS t"""
    build.insert(
        "res.partner",
        {
            **PARTNER,
            "id": "id",
            "name": "name",
            "complete_name": "parent || ', ' || name",
            "parent_id": "parent_id",
            "commercial_partner_id": "parent_id",
            "commercial_company_name": "parent",
            "company_id": "company_id",
            "bde_relation_id": "relation_id",
            "is_company": "false",
            "bde_employer": "false",
            "bde_signatory": "signs",
            "bde_tutor": "NOT signs",
            "function": "CASE WHEN signs THEN 'Gérant' ELSE 'Chef d''équipe' END",
            "street": "street",
            "zip": "zip",
            "city": "city",
            "country_id": "country_id",
            "email": "'contact' || id || '@entreprise.example'",
            "email_normalized": "'contact' || id || '@entreprise.example'",
            **_phone(
                "'06 1' || to_char(id, 'FM0 00 00 00')", "'+3361' || to_char(id, 'FM0000000')"
            ),
        },
        source,
    )
    build.count["res.partner"] += build.employers[1]
