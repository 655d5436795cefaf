from odoo import api, fields, models
from odoo.exceptions import UserError


class BdeTaxMatch(models.TransientModel):
    """Which company a row of an export is about: those that look like it, or any other."""

    _name = "bde.tax.match"
    _description = "Company of a row"

    line_id = fields.Many2one("bde.tax.import.line", required=True, ondelete="cascade")
    name = fields.Char(related="line_id.name")
    siret = fields.Char(related="line_id.siret")
    city = fields.Char(related="line_id.city")
    amount = fields.Monetary(related="line_id.amount")
    currency_id = fields.Many2one(related="line_id.currency_id")
    reason = fields.Text(related="line_id.reason")
    same_count = fields.Integer(string="Rows of this employer", readonly=True)
    candidate_ids = fields.One2many("bde.tax.match.candidate", "wizard_id", string="Look like it")
    partner_id = fields.Many2one(
        "res.partner", string="Another company", domain=[("bde_employer", "=", True)]
    )

    @api.model
    def _for_line(self, line):
        """A dialog for this row, the companies that were found in it."""
        found = line.candidates or []
        own = self.env["bde.relation"].search(
            [
                ("company_id", "=", line.company_id.id),
                ("partner_id", "in", [one[0] for one in found]),
            ]
        )
        return self.create(
            {
                "line_id": line.id,
                "same_count": len(line._same_employer(line)),
                "candidate_ids": [
                    fields.Command.create(
                        {
                            "partner_id": partner_id,
                            "score": score,
                            "reason": said,
                            "followed": partner_id in own.partner_id.ids,
                        }
                    )
                    for partner_id, score, said in found
                ],
            }
        )

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Which company is it?"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_take(self):
        """It is the company that was searched for."""
        self.ensure_one()
        if not self.partner_id:
            raise UserError(self.env._("Choose the company first."))
        return self._take(self.partner_id)

    def _take(self, partner):
        """Answers the row, and those of the same employer that wait too."""
        lines = self.line_id | self.line_id._same_employer(self.line_id)
        lines.write({"partner_id": partner.id, "decision": "take"})
        lines._count_now()
        return {"type": "ir.actions.act_window_close"}

    def action_register(self):
        """It is none of them: registers it."""
        return self.line_id.action_register()


class BdeTaxMatchCandidate(models.TransientModel):
    """One company that may be the one of the row."""

    _name = "bde.tax.match.candidate"
    _description = "Company that looks like the employer"
    _order = "followed desc, score desc, id"

    wizard_id = fields.Many2one("bde.tax.match", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Company", required=True)
    siret = fields.Char(related="partner_id.bde_siret", string="SIRET")
    city = fields.Char(related="partner_id.city", string="Town")
    score = fields.Integer(string="Alike")
    reason = fields.Char(string="Why")
    followed = fields.Boolean(string="Followed by the school")

    def action_take(self):
        """It is this one."""
        self.ensure_one()
        return self.wizard_id._take(self.partner_id)


class BdeTaxAside(models.TransientModel):
    """Why rows of an export are set aside: they stay, and are counted nowhere."""

    _name = "bde.tax.aside"
    _description = "Set rows aside"

    line_ids = fields.Many2many("bde.tax.import.line", required=True)
    reason = fields.Char(required=True)

    def action_apply(self):
        """Sets the rows aside."""
        self.ensure_one()
        self.line_ids.write({"decision": "aside", "aside_reason": self.reason})
        return {"type": "ir.actions.act_window_close"}


class BdeEmployerRegister(models.TransientModel):
    """A company that is registered for a row of an export answers the row."""

    _inherit = "bde.employer.register"

    tax_line_id = fields.Many2one("bde.tax.import.line", ondelete="cascade")

    def _make_or_join(self, siret):
        action = super()._make_or_join(siret)
        line = self.tax_line_id
        if not line:
            return action
        relation = self.env[action["res_model"]].browse(action["res_id"])
        lines = line | line._same_employer(line)
        lines.write({"partner_id": relation.partner_id.id, "decision": "take"})
        lines._count_now()
        return {"type": "ir.actions.act_window_close"}
