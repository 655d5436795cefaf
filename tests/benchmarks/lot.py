"""Conventions that are really there: made, sent and committed, so that other processes see them.

Rendering by jobs and signing by visitors happen in other transactions than the bench's. A lot is
made anew in each run, in a period of its own at the end of the school year; it stays in the data
set, cancelled as far as nobody signed it.
"""

from datetime import timedelta

from . import agreements, odoo_env

CODE = "123456"


class Lot:
    """So many conventions of the largest school, out for signature."""

    def __init__(self, bench, count):
        self.bench = bench
        with self.environment() as env:
            conventions = make_sent(env, count)
            self.documents = conventions.document_id.ids
            env["mail.mail"].sudo().search([("state", "=", "outgoing")]).unlink()
            env.cr.commit()

    def environment(self):
        """An environment of the school's manager; whoever wants to keep something commits."""
        return odoo_env.rolled_back(self.bench.registry, **self.bench.as_manager(self.bench.large))

    def forget_pdfs(self):
        """As before their first rendering."""
        with self.environment() as env:
            versions = env["bde.document"].browse(self.documents).sudo().version_id
            files = versions.pdf_attachment_id
            versions.write({"pdf_attachment_id": False, "pdf_sha256": False})
            files.unlink()
            env.cr.commit()

    def pdfs(self):
        """Bytes of the PDFs there are."""
        with self.environment() as env:
            versions = env["bde.document"].browse(self.documents).sudo().version_id
            return [file.raw for file in versions.pdf_attachment_id]

    def tokens(self):
        """Tokens of those who may sign now by a link, one a person: list of (token, address)."""
        with self.environment() as env:
            waiting = (
                env["bde.document.signature"]
                .sudo()
                .search(
                    [
                        ("document_id", "in", self.documents),
                        ("is_current", "=", True),
                        ("state", "=", "to_sign"),
                        ("required", "=", True),
                        ("user_id", "=", False),
                        ("email", "!=", False),
                    ]
                )
            )
            people = waiting.grouped("signer_key")
            delivery = env["bde.delivery"].sudo()
            minted = env["bde.link"]._mint(
                [delivery._link_vals(batch[:1], "email") for batch in people.values()]
            )
            env.cr.commit()
            return [(token, link.email) for link, token in minted]

    def give_codes(self, tokens):
        """The same live code for each of these people, as if it had just been sent."""
        from odoo import fields

        with self.environment() as env:
            for token, _address in tokens:
                link = env["bde.link"]._find(token, "sign")
                link.write(
                    {
                        "code_hmac": _digest(link, CODE),
                        "code_sent_on": fields.Datetime.now(),
                        "code_channel": "email",
                        "code_tries": 0,
                    }
                )
            env.cr.commit()

    def signed(self):
        """Signatures given so far."""
        with self.environment() as env:
            return (
                env["bde.document.signature"]
                .sudo()
                .search_count(
                    [("document_id", "in", self.documents), ("state", "=", "signed")],
                )
            )

    def close(self):
        """Cancels what is still out."""
        with self.environment() as env:
            open_ones = (
                env["bde.document"]
                .browse(self.documents)
                .filtered(lambda d: d.state in ("to_sign", "partly_signed"))
            )
            open_ones.action_cancel("Lot du banc")
            env["mail.mail"].sudo().search([("state", "=", "outgoing")]).unlink()
            env.cr.commit()


def make_sent(env, count):
    """Conventions made and sent as the manager does, in a period where nobody is elsewhere."""
    conventions = make_ready(env, count)
    conventions.action_send()
    return conventions


def make_ready(env, count):
    """The same, made and not yet sent."""
    values = agreements.placement_values(env, count)
    period = env["bde.period"].browse(values[0]["period_id"])
    end = env["bde.school.year"]._current(env.company).date_end
    period.write({"name": "Lot du banc", "date_start": end - timedelta(25), "date_end": end})
    placements = env["bde.placement"].create(values)
    placements.action_make_conventions()
    env.flush_all()
    # as a screen names them: records of one call, that share what they read
    return env["bde.convention"].browse(placements.convention_id.ids)


def _digest(link, code):
    from odoo.addons.bde_partnerships.rules import secret

    return secret.code_digest(link._code_key(), link._code_purpose(), code)
