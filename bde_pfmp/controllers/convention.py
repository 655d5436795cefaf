import re

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import content_disposition, request


class ConventionPages(http.Controller):
    """PDFs that are made on the spot for staff; the rights are those of the records."""

    def _pdf(self, data, filename):
        return request.make_response(
            data,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(filename, "inline")),
                ("Cache-Control", "no-store"),
            ],
        )

    def _readable(self, model, ids):
        """Records that exist and that the user may read."""
        records = request.env[model].browse(ids).exists()
        if not records or len(records) != len(ids):
            raise NotFound
        records.check_access("read")
        return records

    @http.route("/bde/attestations", type="http", auth="user", methods=["GET"])
    def attestations(self, ids=""):
        """Attestations of conventions, one page each."""
        numbers = [int(number) for number in re.findall(r"\d+", ids)]
        conventions = self._readable("bde.convention", numbers)
        return self._pdf(conventions._attestation_pdf(), "attestations.pdf")

    @http.route(
        "/bde/template/<int:template_id>/preview", type="http", auth="user", methods=["GET"]
    )
    def template_preview(self, template_id, placement_id=None):
        """A wording on an invented convention, or on a real placement."""
        template = self._readable("bde.document.template", [template_id])
        placement = None
        if placement_id and placement_id.isdecimal():
            placement = self._readable("bde.placement", [int(placement_id)])
            # it says who the guardians are, which teachers and school life do not read
            placement.company_id._bde_check_user_is("secretary")
        return self._pdf(template._preview_pdf(placement), f"{template.name}.pdf")
