from odoo import fields, models
from odoo.exceptions import UserError

from .bde_claim import OPEN

# who decides about claims and pays them; the manager replaces the intendance
DECIDERS = ("intendance", "manager")


class BdeClaim(models.Model):
    """What becomes of claims: sent, granted within the caps, refused with a reason, paid."""

    _inherit = "bde.claim"

    def action_submit(self):
        """Sends claims that staff typed to whoever decides."""
        self._check_role("secretary", "intendance")
        todo = self.filtered(lambda claim: claim.state == "draft")
        if not todo:
            raise UserError(self.env._("These claims were sent already."))
        todo._set_state("submitted", submitted_on=fields.Datetime.now())
        return True

    def action_grant(self):
        """Grants what the caps leave; what cannot be granted is told line by line."""
        self._check_role(*DECIDERS)
        todo = self.filtered(lambda claim: claim.state in OPEN)
        # one after the other: two who grant at once would pass the cap of a placement. All its
        # claims, for a row that the other one changed is what plays this request again
        # sudo: claims that count under the same caps
        self.env["bde.document"]._lock_rows(todo.sudo().placement_id.claim_ids)
        obstacles = self._obstacles_to_grant()
        granted = todo.filtered(lambda claim: claim not in obstacles)
        verdicts = granted._verdicts()
        for claim, (amount, words) in verdicts.items():
            if amount <= 0:
                obstacles[claim] = self.env._("the caps leave nothing: %(working)s", working=words)
                continue
            claim._set_state(
                "granted", amount_granted=amount, granted_working=words, **self._decided_now()
            )
        return self._tell(self.filtered(lambda claim: claim not in obstacles), obstacles)

    def _obstacles_to_grant(self):
        """Why claims cannot be granted: {claim: sentence}; constant queries."""
        caps = self._caps()
        result = {}
        for claim in self:
            cap = caps[claim]
            if claim.state not in OPEN:
                result[claim] = self.env._("decided already")
            elif not cap:
                result[claim] = self.env._(
                    "no vote of the board covers %(date)s: enter the cap first",
                    date=self._day(claim.date_from),
                )
            elif claim.lacks_receipt:
                result[claim] = self.env._("the receipt is missing")
        return result

    def action_ask_refuse(self):
        """Opens the question for the reason of a refusal."""
        self._check_role(*DECIDERS)
        wizard = self.env["bde.claim.refuse"].create({"claim_ids": [fields.Command.set(self.ids)]})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _refuse(self, reason):
        """Refuses claims; the pupil reads why on his page.

        :raises UserError: without a reason, or when all are decided already
        """
        self._check_role(*DECIDERS)
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write why: the pupil reads it on his page."))
        todo = self.filtered(lambda claim: claim.state in OPEN)
        if not todo:
            raise UserError(self.env._("These claims are decided. Take the decision back first."))
        todo._set_state("refused", refusal_reason=reason, **self._decided_now())

    def action_pay(self):
        """Notes that granted claims are paid; not without the papers that the payee takes."""
        self._check_role(*DECIDERS)
        granted = self.filtered(lambda claim: claim.state == "granted")
        if not granted:
            raise UserError(self.env._("None of these claims is granted."))
        lacking = granted.filtered("lacks_consent")
        todo = granted - lacking
        for company, claims in todo.grouped("company_id").items():
            claims._set_state("paid", paid_on=company._bde_today())
        others = {
            claim: self.env._("not granted") for claim in self - granted if claim.state != "paid"
        } | dict.fromkeys(
            lacking, self.env._("the authorisation of the legal representative is missing")
        )
        return self._tell(todo, others)

    def action_reopen(self):
        """Takes decisions back, those on paid claims excepted."""
        self._check_role(*DECIDERS)
        todo = self.filtered(lambda claim: claim.state in ("granted", "refused"))
        if not todo:
            raise UserError(self.env._("A claim that was paid, or not decided, stays as it is."))
        todo._set_state(
            "submitted",
            amount_granted=0,
            granted_working=False,
            refusal_reason=False,
            decided_by_id=False,
            decided_on=False,
        )
        return True

    def action_export(self):
        """These claims as a workbook, to enter them in the accounts."""
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/claims.xlsx?ids={','.join(map(str, self.ids))}",
            "target": "download",
        }

    def _claims_table(self):
        """Titles and rows of the workbook."""
        self.check_access("read")
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        titles = [
            self.env._("Class"),
            self.env._("Pupil"),
            self.env._("Company"),
            self.env._("Kind"),
            self.env._("From"),
            self.env._("To"),
            self.env._("Quantity"),
            self.env._("Amount asked"),
            self.env._("Granted"),
            self.env._("State"),
            self.env._("How it is counted"),
            self.env._("Paid on"),
        ]
        rows = [
            [
                claim.division_id.name,
                claim.student_name,
                claim.placement_id.host_id.name,
                kinds[claim.kind],
                claim.date_from,
                claim.date_to,
                claim.quantity,
                float(claim.amount_asked),
                float(claim.amount_granted),
                states[claim.state],
                claim.refusal_reason or claim.granted_working,
                claim.paid_on or None,
            ]
            for claim in self.sorted(
                lambda one: (one.division_id.name or "", one.student_name or "", one.date_from)
            )
        ]
        return titles, rows

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------

    def _check_role(self, *roles):
        self.check_access("write")
        for company in self.company_id:
            company._bde_check_user_is(*roles)

    def _decided_now(self):
        return {"decided_by_id": self.env.uid, "decided_on": fields.Datetime.now()}

    def _set_state(self, state, **vals):
        # sudo: states are written by the verbs alone, who checked the user
        self.sudo().write({"state": state, **vals})

    def _tell(self, done, obstacles):
        """What was done, and why the rest was not."""
        lines = [
            self.env._("%(who)s: %(why)s", who=claim.display_name, why=why)
            for claim, why in obstacles.items()
        ]
        if not done:
            raise UserError(self.env._("Nothing was done.\n%(lines)s", lines="\n".join(lines)))
        message = self.env._(
            "%(count)s claims, %(amount)s",
            count=len(done),
            amount=done[:1]._money(sum(done.mapped("amount_granted"))),
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if lines else "success",
                "sticky": bool(lines),
                # a notification knows no line breaks
                "message": " • ".join([message, *lines]),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
