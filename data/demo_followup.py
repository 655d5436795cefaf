"""What happens after the signature: in the class that is away, then in the one that is back.

Every act goes by the verb behind the button or the page, as the person whose act it is. Tutors,
pupils and hosts have no account: theirs is what the page of a stay does with what they send.
"""

import io
from datetime import timedelta

from PIL import Image, ImageDraw, ImageFont
from werkzeug.datastructures import FileStorage, MultiDict

from . import demo_follow_plan as plan
from .demo_conventions import _placements
from .demo_life import PHONE, bureau, stay_of
from .demo_plan import ARMENCE, RIVES, STAYS

HOST, TUTOR, STUDENT = (frozenset({role}) for role in ("host", "tutor", "student"))


def away(world):
    """Stays of the class that is in companies, by name: those that run."""
    placements = _placements(world, stay_of("running"))
    return placements.filtered(lambda p: p.convention_id.state == "running").sorted("student_name")


def back(world):
    """Stays of the class that has come back, by name."""
    return _placements(world, stay_of("second_past")).sorted("student_name")


def by_link(world, placements):
    """The same stays as the page of a stay holds them: nobody signed in, one school."""
    public = world.env.ref("base.public_user")
    context = {"lang": "fr_FR", "allowed_company_ids": placements.company_id.ids}
    return placements.with_env(world.env(user=public.id, su=True, context=context))


def send(placement, role, key, files=None, **form):
    """What somebody sends from a section of his page."""
    take = getattr(placement, f"_stay_post_{key}")
    take(role, MultiDict(form), MultiDict(files or {}), PHONE)


def as_referent(world, placement):
    """Environment of the teacher who follows a pupil; the bureau types for who has no account."""
    user = placement.referent_id.user_id
    return world.as_user(user.login, placement.company_id) if user else bureau(world)


# ------------------------------------------------------------
# The class that is away
# ------------------------------------------------------------


def prepare(world):
    """What the bureau and the intendance write before anybody leaves."""
    start, _end = world.calendar.running
    env = bureau(world)
    with world.at(start - timedelta(days=5), 10):
        training = away(world).training_id[:1].with_env(env)
        sheet = {name: "\n".join(lines) for name, lines in plan.TUTOR_SHEET.items()}
        env["bde.tutor.sheet"].create({"training_id": training.id, **sheet})
        world.as_user(RIVES.login("intendance"))["bde.claim.cap"].create(
            [
                {
                    "kind": kind,
                    "unit": unit,
                    "amount_unit": each,
                    "amount_stay": most,
                    "board_date": world.calendar.year[0],
                    "date_from": world.calendar.year[0],
                }
                for kind, unit, each, most in plan.CAPS
            ]
        )
        away(world).period_id.with_env(env).action_plan_visits()


def decide(world):
    """The head looks at the list of departures: one pupil stays at school."""
    head = world.as_user(RIVES.login("proviseure"))
    leaving = _placements(world, stay_of("leaving")).filtered(lambda p: p.state == "signed")
    wizard = head["bde.departure.wizard"].create(
        {
            "decision": "hold",
            "placement_ids": leaving[-1:].ids,
            "reason": "Rendez-vous avec la famille lundi matin avant le départ",
        }
    )
    wizard.action_confirm()


def first_day(world):
    """Tutors say who arrived; one pupil did not."""
    stays = by_link(world, away(world))
    missing = stays[plan.NOT_ARRIVED]
    for number, placement in enumerate(stays):
        with world.at(placement._first_day(), 9, number % 60):
            verb = "missing" if placement == missing else "arrived"
            send(placement, TUTOR, "presence", do=verb)


def visit(world):
    """Referents call, the first ones visit; one writes an alert."""
    stays = away(world)
    for number, placement in enumerate(stays[: -plan.NOT_CALLED]):
        call = placement.visit_ids.filtered(lambda v: v.kind == "call" and v.state == "planned")
        day = min(call.planned_on, world.today)
        with world.at(day, 14, number % 60):
            call = call.with_env(as_referent(world, placement))
            call.write(_report(plan.CALLS[number % len(plan.CALLS)], day, with_tutor=True))
            call.action_done()
    watched = stays[plan.WATCHED]
    reports = dict(zip(_followed(stays - watched), plan.VISITS, strict=False))
    for placement, report in (reports | {watched: plan.WATCH}).items():
        day = placement._visit_days()[placement][3]
        with world.at(day, 16):
            env = as_referent(world, placement)
            values = _report(report, day, with_tutor=True, with_student=True)
            env["bde.visit"].create(
                {"placement_id": placement.id, "kind": "visit", "km": 14, **values}
            ).action_done()


def _report(report, day, **met):
    words = {"mood": report.mood, "alert": report.alert, "text": report.text}
    return {**words, "done_on": day, **met}


def _followed(stays):
    """Those whose referent signs in: he visits himself."""
    return stays.filtered(lambda p: p.referent_id.user_id)


def presence(world):
    """Tutors confirm the first week, with an absence; a pupil contests what was said of him."""
    stays = by_link(world, away(world))
    absent, ill = stays[plan.NOT_ARRIVED], stays[plan.ILL]
    disputed = stays[plan.CONTESTED]
    sunday = world.calendar.running[0] + timedelta(days=6)
    for number, placement in enumerate(stays[: -plan.NOT_CONFIRMED] - absent):
        [(monday, days)] = list(placement._weeks_over(sunday).items())[:1]
        answer = {"do": "all"}
        if placement == ill:
            answer = {"do": "missed", f"part_{days[2]}": "day", "reason": "illness"}
        if placement == disputed:
            answer = {"do": "missed", f"part_{days[3]}": "afternoon"}
        with world.at(sunday, 10, number % 60):
            send(placement, TUTOR, "presence", week=str(monday), **answer)
    with world.at(sunday, 18):
        about = disputed.absence_ids[:1]
        send(disputed, STUDENT, "presence", do=f"contest-{about.id}", note=plan.CONTEST)


def accident(world):
    """A small accident, told by the company the same day, and not declared yet."""
    hurt = by_link(world, away(world))[plan.HURT]
    day = hurt._visit_days()[hurt][2]
    told = {"do": "tell", "kind": "accident", "day": str(day), "time": "10:30"}
    with world.at(day, 11):
        send(hurt, HOST, "incident", **told, **plan.ACCIDENT)


def claim(world):
    """Two pupils ask for their journeys; the intendance grants the first."""
    stays = by_link(world, away(world))
    for number, place in enumerate(plan.CLAIMS):
        placement = stays[place]
        ticket = FileStorage(io.BytesIO(receipt(38 + 4 * number)), "ticket.png", "receipts")
        with world.at(world.today - timedelta(days=1), 18, number):
            send(
                placement, STUDENT, "claim", {"receipts": ticket}, kind="transport",
                date_from=str(placement.date_start), date_to=str(placement.date_end),
                quantity="10", amount=f"{38 + 4 * number},00",
            )  # fmt: skip
    env = world.as_user(RIVES.login("intendance"))
    first = env["bde.claim"].search([("placement_id", "=", stays[plan.CLAIMS[0]].id)])
    first.action_grant()


def receipt(amount):
    """A ticket as a pupil photographs it, PNG bytes."""
    image = Image.new("RGB", (420, 560), "#f4f1ea")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=26)
    lines = ("CARS DE L'ORVANE", "Carnet de 10 trajets", "Tarif jeune", "", f"{amount},00 EUR")
    for number, line in enumerate(lines):
        draw.text((40, 60 + 70 * number), line, font=font, fill="#333333")
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


# ------------------------------------------------------------
# The class that has come back
# ------------------------------------------------------------


def visited(world):
    """What the bureau noted of the calls and visits of a class whose referents type nothing."""
    env = bureau(world)
    stays = back(world)
    days = stays._visit_days()
    for kind, some, report, place in (
        ("call", stays, plan.CALLS[0], 1),
        ("final", stays[: -plan.NOT_VISITED], plan.FINAL, -2),
    ):
        with world.at(max(found[place] for found in days.values()), 17):
            env["bde.visit"].create(
                [
                    {
                        "placement_id": stay.id,
                        "kind": kind,
                        **_report(report, days[stay][place], with_tutor=True, with_student=True),
                    }
                    for stay in some
                ]
            ).action_done()


def evaluate(world):
    """Tutors fill in the grid by their link, most of them."""
    for number, placement in enumerate(by_link(world, back(world))[: -plan.NOT_EVALUATED]):
        role = HOST if placement._evaluation_role() == "host" else TUTOR
        lines = placement._evaluation_lines(placement._evaluation_grid("tutor"))
        levels = {
            line["key"]: line["levels"][-1 - (number + rank) % 2][0]
            for rank, line in enumerate(lines)
        }
        # what he did not see is an answer too
        levels[lines[-1]["key"]] = "not_seen" if number % 5 == 0 else levels[lines[-1]["key"]]
        text = plan.APPRECIATIONS[number % len(plan.APPRECIATIONS)]
        with world.at(placement.date_end, 17, number):
            author = placement.tutor_id.name or placement.signatory_id.name
            send(placement, role, "evaluation", author=author, appreciation=text, **levels)


def rate(world):
    """Pupils of two schools say how their stay was; the bureau asks some referents."""
    for school in (RIVES, ARMENCE):
        [stay] = [one for one in STAYS if one.bureau is school and one.when == "second_past"]
        stays = _placements(world, stay).sorted("student_name")
        hosts = stays.host_id.sorted("name").ids
        for number, placement in enumerate(by_link(world, stays)[: -plan.NOT_RATED]):
            host = hosts.index(placement.host_id.id)
            with world.at(placement.date_end + timedelta(days=2), 12, number):
                words = plan.WORDS.get(number, "") if school is RIVES else ""
                marks = _marks(placement, "student", host)
                send(placement, STUDENT, "quality", comment=words, **marks)
                if number % 3 == 0 and placement.tutor_id:
                    send(placement, TUTOR, "quality", **_marks(placement, "tutor", number))
        _rate_by_bureau(world, school, stays, hosts)
    # the nightly job
    world.env["bde.site.quality"]._refresh()


def _marks(placement, view, host):
    questions = placement.env["bde.question"]._asked(view, placement.date_end)
    return {f"q_{one.code}": str(plan.mark(host, rank)) for rank, one in enumerate(questions)}


def _rate_by_bureau(world, school, stays, hosts):
    """The bureau types what referents without an account told it on the telephone."""
    env = world.as_user(school.login("rbde"))
    for placement in stays[::2]:
        with world.at(placement.date_end + timedelta(days=4), 15):
            wizard = env["bde.rating.wizard"].create(
                {"placement_id": placement.id, "view": "referent"}
            )
            for rank, line in enumerate(wizard.line_ids):
                line.value = str(plan.mark(hosts.index(placement.host_id.id), rank))
            wizard.action_save()


def attest(world):
    """Hosts sign the attestation on their page; two have not."""
    stays = by_link(world, back(world))[: -plan.NOT_ATTESTED]
    end = max(stays.mapped("date_end"))
    with world.at(world.school_day(end + timedelta(days=3)), 9):
        attestations = stays.convention_id._ensure_attestations()
    world.ahead.versions(attestations.document_id)
    for number, attestation in enumerate(attestations):
        signature = attestation.signature_ids
        proof = PHONE | {"code_channel": "sms" if signature.phone else "email"}
        for batch in signature.document_id._as_engine():
            with world.at(world.school_day(end + timedelta(days=3)), 10, number):
                signature.with_env(batch.env)._sign("typed", signature.name, proof=proof)
    # everybody had his copy at the time: the job that seals sends none today
    attestations.document_id.copies_sent_on = world.env.cr.now()


def pay(world):
    """The bureau notes the papers of the allowance: two decisions, an account with the
    authorisation of the family, an address lack.

    The file of the State gives addresses of guardians: pupils have theirs, but for one.
    """
    env = bureau(world)
    pupils = back(world).schooling_id.with_env(env)
    for number, schooling in enumerate(pupils):
        vals = {}
        if number not in plan.NO_DECISION:
            vals["attribution_state"] = "present"
        if number not in plan.NO_RIB:
            vals |= {"rib_state": "present", "consent_state": "present"}
        schooling.write(vals)
        if number not in plan.NO_ADDRESS:
            home = schooling.student_id._legal_guardians()[:1]
            schooling.student_id.write({name: home[name] for name in ("street", "zip", "city")})


def know_sites(world):
    """A paper of a company ends this month; another company was not asked for a year."""
    env = bureau(world)
    hosts = away(world).host_id.sorted("name")
    first, second = env["bde.relation"].search(
        [("partner_id", "in", hosts[:2].ids)], order="id"
    )  # fmt: skip
    env["bde.site.document"].create(
        {
            "relation_id": first.id,
            "kind": "insurance",
            "name": "Attestation RC",
            "date_from": world.today - timedelta(days=350),
            "expires_on": world.today + timedelta(days=12),
        }
    )
    with world.at(world.today - timedelta(days=400)):
        second.action_confirm_site()


def close(world):
    """Of the oldest period the bureau closes three stays that nobody visited, with the reason."""
    env = bureau(world)
    stays = _placements(world, stay_of("first_past")).filtered(lambda p: p.state == "attested")
    wizard = env["bde.closing.wizard"].create(
        {
            "placement_ids": stays.ids[:3],
            "with_lacking": True,
            "reason": "no_visit",
        }
    )
    wizard.action_close()


def write_letters(world):
    """The letters of the last weeks left and were read; those of who leaves next go today."""
    leaving = _placements(world, stay_of("leaving"))
    for school in {stay.bureau.school.uai for stay in STAYS}:
        company = world.school(school)
        stay = world.env["bde.stay"].with_company(company)
        stay = stay.with_context(allowed_company_ids=company.ids)
        # ten days after the oldest period, then those that are due by now
        long_ago = world.calendar.first_past[1] + timedelta(days=10)
        with world.at(long_ago, 10):
            old = stay._asks(company, long_ago)
            stay._write([ask for ask in old if ask.placement.date_end < long_ago])
        asks = stay._asks(company, company._bde_today())
        stay._write([ask for ask in asks if ask.placement not in leaving])


def quietly(act):
    """An act whose messages were read long ago."""

    def run(world):
        with world.silently():
            act(world)

    return run


STEPS = (
    ("prepare", "Suivi : avant le départ", quietly(prepare)),
    ("decide", "Suivi : départs", decide),
    ("first-day", "Suivi : premier jour", quietly(first_day)),
    ("visit", "Suivi : visites", quietly(visit)),
    ("presence", "Suivi : présence", quietly(presence)),
    ("accident", "Suivi : accident", quietly(accident)),
    ("claim", "Suivi : frais des élèves", quietly(claim)),
    ("visited", "Suivi : visites d'une classe revenue", quietly(visited)),
    ("evaluate", "Suivi : évaluations", quietly(evaluate)),
    ("rate", "Suivi : qualité des sites", quietly(rate)),
    ("attest", "Suivi : attestations signées", quietly(attest)),
    ("pay", "Suivi : allocation", pay),
    ("sites", "Suivi : documents des entreprises", know_sites),
    ("close", "Suivi : PFMP closes", close),
    ("letters", "Suivi : messages", quietly(write_letters)),
)


def last_steps(world):
    """Steps of this part: ``(name, text shown, function)``."""
    for name, text, act in STEPS:
        yield f"follow-{name}", text, lambda act=act: act(world)
