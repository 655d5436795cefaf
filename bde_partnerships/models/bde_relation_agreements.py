from odoo import api, fields, models


class BdeRelation(models.Model):
    """Agreements and promises on the page of a company, for those who keep them."""

    _inherit = "bde.relation"

    partnership_ids = fields.One2many("bde.partnership", "relation_id", string="Agreements")
    open_commitment_ids = fields.One2many(
        "bde.commitment",
        "relation_id",
        string="Open commitments",
        domain=[
            ("state", "=", "open"),
            ("agreement_state", "in", ("signed", "running", "ended")),
        ],
    )
    # stored: the page of a company counts nothing when it opens
    agreement_count = fields.Integer(
        string="Agreements in force", compute="_compute_agreements", store=True, default=0
    )

    @api.depends("partnership_ids.state")
    def _compute_agreements(self):
        groups = self.env["bde.partnership"]._read_group(
            [("relation_id", "in", self.ids), ("state", "in", ("signed", "running"))],
            ["relation_id"],
            ["__count"],
        )
        counts = {relation.id: count for relation, count in groups}
        for relation in self:
            relation.agreement_count = counts.get(relation.id, 0)

    def action_open_agreements(self):
        """The agreements with this company."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Agreements"),
            "res_model": "bde.partnership",
            "view_mode": "list,kanban,form",
            "domain": [("relation_id", "=", self.id)],
            "context": {"default_relation_id": self.id},
        }
