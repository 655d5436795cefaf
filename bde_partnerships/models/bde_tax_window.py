from odoo import api, fields, models

from ..rules.tax import KINDS, PERIODS, SEQUENCE, window_state


class BdeTaxWindow(models.Model):
    """A dated window of a year: when schools check their data, when employers choose, transfers.

    Empty dates are dates that nobody has published yet; nothing is guessed from the year before.
    """

    _name = "bde.tax.window"
    _description = "Window of the taxe d'apprentissage"
    _inherit = ["bde.owned"]
    _order = "year desc, sequence, id"
    _rec_names_search = ["tax_year_id.name"]
    _check_company_domain = models.check_company_domain_parent_of

    tax_year_id = fields.Many2one(
        "bde.tax.year",
        string="Year",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="tax_year_id.company_id", store=True, precompute=True, default=None
    )
    year = fields.Integer(string="Year N", related="tax_year_id.year", store=True, precompute=True)
    kind = fields.Selection(KINDS, required=True)
    sequence = fields.Integer(compute="_compute_sequence", store=True, precompute=True)
    is_period = fields.Boolean(
        string="Employers choose",
        compute="_compute_sequence",
        store=True,
        precompute=True,
        help="Employers allot their solde within these dates.",
    )
    date_from = fields.Date(string="From", help="Empty: not published yet.")
    date_to = fields.Date(string="To", help="Last day included. Empty: not published yet.")
    source = fields.Char(help="Arrêté or page that gives the dates.")
    state = fields.Selection(
        [
            ("unknown", "Not known yet"),
            ("coming", "To come"),
            ("open", "Open now"),
            ("over", "Over"),
        ],
        compute="_compute_state",
    )
    is_unknown = fields.Boolean(
        string="Dates lack",
        compute="_compute_is_unknown",
        store=True,
        precompute=True,
        help="The beginning, or the end of a period, is not published yet.",
    )
    change_ids = fields.One2many("bde.tax.window.change", "window_id", string="Moved")

    _dates_check = models.Constraint(
        "CHECK(date_to IS NULL OR (date_from IS NOT NULL AND date_from <= date_to))",
        "A window ends after it begins: check both dates.",
    )
    _year_kind_uniq = models.Constraint(
        "UNIQUE(tax_year_id, kind)", "This window stands in the year already."
    )

    @api.depends("kind")
    def _compute_sequence(self):
        for window in self:
            window.sequence = SEQUENCE.get(window.kind, 0)
            window.is_period = window.kind in PERIODS

    @api.depends("date_from", "date_to", "is_period")
    def _compute_is_unknown(self):
        for window in self:
            window.is_unknown = not window.date_from or (window.is_period and not window.date_to)

    @api.depends_context("allowed_company_ids")
    @api.depends("date_from", "date_to", "is_period")
    def _compute_state(self):
        today = self.env.company._bde_today()
        for window in self:
            window.state = window._state_on(today)

    @api.depends_context("lang")
    @api.depends("kind", "year")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for window in self:
            label = labels.get(window.kind, "")
            window.display_name = f"{label} ({window.year})" if window.year else label

    # ------------------------------------------------------------
    # What the other parts ask
    # ------------------------------------------------------------

    def _state_on(self, date):
        """unknown, coming, open or over at a date."""
        self.ensure_one()
        return window_state(date, self.date_from, self.date_to, self.is_period)

    def _at(self, date):
        """Those of these windows that are open at a date, in their order."""
        return self.filtered(lambda window: window._state_on(date) == "open")

    def _days_left(self, date):
        """Days until the last day, which counts 0; None where the end is not known.

        Below zero once it is over.
        """
        self.ensure_one()
        return (self.date_to - date).days if self.date_to else None
