from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..rules import safety_net

ACTIVITY = "mail.mail_activity_data_todo"
# days until a first step, and by which a step is put off
FIRST_STEP, POSTPONE = 7, 14


class BdeLeaverRound(models.Model):
    """How a round begins and ends."""

    _inherit = "bde.leaver.round"

    @api.model
    def _cron_rounds(self):
        """Begins the rounds whose day has come, school after school."""
        # sudo: each school by its own date; a round is made without anybody
        Round = self.sudo()
        pairs = Round.env["bde.leaver.plan"]._read_group(
            [("cohort", ">=", fields.Date.today().year - 1)], ["company_id", "cohort"]
        )
        by_company = defaultdict(set)
        for company, cohort in pairs:
            by_company[company].add(cohort)

        def begin_rounds(company):
            school = Round.with_company(company).with_context(allowed_company_ids=company.ids)
            school._begin_due(company, by_company[company])

        self.env["res.company"].union(*by_company)._bde_each(begin_rounds)

    @api.model
    def _begin_due(self, company, cohorts):
        """Rounds of a school whose day has come; those typed before begin too.

        :param cohorts: years of the leavers that the school has
        """
        today = company._bde_today()
        said = self.env["bde.leaver.date"]._of(company, cohorts)
        there = self.search([("company_id", "=", company.id), ("cohort", "in", list(cohorts))])
        for cohort in sorted(cohorts):
            month = safety_net.due_month(cohort, today, said.get(cohort))
            mine = there.filtered(lambda one, year=cohort: one.cohort == year)
            mine.filtered(lambda one: one.state == "planned" and one.date <= today)._begin()
            # a cohort of years ago has no round any more
            last = said.get(cohort, {}).get("01") or safety_net.default_date(cohort, "01")
            if month and month not in mine.mapped("month") and today < last + timedelta(days=180):
                self.create({"company_id": company.id, "cohort": cohort, "month": month})._begin()

    def action_begin(self):
        """Lists those without a solution today; the round before ends, its work goes on here."""
        self.check_access("write")
        if any(one.state != "planned" for one in self):
            raise UserError(self.env._("This round has begun already."))
        # sudo: lists and states are written by their verbs
        self.sudo()._begin()

    def _begin(self):
        """:meth:`action_begin`, the right checked; constant queries for any number of leavers."""
        Net = self.env["bde.leaver.net"]
        for one in self:
            plans = self.env["bde.leaver.plan"].search(one._leaver_domain())
            before = self.search(
                [
                    ("company_id", "=", one.company_id.id),
                    ("cohort", "=", one.cohort),
                    ("state", "=", "running"),
                    ("id", "!=", one.id),
                ]
            )
            known = {line.plan_id: line for line in before.line_ids}
            without = plans.filtered(lambda plan: plan.solution == "none")
            lines = Net.create([Net._values_of(plan, one, known.get(plan)) for plan in without])
            lines._schedule()
            before.state = "over"
            one.write({"state": "running", "leaver_count": len(plans)})
            # a solution may have been missed while nobody looked
            one._end_when_done()

    def _leaver_domain(self):
        """Plans of a session: the dead and those who objected have none."""
        return [
            ("company_id", "=", self.company_id.id),
            ("cohort", "=", self.cohort),
            ("alumnus_id.is_deceased", "=", False),
            # who comes back to school for another year is no leaver of this session
            ("alumnus_id.cohort", "=", self.cohort),
        ]

    def _end_when_done(self):
        """A round where nobody is left is over; it goes on when somebody loses his solution."""
        for one in self:
            left = any(line.is_open for line in one.line_ids)
            one.state = "running" if left else "over"

    def action_end(self):
        """Ends rounds with those who are left: they are on the list of the next one."""
        self.check_access("write")
        # sudo: the state is written by its verbs
        running = self.sudo().filtered(lambda one: one.state == "running")
        running.line_ids.filtered("is_open")._unschedule()
        running.state = "over"

    def action_lines(self):
        """The list of those without a solution."""
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_alumni.action_leaver_net")
        action["domain"] = [("round_id", "in", self.ids)]
        action["context"] = {"search_default_open": 1}
        if len(self) == 1:
            action["display_name"] = self.name
        return action


class BdeLeaverNet(models.Model):
    """Who acts, when next, and how a line is closed: by the solution of the plan alone."""

    _inherit = "bde.leaver.net"

    @api.model
    def _values_of(self, plan, one, before):
        """Values of a line; what was agreed in the round before goes on."""
        bureau = plan.follower_id._bde_company_ids("secretary") if plan.follower_id else ()
        follower = plan.follower_id if plan.company_id.id in bureau else plan.follower_id.browse()
        begins = max(one.date, one.company_id._bde_today())
        # a day that was agreed and is still to come stays; one that passed says nothing any more
        agreed = before and before.next_on and before.next_on >= begins and before.next_on
        return {
            "round_id": one.id,
            "plan_id": plan.id,
            "user_id": (before.user_id if before else follower).id,
            "next_on": agreed or fields.Date.add(begins, days=FIRST_STEP),
            "note": before.note if before else False,
            "situation": before.situation if before else "unknown",
        }

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"user_id", "next_on"}:
            self.sudo()._schedule()  # sudo: activities of colleagues
        return result

    # ------------------------------------------------------------
    # Activities: one a line that is open and has somebody who acts
    # ------------------------------------------------------------

    def _schedule(self):
        """Brings the activities of these lines in line with who acts and when (in sudo)."""
        self._unschedule()
        acting = self.filtered(lambda one: one.is_open and one.user_id and one.next_on)
        for (user, day), lines in acting.grouped(lambda one: (one.user_id, one.next_on)).items():
            lines.plan_id.with_context(mail_activity_quick_update=True).activity_schedule(
                ACTIVITY,
                day,
                summary=self.env._("Safety net: next step"),
                user_id=user.id,
            )

    def _unschedule(self):
        self.plan_id.activity_unlink([ACTIVITY], only_automated=True)

    # ------------------------------------------------------------
    # Buttons of the list
    # ------------------------------------------------------------

    def action_take(self):
        """I act for these leavers."""
        self.write({"user_id": self.env.uid})

    def action_postpone(self):
        """The next step is two weeks from today."""
        for company, lines in self.grouped("company_id").items():
            lines.next_on = fields.Date.add(company._bde_today(), days=POSTPONE)

    def action_close(self):
        """Opens the dialog that says how it ended for the chosen leavers."""
        self._check_open()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_alumni.action_leaver_close")
        action["context"] = {"default_line_ids": self.ids}
        return action

    def _check_open(self):
        if not self.filtered("is_open"):
            raise UserError(self.env._("Nobody of these is without a solution any more."))

    def action_plan(self):
        """The plan of the leaver."""
        self.ensure_one()
        return self.plan_id._get_records_action()


class BdeLeaverPlan(models.Model):
    """A solution found closes the lines of the safety net, one lost opens them again."""

    _inherit = "bde.leaver.plan"

    net_ids = fields.One2many(
        "bde.leaver.net",
        "plan_id",
        string="Safety net",
        groups="bde_partnerships.group_secretary",
    )

    def _open_net_lines(self):
        return self.env["bde.leaver.net"].search(
            Domain("plan_id", "in", self.ids) & Domain("is_open", "=", True)
        )

    def _close_net(self, solution):
        """Closes what is open for these leavers (in sudo)."""
        lines = self._open_net_lines()
        for company, group in lines.grouped("company_id").items():
            group.write({"closed_on": company._bde_today(), "solution": solution})
        lines._unschedule()
        lines.round_id.filtered(lambda one: one.state == "running")._end_when_done()

    def _reopen_net(self):
        """These leavers are again on the list of the last round of their session (in sudo)."""
        Net = self.env["bde.leaver.net"]
        rounds = self.env["bde.leaver.round"].search(
            [
                ("company_id", "in", self.company_id.ids),
                ("cohort", "in", self.mapped("cohort")),
                ("state", "!=", "planned"),
            ],
            order="date desc, id desc",
        )
        last = {}
        for one in rounds:
            last.setdefault((one.company_id, one.cohort), one)
        found = Net.search([("plan_id", "in", self.ids), ("round_id", "in", rounds.ids)])
        there = {(line.plan_id, line.round_id): line for line in found}
        lines, missing = Net, []
        for plan in self:
            one = last.get((plan.company_id, plan.cohort))
            if line := there.get((plan, one)):
                lines |= line
            elif one:
                missing.append(Net._values_of(plan, one, None))
        lines.write({"closed_on": False, "solution": False})
        lines |= Net.create(missing)
        lines._schedule()
        lines.round_id._end_when_done()
