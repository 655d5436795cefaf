from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

from ..rules.tax import USUAL_KINDS, YearRules


class BdeTaxYear(models.Model):
    """A campaign of the solde of the taxe d'apprentissage, as the State sets it.

    Year N: declared in the DSN of April N, on the payroll of N-1. Kept by the académie, handed
    down to all its schools; what is not known yet stays empty and is shown so.
    """

    _name = "bde.tax.year"
    _description = "Year of the taxe d'apprentissage"
    _inherit = ["bde.owned"]
    _order = "year desc, id desc"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    company_id = fields.Many2one(string="Académie")
    currency_id = fields.Many2one(related="company_id.currency_id")
    year = fields.Integer(
        string="Year N",
        required=True,
        help="Year N of the DSN of April that declares it, on the payroll of N-1.",
    )
    rate = fields.Float(
        string="Rate of the solde",
        digits=(7, 6),
        required=True,
        default=0.0009,
        help="Share of the payroll: 0.0009 is 0.09 %.",
    )
    declared_large = fields.Date(
        string="Due, 50 employees and more", help="DSN of April of companies with 50 employees."
    )
    declared_small = fields.Date(
        string="Due, below 50 employees", help="DSN of April of the smaller companies."
    )
    average_salary = fields.Monetary(
        string="Average gross salary of a year",
        help="Gross, full time, of N-1: serves to estimate a payroll from the headcount. Empty: "
        "the latest known figure serves.",
    )
    average_salary_source = fields.Char(
        string="Source of the average salary", help="Who published it, and where."
    )
    yearly_smic = fields.Monetary(
        string="Yearly SMIC", help="Gross, full time, of N-1: the limit of small payrolls is six."
    )
    yearly_smic_source = fields.Char(
        string="Source of the SMIC", help="Decree that sets it, and how it is counted."
    )
    window_ids = fields.One2many("bde.tax.window", "tax_year_id", string="Windows")
    unknown_count = fields.Integer(
        string="Dates not known yet",
        compute="_compute_unknown_count",
        search="_search_unknown_count",
        help="Windows of the year that nobody has published yet.",
    )
    source = fields.Char(help="Arrêté or page that gives the calendar.")
    note = fields.Text()

    _company_year_uniq = models.Constraint(
        "UNIQUE(company_id, year)", "This year exists already: open it."
    )
    _year_check = models.Constraint(
        "CHECK(year BETWEEN 2020 AND 2100)", "Type the year with four digits, such as 2026."
    )
    _rate_check = models.Constraint(
        "CHECK(rate > 0 AND rate < 0.05)", "The rate is a share: type 0.0009 for 0.09 %."
    )

    @api.depends("year")
    def _compute_name(self):
        for record in self:
            record.name = str(record.year) if record.year else False

    @api.depends("window_ids.date_from", "window_ids.date_to", "window_ids.is_period")
    def _compute_unknown_count(self):
        for record in self:
            record.unknown_count = len(record.window_ids.filtered("is_unknown"))

    def _search_unknown_count(self, operator, value):
        if operator not in (">", "=") or value != 0:
            return NotImplemented
        lacking = Domain("window_ids", "any", [("is_unknown", "=", True)])
        return lacking if operator == ">" else ~lacking

    @api.constrains("company_id")
    def _check_academy(self):
        for record in self:
            # sudo: only the kind of the company, which a user below it may not read
            if record.company_id.sudo().bde_kind == "school":
                raise ValidationError(
                    self.env._("The calendar of the tax is kept by the académie, for all schools.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        """A year comes with its usual windows, without dates until they are published."""
        empty = [Command.create({"kind": kind}) for kind in USUAL_KINDS]
        return super().create([{"window_ids": empty, **vals} for vals in vals_list])

    # ------------------------------------------------------------
    # Which one
    # ------------------------------------------------------------

    @api.model
    def _of(self, company, year):
        """The year N as the académie of a company keeps it; empty when it is not there.

        :param company: a school or an académie
        :param int year: N
        :rtype: bde.tax.year
        """
        owners = company._bde_academy() | company
        # sudo: the calendar is no secret; jobs need it whatever companies are active
        found = self.sudo().search([("company_id", "in", owners.ids), ("year", "=", year)], limit=1)
        return found.with_env(self.env)

    @api.model
    def _current(self, company, date=None):
        """The year whose calendar runs at a date: that of the date itself.

        :param date: ``datetime.date``, today at the school by default
        :raise UserError: the académie has not added it
        """
        date = date or company._bde_today()
        found = self._of(company, date.year)
        if not found:
            raise UserError(
                self.env._(
                    "The year %(year)s of the taxe d'apprentissage is missing: the académie adds "
                    "it under Years and windows.",
                    year=date.year,
                )
            )
        return found

    # ------------------------------------------------------------
    # What it says
    # ------------------------------------------------------------

    def _rules(self):
        """Who owes nothing in this year, for :func:`..rules.tax.liable`.

        The exemptions are those in force on the last day of the payroll's year, N-1.

        :rtype: rules.tax.YearRules
        """
        self.ensure_one()
        year = self.sudo()  # sudo: what the law says is no secret, whoever asks
        exemptions = self.env["bde.tax.exemption"]._in_force(date(year.year - 1, 12, 31))
        return YearRules(exemptions, year.yearly_smic or None)

    def _salary_for_estimates(self):
        """The average salary that payrolls are estimated with, and the year N it belongs to.

        That of this year; while it is not published, the latest one that the académie knows,
        so that an estimate says of when it is. (0, None) when there is none at all.

        :rtype: tuple[float, int | None]
        """
        self.ensure_one()
        year = self.sudo()  # sudo: a published figure, whoever asks
        known = year.search(
            [
                ("company_id", "=", year.company_id.id),
                ("year", "<=", year.year),
                ("average_salary", ">", 0),
            ],
            order="year desc",
            limit=1,
        )
        return (known.average_salary, known.year) if known else (0.0, None)
