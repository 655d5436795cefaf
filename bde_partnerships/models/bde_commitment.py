from odoo import api, fields, models
from odoo.exceptions import ValidationError

# what both sides signed
TERMS = {"partnership_id", "side", "name", "quantity", "deadline"}


class BdeCommitment(models.Model):
    """One thing that a side of an agreement promised, and what became of it."""

    _name = "bde.commitment"
    _description = "Commitment of an agreement"
    _inherit = ["bde.owned"]
    _order = "partnership_id, side desc, sequence, id"

    partnership_id = fields.Many2one(
        "bde.partnership",
        string="Agreement",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="partnership_id.company_id", store=True, precompute=True, default=None
    )
    relation_id = fields.Many2one(
        related="partnership_id.relation_id", store=True, precompute=True, index=True
    )
    agreement_state = fields.Selection(
        related="partnership_id.state", store=True, precompute=True, string="State of the agreement"
    )
    sequence = fields.Integer(default=10)
    side = fields.Selection(
        [("school", "The school"), ("company", "The company")], required=True, default="company"
    )
    name = fields.Char(string="Commitment", required=True)
    quantity = fields.Integer(help="How many, when it can be counted: 4 pupils, 2 visits.")
    deadline = fields.Date(string="Before", help="Empty: all along the agreement.")
    user_id = fields.Many2one(
        "res.users",
        string="Followed by",
        check_company=True,
        index="btree_not_null",
        help="Who at the school does it, or sees to it. Empty: who follows the agreement.",
    )
    state = fields.Selection(
        [("open", "Under way"), ("kept", "Kept"), ("dropped", "Dropped")],
        required=True,
        default="open",
        copy=False,
    )
    state_on = fields.Date(string="On", readonly=True, copy=False)
    note = fields.Char(string="What was done", copy=False)

    _quantity_check = models.Constraint("CHECK(quantity >= 0)", "A quantity is not negative.")
    _open_idx = models.Index("(company_id, deadline) WHERE state = 'open'")

    @api.constrains("state", "note")
    def _check_note(self):
        for commitment in self:
            if commitment.state == "dropped" and not commitment.note:
                raise ValidationError(
                    self.env._("“%(name)s”: say why it is dropped.", name=commitment.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        partnerships = self.env["bde.partnership"].browse(
            {vals["partnership_id"] for vals in vals_list if vals.get("partnership_id")}
        )
        partnerships._check_open_for_changes()
        for vals in vals_list:
            if vals.get("state", "open") != "open":
                vals.setdefault("state_on", self.env.company._bde_today())
        return super().create(vals_list)

    def write(self, vals):
        if TERMS & vals.keys():
            self.partnership_id._check_open_for_changes()
        if "state" in vals:
            today = self.env.company._bde_today()
            vals = vals | {"state_on": False if vals["state"] == "open" else today}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        self.partnership_id._check_open_for_changes()

    def _prepare_renewal(self, shift):
        """Values of the same commitment in the agreement that follows, its day moved along."""
        self.ensure_one()
        return {
            "side": self.side,
            "sequence": self.sequence,
            "name": self.name,
            "quantity": self.quantity,
            "deadline": self.deadline and self.deadline + shift,
            "user_id": self.user_id.id,
        }

    def action_keep(self):
        """Marks these commitments as kept, today."""
        self.filtered(lambda c: c.state != "kept").write({"state": "kept"})
        return True

    def action_reopen(self):
        """Takes back what was noted of these commitments."""
        self.filtered(lambda c: c.state != "open").write({"state": "open"})
        return True

    def action_open_partnership(self):
        """The agreement that it stands in."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bde.partnership",
            "res_id": self.partnership_id.id,
            "view_mode": "form",
        }

    @api.model
    def _late_domain(self, today):
        """Open ones of agreements that were signed, whose day has passed."""
        return [
            ("state", "=", "open"),
            ("deadline", "<", today),
            ("agreement_state", "in", ("signed", "running", "ended")),
        ]
