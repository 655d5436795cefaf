from odoo import http
from odoo.http import request

from .public import PublicPage

MAX_FILE = 15_000_000
# More is refused before it is read; the page itself says what is too big.
MAX_REQUEST = 40_000_000
FILES_PER_HOUR = 30


class VerifyPage(PublicPage, http.Controller):
    """Pages for anybody: is this paper genuine, and what is done with personal data."""

    @http.route("/bde/v", type="http", auth="public", methods=["GET"], sitemap=False)
    def verify_start(self, **_query):
        """The form to hand a file in."""
        return self._verify_page()

    @http.route("/bde/v/<check_token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def verify(self, check_token, **_query):
        """Validity of a document, without any personal data."""
        facts = request.env["bde.document"]._verification(check_token.replace("\0", "?"))
        return self._verify_page(200 if facts else 404, facts=facts, by_code=True)

    @http.route(
        "/bde/v",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
        max_content_length=MAX_REQUEST,
    )
    def verify_file(self, **_form):
        """What a file is: genuine, replaced, altered since, or unknown. Nothing is kept of it."""
        # errors are in the language of the page, which is that of the browser
        request.update_context(lang=request.best_lang or request.env.lang)
        env = request.env
        address = request.httprequest.remote_addr or ""
        # sudo: strangers have no right at all; it counts and keeps no address
        if not env["bde.network.tries"].sudo()._allow("verify", address, FILES_PER_HOUR):
            error = env._(
                "Too many files came from your network within this hour: try again later."
            )
            return self._verify_page(429, error=error)
        file = request.httprequest.files.get("file")
        data = file.stream.read(MAX_FILE + 1) if file else b""
        if not data:
            return self._verify_page(422, error=env._("Choose the PDF file that you received."))
        if len(data) > MAX_FILE:
            error = env._("This file is too big: the documents of the school are smaller.")
            return self._verify_page(413, error=error)
        return self._verify_page(200, result=env["bde.document"]._verify_file(data))

    def _verify_page(self, status=200, **values):
        values = {
            "company": None,
            "facts": None,
            "result": None,
            "error": None,
            "by_code": False,
        } | values
        if values["result"]:
            values["facts"] = values["result"]["facts"]
        return self._render("bde_partnerships.verify_public", values, status=status)

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
