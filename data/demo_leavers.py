"""Final year and safety net in the demonstration.

The pupils of this year write down what they wish, go to workshops between their stays; those who
left last June find something one after the other, and the list of those without gets shorter
round after round. What is to come on the day of the build is left to its day.
"""

import random
from datetime import date, timedelta

from odoo.fields import Command

from odoo.addons.bde_alumni.rules import safety_net as rounds

from .demo_crowd import cohorts, companies, in_words, life
from .demo_paths import WAYS
from .demo_schools import silent

WISHES = (
    ("study", "Continuer les études, si possible près d'ici."),
    ("job", "Travailler tout de suite, dans la région."),
    ("apprenticeship", "Un diplôme de plus, en alternance."),
    ("study", "Je ne sais pas encore si je serai pris."),
    ("unknown", ""),
    ("job", "Un emploi, et passer le permis."),
    ("study", ""),
)
WORKSHOPS = (
    ("Se présenter, parler de ses stages", "France Travail, agence d'Orvane"),
    ("Le CV et la lettre, à partir du livret", "Mission locale du bassin d'Orvane"),
    ("Le contrat d'apprentissage, comment s'y prendre", "Chambre de métiers d'Orvane"),
    ("L'entretien d'embauche", "France Travail, agence d'Orvane"),
    ("Les métiers qui recrutent ici", "Club des entreprises d'Orvane"),
    ("Les aides : logement, permis, mobilité", "Mission locale du bassin d'Orvane"),
)
# held so many days ago at the earliest, and one to come; moved when the class is away
HELD, TO_COME = (130, 100, 72, 44, 30, 16), 9
TALKS = (
    ("Cherche une place en alternance : liste de six entreprises remise.", "Mission locale"),
    ("Dossier d'inscription relu, lettre à reprendre.", ""),
    ("Hésite entre un emploi et une formation : rencontre d'un ancien proposée.", ""),
)
ABOUT = (
    "Ponctuel et à l'aise avec le public, j'aime le travail en équipe.",
    "Mes stages m'ont appris à être autonome ; je cherche une équipe qui forme.",
)
NOTES = (
    "Message laissé, rappeler le soir.",
    "Rendez-vous pris à la Mission locale.",
    "A postulé dans deux entreprises, réponse attendue.",
    "",
)
SITUATIONS = ("looking", "waiting", "looking", "silent")
# after how many days from the beginning of June each kind of solution comes: first, last
COMES = {"study": (3, 45), "apprenticeship": (15, 120), "job": (30, 150), "other": (60, 150)}


@silent
def final_year(world, bureau):
    """The pupils who leave next summer: plans, interviews, workshops; who helps them."""
    env = world.as_user(bureau.login("rbde"))
    divisions = env.company._bde_final_divisions().sorted("id")
    _principals(env, bureau, divisions)
    wizard = env["bde.alumni.prepare"].create({"division_ids": [Command.set(divisions.ids)]})
    wizard.action_prepare()
    plans = env["bde.leaver.plan"].search([("division_id", "in", divisions.ids)], order="id")
    plans.alumnus_id._note_informed("class")
    for number, plan in enumerate(plans):
        _wish(plan, number)
    for number, day in enumerate(_workshop_days(world)):
        _workshop(world, env, divisions, number, day)
    for number, plan in enumerate(plans[2::7]):
        agreed, with_whom = TALKS[number % len(TALKS)]
        day = world.school_day(world.today - timedelta(days=5 + 3 * number))
        plan.follower_id = env.user
        env["bde.leaver.interview"].create(
            {
                "plan_id": plan.id,
                "date": day,
                "with_whom": with_whom,
                "agreed": agreed,
                "next_on": max(day, world.today) + timedelta(days=6 + number),
            }
        )


def _principals(env, bureau, divisions):
    """A final year has two head teachers: those of the school with an account are the second."""
    logins = [bureau.login(local) for role, local, _name in bureau.staff if role == "teacher"]
    for login, division in zip(logins, divisions, strict=False):
        teacher = env["bde.teacher"].search([("email", "=", login)], limit=1)
        division.principal_ids = [Command.link(teacher.id)]


def _wish(plan, number):
    wish, text = WISHES[number % len(WISHES)]
    vals = {"wish": wish, "wish_text": text}
    if wish == "study":
        studies = WAYS[plan.training_id.code].studies
        vals["training_label"] = studies[number % len(studies)]
    if number % 5 == 1:
        vals |= {
            "cv_about": ABOUT[number % len(ABOUT)],
            "cv_languages": "Anglais (A2), espagnol (A2)",
            "cv_more": "Permis B en préparation, premiers secours (PSC1)",
        }
    plan.write(vals)


def _workshop_days(world):
    """Days of workshops: classes are there, the school year has begun and is not over."""
    away = [*world.holidays, world.calendar.first_past, world.calendar.second_past]
    start = world.calendar.year[0]
    begun = max(start, date(start.year, 9, 1)) + timedelta(days=9)
    days = []
    for before in HELD:
        day = _free(world.today - timedelta(days=before), -1, away)
        if day >= begun:
            days.append(day)
    day = _free(world.today + timedelta(days=TO_COME), 1, away)
    return [*dict.fromkeys(days), *([day] if day.month not in (7, 8) else [])]


def _free(day, step, away):
    """That day or the next one, in a direction, on which classes have lessons."""
    while day.weekday() > 4 or any(first <= day <= last for first, last in away):
        day += timedelta(days=step)
    return day


def _workshop(world, env, divisions, number, day):
    name, animator = WORKSHOPS[number % len(WORKSHOPS)]
    action = env["bde.workshop.new"].create(
        {"name": name, "division_ids": [Command.set(divisions.ids)], "date": day, "hour": 14.0,
         "minutes": 120, "place": "Salle B12", "animator": animator}
    ).action_create()  # fmt: skip
    if day < world.today:
        rows = env["event.registration"].search(action["domain"], order="id")
        away = rows.filtered(lambda one: one.id % 13 == number)
        (rows - away).action_set_done()
        away.action_cancel()


@silent
def safety_net(world, bureau):
    """Leavers of last June: one after the other finds something, the others are followed."""
    env = world.as_user(bureau.login("rbde"))
    cohort = cohorts(world)[2]
    plans = env["bde.leaver.plan"].search([("cohort", "=", cohort)], order="id")
    acts = [
        (rounds.default_date(cohort, month), 0, 0, lambda month=month: _round(env, cohort, month))
        for month in rounds.MONTHS
    ]
    over = rounds.plus_window(cohort)[1] + timedelta(days=1)
    acts.append((over, 0, 0, lambda: world.env["bde.leaver.plan"]._cron_plus_ended()))
    employers = {
        code: companies(world, env, code) for code in set(plans.training_id.mapped("code"))
    }
    for number, plan in enumerate(plans):
        wish, text = WISHES[number % len(WISHES)]
        plan.write({"wish": wish, "wish_text": text})
        if found := _found(plan, cohort, employers[plan.training_id.code]):
            day, *told = found
            acts.append((day, 1, plan.id, lambda plan=plan, told=told: plan._solve(*told)))
    for day, *_order, act in sorted(acts, key=lambda row: row[:3]):
        if day < world.today:
            with world.at(day, 8):
                act()
    _acting(world, env, bureau, cohort)
    # the June round of those who leave this summer, when its day has come
    env(user=world.env.user.id, su=True)["bde.leaver.round"]._begin_due(env.company, {cohort + 1})


def _round(env, cohort, month):
    env["bde.leaver.round"].create({"cohort": cohort, "month": month}).action_begin()


def _found(plan, cohort, employers):
    """(day, solution, who said so, where) of a leaver; None while he looks for something."""
    one = life(plan.alumnus_id)
    situation = one.situations[6]
    draw = random.Random(f"found-{plan.name}")
    if situation == "looking":
        if draw.random() < 0.18:
            return date(cohort, 10, 20), "mission_locale", "staff", "Mission locale d'Orvane"
        if draw.random() < 0.25:
            return date(cohort, 9, 3), "avenirpro_plus", "staff", ""
        return None
    first, last = COMES[situation]
    day = date(cohort, 6, 1) + timedelta(days=round(first + (last - first) * one.day))
    where = one.place
    if situation != "study":
        where = in_words(one.works_at(employers)) or one.elsewhere
    return day, situation, draw.choice(("pupil", "pupil", "staff")), where


def _acting(world, env, bureau, cohort):
    """Who acts for whom, and when next: half of them the secretary where there is one."""
    people = [env.user] + [
        world.user(bureau.login(local)) for role, local, _n in bureau.staff if role == "secretary"
    ]
    lines = env["bde.leaver.net"].search(
        [("cohort", "=", cohort), ("round_state", "=", "running"), ("is_open", "=", True)],
        order="id",
    )
    for number, line in enumerate(lines):
        line.write(
            {
                # nobody acts yet for some of them
                "user_id": people[number % len(people)].id if number % 4 else False,
                "next_on": world.today + timedelta(days=(number * 5) % 17 - 2),
                "note": NOTES[number % len(NOTES)],
                "situation": SITUATIONS[number % len(SITUATIONS)],
            }
        )
