from odoo import http

from odoo.addons.bde_partnerships.controllers.template import TemplatePages


class AlumniYearPages(TemplatePages):
    """Cohorts on a page each for the board; who may not read one of them gets nothing."""

    @http.route("/bde/alumni/report", type="http", auth="user", methods=["GET"])
    def alumni_year(self, ids="", **_query):
        """One PDF for all."""
        numbers = self._numbers(ids)
        cohorts = self._readable("bde.alumni.cohort", numbers)
        return self._pdf(cohorts._year_pdf(), "insertion.pdf")
