"""What must have become of the database that ``fill_19_0_2.py`` filled in version 19.0.2.0.0."""

import hashlib

import pytest

from odoo.tools import SQL

from tools.database import manifest
from tools.paths import our_modules

# pupil: state and SHA-256 of the content, as they stand in the dump
CONVENTIONS = {
    "Draft": (
        "to_check",
        "ec4b8d9ef8014d3362a2654a772b286a91783cefcafeb88bd29f6b85738ae64d",
    ),
    "Sent": ("to_sign", "a90876cdbe2e245e5d99874019831c32130313079e2f4d88704ab91be685f456"),
    "Partly": (
        "partly_signed",
        "2858f655283d2f5727cabdcda216b3e6b33bb50b5dcd4be1455879502b65acba",
    ),
    "Refused": ("refused", "b626cdfaea28bac6c4e219a120752ddf078403a18c69b9b2b5b209aa50912dad"),
    "Signed": ("signed", "e67a1a4a52df801fb4ebaa9e24a3ec7a769d021aed2e0b33956ded7fdf812a85"),
    "Minor": ("signed", "696efa1dec59d42212037c3e58c4cccb62938617e0c67c245ad492182941f1b8"),
    "Cancelled": (
        "cancelled",
        "29d740504fe9e4591b68fdb2e232667588c361c124f0f3e62729ec6559922732",
    ),
}
SIGNED_PDF = {
    "Signed": "bc26358c56bf6f9045d0808a97d7612ef87c2bb13be53e1b5606636c17b3a245",
    "Minor": "f9b332aa57b7f387f436a4876b7cfd81e6fb2a19d58def2aa92f13ea947d0641",
}


@pytest.fixture
def convention(env):
    def find(firstname):
        return env["bde.convention"].search([("student_id.firstname", "=", firstname)])

    return find


@pytest.fixture
def manager(env):
    """Environment of the manager of the school."""
    user = env["res.users"].search([("login", "=", "manager_c")])
    return env(user=user.id, context={"allowed_company_ids": user.company_id.ids})


def test_versions(env):
    for module in our_modules():
        found = env["ir.module.module"].search([("name", "=", module)])
        assert (found.state, found.latest_version) == ("installed", manifest(module)["version"])
        for name in manifest(module)["depends"]:
            assert env["ir.module.module"].search([("name", "=", name)]).state == "installed"


@pytest.mark.parametrize("pupil", CONVENTIONS)
def test_conventions_are_untouched(convention, pupil):
    found = convention(pupil)
    version = found.version_id
    assert (found.state, version.content_sha256) == CONVENTIONS[pupil]
    assert found.placement_id.state == found.state
    assert hashlib.sha256(version.content.encode()).hexdigest() == version.content_sha256
    assert version._is_intact()


def test_what_was_signed_still_verifies(env, convention):
    for pupil, digest in SIGNED_PDF.items():
        version = convention(pupil).version_id
        assert version.pdf_sha256 == digest
        assert hashlib.sha256(version.pdf_attachment_id.raw).hexdigest() == digest
    documents = env["bde.document"].search([])
    assert len(documents) == 8
    assert not env["bde.journal.check"]._check_documents(documents)


def test_content_of_the_version_before_can_still_be_printed(convention):
    """Contents of 19.0.2 lack the keys that came since."""
    for pupil in ("Partly", "Minor"):
        found = convention(pupil)
        [document] = found.document_id._as_engine()
        html = document._concrete_one()._document_html(found.version_id._content())
        assert (
            f"Martin {pupil}".upper() in html.upper() or f"{pupil} Martin".upper() in html.upper()
        )


def test_first_correction_after_the_upgrade_keeps_what_was_signed(env, manager, convention):
    """The boss signed before the upgrade; a telephone of the school concerns nobody."""
    partly = convention("Partly").with_env(manager)
    [boss] = partly.sudo().signature_ids.filtered(lambda s: s.state == "signed")
    partly.sudo().company_id.phone = "05 56 00 00 99"
    partly.document_id.action_correct("Téléphone du lycée")
    partly.document_id.action_send_correction()
    assert partly.version_id.serial == 2
    assert partly.state == "partly_signed"
    [kept] = partly.sudo().signature_ids.filtered(lambda s: s.state == "signed")
    assert kept.kept_from_id == boss
    assert kept.signed_on == boss.signed_on


def test_reminders_have_their_rhythm(env):
    academy = env["res.company"].search([("bde_kind", "=", "academy")])
    roles = env["bde.reminder.rule"].search([("company_id", "=", academy.id)]).mapped("role")
    assert {"host", "tutor", "student", "guardian", "referent", "head"} <= set(roles)


def test_agreement_is_still_out(env):
    agreement = env["bde.partnership"].search([])
    assert agreement.state == "to_sign"
    assert {s.role: s.state for s in agreement.signature_ids} == {
        "host": "to_sign",
        "head": "waiting",
    }


def test_models_of_documents_are_handed_down(env):
    academy = env["res.company"].search([("bde_kind", "=", "academy")])
    templates = env["bde.document.template"].search([("company_id", "=", academy.id)])
    assert {"pfmp", "partnership", "amendment"} <= set(templates.mapped("kind"))
    assert not templates.filtered(lambda t: not t.article_ids)


def test_a_pupil_may_get_a_second_place_in_a_period(env):
    """The old database allowed one placement a pupil and period."""
    found = env.execute_query(
        SQL("SELECT conname FROM pg_constraint WHERE conrelid = 'bde_placement'::regclass")
    )
    assert ("bde_placement_period_schooling_uniq",) not in found
