"""Teachers, classes, pupils with two years of schooling, and their guardians."""

import random
from datetime import date

from . import words
from .core import SEED, choose, step

DIVISION_SIZE = 24
PUPILS_PER_TEACHER = 10
TEACHERS_OF_DIVISION = 8
YEARS = (0, 1)  # last year, this year


@step("bde.teacher")
def teachers(build):
    """One teacher per ten pupils; the first of each school has the account of the step users.

    Scratch table ``b_teacher_count`` (school, first, teachers).
    """
    build.scratch(
        "b_teacher_count",
        None,
        query="""
        SELECT n AS school, company_id, teachers,
               (sum(teachers) OVER (ORDER BY n) - teachers)::int AS first
          FROM (SELECT n, company_id, greatest(%(least)s, pupils / %(each)s) AS teachers
                  FROM b_school) AS t""",
        least=TEACHERS_OF_DIVISION,
        each=PUPILS_PER_TEACHER,
    )
    count = build.value("SELECT sum(teachers) FROM b_teacher_count")
    base = build.reserve("bde.teacher", count)
    source = f"""
      (SELECT t.company_id, t.first + k AS i, k, u.id AS user_id, u.login,
              {choose(words.LASTNAMES, 20, "t.first + k")} AS lastname,
              {choose(words.FIRSTNAMES, 21, "t.first + k")} AS firstname
         FROM b_teacher_count t
         JOIN b_staff s USING (company_id)
         JOIN res_users u ON u.id = s.teacher_user_id,
              LATERAL generate_series(1, t.teachers) AS k) AS t"""
    build.insert(
        "bde.teacher",
        {
            "id": "%(base)s + i",
            "company_id": "company_id",
            "source": "'sts'",
            "source_id": "i::text",
            "lastname": "lastname",
            "firstname": "firstname",
            "name": "pg_temp.capitals(lastname) || ' ' || firstname",
            "active": "true",
            "email": "CASE WHEN k = 1 THEN login ELSE 'prof' || i || '@ac-banc.example' END",
            "user_id": "CASE WHEN k = 1 THEN user_id END",
        },
        source,
        base=base,
    )


@step("bde.division")
def divisions(build):
    """Classes of 24 pupils, last year's and this year's, each with one training.

    Scratch table ``b_division`` (y, school, d, division_id, training_id, mef).
    """
    years = build.years.ids
    build.scratch(
        "b_division",
        None,
        query="""
        SELECT row_number() OVER (ORDER BY s.n, y, d)::int AS i, y, s.n AS school, s.company_id, d,
               (%(years)s::int[])[y + 1] AS year_id, t.training_id, t.mef
          FROM b_school s, generate_series(0, 1) AS y,
               LATERAL generate_series(0, (s.pupils - 1) / %(size)s) AS d
               JOIN b_training t ON t.n = d %% %(trainings)s
         WHERE t.company_id = s.company_id""",
        years=years,
        size=DIVISION_SIZE,
        trainings=len(words.TRAININGS),
    )
    base = build.reserve("bde.division", build.value("SELECT count(*) FROM b_division"))
    build.run("ALTER TABLE b_division ADD division_id int")
    build.run("UPDATE b_division SET division_id = %(base)s + i", base=base)
    build.run("ANALYZE b_division")
    build.insert(
        "bde.division",
        {
            "id": "division_id",
            "company_id": "b.company_id",
            "school_year_id": "b.year_id",
            "name": "CASE y WHEN 0 THEN '1' ELSE 'T' END || t.code || (d + 1)",
            "label": "t.name",
        },
        "b_division b JOIN bde_training t ON t.id = b.training_id",
    )
    build.link(
        "bde_division_bde_training_rel",
        {"bde_division_id": "division_id", "bde_training_id": "training_id"},
        "b_division",
    )
    build.link(
        "bde_division_principal_rel",
        {"division_id": "division_id", "teacher_id": "%(base)s + first + 1 + d %% teachers"},
        "b_division JOIN b_teacher_count USING (school)",
        base=build.base["bde.teacher"],
    )


@step("bde.teaching")
def teachings(build):
    """Eight teachers in each class."""
    count = build.count["bde.division"] * TEACHERS_OF_DIVISION
    base = build.reserve("bde.teaching", count)
    build.insert(
        "bde.teaching",
        {
            "id": "%(base)s + (b.i - 1) * %(each)s + j + 1",
            "teacher_id": "%(teacher)s + first + 1 + (d * 5 + j) %% teachers",
            "division_id": "division_id",
            "company_id": "b.company_id",
            "school_year_id": "year_id",
            "subject": "'Matière ' || (j + 1)",
            "hours": "2 + j %% 5",
        },
        "b_division b JOIN b_teacher_count USING (school), generate_series(0, %(last)s) AS j",
        base=base,
        each=TEACHERS_OF_DIVISION,
        last=TEACHERS_OF_DIVISION - 1,
        teacher=build.base["bde.teacher"],
    )


@step("bde.student")
def students(build):
    """The pupils; each belongs to one school in both years.

    Scratch table ``b_pupil``: ordinal, school, rank in the school, class numbers.
    """
    build.scratch(
        "b_person",
        "i int, lastname text, firstname text, sex text, birth date, ine text, ine_hash text, "
        "identity_hash text",
        _people(build),
    )
    base = build.reserve("bde.student", build.pupils)
    schoolings = build.reserve("bde.schooling", len(YEARS) * build.pupils)
    build.scratch(
        "b_pupil",
        None,
        query="""
        SELECT p.*, s.n AS school, s.company_id, i - s.first_pupil AS k,
               (i - s.first_pupil - 1) / %(size)s AS d, %(base)s + i AS student_id,
               pg_temp.capitals(p.lastname) || ' ' || p.firstname AS name
          FROM b_person p
          JOIN b_school s ON i > s.first_pupil AND i <= s.first_pupil + s.pupils""",
        size=DIVISION_SIZE,
        base=base,
    )
    build.insert(
        "bde.student",
        {
            "id": "student_id",
            "company_id": "p.company_id",
            "source": "'siecle'",
            "source_id": "p.i::text",
            "ine": "ine",
            "ine_hash": "ine_hash",
            "identity_hash": "identity_hash",
            "person_key": "md5('person' || p.i)",
            "lastname": "lastname",
            "firstname": "firstname",
            "name": "name",
            "sex": "sex",
            "birth_date": "birth",
            "email": "'eleve' || p.i || '@banc.example'",
            "phone": "'06 3' || to_char(p.i, 'FM0 00 00 00')",
            "street": f"(1 + p.i %% 90) || ' ' || {choose(words.STREETS, 22, 'p.i')}",
            "zip": "to_char(33000 + p.i %% 900, 'FM00000')",
            "city": choose(words.TOWNS, 23, "p.i"),
            "has_legal_guardian": "true",
            "schooling_id": "%(schoolings)s + %(pupils)s + p.i",
            "division_id": "division_id",
            "training_id": "training_id",
            "school_year_id": "year_id",
        },
        "b_pupil p JOIN b_division b ON b.school = p.school AND b.d = p.d AND b.y = 1",
        schoolings=schoolings,
        pupils=build.pupils,
    )


def _people(build):
    """Names, birth dates, identifiers and their keyed digests, as the model computes them."""
    from odoo.addons.bde_pfmp.rules import persons

    rng = random.Random(SEED)
    Student = build.env["bde.student"]
    year = build.years[1].date_start.year
    for number in range(1, build.pupils + 1):
        lastname, firstname = rng.choice(words.LASTNAMES), rng.choice(words.FIRSTNAMES)
        birth = date(year - rng.randint(15, 18), rng.randint(1, 12), rng.randint(1, 28))
        ine = f"{100_000_000 + number}AB"
        identity = persons.identity(lastname, firstname, birth)
        yield (
            number,
            lastname,
            firstname,
            rng.choice("fm"),
            birth,
            ine,
            Student._keyed_hash("ine", ine),
            Student._keyed_hash("identity", identity),
        )


@step("bde.schooling")
def schoolings(build):
    """Two open schoolings a pupil, last year's and this year's."""
    build.insert(
        "bde.schooling",
        {
            "id": "%(base)s + y * %(pupils)s + p.i",
            "student_id": "student_id",
            "student_name": "name",
            "company_id": "p.company_id",
            "school_year_id": "year_id",
            "division_id": "division_id",
            "training_id": "training_id",
            "mef": "mef",
            "status": "'ST'",
            "attribution_state": choose(("present", "present", "present", "missing"), 25, "p.i"),
            "rib_state": choose(("present", "present", "missing"), 26, "p.i"),
            "allowance_stale": "true",
            "regime": choose(("day", "half", "half", "board"), 24, "p.i"),
            "date_start": "(SELECT date_start FROM bde_school_year WHERE id = year_id)",
        },
        "b_pupil p JOIN b_division b ON b.school = p.school AND b.d = p.d",
        base=build.base["bde.schooling"],
        pupils=build.pupils,
    )


@step("bde.guardian")
def guardians(build):
    """A first legal representative for every pupil, a second one for four pupils in five.

    Scratch table ``b_guardian`` (i, student_id, rank, guardian_id).
    """
    build.scratch(
        "b_guardian",
        None,
        query="""
        SELECT row_number() OVER (ORDER BY p.i, rank)::int AS g, p.i, p.company_id, p.student_id,
               p.lastname, rank
          FROM b_pupil p, generate_series(1, 2) AS rank
         WHERE rank = 1 OR pg_temp.rnd(p.i, 30) < 0.8""",
    )
    base = build.reserve("bde.guardian", build.value("SELECT count(*) FROM b_guardian"))
    source = (
        f"""(SELECT *, {choose(words.FIRSTNAMES, 31, "g")} AS firstname FROM b_guardian) AS t"""
    )
    build.insert(
        "bde.guardian",
        {
            "id": "%(base)s + g",
            "company_id": "company_id",
            "source": "'siecle'",
            "source_id": "g::text",
            "is_institution": "false",
            "title": "CASE rank WHEN 1 THEN 'mrs' ELSE 'mr' END",
            "lastname": "lastname",
            "firstname": "firstname",
            "name": "pg_temp.capitals(lastname) || ' ' || firstname",
            "email": "'parent' || g || '@banc.example'",
            "phone": "'06 4' || to_char(g, 'FM0 00 00 00')",
            "street": f"(1 + i %% 90) || ' ' || {choose(words.STREETS, 22)}",
            "zip": "to_char(33000 + i %% 900, 'FM00000')",
            "city": choose(words.TOWNS, 23),
        },
        source,
        base=base,
    )


@step("bde.guardianship")
def guardianships(build):
    """The links of those guardians with their pupils."""
    base = build.reserve("bde.guardianship", build.count["bde.guardian"])
    build.insert(
        "bde.guardianship",
        {
            "id": "%(base)s + g",
            "student_id": "student_id",
            "guardian_id": "%(guardian)s + g",
            "company_id": "company_id",
            "active": "true",
            "legal_rank": "rank::text",
            "legal_rank_order": "rank",
            "rank_source": "'file'",
            "kinship": "CASE rank WHEN 1 THEN 'mother' ELSE 'father' END",
        },
        "b_guardian",
        base=base,
        guardian=build.base["bde.guardian"],
    )
