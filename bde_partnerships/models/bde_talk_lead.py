from odoo import fields, models

from .bde_talk import CALLBACK_DAYS

# A talk with one of these outcomes: somebody was there.
ANSWERED = ("reached", "agreed", "callback")
CALL = "mail.mail_activity_data_call"


class BdeTalk(models.Model):
    """What a talk changes on the lead that it was about."""

    _inherit = "bde.talk"

    def _follow_up(self):
        about_leads = self.filtered("lead_id")
        if about_leads:
            about_leads._bde_move_leads_on()
            # before a call back is planned, which is not done yet
            about_leads._bde_tick_calls_off()
        return super()._follow_up()

    def _bde_move_leads_on(self):
        """Leads leave their first stage once somebody answered.

        Who agrees to placements on the phone offers places; a contract or an agreement takes
        more than a word.
        """
        agreed = self.filtered(lambda talk: talk.outcome == "agreed").lead_id
        won = agreed.filtered(
            lambda lead: lead.bde_purpose == "placements" and lead.won_status == "pending"
        )
        if won:
            won.action_set_won()
        answered = self.filtered(lambda talk: talk.outcome in ANSWERED).lead_id
        for pipeline, leads in answered.grouped("bde_pipeline_id").items():
            first, second = pipeline._first_stage(), pipeline.stage_ids[1:2]
            fresh = leads.filtered(lambda lead, first=first: lead.stage_id == first)
            if fresh and second and not second.is_won:
                fresh.stage_id = second

    def _bde_tick_calls_off(self):
        """The call that was due on the lead is done, whoever of the school it was planned for."""
        call = self.env.ref(CALL)
        for talk in self:
            today = talk.company_id._bde_today()
            # the first call of a campaign is done, also before its day
            day = max(today, talk.lead_id.bde_call_on or today)
            # sudo: activities of the lead, that the caller may write on
            due = talk.lead_id.sudo().activity_ids.filtered(
                lambda one, day=day: one.activity_type_id == call and one.date_deadline <= day
            )
            if due:
                due.action_feedback(feedback=talk.display_name)

    def _plan_callback(self):
        """The call back about a lead is planned on the lead, where it is looked for."""
        about_leads = self.filtered("lead_id")
        for talk in about_leads:
            talk.lead_id.activity_schedule(
                CALL,
                fields.Date.add(talk.company_id._bde_today(), days=CALLBACK_DAYS),
                summary=self.env._("Call back"),
                note=talk.summary or False,
                user_id=talk.user_id.id,
            )
        return super(BdeTalk, self - about_leads)._plan_callback()
