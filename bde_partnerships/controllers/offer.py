from odoo import http
from odoo.http import request

from ..rules import offer_form
from .public import SchoolFormPage

# What a company may propose; the words are those of the page.
OFFERS = ("placements", "apprenticeship", "visits", "forum", "jury", "tutoring", "tax")


class OfferPage(SchoolFormPage, http.Controller):
    """The page of a bureau where companies propose something: a request that is to be sorted."""

    # csrf=False: checked by the form, which keeps what was typed
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
        return self._form_answer(school, post)

    def _form_url(self, company_sudo):
        return f"/bde/c/{company_sudo.uai}"

    def _form_done(self, company_sudo):
        return self._render("bde_partnerships.offer_done", {"company": company_sudo})

    def _form_clean(self, company_sudo, post):
        return offer_form.clean(post, OFFERS, self._form_trainings(company_sudo).ids)

    def _form_take(self, company_sudo, values):
        # sudo: see _bde_from_form
        Lead = request.env["crm.lead"].sudo()
        origin = Lead._bde_origin(request.httprequest.remote_addr or "")
        if Lead._bde_form_is_busy(company_sudo, origin):
            return False
        Lead._bde_from_form(company_sudo, values, origin)
        return True

    def _form_page(self, company_sudo, post, codes=None, status=200):
        lang = self._form_lang()
        env = request.env(context=dict(request.env.context, lang=lang))
        values = {
            "company": company_sudo,
            "values": post,
            "errors": {name: self._sentence(env, code) for name, code in (codes or {}).items()},
            "limits": offer_form.TEXTS,
            "trap": offer_form.TRAP,
            "offers": self._offers(env),
            "trainings": self._form_trainings(company_sudo),
            **company_sudo.with_context(lang=lang)._bde_offer_page_values(),
        }
        return self._render("bde_partnerships.offer_form", values, lang, status)

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
