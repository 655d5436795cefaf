import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..pdf.certificate import KeyUnavailable
from ..rules.canonical import canonical

_logger = logging.getLogger(__name__)

ROWS_PER_CHECK = 5000
# Rows younger than this are left to the next night: a transaction that is still open
# could commit a row with a smaller id. Requests and jobs of Odoo end long before.
SETTLED = timedelta(hours=1)
# Documents whose journal is quiet are looked at again by turns, so many each night: a file may
# be altered years after the last row.
ROUND = 5000
ROUND_AT_ONCE = 500


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
    round_to = fields.Integer(
        string="Looked at again up to document",
        readonly=True,
        help="Where the round over all documents is; it is not part of what is signed.",
    )

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
        """Checks earlier seals, then verifies and seals the new rows, some thousands at a time;
        then looks again at documents that nothing happened to.

        It may be stopped between two of them and goes on where it was.
        """
        faults = self._check_earlier() if self._is_first_of_the_day() else []
        if faults:
            self._store_apart(faults)
        settled = fields.Datetime.now() - SETTLED
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=self._count_new(settled))
        goes_on, checked = True, set()
        while goes_on and (window := self._next_window(settled)):
            first_id, last_id, document_ids = window
            # a document was looked at whole: its other rows of this night need no second look
            fresh = [one for one in document_ids if one not in checked]
            checked.update(fresh)
            found = self._sentences(fresh)
            faults += found
            check = self._store_check(first_id, last_id, found)
            goes_on = progress(check.row_count)
        if goes_on:
            faults += self._check_round(checked)
        if faults:
            _logger.error("Journal of documents: %s", "; ".join(faults))
        return not faults

    @api.model
    def _sentences(self, document_ids):
        """What is wrong with documents, one sentence each."""
        documents = self.env["bde.document"].browse(document_ids)
        return [
            f"{document.number}: {'; '.join(texts)}"
            for document, texts in self._check_documents(documents).items()
        ]

    @api.model
    def _check_round(self, checked):
        """Looks again at the next documents of the round, by turns over all of them.

        :param set checked: documents of this night
        :return: sentences
        """
        faults, seen = [], 0
        while seen < ROUND and (last := self.search([], limit=1)):
            documents = self.env["bde.document"].search(
                [("id", ">", last.round_to), ("version_id", "!=", False)],
                order="id",
                limit=ROUND_AT_ONCE,
            )
            found = self._sentences([one for one in documents.ids if one not in checked])
            if found:
                faults += found
                last = self._store_apart(found)
            # at the end of the list the next night begins again
            last.round_to = documents[-1:].id if len(documents) == ROUND_AT_ONCE else 0
            seen += len(documents)
            goes_on = self.env["ir.cron"]._commit_progress()
            if not goes_on or not last.round_to:
                break
        return faults

    @api.model
    def _store_apart(self, faults):
        """Keeps faults that belong to no new row."""
        last = self.search([], limit=1)
        return self._store_check(last.last_id + 1, last.last_id, faults)

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
    def _check_earlier(self, first_id=0):
        """Faults of the seals of earlier nights: rows removed or written again since.

        :param int first_id: seals of rows before this one are left out
        """
        faults, previous = [], ""
        seals = self.search([("signature", "!=", False), ("last_id", ">=", first_id)], order="id")
        if first_id and seals:
            before = [("signature", "!=", False), ("id", "<", seals[0].id)]
            previous = self.search(before, limit=1).digest or ""
        for check in seals:
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
                "round_to": last.round_to,
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

    def _verify_all(self):
        """Checks these documents, and the nightly seals from their first row on.

        A seal covers the rows of a night, whatever document they belong to: it finds a row that
        was cut off the end of a chain, which the chain itself cannot tell.

        :return: ({document: [sentences]}, [sentences about nightly seals])
        """
        Check = self.env["bde.journal.check"].sudo()  # sudo: read by the administrator alone
        faults = Check._check_documents(self)
        [(first_id,)] = self.env.execute_query(
            SQL("SELECT min(id) FROM bde_journal WHERE document_id = ANY(%s)", self.ids)
        )
        return faults, Check._check_earlier(first_id) if first_id else []

    def action_verify_journal(self):
        """Verifies the journals of these documents now and says what was found."""
        self.check_access("read")
        faults, nightly = self._verify_all()
        if faults or nightly:
            lines = [f"{document.number}: {'; '.join(found)}" for document, found in faults.items()]
            message = "\n".join([*lines, *nightly])
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
                "type": "danger" if faults or nightly else "success",
                "sticky": bool(faults or nightly),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
