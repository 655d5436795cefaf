from odoo import api, fields, models
from odoo.exceptions import UserError


class BdeMentorAsk(models.TransientModel):
    """The bureau asks a mentor for a pupil, in front of him."""

    _name = "bde.mentor.ask"
    _description = "Ask a mentor for a pupil"

    mentor_profile_id = fields.Many2one("bde.mentor.profile", string="Mentor", required=True)
    company_id = fields.Many2one(related="mentor_profile_id.company_id")
    student_id = fields.Many2one("bde.student", string="Pupil", required=True)
    text = fields.Text(string="What he would like to know", required=True)
    share_email = fields.Boolean(string="The mentor sees the pupil's e-mail once he accepts")
    share_phone = fields.Boolean(string="The mentor sees the pupil's phone once he accepts")

    @api.model
    def default_get(self, fields):
        vals = super().default_get(fields)
        if self.env.context.get("active_model") == "bde.mentor.profile":
            vals.setdefault("mentor_profile_id", self.env.context.get("active_id"))
        return vals

    def action_ask(self):
        """Sends the request; that of a minor waits to be read, which the bureau does at once."""
        self.ensure_one()
        self.mentor_profile_id.check_access("read")
        self.student_id.check_access("read")
        company = self.mentor_profile_id.company_id
        company._bde_check_user_is("secretary")
        if self.student_id.company_id != company:
            raise UserError(self.env._("Choose a pupil of your school."))
        shares = [name for name in ("email", "phone") if self[f"share_{name}"]]
        # sudo: the pupil's record is read by a verb, the right was checked above
        request = self.env["bde.mentor.request"]._ask(
            self.mentor_profile_id.sudo().alumnus_id, self.student_id, self.text, shares
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Request to a mentor"),
            "res_model": "bde.mentor.request",
            "res_id": request.id,
            "view_mode": "form",
        }
