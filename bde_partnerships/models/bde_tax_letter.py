from odoo import fields, models

from .bde_bounce import REASONS as BOUNCES
from .bde_tax_letter_model import KINDS

STATES = [
    ("queued", "Waits to leave"),
    ("sent", "Sent"),
    ("bounced", "Came back"),
    ("failed", "Could not leave"),
    ("cancelled", "Stopped before it left"),
]


class BdeTaxLetter(models.Model):
    """One letter about the tax to one address: for a company, or to an accountant for many.

    Written by the verbs of ``bde_tax_letter_send.py`` alone. The row is there before the mail
    is made: it is what makes sure that nothing is sent twice.
    """

    _name = "bde.tax.letter"
    _description = "Letter about the taxe d'apprentissage"
    _inherit = ["bde.owned"]
    _order = "id desc"
    _rec_name = "subject"

    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, precompute=True, default=None
    )
    campaign_id = fields.Many2one(
        "bde.tax.campaign",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    target_id = fields.Many2one(
        "bde.tax.target",
        string="Company asked",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Empty for a letter to an accountant: see the clients.",
    )
    target_ids = fields.Many2many(
        "bde.tax.target",
        "bde_tax_letter_target_rel",
        "letter_id",
        "target_id",
        string="For",
        readonly=True,
        check_company=True,
        help="The company, or the clients that the letter to their accountant names.",
    )
    step_id = fields.Many2one(
        "bde.tax.step",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    model_id = fields.Many2one(
        "bde.tax.letter.model",
        string="Letter",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    mailing_id = fields.Many2one(
        "mailing.mailing",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_system",
    )
    mail_message_ref = fields.Char(
        readonly=True,
        groups="base.group_system",
        help="Digest of the Message-Id of the mail, once it is made.",
    )
    trace_id = fields.Many2one(
        "mailing.trace",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_system",
    )
    is_noted = fields.Boolean(readonly=True, help="The approach and the talk are written down.")
    relation_id = fields.Many2one(
        "bde.relation",
        string="Written to",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Page of the company, or of the accountant.",
    )
    contact_id = fields.Many2one(
        "res.partner",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    email_normalized = fields.Char(string="E-mail", readonly=True)
    email_key = fields.Char(readonly=True, help="The address as two ways of writing are compared.")
    channel = fields.Selection(
        [("mail", "E-mail"), ("letter", "On paper")], required=True, readonly=True, default="mail"
    )
    kind = fields.Selection(KINDS, readonly=True)
    subject = fields.Char(readonly=True)
    # made from a sanitized model with escaped values; sanitized again it would cost seconds
    text = fields.Html(sanitize=False, readonly=True)
    date = fields.Date(string="Left on", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="queued")
    bounced_on = fields.Date(string="Came back on", readonly=True)
    bounce_code = fields.Selection(BOUNCES, readonly=True)
    reason = fields.Char(string="Why", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Sent by",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _campaign_state_idx = models.Index("(campaign_id, state)")
    _queued_idx = models.Index("(mailing_id, id) WHERE state = 'queued'")
    _key_idx = models.Index("(company_id, email_key, date)")
    _ref_idx = models.Index("(mail_message_ref) WHERE mail_message_ref IS NOT NULL")
    # a step writes to a company once, and to an address once, whatever crashed in between
    _step_target_uniq = models.UniqueIndex("(step_id, target_id) WHERE step_id IS NOT NULL")
    _step_email_uniq = models.UniqueIndex("(step_id, email_key) WHERE step_id IS NOT NULL")
