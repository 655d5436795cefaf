from odoo import api, fields, models

STATES = [("proposed", "To check"), ("confirmed", "Same person"), ("refused", "Somebody else")]
REASONS = [
    ("mail", "Same e-mail address"),
    ("phone", "Same telephone"),
    ("name", "Same name"),
    ("said", "He says so himself"),
    ("hand", "Recognised by the school"),
]


class BdeAlumniContact(models.Model):
    """A contact of a company who was a pupil of the school: proposed, confirmed, never guessed.

    It stands here and not on the contact, so that only the school that entered both reads it.
    """

    _name = "bde.alumni.contact"
    _description = "Alumnus in a company"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "state desc, id desc"
    _rec_name = "partner_id"

    alumnus_id = fields.Many2one(
        "bde.alumnus", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="alumnus_id.company_id", store=True, precompute=True, default=None
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain="[('bde_relation_id.company_id', '=', company_id)]",
    )
    relation_id = fields.Many2one(
        related="partner_id.bde_relation_id",
        string="Company",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    contact_function = fields.Char(related="partner_id.function", string="Function")
    cohort = fields.Integer(related="alumnus_id.cohort", aggregator=None)
    training_id = fields.Many2one(related="alumnus_id.training_id", store=True)
    birth_date = fields.Date(related="alumnus_id.birth_date")
    state = fields.Selection(STATES, required=True, readonly=True, default="proposed")
    reason = fields.Selection(REASONS, string="Why", required=True, default="hand")
    decided_on = fields.Date(readonly=True)
    decided_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )

    _alumnus_partner_uniq = models.Constraint(
        "UNIQUE(alumnus_id, partner_id)", "This contact is beside this alumnus already."
    )

    @api.model
    def _bde_fixed(self):
        # what was decided is about these two
        return super()._bde_fixed() | {"alumnus_id", "partner_id"}

    @api.depends("partner_id", "alumnus_id")
    def _compute_display_name(self):
        for link in self:
            link.display_name = f"{link.alumnus_id.name} – {link.partner_id.parent_id.name or ''}"
