from odoo import api, fields, models

from ..models.bde_would_you import OFFERS


class BdeWouldYouNote(models.TransientModel):
    """What an alumnus said by telephone, or at the bureau, to the question of the year."""

    _name = "bde.would.you.note"
    _description = "Answer of an alumnus, noted"

    alumnus_id = fields.Many2one("bde.alumnus", required=True, ondelete="cascade")
    phone = fields.Char(related="alumnus_id.phone")
    answer = fields.Selection(
        [
            ("yes", "Would do something"),
            ("nothing", "Nothing this year"),
            ("no_more", "No for good: nothing is sent any more"),
        ],
        required=True,
        default="yes",
    )
    channel = fields.Selection(
        [("call", "By telephone"), ("desk", "At the bureau")],
        string="Said",
        required=True,
        default="call",
    )
    tutor = fields.Boolean(string="Be a tutor")
    host = fields.Boolean(string="Host a pupil")
    speak = fields.Boolean(string="Speak in class")
    jury = fields.Boolean(string="Sit in a jury")
    mentor = fields.Boolean(string="Be a mentor")
    tax = fields.Boolean(string="Taxe d'apprentissage")
    employer = fields.Char(string="Where he or she works", help="Name and town, or SIRET.")
    remark = fields.Text(string="In his or her own words")

    @api.model
    def default_get(self, fields):
        """What was said this year already."""
        vals = super().default_get(fields)
        alumnus = self.env["bde.alumnus"].browse(vals.get("alumnus_id")).exists()
        if alumnus:
            row = alumnus._would_you_row()
            vals |= {name: row[name] for name in OFFERS}
            vals["employer"] = row.employer_text or row.relation_id.partner_name or alumnus.works_at
            vals["remark"] = row.remark
        return {name: value for name, value in vals.items() if name in self._fields}

    def action_save(self):
        """Keeps what was said, with all that follows from it."""
        self.ensure_one()
        alumnus = self.alumnus_id
        alumnus.check_access("write")
        alumnus._bde_check_staff()
        alumnus._answer_would_you(
            self.answer,
            [name for name in OFFERS if self[name]],
            self.employer or "",
            self.remark or "",
            self.channel,
        )
        return {"type": "ir.actions.act_window_close"}
