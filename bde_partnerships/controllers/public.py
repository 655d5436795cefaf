"""What all pages without an account share: layout, language, headers."""

from odoo import http
from odoo.http import request
from odoo.tools import config

from ..rules.offer_form import TRAP

HEADERS = {
    # The address holds a secret: no cache, no search engine, no Referer keeps it.
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "SAMEORIGIN",
}


class PublicPage:
    """What controllers of public pages inherit, beside ``http.Controller``.

    Not a controller itself: Odoo melts all controllers that inherit one into a single class,
    and their helpers of the same name would take each other's place.
    """

    def _render(self, template, values, lang=None, status=200):
        """Page in the language of its reader, never kept by a cache.

        :param str template: XML id
        :param str lang: of the person when known, else the best one for the browser
        """
        request.update_context(lang=lang or request.best_lang or request.env.lang)
        response = request.render(template, values)
        response.status_code = status
        response.headers.update(HEADERS)
        return response

    def _message(self, title, text, company=None, lang=None, status=200, **values):
        """Page that says one thing in plain words."""
        values |= {"title": title, "text": text, "company": company}
        return self._render("bde_partnerships.public_message", values, lang, status)

    # ------------------------------------------------------------
    # Links
    # ------------------------------------------------------------

    def _find_link(self, token, purpose):
        """The link of a token, whatever became of it, in the language of its reader."""
        link = request.env["bde.link"]._find(token, purpose)
        link = link.with_context(lang=link.lang or request.env.lang)
        request.update_context(lang=link.env.lang)
        return link

    def _open_link(self, token, purpose):
        """The link of a token when it may be used, else the page that says why not.

        :return: (link, None) or (None, response)
        """
        link = self._find_link(token, purpose)
        if not link:
            return None, self._unknown()
        if link._status() == "valid" and self._opens(link):
            return link, None
        values = {
            "title": link.env._("This link is no longer valid"),
            "company": link.company_id,
            "lang": link.lang,
            "status": 410,
        }
        return None, self._message(**values | self._why_closed(link, token))

    def _opens(self, link):
        """Whether something is left behind a link that is valid."""
        return True

    def _why_closed(self, link, token):
        """What the page of a link that opens nothing says: ``text``, ``renew_url``, ``title``…

        :rtype: dict
        """
        return {"text": link.env._("Call the school: it sends you a new one.")}

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

    def _renewal_words(self, env):
        """{result: (title, text)} of a fresh link that was asked for, whatever it opens."""
        return {
            "sent": (
                env._("A fresh link is on its way"),
                env._("Look into your mailbox or your messages in a few minutes."),
            ),
            "capped": (
                env._("Enough links for today"),
                env._("Several links were sent to you already today: use the latest one."),
            ),
            "nothing": (
                env._("Nothing is left to do here"),
                env._("Call the school if you expected something."),
            ),
            "closed": (
                env._("This link is no longer valid"),
                env._("Call the school: it sends you a new one."),
            ),
        }

    def _renewed(self, token, purpose, verb):
        """Sends a fresh link to the address of one that has expired, and says what became of it.

        :param str verb: of ``bde.link``, gives a result of :meth:`_renewal_words`
        """
        link = self._find_link(token, purpose)
        if not link:
            return self._unknown()
        title, text = self._renewal_words(link.env)[getattr(link, verb)()]
        return self._message(title, text, link.company_id, link.lang)

    def _attachment_pdf(self, attachment, name):
        """A PDF, shown by the browser."""
        headers = HEADERS | {
            "Content-Type": "application/pdf",
            "Content-Disposition": http.content_disposition(name, "inline"),
            "X-Content-Type-Options": "nosniff",
        }
        return request.make_response(attachment.raw, list(headers.items()))

    def _proof(self):
        """Where a request comes from, for the erasable part of the journal.

        Odoo takes the address that a relay states in ``proxy_mode`` alone; otherwise the address
        is that of the relay, and the proof says so.
        """
        headers = request.httprequest.headers
        relayed = "X-Forwarded-For" in headers and not (
            config["proxy_mode"] and "X-Forwarded-Host" in headers
        )
        return {
            "ip": request.httprequest.remote_addr or "",
            "user_agent": (request.httprequest.user_agent.string or "")[:300],
        } | ({"ip_of": "proxy"} if relayed else {})


class SchoolFormPage(PublicPage):
    """A form of a school, found by its UAI, that anybody may send without an account.

    GET reads the name and the trainings of the school, POST proposes something that waits to be
    read. Nothing that was typed is shown to another visitor. No controller itself: whoever
    inherits says ``_form_url``, ``_form_done``, ``_form_clean``, ``_form_take`` and
    ``_form_page``.
    """

    def _form_url(self, company_sudo):
        """Address of the form of a school."""
        raise NotImplementedError

    def _form_done(self, company_sudo):
        """The page that says thank you."""
        raise NotImplementedError

    def _form_clean(self, company_sudo, post):
        """(values, ``{box: code of what is wrong}``) of what was typed."""
        raise NotImplementedError

    def _form_take(self, company_sudo, values):
        """Keeps what is proposed; whether it could: False when too much came in the hour."""
        raise NotImplementedError

    def _form_page(self, company_sudo, post, codes=None, status=200):
        """The form with what was typed; what is wrong stands above it and beside its box."""
        raise NotImplementedError

    def _form_answer(self, uai, post):
        """Shows the form of a school, takes what is posted."""
        company_sudo = self._school(uai)
        if not company_sudo:
            return self._message(
                request.env._("This address leads nowhere"),
                request.env._("There is no school of this name here."),
                status=404,
            )
        if request.httprequest.method != "POST":  # HEAD comes here too
            if post.get("done"):
                return self._form_done(company_sudo)
            return self._form_page(company_sudo, {})
        done = request.redirect(f"{self._form_url(company_sudo)}?done=1", code=303)
        if post.get(TRAP):
            return done  # a robot learns nothing
        values, codes = self._form_clean(company_sudo, post)
        if codes:
            return self._form_page(company_sudo, post, codes, 422)
        # core's own refusal throws away what was typed
        if not request.validate_csrf(post.get("csrf_token")):
            return self._form_page(company_sudo, post, {"page": "page"}, 422)
        if not self._form_take(company_sudo, values):
            return self._form_page(company_sudo, post, {"page": "busy"}, 429)
        return done

    def _school(self, uai):
        # sudo: name and trainings of a school are public
        Company = request.env["res.company"].sudo()
        return Company.search(
            [("uai", "=", uai.replace("\0", "?").upper()[:8]), ("bde_kind", "=", "school")], limit=1
        )

    def _form_trainings(self, company_sudo):
        """Diplomas of a school, each once: of the codes of its years the last, that of leavers."""
        trainings = company_sudo.env["bde.training"].search(
            [("company_id", "=", company_sudo.id)], order="name, mef desc, id"
        )
        return trainings.browse([ones[0].id for ones in trainings.grouped("name").values()])

    def _form_lang(self):
        return request.best_lang or request.env.lang
