from odoo import api, fields, models

from ..rules import terms as rules


class BdePlacement(models.Model):
    _inherit = "bde.placement"

    amended_text = fields.Char(string="Amendment", compute="_compute_convention_texts")
    interrupted_text = fields.Char(string="Interruption", compute="_compute_convention_texts")

    @api.depends("convention_id")
    def _compute_convention_texts(self):
        for placement in self:
            # sudo: two short texts for whoever reads the placement, no reason among them
            convention = placement.convention_id.sudo()
            placement.amended_text = convention.amended_text
            placement.interrupted_text = convention.interrupted_text

    def _broken_off_by_trainee(self):
        """The pupil or the family broke it off: nobody waits for the post (L124-11)."""
        # sudo: one word of the reason, which decides on a limit of the host
        return self.convention_id.sudo().interruption_code == "pupil"

    def _terms_of_memory(self, memory):
        """Terms from what an interruption kept: {state, date_end, terms}."""
        end = fields.Date.to_date(memory["date_end"])
        if not memory["terms"]:
            return [self._plain_terms()[0]._replace(last=end)]
        Partner, Amendment = self.env["res.partner"], self.env["bde.amendment"]
        return [
            rules.Term(
                fields.Date.to_date(row["first"]),
                fields.Date.to_date(row["last"]),
                row["schedule"],
                Partner.browse(row["tutor"] or ()),
                row["place"],
                row["absent"],
                Amendment.browse(row["source"]) if row["source"] else None,
            )
            for row in memory["terms"]
        ]

    def action_amend(self):
        """Begins an amendment of the convention of this placement."""
        self.ensure_one()
        return self.convention_id.action_amend()

    def action_interrupt(self):
        """Asks for the reason and the last day, then interrupts the stay."""
        self.ensure_one()
        return self.convention_id.action_ask_interrupt()

    def _open_other(self, placement):
        return {
            "type": "ir.actions.act_window",
            "res_model": "bde.placement",
            "res_id": placement.id,
            "view_mode": "form",
        }

    def action_open_replaced(self):
        """The interrupted placement before this one."""
        self.ensure_one()
        return self._open_other(self.replaces_id)

    def action_open_successor(self):
        """The placement that goes on with the days of this one."""
        self.ensure_one()
        return self._open_other(self.with_context(active_test=False).successor_ids[:1])
