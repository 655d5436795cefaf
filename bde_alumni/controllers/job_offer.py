from odoo import http
from odoo.fields import Command
from odoo.http import request

from odoo.addons.bde_partnerships.controllers.public import SchoolFormPage
from odoo.addons.bde_partnerships.rules.offer_form import TRAP

from ..rules import job_offer_form


class JobOfferPage(SchoolFormPage, http.Controller):
    """Where a company proposes a job or an apprenticeship to those who leave the school.

    Beside the page of the bureau, ``/bde/c/<UAI>``; the offer waits to be read.
    """

    # csrf=False: checked by the form, which keeps what was typed
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
        return self._form_answer(school, post)

    def _form_url(self, company_sudo):
        return f"/bde/c/{company_sudo.uai}/job"

    def _form_done(self, company_sudo):
        return self._render("bde_alumni.job_offer_done", {"company": company_sudo})

    def _form_clean(self, company_sudo, post):
        kinds = dict(request.env["bde.job.offer"]._kind_words())
        values, trainings, codes = job_offer_form.clean(
            post, kinds, self._form_trainings(company_sudo).ids
        )
        proposer, more = job_offer_form.clean_proposer(post)
        ticked = {"training_ids": [Command.set(trainings)]}
        return values | proposer | ticked, codes | more

    def _form_take(self, company_sudo, values):
        # sudo: see bde.job.offer._propose
        Offer = request.env["bde.job.offer"].sudo()
        origin = Offer._digest(request.httprequest.remote_addr or "")
        if Offer._is_busy(company_sudo, origin):
            return False
        Offer._propose(company_sudo, values | {"origin": origin}, "company")
        return True

    def _form_page(self, company_sudo, post, codes=None, status=200):
        lang = self._form_lang()
        Offer = request.env(context=dict(request.env.context, lang=lang))["bde.job.offer"]
        values = {
            "company": company_sudo,
            "values": post,
            "errors": {name: Offer._sentence(code) for name, code in (codes or {}).items()},
            "limits": job_offer_form.TEXTS | job_offer_form.PROPOSER,
            "trap": TRAP,
            "kinds": Offer._kind_words(),
            "trainings": self._form_trainings(company_sudo),
        }
        return self._render("bde_alumni.job_offer_form", values, lang, status)
