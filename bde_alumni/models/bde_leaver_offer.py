from odoo import api, fields, models

# as many as somebody reads
MOST = 20


class BdeLeaverPlan(models.Model):
    """Offers that the bureau published, for the training of a pupil: what he wishes first."""

    _inherit = "bde.leaver.plan"

    offer_ids = fields.Many2many(
        "bde.job.offer",
        string="Offers",
        compute="_compute_offer_ids",
        groups="bde_partnerships.group_secretary",
    )

    @api.depends("training_id", "wish")
    def _compute_offer_ids(self):
        Offer = self.env["bde.job.offer"]
        shown = {
            company: Offer.search(Offer._shown_domain(company), order="expires_on, id")
            for company in self.company_id
        }
        for plan in self:
            offers = shown.get(plan.company_id, Offer)
            ranked = offers._ranked_for(plan.training_id, plan.alumnus_id.city, plan.wish)
            plan.offer_ids = ranked[:MOST]
