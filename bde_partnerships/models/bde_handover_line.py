from odoo import fields, models
from odoo.exceptions import AccessError, UserError

KINDS = [
    ("commitment", "Open promises"),
    ("activity", "Next steps"),
    ("lead", "Leads in progress"),
    ("partnership", "Agreements"),
    ("campaign", "Campaigns"),
    ("relation", "Companies followed"),
    ("watch", "Companies to watch or to avoid"),
    ("role", "Roles of the school"),
]


class BdeHandoverLine(models.Model):
    """One thing that is handed over, as it was on that day."""

    _name = "bde.handover.line"
    _description = "Line of a handover"
    _inherit = ["bde.owned"]
    _order = "handover_id, id"
    _rec_name = "label"

    handover_id = fields.Many2one(
        "bde.handover", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="handover_id.company_id", store=True, precompute=True, default=None
    )
    # a column of its own for the rule of who takes over
    to_user_id = fields.Many2one(
        related="handover_id.to_user_id", store=True, precompute=True, index=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    label = fields.Char(string="What", required=True, readonly=True)
    detail = fields.Char(readonly=True)
    date = fields.Date(readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    user_field = fields.Char(readonly=True)
    new_user_id = fields.Many2one(
        "res.users",
        string="Goes to",
        check_company=True,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        help="Empty: it is not reassigned.",
    )
    state = fields.Selection(
        [("open", "To give"), ("done", "Given"), ("kept", "Not reassigned"), ("info", "To know")],
        required=True,
        readonly=True,
        default="open",
    )
    reason = fields.Char(string="Why not", readonly=True)

    def write(self, vals):
        # what is reassigned is what the collection found, not what somebody types
        if not self.env.su and (
            vals.keys() - {"new_user_id"} or any(line.state != "open" for line in self)
        ):
            raise AccessError(self.env._("Only who gets an open line is chosen."))
        return super().write(vals)

    def _key(self):
        """What the line is about, to find it again at the next collection."""
        self.ensure_one()
        return self.kind, self.res_model or None, self.res_id or None

    def action_open(self):
        """Opens the record that the line is about, while it is there."""
        self.ensure_one()
        if self.res_model == "mail.activity":
            # sudo: where the activity stands; the record is opened with the user's own rights
            activity = self.env["mail.activity"].sudo().browse(self.res_id).exists()
            model, res_id = activity.res_model, activity.res_id
        else:
            model, res_id = self.res_model, self.res_id
        record = self.env[model].browse(res_id).exists() if model else None
        if not record:
            raise UserError(self.env._("It is gone: the line says what it was."))
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": res_id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------
    # Reassigning
    # ------------------------------------------------------------

    def _reassign(self):
        """Gives the open lines to their new owners: one write per model, field and person.

        In sudo, by ``bde.handover.action_give``. A batch that is refused is tried again line
        by line, so that the others go through.
        """
        todo = self.filtered(lambda line: line.state == "open")
        without = todo.filtered(lambda line: not line.new_user_id)
        without.write({"state": "kept", "reason": self.env._("Nobody was chosen for it.")})
        groups = (todo - without).grouped(
            lambda line: (line.res_model, line.user_field, line.new_user_id)
        )
        for (model, field, person), lines in groups.items():
            try:
                with self.env.cr.savepoint():
                    lines._give(model, field, person)
            except UserError:
                lines._give_apart(model, field, person)

    def _give(self, model, field, person):
        leaver = self.handover_id.from_user_id
        records = (
            self.env[model]
            .with_context(
                # one activity tells the successor, not a letter for each record
                mail_activity_quick_update=True,
                mail_auto_subscribe_no_notify=True,
            )
            .browse(self.mapped("res_id"))
        )
        if records._fields[field].type == "many2many":
            commands = [fields.Command.unlink(leaver.id), fields.Command.link(person.id)]
            records.write({field: commands})
        else:
            records.write({field: person.id})
        records.flush_recordset()
        self.write({"state": "done"})

    def _give_apart(self, model, field, person):
        for line in self:
            try:
                with self.env.cr.savepoint():
                    line._give(model, field, person)
            except UserError as error:
                line.write({"state": "kept", "reason": str(error)[:200]})
