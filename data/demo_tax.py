"""Taxe d'apprentissage in the demonstration: a finished campaign, and one in its second window.

The calendar of the running year is invented and counted from the day the demonstration is built:
the académie types it, as it types the State's. Every act is made in the session of the person
whose act it is, on its day.
"""

from base64 import b64encode
from datetime import timedelta
from decimal import Decimal

from odoo import fields

from odoo.addons.bde_partnerships.rules.tax_answer import clean

from .companies import siret
from .demo_cast import ACADEMY_STAFF, BUREAUS
from .demo_pictures import workbench
from .demo_schools import silent
from .demo_tax_export import euros, gift_rows, load_export

# days from today: windows of the running year
RUNNING = {
    "opening": (-150, -150),
    "period1": (-140, -95),
    "transfer1": (-80, -80),
    "period2": (-40, 20),
    "transfer2": (35, 35),
    "rest": (60, 60),
}
SOURCE = "Calendrier inventé pour la démonstration"
A_YEAR = timedelta(days=365)
# what companies gave in the finished campaign: (first transfer, second transfer, promised)
GIFTS = (
    ("640,00", "", 640), ("1 200,00", "1 200,00", 2400), ("312,45", "", 0), ("", "2 150,00", 2000),
    ("180,30", "", 200), ("", "", 900), ("975,00", "-75,00", 975), ("", "88,20", 0),
)  # fmt: skip
# the three schools are not of one size: share of the amounts, companies asked in each campaign
SIZES = ((Decimal(1), 24, 44), (Decimal("0.62"), 20, 34), (Decimal("0.35"), 16, 28))
BOUGHT = (
    (
        "Un plateau technique rééquipé", 4200,
        "Les élèves y retrouvent le matériel des entreprises qui les accueillent en stage.",
    ),
    ("Douze mallettes de travail", 1350, "Chaque élève a la sienne, du premier au dernier jour."),
)  # fmt: skip
FIRM = {
    "name": "Cabinet Delmarron Expertise",
    "naf_code": "69.20Z",
    "street": "4 place du Marché",
    "zip": "96000",
    "city": "ORVANE",
}
FIRM_CONTACT = {
    "name": "Irène Delmarron",
    "email": "irene@delmarron.example",
    "function": "Experte-comptable",
    "bde_tax": True,
}
# first companies of the running campaign: what each said
SAID = (
    ("chosen", 1450, 0), ("will", 0, 50), ("no", 0, 0), ("chosen", 620, 0), ("will", 300, 0),
)  # fmt: skip


def _day(world, days):
    return world.today + timedelta(days=days)


def years(world):
    """Years of the finished and of the running campaign, as the académie keeps them."""
    env = world.as_user(ACADEMY_STAFF[1][1])
    model = env["bde.tax.year"]
    return [
        model._of(env.company, year) or model.create({"year": year, "company_id": env.company.id})
        for year in (world.today.year - 1, world.today.year)
    ]


@silent
def calendar(world):
    """The académie types the windows of both years; SIRENE has told what town halls are."""
    halls = world.env["res.partner"].search([("name", "=like", "Mairie %")])
    halls.bde_legal_category = "7210"
    before, running = (year.with_env(world.as_user(ACADEMY_STAFF[1][1])) for year in years(world))
    for window in running.window_ids:
        if window.kind in RUNNING:
            window._move(*(_day(world, days) for days in RUNNING[window.kind]), SOURCE)
    for window in before.window_ids.filtered("is_unknown"):
        if window.kind in RUNNING:
            window._move(*(_day(world, days) - A_YEAR for days in RUNNING[window.kind]), SOURCE)
    if not running.average_salary:
        running.write(
            {
                "average_salary": before.average_salary or 43224,
                "average_salary_source": "Celui de l'année d'avant, en attendant sa publication",
            }
        )


def _campaign(world, env, year, amount):
    """A campaign whose identity is complete and compared, so that letters may leave."""
    campaign = env["bde.tax.campaign"].create(
        {
            "tax_year_id": year.id,
            "target_amount": amount,
            "user_id": env.uid,
            "soltea_siret": siret(int(env.company.uai[2:7])),
        }
    )
    if campaign._previous():
        campaign.action_copy_previous()
    else:
        campaign.action_fill_courses()
        campaign.course_ids.filtered(lambda one: not one.rncp).no_rncp = True
    campaign.write(
        {
            "eligible_state": "listed",
            "eligible_reference": f"Arrêté préfectoral du 20/12/{year.year - 1}",
            "eligible_on": world.today.replace(year=year.year - 1, month=12, day=20),
        }
    )
    # two trainings of a school are one course in SOLTéA
    names = campaign.course_ids.mapped("name")
    for number, course in enumerate(campaign.course_ids):
        if course.name in names[:number]:
            course.unlink()
    campaign.action_confirm_identity()
    campaign.action_start()
    campaign.sudo().message_ids.date = fields.Datetime.now()
    return campaign


def _sized(world, bureau):
    """(share of the amounts, companies of the finished and of the running campaign)."""
    return SIZES[BUREAUS.index(bureau)]


@silent
def finished(world, bureau):
    """Last year: companies asked, promises, two exports of SOLTéA, what it bought, thanks."""
    env = world.as_user(bureau.login("rbde"))
    year = years(world)[0].with_env(env)
    dates = {window.kind: window.date_from for window in year.window_ids}
    share, count, _later = _sized(world, bureau)
    with world.at(dates["period1"], 9):
        campaign = _campaign(world, env, year, round(6000 * share, -2))
        partners = env["bde.relation"].search([], order="id", limit=count).partner_id
        targets = campaign._build_targets((), partners).filtered(lambda one: one.state == "kept")
    gone = targets[len(GIFTS) + 1 : len(GIFTS) + 3]
    _write(world, campaign, targets, "first", dates["period1"] + timedelta(days=1), gone)
    givers = targets[: len(GIFTS)]
    for number, (target, gift) in enumerate(zip(givers, GIFTS, strict=True)):
        if gift[2]:
            with world.at(dates["period1"] + timedelta(days=10 + number), 11):
                amount = round(gift[2] * share)
                _promise(campaign, target, {"amount": amount, "channel": "call"})
    rows = gift_rows(GIFTS, givers, (dates["transfer1"], dates["transfer2"]), share)
    for kind, count in (("transfer1", 1), ("transfer2", 2)):
        with world.at(dates[kind] + timedelta(days=4), 10):
            kept = [row for row in rows if row[0] <= count]
            load_export(campaign, kept, f"soltea_virement_{count}.csv")
    with world.at(dates["transfer2"] + timedelta(days=20), 10):
        _spend(campaign, share)
    with world.at(dates["transfer2"] + timedelta(days=30), 10):
        _thank(campaign)
        campaign.action_close()


@silent
def running(world, bureau):
    """This year: letters of the first period, answers, a first transfer; the last call waits."""
    env = world.as_user(bureau.login("rbde"))
    year = years(world)[1].with_env(env)
    dates = {window.kind: window.date_from for window in year.window_ids}
    share, _before, count = _sized(world, bureau)
    with world.at(dates["opening"], 9):
        campaign = _campaign(world, env, year, round(8000 * share, -2))
        partners = env["bde.relation"].search([], order="id", limit=count).partner_id
        targets = campaign._build_targets(("giver", "event"), partners)
        kept = targets.filtered(lambda one: one.state == "kept")
        kept[6:9].payroll = 410000
        _accountant(campaign, kept[12:15])
        campaign.action_default_steps()
    gone = kept[22:24]
    _write(world, campaign, kept, "first", dates["period1"] + timedelta(days=2), gone)
    for number, (kind, amount, percent) in enumerate(SAID):
        with world.at(dates["period1"] + timedelta(days=6 + 3 * number), 14):
            _answer(world, kept[number], kind, round(amount * share), percent)
    with world.at(dates["period1"] + timedelta(days=25), 11):
        _promise(campaign, kept[8], {"percent": 100, "channel": "call"})
    day = dates["transfer1"]
    with world.at(day + timedelta(days=5), 10):
        rows = [
            (1, partner, euros(amount, share), day)
            for partner, amount in (
                (kept[0].partner_id, "1450,00"), (kept[3].partner_id, "300,00"),
                (kept[16].partner_id, "264,10"), (kept[18].partner_id, "95,60"),
                (kept[20].partner_id, "742,35"), (None, "512,00"),
            )
        ]  # fmt: skip
        load_export(campaign, rows, "soltea_virement_1.csv")
    waiting = kept.filtered(lambda one: one.stage in ("targeted", "reached"))
    _write(world, campaign, waiting, "reminder", dates["period2"] + timedelta(days=21))
    # what the sequence would have sent by itself before today was sent above
    for step in campaign.step_ids:
        if step.date and step.date <= world.today:
            step.action_cancel()


def _write(world, campaign, targets, kind, day, gone=()):
    """Letters of a kind, sent on that day or the next working one; they arrived.

    :param gone: companies whose address no longer exists
    """
    model = campaign.env["bde.tax.letter.model"]._for(campaign.company_id, kind)
    while day.weekday() > 4 or campaign.company_id._bde_public_holidays(day, day):
        day += timedelta(days=1)
    with world.at(day, 10):
        campaign._send_letters(targets, model)
        letters = world.env["bde.tax.letter"].search(
            [("campaign_id", "=", campaign.id), ("state", "=", "queued")], order="id"
        )
        letters._mark_sent()
    if gone:
        with world.at(day, 11):
            letters.filtered(lambda one: one.target_id.id in gone.ids)._mark_bounced("unknown")


def _promise(campaign, target, vals):
    """Somebody said on the telephone what the company would give."""
    contact = target.contact_id
    who = {"said_by_id": contact.id} if contact.bde_relation_id else {"said_by": "Standard"}
    campaign._pledge(
        target.relation_id, {"said_on": campaign.company_id._bde_today(), **who, **vals}
    )


def _answer(world, target, kind, amount, percent):
    """A company opens the link of its letter and says what it does."""
    [(link, _token)] = world.env["bde.link"]._mint_tax([(target, target.contact_id)])
    form = {"kind": kind, "unit": "euro" if amount else "percent"}
    if amount or percent:
        form["amount"] = str(amount or percent)
    values, errors = clean(form, [])
    assert not errors, errors
    own = target.with_env(link._as_school().env)
    link._as_school()._tax_take({own: values})
    # the clock of the answer is the platform's own, which knows no day of the demonstration
    answers = world.env["bde.tax.answer"].search([("target_id", "=", target.id)])
    answers.on = fields.Datetime.now()


def _accountant(campaign, targets):
    """A firm that declares for three of its clients."""
    env = campaign.env
    firm = env["res.partner"]._bde_register_employer(FIRM, campaign.company_id)
    contact = firm._bde_add_contact(campaign.company_id, FIRM_CONTACT)
    wizard = env["bde.tax.accountant"].create(
        {"target_ids": [(6, 0, targets.ids)], "partner_id": firm.id, "contact_id": contact.id}
    )
    wizard.action_set()


def _spend(campaign, share):
    """What the money bought, with pictures on which nobody is seen."""
    for number, (name, amount, text) in enumerate(BOUGHT):
        campaign.env["bde.tax.use"].create(
            {
                "campaign_id": campaign.id,
                "name": name,
                "text": text,
                "amount": round(amount * share, -1),
                "bought_on": campaign.company_id._bde_today(),
                "course_id": campaign.course_ids[number : number + 1].id,
                "picture_ids": [
                    (0, 0, {
                        "image": b64encode(workbench(number)),
                        "caption": name,
                        "checked": True,
                    })
                ],
            }
        )  # fmt: skip


def _thank(campaign):
    """All givers, in one batch."""
    Thank = campaign.env["bde.tax.thank"].with_context(default_campaign_id=campaign.id)
    Thank.create({}).action_send()


def steps(world, bureau):
    """Steps of this part for a school: ``(name, text shown, function)``."""
    name, uai = bureau.school.name, bureau.school.uai
    yield (
        f"tax-finished-{uai}",
        f"{name} : taxe d'apprentissage, campagne achevée",
        lambda: finished(world, bureau),
    )
    yield (
        f"tax-running-{uai}",
        f"{name} : taxe d'apprentissage, campagne en cours",
        lambda: running(world, bureau),
    )


def last_steps(world):
    """Steps once all schools are there."""
    yield "tax-calendar", "Calendrier de la taxe d'apprentissage", lambda: calendar(world)
    for bureau in BUREAUS:
        yield from steps(world, bureau)
    yield "tax-figures", "Taxe d'apprentissage : totaux pour l'académie", lambda: figures(world)


def figures(world):
    """What the jobs of the night do: promises that never came, the totals of the académie."""
    world.env["bde.tax.campaign"]._cron_close_pledges()
    world.env["bde.tax.figure"]._cron_refresh_figures()
