from odoo import http

from odoo.addons.bde_partnerships.controllers.template import TemplatePages


class PeriodReportPages(TemplatePages):
    """The report of periods, made on the spot for those who read them."""

    @http.route("/bde/period-report", type="http", auth="user", methods=["GET"])
    def period_report(self, ids="", **_query):
        """One page a class."""
        numbers = self._numbers(ids)
        periods = self._readable("bde.period", numbers)
        return self._pdf(periods._report_pdf(), "period-report.pdf")
