import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, sql

from ..rules.canonical import canonical, chain_hash, commitment

REFUSE_FUNCTION = "bde_journal_refuse"


class BdeJournal(models.Model):
    """What happened to a document: one chain of hashes per document, insert only.

    A row says what happened without naming anybody; names and addresses are in
    ``bde.journal.detail``, which may be erased without breaking the chain.
    """

    _name = "bde.journal"
    _description = "Journal of a document"
    _order = "document_id, serial"
    _rec_name = "event"
    # No create_uid: deleting a user would have to change the row.
    _log_access = False

    document_id = fields.Many2one(
        "bde.document", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        string="School",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    serial = fields.Integer(required=True, readonly=True)
    at = fields.Datetime(string="When", required=True, readonly=True)
    event = fields.Selection(
        [
            ("version", "Version made"),
            ("sent", "Sent for signature"),
            ("delivered", "Link sent"),
            ("unreachable", "No address to send the link to"),
            ("reminded", "Reminder sent"),
            ("code_sent", "Code sent"),
            ("code_failed", "Wrong code"),
            ("signed", "Signed"),
            ("acknowledged", "Acknowledged"),
            ("refused", "Refused"),
            ("draft", "Back to draft"),
            ("cancelled", "Cancelled"),
            ("state", "State changed"),
            ("sealed", "Sealed"),
            ("copies", "Copies sent"),
            ("kept", "Signature kept on a new version"),
            ("correcting", "Being corrected by the school"),
            ("informed", "Told of a change"),
            ("answered", "Answer of a signer"),
            ("bounced", "Message came back"),
            ("escalated", "Referent or bureau told"),
            ("scanned", "Paper scanned"),
            ("amended", "Amended"),
            ("interrupted", "Interrupted"),
            ("overridden", "Rule set aside by the head"),
            ("proof", "Proof file made"),
            ("paper_printed", "Printed to be signed on paper"),
            ("called", "Called by phone"),
        ],
        string="What",
        required=True,
        readonly=True,
    )
    payload = fields.Text(required=True, readonly=True)
    commitment = fields.Char(readonly=True, help="Digest of the erasable details, with a salt.")
    prev_hash = fields.Char(readonly=True, string="Hash before")
    hash = fields.Char(required=True, readonly=True)
    detail_ids = fields.One2many("bde.journal.detail", "journal_id", readonly=True)

    _document_serial_uniq = models.UniqueIndex("(document_id, serial)")

    def init(self):
        """Makes the database itself refuse to change or remove a row."""
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger AS $$
                BEGIN
                    RAISE EXCEPTION 'the journal is insert only'
                        USING ERRCODE = 'restrict_violation';
                END $$ LANGUAGE plpgsql;
                DROP TRIGGER IF EXISTS %(row_trigger)s ON %(table)s;
                CREATE TRIGGER %(row_trigger)s BEFORE UPDATE OR DELETE ON %(table)s
                    FOR EACH ROW EXECUTE FUNCTION %(function)s();
                DROP TRIGGER IF EXISTS %(table_trigger)s ON %(table)s;
                CREATE TRIGGER %(table_trigger)s BEFORE TRUNCATE ON %(table)s
                    FOR EACH STATEMENT EXECUTE FUNCTION %(function)s();
                """,
                function=SQL.identifier(REFUSE_FUNCTION),
                table=SQL.identifier(self._table),
                row_trigger=SQL.identifier(f"{self._table}_insert_only"),
                table_trigger=SQL.identifier(f"{self._table}_no_truncate"),
            )
        )

    @api.model
    def _drop_trigger(self):
        """Removes the guard, for the removal of the module."""
        if sql.table_exists(self.env.cr, self._table):
            self.env.cr.execute(
                SQL("DROP FUNCTION IF EXISTS %s CASCADE", SQL.identifier(REFUSE_FUNCTION))
            )

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The journal cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The journal cannot be changed."))

    @api.model
    def _record_of(self, row, document_uuid):
        """What the hash of a row covers; a row is a dict of columns."""
        return {
            "document": document_uuid,
            "serial": row["serial"],
            "at": fields.Datetime.to_string(row["at"]),
            "event": row["event"],
            "payload": row["payload"],
            "commitment": row["commitment"] or "",
        }

    @api.model
    def _heads(self, documents):
        """Last (serial, hash) of each document's chain, by document id."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (document_id) document_id, serial, hash FROM bde_journal
                   WHERE document_id = ANY(%s) ORDER BY document_id, serial DESC""",
                documents.ids,
            )
        )
        return {document_id: (serial, digest) for document_id, serial, digest in rows}

    @api.model
    def _append(self, events):
        """Adds events at the end of their documents' chains, in constant queries.

        The caller holds the lock of the documents (:meth:`bde.document._lock`), so that no
        other transaction appends to the same chain.

        :param list events: tuples (document, event, payload dict, details dict or None)
        """
        # sudo: nobody has a right to write here; the verbs of the engine are the only callers
        self = self.sudo()
        documents = self.env["bde.document"].union(*(event[0] for event in events))
        self.flush_model()
        heads = self._heads(documents)
        now = fields.Datetime.now()
        rows, details = [], []
        # Through one recordset, so that they are read at once.
        documents = {document.id: document for document in documents}
        for event_document, event, payload, detail in events:
            document = documents[event_document.id]
            serial, previous = heads.get(document.id, (0, ""))
            salt = secrets.token_hex(16) if detail else ""
            row = {
                "document_id": document.id,
                "company_id": document.company_id.id,
                "serial": serial + 1,
                "at": now,
                "event": event,
                "payload": canonical(payload),
                "commitment": commitment(salt, detail) if detail else None,
                "prev_hash": previous,
            }
            row["hash"] = chain_hash(previous, self._record_of(row, document.uuid))
            heads[document.id] = (serial + 1, row["hash"])
            rows.append(row)
            details.append((salt, detail))
        ids = self._insert(self._table, rows)
        self._insert(
            self.env["bde.journal.detail"]._table,
            [
                {
                    "journal_id": journal_id,
                    "company_id": row["company_id"],
                    "salt": salt,
                    "data": canonical(detail),
                }
                for journal_id, row, (salt, detail) in zip(ids, rows, details, strict=True)
                if detail
            ],
        )
        self.env["bde.document"].browse(documents).invalidate_recordset(["journal_ids"])
        return self.browse(ids)

    @api.model
    def _insert(self, table, rows):
        """Inserts rows of one shape in one statement: nothing of the ORM hangs on them.

        :return: their ids, in order
        """
        if not rows:
            return []
        found = self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES %s RETURNING id",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, rows[0])),
                SQL(", ").join(tuple(row.values()) for row in rows),
            )
        )
        return [row_id for (row_id,) in found]


class BdeJournalDetail(models.Model):
    """Personal data of an event: names, addresses, IP. Erasable; the chain keeps a digest."""

    _name = "bde.journal.detail"
    _description = "Personal data of a journal"
    _rec_name = "journal_id"
    _log_access = False

    journal_id = fields.Many2one(
        "bde.journal", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        string="School",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    salt = fields.Char(required=True, readonly=True)
    data = fields.Text(required=True, readonly=True)
