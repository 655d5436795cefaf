from odoo import api, fields, models

TRENDS = [("up", "Better than before"), ("steady", "As before"), ("down", "Worse than before")]


class BdeSiteQuality(models.Model):
    """Quality of a host, and of a host for a training: a count, an index, no words.

    Shared by all schools, computed (:meth:`_refresh`), written by nobody. An index that may not
    be shown is not stored: no road leads to it.
    """

    _name = "bde.site.quality"
    _description = "Quality of a host site"
    _inherit = ["bde.unsigned"]
    _order = "partner_id, training_code, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    training_code = fields.Char(
        required=True, readonly=True, default="", help="Empty: all trainings."
    )
    training_name = fields.Char(string="Training", readonly=True)
    partner_city = fields.Char(related="partner_id.city", string="Town")
    count = fields.Integer(
        string="Answers", readonly=True, help="Of pupils and referents, of all schools."
    )
    is_shown = fields.Boolean(
        string="Index known", readonly=True, help="From three answers on, so that nobody is known."
    )
    index = fields.Float(
        readonly=True,
        aggregator=None,
        help="0 to 100: recent answers weigh more, few answers stay near the trade.",
    )
    index_label = fields.Char(string="Quality", compute="_compute_index_label")
    trend = fields.Selection(TRENDS, readonly=True)
    trend_label = fields.Char(string="Trend shown", compute="_compute_trend_label")
    student_count = fields.Integer(string="Pupils", readonly=True)
    student_is_shown = fields.Boolean(readonly=True)
    student_index = fields.Float(string="Index of the pupils", readonly=True, aggregator=None)
    referent_count = fields.Integer(string="Referents", readonly=True)
    referent_is_shown = fields.Boolean(readonly=True)
    referent_index = fields.Float(string="Index of the referents", readonly=True, aggregator=None)
    incident_count = fields.Integer(
        string="Incidents", readonly=True, help="Of the last three years, at all schools."
    )
    refreshed_on = fields.Datetime(string="Computed on", readonly=True)

    _partner_training_uniq = models.Constraint(
        "UNIQUE(partner_id, training_code)", "The quality of this company is known already."
    )
    _index_idx = models.Index("(index DESC) WHERE training_code = '' AND is_shown")

    @api.depends("count", "is_shown", "index")
    def _compute_index_label(self):
        for line in self:
            line.index_label = f"{line.index:.0f} / 100" if line.is_shown else "–"

    @api.depends("is_shown", "trend")
    def _compute_trend_label(self):
        """A trend needs answers of two years: said rather than left empty."""
        labels = dict(self._fields["trend"]._description_selection(self.env))
        for line in self:
            unknown = self.env._("Too early to say") if line.is_shown else "–"
            line.trend_label = labels.get(line.trend, unknown)

    def action_open_site(self):
        """Opens the company: its page at the school of the user, else in the shared book."""
        self.ensure_one()
        relation = self.env["bde.relation"]
        if relation.has_access("read"):
            relation = relation.search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("company_id", "=", self.env.company.id),
                ],
                limit=1,
            )
        if relation:
            return relation._bde_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.partner_id.name,
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
            "views": [(self.env.ref("bde_partnerships.view_employer_form").id, "form")],
        }
