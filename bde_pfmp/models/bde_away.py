from odoo import api, fields, models

from ..rules import departure as rules


class BdePlacement(models.Model):
    """Days on which half-boarders and boarders are away: what the intendance deducts.

    Remise d'ordre: a pupil on placement takes no meal and no bed at the school; the days of
    the placement on which the school serves meals are deducted from what his family pays.
    """

    _inherit = "bde.placement"

    regime = fields.Selection(related="schooling_id.regime")
    away_days = fields.Integer(
        string="Days away",
        compute="_compute_away",
        help="Days with the company on which the school serves meals: from Monday to Friday, "
        "public and school holidays, interruptions and whole days of absence taken out.",
    )
    away_absent_days = fields.Integer(
        string="Days absent",
        compute="_compute_away",
        help="Whole days on which the pupil was not with the company: the school's own rule on "
        "absences says whether they are deducted.",
    )

    @api.depends(lambda self: (*self._hours_depends(), "state"))
    def _compute_away(self):
        days = self._away_days()
        for placement in self:
            away, absent = days[placement]
            placement.away_days = len(away)
            placement.away_absent_days = len(absent)

    def _away_days(self):
        """Days away of these placements: {placement: (days away, days absent)}, sets of dates.

        A pupil whose convention nobody signed stays at school: he is not away. The queries do
        not grow with the number of placements.
        """
        gone = self.filtered(lambda one: one.departure in rules.LEAVES or one._was_away())
        closed = gone._closed_days()
        return {
            one: (
                rules.days_away(
                    {day: (plan[0], plan[1]) for day, plan in one._day_calendar().items()},
                    closed[one.company_id].__contains__,
                )
                if one in gone
                else (set(), set())
            )
            for one in self
        }

    def _was_away(self):
        """Whether a placement that was broken off had begun; its last day is the one done."""
        return self.state == "interrupted"

    def _closed_days(self):
        """Public and school holidays over the days of these placements: {school: dates}."""
        result = {}
        for company, placements in self.grouped("company_id").items():
            start = min(placements.mapped("date_start"))
            end = max(placements.mapped("date_end"))
            result[company] = company._bde_days_without_class(start, end)
        return result

    def action_export_away(self):
        """The days away of these pupils as a workbook, class by class."""
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/away.xlsx?ids={','.join(map(str, self.ids))}",
            "target": "download",
        }

    def _away_table(self):
        """Titles and rows of the workbook, with a column for each month."""
        self.check_access("read")
        days = self._away_days()
        regimes = dict(self.env["bde.schooling"]._fields["regime"]._description_selection(self.env))
        counted = {one: rules.months(days[one][0]) for one in self}
        months = sorted(set().union(*counted.values()))
        titles = [
            self.env._("Class"),
            self.env._("Pupil"),
            self.env._("Regime"),
            self.env._("Company"),
            self.env._("First day"),
            self.env._("Last day"),
            self.env._("Days away"),
            self.env._("Days absent"),
            *(month.strftime("%m/%Y") for month in months),
        ]
        rows = [
            [
                one.division_id.name,
                one.student_name,
                regimes.get(one.regime, ""),
                one.host_id.name,
                one.date_start,
                one.date_end,
                len(days[one][0]),
                len(days[one][1]),
                *(counted[one].get(month, 0) for month in months),
            ]
            for one in self.sorted(
                lambda one: (one.division_id.name or "", one.student_name or "", one.date_start)
            )
        ]
        return titles, rows


class ResCompany(models.Model):
    _inherit = "res.company"

    def _bde_days_without_class(self, date_start, date_end):
        """Public and school holidays between two days: the school serves no meal.

        :rtype: set of dates
        """
        self.ensure_one()
        days = set(self._bde_public_holidays(date_start, date_end))
        for holiday in self.env["bde.holiday"]._between(self, date_start, date_end):
            length = (holiday.date_end - holiday.date_start).days
            days.update(fields.Date.add(holiday.date_start, days=n) for n in range(length + 1))
        return days
