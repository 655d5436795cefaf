"""Third part of the demonstration: conventions, signatures, seals."""

from datetime import timedelta

from . import demo_pictures
from .demo_periods import WITH_SHEET, day_of, fate_of
from .demo_plan import STAYS

NETWORKS = ("198.51.100.{}", "203.0.113.{}", "192.0.2.{}")  # reserved for documentation
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
OFFICE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"
# What has a convention, among the states of ``demo_plan``; those in draft and to check stay there.
NO_CONVENTION = ("to_place", "set_aside", *WITH_SHEET)
NOT_SENT = ("draft", "to_check")
REFUSAL = "Les horaires du samedi ne sont pas ceux que nous avions convenus avec l'élève."
CANCELLED = "L'entreprise ferme pour travaux pendant la période."
BACK_TO_DRAFT = "Le tuteur a changé : à corriger avant l'envoi."


def make(world, stay):
    """The bureau makes the conventions of a stay: their text is fixed, their PDF waits."""
    placements = _placements(world, stay)
    fate = fate_of(stay, placements)
    ready = placements.filtered(lambda p: fate[p] not in NO_CONVENTION)
    if not ready:
        return
    env = world.as_user(stay.bureau.login("rbde"))
    with world.at(day_of(world, stay, 18), 9):
        ready.with_env(env).action_make_conventions()
        missing = ready.filtered(lambda p: not p.convention_id)
        assert not missing, missing._convention_obstacles()
        drafts = ready.filtered(lambda p: fate[p] == "draft").convention_id
        if drafts:
            drafts.with_env(env).action_back_to_draft(BACK_TO_DRAFT)
    world.ahead.versions(_signed(ready, fate).convention_id.document_id)


def sign(world, stay):
    """The bureau sends the conventions of a stay, the parties sign or refuse.

    Who has nothing left to do read his messages long ago; the others find theirs in the catcher.
    """
    placements = _placements(world, stay)
    fate = fate_of(stay, placements)
    sent = placements.filtered(lambda p: fate[p] not in (*NO_CONVENTION, *NOT_SENT))
    if not sent:
        return
    # when the build was taken up again, nothing was rendered ahead yet
    world.ahead.versions(_signed(sent, fate).convention_id.document_id)
    late = sent[: stay.late]
    done = sent.filtered(lambda p: fate[p] in ("signed", "for_the_head")) - late
    with world.silently():
        _send(world, stay, done)
        _outsiders(world, stay, done)
        _teachers(world, stay, done)
        _head(world, stay, done.filtered(lambda p: fate[p] == "signed"))
        if stay.when != "prepared":
            # everybody had his copy at the time: the job that seals sends none today
            complete = done.convention_id.document_id.filtered(lambda d: d.state == "signed")
            complete.copies_sent_on = world.env.cr.now()
    _send(world, stay, sent - done)
    _outsiders(world, stay, late, ("host",))
    _outsiders(
        world, stay, sent.filtered(lambda p: fate[p] == "partly_signed"), ("host", "tutor")
    )
    _refuse(world, stay, sent.filtered(lambda p: fate[p] == "refused"))
    _cancel(world, stay, sent.filtered(lambda p: fate[p] == "cancelled"))


def _send(world, stay, placements):
    env = world.as_user(stay.bureau.login("rbde"))
    if placements:
        with world.at(day_of(world, stay, 17), 9):
            placements.convention_id.with_env(env).action_send()
            stopped = placements.filtered(lambda p: p.convention_id.state != "to_sign")
            assert not stopped, stopped.convention_id._obstacles_to_send()


def _cancel(world, stay, placements):
    env = world.as_user(stay.bureau.login("rbde"))
    if placements:
        with world.at(day_of(world, stay, 10), 14):
            placements.convention_id.with_env(env).action_cancel(CANCELLED)


def _signed(placements, fate):
    """Those whose PDF somebody signs."""
    return placements.filtered(lambda p: fate[p] in ("signed", "for_the_head", "partly_signed"))


def _placements(world, stay):
    company = world.school(stay.bureau.school.uai)
    env = world.env(context=dict(world.env.context, allowed_company_ids=company.ids))
    # those set aside too: states are given in the order of the whole class
    return env["bde.placement"].with_context(active_test=False).search(
        [("period_id.name", "=", stay.name), ("company_id", "=", company.id)],
        order="division_id, student_name, id",
    )


def _documents(world, stay):
    return _placements(world, stay).convention_id.document_id


def _outsiders(world, stay, placements, roles=None):
    """Host, tutor, pupil, guardian and teachers without account follow their link and sign.

    One person signs at once all that waits for him. Pupils of age sign, minors and second legal
    representatives acknowledge.
    """
    signatures = placements.convention_id.document_id.signature_ids.filtered(
        lambda s: s.role != "head" and not s.user_id and (not roles or s.role in roles)
    )
    for number, batch in enumerate(signatures.grouped("signer_key").values()):
        with world.at(day_of(world, stay, 16 - number % 9), 8 + number % 12, number * 7 % 60):
            for required, part in batch.grouped("required").items():
                _sign_by_link(part, required, number)


def _sign_by_link(batch, required, number):
    person = batch[:1]
    proof = {
        "ip": NETWORKS[number % 3].format(10 + number % 200),
        "user_agent": PHONE if number % 2 else OFFICE,
    }
    if not required:
        batch._sign("button", person.name, proof=proof)
        return
    proof |= {"code_channel": "sms" if person.phone else "email"}
    image = demo_pictures.signature(person.name) if number % 3 else None
    batch._sign("drawn" if image else "typed", person.name, image, proof)


def _refuse(world, stay, placements):
    guardians = placements.convention_id.document_id.signature_ids.filtered(
        lambda s: s.role == "guardian" and s.required
    )
    # one of two is enough to stop it
    for signatures in guardians.grouped("document_id").values():
        with world.at(day_of(world, stay, 12), 19):
            signatures[:1]._refuse(REFUSAL, {"ip": NETWORKS[0].format(9), "user_agent": PHONE})


def _teachers(world, stay, placements):
    """Referents with an account sign theirs at once from their session."""
    signatures = placements.convention_id.document_id.signature_ids.filtered(
        lambda s: s.role == "referent" and s.user_id
    )
    for user, batch in signatures.grouped("user_id").items():
        _sign_in_session(world, stay, user, batch, 8)


def _head(world, stay, placements):
    """The head signs the class in one go."""
    signatures = placements.convention_id.document_id.signature_ids.filtered(
        lambda s: s.role == "head"
    )
    if signatures:
        head = world.user(stay.bureau.login(stay.bureau.staff[0][1]))
        _sign_in_session(world, stay, head, signatures, 5)


def _sign_in_session(world, stay, user, signatures, before):
    env = world.as_user(user.login, world.school(stay.bureau.school.uai))
    with world.at(day_of(world, stay, before), 18):
        wizard = env["bde.sign.wizard"].create(
            {"signature_ids": signatures.ids, "signed_name": user.name, "has_read": True}
        )
        wizard.action_sign()


def seal(world):
    """Seals the class that stands ready when somebody opens the demonstration."""
    stays = [stay for stay in STAYS if stay.seal]
    documents = world.env["bde.document"].union(*(_documents(world, stay) for stay in stays))
    pending = documents.filtered(lambda d: d.seal_state == "pending")
    world.ahead.seals(pending)
    for batch in pending._as_engine():
        for document in batch:
            document._seal_one()
            world.env.cr.commit()


def follow_dates(world):
    """The nightly job: what is signed runs, what is over has ended."""
    world.env["bde.convention"]._cron_follow_dates()


def attest(world):
    """Of the oldest period most attestations came back, with the days that pupils missed."""
    for stay in STAYS:
        if stay.when != "first_past":
            continue
        env = world.as_user(stay.bureau.login("rbde"))
        conventions = _placements(world, stay).convention_id.with_env(env).sorted("student_name")
        for convention, days in zip(conventions[4:8], (1, 0.5, 3, 1), strict=False):
            env["bde.absence"].create(
                {
                    "placement_id": convention.placement_id.id,
                    "date_from": convention.date_start,
                    "date_to": convention.date_end,
                    "part": "total",
                    "total_days": days,
                    "reason": "illness",
                }
            )
        back = world.school_day(getattr(world.calendar, stay.when)[1] + timedelta(days=6))
        with world.at(back, 11):
            conventions[3:].action_record_attestation()


def steps(world, bureau):
    """Steps of this part for a school: ``(name, text shown, function)``."""
    for stay in STAYS:
        if stay.bureau is bureau:
            yield (
                f"make-{stay.key}",
                f"{stay.name} : conventions",
                lambda stay=stay: make(world, stay),
            )


def last_steps(world):
    """What comes once all schools are there: ``(name, text shown, function)``."""
    for stay in STAYS:
        yield f"sign-{stay.key}", f"{stay.name} : signatures", lambda stay=stay: sign(world, stay)
    yield "seal", "Cachet d'une classe", lambda: seal(world)
    yield "follow", "Périodes en cours et terminées", lambda: follow_dates(world)
    yield "attest", "Attestations rendues", lambda: attest(world)
