import json
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..pdf.certificate import KeyUnavailable
from ..rules.canonical import canonical, chain_hash, commitment, sha256_hex

_logger = logging.getLogger(__name__)

ROWS_PER_CHECK = 5000
# Rows younger than this are left to the next night: a transaction that is still open
# could commit a row with a smaller id. Requests and jobs of Odoo end long before.
SETTLED = timedelta(hours=1)


class BdeJournalCheck(models.Model):
    """One night's check: the rows since the last one, their digest, signed by the instance.

    The key is outside the database: who can write in the database cannot write this again.
    """

    _name = "bde.journal.check"
    _description = "Nightly check of the journals"
    _order = "id desc"
    _rec_name = "checked_on"

    checked_on = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    first_id = fields.Integer(string="From row", required=True, readonly=True)
    last_id = fields.Integer(string="To row", required=True, readonly=True)
    row_count = fields.Integer(string="Rows", required=True, readonly=True)
    digest = fields.Char(required=True, readonly=True, help="SHA-256 of the hashes of these rows.")
    prev_digest = fields.Char(readonly=True)
    signature = fields.Char(readonly=True)
    public_key = fields.Char(readonly=True)
    fault_count = fields.Integer(string="Number of faults", readonly=True)
    faults = fields.Text(readonly=True)

    # ------------------------------------------------------------
    # CHECKING CHAINS
    # ------------------------------------------------------------

    @api.model
    def _check_documents(self, documents):
        """Verifies chains, details, contents, files and signatures of documents.

        Linear in the rows, constant queries. Stores what is wrong on the documents.

        :return: {document: [sentences]} for the documents that have a fault
        """
        # sudo: the check reads what no role may read, the erasable details
        documents = documents.sudo()
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT j.id, j.document_id, j.serial, j.at, j.event, j.payload, j.commitment,
                          j.prev_hash, j.hash, d.salt, d.data
                   FROM bde_journal j LEFT JOIN bde_journal_detail d ON d.journal_id = j.id
                   WHERE j.document_id = ANY(%s) ORDER BY j.document_id, j.serial""",
                documents.ids,
            )
        )
        by_document = {}
        for row in rows:
            by_document.setdefault(row["document_id"], []).append(row)
        signatures = (
            self.env["bde.document.signature"]
            .sudo()
            .search([("document_id", "in", documents.ids)])
            .grouped("document_id")
        )
        faults = {}
        for document in documents:
            chain = by_document.get(document.id, [])
            # What a broken chain says of the rest is worth nothing.
            found = self._check_chain(document, chain) or self._check_content(
                document, chain, signatures.get(document, ())
            )
            if found:
                faults[document] = found
        self._store_faults(documents, faults)
        return faults

    @api.model
    def _store_faults(self, documents, faults):
        for document in documents:
            fault = "; ".join(faults.get(document, []))[:500] or False
            if document.journal_fault != fault:
                document.write({"journal_fault": fault})

    @api.model
    def _check_chain(self, document, rows):
        """What is wrong with the chain of one document."""
        journal = self.env["bde.journal"]
        previous = ""
        for expected, row in enumerate(rows, 1):
            if row["serial"] != expected or (row["prev_hash"] or "") != previous:
                return [self.env._("row %(serial)s: a row is missing or moved", serial=expected)]
            if row["hash"] != chain_hash(previous, journal._record_of(row, document.uuid)):
                return [self.env._("row %(serial)s was changed", serial=expected)]
            if row["data"] is not None and (
                row["commitment"] != commitment(row["salt"], json.loads(row["data"]))
            ):
                return [self.env._("the details of row %(serial)s were changed", serial=expected)]
            previous = row["hash"]
        if document.version_id and not rows:
            return [self.env._("the journal is empty")]
        return []

    @api.model
    def _check_content(self, document, rows, signatures):
        """Whether versions, signatures and sealed file are those of the journal."""
        events = [(row["event"], json.loads(row["payload"])) for row in rows]
        versions = {
            payload["serial"]: payload["content_sha256"]
            for event, payload in events
            if event == "version"
        }
        faults = []
        for version in document.version_ids:
            if versions.get(version.serial) != version.content_sha256 or not version._is_intact():
                faults.append(
                    self.env._(
                        "the content of version %(serial)s was changed", serial=version.serial
                    )
                )
        given = {
            payload["signature"]: payload
            for event, payload in events
            if event in ("signed", "acknowledged")
        }
        faults += self._check_signatures(signatures, given)
        sealed = [payload["sha256"] for event, payload in events if event == "sealed"]
        if document.sealed_attachment_id:
            digest = sha256_hex(document.sealed_attachment_id.raw or b"")
            if not sealed or digest != sealed[-1]:
                faults.append(self.env._("the sealed file was changed"))
        elif sealed:
            faults.append(self.env._("the sealed file is gone"))
        return faults

    @api.model
    def _check_signatures(self, signatures, given):
        """Whether the signatures given are those of the journal, no more and no less."""
        faults = []
        for signature in signatures:
            payload = given.pop(signature.uuid, None)
            done = signature.state in ("signed", "acknowledged")
            if not done and payload is None:
                continue
            stated = {
                name: value for name, value in (payload or {}).items() if name != "image_sha256"
            }
            if not done or stated != signature._proof_payload():
                faults.append(
                    self.env._("the signature of %(name)s was changed", name=signature.name)
                )
        if given:
            faults.append(self.env._("a signature is gone"))
        return faults

    # ------------------------------------------------------------
    # NIGHTLY JOB
    # ------------------------------------------------------------

    @api.model
    def _digest_of(self, first_id, last_id):
        """Digest and number of the rows in a range of ids, both ends included."""
        [(digest, count)] = self.env.execute_query(
            SQL(
                r"""SELECT encode(sha256(convert_to(lines, 'UTF8')), 'hex'), count
                    FROM (
                        SELECT coalesce(string_agg(id || ' ' || hash, E'\n' ORDER BY id), '')
                               AS lines, count(*) AS count
                        FROM bde_journal WHERE id BETWEEN %s AND %s
                    ) AS rows""",
                first_id,
                last_id,
            )
        )
        return digest, count

    def _statement(self):
        """What the instance signs."""
        self.ensure_one()
        return canonical(
            {
                "first_id": self.first_id,
                "last_id": self.last_id,
                "row_count": self.row_count,
                "digest": self.digest,
                "prev_digest": self.prev_digest or "",
            }
        ).encode()

    def _is_authentic(self):
        """Whether this check was signed by the instance and its rows are still those.

        :raises KeyUnavailable: when the key cannot be read
        """
        self.ensure_one()
        store = self.env["bde.document.version"]._key_store()
        if not self.signature or not store.verify(self.signature, self._statement()):
            return False
        return self._digest_of(self.first_id, self.last_id) == (self.digest, self.row_count)

    @api.model
    def _cron_check(self):
        """Checks earlier seals, then verifies and seals the new rows, some thousands at a time.

        It may be stopped between two of them and goes on where it was.
        """
        faults = self._check_earlier() if self._is_first_of_the_day() else []
        if faults:
            last = self.search([], limit=1)
            self._store_check(last.last_id + 1, last.last_id, faults)
        settled = fields.Datetime.now() - SETTLED
        self.env["ir.cron"]._commit_progress(remaining=self._count_new(settled))
        while window := self._next_window(settled):
            first_id, last_id, document_ids = window
            documents = self.env["bde.document"].browse(document_ids)
            found = [
                f"{document.number}: {'; '.join(sentences)}"
                for document, sentences in self._check_documents(documents).items()
            ]
            faults += found
            check = self._store_check(first_id, last_id, found)
            if not self.env["ir.cron"]._commit_progress(check.row_count):
                break
        if faults:
            _logger.error("Journal of documents: %s", "; ".join(faults))
        return not faults

    @api.model
    def _is_first_of_the_day(self):
        last = self.search([], limit=1)
        return bool(last) and last.checked_on < fields.Datetime.now() - timedelta(hours=12)

    @api.model
    def _count_new(self, settled):
        """Rows that no check has sealed yet."""
        return self.env["bde.journal"].search_count(
            [("id", ">", self.search([], limit=1).last_id), ("at", "<=", settled)]
        )

    @api.model
    def _next_window(self, settled):
        """Next rows to seal.

        :return: (first id, last id, ids of the documents), or None
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT id, document_id FROM bde_journal WHERE id > %s"
                " AND id <= (SELECT max(id) FROM bde_journal WHERE at <= %s) ORDER BY id LIMIT %s",
                self.search([], limit=1).last_id,
                settled,
                ROWS_PER_CHECK,
            )
        )
        if not rows:
            return None
        return rows[0][0], rows[-1][0], sorted({document_id for _id, document_id in rows})

    @api.model
    def _check_earlier(self):
        """Faults of the seals of earlier nights: rows removed or written again since."""
        faults, previous = [], ""
        for check in self.search([("signature", "!=", False)], order="id"):
            try:
                if not check._is_authentic():
                    faults.append(
                        self.env._(
                            "rows %(first)s to %(last)s are not those that were sealed on %(date)s",
                            first=check.first_id,
                            last=check.last_id,
                            date=check.checked_on,
                        )
                    )
            except KeyUnavailable as error:
                return [str(error)]
            if (check.prev_digest or "") != previous:
                faults.append(
                    self.env._("a nightly check before %(date)s is gone", date=check.checked_on)
                )
            previous = check.digest
        return faults

    @api.model
    def _store_check(self, first_id, last_id, faults):
        """Seals a range of rows after the last one sealed."""
        last = self.search([], limit=1)
        digest, count = self._digest_of(first_id, last_id)
        check = self.create(
            {
                "first_id": first_id,
                "last_id": last_id,
                "row_count": count,
                "digest": digest,
                "prev_digest": last.digest,
                "fault_count": len(faults),
                "faults": "\n".join(faults) or False,
            }
        )
        try:
            store = self.env["bde.document.version"]._key_store()
            signature, public_key = store.sign(check._statement())
            check.write({"signature": signature, "public_key": public_key})
        except KeyUnavailable as error:
            check.write(
                {"faults": "\n".join([*faults, str(error)]), "fault_count": len(faults) + 1}
            )
        return check


class BdeDocument(models.Model):
    _inherit = "bde.document"

    def action_verify_journal(self):
        """Verifies the journals of these documents now and says what was found."""
        self.check_access("read")
        faults = self.env["bde.journal.check"]._check_documents(self)
        if faults:
            message = "\n".join(
                f"{document.number}: {'; '.join(found)}" for document, found in faults.items()
            )
        else:
            message = self.env._(
                "Intact: %(count)s documents, their versions, signatures and files.",
                count=len(self),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "danger" if faults else "success",
                "sticky": bool(faults),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
