from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.bde_placement_limit import DEAD_STATES
from ..rules.share import share


class BdePlacementReferent(models.TransientModel):
    """Gives pupils their referent teacher: one for all, or shared by the hours taught."""

    _name = "bde.placement.referent"
    _description = "Choose referent teachers"

    placement_ids = fields.Many2many("bde.placement", string="Pupils", required=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    mode = fields.Selection(
        [
            ("one", "One teacher for all"),
            ("share", "Share among the teachers of the class, by the hours they teach"),
        ],
        required=True,
        default="one",
    )
    keep = fields.Boolean(
        string="Only pupils without a referent", default=True, help="Leaves the others as they are."
    )
    teacher_id = fields.Many2one(
        "bde.teacher", string="Referent teacher", domain="[('company_id', '=', company_id)]"
    )
    line_ids = fields.One2many(
        "bde.placement.referent.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    total = fields.Integer(string="Pupils to give", compute="_compute_total")

    @api.depends("placement_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.placement_ids.company_id[:1]

    def _targets(self):
        """Pupils that get a referent."""
        if not self.keep:
            return self.placement_ids
        return self.placement_ids.filtered(lambda placement: not placement.referent_id)

    @api.depends("placement_ids", "keep")
    def _compute_total(self):
        for wizard in self:
            wizard.total = len(wizard._targets())

    @api.depends("placement_ids", "keep", "mode")
    def _compute_line_ids(self):
        for wizard in self:
            lines = wizard._proposal() if wizard.mode == "share" else []
            wizard.line_ids = [Command.clear(), *(Command.create(line) for line in lines)]

    def _proposal(self):
        """How many pupils each teacher of these classes takes, sixteen at most (D124-3)."""
        targets = self._targets()
        divisions = targets.division_id._origin
        hours = {
            teacher: total or 0
            for teacher, total in self.env["bde.teaching"]._read_group(
                [("division_id", "in", divisions.ids)], ["teacher_id"], ["hours:sum"]
            )
        }
        if not hours:
            return []
        taken = dict(
            self.env["bde.placement"]._read_group(
                [
                    ("referent_id", "in", [teacher.id for teacher in hours]),
                    ("date_start", "<=", max(targets.mapped("date_end"))),
                    ("date_end", ">=", min(targets.mapped("date_start"))),
                    ("state", "not in", DEAD_STATES),
                    ("id", "not in", targets._origin.ids),
                ],
                ["referent_id"],
                # a pupil whose host changed on the way is one pupil
                ["student_id:count_distinct"],
            )
        )
        # the law of the first day of these stays
        limit = self.env["bde.rule"]._limit(
            "referent_max", min(targets.mapped("date_start")), targets[:1].kind
        )
        parts = share(len(targets), hours, taken, limit or len(targets))
        return [
            {
                "teacher_id": teacher.id,
                "hours": hours[teacher],
                "taken": taken.get(teacher, 0),
                "number": parts[teacher],
            }
            for teacher in sorted(hours, key=lambda teacher: -hours[teacher])
        ]

    def action_assign(self):
        """Writes the referents, pupils in the order of the list."""
        self.ensure_one()
        targets = self._targets().sorted(
            lambda placement: (placement.division_id.name or "", placement.student_name or "")
        )
        if self.mode == "one":
            if not self.teacher_id:
                raise UserError(self.env._("Choose a teacher."))
            targets.write({"referent_id": self.teacher_id.id})
            return {"type": "ir.actions.act_window_close"}
        given = sum(self.line_ids.mapped("number"))
        if given > len(targets):
            raise UserError(
                self.env._(
                    "%(given)s pupils given out, there are %(total)s.",
                    given=given,
                    total=len(targets),
                )
            )
        position = 0
        for line in self.line_ids:
            targets[position : position + line.number].write({"referent_id": line.teacher_id.id})
            position += line.number
        return {"type": "ir.actions.act_window_close"}


class BdePlacementReferentLine(models.TransientModel):
    """Part of one teacher."""

    _name = "bde.placement.referent.line"
    _description = "Pupils of one referent teacher"

    wizard_id = fields.Many2one("bde.placement.referent", required=True, ondelete="cascade")
    teacher_id = fields.Many2one("bde.teacher", required=True)
    hours = fields.Float(string="Hours in the class", readonly=True)
    taken = fields.Integer(string="Follows already", readonly=True)
    number = fields.Integer(string="Takes")
