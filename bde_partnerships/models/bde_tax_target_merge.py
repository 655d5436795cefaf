from odoo import models
from odoo.tools import SQL


class BdeTaxTarget(models.Model):
    """One company of two that were asked twice: what happened with either holds."""

    _inherit = "bde.tax.target"

    def _bde_join_into(self, mapping):
        """Facts of both targets of one campaign; amounts are counted again afterwards.

        What somebody did by hand is kept, the later of two days holds (the earlier one of those
        on which it was reached), messages add up. A company that was left out by hand on one of
        the pages stays so.
        """
        result = super()._bde_join_into(mapping)
        self.env.cr.execute(
            SQL(
                """UPDATE bde_tax_target AS kept
                   SET from_host = kept.from_host OR gone.from_host,
                       from_giver = kept.from_giver OR gone.from_giver,
                       from_event = kept.from_event OR gone.from_event,
                       from_alumni = kept.from_alumni OR gone.from_alumni,
                       from_hand = kept.from_hand OR gone.from_hand,
                       kept_by_hand = kept.kept_by_hand OR gone.kept_by_hand,
                       payroll = COALESCE(NULLIF(kept.payroll, 0), gone.payroll),
                       employs_apprentice = CASE WHEN kept.employs_apprentice = 'unknown'
                           THEN gone.employs_apprentice ELSE kept.employs_apprentice END,
                       state = CASE WHEN gone.left_out_reason = 'hand'
                           THEN gone.state ELSE kept.state END,
                       left_out_text = CASE WHEN gone.left_out_reason = 'hand'
                           THEN gone.left_out_text ELSE kept.left_out_text END,
                       left_out_reason = CASE WHEN gone.left_out_reason = 'hand'
                           THEN gone.left_out_reason ELSE kept.left_out_reason END,
                       reached_on = LEAST(kept.reached_on, gone.reached_on),
                       bounced_on = GREATEST(kept.bounced_on, gone.bounced_on),
                       refused_on = GREATEST(kept.refused_on, gone.refused_on),
                       answer = CASE WHEN gone.answered_on > kept.answered_on
                           THEN gone.answer ELSE kept.answer END,
                       answered_on = GREATEST(kept.answered_on, gone.answered_on),
                       message_sent_count = COALESCE(kept.message_sent_count, 0)
                           + COALESCE(gone.message_sent_count, 0)
                   FROM unnest(%s::int[], %s::int[]) AS map(loser, winner)
                   JOIN bde_tax_target AS gone ON gone.id = map.loser
                   WHERE kept.id = map.winner""",
                list(mapping),
                list(mapping.values()),
            )
        )
        return result


class BdeRelation(models.Model):
    _inherit = "bde.relation"

    def _fold_into(self, targets):
        """Money and reasons of the companies asked are counted again on the kept page."""
        moved = super()._fold_into(targets)
        kept = self.browse({target.id for target in targets.values()})
        asked = self.env["bde.tax.target"].search([("relation_id", "in", kept.ids)])
        if asked:
            asked.modified(["payroll", "from_host", "reached_on", "relation_id"])
            # promises of one page may stand beside the receipts of the other
            for campaign, own in asked.grouped("campaign_id").items():
                campaign._settle_money(own.partner_id)
            asked._settle()
            asked._judge()
        return moved
