from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

# placements that a block concerns: somebody may go there, or is there
OPEN = ("hosting", "agreed", "draft", "to_check", "to_sign", "partly_signed", "signed", "running")

# written by the verbs alone
DECIDED = {"state", "answer", "decided_by_id", "decided_on", "block_id", "proposer_id"}


class BdeSiteBlock(models.Model):
    _inherit = "bde.site.block"

    def _tell_schools(self):
        """An activity for the bureaus that have pupils there, now or soon.

        On the page of the company at each school, for who follows it there.
        """
        self.ensure_one()
        # sudo: the académie reads no placement: it tells schools about theirs
        block = self.sudo()
        family = block.partner_id | block.partner_id.bde_child_ids
        family |= family.bde_child_ids
        groups = block.env["bde.placement"]._read_group(
            [
                ("company_id", "child_of", block.company_id.id),
                ("host_id", "in", family.ids),
                ("state", "in", OPEN),
                ("date_end", ">=", block.date_from),
            ],
            ["company_id", "host_id"],
            ["__count"],
        )
        relations = block.env["bde.relation"].search(
            [
                ("company_id", "in", [company.id for company, _host, _count in groups]),
                ("partner_id", "in", [host.id for _company, host, _count in groups]),
            ]
        )
        counts = {(company, host): count for company, host, count in groups}
        owners = relations._bde_owners()
        for relation in relations:
            count = counts.get((relation.company_id, relation.partner_id))
            if count and owners[relation]:
                relation._tell_block(block, count, owners[relation])


class BdeRelation(models.Model):
    _inherit = "bde.relation"

    def _tell_block(self, block, count, owner):
        env = self.with_context(lang=owner.lang or self.env.lang).env
        block = block.with_env(env)
        if block.lifted_on:
            summary = env._("No longer forbidden for placements")
            note = env._("%(count)s placements there: %(reason)s", count=count,
                         reason=block.lift_reason)  # fmt: skip
        else:
            summary = env._("Forbidden for placements: look at your pupils")
            note = env._(
                "%(count)s placements there are open. %(text)s",
                count=count,
                text=block._sentence(),
            )
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            self.company_id._bde_today(),
            summary=summary,
            note=note,
            user_id=owner.id,
        )


class BdeSiteBlockRequest(models.Model):
    """From the proposal of a school to the decision of the académie."""

    _inherit = "bde.site.block.request"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [
                {name: value for name, value in vals.items() if name not in DECIDED}
                for vals in vals_list
            ]
        self._check_employers(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if self.filtered(lambda request: request.state != "draft"):
                raise UserError(
                    self.env._("It was proposed: the académie decides on what was written.")
                )
            if DECIDED & vals.keys():
                raise UserError(self.env._("A proposal moves on by its buttons."))
        self._check_employers([vals])
        return super().write(vals)

    @api.model
    def _check_employers(self, vals_list):
        ids = [vals["partner_id"] for vals in vals_list if vals.get("partner_id")]
        if any(not partner.bde_employer for partner in self.env["res.partner"].browse(ids)):
            raise UserError(self.env._("Choose a company of the directory."))

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        if self.filtered(lambda request: request.state != "draft"):
            raise UserError(self.env._("Proposals are kept: they say what was decided and why."))

    def action_propose(self):
        """The manager sends the proposal: the académie sees it at once."""
        for request in self:
            request.company_id._bde_check_user_is("manager")
            if request.state != "draft":
                raise UserError(self.env._("It was proposed already."))
        # sudo: the state is written by verbs alone; the right was checked above
        self.sudo().write({"state": "proposed", "proposer_id": self.env.uid})
        return True

    def _check_decider(self):
        academies = self.env["bde.site.block"]._decider_academies()
        if not self.env.su and any(
            request.company_id._bde_academy().id not in academies for request in self
        ):
            raise AccessError(self.env._("The académie decides: yours sees the proposal."))
        if self.filtered(lambda request: request.state != "proposed"):
            raise UserError(self.env._("This was decided already, or is still in preparation."))

    def action_decide(self):
        """The académie forbids the company for all its schools, until the day proposed."""
        self._check_decider()
        # sudo: blocks are written by verbs alone; the decider was checked above
        for request in self.sudo():
            block = request.env["bde.site.block"].create(request._block_vals())
            request._store_decision("done", block_id=block.id)
            block._tell_schools()
        return True

    def _block_vals(self):
        """What all schools read of it: the decision and the listed reason, not the words."""
        names = ("ground", "date_from", "date_to")
        names += (
            ("authority", "reference", "decision_date")
            if self.ground == "authority"
            else ("heard_on",)
        )
        return {name: self[name] for name in names} | {
            "company_id": self.company_id._bde_academy().id,
            "partner_id": self.partner_id.id,
            "reason_id": self.reason_id.id,
        }

    def action_refuse(self, answer=None):
        """The académie refuses, with the reason that the school reads."""
        self._check_decider()
        if not (answer or "").strip():
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Refuse"),
                "res_model": "bde.site.block.answer",
                "view_mode": "form",
                "target": "new",
                "context": {"default_request_id": self.id, "default_decision": "refuse"},
            }
        # sudo: the state is written by verbs alone; the decider was checked above
        self.sudo()._store_decision("refused", answer=answer.strip())
        return True

    def _store_decision(self, state, **vals):
        self.write(
            vals
            | {"state": state, "decided_by_id": self.env.uid, "decided_on": fields.Datetime.now()}
        )
        for request in self.filtered("proposer_id.active"):
            request._tell_proposer()

    def _tell_proposer(self):
        """An activity on the school's page of the company, for who proposed it."""
        proposer = self.proposer_id
        env = self.with_context(lang=proposer.lang or self.env.lang).env
        relation = env["bde.relation"]._bde_ensure(self.partner_id, self.company_id).with_env(env)
        if self.state == "done":
            summary = env._("The académie forbade this company")
            note = env._("Until %(day)s.", day=format_date(env, self.date_to))
        else:
            summary = env._("The académie does not forbid this company")
            note = self.answer
        relation.activity_schedule(
            "mail.mail_activity_data_todo",
            self.company_id._bde_today(),
            summary=summary,
            note=note,
            user_id=proposer.id,
        )
