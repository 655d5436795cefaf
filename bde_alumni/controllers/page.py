from odoo import http
from odoo.http import request

from odoo.addons.bde_partnerships.controllers.sections import SectionPage


class AlumnusPage(SectionPage, http.Controller):
    """The page of an alumnus, ``/bde/m/<token>``.

    The token is checked before anything is read; it opens the page of its person and no other.
    GET reads, POST acts.
    """

    @http.route("/bde/m/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def alumnus(self, token, **query):
        """What there is to do, to know and to change."""
        link, alumnus, refusal = self._open_alumnus(token)
        if refusal:
            return refusal
        key = query.get("done")
        told = key and hasattr(alumnus, f"_page_post_{key}") and alumnus._page_told(key)
        return self._alumnus_page(link, token, alumnus, told=told or None, last_key=key)

    @http.route(
        "/bde/m/<string:token>/<string:key>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def alumnus_view(self, token, key, **query):
        """A page of its own that a section has, for those to whom the section is shown."""
        link, alumnus, refusal = self._open_alumnus(token)
        if refusal:
            return refusal
        if not self._offers(alumnus, key, "view"):
            return self._unknown()
        template, values = getattr(alumnus, f"_page_view_{key}")(query)
        values = {
            "link": link,
            "company": link.company_id,
            "alumnus": alumnus,
            "page_url": self._alumnus_url(token),
            "action": f"{self._alumnus_url(token)}/{key}",
        } | values
        return self._render(template, values, link.lang)

    @http.route(
        "/bde/m/<string:token>/<string:key>/file",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def alumnus_file(self, token, key, **query):
        """A file of a section (PDF, picture), for those to whom the section is shown."""
        _link, alumnus, refusal = self._open_alumnus(token)
        if refusal:
            return refusal
        found = self._offers(alumnus, key, "file") and getattr(alumnus, f"_page_file_{key}")(query)
        return self._section_file(*found) if found else self._unknown()

    # csrf=False: the unguessable token is the right, and browsers inside mail applications
    # often keep no cookie; a csrf failure would throw away what was typed
    @http.route(
        "/bde/m/<string:token>/<string:key>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
    )
    def alumnus_post(self, token, key, **_form):
        """Takes what was sent from a section of the page."""
        link, alumnus, refusal = self._open_alumnus(token)
        if refusal:
            return refusal
        if not self._offers(alumnus, key, "post"):
            return self._unknown()
        if refusal := self._section_too_many(link):
            return refusal
        company, lang, env = link.company_id, link.lang, link.env
        form, files = request.httprequest.form, request.httprequest.files
        error = self._section_take(alumnus, f"_page_post_{key}", form, files, self._proof())
        if not alumnus.exists():
            return self._message(
                env._("It is done"),
                env._("Everything that the school kept about you here is erased."),
                company,
                lang,
            )
        if error:
            return self._alumnus_page(link, token, alumnus, error=error, last_key=key, typed=form)
        if not link._alumnus():
            # he took away the address to which this link was sent: it ends here, and says so
            return self._message(
                env._("It is saved"),
                env._(
                    "The school keeps this address no more, so the link that came to it is closed."
                    " To open your page again, call the school."
                ),
                company,
                lang,
            )
        return request.redirect(f"{self._alumnus_url(token)}?done={key}", 303)

    # csrf=False: as above; it sends a message to the address of this link, to no other
    @http.route(
        "/bde/m/<string:token>/renew",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
    )
    def alumnus_renew(self, token, **_form):
        """Sends a fresh link to the address of one that has expired."""
        return self._renewed(token, "alumni", "_renew_alumni")

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    def _open_alumnus(self, token):
        """(link, alumnus in sudo, None), or (None, None, the page that says why not)."""
        link, refusal = self._open_link(token, "alumni")
        return link, link and link._alumnus(), refusal

    def _opens(self, link):
        return bool(link._alumnus())

    def _why_closed(self, link, token):
        if link._status() != "expired" or link.channel == "desk" or not link._alumnus():
            return super()._why_closed(link, token)
        return {
            "text": link.env._("Links serve for about a year. You can get a fresh one now."),
            "renew_url": f"{self._alumnus_url(token)}/renew",
        }

    def _alumnus_url(self, token):
        return f"/bde/m/{token}"

    def _offers(self, alumnus, key, what):
        """Whether the section is shown to him and has a post, a view or a file."""
        shown = {section["key"] for section in alumnus._page_sections()}
        return key in shown and hasattr(alumnus, f"_page_{what}_{key}")

    def _alumnus_page(self, link, token, alumnus, **state):
        values = {
            "link": link,
            "company": link.company_id,
            "alumnus": alumnus,
            **self._section_values(alumnus._page_sections(), self._alumnus_url(token), **state),
        }
        status = 422 if state.get("error") else 200
        return self._render("bde_alumni.alumnus_page", values, link.lang, status)
