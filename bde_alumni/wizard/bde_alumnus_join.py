from odoo import api, fields, models


class BdeAlumnusJoin(models.TransientModel):
    """Shows who may be the same person, and joins the two that staff recognise."""

    _name = "bde.alumnus.join"
    _description = "Join two records of one person"

    alumnus_id = fields.Many2one("bde.alumnus", string="Stays", required=True, readonly=True)
    company_id = fields.Many2one(related="alumnus_id.company_id")
    twin_ids = fields.Many2many("bde.alumnus", compute="_compute_twin_ids")
    other_id = fields.Many2one(
        "bde.alumnus",
        string="Same person as",
        required=True,
        compute="_compute_other_id",
        store=True,
        readonly=False,
        domain="[('company_id', '=', company_id), ('id', '!=', alumnus_id)]",
    )
    other_birth_date = fields.Date(related="other_id.birth_date", string="Born on")
    other_cohort = fields.Integer(related="other_id.cohort")
    other_training_id = fields.Many2one(related="other_id.training_id")
    other_email = fields.Char(related="other_id.email")
    birth_date = fields.Date(related="alumnus_id.birth_date", string="Born on (stays)")
    cohort = fields.Integer(related="alumnus_id.cohort", string="Left in (stays)")
    training_id = fields.Many2one(related="alumnus_id.training_id", string="Training (stays)")
    email = fields.Char(related="alumnus_id.email", string="E-mail (stays)")
    differs = fields.Boolean(
        compute="_compute_differs", help="Two dates of birth: probably two persons."
    )

    @api.depends("alumnus_id")
    def _compute_twin_ids(self):
        for wizard in self:
            alumnus = wizard.alumnus_id
            wizard.twin_ids = alumnus._twins().get(alumnus) if alumnus else False

    @api.depends("twin_ids")
    def _compute_other_id(self):
        for wizard in self:
            # one alone is proposed; of several none is guessed
            wizard.other_id = wizard.twin_ids if len(wizard.twin_ids) == 1 else False

    @api.depends("other_id", "alumnus_id")
    def _compute_differs(self):
        for wizard in self:
            one, other = wizard.alumnus_id.birth_date, wizard.other_id.birth_date
            wizard.differs = bool(one and other and one != other)

    def action_join(self):
        """Joins the two records."""
        self.ensure_one()
        # this dialog goes with the record that goes
        kept, other = self.alumnus_id, self.other_id
        kept._bde_check_staff()
        kept._bde_join(other)
        return {
            "type": "ir.actions.act_window",
            "res_model": "bde.alumnus",
            "res_id": kept.id,
            "views": [(False, "form")],
            "target": "main",
        }
