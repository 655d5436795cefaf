from odoo import api, fields, models

from .bde_outcome import SITUATIONS


class BdeAlumnus(models.Model):
    """What became of somebody: his history, and the latest of it for lists and maps."""

    _inherit = "bde.alumnus"

    outcome_ids = fields.One2many("bde.outcome", "alumnus_id", string="Outcomes")
    wave_line_ids = fields.One2many("bde.alumni.wave.line", "alumnus_id", readonly=True)
    outcome_id = fields.Many2one(
        "bde.outcome",
        string="Latest outcome",
        compute="_compute_outcome_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    situation = fields.Selection(
        SITUATIONS, related="outcome_id.situation", store=True, index="btree_not_null"
    )
    employer_id = fields.Many2one(
        "bde.relation",
        string="Employer",
        related="outcome_id.relation_id",
        store=True,
        index="btree_not_null",
    )

    @api.depends("outcome_ids.date")
    def _compute_outcome_id(self):
        for alumnus in self:
            # ids of unsaved rows of a form do not compare
            latest = alumnus.outcome_ids.sorted(lambda one: (one.date, one._origin.id or 0))
            alumnus.outcome_id = latest[-1:]
