from odoo import fields, models


class CrmStage(models.Model):
    _inherit = "crm.stage"

    bde_pipeline_id = fields.Many2one(
        "bde.pipeline",
        string="Pipeline",
        index="btree_not_null",
        ondelete="restrict",
        help="Stages of the schools are those of their pipelines, whatever the team.",
    )


class CrmLostReason(models.Model):
    _inherit = "crm.lost.reason"

    bde_pipeline_ids = fields.Many2many(
        "bde.pipeline",
        "bde_pipeline_lost_reason_rel",
        "reason_id",
        "pipeline_id",
        string="Pipelines",
        help="Where schools choose this reason.",
    )
