from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import schedule as hours
from ..rules import visits as rules
from ..rules import weeks
from .bde_placement_limit import DEAD_STATES

# stays that are followed no more
OVER = ("attested", "closed", "interrupted")
BROKEN_OFF = ("cancelled", "interrupted")


class BdePlacement(models.Model):
    """The plan of the contacts of each stay, and how it follows what changes."""

    _inherit = "bde.placement"

    def _visit_days(self):
        """Days of presence of each stay: {placement: sorted dates}; constant queries.

        Where the hours are not known yet, the working days between the dates.
        """
        off = self._public_holidays()
        result = {}
        for placement in self:
            holidays = off[placement.company_id]
            days = set()
            for term in placement._terms():
                if term.absent:
                    continue
                if term.schedule:
                    days.update(hours.dated(term.schedule, term.first, term.last, holidays))
                else:
                    days.update(weeks.working_days(term.first, term.last, holidays))
            result[placement] = sorted(days)
        return result

    def _plan_visits(self):
        """Proposes the contacts of stays that have none planned or made; the rest is kept.

        Constant queries for any number of pupils.

        :return: the new visits
        """
        # sudo: what colleagues planned counts too
        counts = dict(
            self.env["bde.visit"]
            .sudo()
            ._read_group(
                [("placement_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["placement_id"],
                ["__count"],
            )
        )
        empty = self.filtered(lambda one: not counts.get(one) and one._is_followed())
        return (
            self.env["bde.visit"]
            .sudo()  # sudo: is_proposed is the verbs'; callers checked who may plan
            .with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
            .create(
                [
                    {
                        "placement_id": placement.id,
                        "kind": kind,
                        "planned_on": day,
                        "is_proposed": True,
                    }
                    for placement, days in empty._visit_days().items()
                    for kind, day in rules.plan(days)
                ]
            )
            .with_env(self.env)
        )

    def _is_followed(self):
        """Whether there is a stay to look at: a host, and nothing broken off."""
        return bool(
            self.host_id
            and not self.is_replaced
            and self.state not in (*DEAD_STATES, *OVER, "to_place", "hosting")
        )

    def _plan_again(self):
        """Moves the dates that nobody chose to where the stay is now; gives up what is over."""
        # sudo: follows from what was decided about the stay, whoever did
        planned = (
            self.env["bde.visit"]
            .sudo()
            .search([("placement_id", "in", self.ids), ("state", "=", "planned")])
        )
        days_of = planned.placement_id._visit_days()
        given_up, moved = planned.browse(), {}
        for placement, visits in planned.grouped("placement_id").items():
            if placement.state in BROKEN_OFF:
                given_up += visits
                continue
            dates = {}
            for kind, day in rules.plan(days_of[placement]):
                dates.setdefault(kind, []).append(day)
            for visit in visits.filtered("is_proposed").sorted("planned_on"):
                if not (days := dates.get(visit.kind)):
                    # the stay became too short for it
                    given_up += visit
                elif (day := days.pop(0)) != visit.planned_on:
                    moved.setdefault(day, []).append(visit.id)
        if given_up:
            given_up.write({"state": "cancelled"})
        for day, ids in moved.items():
            planned.browse(ids).write({"planned_on": day, "is_proposed": True})

    def _take_visits_back(self):
        """The interruption was a mistake: what was to come is to be made again."""
        # sudo: follows from the state of the convention
        given_up = (
            self.env["bde.visit"]
            .sudo()
            .search(
                [
                    ("placement_id", "in", self.ids),
                    ("state", "=", "cancelled"),
                    ("planned_on", ">=", "today"),
                ]
            )
        )
        # with the dates they had; those of the stay come back by themselves
        given_up.write({"state": "planned"})

    def write(self, vals):
        """Planned visits follow the referent and the dates of their stay."""
        moved = self.env["bde.visit"]
        if "referent_id" in vals:
            moved = (
                moved.sudo()  # sudo: plans of the colleague who gives the pupil over
                .search([("placement_id", "in", self.ids), ("state", "=", "planned")])
                .filtered(lambda one: one.teacher_id == one.placement_id.referent_id)
            )
        result = super().write(vals)
        if moved:
            moved.write({"teacher_id": vals["referent_id"]})
        if vals.keys() & {"date_start", "date_end"}:
            self._plan_again()
        return result

    def action_plan_visits(self):
        """Proposes the contacts of these stays; asked again, it adds only what is missing."""
        for company in self.company_id:
            company._bde_check_user_is("secretary")
        ready = self.filtered(lambda one: one._is_followed())
        if not ready:
            raise UserError(
                self.env._("None of these pupils has a host yet: there is nothing to plan.")
            )
        return self._tell_planned(ready._plan_visits())

    @api.model
    def _tell_planned(self, visits):
        lonely = len(visits.placement_id.filtered(lambda one: not one.referent_id))
        if not visits:
            message = self.env._("These stays have their visits already.")
        else:
            message = self.env._(
                "%(visits)s contacts planned for %(pupils)s pupils.",
                visits=len(visits),
                pupils=len(visits.placement_id),
            )
        if lonely:
            message += " " + self.env._(
                "%(number)s of them have no referent teacher: share them first.", number=lonely
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if lonely else "success" if visits else "info",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


class BdeConvention(models.Model):
    """What is broken off is visited no more."""

    _inherit = "bde.convention"

    def _document_state_changed(self, old, new):
        result = super()._document_state_changed(old, new)
        if new in BROKEN_OFF:
            self.placement_id._plan_again()
        elif old == "interrupted":
            self.placement_id._take_visits_back()
        return result


class BdePeriod(models.Model):
    """Visits of a period, planned in one go."""

    _inherit = "bde.period"

    visit_planned_count = fields.Integer(
        string="Contacts in all", compute="_compute_visit_counts", help="Made and to be made."
    )
    visit_done_count = fields.Integer(string="Contacts made", compute="_compute_visit_counts")

    @api.depends("placement_ids.visit_count", "placement_ids.next_visit_on")
    def _compute_visit_counts(self):
        """Two numbers for whoever reads the period; one query."""
        counts = {}
        for period, state, number in (
            self.env["bde.visit"]
            .sudo()  # sudo: numbers alone
            ._read_group(
                [("period_id", "in", self.ids), ("state", "in", ("planned", "done"))],
                ["period_id", "state"],
                ["__count"],
            )
        ):
            counts.setdefault(period.id, {})[state] = number
        for period in self:
            found = counts.get(period.id, {})
            period.visit_done_count = found.get("done", 0)
            period.visit_planned_count = sum(found.values())

    def write(self, vals):
        """Dates that nobody chose move with the period."""
        result = super().write(vals)
        if vals.keys() & {"date_start", "date_end"}:
            self.placement_ids._plan_again()
        return result

    def action_plan_visits(self):
        """Proposes the contacts of all pupils of these periods who have a host."""
        self._check_not_closed()
        return (
            self.env["bde.placement"]
            .search([("period_id", "in", self.ids), ("is_replaced", "=", False)])
            .action_plan_visits()
        )

    def action_view_visits(self):
        """Visits of these periods."""
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_pfmp.action_visit")
        action["domain"] = [("period_id", "in", self.ids)]
        action["context"] = {"search_default_group_teacher": 1}
        if len(self) == 1:
            action["display_name"] = self.env._("Visits – %(period)s", period=self.name)
        return action
