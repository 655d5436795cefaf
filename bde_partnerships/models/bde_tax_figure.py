from odoo import api, fields, models
from odoo.tools import SQL

# Below so many companies a number would tell of one of them.
FEWEST = 5
# What is published together: how many companies, and what they say or gave.
FAMILIES = {
    "target_count": ("target_count", "message_count"),
    "reached_count": ("reached_count",),
    "answered_count": ("answered_count",),
    "promised_count": ("promised_count", "promised_amount"),
    "received_count": ("received_count", "received_amount"),
}
COLUMNS = [name for names in FAMILIES.values() for name in names]


class BdeTaxFigure(models.Model):
    """The campaign of a school in numbers, for its académie: no name, no number under five.

    The académie reads no record of a school; these lines are counted by a job, from the same
    definitions as the school's own funnel (``bde.tax.report``). What too few companies stand
    behind is not stored at all.
    """

    _name = "bde.tax.figure"
    _description = "Totals of the taxe d'apprentissage by school"
    _inherit = ["bde.academy.figure"]
    _order = "year desc, school_id"

    year = fields.Integer(string="Year N", required=True, readonly=True, aggregator=None)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [("preparing", "In preparation"), ("running", "Under way"), ("closed", "Closed")],
        string="Campaign",
        readonly=True,
    )
    target_amount = fields.Monetary(string="Amount aimed at", readonly=True)
    target_count = fields.Integer(
        string="Were asked", readonly=True, help="Companies on the list of the school's campaign."
    )
    reached_count = fields.Integer(string="Were reached", readonly=True)
    answered_count = fields.Integer(string="Have answered", readonly=True)
    message_count = fields.Integer(
        string="Messages", readonly=True, help="Mails and letters sent by the school."
    )
    promised_count = fields.Integer(
        string="Have promised",
        readonly=True,
        help="Empty below five companies: see the remark.",
    )
    promised_amount = fields.Monetary(string="Promised", readonly=True)
    received_count = fields.Integer(
        string="Have given", readonly=True, help="Empty below five companies: see the remark."
    )
    received_amount = fields.Monetary(string="Received", readonly=True)
    received_before = fields.Monetary(
        string="Received the year before",
        readonly=True,
        help="As it is published for that year.",
    )
    target_is_hidden = fields.Boolean(string="Few companies targeted", readonly=True)
    reached_is_hidden = fields.Boolean(string="Few companies reached", readonly=True)
    answered_is_hidden = fields.Boolean(string="Few answers", readonly=True)
    promised_is_hidden = fields.Boolean(string="Few promises", readonly=True)
    received_is_hidden = fields.Boolean(string="Few givers", readonly=True)

    _school_year_uniq = models.UniqueIndex("(school_id, year)")
    _company_year_idx = models.Index("(company_id, year)")

    @api.depends(*(name.replace("_count", "_is_hidden") for name in FAMILIES))
    def _compute_remark(self):
        """What is not published, in words: an empty column would read as nothing received."""
        labels = {
            "target_is_hidden": self.env._("targeted"),
            "reached_is_hidden": self.env._("reached"),
            "answered_is_hidden": self.env._("answered"),
            "promised_is_hidden": self.env._("promised"),
            "received_is_hidden": self.env._("received"),
        }
        for figure in self:
            hidden = [label for name, label in labels.items() if figure[name]]
            figure.remark = False
            if hidden:
                figure.remark = self.env._(
                    "Fewer than %(count)s companies, not published: %(what)s.",
                    count=FEWEST,
                    what=", ".join(hidden),
                )

    # ------------------------------------------------------------
    # Counting
    # ------------------------------------------------------------

    @api.model
    def _refresh(self, domain=()):
        """Counts again, in one statement whatever the number of schools and years.

        Lines of a campaign that is gone go too: what was counted of it is nobody's any more.

        :param domain: schools to count, of ``res.company``; all when empty
        """
        schools = self.env["res.company"].search([("bde_kind", "=", "school"), *domain])
        if not schools:
            return
        self.env["bde.tax.report"]._flush_for_figures()
        self.env["bde.tax.campaign"].flush_model()
        self.flush_model()
        self.env.cr.execute(self._gone_query(schools))
        self.env.cr.execute(self._refresh_query(schools))
        self.env.cr.execute(self._before_query(schools))
        self.invalidate_model()

    @api.model
    def _gone_query(self, schools):
        return SQL(
            """
            DELETE FROM bde_tax_figure f
             WHERE f.school_id = ANY(%s)
               AND NOT EXISTS (SELECT FROM bde_tax_campaign c
                                WHERE c.company_id = f.school_id AND c.year = f.year)
            """,
            schools.ids,
        )

    @api.model
    def _refresh_query(self, schools):
        sums = SQL(", ").join(
            SQL("COALESCE(SUM(r.%s), 0) AS %s", SQL.identifier(name), SQL.identifier(name))
            for name in COLUMNS
        )
        # what stands on too few companies is never written down
        shown = SQL(", ").join(
            SQL(
                "CASE WHEN n.%s < %s THEN 0 ELSE n.%s END",
                SQL.identifier(counted),
                FEWEST,
                SQL.identifier(name),
            )
            for counted, names in FAMILIES.items()
            for name in names
        )
        hidden = SQL(", ").join(
            SQL("n.%s BETWEEN 1 AND %s", SQL.identifier(counted), FEWEST - 1)
            for counted in FAMILIES
        )
        flags = [counted.replace("_count", "_is_hidden") for counted in FAMILIES]
        written = ["company_id", "state", "target_amount", "refreshed_on", *COLUMNS, *flags]
        return SQL(
            """
            INSERT INTO bde_tax_figure (
                school_id, year, company_id, state, target_amount, refreshed_on, %(columns)s,
                %(flags)s
            )
            SELECT n.school_id, n.year, n.company_id, n.state, n.target_amount,
                   NOW() AT TIME ZONE 'UTC', %(shown)s, %(hidden)s
              FROM (SELECT c.company_id AS school_id, c.year, s.parent_id AS company_id, c.state,
                           c.target_amount, %(sums)s
                      FROM bde_tax_campaign c
                      JOIN res_company s ON s.id = c.company_id AND s.parent_id IS NOT NULL
                 LEFT JOIN (%(report)s) r ON r.campaign_id = c.id
                     WHERE c.company_id = ANY(%(schools)s) AND c.active
                  GROUP BY c.id, s.parent_id) n
            ON CONFLICT (school_id, year) DO UPDATE SET %(updates)s
            """,
            columns=SQL(", ").join(map(SQL.identifier, COLUMNS)),
            flags=SQL(", ").join(map(SQL.identifier, flags)),
            shown=shown,
            hidden=hidden,
            sums=sums,
            report=self.env["bde.tax.report"]._table_query,
            schools=schools.ids,
            updates=SQL(", ").join(
                SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                for name in written
            ),
        )

    @api.model
    def _before_query(self, schools):
        """What was published of the year before, beside each year."""
        return SQL(
            """
            UPDATE bde_tax_figure f
               SET received_before = (SELECT b.received_amount FROM bde_tax_figure b
                                       WHERE b.school_id = f.school_id AND b.year = f.year - 1)
             WHERE f.school_id = ANY(%s)
            """,
            schools.ids,
        )
