from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import format_date

from .bde_tax_window_change import TO_DO

# A reminder that a stopped server missed still comes within these days.
LATE_DAYS = 3
BEFORE_END_DAYS = 10


class BdeTaxCampaign(models.Model):
    """Reminders of the windows to the schools: opening, periods, ten days before their end."""

    _inherit = "bde.tax.campaign"

    # keys of the reminders that were given: window, moment, date; a moved window reminds again
    reminded = fields.Json(copy=False, groups="base.group_system")

    @api.model
    def _cron_remind_windows(self):
        """Plans the reminders of the day on each campaign that is not closed, once each."""
        campaigns = self.search([("state", "!=", "closed")])
        todo = []
        for campaign in campaigns:
            given = list(campaign.reminded or [])
            today = campaign.company_id._bde_today()
            due = [row for row in campaign._reminders_due(today) if row[0] not in given]
            todo += [(campaign, deadline, text) for _key, deadline, text in due]
            if due:
                campaign.reminded = given + [key for key, _deadline, _text in due]
        campaigns._plan_for_responsible(todo)

    def _reminders_due(self, today):
        """Reminders of a day: (key, deadline of the activity, what to do).

        :rtype: list[tuple]
        """
        self.ensure_one()
        school = self.with_context(lang=self._responsible().lang)
        return [
            (f"{window.id}:{moment}:{fields.Date.to_string(date)}", deadline, text)
            for window in school.tax_year_id.window_ids
            for moment, date, deadline, text in window._reminders()
            if date <= today <= date + timedelta(days=LATE_DAYS)
        ]

    def _responsible(self):
        """Who receives what the calendar asks: the responsible, while he works at the bureau."""
        self.ensure_one()
        school, user = self.company_id, self.user_id
        if user.active and school.id in user._bde_company_ids("secretary"):
            return user
        return school._bde_acting_heads()[:1]

    def _plan_for_responsible(self, rows):
        """Puts activities on the list of whoever is responsible, in one go.

        :param rows: list of (campaign, deadline, summary)
        """
        model, to_do = self.env["ir.model"]._get_id(self._name), self.env.ref(TO_DO).id
        # in the name of nobody: planned by the calendar, for a school that the user may not read,
        # and which knows its académie, not the persons who work there
        Activity = self.env["mail.activity"].with_user(SUPERUSER_ID)
        Activity.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model,
                    "res_id": campaign.id,
                    "activity_type_id": to_do,
                    "user_id": user.id,
                    "date_deadline": deadline,
                    "automated": True,
                    "summary": summary,
                }
                for campaign, deadline, summary in rows
                for user in campaign._responsible()
            ]
        )


class BdeTaxWindow(models.Model):
    _inherit = "bde.tax.window"

    def _reminders(self):
        """What this window reminds of: (moment, date, deadline, sentence).

        :rtype: list[tuple]
        """
        self.ensure_one()
        if not self.date_from:
            return []
        if self.kind == "opening":
            return [
                (
                    "start",
                    self.date_from,
                    self.date_to or self.date_from + timedelta(days=7),
                    self.env._("SOLTéA is open to schools: check your data and your bank details"),
                )
            ]
        if not self.is_period:
            return []
        label = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
        if not self.date_to:
            text = self.env._("%(window)s: it begins", window=label)
            return [("start", self.date_from, self.date_from, text)]
        end = format_date(self.env, self.date_to)
        start = self.env._("%(window)s: it begins, and ends on %(end)s", window=label, end=end)
        last = self.env._("%(window)s ends on %(end)s: last calls", window=label, end=end)
        return [
            ("start", self.date_from, self.date_from, start),
            ("end", self.date_to - timedelta(days=BEFORE_END_DAYS), self.date_to, last),
        ]
