from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .signing import SigningTools


class SignPage(SigningTools, http.Controller):
    """The signing page: GET reads and changes nothing, POST acts.

    The token is checked before anything is read; records are in sudo, in the company of
    the link and no other (``bde.link._find``).
    """

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    @http.route("/bde/s/<token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def sign_page(self, token, **query):
        """What this person has to sign, signed, or waits for."""
        link, refusal = self._open(token)
        if refusal:
            return refusal
        env = link.env
        told = {
            "change": env._("The school has your message and answers you. Nothing was signed."),
            "authority": env._("Thank you. The school asks the person whom you named."),
            "unrefused": env._("Your refusal is taken back: the signatures go on."),
        }.get(query.get("told"))
        return self._page(link, token, step=query.get("step"), told=told)

    @http.route(
        "/bde/s/<token>/<uuid>.pdf", type="http", auth="public", methods=["GET"], sitemap=False
    )
    def sign_pdf(self, token, uuid, **_query):
        """The PDF of one of this person's documents: sealed, else the current version."""
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
        return self._attachment_pdf(attachment_sudo, f"{document_sudo.number}.pdf")

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
        was_locked = link._locked_until()
        verdict = "locked" if was_locked else link._check_code(form.get("code"))
        if verdict != "right":
            if not was_locked:  # guesses against a closed door would fill the journal
                link._log_wrong_code(signatures_sudo, self._proof())
            error = self._code_error(verdict)
            return self._page(link, token, step="code", error=error, form=form)
        proof = self._proof() | {
            "code_channel": link.code_channel,
            "link": link.token_hash[:16],
            "code": link.code_hmac,
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

    @http.route("/bde/s/<token>/renew", type="http", auth="public", methods=["POST"], sitemap=False)
    def sign_renew(self, token, **_form):
        """Sends a fresh link to the address of an expired one, never to another."""
        link = request.env["bde.link"]._find(token, "sign")
        if not link:
            return self._unknown()
        result = link._renew()
        env = link.with_context(lang=link.lang).env
        texts = {
            **self._renewal_words(env),
            "nothing": (
                env._("Nothing to sign"),
                env._("Nothing waits for your signature. Call the school if you expected it."),
            ),
            "closed": self._closed(env),
        }
        title, text = texts[result]
        return self._message(title, text, link.company_id, link.lang)
