from odoo import api, fields, models


class BdeRelation(models.Model):
    """The 360° page of a company: what it shows and what its big buttons do."""

    _inherit = "bde.relation"

    timeline = fields.Json(compute="_compute_timeline", export_string_translation=False)

    @api.depends_context("uid", "lang")
    def _compute_timeline(self):
        """First page of the timeline: it comes with the page, in the same call."""
        Timeline = self.env["bde.timeline"]
        for relation in self:
            known = relation._origin
            relation.timeline = Timeline.get_timeline(known.id) if known else False
