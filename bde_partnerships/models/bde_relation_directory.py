from odoo import fields, models


class BdeRelation(models.Model):
    """What the directory says of the company, on its page at the school."""

    _inherit = "bde.relation"

    naf_id = fields.Many2one(related="partner_id.naf_id")
    tag_ids = fields.Many2many(related="partner_id.bde_tag_ids")
    employer_training_ids = fields.One2many(related="partner_id.bde_training_ids")
    lead_school_id = fields.Many2one(related="partner_id.bde_lead_school_id")
    distance = fields.Float(related="partner_id.bde_distance", string="Distance (km)")

    def action_add_site(self):
        """Opens the small form for another place of the company, from the school's own page."""
        self.ensure_one()
        return self.partner_id._bde_open_wizard(
            "bde.employer.site",
            self.env._("Add a site"),
            partner_id=self.partner_id.id,
            company_id=self.company_id.id,
        )

    def action_mark_employer(self):
        """Opens the small form for tags and trainings, from the school's own page."""
        self.ensure_one()
        return self.partner_id._bde_open_wizard(
            "bde.employer.mark",
            self.env._("Tags and trainings"),
            partner_ids=self.partner_id.ids,
            company_id=self.company_id.id,
        )
