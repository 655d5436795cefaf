from odoo import http
from odoo.http import request

from .public import PublicPage


class VerifyPage(PublicPage, http.Controller):
    """Pages for anybody: is this paper genuine, and what is done with personal data."""

    @http.route("/bde/v/<check_token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def verify(self, check_token, **_query):
        """Validity of a document, without any personal data."""
        facts = request.env["bde.document"]._verification(check_token.replace("\0", "?"))
        values = {"facts": facts, "company": None}
        status = 200 if facts else 404
        return self._render("bde_partnerships.verify_page", values, status=status)

    @http.route("/bde/n/<school>", type="http", auth="public", methods=["GET"], sitemap=False)
    def notice(self, school, **_query):
        """Notice on personal data of a school (articles 13 and 14 of the GDPR)."""
        # sudo: name and addresses of a school are public
        company_sudo = (
            request.env["res.company"]
            .sudo()
            .search([("uai", "=", school.replace("\0", "?"))], limit=1)
        )
        if not company_sudo:
            return self._message(
                request.env._("This address leads nowhere"),
                request.env._("There is no school of this name here."),
                status=404,
            )
        return self._render("bde_partnerships.notice_page", {"company": company_sudo})
