"""Group ``taxe``: a campaign of the taxe d'apprentissage, on a whole académie.

Names, limits and yardsticks are those of issue 6, section Speed.
"""

import base64
import contextlib
import time
from datetime import timedelta

from . import odoo_env
from .harness import Measure, compare, interleave, without_chunks

TARGETS, TARGET_SIZES = 5_000, (1, 20, 200, 5_000)
TARGETS_SECONDS, IMPORT_SECONDS = 5, 10
IMPORT_ROWS = 10_000
TARGETS_LIMIT, LETTERS_LIMIT, FUNNEL_LIMIT = 1.0, 1.3, 3
# as long as a letter of ours: a page of text, the school's name and numbers
CORE_LETTER = (
    "<div><p>Bonjour <t t-out=\"object.name or ''\"/>,</p>"
    + "<p>Le solde de votre taxe d'apprentissage peut équiper nos ateliers. Dans SOLTéA, "
    "cherchez notre établissement par son nom, son SIRET ou son UAI.</p>"
    * 8
    + "<p><t t-out=\"object.email or ''\"/>, <t t-out=\"object.company_name or ''\"/></p>"
    + '<p><a href="https://www.example.org/page">Répondre en un clic</a></p></div>'
)


# Statements that more kinds of companies may add, see ``_bounded``.
KINDS_OF_VERDICTS = 16

# ------------------------------------------------------------------
# Targets
# ------------------------------------------------------------------


def targets_build(bench):
    """5,000 companies found, judged and put on the list of a campaign.

    Milliseconds a company. Yardstick: core's creation of as many leads in one batch, limit 1.0.
    The number of queries must not follow that of companies (see :func:`_bounded`); the target is
    5 s (issue 6).
    """
    school = bench.large
    made = []

    def run(env, size=TARGETS, same=True):
        campaign = _empty_campaign(env, school)
        _hosts(env, school, size)
        if same:
            _forget(env, school)
        measure = odoo_env.counted(env, lambda: campaign._build_targets(["host"]))
        made.append(env["bde.tax.target"].search_count([("campaign_id", "=", campaign.id)]))
        # a small data set has fewer companies
        measure.units = made[-1]
        return measure

    def ours():
        with odoo_env.rolled_back(bench.registry, **bench.as_manager(school)) as env:
            return run(env, same=False)

    def yardstick():
        return _create_leads(bench, made[-1])

    user = bench.as_manager(school)
    queries, raw = odoo_env.queries_by_size(bench.registry, run, TARGET_SIZES, **user)
    measures = interleave(ours, yardstick, rounds=min(bench.rounds, 3), warmup=0)
    seconds = min(measure.seconds for measure in measures[0])
    return [
        compare(
            "targets_build",
            *measures,
            limit=TARGETS_LIMIT,
            scale=1000,
            unit="ms/entreprise",
            queries=queries,
            checks={"requêtes bornées pour 1, 20, 200 et toutes": _bounded(queries)},
            notes=[
                f"{made[-1]} entreprises : {seconds:.1f} s (cible : {TARGETS_SECONDS} s pour "
                f"{TARGETS})",
                "requêtes brutes " + " ".join(f"{size}:{count}" for size, count in raw.items()),
            ],
        )
    ]


def _bounded(by_size):
    """Whether queries stay within those of the kinds of verdicts.

    A long list holds more kinds of companies than a short one (exempt, closed, said no…), and
    each kind is written once: that many more statements, however long the list.
    """
    counts = by_size.values()
    return len(counts) > 1 and max(counts) - min(counts) <= KINDS_OF_VERDICTS


def _empty_campaign(env, school):
    """A running campaign of the year after those of the data set, nobody on it."""
    company = env["res.company"].browse(school)
    year = _year_after(env, company)
    # started without its identity: the bench's own preparation
    campaign = (
        env["bde.tax.campaign"]
        .sudo()
        .create(
            {
                "company_id": school,
                "tax_year_id": year.id,
                "user_id": env.uid,
                "state": "running",
                "soltea_siret": "19330994500015",
            }
        )
    )
    return campaign.with_env(env)


def _year_after(env, company):
    """A year that the school has no campaign of, without dates."""
    # the bench's own preparation, before anything is measured
    academy = company.sudo()._bde_academy()
    last = max(env["bde.tax.year"].sudo().search([("company_id", "=", academy.id)]).mapped("year"))
    return env["bde.tax.year"].sudo().create({"company_id": academy.id, "year": last + 1})


def _hosts(env, school, size):
    """So many companies host a pupil of the school this year, others do not."""
    env.flush_all()
    env.cr.execute(
        """INSERT INTO bde_relation (company_id, partner_id, partner_name, partner_city, status,
                                     create_uid, write_uid, create_date, write_date)
           SELECT %(school)s, p.id, p.name, p.city, 'active', 1, 1, now(), now()
             FROM res_partner p
            WHERE p.bde_employer AND p.active
              AND NOT EXISTS (SELECT FROM bde_relation r
                               WHERE r.company_id = %(school)s AND r.partner_id = p.id)
            ORDER BY p.id
            LIMIT greatest(0, %(size)s - (SELECT count(*) FROM bde_relation
                                           WHERE company_id = %(school)s))""",
        {"school": school, "size": size},
    )
    env.cr.execute("UPDATE bde_relation SET last_hosted_on = NULL WHERE company_id = %s", [school])
    env.cr.execute(
        """UPDATE bde_relation SET last_hosted_on = CURRENT_DATE - 30
            WHERE id IN (SELECT id FROM bde_relation WHERE company_id = %s ORDER BY id LIMIT %s)""",
        [school, size],
    )
    env.cr.execute("ANALYZE bde_relation")
    env.invalidate_all()


def _forget(env, school):
    """No opt-out and no money of earlier years: whom they concern is written to once more."""
    env.cr.execute("DELETE FROM bde_optout")
    env.cr.execute(
        """UPDATE bde_tax_target SET received_amount = 0, last_year_amount = 0, giving_years = 0
            WHERE company_id = %s""",
        [school],
    )
    env.invalidate_all()


def _create_leads(bench, count):
    """One round of core's creation of leads, each of a company, in one batch."""
    with odoo_env.rolled_back(bench.registry, **bench.as_etalon(bench.core_company)) as env:
        partners = env["res.partner"].sudo().search([("bde_employer", "=", True)], limit=count)
        values = [
            {
                "name": f"Piste du banc {partner.id}",
                "type": "opportunity",
                "partner_id": partner.id,
                "user_id": bench.etalon,
                "company_id": bench.core_company,
                "team_id": False,
                "expected_revenue": 1000,
            }
            for partner in partners
        ]
        context = {
            "tracking_disable": True,
            "mail_create_nolog": True,
            "mail_create_nosubscribe": True,
        }
        Lead = env["crm.lead"].with_context(**context)
        return odoo_env.counted(env, lambda: Lead.create(values), len(values))


# ------------------------------------------------------------------
# Letters
# ------------------------------------------------------------------


def letters_queue(bench):
    """Letters to all companies of a school put in the queue: checked, noted, mails made.

    Milliseconds a mail. Yardstick: core's ``mass_mailing`` to as many addresses, its traces and
    mails made, none sent. Limit: 1.3 (issue 6).
    """
    school = bench.large
    sent = []

    def ours():
        with odoo_env.rolled_back(bench.registry, **bench.as_manager(school)) as env:
            campaign, model = _letters_ready(env, school)
            targets = env["bde.tax.target"].search(
                [("campaign_id", "=", campaign.id), ("state", "=", "kept")]
            )
            before = env["mail.mail"].sudo().search_count([])
            measure = odoo_env.counted(env, lambda: _send(campaign, targets, model))
            sent.append(env["mail.mail"].sudo().search_count([]) - before)
            return Measure(measure.seconds, measure.queries, max(sent[-1], 1))

    def yardstick():
        return core_mailing(bench, sent[-1])

    ours()  # the number of mails that the yardstick makes too
    measures = interleave(ours, yardstick, rounds=min(bench.rounds, 3), warmup=0)
    return [
        compare(
            "letters_queue",
            *measures,
            limit=LETTERS_LIMIT,
            scale=1000,
            unit="ms/lettre",
            queries=measures[0][-1].queries,
            checks={"des lettres sont parties": sent[-1] > 0},
            notes=[
                f"{sent[-1]} lettres ; requêtes de l'étalon : {measures[1][-1].queries}",
            ],
        )
    ]


def _letters_ready(env, school):
    """The running campaign with an open window, nobody written to, and the first letter."""
    campaign = env["bde.tax.campaign"].search(
        [("company_id", "=", school), ("state", "=", "running")], limit=1
    )
    today = campaign.company_id._bde_today()
    window = campaign.sudo().tax_year_id.window_ids.filtered(lambda one: one.kind == "period2")
    window.write({"date_from": today - timedelta(days=5), "date_to": today + timedelta(days=40)})
    env.flush_all()
    # as before the first letter of the year
    env.cr.execute("DELETE FROM bde_tax_letter WHERE company_id = %s", [school])
    env.cr.execute("DELETE FROM bde_approach WHERE school_id = %s", [school])
    env.cr.execute(
        """UPDATE bde_tax_target
              SET reached_on = NULL, bounced_on = NULL, answered_on = NULL, answer = NULL,
                  refused_on = NULL, message_sent_count = 0, stage = 'targeted'
            WHERE campaign_id = %s""",
        [campaign.id],
    )
    env.cr.execute("ANALYZE bde_tax_letter")
    env.invalidate_all()
    model = env["bde.tax.letter.model"].search([("kind", "=", "first")], limit=1)
    return campaign, model


def _send(campaign, targets, model):
    """The letters noted, then what the job of core does with them."""
    campaign._send_letters(targets, model)
    mailings = campaign.env["mailing.mailing"].sudo()
    mailings.search([("bde_tax_campaign_id", "=", campaign.id)])._bde_run()


def core_mailing(bench, count):
    """One round of core's mailing to a list of so many contacts, left in the queue of mails."""
    with odoo_env.rolled_back(bench.registry) as env, _no_commit():
        # core would send a hundred mails or fewer at once
        env["ir.config_parameter"].set_param("mail.mail.force.send.limit", "0")
        contacts = env["mailing.contact"].create(
            [
                {
                    "name": f"Contact du banc {number}",
                    "email": f"banc{number}@etalon.example",
                    "company_name": "Société du banc",
                }
                for number in range(count)
            ]
        )
        listed = env["mailing.list"].create({"name": "Banc", "contact_ids": contacts.ids})
        mailing = env["mailing.mailing"].create(
            {
                "subject": "Votre taxe d'apprentissage",
                "body_html": CORE_LETTER,
                "mailing_model_id": env.ref("mass_mailing.model_mailing_list").id,
                "contact_list_ids": [(6, 0, listed.ids)],
                "email_from": "bureau@etalon.example",
            }
        )
        return odoo_env.counted(env, lambda: mailing.action_send_mail(contacts.ids), count)


@contextlib.contextmanager
def _no_commit():
    """Core commits what it made of a mailing, unless it is tested."""
    from odoo.modules import module

    before, module.current_test = module.current_test, True
    try:
        yield
    finally:
        module.current_test = before


# ------------------------------------------------------------------
# Import
# ------------------------------------------------------------------


def soltea_import(bench):
    """10,000 rows of a SOLTéA export read, matched with 20,000 companies and counted.

    Milliseconds a row, reading and preview included. Yardstick: core's creation of as many
    leads. The queries of the second chunk and of the last must be alike; the target is 10 s
    (issue 6).
    """
    school, seen = bench.large, {}

    def ours():
        with odoo_env.rolled_back(bench.registry, **bench.as_manager(school)) as env:
            file, seen["rows"], seen["total"] = _export(env)
            return odoo_env.counted(env, lambda: _import(env, school, file, seen), seen["rows"])

    def yardstick():
        # the first round begins with the yardstick
        return _create_leads(bench, seen.get("rows", IMPORT_ROWS))

    measures = interleave(ours, yardstick, rounds=min(bench.rounds, 2), warmup=0)
    seconds = min(measure.seconds for measure in measures[0])
    chunks = seen["chunks"]
    middle = {"2e": chunks[1], "avant-dernier": chunks[-2]} if len(chunks) > 3 else {}
    return [
        compare(
            "soltea_import",
            *measures,
            limit=None,
            scale=1000,
            unit="ms/ligne",
            queries=middle,
            checks={
                "requêtes bornées par lot": _bounded(middle),
                "le total reçu est celui du fichier": abs(seen["received"] - seen["total"]) < 0.005,
            },
            notes=[
                f"{seen['rows']} lignes : {seconds:.1f} s (cible : {IMPORT_SECONDS} s), dont "
                f"lecture {seen['read']:.1f} s, aperçu {seen['preview']:.1f} s, "
                f"écriture {seen['apply']:.1f} s",
                f"{len(chunks)} lots",
            ],
        )
    ]


def _export(env):
    """A CSV of one payment of each of so many companies, its number of rows and its total."""
    partners = env["res.partner"].sudo().search([("bde_employer", "=", True)], limit=IMPORT_ROWS)
    lines = ["SIRET employeur;Raison sociale;Code postal;Montant;Date de virement;Formation"]
    total = 0
    for number, partner in enumerate(partners):
        cents = 10_000 + 37 * number
        total += cents
        lines.append(
            f"{partner.company_registry};{partner.name};{partner.zip};"
            f"{cents // 100},{cents % 100:02d};11/07/2025;"
        )
    return base64.b64encode("\n".join(lines).encode()), len(partners), total / 100


def _import(env, school, file, seen):
    """The three steps of an import, with the time of each and the queries of each chunk."""
    campaign = env["bde.tax.campaign"].search(
        [("company_id", "=", school), ("state", "=", "running")], limit=1
    )
    record = env["bde.tax.import"].create(
        {"campaign_id": campaign.id, "filename": "export.csv", "file": file}
    )
    before = campaign.received_total
    for name, step in (("read", record.action_read), ("preview", record.action_preview)):
        start = time.perf_counter()
        step()
        env.flush_all()
        seen[name] = time.perf_counter() - start
    start, seen["chunks"] = time.perf_counter(), []
    _chunk(env, record.action_apply, seen)
    while record.state == "running":
        _chunk(env, record.apply_next, seen)
    seen["apply"] = time.perf_counter() - start
    campaign.invalidate_recordset()
    seen["received"] = campaign.received_total - before


def _chunk(env, verb, seen):
    """One chunk: its queries, those that core cuts by a hundred rows counted once."""
    with odoo_env.recorded():
        measure = odoo_env.counted(env, verb)
        seen["chunks"].append(without_chunks(measure.statements))


# ------------------------------------------------------------------
# Funnel
# ------------------------------------------------------------------

FUNNEL = """
    SELECT c.id,
           count(*) FILTER (WHERE t.listed) AS target_count,
           count(*) FILTER (WHERE t.reached) AS reached_count,
           count(*) FILTER (WHERE t.answered) AS answered_count,
           count(*) FILTER (WHERE t.pledge_count > 0) AS promised_count,
           count(*) FILTER (WHERE t.received_amount > 0) AS received_count,
           count(*) FILTER (WHERE t.received_amount > 0 AND t.pledge_count = 0)
               AS unexpected_count,
           sum(t.promised_amount) AS promised_amount,
           sum(t.received_amount) AS received_amount,
           sum(t.message_sent_count) AS message_count,
           sum(t.potential) FILTER (WHERE t.listed) AS potential
      FROM bde_tax_campaign c
      JOIN (SELECT *, answered_on IS NOT NULL OR pledge_count > 0 AS answered,
                   reached_on IS NOT NULL OR answered_on IS NOT NULL OR pledge_count > 0 AS reached,
                   state = 'kept' OR answered_on IS NOT NULL OR pledge_count > 0
                       OR received_amount <> 0 OR reached_on IS NOT NULL AS listed
              FROM bde_tax_target) t ON t.campaign_id = c.id
     WHERE c.id = ANY(%s)
  GROUP BY c.id"""
FUNNEL_COLUMNS = (
    "target_count", "reached_count", "answered_count", "promised_count", "received_count",
    "unexpected_count", "promised_amount", "received_amount", "message_count", "potential",
)  # fmt: skip


def funnel(bench):
    """Funnels of all campaigns, then of those of one school by its manager.

    Milliseconds. Yardstick: SQL written by hand, with equal results. Limit: 3 (issue 6).
    """
    return [
        _funnel(bench, "funnel", {}),
        _funnel(bench, "funnel_school", bench.as_manager(bench.large)),
    ]


def _funnel(bench, name, user):
    seen = {}

    def ours():
        with odoo_env.rolled_back(bench.registry, **user) as env:
            campaigns = env["bde.tax.campaign"].search([])
            measure = odoo_env.counted(
                env, lambda: seen.update(ours=campaigns._funnel_figures()), 1
            )
            seen["ours"] = {
                one.id: tuple(round(float(found["now"][name]), 2) for name in FUNNEL_COLUMNS)
                for one, found in seen["ours"].items()
                if found["now"]["target_count"]
            }
            return measure

    def yardstick():
        with odoo_env.rolled_back(bench.registry) as env:
            ids = list(seen["ours"])

            def query():
                env.cr.execute(FUNNEL, [ids])
                seen["sql"] = {
                    row[0]: tuple(round(float(value or 0), 2) for value in row[1:])
                    for row in env.cr.fetchall()
                }

            return odoo_env.counted(env, query)

    ours()
    measures = interleave(ours, yardstick, rounds=3 * bench.rounds, warmup=2)
    return compare(
        name,
        *measures,
        limit=FUNNEL_LIMIT,
        scale=1000,
        unit="ms",
        queries=measures[0][-1].queries,
        checks={"égal au SQL écrit à la main": seen["ours"] == seen["sql"]},
        notes=[f"{len(seen['ours'])} campagnes"],
    )


BENCHMARKS = (targets_build, letters_queue, soltea_import, funnel)
