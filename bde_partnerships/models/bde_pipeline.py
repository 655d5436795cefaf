from odoo import api, fields, models

from ..rules.purposes import PURPOSES


class BdePipeline(models.Model):
    """What a school prospects for: each pipeline has its stages and its reasons of refusal.

    The same for all schools, so that figures of the académie can be added up. A module that
    prospects for something else brings a pipeline of its own, with its stages.
    """

    _name = "bde.pipeline"
    _description = "Pipeline of prospecting"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Name of the pipeline for programs; never changes.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    purpose = fields.Selection(
        PURPOSES, required=True, help="What a company that opts out of it is no longer asked for."
    )
    won_label = fields.Char(
        string="Word for success", required=True, translate=True, help="As it is counted."
    )
    stage_ids = fields.One2many("crm.stage", "bde_pipeline_id", string="Stages")
    lost_reason_ids = fields.Many2many(
        "crm.lost.reason",
        "bde_pipeline_lost_reason_rel",
        "pipeline_id",
        "reason_id",
        string="Reasons of refusal",
    )

    _code_uniq = models.Constraint("UNIQUE(code)", "There is a pipeline of this code already.")

    @api.model
    def _by_code(self, code):
        """The pipeline of a code.

        :rtype: bde.pipeline
        """
        return self.search([("code", "=", code)], limit=1)

    @api.model
    def _default_pipeline(self):
        """The one of a request that nobody sorted yet: most companies offer placements."""
        return self.search([], limit=1)

    def _first_stage(self):
        """Where a new lead of this pipeline begins.

        :rtype: crm.stage
        """
        self.ensure_one()
        return self.stage_ids.filtered(lambda stage: not stage.fold and not stage.is_won)[:1]
