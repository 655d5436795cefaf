import json

from odoo import models
from odoo.tools import format_date, format_datetime

# Events that are messages, with what became of them.
MESSAGES = (
    "delivered", "reminded", "unreachable", "informed", "bounced", "escalated", "called",
    "code_sent", "code_failed", "copies", "paper_printed",
)  # fmt: skip
# Of the erasable details: what is told as a line of its own, in this order.
DETAIL_NAMES = ("address", "signer", "text", "note", "ground", "head")


class BdeDocument(models.Model):
    """The journal told to people: dated sentences in order, for the proof file."""

    _inherit = "bde.document"

    def _story(self, rows):
        """What happened to one document, row by row.

        :param rows: dicts as of ``bde.journal.check._read_rows``
        :return: list of dicts ``serial``, ``at`` (text), ``event``, ``label``, ``who``,
            ``lines`` (texts), ``origin`` (address seen and browser), ``is_message``
        """
        self.ensure_one()
        labels = dict(self.env["bde.journal"]._fields["event"]._description_selection(self.env))
        # sudo: the caller checked who reads; parties of all versions
        signatures = (
            self.env["bde.document.signature"].sudo().search([("document_id", "=", self.id)])
        )
        people = {signature.uuid: signature for signature in signatures}
        logins = self._names_of_logins(rows)
        story = []
        for row in rows:
            payload = json.loads(row["payload"])
            detail = json.loads(row["data"]) if row["data"] else {}
            signature = people.get(payload.get("signature"))
            story.append(
                {
                    "serial": row["serial"],
                    "at": self._proof_time(row["at"]),
                    "event": row["event"],
                    "label": labels.get(row["event"], row["event"]),
                    "who": self._story_who(signature, detail, logins),
                    "lines": self._story_lines(row["event"], payload, detail),
                    "origin": self._story_origin(detail),
                    "is_message": row["event"] in MESSAGES,
                }
            )
        return story

    def _proof_time(self, moment):
        """A moment in the time of the school, to the second."""
        return format_datetime(self.env, moment, tz=self.company_id.bde_tz) if moment else ""

    def _proof_day(self, day):
        return format_date(self.env, day) if day else ""

    def _names_of_logins(self, rows):
        """Names of the staff that the details name by their login, in one query."""
        logins = {
            login
            for row in rows
            if row["data"]
            for login in [json.loads(row["data"]).get("user")]
            if login
        }
        # sudo: people of the school, also those who left; with_context for closed accounts
        Users = self.env["res.users"].sudo().with_context(active_test=False)
        found = Users.search([("login", "in", list(logins))]) if logins else Users
        return {user.login: user.name for user in found}

    def _story_who(self, signature, detail, logins):
        name = detail.get("name") or (signature.name if signature else "")
        who = f"{name} – {signature._role_label()}" if signature and name else name
        if not who and (login := detail.get("user")):
            who = logins.get(login, login)
        return who

    def _story_origin(self, detail):
        """From where it came, as the server saw it."""
        if not detail.get("ip") and not detail.get("user_agent"):
            return ""
        address = detail.get("ip") or self.env._("unknown")
        if detail.get("ip_of") == "proxy":
            address = self.env._("%(address)s (of a relay before the server)", address=address)
        return self.env._(
            "Address seen by the server: %(address)s. Browser: %(browser)s",
            address=address,
            browser=detail.get("user_agent") or self.env._("unknown"),
        )

    def _story_lines(self, event, payload, detail):
        """What is told of one event beside who and when."""
        teller = getattr(self, f"_tell_{event}", None)
        lines = teller(payload, detail) if teller else self._tell_reason(payload)
        return [*filter(None, lines), *(detail[n] for n in DETAIL_NAMES if detail.get(n))]

    def _label_of(self, model, name, value):
        """Label of a value of a selection, the value itself when it is not known any more."""
        return dict(self.env[model]._fields[name]._description_selection(self.env)).get(
            value, value
        )

    # ------------------------------------------------------------
    # One event each
    # ------------------------------------------------------------

    def _tell_reason(self, payload):
        reason = payload.get("reason")
        return [self.env._("Reason: %(reason)s", reason=reason)] if reason else []

    def _tell_version(self, payload, detail):
        return [
            self.env._("Version %(serial)s", serial=payload["serial"]),
            self.env._("SHA-256 of the content: %(digest)s", digest=payload["content_sha256"]),
        ]

    def _tell_sent(self, payload, detail):
        if payload.get("change_class") == "correction":
            return [self.env._("Corrected version")]
        return []

    def _tell_correcting(self, payload, detail):
        if payload.get("over"):
            return [self.env._("Taken up again without a change")]
        return self._tell_reason(payload)

    def _channel_text(self, payload):
        return {
            "email": self.env._("By e-mail"),
            "sms": self.env._("By text message"),
        }.get(payload.get("channel"), "")

    def _tell_delivered(self, payload, detail):
        return [self._channel_text(payload)]

    _tell_reminded = _tell_delivered
    _tell_informed = _tell_delivered

    def _tell_code_sent(self, payload, detail):
        code = payload.get("code")
        return [
            self._channel_text(payload),
            code and self.env._("Digest of the code: %(digest)s", digest=code),
        ]

    def _tell_bounced(self, payload, detail):
        reason = self._label_of("bde.document.signature", "bounce_reason", payload.get("reason"))
        return [self._channel_text(payload), reason]

    def _tell_escalated(self, payload, detail):
        told = {"referent": self.env._("Referent teacher"), "manager": self.env._("Bureau")}
        return [told.get(payload.get("to"), payload.get("to"))]

    def _tell_signed(self, payload, detail):
        lines = [
            self._label_of("bde.document.signature", "method", payload["method"]),
            self.env._("On version %(serial)s", serial=payload["version"]),
        ]
        if detail.get("signed_name"):
            lines.append(self.env._("Signed: %(name)s", name=detail["signed_name"]))
        if payload.get("by_delegation"):
            lines.append(self.env._("By delegation of the head"))
        if detail.get("witness"):
            lines.append(self.env._("Seen or recorded by %(name)s", name=detail["witness"]))
        if payload.get("paper_date"):
            date = format_date(self.env, payload["paper_date"])
            lines.append(self.env._("Date on the paper: %(date)s", date=date))
        if payload.get("scan_sha256"):
            lines.append(
                self.env._("SHA-256 of the scan: %(digest)s", digest=payload["scan_sha256"])
            )
        if detail.get("email") or detail.get("phone"):
            lines.append(" · ".join(filter(None, (detail.get("email"), detail.get("phone")))))
        if detail.get("code"):
            lines.append(self.env._("Digest of the code: %(digest)s", digest=detail["code"]))
        return lines

    _tell_acknowledged = _tell_signed

    def _tell_kept(self, payload, detail):
        return [
            self.env._(
                "Given on version %(old)s, kept on version %(new)s: what changed does not"
                " concern this person",
                old=payload["version"],
                new=payload["kept_version"],
            )
        ]

    def _tell_answered(self, payload, detail):
        if payload.get("kind") == "refusal_taken_back":
            return [self.env._("Takes the refusal back")]
        return [self._label_of("bde.document.answer", "kind", payload.get("kind"))]

    def _tell_scanned(self, payload, detail):
        date = payload.get("paper_date")
        return [
            self.env._("SHA-256 of the scan: %(digest)s", digest=payload["sha256"]),
            date and self.env._("Date on the paper: %(date)s", date=format_date(self.env, date)),
        ]

    def _tell_called(self, payload, detail):
        return [self._label_of("bde.document.signature", "call_result", payload.get("result"))]

    def _tell_overridden(self, payload, detail):
        taken_back = payload.get("withdrawn") and self.env._("Taken back")
        return [f"{payload.get('rule', '')} ({payload.get('article', '')})", taken_back]

    def _tell_amended(self, payload, detail):
        return [payload.get("amendment")]

    def _tell_state(self, payload, detail):
        return [self._label_of("bde.document", "state", payload.get("state"))]

    def _tell_sealed(self, payload, detail):
        return [self.env._("SHA-256 of the file: %(digest)s", digest=payload["sha256"])]

    _tell_proof = _tell_sealed
    _tell_signed_elsewhere = _tell_sealed
