from odoo import api, fields, models

from .bde_relation_status import STATUSES


class ResPartner(models.Model):
    """What the user's school thinks of a shared company, for the colours of the map."""

    _inherit = "res.partner"

    bde_school_status = fields.Selection(
        [*STATUSES, ("none", "Not followed by my school")],
        string="At my school",
        compute="_compute_bde_school_status",
    )

    @api.depends("bde_relation_ids.status")
    @api.depends_context("allowed_company_ids", "uid")
    def _compute_bde_school_status(self):
        # one query, by the rules of the user: he sees the relations of his schools alone, and
        # people of the académie none
        found = self.env["bde.relation"]
        if found.has_access("read"):
            found = found.search_fetch(
                [("partner_id", "in", self.ids), ("company_id", "in", self.env.companies.ids)],
                ["partner_id", "status"],
            )
        statuses = {relation.partner_id.id: relation.status for relation in found}
        for partner in self:
            partner.bde_school_status = statuses.get(partner._origin.id, "none")
