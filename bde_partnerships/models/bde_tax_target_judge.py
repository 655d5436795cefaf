from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..rules import tax

# what is typed of a company and changes whether it owes
JUDGED_BY = {"payroll", "employs_apprentice"}
JUDGE_CHUNK = 2000
# where the nightly job stopped when its time was up
JUDGED_UP_TO = "bde.tax_judged_up_to"


class BdeTaxTarget(models.Model):
    """Whether a company is asked: who owes no tax, is closed or said no is left out, and why."""

    _inherit = "bde.tax.target"

    def write(self, vals):
        result = super().write(vals)
        if JUDGED_BY & vals.keys():
            self._judge()
        if vals.get("contact_id"):
            self._note_contact()
        return result

    def _note_contact(self):
        """Who is chosen is the person for the tax from now on: letters of next year too."""
        people = (self.contact_id - self.partner_id).filtered(lambda one: not one.bde_tax)
        people.write({"bde_tax": True})

    # ------------------------------------------------------------
    # Judging
    # ------------------------------------------------------------

    def _judge(self):
        """Keeps or leaves out each of these, with the reason in words; constant queries.

        What somebody left out by hand stays out. Who was brought back by hand is left out no
        more by an exemption, but still by a no or a closure.
        """
        later = self.with_context(bde_tax_calls_later=True)
        for campaign, targets in later.grouped("campaign_id").items():
            targets = targets.filtered(lambda one: one.left_out_reason != "hand")
            verdicts = targets.partner_id._bde_solicitation(campaign.company_id, "tax")
            liabilities = targets._liabilities(campaign.tax_year_id)
            today = campaign.company_id._bde_today()
            groups = defaultdict(list)
            for target in targets:
                values = target._judgement(verdicts[target.partner_id], liabilities[target], today)
                held = target._convert_to_write({name: target[name] for name in values})
                changed = {name: new for name, new in values.items() if held[name] != new}
                if changed:
                    groups[tuple(changed.items())].append(target.id)
            for changed, ids in groups.items():
                # sudo: a verdict is written here alone, whoever changed a fact
                targets.sudo().browse(ids).write(dict(changed))
        self._stop_calls()

    def _liabilities(self, year):
        """Whether each of these owes the solde of a year, by its exemptions.

        :rtype: dict[bde.tax.target, rules.tax.Liability]
        """
        rules = year._rules()
        salary = year._salary_for_estimates()[0]
        # many companies are alike for the law
        known, found = {}, {}
        for target in self:
            facts = target._tax_facts(salary)
            if facts not in known:
                known[facts] = tax.liable(facts, rules)
            found[target] = known[facts]
        return found

    def _tax_facts(self, salary):
        """What is known of the company, for the rules of the year.

        :param float salary: average yearly salary that payrolls are estimated with
        """
        self.ensure_one()
        partner = self.partner_id.sudo()  # sudo: what SIRENE says is shared by all schools
        return tax.Facts(
            department=tax.department_of(partner.zip),
            legal_category=partner.bde_legal_category or "",
            headcount=self.headcount or "",
            payroll=self.payroll or tax.estimated_payroll(self.headcount, salary),
            payroll_is_estimate=not self.payroll,
            employs_apprentice={"yes": True, "no": False}.get(self.employs_apprentice),
        )

    def _judgement(self, verdict, liability, today):
        """What is written of one target.

        :param rules.solicitation.Verdict verdict: whether the school may ask
        :param rules.tax.Liability liability: whether the company owes
        """
        self.ensure_one()
        closed_on = self.partner_id.closed_on
        exemption = self.env["bde.tax.exemption"].browse(
            liability.ref if liability.state == "owes_not" else ()
        )
        brought_back = self.kept_by_hand or self.pledge_count or self.received_amount
        reason, text = False, False
        if closed_on and closed_on <= today:
            reason = "closed"
            text = self.env._("Closed since %(day)s.", day=format_date(self.env, closed_on))
        elif verdict.level == "stop":
            reason, text = "stop", verdict.messages[0]
        elif exemption and liability.certain and not brought_back:
            reason, text = "exempt", exemption._in_words()
        return {
            "state": "left_out" if reason else "kept",
            "left_out_reason": reason,
            "left_out_text": text,
            "exemption_id": exemption.id,
            "to_check_text": exemption._in_words() if exemption and not reason else False,
        }

    # ------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------

    def action_leave_out(self):
        """Leaves companies out of the campaign whatever is known of them."""
        self.campaign_id._check_open()
        self.check_access("write")
        # sudo: the state is written by verbs alone; the right was checked
        self.sudo().write(
            {
                "state": "left_out",
                "left_out_reason": "hand",
                "left_out_text": self.env._(
                    "Left out by %(name)s on %(day)s.",
                    name=self.env.user.name,
                    day=format_date(self.env, fields.Date.context_today(self)),
                ),
                "kept_by_hand": False,
            }
        )

    def action_keep(self):
        """Brings companies back: those left out by hand, and those thought to owe no tax.

        :raise UserError: the only one chosen is closed or said no
        """
        self.campaign_id._check_open()
        back = self.filtered(lambda one: one.left_out_reason in ("hand", "exempt"))
        if len(self) == 1 and self.state == "left_out" and not back:
            raise UserError(
                self.env._(
                    "%(reason)s The school cannot ask it: this changes once that does.",
                    reason=self.left_out_text or "",
                )
            )
        back.check_access("write")
        # sudo: as above
        back.sudo().write({"kept_by_hand": True, "left_out_reason": False, "state": "kept"})
        back._judge()

    # ------------------------------------------------------------
    # When the facts change
    # ------------------------------------------------------------

    @api.model
    def _cron_judge(self):
        """Judges the companies of open campaigns again: SIRENE, opt-outs and dates move on."""
        # sudo: how far the job came
        parameters = self.env["ir.config_parameter"].sudo()
        stopped_at = int(parameters.get_param(JUDGED_UP_TO, 0))
        running = Domain("campaign_id.state", "!=", "closed")
        last, progress = stopped_at, self.env["ir.cron"]._commit_progress
        progress(remaining=self.search_count(running & Domain("id", ">", last)))
        while chunk := self.search(
            running & Domain("id", ">", last), order="id", limit=JUDGE_CHUNK
        ):
            chunk._judge()
            last = chunk[-1].id
            if not progress(len(chunk)):
                # core runs the job again at once: it goes on here
                parameters.set_param(JUDGED_UP_TO, last)
                return
        if stopped_at:
            parameters.set_param(JUDGED_UP_TO, 0)


class BdeTaxExemption(models.Model):
    _inherit = "bde.tax.exemption"

    def _in_words(self):
        """« Public administration · L6131-1 C. trav. »: the reason and where it is written."""
        self.ensure_one()
        exemption = self.sudo()  # sudo: the law is the same for everybody
        return f"{exemption.name} · {exemption.article}"


class BdeOptout(models.Model):
    _inherit = "bde.optout"

    @api.model_create_multi
    def create(self, vals_list):
        optouts = super().create(vals_list)
        optouts._judge_tax_targets()
        return optouts

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals:
            self._judge_tax_targets()
        return result

    def _judge_tax_targets(self):
        """A company that says no is left out of the running campaigns at once, or comes back."""
        about = self.filtered(lambda one: one.partner_id and one.purpose in (False, "tax"))
        if not about:
            return
        # sudo: a company says no to schools that whoever records it may not read
        targets = self.env["bde.tax.target"].sudo()
        targets.search(
            [
                ("partner_id", "child_of", about.partner_id.ids),
                ("campaign_id.state", "!=", "closed"),
            ]
        )._judge()
