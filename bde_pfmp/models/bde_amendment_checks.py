from odoo import models
from odoo.tools import format_date

from ..rules import amendment as rules
from ..rules import terms as terms_rules
from .bde_placement_alert import Alert
from .bde_placement_term import Probe

# what can only take presence away breaks no limit
LESSER = ("break", "end")


class BdeAmendment(models.Model):
    """What stands against an amendment: what was typed, the law on the new terms, people."""

    _inherit = "bde.amendment"

    def _problems(self):
        """What is wrong with what was typed: sentences."""
        self.ensure_one()
        if missing := self._missing():
            return [self.env._("To complete: %(fields)s.", fields=", ".join(missing))]
        start, end = self.placement_id.date_start, self.placement_id.date_end
        dates = {
            "start": format_date(self.env, start),
            "end": format_date(self.env, end),
        }
        kind = self.change_type
        if kind in rules.DATED and not start <= self.date_effect <= end:
            return [
                self.env._("The day of effect lies within the stay, %(start)s to %(end)s.", **dates)
            ]
        if kind in rules.DATED and not self._changes_something():
            return [self.env._("This is what holds already: nothing would change.")]
        if kind == "break" and not start <= self.break_from <= self.break_to <= end:
            return [self.env._("Days off lie within the stay, %(start)s to %(end)s.", **dates)]
        if kind == "prolongation" and self.new_date_end <= end:
            return [self.env._("The stay already lasts until %(end)s.", **dates)]
        if kind == "end" and not start <= self.new_date_end < end:
            return [self.env._("The new last day comes before %(end)s.", **dates)]
        if kind == "postponement":
            return self._postponement_problems(dates)
        if self._ends_in_holidays():
            return [
                self.env._(
                    "The new last day lies in the school holidays, which are not counted: choose "
                    "another day, or count them."
                )
            ]
        return self._year_problems()

    def _ends_in_holidays(self):
        last = self.new_date_end
        return self.holidays_off and any(
            first <= last <= end for first, end in self._added_holidays()
        )

    def _changes_something(self):
        return not terms_rules.same(self.placement_id._terms(), self._new_terms())

    def _postponement_problems(self, dates):
        placement = self.placement_id
        today = self.company_id._bde_today()
        if placement.date_start <= today:
            return [
                self.env._(
                    "The stay began on %(start)s: agree on days off and on a prolongation.",
                    **dates,
                )
            ]
        if self.new_date_end < self.new_date_start:
            return [self.env._("The last day comes before the first one.")]
        if self.new_date_start < today:
            return [self.env._("The new first day is past.")]
        if (self.new_date_start, self.new_date_end) == (placement.date_start, placement.date_end):
            return [self.env._("This is what holds already: nothing would change.")]
        return self._year_problems()

    def _year_problems(self):
        """A stay ends within its school year, and some of its days are days of presence."""
        year = self.placement_id.school_year_id.sudo()  # sudo: dates handed down, no secret
        first, last = self.new_date_start, self.new_date_end
        if self.change_type not in rules.MOVING:
            first = last = None
        if (first and first < year.date_start) or (last and last > year.date_end):
            return [
                self.env._(
                    "The stay must lie inside the school year %(year)s, which ends on %(end)s.",
                    year=year.name,
                    end=format_date(self.env, year.date_end),
                )
            ]
        return []

    def _get_alerts(self):
        """What the law says of the new terms: [Alert], each with its article and its working."""
        self.ensure_one()
        alerts = []
        if self.date_effect < self.company_id._bde_today():
            text = self.env._("Its day of effect is past: an amendment is signed before it holds.")
            alerts.append(Alert("warn", text))
        if self.change_type in LESSER:
            return alerts
        if self.holidays_text:
            said = {"days": self.holidays_text}
            alerts.append(
                Alert("info", self.env._("School holidays: not counted, %(days)s.", **said))
                if self.holidays_off
                else Alert("warn", self.env._("Presence during school holidays: %(days)s.", **said))
            )
        probe = self._probe()
        return alerts + probe._get_alerts()[probe]

    def _probe(self):
        """The placement as it would be from the day of effect on, unsaved, to be judged."""
        terms = self._new_terms()
        changed = [term for term in terms if term.source == self and not term.absent] or terms
        placement = self.placement_id.with_context(bde_probe=Probe(terms))
        probe = placement.new(origin=placement)
        probe.date_start, probe.date_end = changed[0].first, changed[-1].last
        probe.schedule, probe.tutor_id = changed[-1].schedule, changed[-1].tutor
        probe.total_hours = (
            terms_rules.presence(
                terms,
                self.company_id._bde_public_holidays(terms[0].first, terms[-1].last),
            )["minutes"]
            / 60
        )
        return probe

    def _other_obstacles(self):
        """What else forbids to send it: blocks of the law, people who cannot be reached."""
        self.ensure_one()
        found = [
            f"{alert.text} ({alert.article})" if alert.article else alert.text
            for alert in self._get_alerts()
            if alert.severity == "block"
        ]
        if self._origin.id and not self.template_id:
            found.append(self.env._("No wording of amendments is in force."))
        if unreachable := self._unreachable_parties():
            found.append(
                self.env._(
                    "Neither e-mail nor phone is known of: %(parties)s.",
                    parties=", ".join(unreachable),
                )
            )
        if self.convention_id._stopped_by_dispute():
            found.append(
                self.env._("The guardians disagree: the head of the school decides and sends.")
            )
        return found

    def _content_obstacles(self):
        """What is wrong with what was typed while it is being corrected."""
        found = {one: one._problems() for one in self}
        return {one: problems for one, problems in found.items() if problems}

    def _obstacles_to_send(self):
        """What forbids to send each: {amendment: [sentences]}."""
        return {one: one._problems() or one._other_obstacles() for one in self}
