from odoo import api, fields, models

from .bde_grid import SECTIONS


class BdeGridScale(models.Model):
    """The levels by which one section of a grid is judged."""

    _name = "bde.grid.scale"
    _description = "Levels of a section of a grid"
    _inherit = ["bde.owned"]
    _order = "grid_id, section, id"
    _rec_name = "section"
    _check_company_domain = models.check_company_domain_parent_of

    grid_id = fields.Many2one(
        "bde.grid", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="grid_id.company_id", store=True, precompute=True, default=None
    )
    section = fields.Selection(SECTIONS, required=True, default="attitude")
    level_ids = fields.One2many("bde.grid.level", "scale_id", string="Levels", copy=True)
    levels_text = fields.Char(string="From lowest to highest", compute="_compute_levels_text")

    _grid_section_uniq = models.UniqueIndex(
        "(grid_id, section)", "This section of the grid has its levels already."
    )

    @api.depends("level_ids.name", "level_ids.sequence")
    def _compute_levels_text(self):
        for scale in self:
            scale.levels_text = " · ".join(
                name for name in scale.level_ids.sorted("sequence").mapped("name") if name
            )

    @api.model_create_multi
    def create(self, vals_list):
        scales = super().create(vals_list)
        scales.grid_id._check_unused({"scale_ids"})
        return scales

    def write(self, vals):
        self.grid_id._check_unused({"scale_ids"})
        result = super().write(vals)
        if "grid_id" in vals:
            self.grid_id._check_unused({"scale_ids"})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        self.grid_id._check_unused({"scale_ids"})


class BdeGridLevel(models.Model):
    """One level of a scale, the lowest first."""

    _name = "bde.grid.level"
    _description = "Level of a grid"
    _inherit = ["bde.owned"]
    _order = "scale_id, sequence, id"
    _check_company_domain = models.check_company_domain_parent_of

    scale_id = fields.Many2one(
        "bde.grid.scale", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="scale_id.company_id", store=True, precompute=True, default=None
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, help="One or two words: it is a button on a phone.")

    @api.model_create_multi
    def create(self, vals_list):
        levels = super().create(vals_list)
        levels.scale_id.grid_id._check_unused({"scale_ids"})
        return levels

    def write(self, vals):
        self.scale_id.grid_id._check_unused({"scale_ids"})
        result = super().write(vals)
        if "scale_id" in vals:
            self.scale_id.grid_id._check_unused({"scale_ids"})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        self.scale_id.grid_id._check_unused({"scale_ids"})


class BdeGridItem(models.Model):
    """One line of a grid."""

    _name = "bde.grid.item"
    _description = "Line of a grid"
    _inherit = ["bde.owned"]
    _order = "grid_id, sequence, id"
    _check_company_domain = models.check_company_domain_parent_of

    grid_id = fields.Many2one(
        "bde.grid", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="grid_id.company_id", store=True, precompute=True, default=None
    )
    sequence = fields.Integer(default=10)
    section = fields.Selection(SECTIONS, required=True, default="competence")
    code = fields.Char(help="As in the referential, for instance C3.")
    name = fields.Char(string="Label", required=True)
    block = fields.Char(help="Block of competences of the diploma.")
    help_text = fields.Char(string="In other words", help="What the line means, for the tutor.")

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items.grid_id._check_unused({"item_ids"})
        return items

    def write(self, vals):
        self.grid_id._check_unused({"item_ids"})
        result = super().write(vals)
        if "grid_id" in vals:
            self.grid_id._check_unused({"item_ids"})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        self.grid_id._check_unused({"item_ids"})
