import base64
from datetime import date

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from .public import HEADERS, PublicPage
from .template import MOST, TemplatePages


class TaxThanksPage(PublicPage, http.Controller):
    """The page of a giver: what its money bought, thanks, when it may choose again.

    GET reads, nothing is posted. The token is checked before anything is read; it opens the
    giver of its letter and no other.
    """

    @http.route("/bde/y/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def tax_thanks(self, token, **_query):
        """The page of this giver."""
        link_sudo, target_sudo, refusal = self._giver(token)
        if refusal:
            return refusal
        [page] = target_sudo._giver_pages().values()
        values = page | {"link": link_sudo, "address": f"/bde/y/{token}"}
        return self._render("bde_partnerships.tax_giver_page", values, link_sudo.lang)

    @http.route(
        "/bde/y/<string:token>/<int:picture_id>.jpg",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def tax_thanks_picture(self, token, picture_id, **_query):
        """A picture of the page, of those alone that may be shown."""
        _link_sudo, target_sudo, refusal = self._giver(token)
        if refusal:
            return refusal
        pictures = target_sudo.campaign_id.use_ids.picture_ids._showable()
        picture = pictures.filtered(lambda one: one.id == picture_id)
        if not picture:
            return self._gone(None)
        data = base64.b64decode(picture.with_context(bin_size=False).image)
        headers = HEADERS | {
            "Content-Type": "image/jpeg",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=3600",
        }
        return request.make_response(data, list(headers.items()))

    def _giver(self, token):
        """(link, target, None) of a token, or what is answered to one that opens nothing."""
        link_sudo = request.env["bde.link"]._find(token, "tax_thanks")
        if not link_sudo or link_sudo._status() != "valid":
            return None, None, self._gone(link_sudo)
        link_sudo = link_sudo.with_context(lang=link_sudo.lang or request.best_lang)
        target_sudo = link_sudo._giver_target()
        if not target_sudo:
            return None, None, self._gone(link_sudo)
        return link_sudo, target_sudo, None

    def _gone(self, link_sudo):
        env = request.env
        return self._message(
            env._("This address leads nowhere any more"),
            env._(
                "It may have been cut in two by the mail reader: copy it as a whole. Otherwise the "
                "school tells you gladly what your money bought: call it."
            ),
            company=(link_sudo and link_sudo.company_id) or None,
            lang=(link_sudo and link_sudo.lang) or None,
            status=410 if link_sudo else 404,
        )


class TaxThanksPrint(TemplatePages):
    """The pages of givers on paper, for the bureau."""

    @http.route("/bde/tax/thanks.pdf", type="http", auth="user", methods=["GET"])
    def tax_thanks_pdf(self, ids="", **_query):
        numbers = [int(text) for text in ids.split(",") if text.isdecimal() and int(text) <= MOST]
        targets = self._readable("bde.tax.target", numbers)
        name = f"Remerciements {targets[0].year or date.today().year}.pdf"
        try:
            return self._pdf(targets._giver_pdf(), name)
        except AccessError:
            raise
        except UserError as error:
            return self._refused(error)
