from odoo import fields, models


class BdeEmployerTag(models.Model):
    """A word that the académie lets its schools put on companies: one list for all.

    Facts that a company would sign, never an opinion on it.
    """

    _name = "bde.employer.tag"
    _description = "Tag of companies"
    _inherit = ["bde.owned"]
    _order = "kind, name"
    _check_company_domain = models.check_company_domain_parent_of

    company_id = fields.Many2one(string="Académie")
    name = fields.Char(required=True)
    kind = fields.Selection(
        [
            ("trade", "Trade"),
            ("label", "Label (lycée des métiers…)"),
            ("campus", "Campus des métiers et des qualifications"),
            ("basin", "Bassin (employment or training area)"),
            ("network", "Network or professional body"),
        ],
        required=True,
        default="trade",
    )
    color = fields.Integer(string="Colour")
    active = fields.Boolean(default=True)

    _company_kind_name_uniq = models.UniqueIndex(
        "(company_id, kind, lower(name))", "This tag is in the list already."
    )
