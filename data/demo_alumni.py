"""Alumni in the demonstration: three cohorts and what became of them.

The two older cohorts were typed by the bureau from its lists, the last one was in the files of
the school. Everybody is invented. Every act is made in the session of the person whose act it is,
on its day; what is due on a day to come is left to it, whatever the month in which all this is
built.
"""

from datetime import date, timedelta

from odoo.fields import Command

from . import demo_alumni_network, demo_leavers
from .demo_cast import ACADEMY_STAFF, BUREAUS
from .demo_crowd import Crowd, cohorts, companies, in_words, life, tutors
from .demo_paths import MONTHS
from .demo_schools import silent

# leavers of each training, the oldest cohort first; one school has a cohort of 19, another none
# that may be published
SIZES = ((23, 25, 24), (20, 22, 23), (13, 15, 16))
# most of them pass
DIPLOMAS = ("passed",) * 11 + ("failed", "absent")
# days after which those who said nothing are reminded
REMINDED = (11, 22)
# a call comes after the second reminder
CALLED = 24


@silent
def year_before(world):
    """The administrator of the suite types the school year that is over."""
    env = world.as_user(ACADEMY_STAFF[0][1])
    start = world.calendar.year[0]
    before = start.replace(year=start.year - 1)
    if not env["bde.school.year"].search_count([("date_start", "=", before)]):
        env["bde.school.year"].create(
            {
                "date_start": before,
                "date_end": start - timedelta(days=1),
                "company_id": env.company.id,
            }
        )


@silent
def leavers(world, bureau):
    """Two cohorts from the lists of the bureau, the last one from its files."""
    env = world.as_user(bureau.login("rbde"))
    crowd, sizes = Crowd(bureau.school.uai), SIZES[BUREAUS.index(bureau)]
    divisions = env.company._bde_final_divisions().sorted("id")
    # of each class, two former pupils are tutors in companies today, of each older cohort one
    met = {division: tutors(env, division) for division in divisions}
    older = [
        {**person, "cohort": cohort, "training_id": division.training_ids[:1].id,
         "diploma_result": DIPLOMAS[number % len(DIPLOMAS)]}
        for turn, cohort in enumerate(cohorts(world)[:2])
        for division in divisions
        for number, person in enumerate(
            crowd.people(division.name, cohort, sizes[turn], met[division][turn : turn + 1])
        )
    ]  # fmt: skip
    typed = env["bde.alumnus"].create(older)
    for cohort, group in typed.grouped("cohort").items():
        # a letter before the first survey
        with world.at(date(cohort, 12, 1)):
            group._note_informed("paper")
    last = _last_cohort(world, env, crowd, divisions, sizes[2])
    for number, alumnus in enumerate(last):
        alumnus.diploma_result = DIPLOMAS[number % len(DIPLOMAS)]
    with world.at(date(cohorts(world)[2], 6, 4)):
        last._note_informed("class")


def _last_cohort(world, env, crowd, divisions, size):
    """Pupils of the year that is over, in their last class; they become alumni in one click."""
    cohort = cohorts(world)[2]
    year = env["bde.school.year"].search([("date_start", "<", world.calendar.year[0])], limit=1)
    students = env["bde.student"]
    for division in divisions:
        past = env["bde.division"].create(
            {
                "name": division.name,
                "label": division.label,
                "school_year_id": year.id,
                "training_ids": [Command.set(division.training_ids.ids)],
            }
        )
        made = env["bde.student"].create(crowd.people(division.name, cohort, size))
        env["bde.schooling"].create(
            [
                {
                    "student_id": student.id,
                    "division_id": past.id,
                    "school_year_id": year.id,
                    "training_id": past.training_ids[:1].id,
                    "date_end": min(date(cohort, 7, 3), year.date_end),
                }
                for student in made
            ]
        )
        students |= made
    return students._make_alumni()


@silent
def surveys(world, bureau):
    """Surveys of the cohorts, each on its day; the last of them runs."""
    env = world.as_user(bureau.login("rbde"))
    Wave = env["bde.alumni.wave"]
    for cohort in cohorts(world):
        for months in MONTHS:
            day = Wave._day_of(env.company, cohort, months)
            if day >= world.today - timedelta(days=1):
                continue
            with world.at(day, 10):
                wizard = env["bde.alumni.wave.add"].create(
                    {"cohort": cohort, "horizon": str(months)}
                )
                wave = Wave.browse(wizard.action_add()["res_id"])
                # the job of the hour
                wave.with_env(world.env)._ask_now()
            _months_of(world, wave, day, months)
    waves = Wave.search([], order="date desc")
    if waves and not waves.filtered(lambda one: one.state == "running"):
        # the bureau goes on calling those of the last one
        waves[:1].action_begin()


def _months_of(world, wave, day, months):
    """Answers and reminders of a survey in the order of their days, as far as they are over."""
    by_code = {}
    acts = [(after, 0, wave.with_env(world.env)._ask_now) for after in REMINDED]
    for number, line in enumerate(wave.ask_ids.sorted("id")):
        one = life(line.alumnus_id)
        if not one.answers_after(months):
            continue
        code = line.alumnus_id.training_id.code
        if code not in by_code:
            by_code[code] = companies(world, wave.env, code)
        after = one.delay + (CALLED if one.called else 0)
        acts.append((after, number + 1, lambda line=line, one=one, code=code: _answer(
            line, one, months, by_code[code])))  # fmt: skip
    for after, _number, act in sorted(acts, key=lambda row: row[:2]):
        if day + timedelta(days=after) < world.today:
            with world.at(day + timedelta(days=after), 15):
                act()
    if world.today - day > timedelta(days=90):
        with world.at(day + timedelta(days=90), 9):
            wave.action_close()


def _answer(line, one, months, employers):
    """What a leaver tells; the bureau joins his words to a company that it knows."""
    employer = one.works_at(employers)
    answers = one.told(months, in_words(employer) or one.elsewhere)
    outcome = line._take_answers(answers, "call" if one.called else "link")
    if employer and "trade" in answers:
        outcome.with_env(line.env).relation_id = employer


def steps(world, bureau):
    """Steps of this part for a school: ``(name, text shown, function)``."""
    name, uai = bureau.school.name, bureau.school.uai
    for key, text, act in (
        ("leavers", "sortants de trois années", leavers),
        ("final", "année terminale, ateliers", demo_leavers.final_year),
        # before the surveys: what a leaver tells there closes his line too
        ("net", "filet de sécurité", demo_leavers.safety_net),
        ("surveys", "enquêtes d'insertion", surveys),
        ("network", "réseau des anciens", demo_alumni_network.network),
        ("giving", "anciens dans les entreprises, portraits", demo_alumni_network.giving),
    ):
        yield (
            f"alumni-{key}-{uai}",
            f"{name} : {text}",
            lambda act=act: act(world, bureau),
        )


def last_steps(world):
    """Steps once all schools are there."""
    yield "alumni-year", "Année scolaire précédente", lambda: year_before(world)
    for bureau in BUREAUS:
        yield from steps(world, bureau)
