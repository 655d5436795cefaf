from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..rules import turns
from .signing import SigningTools

TYPED_KINDS = ("change", "no_authority")


class SignAnswers(SigningTools, http.Controller):
    """What a person does instead of signing: refuse, or answer. POST only, with CSRF.

    No code is asked: whoever holds the link may say "it is not me". What each answer does is
    undone by one click, of the person or of the school, and signs nothing.
    """

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
        if error:
            return self._page(link, token, error=error, form=form, answering="refuse")
        return self._back(token)

    @http.route(
        "/bde/s/<token>/unrefuse", type="http", auth="public", methods=["POST"], sitemap=False
    )
    def sign_unrefuse(self, token, **form):
        """Takes a refusal back, while the school has not begun to correct."""
        link, refusal = self._open(token)
        if refusal:
            return refusal
        refused_sudo = link._signatures().filtered(
            lambda s: s.state == "refused" and s.document_id.uuid == form.get("document")
        )
        if not refused_sudo:  # twice the same request
            return self._back(token)
        try:
            with request.env.cr.savepoint():
                refused_sudo._take_back_refusal(self._proof())
        except UserError as failure:
            return self._page(link, token, error=str(failure), form=form)
        return self._back(token, told="unrefused")

    @http.route(
        "/bde/s/<token>/answer", type="http", auth="public", methods=["POST"], sitemap=False
    )
    def sign_answer(self, token, **form):
        """Takes an answer: not me, no authority, change this."""
        link, refusal = self._open(token)
        if refusal:
            return refusal
        open_sudo = link._signatures().filtered(lambda s: s.state in turns.OPEN)
        kind = form.get("kind")
        if kind == "not_me":
            link._not_me(self._proof())
            return self._back(token)
        if kind not in TYPED_KINDS or not open_sudo:
            return self._back(token)
        signatures_sudo, error = self._chosen(link, open_sudo)
        if not error:
            try:
                with request.env.cr.savepoint():
                    signatures_sudo.env["bde.document.answer"]._record(
                        kind, signatures_sudo[:1], form, self._proof()
                    )
            except UserError as failure:
                error = str(failure)
        if error:
            return self._page(link, token, error=error, form=form, answering=kind)
        return self._back(token, told="change" if kind == "change" else "authority")
