from odoo import http
from odoo.http import request

from .convention import ConventionPages


class BookletPages(ConventionPages):
    """Livrets de suivi, made on the spot for staff."""

    @http.route("/bde/booklets", type="http", auth="user", methods=["GET"])
    def booklets(self, ids=""):
        """Livrets of pupils, one after the other."""
        numbers = self._numbers(ids)
        students = self._readable("bde.student", numbers)
        name = students.name if len(students) == 1 else request.env._("booklets")
        return self._pdf(students._booklet_pdf(), f"{name}.pdf")
