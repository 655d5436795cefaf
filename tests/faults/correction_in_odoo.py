"""What the fault tests of corrections run in processes of their own.

Each is a process, see ``tests/forked.py``. One convention is out; the boss signs it
and the manager corrects it, in two processes at the same second.
"""

import sys
from unittest.mock import patch


def prepare(env):
    """One convention that is out for signature, at the school of the modules' tests."""
    from odoo.tests import TransactionCase

    from odoo.addons.bde_pfmp.tests.convention_common import ConventionCase

    with patch.object(TransactionCase, "setUpClass", classmethod(lambda cls: None)):
        ConventionCase.env, ConventionCase.cr = env, env.cr
        ConventionCase.setUpClass()
    ConventionCase.make(ConventionCase.placement).with_env(ConventionCase.as_manager).action_send()
    env.cr.commit()
    return env["bde.convention"].search([]).state


def picture(env):
    """Each signature given: its version, the version that was shown, whether it is current."""
    document = env["bde.document"].search([])
    rows = env["bde.document.signature"].search([("signed_on", "!=", False)], order="id")
    return {
        "version": document.version_id.serial,
        "state": document.state,
        "correcting": bool(document.correcting_since),
        "given": [
            [row.role, row.version_id.serial, row._proof_payload()["version"], row.is_current]
            for row in rows
        ],
        "faults": len(env["bde.journal.check"]._check_documents(document)),
    }


def _sign(env):
    """The boss signs the version that she was shown: the one that is current when she begins."""
    shown = env["bde.document.signature"].search([("role", "=", "host"), ("is_current", "=", True)])
    given = shown._sign("typed", "Anne Duval")
    env.cr.commit()
    return len(given)


def _correct(env):
    """A typo in the name of the pupil: of no concern to those who have signed."""
    user = env["res.users"].search([("login", "=", "manager_a")])
    mine = env(user=user.id, su=False, context={"allowed_company_ids": user.company_ids.ids})
    convention = mine["bde.convention"].search([])
    student = convention.sudo().student_id
    student.firstname = student.firstname + "e"
    convention.document_id.action_correct("Nom")
    convention.document_id.action_send_correction()
    env.cr.commit()
    return convention.version_id.serial


def _slowly(env, model, method, act):
    """Says when the locks are held, goes on when it is told to."""
    kept = getattr(type(env[model]), method)

    def wait(self, *args):
        print("locked", flush=True)
        sys.stdin.readline()
        return kept(self, *args)

    with patch.object(type(env[model]), method, wait):
        return act(env)


def _at_once(env, act):
    """As a request does: what loses against another transaction is played again."""
    from odoo.exceptions import UserError
    from odoo.service.model import retrying

    try:
        return retrying(lambda: act(env), env)
    except UserError as error:
        return str(error)


def sign_slowly(env):
    return _slowly(env, "bde.document", "_after_signing", _sign)


def correct_slowly(env):
    return _slowly(env, "bde.document", "_tell_correction", _correct)


def sign_at_once(env):
    """The page was read before the correction: the same row is signed at each try."""
    shown = env["bde.document.signature"].search([("role", "=", "host"), ("is_current", "=", True)])

    def act(env):
        given = shown._sign("typed", "Anne Duval")
        env.cr.commit()
        return len(given)

    return _at_once(env, act)


def correct_at_once(env):
    return _at_once(env, _correct)
