"""What the fault tests of the merge run in processes of their own.

Each is a process, see ``tests/forked.py``.
"""

import os
import signal
import sys
import time

TABLES = (
    "res_partner", "bde_relation", "bde_merge", "bde_talk", "bde_former_siret",
    "bde_employer_change", "mail_message", "mail_followers",
)  # fmt: skip


def prepare(env):
    """A school that follows both entries of a company, with a contact and a talk on each."""
    academy = env["res.company"].create(
        {"name": "Académie", "bde_kind": "academy", "academy_code": "04"}
    )
    school = env["res.company"].create(
        {"name": "Lycée", "bde_kind": "school", "uai": "0330994B", "parent_id": academy.id}
    )
    env["bde.school.year"].create({"company_id": academy.id, "date_start": "2026-09-01"})
    keep, drop = env["res.partner"].create(
        [
            {"name": name, "is_company": True, "bde_employer": True, "company_registry": siret}
            for name, siret in (("Duval", "73282932000074"), ("Duval bis", False))
        ]
    )
    relations = env["bde.relation"].create(
        [
            {"partner_id": partner.id, "company_id": school.id, "notes": f"<p>{partner.name}</p>"}
            for partner in (keep, drop)
        ]
    )
    env["bde.talk"].create(
        [{"relation_id": r.id, "channel": "call", "user_id": env.uid} for r in relations]
    )
    merge = env["bde.merge"].create(
        {"company_id": academy.id, "origin": "academy", "reason": "Same baker",
         "keep_id": keep.id, "drop_id": drop.id}
    )  # fmt: skip
    env.cr.commit()
    return merge.id


def picture(env):
    """Digest of the tables that a merge writes."""
    result = {}
    for table in TABLES:
        env.cr.execute(
            f"SELECT COUNT(*), md5(string_agg(t::text, '|' ORDER BY id)) FROM {table} AS t"
        )
        result[table] = env.cr.fetchone()
    return result


def killed(env):
    """Merges, and dies in the middle, when all pages and links have moved."""
    Partner = type(env["res.partner"])

    def die(self, *args):
        env.flush_all()
        os.kill(os.getpid(), signal.SIGKILL)

    Partner._bde_merge_take = die
    env["bde.merge"].search([]).action_merge()


def slow(env):
    """Merges slowly: says when it holds the locks, and ends when it is told to."""
    Partner = type(env["res.partner"])
    take = Partner._bde_merge_take

    def wait(self, *args):
        print("locked", flush=True)
        sys.stdin.readline()
        return take(self, *args)

    Partner._bde_merge_take = wait
    env["bde.merge"].search([]).action_merge()
    env.cr.commit()
    return "done"


def at_once(env):
    """Merges while somebody else does: returns the sentence that the user reads."""
    from odoo.exceptions import UserError

    start = time.monotonic()
    try:
        env["bde.merge"].search([]).action_merge()
    except UserError as error:
        return [str(error), time.monotonic() - start]
    return None
