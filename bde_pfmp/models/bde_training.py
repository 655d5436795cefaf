from odoo import api, fields, models
from odoo.fields import Domain

# Stays of these are governed by no D124-4 convention: nothing of the training is printed there.
NO_CONVENTION = ("seconde_gt", "third")


class BdeTraining(models.Model):
    """What the conventions of a training need of it before the first one is sent."""

    _inherit = "bde.training"

    convention_gaps = fields.Char(
        string="To complete",
        compute="_compute_convention_gaps",
        help="Without these no convention of the training can be sent "
        "(D124-4 C. éduc., 1° and 3°).",
    )

    @api.depends_context("lang")
    @api.depends("hours", "diploma", "activity_ids.kind", "activity_ids.active")
    def _compute_convention_gaps(self):
        hours = self._fields["hours"]._description_string(self.env)
        for training in self:
            gaps = []
            if training.diploma not in NO_CONVENTION:
                kinds = training.activity_ids.mapped("kind")
                gaps += [hours] if not training.hours else []
                gaps += [self.env._("Competences")] if "competence" not in kinds else []
            training.convention_gaps = ", ".join(gaps)

    @api.model
    def _gaps_domain(self):
        """Trainings whose conventions cannot be sent as they are.

        :rtype: Domain
        """
        return Domain("diploma", "not in", NO_CONVENTION) & (
            Domain("hours", "=", 0)
            | Domain("activity_ids", "not any", [("kind", "=", "competence")])
        )


class BdeHome(models.AbstractModel):
    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if company_ids := self._home_companies("manager"):
            Training = self.env["bde.training"]
            domain = Domain("company_id", "in", company_ids) & Training._gaps_domain()
            cards.append(
                {
                    "section": "next",
                    "sequence": 15,
                    "label": self.env._("Trainings to complete"),
                    "count": Training.search_count(domain),
                    "help": self.env._(
                        "Without their yearly hours and competences no convention can be sent."
                    ),
                    "action": {
                        "xmlid": "bde_partnerships.action_training",
                        "domain": list(domain),
                    },
                    "tone": "warning",
                }
            )
        return cards
