"""The taxe d'apprentissage: each school has a finished campaign and one that runs.

All companies of a school are on both lists. What happened with them goes by SQL, with what the
suite stores of it; what an employer may allot is asked of the suite once for each payroll.
"""

from .core import choose, proof, step

# of a hundred companies: written to, came back, answered, gave in both years, gave in one
REACHED, BOUNCED, ANSWERED, LOYAL, GAVE = 75, 4, 15, 6, 5
# of a hundred givers of the running campaign: those whose money has come already
ARRIVED = 60
COURSES = 3
PAYROLLS = (180_000, 420_000, 950_000, 1_800_000, 3_600_000)


def _years(build):
    """The finished year and the running one: money of the latter has begun to come."""
    today = build.academy._bde_today()
    last = today.year if today.month >= 8 else today.year - 1
    return last - 1, last


@step("bde.tax.year")
def tax_years(build):
    """The two years as the suite hands them down, made when it does not know them yet."""
    Year = build.env["bde.tax.year"]
    build.tax_years = Year
    for number in _years(build):
        build.tax_years += Year._of(build.academy, number) or Year.create(
            {"company_id": build.academy.id, "year": number}
        )
    build.count["bde.tax.year"] = 2


@step("bde.tax.campaign")
def campaigns(build):
    """Two campaigns a school with the first courses; scratch table ``b_campaign``."""
    trainings = build.env["bde.training"].search([("company_id", "in", build.schools.ids)])
    by_school = trainings.grouped("company_id")
    managers = {company.id: user.id for (role, company), user in build.people if role == "manager"}
    values = [
        {
            "company_id": school.id,
            "tax_year_id": year.id,
            "user_id": managers[school.id],
            "state": "running" if late else "closed",
            "soltea_name": school.name.upper(),
            "soltea_siret": "19330994500015",
            "identity_checked_on": f"{year.year}-05-20",
            "eligible_state": "listed",
            "target_amount": 20_000,
            "course_ids": [
                (0, 0, {"training_id": one.id, "name": one.name, "rncp": "RNCP38878"})
                for one in by_school[school][:COURSES]
            ],
        }
        for late, year in enumerate(build.tax_years)
        for school in build.schools
    ]
    context = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
    created = build.env["bde.tax.campaign"].with_context(**context).create(values)
    build.env.flush_all()
    build.count["bde.tax.campaign"] = len(created)
    build.scratch(
        "b_campaign",
        "campaign_id int, company_id int, year int, late int",
        [(one.id, one.company_id.id, one.year, int(one.state == "running")) for one in created],
    )
    build.scratch(
        "b_course",
        "campaign_id int, n int, course_id int, training_id int",
        [
            (one.id, number, course.id, course.training_id.id)
            for one in created
            for number, course in enumerate(one.course_ids)
        ],
    )


@step("bde.tax.target")
def targets(build):
    """Every company of a school in both campaigns; scratch table ``b_tax``: what happened."""
    build.scratch(
        "b_tax",
        None,
        query="""
        SELECT row_number() OVER (ORDER BY c.late, h.i)::int AS n, h.i, h.relation_id,
               h.partner_id, h.signatory_id, c.*,
               -- who gives in both years, or in this one alone
               pg_temp.pick(h.i, 401, 100) < %(loyal)s
                   OR pg_temp.pick(h.i, 402 + c.late, 100) < %(gave)s AS gives,
               pg_temp.pick(h.i, 404 + c.late, 100) < %(reached)s AS written,
               pg_temp.pick(h.i, 406 + c.late, 100) < %(bounced)s AS bounced,
               pg_temp.pick(h.i, 408 + c.late, 100) AS luck,
               100 * (1 + pg_temp.pick(h.i, 410, 30)) AS euros
          FROM b_host h JOIN b_campaign c ON c.company_id = h.company_id""",
        loyal=LOYAL,
        gave=GAVE,
        reached=REACHED,
        bounced=BOUNCED,
    )
    build.run(
        """
        ALTER TABLE b_tax
            ADD pledged boolean, ADD answered boolean, ADD refused boolean, ADD expected numeric,
            ADD received numeric, ADD letters int, ADD day date"""
    )
    # two givers in three said so before, some say so and never give
    build.run(
        """
        UPDATE b_tax
           SET pledged = CASE WHEN gives THEN luck < 66 ELSE luck >= 97 END,
               answered = luck < %(answered)s,
               day = make_date(year, 6, 2) + luck %% 20,
               letters = CASE WHEN written THEN 1 + (luck %% 2) ELSE 0 END""",
        answered=ANSWERED,
    )
    build.run(
        """
        UPDATE b_tax
           SET answered = answered OR pledged,
               refused = answered AND NOT pledged AND NOT gives AND luck %% 2 = 0,
               expected = CASE WHEN pledged THEN euros ELSE 0 END,
               received = CASE WHEN gives AND (late = 0 OR pg_temp.pick(i, 411, 100) < %(arrived)s)
                               THEN CASE WHEN luck %% 10 = 0 THEN euros / 2 ELSE euros END
                               ELSE 0 END""",
        arrived=ARRIVED,
    )
    build.run("ANALYZE b_tax")
    base = build.reserve("bde.tax.target", build.value("SELECT count(*) FROM b_tax"))
    build.insert(
        "bde.tax.target",
        {
            "id": "%(base)s + t.n",
            "campaign_id": "t.campaign_id",
            "company_id": "t.company_id",
            "year": "t.year",
            "relation_id": "t.relation_id",
            "partner_id": "t.partner_id",
            "partner_name": "p.name",
            "city": "p.city",
            "currency_id": "%(currency)s",
            "naf_id": "p.naf_id",
            "naf_section": "f.section",
            "headcount": "p.headcount",
            "from_host": "t.i %% 4 <> 0",
            "from_giver": "COALESCE(l.received, 0) > 0",
            "from_hand": "t.i %% 4 = 0 AND COALESCE(l.received, 0) = 0",
            "source": "CASE WHEN COALESCE(l.received, 0) > 0 THEN 'giver' "
            "WHEN t.i %% 4 = 0 THEN 'hand' ELSE 'host' END",
            "payroll": "CASE WHEN t.i %% 3 = 0 THEN "
            "(%(payrolls)s::int[])[1 + pg_temp.pick(t.i, 412, %(count)s)] END",
            "employs_apprentice": "'unknown'",
            "state": "'kept'",
            "contact_id": "t.signatory_id",
            "has_contact": "true",
            "reached_on": "CASE WHEN t.written AND NOT t.bounced THEN t.day END",
            "bounced_on": "CASE WHEN t.written AND t.bounced THEN t.day END",
            "answered_on": "CASE WHEN t.answered THEN t.day + 5 END",
            "answer": "CASE WHEN t.refused THEN 'no' WHEN t.answered THEN 'will' END",
            "refused_on": "CASE WHEN t.refused THEN t.day + 5 END",
            "message_sent_count": "t.letters",
            "pledge_count": "t.pledged::int",
            "promised_amount": "t.expected",
            "received_amount": "t.received",
            "last_year_amount": "COALESCE(l.received, 0)",
            "giving_years": "(COALESCE(l.received, 0) > 0)::int",
            "thanks_state": "CASE WHEN t.received > 0 THEN 'to_thank' ELSE 'nothing' END",
            "stage": "CASE WHEN t.received > 0 THEN 'received' WHEN t.pledged THEN 'promised' "
            "WHEN t.refused THEN 'refused' WHEN t.answered THEN 'answered' "
            "WHEN t.written AND NOT t.bounced THEN 'reached' ELSE 'targeted' END",
        },
        """b_tax t
           JOIN res_partner p ON p.id = t.partner_id
           LEFT JOIN bde_naf f ON f.id = p.naf_id
           LEFT JOIN b_tax l ON l.relation_id = t.relation_id AND l.year = t.year - 1""",
        base=base,
        currency=build.academy.currency_id.id,
        payrolls=list(PAYROLLS),
        count=len(PAYROLLS),
    )
    _potentials(build)


def _potentials(build):
    """What each may allot: asked of the suite for one company of each payroll and headcount."""
    same = "year, COALESCE(payroll, 0), COALESCE(headcount, '')"
    build.run(f"SELECT min(id) FROM bde_tax_target GROUP BY {same}")
    build.env.invalidate_all()
    samples = build.env["bde.tax.target"].browse([row[0] for row in build.cr.fetchall()])
    for name in ("potential", "potential_is_estimate"):
        build.env.add_to_compute(samples._fields[name], samples)
    samples.flush_recordset()
    build.run(
        """
        UPDATE bde_tax_target t
           SET potential = s.potential, potential_is_estimate = s.potential_is_estimate
          FROM bde_tax_target s
         WHERE s.id = ANY(%(samples)s) AND s.year = t.year
           AND COALESCE(s.payroll, 0) = COALESCE(t.payroll, 0)
           AND COALESCE(s.headcount, '') = COALESCE(t.headcount, '')""",
        samples=samples.ids,
    )
    build.run("ANALYZE bde_tax_target")
    build.env.invalidate_all()


@step("bde.tax.letter")
def letters(build):
    """One letter, or two, to each company that was written to."""
    build.scratch(
        "b_letter",
        None,
        query="""SELECT row_number() OVER (ORDER BY t.n, serial)::int AS m, serial, t.*
                   FROM b_tax t, LATERAL generate_series(1, t.letters) AS serial""",
    )
    base = build.reserve("bde.tax.letter", build.value("SELECT count(*) FROM b_letter"))
    mail = "'contact' || l.signatory_id || '@entreprise.example'"
    build.insert(
        "bde.tax.letter",
        {
            "id": "%(base)s + l.m",
            "company_id": "l.company_id",
            "campaign_id": "l.campaign_id",
            "target_id": "%(target)s + l.n",
            "relation_id": "l.relation_id",
            "contact_id": "l.signatory_id",
            "email_normalized": mail,
            "email_key": mail,
            "channel": "'mail'",
            "kind": "CASE l.serial WHEN 1 THEN 'first' ELSE 'reminder' END",
            "subject": "'Votre taxe d’apprentissage ' || l.year",
            "date": "l.day - 14 * (l.letters - l.serial)",
            "state": "CASE WHEN l.bounced THEN 'bounced' ELSE 'sent' END",
            "bounced_on": "CASE WHEN l.bounced THEN l.day END",
        },
        "b_letter l",
        base=base,
        target=build.base["bde.tax.target"],
    )
    field = build.env["bde.tax.letter"]._fields["target_ids"]
    build.link(
        field.relation,
        {field.column1: "%(base)s + m", field.column2: "%(target)s + n"},
        "b_letter",
        base=base,
        target=build.base["bde.tax.target"],
    )


@step("bde.pledge")
def pledges(build):
    """What companies said; those of the finished campaign came, or were given up."""
    build.scratch(
        "b_pledge",
        None,
        query="SELECT row_number() OVER (ORDER BY n)::int AS m, t.* FROM b_tax t WHERE t.pledged",
    )
    base = build.reserve("bde.pledge", build.value("SELECT count(*) FROM b_pledge"))
    build.insert(
        "bde.pledge",
        {
            "id": "%(base)s + t.m",
            "campaign_id": "t.campaign_id",
            "company_id": "t.company_id",
            "year": "t.year",
            "target_id": "%(target)s + t.n",
            "relation_id": "t.relation_id",
            "partner_id": "t.partner_id",
            "course_id": "c.course_id",
            "amount": "t.expected",
            "expected_amount": "t.expected",
            "expected_is_known": "true",
            "said_by_id": "t.signatory_id",
            "said_on": "t.day + 5",
            "channel": choose(("call", "mail", "link"), 413, "t.n"),
            "received_amount": "t.received",
            "not_received_on": "CASE WHEN t.received = 0 AND t.late = 0 "
            "THEN make_date(t.year, 12, 15) END",
            "state": "CASE WHEN t.received >= t.expected THEN 'received' "
            "WHEN t.received > 0 THEN 'partly' WHEN t.late = 0 THEN 'not_received' "
            "ELSE 'promised' END",
        },
        """b_pledge t LEFT JOIN b_course c ON c.campaign_id = t.campaign_id
           AND c.n = pg_temp.pick(t.i, 414, %(courses)s)""",
        base=base,
        target=build.base["bde.tax.target"],
        courses=COURSES + 1,
    )


@step("bde.tax.receipt")
def receipts(build):
    """The money that came, in two transfers for one giver in five."""
    build.scratch(
        "b_receipt",
        None,
        query="""
        SELECT row_number() OVER (ORDER BY t.n, part)::int AS m, part, t.*
          FROM (SELECT *, CASE WHEN luck %% 5 = 0 THEN 2 ELSE 1 END AS parts
                  FROM b_tax WHERE received > 0) t,
               LATERAL generate_series(1, t.parts) AS part""",
    )
    base = build.reserve("bde.tax.receipt", build.value("SELECT count(*) FROM b_receipt"))
    build.insert(
        "bde.tax.receipt",
        {
            "id": "%(base)s + t.m",
            "campaign_id": "t.campaign_id",
            "company_id": "t.company_id",
            "year": "t.year",
            "target_id": "%(target)s + t.n",
            "relation_id": "t.relation_id",
            "partner_id": "t.partner_id",
            "course_id": "c.course_id",
            "training_id": "c.training_id",
            # the second transfer brings ten euros, the first one the rest
            "amount": "CASE WHEN t.part = 2 THEN 10 ELSE t.received - 10 * (t.parts - 1) END",
            "transfer_on": "make_date(t.year, 7, 11) + 90 * (t.part - 1)",
            "is_unexpected": "NOT t.pledged",
        },
        """b_receipt t LEFT JOIN b_course c ON c.campaign_id = t.campaign_id
           AND c.n = pg_temp.pick(t.i, 414, %(courses)s)""",
        base=base,
        target=build.base["bde.tax.target"],
        courses=COURSES + 1,
    )


@step("bde.tax.figure")
def figures(build):
    """What the académie reads of them."""
    build.env["bde.tax.figure"]._refresh()
    build.count["bde.tax.figure"] = build.env["bde.tax.figure"].search_count([])


# ------------------------------------------------------------------
# Proofs
# ------------------------------------------------------------------


@proof
def each_school_has_two_campaigns(env, sample):
    """One that is finished and one that runs, each with companies at every stage."""
    counts = dict(env["bde.tax.campaign"]._read_group([], ["company_id"], ["__count"]))
    schools = env["res.company"].search([("bde_kind", "=", "school")])
    wrong = [
        f"{school.name} : {counts.get(school, 0)}" for school in schools if counts.get(school) != 2
    ]
    for state in ("closed", "running"):
        campaigns = env["bde.tax.campaign"].search([("state", "=", state)])
        figures = campaigns._funnel_figures()
        for name in ("target_count", "reached_count", "answered_count", "promised_count",
                     "received_count", "unexpected_count", "message_count"):  # fmt: skip
            if not any(figures[one]["now"][name] for one in campaigns):
                wrong.append(f"{state} : {name} vide")
    return wrong


@proof
def money_adds_up(env, sample):
    """What a target stores is what settling finds; the sum of receipts is that of the funnel."""
    wrong = []
    names = ("pledge_count", "promised_amount", "received_amount", "last_year_amount",
             "giving_years")  # fmt: skip
    for target in sample("bde.tax.target"):
        stored = {name: target[name] for name in names}
        target._settle()
        wrong += [
            f"{target}.{name} : {value!r}, réglé {target[name]!r}"
            for name, value in stored.items()
            if abs(target[name] - value) > 0.001
        ]
    for campaign in sample("bde.tax.campaign"):
        [(total,)] = env["bde.tax.receipt"]._read_group(
            [("campaign_id", "=", campaign.id)], [], ["amount:sum"]
        )
        shown = campaign._funnel_figures()[campaign]["now"]["received_amount"]
        if abs(total - shown) > 0.001:
            wrong.append(f"{campaign} : reçu {total}, entonnoir {shown}")
    return wrong
