from odoo import http
from odoo.http import request

from odoo.addons.bde_partnerships.controllers.template import TemplatePages


class AlumniSheetPages(TemplatePages):
    """Sheets to sign of those who leave; who may not read one of them gets nothing."""

    @http.route("/bde/alumni/sheets", type="http", auth="user", methods=["GET"])
    def alumni_sheets(self, ids="", **_query):
        """A page a person."""
        numbers = self._numbers(ids)
        alumni = self._readable("bde.alumnus", numbers)
        return self._pdf(alumni._sheets_pdf(), request.env._("before-you-leave.pdf"))
