from odoo import api, fields, models
from odoo.fields import Domain

# as many as somebody reads
MOST = 20


class BdeLeaverPlan(models.Model):
    """Offers that the bureau published, for the training of a pupil; those of his town first."""

    _inherit = "bde.leaver.plan"

    offer_ids = fields.Many2many(
        "bde.job.offer",
        string="Offers",
        compute="_compute_offer_ids",
        groups="bde_partnerships.group_secretary",
    )

    @api.depends("training_id", "wish")
    def _compute_offer_ids(self):
        shown = Domain("state", "=", "published") & Domain(
            "expires_on", ">=", self.env.company._bde_today()
        )
        by_company = self.env["bde.job.offer"].search(
            shown & Domain("company_id", "in", self.company_id.ids)
        ).grouped("company_id")  # fmt: skip
        for plan in self:
            offers = by_company.get(plan.company_id, self.env["bde.job.offer"])
            mine = offers.filtered(
                lambda one, plan=plan: not one.training_ids or plan.training_id in one.training_ids
            )
            town = (plan.alumnus_id.city or "").casefold()
            mine = mine.sorted(
                lambda one, town=town, wish=plan.wish: (
                    one.kind != wish,
                    not town or (one.city or "").casefold() != town,
                    one.expires_on,
                )
            )
            plan.offer_ids = mine[:MOST]
