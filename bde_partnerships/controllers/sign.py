from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..pdf.drawing import clean_drawing
from .public import PublicPage


class SignPage(PublicPage, http.Controller):
    """The signing page: GET reads and changes nothing, POST acts.

    The token is checked before anything is read; records are in sudo, in the company of
    the link and no other (``bde.link._find``).
    """

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    @http.route("/bde/s/<token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def sign_page(self, token, **query):
        link, refusal = self._open(token)
        return refusal or self._page(link, token, step=query.get("step"))

    @http.route(
        "/bde/s/<token>/<uuid>.pdf", type="http", auth="public", methods=["GET"], sitemap=False
    )
    def sign_pdf(self, token, uuid, **_query):
        link, refusal = self._open(token)
        if refusal:
            return refusal
        document_sudo = link._signatures().document_id.filtered(lambda d: d.uuid == uuid)
        if not document_sudo:
            return self._unknown()
        attachment_sudo = document_sudo.sealed_attachment_id
        if not attachment_sudo:
            document_sudo.version_id._ensure_pdf()
            attachment_sudo = document_sudo.version_id.pdf_attachment_id
        return self._pdf(attachment_sudo, f"{document_sudo.number}.pdf")

    # ------------------------------------------------------------
    # ACTING
    # ------------------------------------------------------------

    @http.route("/bde/s/<token>/code", type="http", auth="public", methods=["POST"], sitemap=False)
    def sign_code(self, token, **form):
        """Sends a code, once the person says that he has read."""
        link, refusal = self._open(token)
        if refusal:
            return refusal
        if not form.get("has_read"):
            error = request.env._("Tick the box that says that you have read the documents.")
            return self._page(link, token, error=error, form=form)
        to_sign_sudo = link._signatures().filtered(lambda s: s.state == "to_sign" and s.required)
        if not to_sign_sudo:
            return self._back(token)
        # The job has made the PDFs long ago, as a rule; the signature itself must be quick.
        to_sign_sudo.version_id._ensure_pdf()
        result = link._send_code()
        if result == "sent":
            return self._back(token, step="code")
        return self._page(link, token, error=self._code_error(result), form=form)

    @http.route("/bde/s/<token>/sign", type="http", auth="public", methods=["POST"], sitemap=False)
    def sign_submit(self, token, **form):
        """Signs what was ticked, with the code and a drawn or typed signature."""
        link, refusal = self._open(token)
        if refusal:
            return refusal
        signatures_sudo, error = self._chosen(link)
        if error:
            return self._page(link, token, step="code", error=error, form=form)
        if all(s.state in ("signed", "acknowledged") for s in signatures_sudo):
            # A double click, or the same request again: it is done already.
            return self._back(token)
        name = (form.get("signed_name") or "").strip()[:120]
        image, error = self._drawing(form, name)
        if error:
            return self._page(link, token, step="code", error=error, form=form)
        verdict = link._check_code(form.get("code"))
        if verdict != "right":
            link._log_wrong_code(signatures_sudo, self._proof())
            error = self._code_error(verdict)
            return self._page(link, token, step="code", error=error, form=form)
        proof = self._proof() | {
            "code_channel": link.code_channel,
            "link": link.token_hash[:16],
        }
        try:
            method = "drawn" if image else "typed"
            # an error page is no error for the server: nothing half done may be kept
            with request.env.cr.savepoint():
                signatures_sudo._sign(method, name or link.name, image, proof)
        except UserError as failure:
            return self._page(link, token, step="code", error=str(failure), form=form)
        link._use_code()
        return self._back(token)

    @http.route(
        "/bde/s/<token>/acknowledge", type="http", auth="public", methods=["POST"], sitemap=False
    )
    def sign_acknowledge(self, token, **form):
        """Acknowledges what does not ask for a signature (a minor)."""
        link, refusal = self._open(token)
        if refusal:
            return refusal
        if not form.get("has_read"):
            error = request.env._("Tick the box that says that you have read the documents.")
            return self._page(link, token, error=error, form=form)
        signatures_sudo, error = self._chosen(link)
        if not error and any(s.required for s in signatures_sudo):
            error = request.env._("This document asks for your signature.")
        if not error:
            try:
                with request.env.cr.savepoint():
                    signatures_sudo._sign("button", link.name, proof=self._proof())
            except UserError as failure:
                error = str(failure)
        return self._page(link, token, error=error, form=form) if error else self._back(token)

    @http.route(
        "/bde/s/<token>/refuse", type="http", auth="public", methods=["POST"], sitemap=False
    )
    def sign_refuse(self, token, **form):
        """Refuses one document with a reason."""
        link, refusal = self._open(token)
        if refusal:
            return refusal
        signatures_sudo, error = self._chosen(link)
        if not error:
            try:
                with request.env.cr.savepoint():
                    signatures_sudo._refuse((form.get("reason") or "")[:1000], self._proof())
            except UserError as failure:
                error = str(failure)
        return self._page(link, token, error=error, form=form) if error else self._back(token)

    @http.route("/bde/s/<token>/renew", type="http", auth="public", methods=["POST"], sitemap=False)
    def sign_renew(self, token, **_form):
        """Sends a fresh link to the address of an expired one, never to another."""
        link = request.env["bde.link"]._find(token, "sign")
        if not link:
            return self._unknown()
        result = link._renew()
        env = link.with_context(lang=link.lang).env
        texts = {
            "sent": (
                env._("A fresh link is on its way"),
                env._("Look into your mailbox or your messages in a few minutes."),
            ),
            "capped": (
                env._("Enough links for today"),
                env._("Several links were sent to you already today: use the latest one."),
            ),
            "nothing": (
                env._("Nothing to sign"),
                env._("Nothing waits for your signature. Call the school if you expected it."),
            ),
            "closed": self._closed(env),
        }
        title, text = texts[result]
        return self._message(title, text, link.company_id, link.lang)

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    def _open(self, token):
        """The link of a token when it may be used, else the page that says why not.

        :return: (link, None) or (None, response)
        """
        link = request.env["bde.link"]._find(token, "sign")
        if not link:
            return None, self._unknown()
        link = link.with_context(lang=link.lang)
        request.update_context(lang=link.lang)
        status = link._status()
        if status == "valid":
            return link, None
        env = link.env
        if status == "expired":
            title = env._("This link is no longer valid")
            text = env._("Links are valid for some weeks only. You can get a fresh one now.")
            renew_url = f"/bde/s/{token}/renew"
        else:
            title, text = self._closed(env)
            renew_url = None
        page = self._message(
            title, text, link.company_id, link.lang, 410, renew_url=renew_url, link=link
        )
        return None, page

    def _closed(self, env):
        """(title, text) for a link that the school took back: it may be in wrong hands."""
        return (
            env._("This link was closed by the school"),
            env._("If something still waits for your signature, call the school."),
        )

    def _unknown(self):
        env = request.env
        return self._message(
            env._("This address leads nowhere"),
            env._(
                "Copy the whole address of the message you received, or call the school"
                " that wrote to you."
            ),
            status=404,
        )

    def _back(self, token, step=None):
        """Shows the page again by GET, so that reloading it sends nothing twice."""
        return request.redirect(f"/bde/s/{token}" + (f"?step={step}#sign" if step else ""), 303)

    def _chosen(self, link):
        """This person's signatures on the documents of the form, if they are what was shown.

        The form names each document with the hash of the content that the person had before
        his eyes; another hash means another version.

        :return: (signatures, error)
        """
        by_document = link._signatures().grouped("document_id")
        current = {
            f"{document.uuid}:{document.version_id.content_sha256}": signatures
            for document, signatures in by_document.items()
        }
        values = request.httprequest.form.getlist("document")
        if not values:
            return None, link.env._("Choose at least one document.")
        if not all(value in current for value in values):
            return None, link.env._(
                "A document changed since you opened this page. Here is its current version:"
                " read it, then sign."
            )
        return link.env["bde.document.signature"].union(*(current[v] for v in values)), None

    def _drawing(self, form, name):
        """Picture of the signature, None when it is typed.

        :return: (bytes or None, error)
        """
        env = request.env
        if form.get("method") == "drawn":
            try:
                image = clean_drawing(form.get("drawing"))
            except ValueError:
                return None, env._("The drawing could not be read: draw again, or type your name.")
            if image:
                return image, None
            return None, env._("Draw your signature in the frame, or type your name.")
        if not name:
            return None, env._("Type your first and last name.")
        return None, None

    def _code_error(self, verdict):
        env = request.env
        return {
            "wrong": env._("This is not the code that we sent. Look at it again."),
            "dead": env._("This code is no longer valid: ask for a new one."),
            "capped": env._(
                "Several codes were sent to you already: wait an hour, then ask again."
            ),
            "unreachable": env._("We have no address to send you a code: call the school."),
            "locked": env._(
                "Too many wrong codes: no code works until tomorrow, and nothing was signed. Call"
                " the school: it can open codes again, or have you sign there or on paper."
            ),
        }[verdict]

    def _page(self, link, token, step=None, error=None, form=None):
        """The signing page as it stands for this person."""
        values = link._page_values()
        channel, address = link._code_target()
        values |= {
            "link": link,
            "token": token,
            "step": "code" if step == "code" and link._code_is_live() else "read",
            "error": error,
            "form": form or {},
            "code_channel": channel,
            "code_address": address,
        }
        return self._render("bde_partnerships.sign_page", values, link.lang, 422 if error else 200)
