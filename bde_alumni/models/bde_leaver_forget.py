from odoo import models


class BdeAlumnus(models.Model):
    """Plans go with the person: objection, retention, death, two records of one person."""

    _inherit = "bde.alumnus"

    def _leaver_plans(self):
        """All plans of these alumni (in sudo)."""
        # sudo: jobs and verbs of consent, which checked who asks
        return self.env["bde.leaver.plan"].sudo().search([("alumnus_id", "in", self.ids)])

    def _erase(self):
        """Talk, activities and sheets of the plans go too: no cascade reaches them."""
        self._leaver_plans()._erase_plans()
        return super()._erase()

    def _forget_contact(self):
        """What was written in own words goes with the addresses; what was found stays to count."""
        plans = self._leaver_plans()
        plans.write(
            {"wish_text": False, "cv_about": False, "cv_languages": False, "cv_more": False}
        )
        plans.interview_ids.unlink()
        plans.net_ids.note = False
        plans._erase_sheets()
        return super()._forget_contact()

    def _no_more(self, channel="link"):
        """No for good ends what was agreed to for an adviser, too."""
        result = super()._no_more(channel)
        self._leaver_plans()._sheets()._withdraw()
        return result

    def _note_death(self):
        result = super()._note_death()
        plans = self._leaver_plans()
        plans._sheets()._withdraw()
        plans.activity_ids.unlink()
        rounds = plans.net_ids.round_id
        plans.net_ids.filtered("is_open").unlink()
        rounds.filtered(lambda one: one.state == "running")._end_when_done()
        return result

    # ------------------------------------------------------------
    # Two records of one person
    # ------------------------------------------------------------

    def _bde_join(self, other):
        """Plans of two years move; of one year what hangs on the other moves to the one kept."""
        joining = self.with_context(bde_joining=True)
        result = super(BdeAlumnus, joining)._bde_join(other)
        self._make_plans()
        return result

    def _join_links(self, gone):
        kept = {plan.school_year_id: plan for plan in self._leaver_plans()}
        for plan in gone._leaver_plans():
            if plan.school_year_id in kept:
                kept[plan.school_year_id]._take_over(plan)
                plan._erase_plans()
        return super()._join_links(gone)


class BdeLeaverPlan(models.Model):
    _inherit = "bde.leaver.plan"

    def _erase_plans(self):
        """Removes plans with all that hangs on them (in sudo)."""
        self._erase_sheets()
        self.registration_ids.unlink()
        self.unlink()

    def _sheets(self):
        """Hand-over sheets of these plans (in sudo)."""
        return self.env["bde.leaver.handover"].search([("plan_id", "in", self.ids)])

    def _erase_sheets(self):
        self._sheets().with_context(bde_erasing=True).unlink()

    def _take_over(self, other):
        """Takes what hangs on another plan of the same year, and what this one does not say.

        In sudo, both are of one school.
        """
        self.ensure_one()
        there = self.registration_ids.event_id
        other.registration_ids.filtered(lambda one: one.event_id not in there).write(
            {"bde_plan_id": self.id}
        )
        other.interview_ids.plan_id = self
        other._sheets().plan_id = self
        if self.wish == "unknown":
            self.wish = other.wish
        for name in ("wish_text", "training_label", "cv_about", "cv_languages", "cv_more"):
            if other[name] and not self[name]:
                self[name] = other[name]
        if self.solution == "none" and other.solution != "none":
            self._solve(other.solution, other.solution_source, other.solution_text or "")
