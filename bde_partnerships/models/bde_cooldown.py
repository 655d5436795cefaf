from odoo import api, fields, models, tools

from ..rules.purposes import PURPOSES
from ..rules.solicitation import DEFAULT_COOLDOWN_DAYS


class BdeCooldown(models.Model):
    """How long schools leave a company in peace after one of them asked, purpose by purpose.

    Of the académie, handed down to its schools; a purpose without a line has the default.
    """

    _name = "bde.cooldown"
    _description = "Cool-down between two approaches"
    _inherit = ["bde.cached", "bde.owned"]
    _order = "purpose"
    _rec_name = "purpose"
    _check_company_domain = models.check_company_domain_parent_of

    company_id = fields.Many2one(string="Académie")
    purpose = fields.Selection(PURPOSES, required=True)
    days = fields.Integer(
        required=True,
        default=DEFAULT_COOLDOWN_DAYS,
        help="Days during which other schools are warned. 0: nobody is.",
    )

    _purpose_uniq = models.Constraint(
        "UNIQUE(company_id, purpose)", "This purpose has its cool-down already."
    )
    _days_check = models.Constraint(
        "CHECK(days BETWEEN 0 AND 365)", "A cool-down lasts from 0 to 365 days."
    )

    @api.model
    def _days(self, company):
        """Days of each purpose at a school.

        :rtype: dict
        """
        known = self._days_of(company._bde_academy().id)
        return {purpose: known.get(purpose, DEFAULT_COOLDOWN_DAYS) for purpose, _label in PURPOSES}

    @api.model
    @tools.ormcache("academy_id")
    def _days_of(self, academy_id):
        """What an académie says; each page of a company asks, a line changes once in years."""
        # sudo: how long the académie asks for is no secret, whoever asks
        lines = self.sudo().search([("company_id", "=", academy_id)])
        return tools.frozendict((line.purpose, line.days) for line in lines)
