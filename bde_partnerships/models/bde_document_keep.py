import json

from odoo import api, models

from ..rules import changes, turns
from ..rules.canonical import sha256_hex
from .bde_document import EDITABLE, IN_SIGNATURE
from .bde_document_differences import is_same_person, people_of, person_of, same_people

# What the new row of somebody who was asked already goes on with.
CARRIED = (
    "state", "since", "notified_on", "reminded_on", "reminder_count", "unreachable", "called_on",
    "call_result", "escalated_on", "to_call_since", "forced_on",
)  # fmt: skip
WRONG_ADDRESS = ("bounced_on", "bounced_channel", "bounce_reason")
REFRESH_AT_ONCE = 500
# What a kept row repeats of the signature that was given.
KEPT = (
    "state", "signed_on", "method", "signed_name", "signed_by_id", "by_delegation", "image",
    "masked_ip", "code_channel", "witness_id", "paper_date", "scan_id", "scan_sha256",
)  # fmt: skip


class BdeDocument(models.Model):
    """Which signatures a change concerns, and which are kept on the new version."""

    _inherit = "bde.document"

    def _correction_plan(self):
        """What sending these documents as their records are now would do; constant queries.

        :return: {document: dict} with ``changes`` (see ``bde.document.version._differences``),
            ``change_class``, ``content`` (text) and its ``sha256``, ``rows`` (what the new
            version asks for: dicts ``vals``, ``old`` signature, ``fate`` kept, again, waiting),
            and, of these, ``again`` (rows), ``waiting`` (rows), ``kept`` (signatures given),
            ``informed`` (signatures whose person is told and has nothing to do), ``gone``
            (signatures of people who are not asked any more)
        """
        contents = self._build_contents()
        parties = self._parties_vals()
        current = self.env["bde.document.signature"].search(
            [("document_id", "in", self.ids), ("is_current", "=", True)]
        )
        by_document = current.grouped("document_id")
        none = current.browse()
        return {
            document: document._plan(
                contents[document], parties[document], by_document.get(document, none)
            )
            for document in self
        }

    def _plan(self, content, parties, current):
        self.ensure_one()
        now = people_of_vals(parties)
        same = same_people(people_of(current), now)
        found = self._changes(self.version_id._content(), json.loads(content), same, every=True)
        change_class = changes.strongest(change["change_class"] for change in found)
        rows = self._plan_rows(parties, current, change_class)
        kept = current.browse().union(*(r["old"] for r in rows if r["fate"] == "kept"))
        gone = current.browse().union(
            *(s for s in current if is_gone(s, now) and s.state != "waiting")
        )
        return {
            "changes": changes.told(found),
            "change_class": change_class,
            "content": content,
            "sha256": sha256_hex(content),
            "rows": rows,
            "again": [row for row in rows if row["fate"] == "again"],
            "waiting": [row for row in rows if row["fate"] == "waiting"],
            "kept": kept,
            "informed": kept,
            "gone": gone,
        }

    def _plan_rows(self, parties, current, change_class):
        """What each party owes on the new version, and what it gave on the one before."""
        old = {(s.role, s.party_uuid): s for s in current}
        rows = []
        for vals in parties:
            signature = old.get((vals["role"], vals["party_uuid"]), current.browse())
            if signature and not is_same_person(person_of(signature), person_of_vals(vals)):
                signature = current.browse()
            given = signature.state in turns.DONE
            # who acknowledged has not signed: where a signature is asked now, he gives it
            enough = signature.state == "signed" or not vals["required"]
            concerned = changes.concerns(change_class, vals["role"])
            if given and enough and not concerned:
                fate = "kept"
            else:
                fate = "again" if given or signature.state == "refused" else "waiting"
            rows.append(
                {"vals": dict(vals), "old": signature, "fate": fate, "concerned": concerned}
            )
        self._settle_alternatives(rows)
        return rows

    def _settle_alternatives(self, rows):
        """Where one holder's signature is kept, the other one may read and acknowledge."""
        settled = {
            row["vals"]["alternative"]
            for row in rows
            if row["fate"] == "kept" and row["old"].state == "signed" and row["vals"]["alternative"]
        }
        for row in rows:
            vals, state = row["vals"], row["old"].state
            if vals["alternative"] in settled and state != "signed":
                vals["required"] = False
                row["fate"] = "kept" if state == "acknowledged" else "waiting"

    def _kept_vals(self, rows):
        """Values of the signatures of a new version, from the rows of its plan."""
        result = []
        for row in rows:
            vals, old = dict(row["vals"]), row["old"]
            same_address = old and (vals["email"], vals["phone"]) == (old.email, old.phone)
            if same_address:
                # a corrected name is the same person: the link that is out stays good
                vals["signer_key"] = old.signer_key
            if row["fate"] == "kept":
                vals |= {name: old._column(name) for name in KEPT}
                vals |= {"kept_from_id": (old.kept_from_id or old).id, "since": old.since}
            elif same_address and row["fate"] == "waiting" and old.required >= vals["required"]:
                # who was to read and has to sign now hears of it, as somebody new does
                vals |= old._carried_vals(row["concerned"])
            if same_address:
                vals |= {name: old[name] for name in WRONG_ADDRESS}
            result.append(vals)
        # whose turn has not come (any more) on the new version waits for it
        table = [
            (v["sequence"], v["required"], v.get("state", "waiting"), v["alternative"] or None)
            for v in result
        ]
        opened = set(turns.ready([(s, r, _closed(state), a) for s, r, state, a in table]))
        for position, vals in enumerate(result):
            if vals.get("state") == "to_sign" and position not in opened:
                vals["state"] = "waiting"
        return result

    @api.model
    def _refresh_person_refs(self, model):
        """Says which person each open signature is of, where rows are older than the column.

        For the upgrade: a first correction then keeps what was signed before. Somebody whose
        name does not match any more keeps none, and signs again.

        :param str model: concrete model of the documents
        """
        documents = self.search(
            [("res_model", "=", model), ("state", "in", (*EDITABLE, *IN_SIGNATURE, "refused"))]
        )
        for start in range(0, len(documents), REFRESH_AT_ONCE):
            for batch in documents[start : start + REFRESH_AT_ONCE]._as_engine():
                batch._store_person_refs()

    def _store_person_refs(self):
        parties = self.filtered("version_id")._parties_vals()
        for document, rows in parties.items():
            persons = {(row["role"], row["party_uuid"]): row for row in rows}
            for signature in document.signature_ids.filtered(lambda s: not s.person_ref):
                now = persons.get((signature.role, signature.party_uuid))
                if now and changes.is_spelling(signature.name, now["name"]):
                    signature.person_ref = now["person_ref"]
        self.env.flush_all()


class BdeDocumentSignature(models.Model):
    _inherit = "bde.document.signature"

    def _carried_vals(self, concerned):
        """What somebody who was asked already keeps on a new version.

        No new message leaves, and the count of his reminders and calls goes on. Modules that
        add such columns extend it.

        :param bool concerned: by what changed: a paper that he was given is no good any more
        """
        self.ensure_one()
        if self.state != "to_sign":
            return {}
        names = CARRIED if concerned else (*CARRIED, "printed_on")
        return {name: self[name] for name in names}

    def _log_kept(self):
        """States in the journal which signatures were kept, from which version."""
        kept = self.filtered("kept_from_id")
        if kept:
            self.env["bde.journal"]._append(
                [(s.document_id, "kept", s._proof_payload(), s._proof_detail()) for s in kept]
            )


def _closed(state):
    """A turn that was open is judged again."""
    return "waiting" if state == "to_sign" else state


def person_of_vals(vals):
    """As ``person_of``, for the values of a signature that is not made yet."""
    return vals["person_ref"] or "", vals["name"], vals["signer_key"]


def people_of_vals(parties):
    return {(vals["role"], vals["party_uuid"]): person_of_vals(vals) for vals in parties}


def is_gone(signature, now):
    """Whether the person of a signature is not asked any more."""
    person = now.get((signature.role, signature.party_uuid))
    return not person or not is_same_person(person_of(signature), person)
