from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import format_time

from .signing import SigningTools


class TabletPage(SigningTools, http.Controller):
    """Signing in person on a device of the school: GET reads, POST acts.

    The link stands for the witness, who sees the person: no code. Whoever holds the device
    must find nothing else on it: nothing is shown while somebody is signed in, and the link
    closes with the signature.
    """

    @http.route("/bde/t/<token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def tablet(self, token, **_query):
        """What the person in front of the witness has to sign."""
        link, refusal = self._open_tablet(token)
        return refusal or self._tablet_page(link, token)

    @http.route("/bde/t/<token>/begin", type="http", auth="public", methods=["POST"], sitemap=False)
    def tablet_begin(self, token, **_form):
        """Closes the session of staff on this device."""
        request.session.logout(keep_db=True)
        return request.redirect(f"/bde/t/{token}", 303)

    @http.route(
        "/bde/t/<token>/<uuid>.pdf", type="http", auth="public", methods=["GET"], sitemap=False
    )
    def tablet_pdf(self, token, uuid, **_query):
        """The PDF that is about to be signed."""
        link, refusal = self._open_tablet(token)
        if refusal:
            return refusal
        document_sudo = link._tablet_signatures().document_id.filtered(lambda d: d.uuid == uuid)
        if not document_sudo:
            return self._unknown()
        document_sudo.version_id._ensure_pdf()
        attachment_sudo = document_sudo.version_id.pdf_attachment_id
        return self._attachment_pdf(attachment_sudo, f"{document_sudo.number}.pdf")

    @http.route("/bde/t/<token>/sign", type="http", auth="public", methods=["POST"], sitemap=False)
    def tablet_sign(self, token, **form):
        """Signs, or acknowledges, what was ticked."""
        link, refusal = self._open_tablet(token)
        if refusal:
            return refusal
        link._lock()
        signatures_sudo, error = self._chosen(link, link._tablet_signatures())
        if not error and not form.get("has_read"):
            error = link.env._("Tick the box that says that you have read the documents.")
        name, image = (form.get("signed_name") or "").strip()[:120], None
        if not error and any(signatures_sudo.mapped("required")):
            image, error = self._drawing(form, name)
        if not error:
            try:
                with request.env.cr.savepoint():
                    link._sign_on_tablet(signatures_sudo, name or link.name, image, self._proof())
            except UserError as failure:
                error = str(failure)
        if error:
            return self._tablet_page(link, token, error=error, form=form)
        return request.redirect(f"/bde/t/{token}", 303)

    @http.route("/bde/t/<token>/later", type="http", auth="public", methods=["POST"], sitemap=False)
    def tablet_later(self, token, **_form):
        """Closes the page without a signature."""
        link, refusal = self._open_tablet(token)
        if refusal:
            return refusal
        link._close("school")
        return request.redirect(f"/bde/t/{token}", 303)

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    def _open_tablet(self, token):
        """The link of a token when it may be used on this device, else the page that says why.

        :return: (link, None) or (None, response)
        """
        link = self._find_link(token, "tablet")
        if not link:
            return None, self._unknown()
        if link._status() != "valid":
            return None, self._tablet_over(link)
        if request.session.uid:
            values = {
                "link": link,
                "token": token,
                "company": link.company_id,
                "session_user": request.env.user,
            }
            return None, self._render("bde_partnerships.tablet_hand", values, link.lang)
        if not link._tablet_signatures():
            return None, self._tablet_over(link)
        return link, None

    def _tablet_over(self, link):
        """Nothing more to do here: the device goes back."""
        env = link.env
        if link.closed_by == "used":
            title = env._("Thank you, it is done")
            text = env._("Give the device back, please. This page shows nothing more.")
            return self._message(title, text, link.company_id, link.lang)
        title = env._("This page is closed")
        text = env._("Give the device back, please: the school can open the page again.")
        return self._message(title, text, link.company_id, link.lang, 410)

    def _tablet_page(self, link, token, error=None, form=None):
        values = link._tablet_values() | {
            "link": link,
            "token": token,
            "error": error,
            "form": form or {},
            "closes_at": format_time(
                link.env, link.expires_on, tz=link.company_id.bde_tz, time_format="short"
            ),
        }
        status = 422 if error else 200
        return self._render("bde_partnerships.tablet_page", values, link.lang, status)
