import re

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import content_disposition, request

from .public import PublicPage

# what an id can be: the database refuses to compare more
MOST = 2**31 - 1


class TemplatePages(PublicPage, http.Controller):
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

    def _refused(self, error):
        """A page that says in plain words why there is no PDF, and what to do instead.

        :param error: the ``UserError``
        """
        env = request.env
        return self._message(env._("This is not printed"), str(error), lang=env.lang, status=422)

    def _numbers(self, text):
        """Ids out of an address, ``1,2,3``."""
        return [int(number) for number in re.findall(r"\d{1,12}", text)]

    def _readable(self, model, ids):
        """Records that exist and that the user may read."""
        if any(number > MOST for number in ids):
            raise NotFound
        records = request.env[model].browse(ids).exists()
        if not records or len(records) != len(ids):
            raise NotFound
        records.check_access("read")
        return records

    @http.route(
        "/bde/template/<int:template_id>/preview", type="http", auth="user", methods=["GET"]
    )
    def template_preview(self, template_id, **_query):
        """A wording on an invented document."""
        template = self._readable("bde.document.template", [template_id])
        return self._pdf(template._preview_pdf(), f"{template.name}.pdf")
