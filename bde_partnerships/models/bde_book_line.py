from odoo import api, fields, models
from odoo.exceptions import UserError

from .bde_book_words import FIELD_LABELS

STATUSES = [
    ("look_alike", "To decide"),
    ("new", "New"),
    ("known", "Known"),
    ("refused", "Refused"),
]
DECISIONS = [
    ("join", "The same company"),
    ("new", "Another company"),
    ("leave", "Leave out"),
]


class BdeBookSheet(models.Model):
    """A sheet of the workbook that is imported."""

    _name = "bde.book.sheet"
    _description = "Sheet of a list"
    _inherit = ["bde.table.sheet"]

    import_id = fields.Many2one("bde.book.import")


class BdeBookColumn(models.Model):
    """A column of the list and what it holds; remembered for the school's next list."""

    _name = "bde.book.column"
    _description = "Column of a list"
    _inherit = ["bde.table.column"]

    import_id = fields.Many2one("bde.book.import")
    field = fields.Selection(
        FIELD_LABELS, string="What it holds", help="Empty: the column is left out."
    )


class BdeBookLine(models.Model):
    """One row of the list: what it is, what is done with it, what became of it."""

    _name = "bde.book.line"
    _description = "Row of a list"
    _inherit = ["bde.kept", "bde.table.line"]
    _rec_name = "name"

    import_id = fields.Many2one("bde.book.import")
    same_as = fields.Integer(
        string="Same company as line", readonly=True, aggregator=None, help="Decided there."
    )
    status = fields.Selection(STATUSES, required=True, readonly=True)
    name = fields.Char(string="Company", readonly=True)
    city = fields.Char(string="Town", readonly=True)
    siret = fields.Char(string="SIRET", readonly=True)
    detail = fields.Char(string="What else", readonly=True, help="Contacts, or the placement.")
    reason = fields.Text()
    remark = fields.Text(readonly=True, help="What of the row is kept as a note.")
    partner_id = fields.Many2one(
        "res.partner",
        string="Company of the book",
        ondelete="set null",
        index="btree_not_null",
        domain="[('bde_employer', '=', True)]",
    )
    score = fields.Integer(string="Alike", readonly=True, aggregator=None)
    decision = fields.Selection(DECISIONS)
    waits = fields.Boolean(
        string="Waits for a decision", compute="_compute_todo", store=True, precompute=True
    )
    result = fields.Selection(
        [("made", "Registered"), ("joined", "Completed"), ("same", "Nothing new")], readonly=True
    )
    relation_id = fields.Many2one(
        "bde.relation", ondelete="set null", index="btree_not_null", check_company=True
    )
    state = fields.Selection(related="import_id.state")
    data = fields.Json(groups=fields.NO_ACCESS)

    _status_idx = models.Index("(import_id, status, line)")

    @api.depends("status", "decision", "result")
    def _compute_todo(self):
        for line in self:
            undone = not line.result
            line.waits = undone and line.status == "look_alike" and not line.decision
            line.todo = (
                undone and line.status != "refused" and line.decision != "leave" and not line.waits
            )

    @api.model
    def _bde_kept(self):
        return super()._bde_kept() | {"relation_id"}

    @api.model
    def _bde_fixed(self):
        return super()._bde_fixed() | {"import_id"}

    def write(self, vals):
        if vals.keys() & {"decision", "partner_id"} and not self.env.su:
            self._check_decision(vals)
        result = super().write(vals)
        if "decision" in vals and not self.env.su:
            self._decide_repeats()
        return result

    def _decide_repeats(self):
        """Rows of the same company are decided with the first of them."""
        for record in self.import_id:
            lines = self.filtered(lambda line, record=record: line.import_id == record)
            repeats = self.search(
                [
                    ("import_id", "=", record.id),
                    ("same_as", "in", [line.line for line in lines]),
                    ("status", "!=", "refused"),
                    ("result", "=", False),
                ]
            )
            by_line = {line.line: line for line in lines}
            for (decision, partner), group in repeats.grouped(
                lambda line, by_line=by_line: (
                    by_line[line.same_as].decision,
                    by_line[line.same_as].partner_id,
                )
            ).items():
                # sudo: the answer was checked on the first row
                group.sudo().write({"decision": decision, "partner_id": partner.id})

    def _check_decision(self, vals):
        """Stops answers that make no sense, or come too late."""
        decision = vals.get("decision")
        if vals.get("partner_id"):
            # the row shows its name
            self.env["res.partner"]._bde_check_employers([vals["partner_id"]])
        for line in self:
            line._check_open()
            partner = vals.get("partner_id", line.partner_id.id)
            if decision == "join" and not partner:
                raise UserError(
                    self.env._("Line %(line)s: choose the company that it is.", line=line.line)
                )
            if decision == "new" and line.siret and partner:
                known = self.env["res.partner"].browse(partner)
                if (known.company_registry or "") == line.siret:
                    raise UserError(
                        self.env._(
                            "Line %(line)s: its SIRET is that of %(name)s. Join it, or leave the "
                            "row out.",
                            line=line.line,
                            name=known.name,
                        )
                    )

    def action_decide(self):
        """Answers these lines with the decision of the context; an empty one takes it back."""
        self.write({"decision": self.env.context.get("decision") or False})

    def action_open(self):
        """Opens the company that the line speaks of."""
        self.ensure_one()
        if self.relation_id:
            return self.relation_id._bde_open()
        if not self.partner_id:
            return False
        return {
            "type": "ir.actions.act_window",
            "name": self.partner_id.display_name,
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(self.env.ref("bde_partnerships.view_employer_form").id, "form")],
            "target": "new",
        }
