from odoo import fields, models
from odoo.exceptions import UserError


class BdeMerge(models.Model):
    """What the académie does with a proposal."""

    _inherit = "bde.merge"

    def action_swap(self):
        """Keeps the other one."""
        self._check_decider()
        # sudo: checked above; the companies of a proposal are written by verbs alone
        for merge in self.sudo().filtered(lambda m: m.state == "proposed"):
            merge.write({"keep_id": merge.drop_id.id, "drop_id": merge.keep_id.id})
            merge._set_names()
            merge._build_lines()
        return True

    def action_merge(self):
        """Merges, in one transaction: all is moved or nothing is.

        :raise UserError: decided already, what must not be merged, a reason that is missing
        """
        self.ensure_one()
        self._check_decider()
        if self.state != "proposed":
            raise UserError(self.env._("This was decided already."))
        advice, text = self.keep_id._bde_merge_advice(self.drop_id)
        if advice.level == "stop":
            raise UserError(text)
        if advice.level == "warn" and not (self.confirm_reason or "").strip():
            raise UserError(
                self.env._("%(warning)s Say why they are one all the same.", warning=text)
            )
        # sudo: the verb moves what no role may read; the right was checked above
        merge = self.sudo().with_context(bde_merge_id=self.id)
        # before anything is written: whoever comes second is told, and waits for nobody
        merge.keep_id._bde_merge_lock(merge.drop_id, merge)
        choices = {line.field: line.choice for line in merge.line_ids}
        merge._set_names()
        keep, drop = merge.keep_id, merge.drop_id
        outcome = keep._bde_merge(drop, choices, merge.company_id._bde_academy())
        merge._store_decision("done", report=keep._bde_merge_report(outcome, merge))
        return True

    def action_refuse(self, answer=None):
        """Refuses, with the reason that the school reads; asks for it when there is none."""
        self._check_decider()
        if not (answer or "").strip():
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Refuse the merge"),
                "res_model": "bde.merge.refuse",
                "view_mode": "form",
                "target": "new",
                "context": {"default_merge_ids": self.ids},
            }
        if self.filtered(lambda m: m.state != "proposed"):
            raise UserError(self.env._("This was decided already."))
        # sudo: checked above
        self.sudo()._store_decision("refused", answer=answer.strip())
        return True

    def action_group(self):
        """Keeps both: two establishments of one company are put below it."""
        self.ensure_one()
        self._check_decider()
        # sudo: checked above; shared companies are written by verbs alone
        (self.keep_id | self.drop_id).sudo()._bde_group_entities()
        return self.action_refuse(
            self.env._("Two establishments of one company: both are kept, grouped below it.")
        )

    def _store_decision(self, state, **vals):
        self.write(
            dict(vals, state=state, decided_by_id=self.env.uid, decided_on=fields.Datetime.now())
        )
        self._tell_proposers()

    def _tell_proposers(self):
        """An activity for who proposed, in his language."""
        for merge in self.filtered(lambda m: m.origin == "school" and m.proposer_id.active):
            env = merge.with_context(lang=merge.proposer_id.lang or self.env.lang).env
            if merge.state == "done":
                summary = env._("%(name)s was merged", name=merge.drop_name)
                note = env._("It is now one with %(name)s.", name=merge.keep_name)
            else:
                summary = env._("The merge of %(name)s was refused", name=merge.drop_name)
                note = merge.answer
            merge.activity_schedule(
                "mail.mail_activity_data_todo",
                merge.company_id._bde_today(),
                summary=summary,
                note=note,
                user_id=merge.proposer_id.id,
            )
