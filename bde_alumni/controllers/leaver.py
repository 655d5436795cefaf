from odoo import http
from odoo.http import request

from odoo.addons.bde_partnerships.controllers.template import TemplatePages


class LeaverPages(TemplatePages):
    """CVs and hand-over sheets, made on the spot for staff."""

    @http.route("/bde/cv", type="http", auth="user", methods=["GET"], sitemap=False)
    def leaver_cvs(self, ids=""):
        """CVs of final-year pupils, one page each."""
        plans = self._readable("bde.leaver.plan", self._numbers(ids))
        name = f"CV {plans.name}" if len(plans) == 1 else "CV"
        return self._pdf(plans._cv_pdf(), f"{name}.pdf")

    @http.route("/bde/liaison", type="http", auth="user", methods=["GET"], sitemap=False)
    def leaver_handovers(self, ids=""):
        """Sheets for France Travail and the Mission locale."""
        sheets = self._readable("bde.leaver.handover", self._numbers(ids))
        return self._pdf(sheets._sheet_pdf(), f"{request.env._('hand-over')}.pdf")
