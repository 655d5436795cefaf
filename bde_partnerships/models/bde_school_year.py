from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class BdeSchoolYear(models.Model):
    """A school year of the académie, handed down to all its schools."""

    _name = "bde.school.year"
    _description = "School year"
    _inherit = ["bde.owned"]
    _order = "date_start desc"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, precompute=True, required=True
    )
    company_id = fields.Many2one(string="Académie")
    date_start = fields.Date(string="First day", required=True)
    date_end = fields.Date(
        string="Last day",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )

    holiday_ids = fields.One2many("bde.holiday", "school_year_id", string="School holidays")

    _company_start_uniq = models.Constraint(
        "UNIQUE(company_id, date_start)", "This school year exists already."
    )
    _dates_check = models.Constraint(
        "CHECK(date_start < date_end)", "A school year ends after it begins."
    )

    @api.depends("date_start")
    def _compute_name(self):
        for year in self:
            if year.date_start:
                year.name = f"{year.date_start.year}-{year.date_start.year + 1}"

    @api.depends("date_start")
    def _compute_date_end(self):
        for year in self:
            if year.date_start:
                next_start = year.date_start.replace(year=year.date_start.year + 1)
                year.date_end = next_start - timedelta(days=1)

    @api.constrains("date_start", "date_end", "company_id")
    def _check_overlap(self):
        years = self.search([("company_id", "in", self.company_id.ids)])
        for ordered in years.sorted("date_start").grouped("company_id").values():
            for before, after in zip(ordered, ordered[1:], strict=False):
                if before.date_end >= after.date_start:
                    raise ValidationError(
                        self.env._(
                            "School years %(before)s and %(after)s overlap.",
                            before=before.name,
                            after=after.name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        years = super().create(vals_list)
        self.env["bde.holiday"]._load_known(years)
        return years

    def action_load_holidays(self):
        """Adds the published dates that are missing, for instance after an update."""
        self.check_access("write")
        self.env["bde.holiday"]._load_known(self)
        return True

    def _current(self, company, date=None):
        """School year of a company at a date.

        :param company: a school or an académie
        :param date: ``datetime.date``, today at the school by default
        :raise UserError: no year covers the date
        :rtype: bde.school.year
        """
        date = date or company._bde_today()
        year = self._search_current(company, date)
        if not year:
            raise UserError(
                self.env._(
                    "No school year covers %(date)s. The administrator of the suite creates it.",
                    date=fields.Date.to_string(date),
                )
            )
        return year

    def _search_current(self, company, date=None):
        """Like ``_current``, but empty when no year covers the date."""
        date = date or company._bde_today()
        academy = company._bde_academy()
        # sudo: years are no secret; teachers and jobs need them whatever companies are active
        year = self.sudo().search(
            [
                ("company_id", "in", (academy | company).ids),
                ("date_start", "<=", date),
                ("date_end", ">=", date),
            ],
            limit=1,
        )
        return year.with_env(self.env)
