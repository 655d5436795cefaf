from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.bde_partnerships.controllers.template import TemplatePages

from ..rules import workbook


class DeparturePages(TemplatePages):
    """Lists of departures, tutors' pages and lists of the intendance, made on the spot.

    The rights are those of the records: who may not read one of them gets nothing.
    """

    @http.route("/bde/departures", type="http", auth="user", methods=["GET"])
    def departures(self, ids="", **_query):
        """Who leaves and who stays, a page a class."""
        placements = self._readable("bde.placement", self._numbers(ids))
        return self._pdf(placements._departures_pdf(), request.env._("departures.pdf"))

    @http.route("/bde/tutor-pages", type="http", auth="user", methods=["GET"])
    def tutor_pages(self, ids="", **_query):
        """Tutors' pages, one for each placement whose convention is signed."""
        placements = self._readable("bde.placement", self._numbers(ids))
        return self._pdf(placements._tutor_pdf(), request.env._("tutors.pdf"))

    @http.route("/bde/away.xlsx", type="http", auth="user", methods=["GET"])
    def away(self, ids="", **_query):
        """Days away of half-boarders and boarders."""
        placements = self._readable("bde.placement", self._numbers(ids))
        titles, rows = placements._away_table()
        return self._workbook(request.env._("Days away"), titles, rows)

    @http.route("/bde/claims.xlsx", type="http", auth="user", methods=["GET"])
    def claims(self, ids="", **_query):
        """Claims of pupils with what was granted."""
        claims = self._readable("bde.claim", self._numbers(ids))
        titles, rows = claims._claims_table()
        return self._workbook(request.env._("Claims"), titles, rows)

    def _workbook(self, title, titles, rows):
        return request.make_response(
            workbook.workbook(title, titles, rows),
            [
                ("Content-Type", workbook.MIMETYPE),
                ("Content-Disposition", content_disposition(f"{title}.xlsx")),
                ("Cache-Control", "no-store"),
            ],
        )
