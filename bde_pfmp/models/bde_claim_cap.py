from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [("transport", "Journeys"), ("meals", "Meals"), ("lodging", "Lodging")]
UNITS = [("journey", "journey"), ("km", "kilometre"), ("meal", "meal"), ("night", "night")]
UNITS_OF = {"transport": ("journey", "km"), "meals": ("meal",), "lodging": ("night",)}


class BdeClaimCap(models.Model):
    """What the board of a school pays of pupils' expenses, and up to how much.

    Note de service 93-179: costs of journeys, meals and lodging of placements, on receipts,
    within the limits that the board sets. Dated: claims keep the cap of their days.
    """

    _name = "bde.claim.cap"
    _description = "Cap of pupils' claims"
    _inherit = ["bde.owned"]
    _order = "kind, date_from desc, id desc"

    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True)
    unit = fields.Selection(
        UNITS,
        required=True,
        compute="_compute_unit",
        store=True,
        readonly=False,
        precompute=True,
        help="What pupils count.",
    )
    amount_unit = fields.Monetary(
        string="At most for one", help="For one meal, night, journey or kilometre. 0: no limit."
    )
    amount_stay = fields.Monetary(
        string="At most for a placement",
        help="For all claims of this kind over one placement. 0: no limit.",
    )
    receipt_required = fields.Boolean(
        string="Receipts", default=True, help="Nothing is granted without a receipt."
    )
    board_date = fields.Date(string="Vote of the board", required=True)
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", help="Last day, empty while it holds.")
    currency_id = fields.Many2one(related="company_id.currency_id")

    _amounts_check = models.Constraint(
        "CHECK(amount_unit >= 0 AND amount_stay >= 0)", "A cap is not negative."
    )
    _dates_check = models.Constraint(
        "CHECK(date_to IS NULL OR date_from <= date_to)", "A cap ends after it begins."
    )
    _company_kind_idx = models.Index("(company_id, kind, date_from)")

    @api.depends("kind")
    def _compute_unit(self):
        for cap in self:
            units = UNITS_OF.get(cap.kind, ("journey",))
            cap.unit = cap.unit if cap.unit in units else units[0]

    @api.depends("kind", "date_from")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for cap in self:
            cap.display_name = kinds.get(cap.kind, "")

    @api.constrains("kind", "company_id", "date_from", "date_to", "active")
    def _check_overlap(self):
        """One cap a kind and day."""
        found = self.search(
            [("company_id", "in", self.company_id.ids), ("kind", "in", self.mapped("kind"))]
        )
        for cap in self.filtered("active"):
            for other in found - cap:
                if (
                    other.company_id == cap.company_id
                    and other.kind == cap.kind
                    and other.date_from <= (cap.date_to or other.date_from)
                    and cap.date_from <= (other.date_to or cap.date_from)
                ):
                    raise ValidationError(
                        self.env._(
                            "%(kind)s: another cap holds in these days. Give it a last day first.",
                            kind=cap.display_name,
                        )
                    )

    @api.constrains("kind", "unit")
    def _check_unit(self):
        for cap in self:
            if cap.unit not in UNITS_OF[cap.kind]:
                raise ValidationError(
                    self.env._("%(kind)s are not counted like this.", kind=cap.display_name)
                )

    @api.model
    def _in_force(self, wanted):
        """The cap of each kind, school and day; one query for many.

        :param wanted: list of (school, kind, day)
        :return: {(school, kind, day): cap in sudo}, without those that have none
        """
        if not wanted:
            return {}
        # sudo: the rules of the school, for claims that the caller or a link may read
        found = self.sudo().search(
            [
                ("company_id", "in", list({company.id for company, _kind, _day in wanted})),
                ("date_from", "<=", max(day for _company, _kind, day in wanted)),
            ]
        )
        return {
            (company, kind, day): cap
            for company, kind, day in wanted
            for cap in found
            if cap.company_id.id == company.id
            and cap.kind == kind
            and cap.date_from <= day <= (cap.date_to or day)
        }
