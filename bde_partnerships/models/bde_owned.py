from odoo import api, fields, models
from odoo.exceptions import UserError


class BdeOwned(models.AbstractModel):
    """What every record of a school carries: its school, for good.

    The rule of isolation is one flat condition on this stored column; see
    docs/architecture.md, "Isolation".
    """

    _name = "bde.owned"
    _description = "Record of a school"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        string="School",
        required=True,
        index=True,
        readonly=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )

    def write(self, vals):
        # Moving a record would carry its children, files and history across the wall.
        if "company_id" in vals and any(
            record.company_id.id != vals["company_id"] for record in self
        ):
            raise UserError(self.env._("A record cannot move from one school to another."))
        return super().write(vals)


class BdeYearly(models.AbstractModel):
    """What a record of one school year carries."""

    _name = "bde.yearly"
    _description = "Record of a school year"

    school_year_id = fields.Many2one(
        "bde.school.year",
        required=True,
        index=True,
        compute="_compute_school_year_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        check_company=True,
    )

    @api.depends("company_id")
    def _compute_school_year_id(self):
        """The running year, unless the record already has one."""
        missing = self.filtered(lambda record: not record.school_year_id)
        for company, records in missing.grouped("company_id").items():
            records.school_year_id = self.env["bde.school.year"]._current(company)
