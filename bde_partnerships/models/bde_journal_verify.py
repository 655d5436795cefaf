import hashlib
import json

from odoo import api, models
from odoo.tools import SQL, split_every

from ..rules import chain

# Documents that are read and judged together: memory does not grow with their number.
DOCUMENTS_AT_ONCE = 200
BLOCK = 1 << 20
GIVEN = ("signed", "acknowledged", "kept")
READ_EVENTS = ("version", "sealed", "scanned", "proof", *GIVEN)


class BdeJournalCheck(models.Model):
    """Checking documents: chains, details, contents, files, signatures, scans."""

    _inherit = "bde.journal.check"

    @api.model
    def _check_documents(self, documents):
        """Verifies documents with all that hangs on them.

        Linear in the rows, constant queries and memory for each chunk of documents; each file
        is read once, in blocks. Stores what is wrong on the documents.

        :return: {document: [sentences]} for the documents that have a fault
        """
        self.env.flush_all()
        faults = {}
        for ids in split_every(DOCUMENTS_AT_ONCE, documents.ids):
            # sudo: the check reads what no role may read, the erasable details
            chunk = documents.browse(ids).sudo()
            found = self._check_chunk(chunk)
            self._store_faults(chunk, found)
            faults |= {documents.browse(document.id): texts for document, texts in found.items()}
            if len(documents) > DOCUMENTS_AT_ONCE:
                self.env.flush_all()
                self.env.invalidate_all(flush=False)
        return faults

    @api.model
    def _check_chunk(self, documents):
        rows = self._read_rows(documents)
        facts = self._read_facts(documents)
        found = {}
        for document in documents:
            theirs = rows.get(document.id, [])
            # What a broken chain says of the rest is worth nothing.
            texts = self._check_chain(document, theirs) or self._check_content(
                document, theirs, facts
            )
            if texts:
                found[document] = texts
        return found

    @api.model
    def _store_faults(self, documents, faults):
        for document in documents:
            fault = "; ".join(faults.get(document, []))[:500] or False
            if document.journal_fault != fault:
                document.write({"journal_fault": fault})

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    @api.model
    def _read_rows(self, documents):
        """Rows of the journals with their details: {document id: [dict]}."""
        by_document = {}
        for row in self.env.execute_query_dict(
            SQL(
                """SELECT j.id, j.document_id, j.serial, j.at, j.event, j.payload, j.commitment,
                          j.prev_hash, j.hash, d.salt, d.data
                   FROM bde_journal j LEFT JOIN bde_journal_detail d ON d.journal_id = j.id
                   WHERE j.document_id = ANY(%s) ORDER BY j.document_id, j.serial""",
                documents.ids,
            )
        ):
            by_document.setdefault(row["document_id"], []).append(row)
        return by_document

    @api.model
    def _read_facts(self, documents):
        """What the journal is compared with: signatures, contents as hashed by the database,
        digests of the files. Constant queries."""
        versions = documents.version_ids
        signatures = (
            self.env["bde.document.signature"].sudo().search([("document_id", "in", documents.ids)])
        )
        scans = self.env["bde.paper.scan"].sudo().search([("document_id", "in", documents.ids)])
        contents = dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, encode(sha256(convert_to(content, 'UTF8')), 'hex')"
                    "  FROM bde_document_version WHERE document_id = ANY(%s)",
                    documents.ids,
                )
            )
        )
        proofs = documents.proof_ids
        drawings = self._field_files("bde.document.signature", "image", signatures)
        proof_files = self._field_files("bde.document.proof", "file", proofs)
        files = versions.pdf_attachment_id | documents.sealed_attachment_id | scans.attachment_id
        digests = self._file_digests([*files.ids, *drawings.values(), *proof_files.values()])
        return {
            "signatures": signatures.grouped("document_id"),
            "scans": scans.grouped("document_id"),
            "contents": contents,
            "files": digests,
            "drawings": {key: digests.get(value) for key, value in drawings.items()},
            "proofs": {key: digests.get(value) for key, value in proof_files.items()},
        }

    @api.model
    def _field_files(self, model, field, records):
        """Attachment behind a binary field: {record id: attachment id}, in one query."""
        if not records:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT res_id, id FROM ir_attachment"
                    " WHERE res_model = %s AND res_field = %s AND res_id = ANY(%s)",
                    model,
                    field,
                    records.ids,
                )
            )
        )

    @api.model
    def _file_digests(self, attachment_ids):
        """SHA-256 of files: {attachment id: digest, None when the file is gone}.

        Each file is read once, in blocks, whoever names it.
        """
        if not attachment_ids:
            return {}
        stored = self.env.execute_query(
            SQL(
                "SELECT id, store_fname, encode(sha256(db_datas), 'hex')"
                "  FROM ir_attachment WHERE id = ANY(%s)",
                attachment_ids,
            )
        )
        by_name = {name: self._digest_of_file(name) for name in {row[1] for row in stored} if name}
        return {row_id: by_name.get(name, digest) for row_id, name, digest in stored}

    @api.model
    def _digest_of_file(self, name):
        Attachment = self.env["ir.attachment"]
        digest = hashlib.sha256()
        try:
            with open(Attachment._full_path(name), "rb") as stream:
                while block := stream.read(BLOCK):
                    digest.update(block)
        except OSError:
            # kept elsewhere (a store of objects), or gone: core says which
            data = Attachment._file_read(name)
            if not data:
                return None
            digest.update(data)
        return digest.hexdigest()

    # ------------------------------------------------------------
    # JUDGING ONE DOCUMENT
    # ------------------------------------------------------------

    @api.model
    def _check_chain(self, document, rows):
        """What is wrong with the chain of one document."""
        if fault := chain.first_fault(rows, document.uuid):
            what, serial = fault
            return [
                {
                    "missing": self.env._(
                        "row %(serial)s: a row is missing or moved", serial=serial
                    ),
                    "changed": self.env._("row %(serial)s was changed", serial=serial),
                    "details": self.env._(
                        "the details of row %(serial)s were changed", serial=serial
                    ),
                }[what]
            ]
        if document.version_id and not rows:
            return [self.env._("the journal is empty")]
        return []

    @api.model
    def _check_content(self, document, rows, facts):
        """Whether versions, signatures, scans and files are those of the journal."""
        events = {}
        for row in rows:
            if row["event"] in READ_EVENTS:
                data = row["data"] and row["event"] in GIVEN and json.loads(row["data"])
                events.setdefault(row["event"], []).append((json.loads(row["payload"]), data))
        return (
            self._check_versions(document, events, facts)
            + self._check_signatures(document, events, facts)
            + self._check_scans(document, events, facts)
            + self._check_sealed(document, events, facts)
            + self._check_proofs(document, events, facts)
        )

    @api.model
    def _check_versions(self, document, events, facts):
        stated = {p["serial"]: p["content_sha256"] for p, _data in events.get("version", ())}
        faults = []
        for version in document.version_ids:
            digest = stated.pop(version.serial, None)
            content = facts["contents"].get(version.id)
            file = facts["files"].get(version.pdf_attachment_id.id)
            if not digest == version.content_sha256 == content or (
                version.pdf_sha256 and version.pdf_sha256 != file
            ):
                faults.append(
                    self.env._(
                        "the content of version %(serial)s was changed", serial=version.serial
                    )
                )
        faults += [self.env._("version %(serial)s is gone", serial=serial) for serial in stated]
        return faults

    @api.model
    def _check_signatures(self, document, events, facts):
        """Whether the signatures given are those of the journal, no more and no less."""
        given = {p["signature"]: (p, data) for name in GIVEN for p, data in events.get(name, ())}
        drawn = {uuid: p["image_sha256"] for uuid, (p, _d) in given.items() if "image_sha256" in p}
        faults = []
        for signature in facts["signatures"].get(document, ()):
            payload, data = given.pop(signature.uuid, (None, None))
            done = signature.state in ("signed", "acknowledged")
            if not done and payload is None:
                continue
            if not done or not self._is_as_stated(signature, payload, data, drawn, facts):
                faults.append(
                    self.env._("the signature of %(name)s was changed", name=signature.name)
                )
        if given:
            faults.append(self.env._("a signature is gone"))
        return faults

    @api.model
    def _is_as_stated(self, signature, payload, data, drawn, facts):
        """Whether a given signature, its names and its drawing are those of the journal."""
        stated = {name: value for name, value in (payload or {}).items() if name != "image_sha256"}
        if stated != signature._proof_payload():
            return False
        if data and any(
            data[name] != (signature[name] or "")
            for name in ("name", "signed_name")
            if name in data
        ):
            return False
        original = stated.get("kept_from") or signature.uuid
        expected = drawn.get(original)
        return expected is None or expected == (facts["drawings"].get(signature.id) or "")

    @api.model
    def _check_scans(self, document, events, facts):
        """Whether the pages that came back on paper are those that were recorded."""
        scans = {
            scan.sha256: facts["files"].get(scan.attachment_id.id)
            for scan in facts["scans"].get(document, ())
            if scan.state == "recorded"
        }
        stated = {payload["sha256"] for payload, _data in events.get("scanned", ())}
        stated |= {
            payload["scan_sha256"]
            for payload, _data in events.get("signed", [])
            if payload.get("scan_sha256")
        }
        faults = []
        if any(scans.get(digest) != digest for digest in stated):
            faults.append(self.env._("a page that came back on paper was changed or is gone"))
        if set(scans) - stated:
            faults.append(self.env._("a page on paper was added without being recorded"))
        return faults

    @api.model
    def _check_sealed(self, document, events, facts):
        sealed = [payload["sha256"] for payload, _data in events.get("sealed", ())]
        attachment = document.sealed_attachment_id
        if attachment:
            if not sealed or facts["files"].get(attachment.id) != sealed[-1]:
                return [self.env._("the sealed file was changed")]
        elif sealed:
            return [self.env._("the sealed file is gone")]
        return []

    @api.model
    def _check_proofs(self, document, events, facts):
        """Proof files that are still kept are those that the journal names."""
        stated = {payload["sha256"] for payload, _data in events.get("proof", ())}
        for proof in document.proof_ids:
            file = facts["proofs"].get(proof.id)
            if proof.sha256 not in stated or (proof.file_until and file != proof.sha256):
                return [self.env._("a proof file was changed")]
        return []
