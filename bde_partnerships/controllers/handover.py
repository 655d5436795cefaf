from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import content_disposition, request


class HandoverPages(http.Controller):
    """The printed handover, for those who may read it."""

    @http.route("/bde/handover/<int:handover_id>.pdf", type="http", auth="user", methods=["GET"])
    def handover_pdf(self, handover_id, **_query):
        handover = request.env["bde.handover"].browse(handover_id).exists()
        # the same answer for one that is not there and one of another school
        if not handover or not handover.has_access("read"):
            raise NotFound
        name = f"{handover.display_name}.pdf"
        return request.make_response(
            handover._pack_pdf(),
            [
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(name, "inline")),
                ("Cache-Control", "no-store"),
            ],
        )
