"""Alumni in the demonstration: three cohorts, what became of them, who gives back.

The two older cohorts were typed by the bureau from its lists, the last one was in the files of
the school; the final year of today is prepared. Everybody is invented. Every act is made in the
session of the person whose act it is, on its day.
"""

import random
from datetime import date, timedelta

from odoo.fields import Command

from .demo_cast import ACADEMY_STAFF, BUREAUS
from .demo_schools import silent
from .people import _ENDS as ENDS
from .people import _STARTS as STARTS
from .people import BOYS, GIRLS, TOWNS, WORLD_NAMES, plain

# leavers of each training, the oldest cohort first; one school has a cohort of 19, another none
# that may be published
SIZES = ((12, 11, 12), (19, 20, 21), (11, 12, 10))
DIPLOMAS = ("passed", "passed", "passed", "passed", "failed", "passed", "passed", "absent")
# what leavers of a list tell, over and over, 6 months after: (situation, trade, contract, linked)
SAID = (
    ("job", "Employée administrative", "cdd", "yes"),
    ("study", "BTS", "", ""),
    ("job", "Vendeur", "cdi", "partly"),
    ("apprenticeship", "Apprenti", "", "yes"),
    ("looking", "", "", ""),
    None,
    ("study", "Licence professionnelle", "", ""),
    ("job", "Technicien", "interim", "yes"),
    None,
    ("other", "", "", ""),
)
TOPICS = (
    ("Mes débuts après le bac pro", "Comment j'ai trouvé mon premier contrat, et ce que j'aurais"
     " aimé savoir avant."),
    ("Le BTS après un bac pro", "Le rythme, les aides, ce qui change par rapport au lycée."),
)  # fmt: skip
OFFERS = (
    ("job", "Employé polyvalent (H/F)", "CDI de 35 heures, débutants bienvenus. Horaires de jour."),
    ("apprenticeship", "Contrat d'apprentissage, deux ans", "Formation en alternance, une semaine"
     " au centre et deux dans l'entreprise."),
)  # fmt: skip
WISHES = (
    ("study", "Un BTS, si possible près d'ici."),
    ("job", "Travailler tout de suite."),
    ("apprenticeship", "Continuer en alternance."),
    ("unknown", ""),
    ("job", ""),
)
NOTES = ("Message laissé, rappeler le soir.", "A rendez-vous à la Mission locale.", "")
# how leavers of last June went on; the others are on the list of the safety net
FOUND = ("study", "job", "apprenticeship", "study", "none", "job", "mission_locale", "study")


class Crowd:
    """Draws leavers of a school, always the same ones."""

    def __init__(self, uai):
        self.random = random.Random(f"alumni-{uai}")
        self.names = set()
        self.phones = 0

    def person(self, cohort):
        """Names, birth date, addresses of somebody who leaves at 18 or 19."""
        sex = self.random.choice("fm")
        while True:
            firstname = self.random.choice(GIRLS if sex == "f" else BOYS)
            lastname = self.random.choice(
                (self.random.choice(STARTS) + self.random.choice(ENDS),
                 self.random.choice(WORLD_NAMES))
            )  # fmt: skip
            if (firstname, lastname) not in self.names:
                break
        self.names.add((firstname, lastname))
        town = self.random.choice(TOWNS)
        self.phones += 1
        born = date(cohort - 18, 1, 1) + timedelta(days=self.random.randrange(-120, 240))
        return {
            "lastname": lastname,
            "firstname": firstname,
            "sex": sex,
            "birth_date": born,
            "email": f"{plain(firstname)}.{plain(lastname)}@courriel.example",
            # a range that Arcep keeps for fiction
            "phone": f"06 39 98 {40 + self.phones // 100:02d} {self.phones % 100:02d}",
            "zip": town[0],
            "city": town[1],
        }


def cohorts(world):
    """Years in which the three cohorts left, the oldest first."""
    last = world.calendar.year[0].year
    return (last - 2, last - 1, last)


@silent
def year_before(world):
    """The administrator of the suite types the school year that is over."""
    env = world.as_user(ACADEMY_STAFF[0][1])
    start = world.calendar.year[0]
    before = start.replace(year=start.year - 1)
    if not env["bde.school.year"].search_count([("date_start", "=", before)]):
        env["bde.school.year"].create({"date_start": before, "company_id": env.company.id})


def _trainings(env):
    return env.company._bde_final_divisions().training_ids.sorted("id")


@silent
def leavers(world, bureau):
    """Two cohorts from the lists of the bureau, the last one from its files."""
    env = world.as_user(bureau.login("rbde"))
    crowd, sizes = Crowd(bureau.school.uai), SIZES[BUREAUS.index(bureau)]
    older = [
        crowd.person(cohort)
        | {
            "cohort": cohort,
            "training_id": training.id,
            "diploma_result": DIPLOMAS[number % len(DIPLOMAS)],
        }
        for cohort, size in zip(cohorts(world)[:2], sizes, strict=False)
        for training in _trainings(env)
        for number in range(size)
    ]
    env["bde.alumnus"].create(older)._note_informed("paper")
    last = _last_cohort(world, env, crowd, cohorts(world)[2], sizes[2])
    for number, alumnus in enumerate(last):
        alumnus.diploma_result = DIPLOMAS[number % len(DIPLOMAS)]
    last._note_informed("class")


def _last_cohort(world, env, crowd, cohort, size):
    """Pupils of the year that is over, in their last class; they become alumni in one click."""
    year = env["bde.school.year"].search([("date_start", "<", world.calendar.year[0])], limit=1)
    students = env["bde.student"]
    for division in env.company._bde_final_divisions().sorted("id"):
        past = env["bde.division"].create(
            {
                "name": division.name,
                "label": division.label,
                "school_year_id": year.id,
                "training_ids": [Command.set(division.training_ids.ids)],
            }
        )
        made = env["bde.student"].create([crowd.person(cohort) for _number in range(size)])
        env["bde.schooling"].create(
            [
                {
                    "student_id": student.id,
                    "division_id": past.id,
                    "school_year_id": year.id,
                    "training_id": past.training_ids[:1].id,
                    "date_end": date(cohort, 7, 3),
                }
                for student in made
            ]
        )
        students |= made
    return students._make_alumni()


@silent
def surveys(world, bureau):
    """Surveys of the two older cohorts, each on its day; the last of them runs."""
    env = world.as_user(bureau.login("rbde"))
    Wave = env["bde.alumni.wave"]
    for cohort in cohorts(world)[:2]:
        for months in (6, 12, 18, 24):
            day = Wave._day_of(env.company, cohort, months)
            if day >= world.today - timedelta(days=23):
                continue
            with world.at(day, 10):
                wizard = env["bde.alumni.wave.add"].create(
                    {"cohort": cohort, "horizon": str(months)}
                )
                wave = Wave.browse(wizard.action_add()["res_id"])
                # the job of the hour
                wave.with_env(world.env)._ask_now()
            _answers(world, wave, day, months)
            # two reminders, to those who said nothing
            for days in (11, 22):
                with world.at(day + timedelta(days=days), 10):
                    wave.with_env(world.env)._ask_now()
            if world.today - day > timedelta(days=90):
                with world.at(day + timedelta(days=90), 9):
                    wave.action_close()


def _answers(world, wave, day, months):
    """Who answers does so within three weeks; some by telephone, some in part."""
    relations = wave.env["bde.relation"].search([], order="id", limit=12)
    late = months // 6 - 1
    for number, line in enumerate(wave.ask_ids.sorted("id")):
        said = SAID[(number + late) % len(SAID)]
        # fewer and fewer answer as years go by
        if not said or number % 7 < late:
            continue
        situation, trade, contract, linked = said
        answers = {"situation": situation}
        if situation == "study":
            answers |= {"study": trade}
        elif trade and number % 6:
            answers |= {"trade": trade, "linked": linked}
            answers |= {"contract": contract} if contract else {}
        with world.at(day + timedelta(days=2 + number % 18), 15):
            source = "call" if number % 5 == 3 else "link"
            outcome = line._take_answers(answers, source)
            if situation in ("job", "apprenticeship") and number % 3:
                outcome.with_env(wave.env).relation_id = relations[number % len(relations)]


@silent
def network(world, bureau):
    """Some agree: directory, mentors, being asked; one says no for good; offers; who gives."""
    env = world.as_user(bureau.login("rbde"))
    alumni = env["bde.alumnus"].search([("cohort", "in", cohorts(world)[:2])], order="cohort, id")
    members = alumni[::2]
    members._consent("directory", ("training", "cohort", "trade", "city"), channel="paper")
    alumni[::3]._consent("news", channel="paper")
    asked = alumni[::4]
    asked._consent("solicitation", channel="paper")
    alumni[9]._no_more("desk")
    for alumnus, (topics, about) in zip(members[1:3], TOPICS, strict=True):
        alumnus._consent("mentoring", channel="paper")
        alumnus.mentor_profile_ids.write({"topics": topics, "about": about})
    _offers(world, env)
    _givers(env, asked)


def _offers(world, env):
    relations = env["bde.relation"].search([], order="id desc", limit=len(OFFERS))
    for relation, (kind, title, text) in zip(relations, OFFERS, strict=True):
        env["bde.job.offer"].create(
            {
                "kind": kind,
                "title": title,
                "text": text,
                "relation_id": relation.id,
                "city": relation.partner_city,
                "contact_text": "Passer à l'entreprise avec un CV, du mardi au vendredi.",
                "training_ids": [Command.set(_trainings(env).ids)],
                "expires_on": world.today + timedelta(days=45),
            }
        ).action_publish()
    env["bde.job.offer"]._propose(
        env.company,
        {
            "kind": "job",
            "title": "Renfort de fin d'année",
            "text": "Six semaines en décembre et janvier, 30 heures par semaine.",
            "employer_text": "Maison Vérandel, Orvane",
            "contact_text": "Demander Mme Vérandel, au magasin.",
        },
        "company",
    )


def _givers(env, asked):
    """The question of the year: who would be a tutor, who speaks in class, who not this year."""
    answers = (
        ("yes", ("tutor", "host"), "call"), ("yes", ("speak",), "link"), ("nothing", (), "link"),
        ("yes", ("jury", "mentor"), "link"),
    )  # fmt: skip
    asked._ask_would_you()
    for alumnus, (answer, ticked, channel) in zip(asked[:4], answers, strict=True):
        alumnus._answer_would_you(answer, ticked, channel=channel)
    # contacts of companies in whom the bureau recognises former pupils
    contacts = env["res.partner"].search(
        [("bde_relation_id", "!=", False), ("bde_tutor", "=", True)], order="id", limit=3
    )
    env["bde.alumni.contact"].create(
        [
            {"alumnus_id": alumnus.id, "partner_id": contact.id, "reason": "hand"}
            for alumnus, contact in zip(asked[1:4], contacts, strict=False)
        ]
    )


@silent
def final_year(world, bureau):
    """The pupils who leave next summer: their plans, a workshop that was and one to come."""
    env = world.as_user(bureau.login("rbde"))
    divisions = env.company._bde_final_divisions()
    wizard = env["bde.alumni.prepare"].create({"division_ids": [Command.set(divisions.ids)]})
    wizard.action_prepare()
    plans = env["bde.leaver.plan"].search([("division_id", "in", divisions.ids)], order="id")
    plans.alumnus_id._note_informed("class")
    for number, plan in enumerate(plans):
        wish, text = WISHES[number % len(WISHES)]
        plan.write({"wish": wish, "wish_text": text})
    for days in (-12, 9):
        day = world.today + timedelta(days=days)
        while day.weekday() > 4:
            day += timedelta(days=1)
        action = env["bde.workshop.new"].create(
            {"division_ids": [Command.set(divisions.ids)], "date": day, "hour": 14.0,
             "minutes": 120, "place": "Salle B12", "animator": "France Travail, agence d'Orvane"}
        ).action_create()  # fmt: skip
        if days < 0:
            _attend(env, action)


def _attend(env, action):
    """Who came to a workshop: all but a few."""
    registrations = env["event.registration"].search(action["domain"], order="id")
    came = registrations.filtered(lambda one: one.id % 9)
    came.action_set_done()


@silent
def safety_net(world, bureau):
    """Leavers of last June: most found something, the others are followed one by one."""
    env = world.as_user(bureau.login("rbde"))
    cohort = cohorts(world)[2]
    plans = env["bde.leaver.plan"].search([("cohort", "=", cohort)], order="id")
    for number, plan in enumerate(plans):
        wish, text = WISHES[number % len(WISHES)]
        plan.write({"wish": wish, "wish_text": text})
        solution = FOUND[number % len(FOUND)]
        if solution != "none" and number % 11:
            plan._solve(solution, "pupil")
    turn = env["bde.leaver.round"].create({"cohort": cohort, "month": "10"})
    turn.action_begin()
    for number, line in enumerate(turn.line_ids):
        line.user_id = env.user if number % 3 else False
        line.next_on = world.today + timedelta(days=(number * 5) % 17 - 3)
        line.note = NOTES[number % len(NOTES)]


def steps(world, bureau):
    """Steps of this part for a school: ``(name, text shown, function)``."""
    name, uai = bureau.school.name, bureau.school.uai
    for key, text, act in (
        ("leavers", "sortants de trois années", leavers),
        ("final", "année terminale, ateliers", final_year),
        ("surveys", "enquêtes d'insertion", surveys),
        ("net", "filet de sécurité", safety_net),
        ("network", "réseau des anciens", network),
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
