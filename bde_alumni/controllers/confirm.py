from odoo import http
from odoo.http import request

from odoo.addons.bde_partnerships.controllers.public import PublicPage


class AlumnusMailPage(PublicPage, http.Controller):
    """A new address is confirmed by who holds it: GET shows a button, POST acts.

    Scanners of mailboxes open links, they press no button.
    """

    @http.route(
        "/bde/mc/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False
    )
    def confirm(self, token, **_query):
        """The button, to whom the link was sent."""
        link, refusal = self._open_confirm(token)
        if refusal:
            return refusal
        return self._render(
            "bde_alumni.confirm_page", {"link": link, "company": link.company_id}, link.lang
        )

    # csrf=False: the unguessable token is the right, browsers in mail applications keep no cookie
    @http.route(
        "/bde/mc/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
    )
    def confirm_post(self, token, **_form):
        """The address serves from now on; the page follows."""
        link, refusal = self._open_confirm(token)
        return refusal or request.redirect(link._confirm_address(), 303)

    def _open_confirm(self, token):
        """(link, None), or (None, the page that says why not)."""
        link = request.env["bde.link"]._find(token, "alumni_mail")
        if not link:
            return None, self._unknown()
        link = link.with_context(lang=link.lang)
        request.update_context(lang=link.lang)
        if link._alumnus_to_confirm():
            return link, None
        env = link.env
        return None, self._message(
            env._("This link is no longer valid"),
            env._("It served once, or another address was given since. Open your page again."),
            link.company_id,
            link.lang,
            410,
        )
