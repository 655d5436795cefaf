from odoo import api, fields, models

# when the académie wrote nothing: the survey at 24 months, then five years for the figures
DEFAULT_MONTHS = {"contact": 24, "record": 60}


class BdeRetention(models.Model):
    """How long the schools of an académie keep what, in months: handed down by the académie."""

    _name = "bde.retention"
    _description = "Time that data are kept"
    _inherit = ["bde.unsigned", "bde.owned"]
    _order = "what"
    _rec_name = "what"

    company_id = fields.Many2one(help="The académie, for all its schools.")
    what = fields.Selection(
        [
            ("contact", "Alumni without any consent: contact details"),
            ("record", "Alumni without any consent: the person, who becomes a count"),
        ],
        required=True,
    )
    months = fields.Integer(
        required=True,
        default=24,
        help="Counted from the last day at the school. Nobody is forgotten before the last "
        "survey of his cohort is over.",
    )
    note = fields.Char(string="Decision", help="For instance the date of the register entry.")

    _what_uniq = models.Constraint(
        "UNIQUE(company_id, what)", "The académie has said this already."
    )
    _months_check = models.Constraint(
        "CHECK(months BETWEEN 1 AND 120)", "Between 1 and 120 months: ten years at most."
    )

    @api.model
    def _months(self, company, what):
        """Months that a school keeps something; the default when the académie said nothing.

        :param company: the school
        :param str what: of the field ``what``
        """
        # sudo: jobs and pages ask for it; what the académie hands down is no secret
        rows = self.sudo().search(
            [("company_id", "parent_of", company.ids), ("what", "=", what)], limit=1
        )
        return rows.months or DEFAULT_MONTHS[what]
