"""What happens after a convention went out: corrections, paper, answers, amendments, mass work.

Every act is made in the session of the person whose act it is. In the class that is being
prepared some conventions were corrected or answered; in the one that is away, one has an
amendment under way, another is amended, and one pupil's company broke the stay off.
"""

import io
from datetime import timedelta

from odoo import Command

from .demo_conventions import _placements
from .demo_periods import fate_of
from .demo_plan import RIVES, STAYS

LATE_SHOP = {
    day: [["10:00", "13:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")
}
PHONE = {"ip": "192.0.2.30", "user_agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile"}


def stay_of(when):
    """The stay of the first lycée at that time of the calendar."""
    [stay] = [stay for stay in STAYS if stay.bureau is RIVES and stay.when == when]
    return stay


def by_fate(world, stay, state):
    """Conventions of a stay whose pupils were to reach a state, in the order of the list."""
    placements = _placements(world, stay)
    fate = fate_of(stay, placements)
    return placements.filtered(lambda p: fate[p] == state).convention_id


def bureau(world):
    """Environment of the manager of the first lycée."""
    return world.as_user(RIVES.login("rbde"))


def correct(world):
    """One convention with other hours, sent again; one with a corrected policy; one still open."""
    env = bureau(world)
    hours, policy, still_open = by_fate(world, stay_of("prepared"), "partly_signed").with_env(env)
    with world.at(world.today - timedelta(days=1), 10):
        hours.document_id.action_correct("Le magasin ouvre plus tard en hiver")
        hours.placement_id.schedule = LATE_SHOP
        hours.document_id.action_send_correction()
        policy.document_id.action_correct("Numéro du contrat d'assurance")
        policy.placement_id.insurance_policy = "RC 2026-771"
        policy.document_id.action_send_correction()
        still_open.document_id.action_correct("Adresse du lieu de travail à vérifier")


def answer(world):
    """A boss who may not sign names who may; a tutor asks for something else."""
    Answer = world.env["bde.document.answer"]
    first, second = by_fate(world, stay_of("prepared"), "to_sign")[:2]
    with world.at(world.today - timedelta(days=1), 18):
        for convention, role, kind, values in (
            (
                first,
                "host",
                "no_authority",
                {"name": "Solange Kermadic", "email": "s.kermadic@siege.example"},
            ),
            (second, "tutor", "change", {"text": "Je suis absent la deuxième semaine."}),
        ):
            signature = convention.signature_ids.filtered(lambda s, role=role: s.role == role)
            for batch in signature.document_id._as_engine():
                signature = signature.with_env(batch.env)
                Answer.with_env(batch.env)._record(kind, signature, values, PHONE)


def paper(world):
    """A tutor signed on paper; the page was scanned and waits for a look."""
    import pypdfium2

    env = bureau(world)
    convention = by_fate(world, stay_of("leaving"), "to_sign")[:1].with_env(env)
    tutor = convention.sudo().signature_ids.filtered(lambda s: s.role == "tutor").with_env(env)
    pdf = tutor._paper_pdf()
    pages = list(pypdfium2.PdfDocument(pdf))
    sheet = pages[-1].render(scale=2, grayscale=True).to_pil()
    stream = io.BytesIO()
    sheet.save(stream, "JPEG", quality=80)
    scan = env["ir.attachment"].create({"name": "scan0412.jpg", "raw": stream.getvalue()})
    upload = env["bde.paper.upload"].create({"attachment_ids": [Command.set(scan.ids)]})
    upload.action_read()


def amend(world):
    """Two amendments: one that everybody signed, one that waits for its signers."""
    env = bureau(world)
    stay = stay_of("running")
    conventions = _placements(world, stay).convention_id.filtered(lambda c: c.state == "running")
    first, second, third = conventions.sorted("student_name")[2:5].with_env(env)
    start, end = getattr(world.calendar, stay.when)
    with world.at(world.today - timedelta(days=1), 11):
        amendments = env["bde.amendment"].create(
            [
                {
                    "convention_id": first.id,
                    "change_type": "hours",
                    "date_effect": world.today + timedelta(days=1),
                    "new_schedule": LATE_SHOP,
                    "reason": "Ouverture plus tardive avant les fêtes",
                },
                {
                    "convention_id": second.id,
                    "change_type": "place",
                    "date_effect": world.today + timedelta(days=1),
                    "new_site_address": "14 place du Marché, 96000 ORVANE",
                    "reason": "Renfort dans l'autre magasin",
                },
            ]
        )
        amendments.action_send()
    signed = amendments[0].sudo()
    with world.silently():
        for batch in signed.document_id._as_engine():
            while waiting := batch.signature_ids.filtered(
                lambda s: s.state == "to_sign" and s.required
            ):
                waiting._sign("typed", "Signature", proof=PHONE)
    interrupt(world, third)


def interrupt(world, convention):
    """The company broke the stay off: the pupil stands without a place from tomorrow."""
    wizard = convention.env["bde.interrupt"].create(
        {"convention_id": convention.id, "code": "host", "reason": "Fermeture du rayon"}
    )
    wizard.action_apply()


def download(world):
    """The bureau asked for the conventions of the class that leaves, in one file."""
    env = bureau(world)
    conventions = _placements(world, stay_of("leaving")).convention_id.with_env(env)
    env["bde.batch"]._start("zip", conventions, title=stay_of("leaving").name)


def last_steps(world):
    """Steps of this part: ``(name, text shown, function)``."""
    yield "life-correct", "Conventions corrigées", lambda: correct(world)
    yield "life-answer", "Réponses de signataires", lambda: answer(world)
    yield "life-paper", "Signature sur papier", lambda: paper(world)
    yield "life-amend", "Avenants, interruption", lambda: amend(world)
    yield "life-download", "Conventions d'une classe", lambda: download(world)
