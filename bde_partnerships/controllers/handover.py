from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from .template import TemplatePages


class HandoverPages(TemplatePages):
    """The printed handover, for those who may read it."""

    @http.route("/bde/handover/<int:handover_id>.pdf", type="http", auth="user", methods=["GET"])
    def handover_pdf(self, handover_id, **_query):
        handover = request.env["bde.handover"].browse(handover_id).exists()
        # the same answer for one that is not there and one of another school
        if not handover or not handover.has_access("read"):
            raise NotFound
        return self._pdf(handover._pack_pdf(), f"{handover.display_name}.pdf")
