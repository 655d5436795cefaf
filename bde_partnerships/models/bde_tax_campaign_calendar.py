from odoo import api, models
from odoo.tools import format_date


class BdeTaxCampaign(models.Model):
    """The calendar of a campaign, and the campaigns around it: what the other parts ask."""

    _inherit = "bde.tax.campaign"

    def _windows(self):
        """Windows of the campaign's year, in their order."""
        return self.tax_year_id.window_ids.sorted("sequence")

    def _current_window(self, date=None):
        """The period in which employers choose at a date; empty between periods.

        :param date: ``datetime.date``, today at the school by default
        """
        self.ensure_one()
        periods = self._windows().filtered("is_period")
        return periods._at(date or self.company_id._bde_today())[:1]

    def _next_window(self, date=None):
        """The period that runs at a date, else the next one that is known; empty after the last."""
        self.ensure_one()
        date = date or self.company_id._bde_today()
        periods = self._windows().filtered("is_period")
        coming = periods.filtered(lambda one: one._state_on(date) in ("open", "coming"))
        return coming.sorted("date_from")[:1]

    def _previous(self):
        """The school's last campaign before this one; empty for its first."""
        self.ensure_one()
        return self.search(
            [("company_id", "=", self.company_id.id), ("year", "<", self.year)],
            order="year desc",
            limit=1,
        )

    @api.depends("company_id", "year")
    def _compute_has_previous(self):
        """Whether the school had a campaign before: one query for any number of campaigns."""
        first = {
            company.id: year
            for company, year in self._read_group(
                [("company_id", "in", self.company_id.ids)], ["company_id"], ["year:min"]
            )
        }
        for campaign in self:
            year = first.get(campaign.company_id.id)
            campaign.has_previous = bool(year and campaign.year and year < campaign.year)

    @api.depends_context("lang")
    @api.depends("tax_year_id.window_ids.date_from", "tax_year_id.window_ids.date_to")
    def _compute_window_text(self):
        for campaign in self:
            campaign.window_text = campaign._window_sentence()

    def _window_sentence(self):
        """Where the calendar stands today, in one sentence for the campaign's page."""
        if not self.tax_year_id:
            return False
        today = self.company_id._bde_today()
        window = self._next_window(today)
        if window and window._state_on(today) == "open":
            left = window._days_left(today)
            if left is None:
                return self.env._("%(window)s is open.", window=window.display_name)
            return self.env._(
                "%(window)s is open until %(end)s (days left: %(days)s).",
                window=window.display_name,
                end=format_date(self.env, window.date_to),
                days=left,
            )
        if window:
            return self.env._(
                "%(window)s begins on %(start)s.",
                window=window.display_name,
                start=format_date(self.env, window.date_from),
            )
        if self._windows().filtered(lambda one: one.is_period and one.is_unknown):
            return self.env._(
                "The dates of %(year)s are not known yet: the académie enters them when they are "
                "published.",
                year=self.year,
            )
        return self.env._(
            "Employers have chosen: the periods of %(year)s are over.", year=self.year
        )

    @api.model
    def _campaign_of(self, company, year=None):
        """The campaign of a school in a year N, by default that of today; empty when there is none.

        :rtype: bde.tax.campaign
        """
        year = year or company._bde_today().year
        return self.search([("company_id", "=", company.id), ("year", "=", year)], limit=1)
