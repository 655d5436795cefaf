from odoo import api, models
from odoo.exceptions import UserError


class BdeAlumniWaveLine(models.Model):
    """Answers by telephone: one click each, the other questions in a dialog."""

    _inherit = "bde.alumni.wave.line"

    @api.model
    def action_open_calls(self):
        """Those to call today, of all surveys that run."""
        action = self.env["ir.actions.actions"]._for_xml_id("bde_alumni.action_wave_call")
        domain = self._to_call_domain(self.env.company._bde_today())
        return action | {"domain": list(domain)}

    def _note_call(self):
        """Notes a call of today (in sudo)."""
        for line in self:
            line.write(
                {"call_count": line.call_count + 1, "called_on": line.company_id._bde_today()}
            )

    def _check_may_call(self):
        """Stops unless this leaver may be asked today."""
        self.ensure_one()
        self._check_bureau()
        # sudo: consents and refusals, told as a sentence
        alumnus = self.sudo().alumnus_id
        if not alumnus._may_write("follow_up"):
            raise UserError(
                self.env._(
                    "Nothing may be asked of this person: not told of the follow-up yet, or said"
                    " no."
                )
            )

    def action_call_situation(self):
        """What he says he does, noted in one click: ``bde_situation`` of the context."""
        self._check_may_call()
        # sudo: calls are noted by verbs; the right was checked
        self.sudo()._note_call()
        self._take_answers({"situation": self.env.context.get("bde_situation")}, "call")
        return True

    def action_call_missed(self):
        """Nobody answered: he is called again in some days, three times in all."""
        self._check_bureau()
        # sudo: calls are noted by verbs; the right was checked
        self.sudo()._note_call()
        return True

    def action_note_call(self):
        """Opens the questions, to be filled in while he speaks."""
        self._check_may_call()
        return {
            "type": "ir.actions.act_window",
            "name": self.alumnus_id.display_name,
            "res_model": "bde.alumni.call",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_id": self.id},
        }
