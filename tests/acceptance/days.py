"""Days that pass in the story, without waiting for them: ``school.days(VERB, …)``.

    pass DAYS                  messages were sent so long ago
    nightly DATE               the job of that night has run
    birthdays DATE             so has that of the birthdays
    letters DATE               those about stays of that day left
    tax_letters                letters about the tax left
    alumni_by_hand             jobs about alumni run when the story says so, on no other hour
    alumni_letters             letters to alumni left
    alumni_later NUMBER UNIT   what is kept of alumni is so many days, or years, older
    alumni_job NAME...         jobs about alumni have run: follow, majority, rounds, forget
    released                   companies see what trainees said
    sign ID... [--but-head]    all who have to sign these conventions have done so
    sign_document ID           the same of one document
    tamper ID                  somebody wrote in the database itself

The server's clock does not move: what it keeps of the past is moved back, and what a night does
is done as on that day.
"""

from datetime import date, timedelta
from functools import partial

AWAY = 100_000  # years


def days_pass(env, days):
    """Move the last messages to signers back by so many days."""
    for signature in env["bde.document.signature"].search([("notified_on", "!=", False)]):
        signature.notified_on -= timedelta(days=int(days))


def nightly(env, day):
    """Let conventions begin and end as the job does in the night to that day."""
    from freezegun import freeze_time

    with freeze_time(date.fromisoformat(day)):
        env["bde.convention"]._cron_follow_dates()


def birthdays(env, day):
    """The job that looks who comes of age, as in the night to that day."""
    from freezegun import freeze_time

    with freeze_time(date.fromisoformat(day)):
        env["bde.convention"]._cron_birthdays()


def letters(env, day):
    """The job that writes about stays, as on that day at ten, which is no quiet hour here."""
    from freezegun import freeze_time

    with freeze_time(f"{date.fromisoformat(day)} 10:00"):
        for company in env["res.company"].search([("bde_kind", "=", "school")]):
            school = env["bde.stay"].with_company(company)
            school.with_context(allowed_company_ids=company.ids)._write_school(company)


def released(env):
    """The night in which figures of sites are computed, and shown to companies."""
    env["bde.site.quality"]._refresh()
    env["bde.rating"]._release_to_hosts()


def tax_letters(env):
    """The hour in which letters about the tax leave: those that wait for it are made now."""
    env["mailing.mailing"].search([("state", "=", "in_queue")])._bde_run()
    env["bde.delivery"]._trigger_queue()


def alumni_by_hand(env):
    """Letters would leave at once in working hours, and in the morning at night."""
    jobs = env["ir.model.data"].search([("model", "=", "ir.cron"), ("module", "=", "bde_alumni")])
    env["ir.cron"].browse(jobs.mapped("res_id")).active = False


def alumni_letters(env):
    """The hour in which letters to alumni leave, whatever the hour of the tests."""
    Letters = env["bde.alumni.letters"]
    for company in env["res.company"].search([("bde_kind", "=", "school")]):
        school = Letters.with_company(company).with_context(allowed_company_ids=company.ids)
        school._write_school(company)
    env["mailing.mailing"].search([("state", "=", "in_queue")])._action_send_mail()
    env["bde.delivery"]._trigger_queue()


def alumni_later(env, number, unit):
    """Moves what the school keeps of alumni into the past; with years, its pupils' files too.

    A class of this year is then one of years ago, and the académie says which year runs.
    """
    number = int(number)
    models = [env[name] for name in env.registry if _is_of_alumni(env[name])]
    if unit == "years":
        models += [env[name] for name in ("bde.student", "bde.schooling", "bde.link")]
    for model in models:
        _move_back(model, number, unit)
    if unit == "years":
        _move_years_back(env, number)


def _is_of_alumni(model):
    kept = model._auto and not model._abstract and not model._transient
    return kept and model._original_module == "bde_alumni"


def _move_back(model, number, unit):
    """Dates of a table; with years, the years that it holds as numbers too."""
    dates, years = [], []
    for name, field in model._fields.items():
        if not field.store or not field.column_type or name in ("create_date", "write_date"):
            continue
        if field.type in ("date", "datetime"):
            dates.append(f"{name} = {name} - interval '{number} {unit}'")
        elif unit == "years" and name in ("cohort", "year"):
            years.append(name)
    _update(model, dates)
    # far away first: a row may not bear the year of another one, be it for a moment
    for step in (-AWAY - number, AWAY):
        _update(model, [f"{name} = {name} + {step}" for name in years])


def _update(model, changes):
    if changes:
        model.env.cr.execute(f"UPDATE {model._table} SET {', '.join(changes)}")


def _move_years_back(env, number):
    """School years, the oldest first, and letters that bear the name of one."""
    from dateutil.relativedelta import relativedelta

    for was, becomes, step in (("yearly", "moved", number), ("moved", "yearly", 0)):
        env.cr.execute(
            "UPDATE bde_alumni_letter SET kind = %s || (split_part(kind, '_', 2)::int - %s)"
            " WHERE kind LIKE %s",
            [f"{becomes}_", step, f"{was}\\_%"],
        )
    env.invalidate_all()
    for year in env["bde.school.year"].search([], order="date_start"):
        year.date_start -= relativedelta(years=number)


def alumni_job(env, *names):
    """What the nights do for alumni."""
    jobs = {
        "follow": env["bde.alumnus"]._cron_follow_leavers,
        "majority": env["bde.alumnus"]._cron_majority,
        "rounds": env["bde.leaver.round"]._cron_rounds,
        "forget": env["bde.alumnus"]._cron_forget,
    }
    for name in names:
        jobs[name]()


def sign(env, *arguments):
    """Everybody signs these conventions, but the head when it is his to do in the story."""
    but_head = "--but-head" in arguments
    ids = [int(argument) for argument in arguments if argument.isdigit()]
    _sign_all(env["bde.convention"].browse(ids).document_id, but_head)


def sign_document(env, number):
    _sign_all(env["bde.document"].browse(int(number)))


def _sign_all(documents, but_head=False):
    """One transaction a document, taken again when a job of the server was faster."""
    from odoo.service.model import retrying

    for document in documents:
        retrying(partial(_sign_one, document, but_head), document.env)


def _sign_one(document, but_head):
    [document] = document._as_engine()
    while waiting := document.signature_ids.filtered(
        lambda s: s.state == "to_sign" and s.required and not (but_head and s.role == "head")
    ):
        waiting._sign("typed", "Signature de l'histoire")


def tamper(env, number):
    """A row of the journal says something else, past the guard of the database."""
    env.cr.execute("ALTER TABLE bde_journal DISABLE TRIGGER USER")
    env.cr.execute(
        "UPDATE bde_journal SET at = at - interval '1 day' WHERE document_id = %s AND serial = 2",
        [int(number)],
    )
    env.cr.execute("ALTER TABLE bde_journal ENABLE TRIGGER USER")


def play(env, verb, *arguments):
    """One of these verbs, kept: a step of ``tests/forked.py``.

    Played again, as a request is, when a job of the server was faster.
    """
    from odoo.service.model import retrying

    retrying(partial(VERBS[verb], env, *arguments), env)
    env.cr.commit()


VERBS = {
    "pass": days_pass,
    "nightly": nightly,
    "birthdays": birthdays,
    "letters": letters,
    "tax_letters": tax_letters,
    "alumni_by_hand": alumni_by_hand,
    "alumni_letters": alumni_letters,
    "alumni_later": alumni_later,
    "alumni_job": alumni_job,
    "released": released,
    "sign": sign,
    "sign_document": sign_document,
    "tamper": tamper,
}
