from odoo import models
from odoo.tools import format_date

from ..rules import changes, turns
from .bde_document import EDITABLE, IN_SIGNATURE
from .bde_document_differences import is_same_person, person_of


class BdePaperScan(models.Model):
    """What a page is worth, and why: it can be recorded, waits, or does not count."""

    _inherit = "bde.paper.scan"

    # ------------------------------------------------------------
    # JUDGING
    # ------------------------------------------------------------

    def _judge(self):
        """Sets what each page is worth and why; pages that are done with stay as they are."""
        for scan in self.filtered(lambda s: s.state not in ("recorded", "put_aside")):
            state, reason = scan._verdict()
            if (scan.state, scan.reason or "") != (state, reason):
                scan.write({"state": state, "reason": reason or False})

    def _verdict(self):
        """(state, reason) of an open page."""
        self.ensure_one()
        document = self.document_id
        if not document:
            return "to_match", self._why_unknown()
        code = self._code()
        if code and (mixed_up := self._why_another(code)):
            return "to_match", mixed_up
        if code and code.version is None and not self.signature_ids:
            return "to_match", self.env._(
                "The code names the document, not who signed: say which version and who."
            )
        if document.state in EDITABLE:
            return "outdated", self.env._(
                "The document is not out for signature: send it, and this page is judged again."
            )
        if document.state not in IN_SIGNATURE:
            return "outdated", self._why_closed()
        if not self.signature_ids:
            return "matched", self._why_nobody(code)
        return self._verdict_on_parties()

    def _verdict_on_parties(self):
        document = self.document_id
        if document.correcting_since:
            return "matched", self.env._(
                "The school is correcting this document: record the page once that is sent."
            )
        faults = [fault for s in self.signature_ids if (fault := self._fault(s))]
        if faults:
            return "outdated", " ".join(faults)
        todo = self._targets().filtered(lambda s: s.state in turns.OPEN)
        if not todo:
            return "outdated", " ".join(self._already(s) for s in self._targets())
        return "matched", self._why_waiting(todo)

    def _why_unknown(self):
        if self._code():
            return self.env._("This is not a document of your school.")
        if self.code:
            return self.env._("Two codes on one page: say which document it is, or scan it again.")
        return self.env._("No code could be read: look at the page and say which document it is.")

    def _why_another(self, code):
        """Why staff may not match the page to that: its code says otherwise. Empty when it fits.

        What somebody signed is what was printed: the ink of one version, or of another
        document, is no signature of this one.
        """
        if code.check_token != self.document_id.check_token:
            return self.env._(
                "The code of this page is that of another document: choose that one, or put the"
                " page aside."
            )
        if code.version not in (None, self.version_id.serial):
            return self.env._(
                "The code of this page is that of version %(printed)s: choose that version.",
                printed=code.version,
            )
        return ""

    def _why_closed(self):
        document = self.document_id
        label = dict(document._fields["state"]._description_selection(self.env))[document.state]
        if document.state == "signed":
            return self.env._("Everybody has signed already: put this page aside.")
        return self.env._(
            "The document is not to be signed any more (%(state)s): put this page aside.",
            state=label,
        )

    def _why_nobody(self, code):
        if code and code.page:
            return self.env._(
                "Page of the text: kept with the signatures of this file. Somebody signed on it?"
                " Say who."
            )
        return self.env._("Say whose signatures you see on this sheet.")

    def _why_waiting(self, todo):
        """Whom the page waits for, empty when it can be recorded."""
        waiting = todo.filtered(lambda s: s.state == "waiting")
        rows = self.document_id.signature_ids
        mine = set(todo.ids)
        settled = turns.settled(rows._turn_rows())
        before = rows.filtered(
            lambda s: (
                s.required
                and s.state in turns.OPEN
                and s.id not in mine
                and s.alternative not in settled
                and any(s.sequence < other.sequence for other in waiting)
            )
        )
        if not before:
            return ""
        return self.env._(
            "%(names)s signs after %(before)s: record this page then.",
            names=", ".join(waiting.mapped("name")),
            before=", ".join(before.mapped("name")),
        )

    # ------------------------------------------------------------
    # OLD VERSIONS
    # ------------------------------------------------------------

    def _target(self, signature):
        """The signature that the same party owes on the current version, maybe none."""
        return self.document_id.signature_ids.filtered(
            lambda s: (s.role, s.party_uuid) == (signature.role, signature.party_uuid)
        )[:1]

    def _targets(self):
        """The signatures on the current version that this page gives."""
        return self.env["bde.document.signature"].union(
            *(self._target(signature) for signature in self.signature_ids)
        )

    def _fault(self, signature):
        """Why the signature on this page does not count, empty when it does."""
        target = self._target(signature)
        current = self.document_id.version_id
        if not target:
            return self.env._("%(name)s does not sign this document any more.", name=signature.name)
        if self.version_id == current:
            return ""
        if not is_same_person(person_of(signature), person_of(target)):
            return self.env._(
                "%(old)s signed, but %(new)s signs now: print it for %(new)s.",
                old=signature.name,
                new=target.name,
            )
        labels = [
            change["label"]
            for change in current._differences(self.version_id)
            if changes.concerns(change["change_class"], signature.role)
        ]
        if not labels:
            return ""
        return self.env._(
            "Version %(old)s was signed, version %(new)s holds. It changed for %(name)s:"
            " %(labels)s. Print version %(new)s for this person.",
            old=self.version_id.serial,
            new=current.serial,
            name=signature.name,
            labels=", ".join(dict.fromkeys(labels)),
        )

    def _already(self, signature):
        """That a party has signed, when and how."""
        if signature.state not in turns.DONE:
            return self.env._("%(name)s does not sign any more.", name=signature.name)
        methods = dict(signature._fields["method"]._description_selection(self.env))
        return self.env._(
            "%(name)s has signed already, on %(date)s (%(how)s).",
            name=signature.name,
            date=format_date(self.env, signature.signed_on),
            how=methods.get(signature.method, ""),
        )
