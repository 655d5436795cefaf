from odoo import api, fields, models

from ..models.bde_outcome import CONTRACTS, LINKED, SITUATIONS


class BdeAlumniCall(models.TransientModel):
    """What a leaver says on the telephone: the questions of the survey, in its order."""

    _name = "bde.alumni.call"
    _description = "Call to a leaver"

    line_id = fields.Many2one("bde.alumni.wave.line", required=True, ondelete="cascade")
    phone = fields.Char(related="line_id.phone")
    call_count = fields.Integer(related="line_id.call_count")
    situation = fields.Selection(SITUATIONS, string="What is he or she doing today?")
    place = fields.Char(string="Where?", help="The company or the school, and its town.")
    trade = fields.Char(string="Occupation")
    contract = fields.Selection([one for one in CONTRACTS if one[0] != "apprentice"])
    linked = fields.Selection(LINKED, string="Linked to what was learnt?")
    study = fields.Char(string="Diploma being prepared")
    answered_by = fields.Char(
        string="Who answered", help="When it was not the leaver: the mother, a former teacher."
    )

    @api.model
    def default_get(self, fields):
        """What he said before, when he answered in part."""
        vals = super().default_get(fields)
        line = self.env["bde.alumni.wave.line"].browse(vals.get("line_id"))
        if line and line.outcome_id:
            said = line.outcome_id
            vals |= {
                "situation": said.situation,
                "place": said.study_place if said.situation == "study" else said.employer_text,
                "trade": said.trade,
                "contract": said.contract != "apprentice" and said.contract,
                "linked": said.linked_to_training,
                "study": said.study_label,
                "answered_by": said.answered_by,
            }
        return {name: value for name, value in vals.items() if name in self._fields}

    def action_save(self):
        """Keeps what was said; what was not asked stays open."""
        self.ensure_one()
        line = self.line_id
        line._check_may_call()
        said = {name: self[name] for name in ("place", "trade", "contract", "linked", "study")}
        answers = {code: value for code, value in said.items() if value}
        line._take_answers(
            answers | {"situation": self.situation}, "call", self.answered_by or False
        )
        # sudo: calls are noted by verbs; the right was checked
        line.sudo()._note_call()
        return {"type": "ir.actions.act_window_close"}

    def action_missed(self):
        """Nobody answered."""
        self.line_id.action_call_missed()
        return {"type": "ir.actions.act_window_close"}

    def action_refuse(self):
        """Does not wish to answer."""
        self.line_id.action_refuse()
        return {"type": "ir.actions.act_window_close"}
