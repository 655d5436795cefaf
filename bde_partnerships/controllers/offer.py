from odoo import http
from odoo.http import request

from ..rules import offer_form
from .public import PublicPage

# What a company may propose; the words are those of the page.
OFFERS = ("placements", "apprenticeship", "visits", "forum", "jury", "tutoring", "tax")


class OfferPage(PublicPage, http.Controller):
    """The page of a bureau where companies propose something, on a phone, without an account.

    GET reads the name and the trainings of the school, POST makes a request that waits to be
    sorted. Nothing that was typed is shown to another visitor.
    """

    # csrf=False: checked below, for core's own refusal throws away what was typed
    @http.route(
        "/bde/c/<string:school>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        sitemap=False,
    )
    def offer(self, school, **post):
        """Shows the form of a school, takes what is posted."""
        company_sudo = self._school(school)
        if not company_sudo:
            return self._message(
                request.env._("This address leads nowhere"),
                request.env._("There is no school of this name here."),
                status=404,
            )
        if request.httprequest.method != "POST":  # HEAD comes here too
            return self._done(company_sudo) if post.get("done") else self._form(company_sudo, {})
        return self._take(company_sudo, post)

    def _school(self, uai):
        # sudo: name and trainings of a school are public
        Company = request.env["res.company"].sudo()
        return Company.search(
            [("uai", "=", uai.replace("\0", "?").upper()[:8]), ("bde_kind", "=", "school")], limit=1
        )

    def _take(self, company_sudo, post):
        done = request.redirect(f"/bde/c/{company_sudo.uai}?done=1", code=303)
        if post.get(offer_form.TRAP):
            return done  # a robot learns nothing
        trainings = self._trainings(company_sudo)
        values, codes = offer_form.clean(post, OFFERS, trainings.ids)
        if codes:
            return self._form(company_sudo, post, codes)
        if not request.validate_csrf(post.get("csrf_token")):
            return self._form(company_sudo, post, {"page": "page"})
        # sudo: see _bde_from_form
        Lead = request.env["crm.lead"].sudo()
        origin = Lead._bde_origin(request.httprequest.remote_addr or "")
        if Lead._bde_form_is_busy(company_sudo, origin):
            return self._form(company_sudo, post, {"page": "busy"}, status=429)
        Lead._bde_from_form(company_sudo, values, origin)
        return done

    # ------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------

    def _trainings(self, company_sudo):
        return company_sudo.env["bde.training"].search(
            [("company_id", "=", company_sudo.id)], order="name"
        )

    def _done(self, company_sudo):
        return self._render("bde_partnerships.offer_done", {"company": company_sudo})

    def _form(self, company_sudo, post, codes=None, status=None):
        """The form with what was typed; what is wrong stands above it and beside its box."""
        env = request.env(context=dict(request.env.context, lang=self._lang()))
        values = {
            "company": company_sudo,
            "values": post,
            "errors": {name: self._sentence(env, code) for name, code in (codes or {}).items()},
            "limits": offer_form.TEXTS,
            "trap": offer_form.TRAP,
            "offers": self._offers(env),
            "trainings": self._trainings(company_sudo),
            **company_sudo.with_context(lang=self._lang())._bde_offer_page_values(),
        }
        status = status or (422 if codes else 200)
        return self._render("bde_partnerships.offer_form", values, self._lang(), status)

    def _lang(self):
        return request.best_lang or request.env.lang

    def _offers(self, env):
        """(code, words) of what may be proposed, in the language of the page."""
        words = {
            "placements": env._("Take pupils in for a work placement (PFMP)"),
            "apprenticeship": env._("Recruit an apprentice"),
            "visits": env._("Show our company to a class"),
            "forum": env._("Come to the school: forum, presentation of trades"),
            "jury": env._("Sit in exam juries"),
            "tutoring": env._("Help pupils: advice, interviews, mentoring"),
            "tax": env._("Give the taxe d'apprentissage to the school"),
        }
        return [(code, words[code]) for code in OFFERS]

    def _sentence(self, env, code):
        return {
            "required": env._("Please fill in this box."),
            "siret": env._("This is not a SIRET: 14 digits, on your invoices. Or leave it empty."),
            "email": env._("This e-mail address is not complete."),
            "phone": env._("This phone number is not complete: 10 digits."),
            "reach": env._("Give an e-mail address or a phone number, so that we can answer."),
            "pupils": env._("Write a number between 1 and 99, or leave it empty."),
            "offers": env._("Tick what you propose, or write us a few words."),
            "consent": env._("Tick this box, so that we may keep your request and answer it."),
            "page": env._(
                "This page was open for too long, or your browser keeps no cookies. Nothing is"
                " lost: send it again. If it goes on, call us or write to us."
            ),
            "busy": env._(
                "Many requests came from your address within the hour. Please try again later,"
                " call us or write to us."
            ),
        }[code]
