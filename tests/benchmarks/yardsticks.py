"""What core does of the same kind: creation of contacts, the board of leads."""

from . import odoo_env, webclient

LEAD_ACTION = "crm.crm_lead_action_pipeline"


def partner_values(env, count, company_id):
    """Values of plain contacts of a school, as many fields as a person types."""
    france = env.ref("base.fr").id
    return [
        {
            "name": f"Contact du banc {number}",
            "email": f"banc{number}@etalon.example",
            "phone": f"05 56 00 {number // 100:02d} {number % 100:02d}",
            "street": f"{number} rue de l'Étalon",
            "zip": "33000",
            "city": "Bordeaux",
            "country_id": france,
            "function": "Chef d'équipe",
            "company_id": company_id,
        }
        for number in range(count)
    ]


def create_partners(bench, school, count):
    """One round of ``res.partner.create`` in one batch, as core's own user of the school."""
    with odoo_env.rolled_back(bench.registry, **bench.as_etalon(school)) as env:
        values = partner_values(env, count, school)
        return odoo_env.counted(env, lambda: env["res.partner"].create(values), count)


def create_companies(bench, school, count):
    """One round of so many companies, then of one contact of each, in two batches."""
    with odoo_env.rolled_back(bench.registry, **bench.as_etalon(school)) as env:
        contacts = partner_values(env, count, school)
        companies = [
            {
                **{name: vals[name] for name in ("phone", "street", "zip", "city", "country_id")},
                "name": f"Société du banc {number}",
                "is_company": True,
                "company_id": school,
            }
            for number, vals in enumerate(contacts)
        ]

        def run():
            made = env["res.partner"].create(companies)
            env["res.partner"].create(
                [
                    {
                        "name": vals["name"],
                        "email": vals["email"],
                        "parent_id": company.id,
                        "company_id": school,
                    }
                    for vals, company in zip(contacts, made, strict=True)
                ]
            )

        return odoo_env.counted(env, run, count)


def prepare_leads(bench, school, columns):
    """Leads for core's pipeline board: the given number in each of its columns.

    They belong to the yardstick's user, whose board opens on his own leads by default.

    :param school: whose companies they are about
    :param columns: number of leads by column, from left to right
    """
    with bench.registry.cursor() as cr:
        env = odoo_env.environment(cr)
        Lead = env["crm.lead"].with_context(active_test=False)
        Lead.search([("user_id", "=", bench.etalon)]).unlink()
        stages = _stages(env, len(columns))
        hosts = env["bde.relation"].search([("company_id", "=", school)], limit=sum(columns))
        values = [
            {
                "name": f"Accueil d'un élève {number}",
                "type": "opportunity",
                "stage_id": stage.id,
                "partner_id": hosts[number % len(hosts)].partner_id.id,
                "user_id": bench.etalon,
                "company_id": bench.core_company,
                "team_id": False,
                "expected_revenue": 100 * number,
            }
            for stage, count in zip(stages, columns, strict=True)
            for number in range(count)
        ]
        context = {
            "tracking_disable": True,
            "mail_create_nolog": True,
            "mail_create_nosubscribe": True,
        }
        env["crm.lead"].with_context(**context).create(values)
        cr.commit()
        cr.execute("ANALYZE crm_lead")
        cr.commit()


def _stages(env, count):
    """So many stages that every team shows; those that are too many are folded away."""
    Stage = env["crm.stage"]
    own = [("team_ids", "=", False), ("bde_pipeline_id", "=", False), ("is_won", "=", False)]
    stages = Stage.search(own, order="sequence, id")
    missing = count - len(stages)
    if missing > 0:
        stages += Stage.create(
            [{"name": f"Étape {number}", "sequence": 100 + number} for number in range(missing)]
        )
    stages[:count].fold = False
    return stages[:count]


def lead_board(bench):
    """Calls that open the pipeline board of the yardstick's user, in ``core_company``."""
    with odoo_env.rolled_back(bench.registry, **bench.as_etalon(bench.core_company)) as env:
        return webclient.open_action(env, LEAD_ACTION)


def lead_list(bench):
    """Calls that open the same leads as a list."""
    with odoo_env.rolled_back(bench.registry, **bench.as_etalon(bench.core_company)) as env:
        return webclient.open_action(env, LEAD_ACTION, view_type="list")


def visible(answers):
    """Records that the answers to the calls of a view put on the screen, and its columns."""
    records = columns = 0
    for answer in answers:
        if not isinstance(answer, dict):
            continue
        records += len(answer.get("records", ()))
        for group in answer.get("groups", ()):
            columns += 1
            records += len(group.get("__records", ()))
    return records, columns


def column_sizes(answers):
    """Records on the screen, by column of the first grouped answer."""
    for answer in answers:
        if isinstance(answer, dict) and "groups" in answer:
            return [len(group.get("__records", ())) for group in answer["groups"]]
    return [sum(len(answer["records"]) for answer in answers if "records" in answer)]
