from odoo import models
from odoo.tools import SQL


class BdeEmployerTraining(models.Model):
    _inherit = "bde.employer.training"

    def _bde_join_into(self, mapping):
        """The later of the two years in which pupils of the training were welcomed."""
        result = super()._bde_join_into(mapping)
        self.env.cr.execute(
            SQL(
                """UPDATE bde_employer_training AS kept SET last_year = gone.last_year
                   FROM unnest(%s::int[], %s::int[]) AS map(loser, winner)
                   JOIN bde_employer_training AS gone ON gone.id = map.loser
                   WHERE kept.id = map.winner AND kept.last_year < gone.last_year""",
                list(mapping),
                list(mapping.values()),
            )
        )
        return result


class BdeCampaignTarget(models.Model):
    _inherit = "bde.campaign.target"

    def _bde_join_into(self, mapping):
        """What is in the pipeline is; who was left out stays so, for the same reason."""
        result = super()._bde_join_into(mapping)
        self.env.cr.execute(
            SQL(
                """UPDATE bde_campaign_target AS kept
                   SET state = gone.state, skip_reason = gone.skip_reason
                   FROM unnest(%s::int[], %s::int[]) AS map(loser, winner)
                   JOIN bde_campaign_target AS gone ON gone.id = map.loser
                   WHERE kept.id = map.winner
                     AND (gone.state = 'done' OR gone.state = 'skipped' AND kept.state = 'kept')
                     AND kept.state != 'done'""",
                list(mapping),
                list(mapping.values()),
            )
        )
        return result


class BdePastPlacement(models.Model):
    _inherit = "bde.past.placement"

    def _bde_join_into(self, mapping):
        """The same placement noted on both pages of a school: the larger number of pupils."""
        result = super()._bde_join_into(mapping)
        self.env.cr.execute(
            SQL(
                """UPDATE bde_past_placement AS kept
                   SET pupil_count = GREATEST(kept.pupil_count, gone.pupil_count)
                   FROM unnest(%s::int[], %s::int[]) AS map(loser, winner)
                   JOIN bde_past_placement AS gone ON gone.id = map.loser
                   WHERE kept.id = map.winner""",
                list(mapping),
                list(mapping.values()),
            )
        )
        return result
