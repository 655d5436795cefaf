"""What must have become of the database that ``fill_19_0_4.py`` filled in version 19.0.4.0.0."""

import hashlib
from datetime import date

import pytest

from odoo.exceptions import AccessError

from tools.database import manifest
from tools.paths import our_modules

# pupil: state, SHA-256 of the content and of the PDF that was signed, as they stand in the dump
CONVENTIONS = {
    "Draft": (
        "to_check",
        "84c74cc390eadbf5c3a0c86626d39a9a0cf09ac23ffa1d38e685127ec860cb3a",
        None,
    ),
    "Sent": (
        "to_sign",
        "c8e33466653725fdec926b8d87d6a4dc89672f831285c9fb72ec12d78d284262",
        None,
    ),
    "Signed": (
        "signed",
        "f6422e2617e70c9d7add79fb85f258eec0c7dbef89211cf32b51a0b27c63dc88",
        "65342afa15db49ceb764e139cbc6bdec8dc2ac7995ac0dc685c499d137c3a73b",
    ),
    "Over": (
        "ended",
        "312a7aa2e1840de8548681a275793f7bfd24c8ee2a0d423e1fffae7cd226f12e",
        "bde96f116270a14e65f94ca7e219e4763b65cdf2caec7c503dfea1a6aceea954",
    ),
    "Attested": (
        "attested",
        "10fa9befacb286660deae8617a77ac6b0f450390e5451defa233b6585740db8c",
        "024ed311283e2a310a53ccd7f9facc6344b868a16ea21756a736460c4199993b",
    ),
    "Closed": (
        "closed",
        "b36e28d1771a28998b57fdeb27dc295111ebd56b5fe9f6074fbcee3988cd9e56",
        "709e795ece45361d88bd05e3d09655c754a2d00df611571c5c6d4c8658f27c64",
    ),
}
ROLES = ("teacher", "school_life", "secretary", "manager", "head", "intendance")


@pytest.fixture
def school(env):
    return env["res.company"].search([("uai", "=", "0330996D")])


@pytest.fixture
def stay(env):
    def find(firstname):
        return env["bde.placement"].search([("student_id.firstname", "=", firstname)])

    return find


@pytest.fixture
def company(env):
    def find(name):
        return env["res.partner"].search([("bde_employer", "=", True), ("name", "=", name)])

    return find


def rows(records, *names):
    """Values of records as a set of tuples; of a record its name."""
    return {
        tuple(
            one[name].display_name if records._fields[name].relational else one[name]
            for name in names
        )
        for one in records
    }


def test_versions(env):
    for module in our_modules():
        found = env["ir.module.module"].search([("name", "=", module)])
        assert (found.state, found.latest_version) == ("installed", manifest(module)["version"])


def test_mass_mailing_came_with_the_upgrade(env):
    """Version 19.0.4 did not stand on it."""
    assert env["ir.module.module"].search([("name", "=", "mass_mailing")]).state == "installed"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("model", ["mailing.list", "mailing.contact", "mailing.subscription"])
def test_no_role_of_a_school_reads_lists_that_core_shares(env, role, model):
    user = env["res.users"].search([("login", "=", f"{role}_c")])
    assert user, role
    for operation in ("read", "write", "create", "unlink"):
        with pytest.raises(AccessError):
            env[model].with_user(user).check_access(operation)


# ------------------------------------------------------------
# Conventions and what follows them
# ------------------------------------------------------------


@pytest.mark.parametrize("pupil", CONVENTIONS)
def test_conventions_are_untouched(stay, pupil):
    convention = stay(pupil).convention_id
    version = convention.version_id
    state, content, pdf = CONVENTIONS[pupil]
    assert (convention.state, version.content_sha256) == (state, content)
    assert convention.placement_id.state == state
    if pdf:
        assert hashlib.sha256(version.pdf_attachment_id.raw).hexdigest() == pdf


def test_what_was_signed_still_verifies(env):
    documents = env["bde.document"].search([])
    assert len(documents) == 8, "six conventions, two attestations"
    assert not env["bde.journal.check"]._check_documents(documents)


def test_attestations(env, stay):
    attestations = env["bde.attestation"].search([])
    assert attestations.convention_id.placement_id == stay("Attested") + stay("Closed")
    assert rows(attestations, "state", "effective_days") == {("signed", 20)}


def test_days_confirmed_and_missed(env, stay):
    # two weeks of five days, of which one day missed; all four weeks of the two others
    counted = {
        name: env["bde.presence.week"].search_count([("placement_id", "=", stay(name).id)])
        for name in ("Over", "Attested", "Closed")
    }
    assert counted == {"Over": 2, "Attested": 4, "Closed": 4}
    absences = env["bde.absence"].search([])
    assert absences.placement_id == stay("Over")
    assert rows(absences, "date_from", "part", "reason", "state", "declared_by") == {
        (date(2026, 10, 7), "day", "illness", "declared", "Yves Rabot")
    }


def test_visits_and_the_alert(env, stay):
    visits = env["bde.visit"].search([("state", "=", "done")])
    assert rows(visits, "kind", "done_on", "mood", "text", "km", "alert_state") == {
        ("call", date(2026, 10, 2), "fine", "Bien accueilli.", 0, False),
        ("visit", date(2026, 10, 14), "fine", "Horaires à revoir.", 22, "open"),
        ("final", date(2026, 10, 22), "fine", "Bilan à trois.", 22, False),
    }
    assert visits.teacher_id.lastname == "Varlope"
    assert stay("Over").meeting_done


def test_the_evaluation(env, stay):
    [evaluation] = env["bde.evaluation"].search([])
    assert evaluation.placement_id == stay("Over")
    assert (evaluation.state, evaluation.appreciation) == ("submitted", "Travail soigné")
    assert evaluation.answer_ids and all(evaluation.answer_ids.mapped("level_id"))
    assert stay("Over").evaluation_state == "submitted"


def test_what_people_said(env, stay):
    ratings = env["bde.rating"].search([])
    found = {
        (one.placement_id.student_id.firstname, one.view, round(one.score), one.moderation)
        for one in ratings
    }
    assert found == {
        ("Over", "student", 100, "to_read"),
        ("Attested", "student", 33, "none"),
        ("Over", "tutor", 67, "none"),
    }
    assert "On m'a tout expliqué" in ratings.mapped("comment")
    sites = env["bde.site.quality"].search([])
    # two answers of pupils: shown from three on
    assert rows(sites, "count", "is_shown") == {(2, False)}


def test_money_of_pupils(env, stay):
    found = {
        (one.placement_id.student_id.firstname, one.status, one.days, one.amount)
        for one in env["bde.allowance"].search([])
    }
    # 15 euros a day
    assert found == {
        ("Over", "missing", 19, 285),
        ("Attested", "entered", 20, 300),
        ("Closed", "ready", 20, 300),
        ("Signed", "coming", 15, 225),
    }
    claims = env["bde.claim"].search([])
    assert rows(claims, "kind", "state", "amount_asked", "amount_granted") == {
        ("transport", "granted", 38, 38),
        ("transport", "submitted", 12, 0),
    }
    assert all(claim.receipt_ids for claim in claims)


def test_the_accident(env, stay):
    [incident] = env["bde.incident"].search([])
    assert (incident.placement_id, incident.state, incident.kind) == (
        stay("Over"),
        "open",
        "accident",
    )
    assert incident.facts == "Coupure à la main gauche"


def test_the_closed_file(env, stay):
    [closing] = env["bde.closing"].search([])
    assert (closing.placement_id, closing.reason) == (stay("Closed"), "no_visit")
    assert (closing.note, closing.state_before) == ("Congé du professeur", "attested")
    assert closing.lacked


def test_what_follows_a_stay_is_as_the_fields_count_it(env):
    names = ("attestation_due_on", "attested_on", "visit_count", "last_visit_on", "next_visit_on",
             "visit_status", "meeting_done", "departure_decision", "evaluation_state")  # fmt: skip
    placements = env["bde.placement"].search([])
    before = {one: [one[name] for name in names] for one in placements}
    for name in names:
        env.add_to_compute(placements._fields[name], placements)
    env.flush_all()
    assert {one: [one[name] for name in names] for one in placements} == before


# ------------------------------------------------------------
# Companies, and what is asked of them
# ------------------------------------------------------------


def test_companies(env):
    companies = env["res.partner"].search([("bde_employer", "=", True)])
    assert rows(companies, "name", "bde_level", "bde_siren", "zip", "headcount", "parent_id") == {
        ("Menuiserie Duval", "establishment", "732829320", "33000", "12", False),
        ("Vernis Aquitaine", "entity", "803141597", False, False, False),
        ("Vernis Aquitaine", "establishment", "803141597", "33000", "31", "Vernis Aquitaine"),
        ("Vernis Aquitaine Mérignac", "establishment", "803141597", "33000", False,
         "Vernis Aquitaine"),
        ("Scierie Lame", "establishment", "542107651", "33000", "00", False),
        ("Ébénisterie Vogel", "establishment", "552081317", "67000", "11", False),
    }  # fmt: skip


def test_relations(env, school):
    relations = env["bde.relation"].search([("partner_id.bde_level", "=", "establishment")])
    assert relations.company_id == school
    found = {
        (
            one.partner_id.name,
            one.status,
            tuple(sorted(one.offer_ids.mapped("code"))),
            tuple(sorted(one.declined_offer_ids.mapped("code"))),
        )
        for one in relations
    }
    assert found == {
        ("Menuiserie Duval", "strong", ("placements", "tax"), ("forum",)),
        ("Ébénisterie Vogel", "active", (), ("tax",)),
        ("Vernis Aquitaine", "active", (), ()),
        ("Vernis Aquitaine Mérignac", "active", (), ()),
        ("Scierie Lame", "avoid", (), ()),
    }
    avoided = relations.filtered(lambda one: one.status == "avoid")
    assert avoided.status_reason_id.code == "unsafe"
    assert avoided.status_until == date(2027, 8, 31)


def test_roles_of_contacts(company, school):
    contacts = company("Menuiserie Duval").child_ids
    assert contacts.company_id == school
    roles = ("name", "bde_signatory", "bde_tutor", "bde_hr", "bde_tax", "bde_alumni")
    assert rows(contacts, *roles) == {
        ("Anne Duval", True, False, False, False, False),
        ("Yves Rabot", False, True, False, False, False),
        ("Luc Chiffre", False, False, True, True, False),
        ("Zoé Ancienne", False, False, False, False, True),
    }


def test_what_was_said_of_the_tax(env):
    talks = env["bde.talk"].search([("purpose", "=", "tax")])
    assert rows(talks, "relation_id", "channel", "direction", "outcome", "summary") == {
        ("Menuiserie Duval", "call", "out", "agreed", "Promet 400 euros"),
        ("Menuiserie Duval", "meeting", "in", "reached", "A versé 300 euros"),
        ("Menuiserie Duval", "mail", "out", "sent", "Le solde de votre taxe d'apprentissage"),
        ("Ébénisterie Vogel", "call", "out", "refused", "Alsace-Moselle : ne doit rien"),
    }
    approaches = env["bde.approach"].search([])
    assert rows(approaches, "partner_id", "purpose", "channel", "reason") == {
        ("Menuiserie Duval", "tax", "call", False),
        ("Menuiserie Duval", "tax", "mail", "they_asked"),
        ("Ébénisterie Vogel", "tax", "call", False),
    }


def test_who_said_no_is_left_alone(env, school, company):
    optouts = env["bde.optout"].search([])
    found = rows(optouts, "partner_id", "email_normalized", "purpose", "source", "active")
    assert found == {
        ("Ébénisterie Vogel", False, "tax", "said", True),
        (False, "stop@ailleurs.example", False, "said", True),
        (False, "yves@duval.example", "tax", "link", True),
        ("Scierie Lame", False, "tax", "said", False),
        ("Scierie Lame", False, "events", "said", False),
    }
    manager = env["res.users"].search([("login", "=", "manager_c")])
    ask = company("Ébénisterie Vogel").with_user(manager)
    assert ask._bde_solicitation(school, "tax")[ask].level == "stop"
    host = company("Menuiserie Duval").with_user(manager)
    verdict = host._bde_solicitation(school, "tax", emails=["yves@duval.example"])[host]
    assert verdict.level == "stop"


def test_links_to_say_no_still_open(env, company):
    links = env["bde.link"].search([("purpose", "=", "optout")])
    assert rows(links, "email", "asked_for", "revoked") == {
        ("yves@duval.example", "tax", False),
        ("luc@duval.example", "tax", False),
    }
    for link in links._as_school():
        assert link._status() == "valid"
        assert link._optout_employer() == company("Menuiserie Duval")
    mine = links.filtered(lambda link: link.email == "yves@duval.example")
    assert mine._as_school()._optout_values()["chosen"]["purposes"] == {"tax"}


def test_requests(env):
    leads = env["crm.lead"].search([])
    names = ("name", "type", "bde_source", "won_status", "bde_pipeline_id", "bde_employer_id")
    codes = {one.display_name: one.code for one in env["bde.pipeline"].search([])}
    found = {(*row[:4], codes.get(row[4]), row[5]) for row in rows(leads, *names)}
    assert found == {
        ("Accueillir en mars", "opportunity", "hand", "pending", "placements",
         "Menuiserie Duval"),
        ("Convention de partenariat", "opportunity", "hand", "won", "partnership",
         "Vernis Aquitaine"),
        ("Vernis Aquitaine", "opportunity", "campaign", "pending", "placements",
         "Vernis Aquitaine"),
        ("Atelier Neuf", "lead", "form", "pending", "partnership", False),
    }  # fmt: skip
    form = leads.filtered(lambda one: one.bde_source == "form")
    assert form.bde_offer_ids.mapped("code") == ["tax"]


def test_the_campaign_goes_on(env):
    [campaign] = env["bde.campaign"].search([])
    assert (campaign.name, campaign.state) == ("Ateliers de mars", "running")
    assert (campaign.kept_count, campaign.skipped_count, campaign.lead_count) == (0, 2, 1)
    assert campaign.to_call_count == 1
    assert rows(campaign.target_ids, "partner_id", "state", "skip_reason") == {
        ("Menuiserie Duval", "skipped", "progress"),
        ("Scierie Lame", "skipped", "stop"),
        ("Vernis Aquitaine", "done", False),
    }
    assert campaign.lead_ids.activity_ids.date_deadline >= campaign.date_start
