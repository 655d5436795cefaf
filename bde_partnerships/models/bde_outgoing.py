from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.mail import generate_tracking_message_id

from ..rules.canonical import sha256_hex

KEPT_DAYS = 30
# In the Message-Id of each of our letters, so that the queue knows them among all others.
MARK = "-openerp-bde@"


class BdeOutgoing(models.Model):
    """To whom a letter of the engine went, for the day on which it comes back.

    The letter itself is removed once sent. What stays for a month is the digest of its
    Message-Id and the key of its reader: no address, no text. Nobody reads it but the engine.
    """

    _name = "bde.outgoing"
    _description = "Letter under way"
    _log_access = False
    _order = "id desc"
    _rec_name = "id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    signer_key = fields.Char(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("sign", "Link"),
            ("code", "Code"),
            ("copy", "Copy"),
            ("sms", "Text message"),
            ("stay", "Follow-up"),
            ("note", "Message"),
        ],
        required=True,
        readonly=True,
    )
    message_hash = fields.Char(required=True, readonly=True)
    sent_on = fields.Datetime(required=True, readonly=True)

    _message_hash_uniq = models.UniqueIndex("(message_hash)")
    _sent_on_idx = models.Index("(sent_on)")

    @api.model
    def _new_message_id(self):
        """A Message-Id by which the queue and the letters that come back are recognised."""
        return generate_tracking_message_id("bde")

    @api.model
    def _note(self, rows):
        """Keeps whose letters these are.

        :param rows: (company, signer_key, kind, Message-Id)
        """
        now = fields.Datetime.now()
        # One statement: nothing of the ORM hangs on these rows.
        self.env["bde.journal"]._insert(
            self._table,
            [
                {
                    "company_id": company.id,
                    "signer_key": signer_key,
                    "kind": kind,
                    "message_hash": self._digest(message_id),
                    "sent_on": now,
                }
                for company, signer_key, kind, message_id in rows
            ],
        )

    @api.model
    def _digest(self, message_id):
        """Digest of a Message-Id, with or without its angle brackets."""
        return sha256_hex((message_id or "").strip().strip("<>"))

    @api.model
    def _of(self, message_ids):
        """Rows of letters that are ours among these Message-Ids.

        :return: in sudo
        """
        ours = [
            self._digest(message_id) for message_id in message_ids if MARK in (message_id or "")
        ]
        # sudo: no role reads it
        return self.sudo().search([("message_hash", "in", ours)]) if ours else self.sudo().browse()

    @api.autovacuum
    def _gc_outgoing(self):
        """After a month nothing comes back any more."""
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("sent_on", "<", limit)], limit=10000).unlink()
