from odoo import api, fields, models


class BdeTaxWindowMove(models.TransientModel):
    """Dates of a window by a new text: what changes, and how many schools are told."""

    _name = "bde.tax.window.move"
    _description = "Dates of a window of the taxe d'apprentissage"

    window_id = fields.Many2one("bde.tax.window", required=True, readonly=True, ondelete="cascade")
    old_from = fields.Date(related="window_id.date_from", string="From, before")
    old_to = fields.Date(related="window_id.date_to", string="To, before")
    is_period = fields.Boolean(related="window_id.is_period")
    date_from = fields.Date(
        string="From",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        help="Empty: not published yet.",
    )
    date_to = fields.Date(
        string="To",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        help="Last day included. Empty: not published yet.",
    )
    source = fields.Char(
        string="Arrêté or page", required=True, help="Schools read it beside the dates."
    )
    school_count = fields.Integer(string="Schools that are told", compute="_compute_school_count")

    @api.depends("window_id")
    def _compute_dates(self):
        for wizard in self:
            wizard.date_from = wizard.window_id.date_from
            wizard.date_to = wizard.window_id.date_to

    @api.depends("window_id")
    def _compute_school_count(self):
        for wizard in self:
            # sudo: the académie reads no campaign, only how many there are
            wizard.school_count = (
                self.env["bde.tax.campaign"]
                .sudo()
                .search_count(
                    [
                        ("tax_year_id", "=", wizard.window_id.tax_year_id.id),
                        ("state", "!=", "closed"),
                    ]
                )
            )

    def action_apply(self):
        """Moves the window and tells the schools."""
        self.ensure_one()
        self.window_id._move(self.date_from, self.date_to, self.source)
        return {"type": "ir.actions.act_window_close"}
