import csv

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import file_open

from ..rules import academies

HOLIDAYS_FILE = "bde_partnerships/data/school_holidays.csv"


class BdeHoliday(models.Model):
    """School holidays of a zone: dated records, as the ministry sets them by decree."""

    _name = "bde.holiday"
    _description = "School holidays"
    _inherit = ["bde.owned"]
    _order = "date_start, zone, id"
    _check_company_domain = models.check_company_domain_parent_of

    company_id = fields.Many2one(string="Académie")
    school_year_id = fields.Many2one(
        "bde.school.year", required=True, index=True, ondelete="cascade", check_company=True
    )
    zone = fields.Selection(academies.ZONES, required=True)
    name = fields.Char(required=True)
    date_start = fields.Date(
        string="First day", required=True, help="First day without class, a Saturday as a rule."
    )
    date_end = fields.Date(
        string="Last day", required=True, help="The day before pupils come back."
    )

    _dates_check = models.Constraint(
        "CHECK(date_start <= date_end)", "Holidays end after they begin."
    )
    _year_zone_start_uniq = models.Constraint(
        "UNIQUE(school_year_id, zone, date_start)", "These holidays stand there already."
    )

    @api.constrains("date_start", "date_end", "school_year_id")
    def _check_inside_year(self):
        for holiday in self:
            year = holiday.school_year_id
            if holiday.date_start < year.date_start or holiday.date_end > year.date_end:
                raise ValidationError(
                    self.env._(
                        "%(name)s lies outside the school year %(year)s.",
                        name=holiday.name,
                        year=year.name,
                    )
                )

    @api.model
    def _load_known(self, years):
        """Adds the published holidays of these years, all zones, for what is not there yet.

        The dates stand in a file of the module; those of later years are typed when the
        decree is out.

        :param years: ``bde.school.year``
        """
        known = self.search([("school_year_id", "in", years.ids)])
        there = {(h.school_year_id.id, h.zone, h.date_start) for h in known}
        vals_list = []
        with file_open(HOLIDAYS_FILE) as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        for year in years:
            for row in rows:
                start = fields.Date.to_date(row["start"])
                end = fields.Date.to_date(row["end"])
                inside = year.date_start <= start and end <= year.date_end
                if not inside or (year.id, row["zone"], start) in there:
                    continue
                vals_list.append(
                    {
                        "company_id": year.company_id.id,
                        "school_year_id": year.id,
                        "zone": row["zone"],
                        "name": row["name"],
                        "date_start": start,
                        "date_end": end,
                    }
                )
        return self.create(vals_list)

    @api.model
    def _between(self, company, date_start, date_end):
        """Holidays of a school's zone that touch a span of days.

        :param company: a school
        :rtype: bde.holiday
        """
        # sudo: the calendar is no secret; public pages and jobs show it too
        return self.sudo().search(
            [
                ("company_id", "in", (company._bde_academy() | company).ids),
                ("zone", "=", company.sudo().holiday_zone),
                ("date_start", "<=", date_end),
                ("date_end", ">=", date_start),
            ]
        )
