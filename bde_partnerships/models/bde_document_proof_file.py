import json

from odoo import models, release

from ..pdf import seal
from ..pdf.certificate import KeyUnavailable
from ..pdf.render import Embedded
from .bde_document_page import stylesheet

STYLE = "bde_partnerships/static/src/css/proof.css"
# Files of a document beyond this stay out: the digests stand in the file, the files in the school.
EMBEDDED_BYTES = 30_000_000


class BdeDocument(models.Model):
    """The proof file: a page that a judge reads, then the dated story, then what experts check."""

    _inherit = "bde.document"

    def _proof_pdf(self):
        """The proof file.

        :return: (bytes, whether the school's seal is on it)
        """
        self.ensure_one()
        Version = self.env["bde.document.version"]
        signer, certificate = self._proof_key()
        rows = self.env["bde.journal.check"].sudo()._read_rows(self).get(self.id, [])
        values = self._proof_values(rows) | {"certificate": certificate}
        html = self.env["ir.qweb"]._render(
            "bde_partnerships.proof_file", values, minimal_qcontext=True
        )
        pdf = Version._render_html(f"<!DOCTYPE html>\n{html}", self._proof_embedded(rows))
        if not signer:
            return pdf, False
        reason = self.env._("Proof file of %(number)s", number=self.number)
        school = self.company_id
        return seal.seal(pdf, signer, reason, school.city or "", school.name), True

    def _proof_key(self):
        """The school's signer and what its certificate says; (None, None) without a key."""
        store, uai = self.env["bde.document.version"]._key_store(), self.company_id.uai
        try:
            key = store.school_key(uai)
            return seal.load_signer(*key), seal.describe(*key)
        except KeyUnavailable:
            return None, None

    # ------------------------------------------------------------
    # WHAT THE PAGE SAYS
    # ------------------------------------------------------------

    def _proof_values(self, rows):
        """Everything that the page shows, as texts."""
        faults, nightly = self._verify_all()
        story = self._story(rows)
        states = dict(self._fields["state"]._description_selection(self.env))
        version = self.version_id
        return {
            "document": self,
            "school": self.company_id,
            "css": stylesheet(STYLE),
            "kind": self._kind_label(),
            "state": states[self.state],
            "made_on": self._proof_time(self.env.cr.now()),
            "signers": [self._proof_signer(s) for s in self._proof_signatures()],
            "waiting": self.signature_ids.filtered(lambda s: s.state in ("waiting", "to_sign")),
            "versions": self._proof_versions(),
            "story": story,
            "messages": [entry for entry in story if entry["is_message"]],
            "tries": sum(entry["event"] == "code_failed" for entry in story),
            "answers": self._proof_answers(),
            "overrides": [entry for entry in story if entry["event"] == "overridden"],
            "scans": self._proof_scans(),
            "rows": rows,
            "journal_head": rows[-1]["hash"] if rows else "",
            "faults": faults.get(self, []),
            "nightly": nightly,
            "seals": self._proof_seals(rows),
            "sealed_on": self._proof_time(self.sealed_on),
            "qr": version._qr_svg(version._content()["check_url"]),
            "check_url": version._content()["check_url"],
            "server": f"Odoo {release.major_version}",
        }

    def _proof_signatures(self):
        """Signatures that were given or refused, those of older versions too, as they came."""
        # sudo: the caller checked who reads
        found = self.env["bde.document.signature"].sudo().search([("document_id", "=", self.id)])
        done = found.filtered(
            lambda s: s.state in ("signed", "acknowledged") or (s.is_current and s.refusal_reason)
        )
        return done.sorted(lambda s: (not s.is_current, s.signed_on or s.since, s.id))

    def _proof_signer(self, signature):
        """One line of the table of signers."""
        label = self._label_of
        return {
            "name": signature.name,
            "signed_name": signature.signed_name or "",
            "role": signature._role_label(),
            "state": label(signature._name, "state", signature.state),
            "when": self._proof_time(signature.signed_on),
            "how": signature.method and label(signature._name, "method", signature.method) or "",
            "version": (signature.kept_from_id or signature).version_id.serial,
            "current": signature.is_current,
            "notes": signature._proof_notes(),
            "address": " · ".join(filter(None, (signature.email, signature.phone))),
            "refusal": signature.refusal_reason or "",
            "image": signature.image.decode() if signature.image else "",
        }

    def _proof_versions(self):
        """Versions, the first one first, each with what changed since the one before."""
        result, before = [], None
        for version in self.version_ids.sorted("serial"):
            result.append(
                {
                    "serial": version.serial,
                    "made_on": self._proof_time(version.create_date),
                    "reason": version.reason or "",
                    "content_sha256": version.content_sha256,
                    "pdf_sha256": version.pdf_sha256 or "",
                    "template": version._content().get("template_version") or "",
                    "before": before.serial if before else 0,
                    "changes": [
                        change
                        | {
                            "class_label": self._label_of(
                                "bde.change.rule", "change_class", change["change_class"]
                            )
                        }
                        for change in (version._differences(before) if before else ())
                    ],
                }
            )
            before = version
        return result

    def _proof_answers(self):
        # sudo: the caller checked who reads
        answers = (
            self.env["bde.document.answer"]
            .sudo()
            .search([("document_id", "=", self.id)], order="id")
        )
        return [
            {
                "at": self._proof_time(answer.create_date),
                "who": answer.person,
                "kind": self._label_of(answer._name, "kind", answer.kind),
                "text": answer.text or "",
                "outcome": answer.outcome or "",
            }
            for answer in answers
        ]

    def _proof_scans(self):
        # sudo: the caller checked who reads
        scans = (
            self.env["bde.paper.scan"]
            .sudo()
            .search([("document_id", "=", self.id), ("state", "=", "recorded")])
        )
        return [
            {
                "name": scan.attachment_id.name,
                "version": scan.version_id.serial,
                "people": ", ".join(scan.signature_ids.mapped("name")),
                "by": scan.recorded_by_id.name or "",
                "on": self._proof_time(scan.recorded_on),
                "sha256": scan.sha256 or "",
            }
            for scan in scans
        ]

    def _proof_seals(self, rows):
        """Nightly seals that cover rows of this journal."""
        if not rows:
            return []
        # sudo: read by the administrator alone; digests of rows, without any content
        found = (
            self.env["bde.journal.check"]
            .sudo()
            .search(
                [("last_id", ">=", rows[0]["id"]), ("first_id", "<=", rows[-1]["id"])], order="id"
            )
        )
        return [
            {
                "on": self._proof_time(check.checked_on),
                "rows": f"{check.first_id}–{check.last_id}",
                "digest": check.digest,
                "signature": check.signature or "",
                "public_key": check.public_key or "",
            }
            for check in found
            if check.row_count
        ]

    # ------------------------------------------------------------
    # FILES INSIDE
    # ------------------------------------------------------------

    def _proof_embedded(self, rows):
        """What an expert needs to do the check himself: contents, PDFs, journal, scans."""
        files = [
            Embedded(
                f"{self.number}-journal.json",
                json.dumps(
                    {"document": self.uuid, "rows": [_plain(row) for row in rows]},
                    ensure_ascii=False,
                    indent=1,
                ).encode(),
                self.env._("The rows of the journal with their details and salts"),
                "Data",
            )
        ]
        for version in self.version_ids.sorted("serial"):
            name = f"{self.number}-v{version.serial}"
            text = self.env._("Content of version %(serial)s", serial=version.serial)
            files.append(Embedded(f"{name}.json", version.content.encode(), text, "Data"))
            if version.pdf_attachment_id:
                text = self.env._("PDF of version %(serial)s", serial=version.serial)
                files.append(Embedded(f"{name}.pdf", version.pdf_attachment_id.raw or b"", text))
        if self.sealed_attachment_id:
            raw = self.sealed_attachment_id.raw or b""
            files.append(Embedded(f"{self.number}.pdf", raw, self.env._("The sealed copy")))
        for scan in self._paper_scans():
            files.append(Embedded(scan.name, scan.raw or b"", self.env._("A page on paper")))
        return list(_first_bytes(files, EMBEDDED_BYTES))


class BdeDocumentSignature(models.Model):
    _inherit = "bde.document.signature"

    def _proof_notes(self):
        """What is particular to how this signature was given: kept, witness, paper, delegate."""
        self.ensure_one()
        notes = []
        if self.kept_from_id:
            notes.append(self._kept_sentence())
        if self.by_delegation:
            notes.append(
                self.env._("By delegation of the head: %(name)s", name=self.signed_by_id.name)
            )
        if self.paper_date:
            date = self.document_id._proof_day(self.paper_date)
            notes.append(self.env._("Date on the paper: %(date)s", date=date))
        if self.witness_id:
            seen = (
                self.env._("Paper recorded by %(name)s", name=self.witness_id.name)
                if self.method == "paper"
                else self.env._("In the presence of %(name)s", name=self.witness_id.name)
            )
            notes.append(seen)
        return notes

    def _kept_sentence(self):
        """On which version it was given, and what the versions since changed."""
        signed = self.kept_from_id.version_id
        labels = dict.fromkeys(c["label"] for c in self.version_id._differences(signed))
        return self.env._(
            "Signed on version %(old)s; version %(new)s changed only: %(changes)s",
            old=signed.serial,
            new=self.version_id.serial,
            changes=", ".join(labels) or self.env._("nothing of what is agreed"),
        )


def _plain(row):
    """A row of the journal as JSON values; its time as it is hashed."""
    kept = ("serial", "event", "payload", "commitment", "prev_hash", "hash", "salt", "data")
    return {name: row[name] for name in kept} | {"at": row["at"].isoformat(" ", "seconds")}


def _first_bytes(files, limit):
    """The files that fit together into so many bytes, in order."""
    total = 0
    for file in files:
        total += len(file.data)
        if total <= limit:
            yield file
