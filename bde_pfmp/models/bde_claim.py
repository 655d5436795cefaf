from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import float_compare, format_date

from .bde_claim_cap import KINDS, UNITS

OPEN = ("draft", "submitted")
# granted, whether it was paid already or not
COUNTED = ("granted", "paid")


class BdeClaim(models.Model):
    """What a pupil spent for a placement and asks back: journeys, meals, lodging.

    Sent by the pupil from his page or typed by staff, granted within the caps of the board.
    """

    _name = "bde.claim"
    _description = "Claim of a pupil"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "date_from desc, id desc"

    placement_id = fields.Many2one(
        "bde.placement", required=True, index=True, ondelete="restrict", check_company=True,
        domain="[('state', 'in', "
        "('signed', 'running', 'ended', 'attested', 'closed', 'interrupted'))]",
    )  # fmt: skip
    company_id = fields.Many2one(
        related="placement_id.company_id", store=True, precompute=True, default=None
    )
    school_year_id = fields.Many2one(
        related="placement_id.school_year_id", store=True, precompute=True, default=None
    )
    student_name = fields.Char(
        related="placement_id.student_name", string="Pupil", store=True, precompute=True
    )
    division_id = fields.Many2one(
        related="placement_id.division_id", store=True, precompute=True, index=True
    )
    kind = fields.Selection(KINDS, required=True, default="transport")
    date_from = fields.Date(
        string="From", required=True, compute="_compute_dates", store=True, readonly=False,
        precompute=True,
    )  # fmt: skip
    date_to = fields.Date(
        string="To", required=True, compute="_compute_dates", store=True, readonly=False,
        precompute=True,
    )  # fmt: skip
    quantity = fields.Integer(required=True, default=1)
    unit = fields.Selection(UNITS, compute="_compute_cap", help="What the quantity counts.")
    lacks_receipt = fields.Boolean(
        compute="_compute_cap", help="The board asks for a receipt, and there is none."
    )
    amount_asked = fields.Monetary(string="Amount asked", required=True)
    amount_justified = fields.Monetary(
        string="On receipts",
        compute="_compute_amount_justified",
        store=True,
        readonly=False,
        precompute=True,
        help="What the receipts show, when it is less than what is asked.",
    )
    amount_allowed = fields.Monetary(
        string="Within the caps", compute="_compute_allowed", help="What the caps leave of it."
    )
    amount_granted = fields.Monetary(string="Granted", readonly=True, copy=False)
    working = fields.Char(
        string="How it is counted", compute="_compute_allowed", help="Which cap cut it."
    )
    granted_working = fields.Char(string="Granted because", readonly=True, copy=False)
    receipt_ids = fields.Many2many("ir.attachment", string="Receipts", copy=False)
    receipt_count = fields.Integer(string="Number of receipts", compute="_compute_receipt_count")
    note = fields.Char(string="Remark")
    source = fields.Selection(
        [("student", "Pupil"), ("staff", "School")], required=True, default="staff", readonly=True
    )
    state = fields.Selection(
        [
            ("draft", "In preparation"),
            ("submitted", "To decide"),
            ("granted", "Granted"),
            ("refused", "Refused"),
            ("paid", "Paid"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    refusal_reason = fields.Char(string="Why refused", readonly=True, copy=False)
    submitted_on = fields.Datetime(string="Sent on", readonly=True, copy=False)
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, copy=False, index="btree_not_null"
    )
    decided_on = fields.Datetime(string="Decided on", readonly=True, copy=False)
    paid_on = fields.Date(string="Paid on", readonly=True, copy=False)
    currency_id = fields.Many2one(related="company_id.currency_id")

    _quantity_check = models.Constraint(
        "CHECK(quantity > 0 AND quantity <= 999)", "The quantity lies between 1 and 999."
    )
    _amount_check = models.Constraint(
        "CHECK(amount_asked > 0 AND amount_asked < 10000)",
        "The amount asked lies between 0 and 9,999.99 euros.",
    )
    _dates_check = models.Constraint(
        "CHECK(date_from <= date_to)", "A claim ends on or after its first day."
    )
    _company_state_idx = models.Index("(company_id, state, date_from)")
    _placement_kind_idx = models.Index("(placement_id, kind, state)")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("student_name", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for claim in self:
            parts = (claim.student_name, kinds.get(claim.kind))
            claim.display_name = " – ".join(part for part in parts if part)

    @api.depends("placement_id")
    def _compute_dates(self):
        """The whole placement, until somebody types days."""
        for claim in self:
            claim.date_from = claim.date_from or claim.placement_id.date_start
            claim.date_to = claim.date_to or claim.placement_id.date_end

    @api.depends("amount_asked")
    def _compute_amount_justified(self):
        for claim in self:
            claim.amount_justified = claim.amount_asked

    @api.depends("receipt_ids")
    def _compute_receipt_count(self):
        for claim in self:
            claim.receipt_count = len(claim.receipt_ids)

    @api.depends("kind", "date_from", "company_id", "receipt_ids")
    def _compute_cap(self):
        caps = self._caps()
        for claim in self:
            cap = caps[claim]
            claim.unit = cap.unit
            claim.lacks_receipt = cap.receipt_required and not claim.receipt_ids

    @api.depends("kind", "date_from", "quantity", "amount_justified", "state", "placement_id")
    def _compute_allowed(self):
        verdicts = self._verdicts()
        for claim in self:
            amount, words = verdicts[claim]
            claim.amount_allowed = amount
            claim.working = words

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.constrains("placement_id", "date_from", "date_to")
    def _check_inside_placement(self):
        for claim in self:
            placement = claim.placement_id
            if claim.date_from < placement.date_start or claim.date_to > placement.date_end:
                raise ValidationError(
                    self.env._(
                        "%(pupil)s: the days lie between %(start)s and %(end)s.",
                        pupil=claim.student_name,
                        start=self._day(placement.date_start),
                        end=self._day(placement.date_end),
                    )
                )

    def _day(self, day):
        return format_date(self.env, day)

    @api.constrains("amount_justified", "amount_asked")
    def _check_justified(self):
        for claim in self:
            if (
                claim.amount_justified < 0
                or float_compare(claim.amount_justified, claim.amount_asked, precision_digits=2) > 0
            ):
                raise ValidationError(
                    self.env._("Receipts count up to what is asked, and not below zero.")
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.keys() & DECIDED for vals in vals_list):
            raise AccessError(self.env._("A claim is sent, granted and paid by its buttons."))
        claims = super().create(vals_list)
        claims._own_receipts()
        return claims

    def write(self, vals):
        if not self.env.su:
            if vals.keys() & DECIDED:
                raise AccessError(self.env._("A claim is sent, granted and paid by its buttons."))
            if "placement_id" in vals and any(
                claim.placement_id.id != vals["placement_id"] for claim in self
            ):
                raise UserError(self.env._("A claim stays with its placement: make another one."))
            closed = self.filtered(lambda claim: claim.state not in OPEN)
            if closed and vals.keys() - self._late_fields():
                raise UserError(
                    self.env._(
                        "%(claim)s is decided. Take the decision back first.",
                        claim=closed[0].display_name,
                    )
                )
        result = super().write(vals)
        if "receipt_ids" in vals:
            self._own_receipts()
        return result

    @api.model
    def _late_fields(self):
        """What may still be written once a claim is decided."""
        return {"note"}

    def _own_receipts(self):
        """What was uploaded before the claim was saved is read by who reads the claim."""
        for claim in self:
            # sudo: attachments that the user has just put on this claim himself
            loose = claim.sudo().receipt_ids.filtered(
                lambda one: (
                    one.res_model == self._name
                    and not one.res_id
                    and one.create_uid.id == self.env.uid
                )
            )
            if loose:
                loose.res_id = claim.id

    @api.ondelete(at_uninstall=False)
    def _unlink_if_not_decided(self):
        if any(claim.state not in OPEN for claim in self):
            raise UserError(self.env._("A claim that was decided is kept."))

    @api.model
    def _domain_same(self, placement, vals):
        """Claims of a placement that say the same and were not refused.

        :param dict vals: ``kind``, ``date_from``, ``date_to``, ``quantity``, ``amount_asked``
        """
        said = ("kind", "date_from", "date_to", "quantity", "amount_asked")
        return Domain.AND(
            [
                Domain("placement_id", "=", placement.id),
                Domain("state", "!=", "refused"),
                *(Domain(name, "=", vals[name]) for name in said),
            ]
        )

    def _add_receipts(self, receipts):
        """Puts files on this claim.

        :param receipts: list of (name, mimetype, bytes)
        """
        self.ensure_one()
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "mimetype": mimetype,
                    "raw": data,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for name, mimetype, data in receipts
            ]
        )
        self.receipt_ids = [Command.link(attachment.id) for attachment in attachments]


# written by the verbs alone
DECIDED = {
    "state",
    "source",
    "amount_granted",
    "granted_working",
    "refusal_reason",
    "submitted_on",
    "decided_by_id",
    "decided_on",
    "paid_on",
}
