from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from odoo.addons.bde_partnerships.controllers.public import PublicPage


class EvaluationPage(PublicPage, http.Controller):
    """A grid that staff fill in for a tutor: on the telephone, or with him at the visit.

    The rights are those of the user on the evaluation.
    """

    def _evaluation(self, number):
        evaluation = request.env["bde.evaluation"].browse(number).exists()
        if not evaluation or not evaluation.has_access("write"):
            raise NotFound
        return evaluation

    @http.route("/bde/evaluation/<int:number>", type="http", auth="user", methods=["GET"])
    def evaluation(self, number, **query):
        """The grid with what was answered so far; handed in, it is shown in Odoo."""
        evaluation = self._evaluation(number)
        if evaluation.source == "link" or evaluation.state == "submitted":
            return request.redirect(self._back(evaluation))
        told = request.env._("Your answers are kept.") if query.get("kept") else None
        return self._page(evaluation, evaluation._typed(), {}, told)

    @http.route("/bde/evaluation/<int:number>", type="http", auth="user", methods=["POST"])
    def evaluation_post(self, number, **form):
        """Takes a draft, or hands it in."""
        evaluation = self._evaluation(number)
        if evaluation.source == "link" or evaluation.state == "submitted":
            return request.redirect(self._back(evaluation), 303)
        errors = evaluation._take_form(form)
        if errors:
            return self._page(evaluation, form, errors, None)
        if form.get("step") == "draft":
            return request.redirect(f"/bde/evaluation/{number}?kept=1", 303)
        return request.redirect(self._back(evaluation), 303)

    def _back(self, evaluation):
        return f"/odoo/action-bde_pfmp.action_evaluation/{evaluation.id}"

    def _page(self, evaluation, values, errors, told):
        placement = evaluation.placement_id
        sources = dict(evaluation._fields["source"]._description_selection(request.env))
        page = {
            "evaluation": evaluation,
            "placement": placement,
            "company": evaluation.company_id,
            "how": sources[evaluation.source],
            "groups": placement._evaluation_groups(evaluation._lines()),
            "values": values,
            "errors": errors,
            "action": f"/bde/evaluation/{evaluation.id}",
            "back": self._back(evaluation),
            "told": told,
        }
        lang = request.env.user.lang
        return self._render("bde_pfmp.evaluation_page", page, lang, 422 if errors else 200)
