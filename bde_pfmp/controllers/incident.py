from odoo import http
from odoo.http import request

from odoo.addons.bde_partnerships.controllers.template import TemplatePages


class IncidentPages(TemplatePages):
    """The procedure of an accident for staff; the rights are those of the records."""

    @http.route("/bde/incidents", type="http", auth="user", methods=["GET"])
    def incidents(self, ids="", **_query):
        """What the company does, and what the declaration asks for: a page an accident."""
        numbers = self._numbers(ids)
        incidents = self._readable("bde.incident", numbers)
        pdf = incidents.placement_id._accident_pdf(incidents)
        return self._pdf(pdf, request.env._("accident.pdf"))
