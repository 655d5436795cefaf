from odoo import http
from odoo.http import request

from odoo.addons.bde_partnerships.controllers.template import TemplatePages

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class MileagePages(TemplatePages):
    """Files about visits that are made on the spot: claims, rounds for a calendar."""

    @http.route("/bde/mileage.pdf", type="http", auth="user", methods=["GET"])
    def mileage_pdf(self, ids=""):
        """Claims of journeys, one page a teacher and month."""
        journeys = self._readable("bde.mileage", self._numbers(ids))
        return self._pdf(journeys._claim_pdf(), "frais-de-visite.pdf")

    @http.route("/bde/mileage.xlsx", type="http", auth="user", methods=["GET"])
    def mileage_xlsx(self, ids=""):
        """Journeys as a workbook."""
        journeys = self._readable("bde.mileage", self._numbers(ids))
        return _file(journeys._claim_xlsx(), XLSX, "frais-de-visite.xlsx")

    @http.route("/bde/rounds.ics", type="http", auth="user", methods=["GET"])
    def rounds_ics(self, ids=""):
        """Rounds for any calendar."""
        rounds = self._readable("bde.visit.round", self._numbers(ids))
        return _file(rounds._ics(), "text/calendar; charset=utf-8", "visites.ics")


def _file(content, kind, name):
    headers = {
        "Content-Type": kind,
        "Content-Disposition": http.content_disposition(name),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return request.make_response(content, list(headers.items()))
