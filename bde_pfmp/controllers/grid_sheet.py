from odoo import http
from odoo.http import request

from odoo.addons.bde_partnerships.controllers.template import TemplatePages


class GridSheetPages(TemplatePages):
    """Blank grids to be filled in with a pen, made on the spot for staff."""

    @http.route("/bde/grids", type="http", auth="user", methods=["GET"])
    def grids(self, ids="", **_query):
        """The tutor's grid of placements, one after the other."""
        numbers = self._numbers(ids)
        placements = self._readable("bde.placement", numbers)
        return self._pdf(placements._grid_sheets_pdf(), request.env._("grids.pdf"))
