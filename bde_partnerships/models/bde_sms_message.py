import uuid
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models, modules
from odoo.modules.registry import Registry

from ..rules import secret, sms_parts
from ..rules.signer import mask_phone

KEPT_DAYS = 400
WRONG_DAYS = 180
# What core, or the operator, says of a number that does not exist; the rest may pass tomorrow.
WRONG_NUMBER = {
    "sms_number_missing",
    "sms_number_format",
    "sms_country_not_supported",
    "sms_invalid_destination",
    "sms_not_allowed",
    "sms_rejected",
}


class BdeSmsMessage(models.Model):
    """The account of text messages: when, what for, in how many parts, what became of them.

    Never what they said, nor the number but its last two digits.
    """

    _name = "bde.sms.message"
    _description = "Text message"
    _inherit = ["bde.owned"]
    _order = "id desc"
    _rec_name = "masked_number"

    uuid = fields.Char(
        string="UUID", required=True, readonly=True, default=lambda self: uuid.uuid4().hex
    )
    signer_key = fields.Char(readonly=True)
    purpose = fields.Selection(
        [("link", "Link to sign"), ("code", "Code")], required=True, readonly=True
    )
    masked_number = fields.Char(string="Number", readonly=True)
    number_digest = fields.Char(readonly=True)
    parts = fields.Integer(readonly=True, help="What operators count and bill.")
    cost = fields.Float(string="Cost (€)", readonly=True, digits=(10, 4))
    state = fields.Selection(
        [
            ("queued", "To leave"),
            ("sent", "Sent"),
            ("delivered", "Arrived"),
            ("wrong", "Wrong number"),
            ("failed", "Not sent"),
        ],
        required=True,
        readonly=True,
        default="queued",
    )

    _uuid_uniq = models.UniqueIndex("(uuid)")
    _month_idx = models.Index("(company_id, create_date)")
    _wrong_idx = models.Index("(company_id, number_digest) WHERE state = 'wrong'")

    @api.model
    def _digest(self, number):
        """Digest of a number under the secret of the instance: numbers are few, and guessed."""
        # sudo: secret of the instance
        key = self.env["ir.config_parameter"].sudo().get_param("database.secret", "")
        return secret.code_digest(key, self._name, number)

    @api.model
    def _note(self, messages):
        """Lines of messages that are about to leave; see ``bde.sms._send``."""
        Sms = self.env["bde.sms"]
        cost = Sms._part_cost()
        vals_list = []
        for message in messages:
            number = Sms._number(message["phone"])
            parts = sms_parts.parts(message["text"])
            vals_list.append(
                {
                    "company_id": message["company"].id,
                    "signer_key": message["signer_key"],
                    "purpose": message["purpose"],
                    "masked_number": mask_phone(number),
                    "number_digest": self._digest(number),
                    "parts": parts,
                    "cost": parts * cost,
                }
            )
        # sudo: the engine keeps the account, roles read it
        return self.sudo().create(vals_list)

    @api.model
    def _used(self, company):
        """Parts that left this month from a school; those that were not sent cost nothing."""
        since = self.env["bde.sms"]._month_start(company)
        # sudo: a sum, whoever's message it is
        [(used,)] = self.sudo()._read_group(
            [
                ("company_id", "=", company.id),
                ("create_date", ">=", since),
                ("state", "!=", "failed"),
            ],
            aggregates=["parts:sum"],
        )
        return used or 0

    @api.model
    def _wrong_numbers(self, company, numbers):
        """Those of these numbers that did not exist when this school last wrote to them."""
        digests = {self._digest(number): number for number in numbers}
        since = fields.Datetime.now() - timedelta(days=WRONG_DAYS)
        # sudo: of one school, for itself
        found = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("number_digest", "in", list(digests)),
                ("state", "=", "wrong"),
                ("create_date", ">", since),
            ]
        )
        return {digests[line.number_digest] for line in found}

    # ------------------------------------------------------------
    # WHAT BECAME OF THEM
    # ------------------------------------------------------------

    def _settle(self, outcomes):
        """Notes what the service says of messages; wrong numbers show on the signatures.

        :param dict outcomes: {uuid: state}
        """
        # sudo: jobs and the service's reports, known by an unguessable identifier
        lines = self.sudo().search([("uuid", "in", list(outcomes))])
        for state, batch in lines.grouped(lambda line: outcomes[line.uuid]).items():
            batch.write({"state": state})
        bad = lines.filtered(lambda line: line.state in ("wrong", "failed"))
        self.env["bde.bounce"]._note(
            [
                (
                    line.company_id,
                    line.signer_key,
                    "sms",
                    "number" if line.state == "wrong" else "not_sent",
                )
                for line in bad
            ]
        )

    @api.model
    def _report(self, statuses):
        """What operators report later: ``sms_status`` and ``uuids``, as core's route gets them."""
        outcomes = {}
        for status in statuses:
            name = status["sms_status"]
            if name == "delivered":
                state = "delivered"
            elif name in ("processing", "success", "sent"):
                continue
            else:
                state = "wrong" if f"sms_{name}" in WRONG_NUMBER else "failed"
            outcomes |= dict.fromkeys(status["uuids"], state)
        if outcomes:
            self._settle(outcomes)

    @api.autovacuum
    def _gc_messages(self):
        """The account of the year before last is of no use any more."""
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("create_date", "<", limit)], limit=10000).unlink()


class SmsSms(models.Model):
    """Ours leave the queue of core as soon as they are sent: they hold links and codes."""

    _inherit = "sms.sms"

    def _send_with_api(self, *args, **kwargs):
        uuids = self.mapped("uuid")
        result = super()._send_with_api(*args, **kwargs)
        Message = self.env["bde.sms.message"]
        # sudo: the engine's own lines
        ours = set(Message.sudo().search([("uuid", "in", uuids)]).mapped("uuid"))
        if ours:
            mine = self.sudo().filtered(lambda sms: sms.uuid in ours)
            outcomes = {sms.uuid: self._bde_outcome(sms) for sms in mine}
            mine.unlink()
            Message._settle(outcomes)
        return result

    @api.model
    def _bde_outcome(self, sms):
        """State of one of our lines after core tried to send it."""
        if sms.state != "error":
            return "sent"
        return "wrong" if sms.failure_type in WRONG_NUMBER else "failed"

    def _bde_send_after_commit(self):
        """Sends at once, but nothing of a transaction that fails; as core does with mails."""
        if modules.module.current_test:
            self.send()
            return
        ids, dbname, context = self.ids, self.env.cr.dbname, self.env.context

        @self.env.cr.postcommit.add
        def send_in_own_transaction():
            with Registry(dbname).cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, context)
                env["sms.sms"].browse(ids).exists().send()
