from odoo import http
from odoo.fields import Command
from odoo.http import request

from odoo.addons.bde_partnerships.controllers.public import PublicPage
from odoo.addons.bde_partnerships.rules.offer_form import TRAP

from ..rules import job_offer_form


class JobOfferPage(PublicPage, http.Controller):
    """Where a company proposes a job or an apprenticeship to those who leave the school.

    Beside the page of the bureau, ``/bde/c/<UAI>``, on a phone, without an account. GET reads
    the name and the trainings of the school, POST makes an offer that waits to be read. Nothing
    that was typed is shown to another visitor.
    """

    # csrf=False: checked below, for core's own refusal throws away what was typed
    @http.route(
        "/bde/c/<string:school>/job",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        sitemap=False,
    )
    def job_offer(self, school, **post):
        """Shows the form of a school, takes what is posted."""
        company_sudo = self._job_school(school)
        if not company_sudo:
            return self._message(
                request.env._("This address leads nowhere"),
                request.env._("There is no school of this name here."),
                status=404,
            )
        if request.httprequest.method != "POST":  # HEAD comes here too
            if post.get("done"):
                return self._render("bde_alumni.job_offer_done", {"company": company_sudo})
            return self._job_form(company_sudo, {})
        return self._job_take(company_sudo, post)

    def _job_school(self, uai):
        # sudo: name and trainings of a school are public
        Company = request.env["res.company"].sudo()
        return Company.search(
            [("uai", "=", uai.replace("\0", "?").upper()[:8]), ("bde_kind", "=", "school")], limit=1
        )

    def _job_take(self, company_sudo, post):
        done = request.redirect(f"/bde/c/{company_sudo.uai}/job?done=1", code=303)
        if post.get(TRAP):
            return done  # a robot learns nothing
        # sudo: see bde.job.offer._propose
        Offer = request.env["bde.job.offer"].sudo()
        values, trainings, codes = job_offer_form.clean(
            post, dict(Offer._kind_words()), self._job_trainings(company_sudo).ids
        )
        proposer, more = job_offer_form.clean_proposer(post)
        if codes | more:
            return self._job_form(company_sudo, post, codes | more)
        if not request.validate_csrf(post.get("csrf_token")):
            return self._job_form(company_sudo, post, {"page": "page"})
        origin = Offer._digest(request.httprequest.remote_addr or "")
        if Offer._is_busy(company_sudo, origin):
            return self._job_form(company_sudo, post, {"page": "busy"}, status=429)
        ticked = {"training_ids": [Command.set(trainings)], "origin": origin}
        Offer._propose(company_sudo, values | proposer | ticked, "company")
        return done

    def _job_trainings(self, company_sudo):
        return company_sudo.env["bde.training"].search(
            [("company_id", "=", company_sudo.id)], order="name"
        )

    def _job_form(self, company_sudo, post, codes=None, status=None):
        """The form with what was typed; what is wrong stands above it and beside its box."""
        lang = request.best_lang or request.env.lang
        Offer = request.env(context=dict(request.env.context, lang=lang))["bde.job.offer"]
        values = {
            "company": company_sudo,
            "values": post,
            "errors": {name: Offer._sentence(code) for name, code in (codes or {}).items()},
            "limits": job_offer_form.TEXTS | job_offer_form.PROPOSER,
            "trap": TRAP,
            "kinds": Offer._kind_words(),
            "trainings": self._job_trainings(company_sudo),
        }
        status = status or (422 if codes else 200)
        return self._render("bde_alumni.job_offer_form", values, lang, status)
