from odoo import models
from odoo.exceptions import AccessError, UserError

from odoo.addons.bde_partnerships.models.bde_document import EDITABLE

# A convention that may be made, or made again.
MAKEABLE = (*EDITABLE, "refused", "cancelled")


class BdeConvention(models.Model):
    _inherit = "bde.convention"

    def _batch_name(self):
        return self.student_name or super()._batch_name()

    def _batch_group(self):
        return self.division_id.name or super()._batch_group()

    def _batch_make(self):
        """Makes conventions again from what their placements say now."""
        by_placement = {convention.placement_id: convention for convention in self}
        return {
            by_placement[placement]: result
            for placement, result in self.placement_id._batch_make().items()
            if placement in by_placement
        }

    def action_send(self):
        """As before for some; for many, from a list, a batch that says what became of each."""
        return self._start_batch("send") if self._batch_wanted() else super().action_send()

    def action_remind(self):
        return self._start_batch("remind") if self._batch_wanted() else super().action_remind()

    def action_make_again(self):
        return self._start_batch("make") if self._batch_wanted() else super().action_make_again()


class BdePlacement(models.Model):
    """Placements stand for their conventions: a class is made, sent and printed from its board."""

    _name = "bde.placement"
    _inherit = ["bde.placement", "bde.batch.mixin"]

    def _batch_documents(self):
        return {placement: placement.convention_id.document_id for placement in self}

    def _batch_name(self):
        return self.student_name or self.display_name

    def _batch_group(self):
        return self.division_id.name or ""

    def _batch_make(self):
        """Makes the conventions that can be made; the others say what they lack."""
        if not self.env["bde.convention"].has_access("create"):
            raise AccessError(self.env._("Conventions are made by the bureau."))
        result = {
            placement: ("skipped" if self._is_out(placement) else "failed", "\n".join(found))
            for placement, found in self._convention_obstacles().items()
            if found
        }
        ready = self.filtered(lambda placement: placement not in result)
        if ready:
            self.env["bde.convention"]._make_for(ready)
        return result

    def _is_out(self, placement):
        state = placement.convention_id.sudo().state  # sudo: the state alone
        return bool(state) and state not in MAKEABLE

    def _batch_send(self):
        conventions = self.convention_id
        results = conventions._batch_send() if conventions else {}
        return self._batch_of_conventions(results)

    def _batch_remind(self):
        conventions = self.convention_id
        results = conventions._batch_remind() if conventions else {}
        return self._batch_of_conventions(results)

    def _batch_of_conventions(self, results):
        """Results of the conventions, by placement."""
        nothing = ("failed", self.env._("There is no convention yet: make it first."))
        found = {}
        for placement in self:
            if not placement.convention_id:
                found[placement] = nothing
            elif placement.convention_id in results:
                found[placement] = results[placement.convention_id]
        return found

    def action_make_conventions(self):
        """As before for some; for many, from a list, a batch that says what became of each."""
        if self._batch_wanted():
            return self._start_batch("make")
        return super().action_make_conventions()


class BdePeriod(models.Model):
    _inherit = "bde.period"

    def action_open_batch(self):
        """What can be done to all pupils of these periods at once."""
        return self.env["bde.batch.wizard"]._open_for(period_ids=self.ids)


class BdeDivision(models.Model):
    _inherit = "bde.division"

    def action_open_batch(self):
        """What can be done to all pupils of these classes at once."""
        return self.env["bde.batch.wizard"]._open_for(division_ids=self.ids)


class BdeBatch(models.Model):
    _inherit = "bde.batch"

    def action_open_wizard(self):
        """Starts mass work on a class, a period or the whole school."""
        if not self.env.user._bde_company_ids("teacher") and not (
            self.env.user._bde_company_ids("secretary")
        ):
            raise UserError(self.env._("Mass work is for the bureau and for teachers."))
        return self.env["bde.batch.wizard"]._open_for()
