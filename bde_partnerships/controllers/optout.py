from odoo import http
from odoo.http import request

from .public import PublicPage


class OptoutPage(PublicPage, http.Controller):
    """The page by which a company says no to requests, or yes again. GET reads, POST acts.

    Mail scanners open each link of a letter: opening it does nothing. The token is checked
    before anything is read; records are in sudo, in the company of the link and no other.
    """

    # csrf=False: the unguessable token is the right, and browsers inside mail applications
    # often keep no cookie
    @http.route(
        "/bde/o/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        sitemap=False,
    )
    def optout(self, token, **query):
        """Shows the choices, takes what is posted."""
        link_sudo = request.env["bde.link"]._find(token, "optout")
        if not link_sudo or link_sudo.revoked:
            return self._gone(link_sudo)
        link_sudo = link_sudo.with_context(lang=self._optout_lang(link_sudo))
        if request.httprequest.method != "POST":  # HEAD comes here too
            return self._choices(link_sudo, done=bool(query.get("done")))
        form = {
            "what": request.httprequest.form.getlist("what"),
            "who": query.get("who"),
            "where": query.get("where"),
        }
        if "undo" in query:
            form["what"] = []
        result = link_sudo._optout_apply(form)
        if result == "saved":
            return request.redirect(f"/bde/o/{token}?done=1", code=303)
        return self._choices(link_sudo, error=result, status=429 if result == "busy" else 422)

    def _optout_lang(self, link_sudo):
        return link_sudo.lang or request.best_lang or request.env.lang

    def _choices(self, link_sudo, done=False, error=None, status=200):
        values = link_sudo._optout_values() | {"done": done, "error": error}
        return self._render(
            "bde_partnerships.optout_page", values, self._optout_lang(link_sudo), status
        )

    def _gone(self, link_sudo):
        return self._message(
            request.env._("This address leads nowhere"),
            request.env._(
                "It may have been cut in two by the mail reader: copy it as a whole. Or tell the"
                " school that wrote to you that you want no more requests: it notes it at once."
            ),
            company=link_sudo.company_id or None,
            status=410 if link_sudo else 404,
        )
