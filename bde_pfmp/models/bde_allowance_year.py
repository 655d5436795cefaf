from odoo import api, fields, models
from odoo.tools import format_amount

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

        :return: list of dicts ``year``, ``mef``, ``known``, ``rows`` (row, status), ``papers``,
            ``headline``, ``footer``
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
            result.append(
                {
                    "year": year.name,
                    "start": year.date_start,
                    "mef": mef,
                    "known": rows[0].rate_known,
                    "rows": [(row, statuses[row.status]) for row in rows],
                    "papers": rows[-1].schooling_id._allowance_papers(),
                    **self._allowance_sentences(year, mef, rows),
                }
            )
        return sorted(result, key=lambda group: group["start"], reverse=True)

    def _allowance_sentences(self, year, mef, rows):
        """What a day pays, and what the year comes to.

        :return: dict ``headline``, ``footer``
        """
        first = rows[0]

        def euros(value):
            return format_amount(self.env, value, first.currency_id)

        if not first.rate_known:
            return {"headline": self.env._("The rate of this year is not known"), "footer": ""}
        elsewhere = sum(
            schooling.allowance_elsewhere
            for schooling in self.schooling_ids
            if schooling.school_year_id == year and schooling.mef == mef
        )
        total = sum(row.amount for row in rows)
        footer = self.env._(
            "Total of the year: %(total)s · left under the cap: %(left)s",
            total=euros(total),
            left=euros(max(first.cap - elsewhere - total, 0)),
        )
        if elsewhere:
            other = self.env._("Counted by another school: %(sum)s", sum=euros(elsewhere))
            footer = f"{other} · {footer}"
        return {
            "headline": self.env._(
                "%(rate)s a day, at most %(cap)s in the year",
                rate=euros(first.daily),
                cap=euros(first.cap),
            ),
            "footer": footer,
        }
