"""Alumni who give back in the demonstration: who agrees to what, mentors, offers, portraits.

Former pupils whom the bureau knows in companies bear the names of its contacts there: some are
tutors of this year's pupils, others work where they told so.
"""

from base64 import b64encode
from datetime import datetime, time, timedelta

from odoo.fields import Command

from .demo_crowd import cohorts, companies, life
from .demo_pictures import workbench
from .demo_schools import silent
from .people import plain

TOPICS = (
    ("Mes débuts après le bac pro", "Comment j'ai trouvé mon premier contrat, et ce que j'aurais"
     " aimé savoir avant."),
    ("Le BTS après un bac pro", "Le rythme, les aides, ce qui change par rapport au lycée."),
    ("Travailler et continuer à se former", "L'alternance : chercher l'entreprise, tenir les deux"
     " années."),
)  # fmt: skip
# what companies of a trade look for: kind, title, text
OFFERS = {
    "TAGORA": (
        ("job", "Assistant administratif ou assistante administrative", "CDD de six mois à temps"
         " plein : accueil, courrier, factures. Débutants bienvenus."),
        ("apprenticeship", "BTS Gestion de la PME en alternance", "Contrat de deux ans. Deux jours"
         " au centre de formation, trois au cabinet."),
    ),
    "TASSP": (
        ("job", "Agent ou agente de service hospitalier", "CDI à temps plein, horaires de jour, un"
         " week-end sur trois. Formation d'aide-soignant possible ensuite."),
        ("apprenticeship", "Diplôme d'aide-soignant en apprentissage", "Dix-huit mois, rémunérés."
         " Entretien sur place."),
    ),
    "TCIEL": (
        ("job", "Technicien ou technicienne de maintenance informatique", "CDI, atelier et"
         " déplacements dans le bassin. Permis B souhaité."),
        ("apprenticeship", "BTS CIEL en alternance", "Deux ans, équipe de six personnes."),
    ),
    "2CAPBOU": (
        ("apprenticeship", "Brevet professionnel Boulanger", "Deux ans. Travail de nuit pour les"
         " majeurs seulement."),
    ),
}  # fmt: skip
PROPOSED = {
    "kind": "job",
    "title": "Renfort au magasin",
    "text": "Six semaines, 30 heures par semaine, dont le samedi.",
    "employer_text": "Maison Vérandel, Orvane",
    "city": "Orvane",
    "contact_text": "Demander Mme Vérandel, au magasin.",
    "proposer_name": "Odile Vérandel",
    "proposer_email": "magasin@verandel.example",
}
ASKED = (
    "Bonjour, je suis en terminale et j'hésite entre un BTS et un emploi. Comment avez-vous"
    " choisi ?",
    "Bonjour, je cherche une entreprise pour une alternance en septembre. Pourriez-vous me dire"
    " comment vous vous y êtes pris ?",
)


@silent
def network(world, bureau):
    """Who agrees to what, a no for good, an objection; mentors, offers, a meeting."""
    env = world.as_user(bureau.login("rbde"))
    alumni = env["bde.alumnus"].search([("cohort", "in", cohorts(world)[:2])], order="cohort, id")
    shown = ("training", "cohort", "trade", "city")
    with world.at(world.school_day(world.today - timedelta(days=40))):
        members = alumni[::2]
        members._consent("directory", shown, channel="paper")
        alumni[::3]._consent("news", channel="paper")
        alumni[::4]._consent("solicitation", channel="paper")
        alumni[9]._no_more("desk")
        # objected at the bureau: erased, and counted
        alumni[13]._object("desk")
    working = members.filtered(lambda one: one.situation in ("job", "apprenticeship", "study"))
    mentors = working[1:12:4]
    mentors._consent("mentoring", channel="paper")
    for mentor, (topics, about) in zip(mentors, TOPICS, strict=False):
        mentor.mentor_profile_ids.write({"topics": topics, "about": about})
    _requests(world, env, mentors, (members - mentors)[-1:])
    _offers(world, env)
    _meeting(world, env)


def _requests(world, env, mentors, member):
    """A former pupil got advice, a pupil of today waits for the bureau to read his words."""
    Request = env["bde.mentor.request"]
    with world.at(world.school_day(world.today - timedelta(days=12))):
        Request._ask(mentors[0], member, ASKED[1], ("email",))._accept(("email",))
    pupils = env["bde.alumnus"].search([("has_left", "=", False)], order="id")
    young = pupils.filtered(lambda one: not one.is_adult and one.email)[:1] or pupils[:1]
    Request._ask(mentors[1], young, ASKED[0], ("email",) if young.email else ())


def _offers(world, env):
    for division in env.company._bde_final_divisions().sorted("id"):
        employers = companies(world, env, division.name) or env["bde.relation"].search([])
        for number, (kind, title, text) in enumerate(OFFERS[division.name]):
            relation = employers[-1 - number]
            env["bde.job.offer"].create(
                {
                    "kind": kind,
                    "title": title,
                    "text": text,
                    "relation_id": relation.id,
                    "city": relation.partner_city,
                    "contact_text": "Appeler ou passer avec un CV, du mardi au vendredi.",
                    "training_ids": [Command.set(division.training_ids.ids)],
                    "expires_on": world.today + timedelta(days=40 + 5 * number),
                }
            ).action_publish()
    env["bde.job.offer"]._propose(env.company, PROPOSED, "company")


def _meeting(world, env):
    """An evening with former pupils, in three weeks: invited are those who get the news."""
    day = world.today + timedelta(days=23 - world.today.weekday())
    begin = datetime.combine(day, time(16, 30))
    event = env["event.event"].create(
        {
            "name": "Les anciens racontent",
            "bde_kind": "alumni",
            "bde_place": "Salle polyvalente",
            "date_begin": begin,
            "date_end": begin + timedelta(hours=2),
        }
    )
    env["bde.event.invite"].create({"event_id": event.id}).action_invite()
    for number, invitation in enumerate(event.bde_invitation_ids[:7]):
        # sudo: what each answers on his own page
        invitation.sudo()._take_answer("no" if number % 3 == 2 else "yes")


@silent
def giving(world, bureau):
    """Former pupils in companies, the question of the year, two portraits."""
    env = world.as_user(bureau.login("rbde"))
    _in_companies(world, env)
    asked = env["bde.alumnus"].search([("ok_solicitation", "=", True)], order="cohort, id")
    answers = (
        ("yes", ("tutor", "host"), "call"), ("yes", ("speak",), "link"), ("nothing", (), "link"),
        ("yes", ("jury", "mentor"), "link"),
    )  # fmt: skip
    asked._ask_would_you()
    for alumnus, (answer, ticked, channel) in zip(asked[:4], answers, strict=False):
        alumnus._answer_would_you(answer, ticked, channel=channel)
    _portraits(world, env)


def _in_companies(world, env):
    """Who works where he told is a contact there; names that are the same are looked at."""
    employed = env["bde.alumnus"].search(
        [("employer_id", "!=", False), ("situation", "=", "job"), ("no_more_on", "=", False)],
        order="id",
    )
    for alumnus in employed[::5][:4]:
        name = f"{alumnus.firstname} {alumnus.lastname}"
        domain = (alumnus.employer_id.partner_id.email or "@firme.example").split("@")[1]
        alumnus.employer_id.partner_id._bde_add_contact(
            env.company,
            {
                "name": name,
                "function": life(alumnus).trade,
                "email": f"{plain(alumnus.firstname)}.{plain(alumnus.lastname)}@{domain}",
            },
        )
    env["bde.alumni.contact"].action_find()
    found = env["bde.alumni.contact"].search([("state", "=", "proposed")], order="id")
    # the last one waits to be looked at
    for link in found[:-1]:
        link.action_confirm()


def _portraits(world, env):
    """One that is shown, one that its person is to read, one of a minor with both parents."""
    alumni = env["bde.alumnus"].search(
        [
            ("situation", "in", ("job", "apprenticeship")),
            ("ok_directory", "=", True),
            ("diploma_result", "=", "passed"),
        ],
        order="id",
    )
    shown, to_read = alumni[2], alumni[-3]
    for alumnus, days in ((shown, 35), (to_read, 5)):
        alumnus._consent("portrait", channel="paper")
        trade = life(alumnus).trade
        doing = trade[0].lower() + trade[1:]
        title = f"{alumnus.firstname}, {doing}"
        with world.at(world.school_day(world.today - timedelta(days=days))):
            portrait = _portrait(env, alumnus, title, _story(alumnus, doing))
        if alumnus == shown:
            with world.at(world.school_day(world.today - timedelta(days=days - 5))):
                _agree(portrait)
                portrait.action_publish()
    pupils = env["bde.alumnus"].search([("has_left", "=", False)], order="id")
    minors = pupils.filtered(
        lambda one: not one.is_adult and len(one.student_id._legal_guardians()) == 2
    )
    for minor in minors[:1]:
        minor._consent("portrait", by="guardians", channel="paper")
        text = (
            f"{minor.firstname} prépare son diplôme et raconte ses stages. « La première semaine,"
            " je n'osais rien demander. La dernière, on me faisait confiance. »"
        )
        portrait = _portrait(env, minor, f"{minor.firstname}, en dernière année", text, False)
        # one of the parents has answered, the pupil and the other are waited for
        _agree(portrait, minor.student_id._legal_guardians()[0])


def _portrait(env, alumnus, title, text, in_letters=True):
    """A portrait with a picture in which nobody is seen, given to be read."""
    picture = {
        "image": b64encode(workbench(20 + alumnus.id % 7)),
        "caption": "Un poste de travail, ses outils",
        "is_alone": True,
    }
    portrait = env["bde.portrait"].create(
        {
            "alumnus_id": alumnus.id,
            "title": title,
            "text": text,
            "ask_letters": in_letters,
            "ask_class": True,
            "picture_ids": [Command.create(picture)],
        }
    )
    portrait.action_ask()
    return portrait


def _story(alumnus, doing):
    return (
        f"{alumnus.firstname} a quitté le lycée en {alumnus.cohort}, diplôme en poche. Depuis :"
        f" {doing}. « Mes stages m'ont appris le métier autant que les cours. Si vous hésitez,"
        " parlez avec ceux qui y travaillent. »"
    )


def _agree(portrait, guardian=None):
    """Somebody read text and picture on the page, and agrees to all that is asked."""
    kept = portrait.sudo()  # sudo: what people say on the page
    choices = {
        picture: kept._asked_uses() for picture in (kept.picture_ids.browse(), *kept.picture_ids)
    }
    kept._answer(choices, kept.until, guardian and guardian.sudo())
