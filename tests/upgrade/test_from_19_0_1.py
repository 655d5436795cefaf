"""What must have become of the database that ``fill_19_0_1.py`` filled in version 19.0.1.0.0."""

import ast
import hashlib
import re

import pytest

from tools.database import manifest
from tools.paths import our_modules

STATUSES = {
    ("Menuiserie Duval", "Lycée Ampère"): "strong",  # partner
    ("Menuiserie Duval", "Lycée Braille"): "avoid",  # stopped
    ("Boulangerie Leblanc", "Lycée Ampère"): "prospect",  # prospect
    ("Garage Ravel", "Lycée Ampère"): "active",  # known
    ("Garage Ravel", "Lycée Braille"): "watch",  # paused
    ("Garage Ravel Nord", "Lycée Braille"): "active",  # known
    ("Imprimerie Morin", "Lycée Ampère"): "avoid",  # stopped
    ("Hôtel des Voyageurs", "Lycée Braille"): "watch",  # paused
}
# number of the convention: state and SHA-256 of the content, as they stand in the dump
CONVENTIONS = {
    "0330994B-2026-000001": (
        "to_sign",
        "d2260282580a3ba4003d3cf6f63beb1dea9baf8a5a45990c226b09615a35f959",
    ),
    "0330994B-2026-000002": (
        "signed",
        "fd7d920aacef3bcd93a6e8ac45688a96d967440513b6a2a3e5d9efeac633d242",
    ),
    "0330994B-2026-000003": (
        "to_check",
        "c9a1c18e4ab3ad5063e60ec045af78821103fc1b9fe64d26f29e65fec10daf4c",
    ),
}
SIGNED_PDF = "811ad6c6ea0a8b9c72b235d8a7cc658d498dc112572a6cd3089f691919e7ca62"


@pytest.fixture
def schools(env):
    return env["res.company"].search([("bde_kind", "=", "school")])


@pytest.fixture
def relation(env):
    def find(company, school):
        return env["bde.relation"].search(
            [("partner_id.name", "=", company), ("company_id.name", "=", school)]
        )

    return find


def test_versions(env):
    for module in our_modules():
        found = env["ir.module.module"].search([("name", "=", module)])
        assert (found.state, found.latest_version) == ("installed", manifest(module)["version"])
        for name in manifest(module)["depends"]:
            assert env["ir.module.module"].search([("name", "=", name)]).state == "installed"


def test_statuses(env):
    found = {
        (r.partner_id.name, r.company_id.name): r.status for r in env["bde.relation"].search([])
    }
    assert found == STATUSES


def test_those_to_be_careful_with_have_a_reason_and_an_end(env):
    careful = env["bde.relation"].search([("status", "in", ("watch", "avoid"))])
    assert len(careful) == 4
    assert all(r.status_reason_id and r.status_until for r in careful)


@pytest.mark.parametrize(
    ("company", "school", "place", "contacts"),
    [
        ("Menuiserie Duval", "Lycée Ampère", "a", ["Anne Duval", "Yves Rabot"]),
        ("Menuiserie Duval", "Lycée Braille", "b", ["Anne Duval"]),
    ],
)
def test_what_a_school_wrote(relation, company, school, place, contacts):
    found = relation(company, school)
    assert found.notes == f"<p>Notes de {place} sur duval</p>"
    assert sorted(found.contact_ids.mapped("name")) == contacts
    assert found.contact_ids.company_id == found.company_id
    assert found.contact_ids.parent_id == found.partner_id
    assert found.user_id.login == f"manager_{place}"
    messages = found.message_ids.filtered(lambda m: m.message_type == "comment")
    assert messages.mapped("body") == [f"<p>Message de {place}</p>"]
    assert found.activity_ids.mapped("summary") == [f"Rappeler ({place})"]


def test_contact_keeps_its_roles(relation):
    contacts = relation("Menuiserie Duval", "Lycée Ampère").contact_ids
    boss, tutor = contacts.sorted("name")
    assert (boss.bde_signatory, boss.bde_tutor) == (True, False)
    assert (boss.email, boss.function) == ("anne@duval.example", "Gérante")
    assert (tutor.bde_signatory, tutor.bde_tutor) == (False, True)


def test_file_of_a_relation(env, relation):
    found = env["ir.attachment"].search(
        [
            ("res_model", "=", "bde.relation"),
            ("res_id", "=", relation("Menuiserie Duval", "Lycée Ampère").id),
        ]
    )
    assert (found.name, found.raw) == ("plaquette.txt", b"plaquette")


def test_history_of_a_company(env):
    duval = env["bde.relation"].search([("partner_id.name", "=", "Menuiserie Duval")]).partner_id
    assert duval.company_registry == "73282932000082"
    assert duval.bde_former_siret_ids.siret == "73282932000074"
    assert set(duval.bde_change_ids.mapped("field")) == {"activity", "company_registry"}


def test_companies_have_what_the_directory_searches(env):
    companies = {p.name: p for p in env["bde.relation"].search([]).partner_id}
    assert companies["Menuiserie Duval"].bde_siren == "732829320"
    assert companies["Menuiserie Duval"].naf_id.code == "4332A"
    assert companies["Imprimerie Morin"].bde_level == "establishment"
    ravel, north = companies["Garage Ravel"], companies["Garage Ravel Nord"]
    assert ravel.bde_siren == north.bde_siren == "812345676"
    assert ravel.parent_id.bde_level == "entity"
    assert ravel.parent_id == north.parent_id


def test_leads_have_a_school(env):
    leads = env["crm.lead"].search([])
    assert len(leads) == 2
    assert all(lead.company_id for lead in leads)
    braille = leads.filtered(lambda lead: lead.name == "Demande de Braille")
    assert braille.company_id.name == "Lycée Braille"
    kept = leads - braille
    assert kept.email_from == "inconnu@entreprise.example"
    assert "Nous cherchons un élève." in kept.description


def test_each_school_has_its_team(env, schools):
    assert len(schools) == 2
    teams = env["crm.team"].search([("company_id", "in", schools.ids)])
    assert teams.company_id == schools
    assert len(teams) == 2
    assert all(team.bde_school_team for team in teams)


def test_no_lead_without_company_is_for_everybody(env):
    """Core's own rule lets all internal users read the leads of no company."""
    domain = env.ref("crm.crm_lead_company_rule").domain_force
    names = {node.value for node in ast.walk(ast.parse(domain)) if isinstance(node, ast.Constant)}
    assert "company_id" in names
    assert False not in names


def test_models_of_documents_are_handed_down(env):
    academy = env["res.company"].search([("bde_kind", "=", "academy")])
    templates = env["bde.document.template"].search([("company_id", "=", academy.id)])
    assert {"pfmp", "partnership"} <= set(templates.mapped("kind"))
    assert not templates.filtered(lambda t: not t.article_ids)


def test_conventions_are_untouched(env):
    documents = env["bde.document"].search([])
    found = {d.number: (d.state, d.version_id.content_sha256) for d in documents}
    assert found == CONVENTIONS
    for version in documents.version_id:
        assert hashlib.sha256(version.content.encode()).hexdigest() == version.content_sha256
        assert version._is_intact()


def test_what_was_signed_still_verifies(env):
    document = env["bde.document"].search([("number", "=", "0330994B-2026-000002")])
    pdf = document.version_id.pdf_attachment_id
    assert document.version_id.pdf_sha256 == SIGNED_PDF
    assert hashlib.sha256(pdf.raw).hexdigest() == SIGNED_PDF
    assert set(document.signature_ids.mapped("state")) <= {"signed", "acknowledged"}
    assert not any(
        env["bde.journal.check"]._check_documents(env["bde.document"].search([])).values()
    )


def test_placements_keep_their_host(env):
    placements = env["bde.placement"].search([], order="id")
    assert placements.host_id.name == "Menuiserie Duval"
    assert placements.signatory_id.name == "Anne Duval"
    assert placements.tutor_id.name == "Yves Rabot"
    assert placements.mapped("state") == ["to_sign", "signed", "to_check"]
    assert placements.student_id.mapped("firstname") == ["Aline", "Boris", "Carl"]


def test_roles_are_those_of_before(env):
    users = env["res.users"].search([("login", "=like", "%\\_a")])
    assert len(users) == 6
    for user in users:
        role = re.sub("_a$", "", user.login)
        assert user.has_group(f"bde_partnerships.group_{role}")
        assert user.company_ids.name == "Lycée Ampère"
