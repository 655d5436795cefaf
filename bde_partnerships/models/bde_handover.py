from odoo import fields, models

STATES = [("draft", "In preparation"), ("given", "Given"), ("acknowledged", "Acknowledged")]


class BdeHandover(models.Model):
    """What a person leaves behind at a school, and who takes it over.

    The lines are a picture of the day it was made: both persons find it again later, whatever
    became of the records.
    """

    _name = "bde.handover"
    _description = "Handover"
    _inherit = ["bde.owned"]
    _order = "id desc"
    _rec_name = "from_name"

    from_user_id = fields.Many2one(
        "res.users", string="Leaves", required=True, index=True, ondelete="restrict"
    )
    from_name = fields.Char(related="from_user_id.name", store=True, string="Who leaves")
    to_user_id = fields.Many2one(
        "res.users",
        string="Takes over",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", copy=False)
    notes = fields.Html(help="Facts only. No password, no opinion on a person.")
    line_ids = fields.One2many("bde.handover.line", "handover_id", string="What is handed over")
    given_on = fields.Datetime(readonly=True, copy=False)
    given_by_id = fields.Many2one("res.users", string="Given by", readonly=True, copy=False)
    acknowledged_on = fields.Datetime(readonly=True, copy=False)
    acknowledged_name = fields.Char(string="Read by", readonly=True, copy=False)

    def _handover_items(self):
        """What the person leaves at the school, as values of lines; modules extend it.

        One handover, in sudo, with the school as company. A dict holds ``kind``, ``label`` and
        when known ``detail``, ``date``, ``res_model``, ``res_id`` and ``user_field`` (the field
        of that record that says whose it is; without it there is nothing to reassign).

        :rtype: list[dict]
        """
        self.ensure_one()
        return []

    def action_collect(self):
        """Lists again what is left behind; choices that were made stay."""
        return True

    def action_give(self):
        """Reassigns line by line, in batch, and tells the successor."""
        return True

    def action_acknowledge(self):
        """The successor has read it."""
        return True


class BdeHandoverLine(models.Model):
    """One thing that is handed over, as it was on that day."""

    _name = "bde.handover.line"
    _description = "Line of a handover"
    _inherit = ["bde.owned"]
    _order = "handover_id, sequence, date, id"
    _rec_name = "label"

    handover_id = fields.Many2one(
        "bde.handover", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="handover_id.company_id", store=True, precompute=True, default=None
    )
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(
        [
            ("commitment", "Open promises"),
            ("activity", "Next steps"),
            ("lead", "Leads in progress"),
            ("relation", "Companies followed"),
            ("watch", "Companies to watch or to avoid"),
            ("partnership", "Agreements"),
            ("campaign", "Campaigns"),
        ],
        required=True,
        readonly=True,
    )
    label = fields.Char(required=True, readonly=True)
    detail = fields.Char(readonly=True)
    date = fields.Date(readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    user_field = fields.Char(readonly=True)
    new_user_id = fields.Many2one("res.users", string="Goes to", check_company=True)
    state = fields.Selection(
        [("open", "To give"), ("done", "Given"), ("kept", "Not reassigned"), ("info", "To know")],
        required=True,
        readonly=True,
        default="open",
    )
    reason = fields.Char(string="Why not", readonly=True)
