from odoo import api, fields, models

SECRETARY = "bde_partnerships.group_secretary"


class BdeStudent(models.Model):
    """The allowance of a pupil, year by year, with its working: what a family asks about."""

    _inherit = "bde.student"

    allowance_year = fields.Html(
        string="Allowance of each year",
        compute="_compute_allowance_year",
        sanitize=False,
        groups=SECRETARY,
    )

    @api.depends_context("lang")
    @api.depends("allowance_ids.status", "allowance_ids.amount", "allowance_ids.days")
    def _compute_allowance_year(self):
        for student in self:
            groups = student._allowance_groups()
            student.allowance_year = groups and self.env["ir.qweb"]._render(
                "bde_pfmp.allowance_year", {"groups": groups}
            )

    def _allowance_groups(self):
        """One group for each year and MEF, the last year first, its stays in their order.

        :return: list of dicts ``year``, ``mef``, ``rate`` (None when unknown), ``rows``,
            ``total``, ``left``, ``elsewhere``
        """
        self.ensure_one()
        records = self.allowance_ids.sorted(lambda one: (one.date_start, one.id))
        groups = {}
        for record in records:
            groups.setdefault((record.school_year_id, record.mef), []).append(record)
        statuses = dict(
            self.env["bde.allowance"]._fields["status"]._description_selection(self.env)
        )
        result = []
        for (year, mef), rows in groups.items():
            first = rows[0]
            known = first.rate_known
            elsewhere = sum(
                schooling.allowance_elsewhere
                for schooling in self.schooling_ids
                if schooling.school_year_id == year and schooling.mef == mef
            )
            total = sum(row.amount for row in rows)
            result.append(
                {
                    "year": year.name,
                    "start": year.date_start,
                    "mef": mef,
                    "known": known,
                    "daily": first.daily,
                    "cap": first.cap,
                    "currency": first.currency_id,
                    "elsewhere": elsewhere,
                    "total": total,
                    "left": max(first.cap - elsewhere - total, 0) if known else 0,
                    "rows": [(row, statuses[row.status]) for row in rows],
                    **rows[-1].schooling_id._allowance_papers(),
                }
            )
        return sorted(result, key=lambda group: group["start"], reverse=True)
