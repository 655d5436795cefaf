"""What the fault tests of conventions run in processes of their own.

Each is a process, see ``tests/forked.py``. The people and pupils are those of the
modules' own tests (``ConventionCase``), committed here.
"""

import os
import signal
import sys
from collections import Counter
from unittest.mock import patch


def prepare(env):
    """Three conventions made and not sent, at the school of the modules' tests."""
    from odoo.tests import TransactionCase

    from odoo.addons.bde_pfmp.tests.convention_common import ConventionCase

    with patch.object(TransactionCase, "setUpClass", classmethod(lambda cls: None)):
        ConventionCase.env, ConventionCase.cr = env, env.cr
        ConventionCase.setUpClass()
    ConventionCase.placements.with_env(ConventionCase.as_manager).action_make_conventions()
    env["bde.convention"].search([]).company_id._bde_ensure_demo_certificate()
    env.cr.commit()
    return env["bde.convention"].search([]).mapped("state")


def picture(env):
    """What there is, in numbers, and what the check of the journals says."""
    documents = env["bde.document"].search([])
    faults = env["bde.journal.check"]._check_documents(documents)
    current = env["bde.document.signature"].search([("is_current", "=", True)])
    return {
        "states": dict(Counter(documents.mapped("state"))),
        "seals": dict(Counter(documents.mapped("seal_state"))),
        "versions": env["bde.document.version"].search_count([]),
        "signatures": dict(Counter(current.mapped("state"))),
        "journal": dict(Counter(env["bde.journal"].search([]).mapped("event"))),
        "links": env["bde.link"].search_count([]),
        "mails": env["mail.mail"].search_count([]),
        "pdfs": env["bde.document.version"].search_count([("pdf_attachment_id", "!=", False)]),
        "lines": dict(Counter(env["bde.batch.line"].search([]).mapped("state"))),
        "faults": sum(map(len, faults.values())),
    }


def manager(env):
    """Environment of the school's manager."""
    user = env["res.users"].search([("login", "=", "manager_a")])
    return env(user=user.id, su=False, context={"allowed_company_ids": user.company_ids.ids})


def die(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)


def dying(model, method):
    """The process dies when it comes to this method, with all that is written so far."""

    def killed(self, *_args, **_kwargs):
        self.env.flush_all()
        die()

    return patch.object(type(model), method, killed)


def sent(env, *dies_at):
    """The manager sends all three."""
    conventions = manager(env)["bde.convention"].search([])
    if dies_at:
        with dying(env["bde.delivery"], *dies_at):
            conventions.action_send()
    conventions.action_send()
    env.cr.commit()
    return conventions.mapped("state")


def signed(env, *dies_at):
    """The boss signs all that waits for her."""
    waiting = _of(env, "host")
    if dies_at:
        with dying(env["bde.document"], *dies_at):
            waiting._sign("typed", "Anne Duval")
    given = waiting._sign("typed", "Anne Duval")
    env.cr.commit()
    return len(given)


def slowly(env):
    """The boss signs slowly: says when she holds the locks, ends when she is told to."""
    Document = type(env["bde.document"])
    after = Document._after_signing

    def wait(self):
        print("locked", flush=True)
        sys.stdin.readline()
        return after(self)

    with patch.object(Document, "_after_signing", wait):
        return signed(env)


def twice(env):
    """The same signature at the same second, from another tab."""
    from odoo.service.model import retrying

    return retrying(lambda: signed(env), env)


def corrected(env, *dies_at):
    """The weekly hours of all change, and the correction goes out."""
    conventions = manager(env)["bde.convention"].search([])
    conventions.document_id.action_correct("Horaires")
    for placement in conventions.placement_id:
        placement.schedule = placement.schedule | {"tue": [["09:00", "12:00"], ["13:00", "16:00"]]}
    if dies_at:
        with dying(env["bde.document"], *dies_at):
            conventions.document_id.action_send_correction()
    conventions.document_id.action_send_correction()
    env.cr.commit()
    return conventions.mapped("version_id.serial")


def rendered(env, *bad):
    """The job of the PDFs; the page of the convention of that number cannot be made."""
    Version = type(env["bde.document.version"])
    render = Version._render_html

    def failing(self, html, *args, **kwargs):
        if bad and bad[0] in html:
            raise RuntimeError("this page cannot be rendered")
        return render(self, html, *args, **kwargs)

    with patch.object(Version, "_render_html", failing):
        env["bde.document"]._cron_render()
    env.cr.commit()
    return env["bde.document.version"].search_count([("pdf_attachment_id", "!=", False)])


def all_signed(env):
    """Everybody else has signed."""
    for batch in env["bde.document"].search([])._as_engine():
        while waiting := batch.signature_ids.filtered(
            lambda s: s.state == "to_sign" and s.required
        ):
            waiting._sign("typed", "Signature")
    env.cr.commit()
    return env["bde.document"].search([]).mapped("state")


def sealed(env, *dies_at):
    """The job of the seals."""
    if dies_at:
        with dying(env["bde.document"], *dies_at):
            env["bde.document"]._cron_seal()
    env["bde.document"]._cron_seal()
    env.cr.commit()
    return env["bde.document"].search([]).mapped("seal_state")


def batch(env, verb):
    """The manager asks for one thing about all conventions."""
    conventions = manager(env)["bde.convention"].search([])
    conventions.env["bde.batch"]._start(verb, conventions)
    env.cr.commit()
    return len(env["bde.batch.line"].search([]))


def worked(env, *dies_after):
    """The job of the batches, one line a chunk; it dies after so many lines."""
    from odoo.addons.bde_partnerships.models import bde_batch_run

    Batch = type(env["bde.batch"])
    chunk, done = Batch._run_chunk, []

    def counting(self, lines):
        if dies_after and len(done) == int(dies_after[0]):
            # the work of this chunk is written and not committed
            chunk(self, lines)
            self.env.flush_all()
            die()
        done.append(lines.ids)
        return chunk(self, lines)

    with (
        patch.object(bde_batch_run, "CHUNK", 1),
        patch.object(bde_batch_run, "CHUNK_OF_FILES", 1),
        patch.object(Batch, "_run_chunk", counting),
    ):
        env["bde.batch"]._cron_run()
    env.cr.commit()
    return dict(Counter(env["bde.batch.line"].search([]).mapped("state")))


def queue(env):
    """Core sends what waits; nobody listens at the mail server of this configuration."""
    env["mail.mail"].process_email_queue()
    env.cr.commit()
    return dict(Counter(env["mail.mail"].search([]).mapped("state")))


def retried(env):
    """The job that puts back what did not leave."""
    env["bde.bounce"]._cron_retry()
    env.cr.commit()
    addresses = env["bde.document.signature"].search([("bounced_on", "!=", False)])
    return [dict(Counter(env["mail.mail"].search([]).mapped("state"))), len(addresses)]


def _of(env, role):
    waiting = env["bde.document.signature"].search(
        [("role", "=", role), ("is_current", "=", True), ("state", "in", ("to_sign", "signed"))]
    )
    company = waiting.company_id
    return waiting.with_company(company).with_context(allowed_company_ids=company.ids)
