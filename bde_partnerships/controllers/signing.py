from odoo.http import request

from ..pdf.drawing import clean_drawing
from .public import PublicPage


class SigningTools(PublicPage):
    """What the pages of signers share: the link, the documents of the form, the drawing.

    Not a controller itself, see ``PublicPage``.
    """

    def _open(self, token):
        """(link, None) of a token that may be used, or (None, response)."""
        return self._open_link(token, "sign")

    def _why_closed(self, link, token):
        if link._status() == "expired":
            return {
                "text": link.env._(
                    "Links are valid for some weeks only. You can get a fresh one now."
                ),
                "renew_url": f"/bde/s/{token}/renew",
                "link": link,
            }
        title, text = self._closed(link.env, link.closed_by)
        return {"title": title, "text": text, "link": link}

    def _closed(self, env, closed_by=None):
        """(title, text) for a link that was closed: it may be in wrong hands."""
        if closed_by == "not_me":
            return (
                env._("Thank you: this link is closed"),
                env._(
                    "You told the school that these documents are not for you. It looks for the"
                    " right address. A mistake? Call the school: it sends you a new link."
                ),
            )
        return (
            env._("This link was closed by the school"),
            env._("If something still waits for your signature, call the school."),
        )

    def _back(self, token, step=None, told=None):
        """Shows the page again by GET, so that reloading it sends nothing twice."""
        query = f"?step={step}#sign" if step else f"?told={told}" if told else ""
        return request.redirect(f"/bde/s/{token}{query}", 303)

    def _chosen(self, link, signatures=None):
        """This person's signatures on the documents of the form, if they are what was shown.

        The form names each document with the hash of the content that the person had before
        his eyes; another hash means another version.

        :param signatures: among which to choose, all those of the link by default
        :return: (signatures, error)
        """
        signatures = link._signatures() if signatures is None else signatures
        by_document = signatures.grouped("document_id")
        current = {
            f"{document.uuid}:{document.version_id.content_sha256}": theirs
            for document, theirs in by_document.items()
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

    def _page(self, link, token, step=None, error=None, form=None, answering=None, told=None):
        """The signing page as it stands for this person.

        :param str answering: which of the other answers is open, after an error in it
        :param str told: sentence that says what was just done
        """
        values = link._page_values()
        channel, address = link._code_target()
        values |= {
            "link": link,
            "token": token,
            "step": "code" if step == "code" and link._code_is_live() else "read",
            "error": error,
            "form": form or {},
            "answering": answering,
            "told": told,
            "in_person": False,
            "code_channel": channel,
            "code_address": address,
        }
        return self._render("bde_partnerships.sign_page", values, link.lang, 422 if error else 200)
