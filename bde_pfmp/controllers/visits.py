from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import file_open

from odoo.addons.bde_partnerships.controllers.public import PublicPage

PATH = "/bde/visits"
SCRIPTS = ("queue.js", "worker.js")


class VisitPage(PublicPage, http.Controller):
    """The page of a teacher on his phone: his pupils, and a report in three taps.

    Reading and writing are with the rights of the signed-in user. The page works without a
    script; with it, it opens and takes reports without a network.
    """

    @http.route(PATH, type="http", auth="user", methods=["GET"], sitemap=False)
    def visits(self, **query):
        """The pupils that the user follows now."""
        told = request.env._("Thank you: it is saved.") if query.get("done") else None
        return self._page(told=told)

    @http.route(PATH, type="http", auth="user", methods=["POST"], sitemap=False)
    def visits_post(self, **form):
        """A report from a phone whose browser runs no script."""
        env = request.env
        [answer] = env["bde.visit"]._take_reports([form | {"owner": env.uid}])
        if answer["state"] == "saved":
            return request.redirect(f"{PATH}?done=1", 303)
        return self._page(error=answer["message"], typed=form)

    @http.route(f"{PATH}/rate", type="http", auth="user", methods=["POST"], sitemap=False)
    def visits_rate(self, placement="", **form):
        """What the referent answers about the site, once the stay ends."""
        try:
            with request.env.cr.savepoint():
                request.env["bde.visit"]._rate_from_phone(placement, form)
        except UserError as error:
            return self._page(error=str(error))
        return request.redirect(f"{PATH}?done=1", 303)

    @http.route(f"{PATH}/send", type="jsonrpc", auth="user", methods=["POST"])
    def visits_send(self, reports):
        """Reports that a phone kept while it had no network; see ``bde.visit._take_reports``."""
        return request.env["bde.visit"]._take_reports(reports)

    @http.route(
        f"{PATH}/worker.js", type="http", auth="public", methods=["GET"], sitemap=False
    )  # fmt: skip
    def visits_worker(self):
        """The service worker. It says itself that it serves this page and no other."""
        parts = []
        for name in SCRIPTS:
            with file_open(f"bde_pfmp/static/src/visits/{name}") as script:
                parts.append(script.read())
        headers = {
            "Content-Type": "text/javascript; charset=utf-8",
            "Service-Worker-Allowed": PATH,
            # browsers compare it with the one they have
            "Cache-Control": "no-cache",
            "X-Content-Type-Options": "nosniff",
        }
        return request.make_response("\n".join(parts), list(headers.items()))

    def _page(self, error=None, typed=None, told=None):
        env = request.env
        values = {
            **env["bde.visit"]._phone_values(),
            "error": error,
            "typed": typed or {},
            "told": told,
        }
        return self._render("bde_pfmp.visits_page", values, env.lang, 422 if error else 200)
