from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..rules import call_days

CALL = "mail.mail_activity_data_call"
# School holidays are looked up this far ahead.
HORIZON_YEARS = 2


class BdeCampaign(models.Model):
    """What a campaign does: looks at its list, then fills the pipeline with it."""

    _inherit = "bde.campaign"

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"pipeline_id", "reason"}:
            self.action_check()
        return result

    # ------------------------------------------------------------
    # Looking
    # ------------------------------------------------------------

    def action_check(self):
        """Says for each company that has no lead yet whether it is kept, and why not.

        What somebody left out by hand stays so. As many queries for one company as for 200.
        """
        for campaign in self:
            campaign.check_access("write")
            targets = campaign.target_ids.filtered(
                lambda one: one.state != "done" and one.skip_reason != "hand"
            )
            employers = targets.partner_id
            verdicts = employers._bde_solicitation(campaign.company_id, campaign.purpose)
            busy = campaign._in_progress(employers)
            for target in targets:
                target._judge(verdicts[target.partner_id], target.partner_id in busy)
        return True

    def _in_progress(self, employers):
        """Those of these companies with an open lead in this pipeline at the school."""
        leads = self.env["crm.lead"].search_fetch(
            [
                ("company_id", "=", self.company_id.id),
                ("bde_pipeline_id", "=", self.pipeline_id.id),
                ("bde_employer_id", "in", employers.ids),
                ("won_status", "=", "pending"),
            ],
            ["bde_employer_id"],
        )
        return leads.bde_employer_id

    # ------------------------------------------------------------
    # Filling the pipeline
    # ------------------------------------------------------------

    def action_create_leads(self):
        """Makes the leads of the kept companies, with a planned call each.

        Looks at the list again first: somebody may have called since. A company that has its
        lead is left alone, so that doing it twice changes nothing.

        :raise UserError: nobody calls, or no company is left
        """
        self.ensure_one()
        self.company_id._bde_check_user_is("secretary")
        # two clicks at the same time: the second finds the leads of the first
        self.lock_for_update()
        self.target_ids.invalidate_recordset(["state", "lead_id"])
        if not self.user_ids:
            raise UserError(self.env._("Say who calls."))
        self.action_check()
        targets = self.target_ids.filtered(lambda one: one.state == "kept" and not one.lead_id)
        if not targets and not self.lead_ids:
            raise UserError(
                self.env._("No company is left to call. Add some, or see why they are left out.")
            )
        if targets:
            leads = self._create_leads(targets)
            self._plan_calls(leads)
        self.state = "running"
        return self.action_open_board()

    def _create_leads(self, targets):
        """Leads of these targets in their order; relations are made where they are missing."""
        relations = self.env["bde.relation"]._bde_ensure(targets.partner_id, self.company_id)
        relation_of = relations.grouped("partner_id")
        users = self._callers(len(targets))
        days = self._call_days(len(targets))
        Lead = self.env["crm.lead"].with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True, mail_auto_subscribe_no_notify=True
        )
        stage = self.pipeline_id._first_stage()
        leads = Lead.create(
            [
                {
                    "type": "opportunity",
                    "name": target.partner_name,
                    "company_id": self.company_id.id,
                    "bde_campaign_id": self.id,
                    "bde_source": "campaign",
                    "bde_pipeline_id": self.pipeline_id.id,
                    "stage_id": stage.id,
                    "bde_relation_id": relation_of[target.partner_id].id,
                    "partner_id": target.partner_id.id,
                    "bde_training_ids": [Command.set(self.training_id.ids)],
                    "user_id": user.id,
                    "bde_call_on": day,
                }
                for target, user, day in zip(targets, users, days, strict=True)
            ]
        )
        for target, lead in zip(targets, leads, strict=True):
            target.write({"state": "done", "lead_id": lead.id})
        return leads

    def _plan_calls(self, leads):
        """A planned call on each lead, on its day, for whoever has it."""
        model = self.env["ir.model"]._get("crm.lead")
        call = self.env.ref(CALL)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": call.id,
                    "summary": self.name,
                    "res_model_id": model.id,
                    "res_id": lead.id,
                    "user_id": lead.user_id.id,
                    "date_deadline": lead.bde_call_on,
                }
                for lead in leads
            ]
        )

    def _callers(self, count):
        """Who calls each of so many companies: they take turns, where they stopped last."""
        users = list(self.user_ids)
        done = len(self.lead_ids)
        return [users[(done + number) % len(users)] for number in range(count)]

    def _call_days(self, count):
        """Days of so many calls, after those that are planned already.

        Neither week-ends nor public or school holidays; never before today.

        :rtype: list[datetime.date]
        """
        self.ensure_one()
        if count < 1:
            return []
        planned = self.lead_ids.filtered("bde_call_on").mapped("bde_call_on")
        start = max(self.date_start, self.company_id._bde_today())
        if planned and max(planned) >= start:
            # the week that the calls before ended in is full
            start = fields.Date.add(call_days.monday_of(max(planned)), days=7)
        closed = self.env["bde.holiday"]._between(
            self.company_id, start, fields.Date.add(start, years=HORIZON_YEARS)
        )
        spans = [(holiday.date_start, holiday.date_end) for holiday in closed]
        return call_days.spread(start, count, max(1, self.per_week), spans)
