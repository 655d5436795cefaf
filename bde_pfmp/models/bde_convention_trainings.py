from odoo import models

from .bde_relation import HOSTED


class BdeConvention(models.Model):
    """A signed convention tells all schools that the company welcomes the training."""

    _inherit = "bde.convention"

    def _document_state_changed(self, old, new):
        result = super()._document_state_changed(old, new)
        if new in HOSTED and old not in HOSTED:
            # sudo: the training of the schooling, whoever signed; no pupil is noted
            placements = self.sudo().placement_id.filtered(lambda p: p.host_id and p.training_id)
            self.env["res.partner"]._bde_note_trainings_of(
                {
                    (placement.host_id.id, placement.training_id.id): placement.school_year_id.name
                    for placement in placements.sorted("date_start")
                }
            )
        return result
