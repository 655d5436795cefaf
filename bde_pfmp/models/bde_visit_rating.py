from odoo import api, models
from odoo.exceptions import UserError


class BdeVisit(models.Model):
    """The referent's view on the site, asked on his page when the stay ends."""

    _inherit = "bde.visit"

    @api.model
    def _phone_entries(self, today):
        entries = super()._phone_entries(today)
        asked = self._phone_questions([entry["placement"] for entry in entries])
        return [entry | {"questions": asked.get(entry["placement"])} for entry in entries]

    @api.model
    def _phone_questions(self, ids):
        """What the referent is asked about each site: nothing before the end, nor twice.

        Constant queries, but one for each last day.

        :return: {id of the placement: questions}
        """
        placements = self.env["bde.placement"].browse(ids).filtered(self._is_my_pupil)
        ending = placements.filtered(lambda one: not one._rating_obstacle())
        # sudo: whether there is an answer already
        known = self.env["bde.rating"].sudo()
        rated = known.search(
            [("placement_id", "in", ending.ids), ("view", "=", "referent")]
        ).placement_id
        result = {}
        for day, same_day in (ending - rated.with_env(self.env)).grouped("date_end").items():
            result |= dict.fromkeys(same_day.ids, self.env["bde.question"]._asked("referent", day))
        return result

    @api.model
    def _is_my_pupil(self, placement):
        # sudo: whose pupil it is
        return placement.referent_id.sudo().user_id == self.env.user

    @api.model
    def _rate_from_phone(self, number, form):
        """Keeps what the referent answers about a site.

        :param str number: id of the placement, as the form sends it
        :param dict form: codes of questions and their answers, ``comment``
        :raises UserError: not his pupil, too early, a question without an answer
        """
        placement = self._placement_of({"placement": number})
        if not self._is_my_pupil(placement):
            raise UserError(self.env._("Only the referent teacher answers these questions."))
        questions = self.env["bde.question"]._asked("referent", placement.date_end)
        answers = {
            question.code: int(form[question.code])
            for question in questions
            if str(form.get(question.code) or "").isdecimal()
        }
        return placement._rate("referent", answers, form.get("comment") or "")
