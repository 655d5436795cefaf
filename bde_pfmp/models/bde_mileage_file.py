import io

import xlsxwriter

from odoo import models
from odoo.tools import format_date

from odoo.addons.bde_partnerships.models.bde_document_page import stylesheet

STYLE = "bde_partnerships/static/src/css/handover.css"


class BdeMileage(models.Model):
    """Claims on paper and as a workbook."""

    _inherit = "bde.mileage"

    def _claims(self):
        """Journeys by teacher and month, as claims are handed in.

        :return: list of dicts ``company``, ``teacher``, ``month``, ``lines``, ``km``, ``amount``
            (None where a rate is missing)
        """
        by_claim = self.sorted(lambda one: (one.teacher_id.name, one.date, one.id)).grouped(
            lambda one: (one.company_id, one.teacher_id, one.date.replace(day=1))
        )
        return [
            {
                "company": company,
                "teacher": teacher.name,
                "month": format_date(self.env, month, date_format="MMMM y"),
                "lines": lines,
                "km": sum(lines.mapped("km")),
                "amount": sum(lines.mapped("amount")) if all(lines.mapped("rate")) else None,
            }
            for (company, teacher, month), lines in by_claim.items()
        ]

    def _claim_pdf(self):
        """One page a teacher and month, in the language of the user.

        :rtype: bytes
        """
        values = {
            "claims": self._claims(),
            "lang": (self.env.lang or "fr").partition("_")[0],
            "css": stylesheet(STYLE),
        }
        html = self.env["bde.document.mixin"]._render_page("bde_pfmp.mileage_claims", values)
        return self.env["bde.document.version"]._render_html(html)

    def _claim_xlsx(self):
        """The journeys, one a row, with a heading that stays.

        :rtype: bytes
        """
        states = dict(self._fields["state"]._description_selection(self.env))
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        # what people typed is text: a name that begins with "=" computes nothing
        book.strings_to_formulas = book.strings_to_urls = False
        sheet = book.add_worksheet(self.env._("Journeys"))
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
        headings = [
            (self.env._("Teacher"), 26),
            (self.env._("Date"), 12),
            (self.env._("Journey"), 44),
            (self.env._("Visits"), 8),
            (self.env._("Kilometres"), 12),
            (self.env._("Rate (€/km)"), 12),
            (self.env._("Amount (€)"), 12),
            (self.env._("State"), 16),
        ]
        for column, (title, width) in enumerate(headings):
            sheet.write_string(0, column, title, bold)
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        rows = self.sorted(lambda one: (one.teacher_id.name, one.date, one.id))
        for row, journey in enumerate(rows, 1):
            sheet.write_string(row, 0, journey.teacher_id.name or "")
            sheet.write_datetime(row, 1, journey.date, day)
            sheet.write_string(row, 2, journey.label or "")
            sheet.write_number(row, 3, journey.stop_count)
            sheet.write_number(row, 4, journey.km)
            if journey.rate:
                sheet.write_number(row, 5, journey.rate)
                sheet.write_number(row, 6, journey.amount)
            sheet.write_string(row, 7, states[journey.state])
        book.close()
        return stream.getvalue()


class ResCompany(models.Model):
    _inherit = "res.company"

    def _bde_check_fields(self, vals):
        """The mileage rate is the manager's and the head's, as the other settings."""
        rate = {"bde_mileage_rate"} & vals.keys()
        if rate and not set(self.ids) - set(self.env.user._bde_company_ids("manager")):
            vals = {name: value for name, value in vals.items() if name not in rate}
        return super()._bde_check_fields(vals)
