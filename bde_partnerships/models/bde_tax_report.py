from odoo import api, fields, models
from odoo.tools import SQL

from .bde_naf import SECTIONS
from .bde_tax_target import SOURCES, STAGES
from .res_partner import HEADCOUNTS

LOYALTIES = [
    ("loyal", "Gave last year and this one"),
    ("back", "Gave in an earlier year, and again"),
    ("new", "Gives for the first time"),
    ("lapsed", "Gave last year, not yet this one"),
    ("earlier", "Gave in an earlier year"),
    ("none", "Never gave"),
]


class BdeTaxReport(models.Model):
    """One line a company of a campaign: what steering counts, sums and splits.

    Definitions stand here once; the funnel, the figures of the académie and the sheet for the
    board are sums of these columns, so that they agree with the pivot. Who answered was
    reached and who promised answered; whoever gave counts as having given, and as having
    promised only if he did.
    """

    _name = "bde.tax.report"
    _description = "Steering of the taxe d'apprentissage"
    _inherit = ["bde.owned"]
    _auto = False
    _order = "year desc, received_amount desc, potential desc, id"
    _rec_name = "partner_id"

    campaign_id = fields.Many2one("bde.tax.campaign", readonly=True, check_company=True)
    year = fields.Integer(readonly=True, aggregator=None)
    relation_id = fields.Many2one("bde.relation", readonly=True, check_company=True)
    partner_id = fields.Many2one("res.partner", string="Company", readonly=True)
    city = fields.Char(string="Town", readonly=True)
    naf_id = fields.Many2one("bde.naf", string="Activity (NAF)", readonly=True)
    naf_section = fields.Selection(SECTIONS, string="Sector", readonly=True)
    headcount = fields.Selection(HEADCOUNTS, readonly=True)
    source = fields.Selection(SOURCES, string="Found as", readonly=True)
    stage = fields.Selection(STAGES, readonly=True)
    loyalty = fields.Selection(LOYALTIES, readonly=True)
    course_id = fields.Many2one(
        "bde.tax.course",
        readonly=True,
        check_company=True,
        help="The course that received the most from the company, else the one it promised to."
        " The receipts tell what each course received to the cent.",
    )
    training_id = fields.Many2one(
        "bde.training",
        readonly=True,
        check_company=True,
        help="The training of that course: the same one from year to year.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)

    # ------------------------------------------------------------
    # Stages, each 1 or 0
    # ------------------------------------------------------------

    target_count = fields.Integer(
        string="Were asked",
        readonly=True,
        help="Companies kept on the list of the campaign, and those left out after they were"
        " reached, answered, promised or gave.",
    )
    left_out_count = fields.Integer(
        string="Left out",
        readonly=True,
        help="Left out before anything happened: owes no tax, must not be asked, closed, by hand.",
    )
    reached_count = fields.Integer(
        string="Were reached",
        readonly=True,
        help="At least one letter or mail that did not bounce, or a call that reached somebody;"
        " and all who answered.",
    )
    answered_count = fields.Integer(
        string="Have answered",
        readonly=True,
        help="An answer by link, call or mail, whatever it says; and all who promised.",
    )
    refused_count = fields.Integer(
        string="Said no", readonly=True, help="Of those who answered: not this year, and no money."
    )
    promised_count = fields.Integer(
        string="Have promised", readonly=True, help="Has a pledge that was not cancelled."
    )
    received_count = fields.Integer(
        string="Have given",
        readonly=True,
        help="Its receipts, corrections deducted, are more than nothing.",
    )
    unexpected_count = fields.Integer(
        string="Givers without promise",
        readonly=True,
        help="Of the givers, those who had promised nothing.",
    )
    giver_before_count = fields.Integer(
        string="Givers of last year", readonly=True, help="On this list, and gave last year."
    )
    loyal_count = fields.Integer(
        string="Loyal givers", readonly=True, help="Gave last year and gives this year."
    )
    message_count = fields.Integer(
        string="Messages", readonly=True, help="Mails and letters sent to the company."
    )

    # ------------------------------------------------------------
    # Euros
    # ------------------------------------------------------------

    potential = fields.Monetary(
        readonly=True, help="What the companies targeted may allot, mostly estimated."
    )
    reached_potential = fields.Monetary(string="Potential of those reached", readonly=True)
    answered_potential = fields.Monetary(string="Potential of those who answered", readonly=True)
    promised_amount = fields.Monetary(
        string="Amount promised",
        readonly=True,
        help="Pledges that were not cancelled; a percentage counts once the payroll is known.",
    )
    received_amount = fields.Monetary(
        string="Amount received",
        readonly=True,
        help="All receipts, corrections deducted: the total of the imports.",
    )
    unexpected_amount = fields.Monetary(string="Received without promise", readonly=True)
    last_year_amount = fields.Monetary(string="Received last year", readonly=True)

    _depends = {
        "bde.tax.target": [
            "company_id",
            "campaign_id",
            "year",
            "relation_id",
            "partner_id",
            "city",
            "naf_id",
            "naf_section",
            "headcount",
            "source",
            "state",
            "stage",
            "reached_on",
            "answered_on",
            "refused_on",
            "pledge_count",
            "potential",
            "promised_amount",
            "received_amount",
            "last_year_amount",
            "giving_years",
            "message_sent_count",
        ],
        "bde.tax.receipt": ["target_id", "course_id", "amount"],
        "bde.pledge": ["target_id", "course_id", "state"],
        "bde.tax.course": ["training_id"],
        "res.company": ["currency_id"],
    }

    def action_open_target(self):
        """Opens the company asked that the line stands for."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bde.tax.target",
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @api.model
    def _flush_for_figures(self):
        """Writes what a statement of our own is about to read."""
        for model, names in self._depends.items():
            self.env[model].flush_model(names)

    @property
    def _table_query(self):
        # the cascade of what implies what; further down each stage is a column of 1 and 0
        return SQL(
            """
            SELECT f.id, f.company_id, f.campaign_id, f.year, f.relation_id, f.partner_id, f.city,
                   f.naf_id, f.naf_section, f.headcount, f.source, f.stage,
                   %(course)s AS course_id,
                   (SELECT c.training_id FROM bde_tax_course c WHERE c.id = %(course)s)
                       AS training_id,
                   s.currency_id,
                   CASE WHEN f.gave AND f.last_year_amount > 0 THEN 'loyal'
                        WHEN f.gave AND f.giving_years > 0 THEN 'back'
                        WHEN f.gave THEN 'new'
                        WHEN f.last_year_amount > 0 THEN 'lapsed'
                        WHEN f.giving_years > 0 THEN 'earlier'
                        ELSE 'none' END AS loyalty,
                   f.targeted::int AS target_count,
                   (NOT f.targeted)::int AS left_out_count,
                   f.reached::int AS reached_count,
                   f.answered::int AS answered_count,
                   (f.stage = 'refused')::int AS refused_count,
                   f.promised::int AS promised_count,
                   f.gave::int AS received_count,
                   (f.gave AND NOT f.promised)::int AS unexpected_count,
                   (f.last_year_amount > 0)::int AS giver_before_count,
                   (f.gave AND f.last_year_amount > 0)::int AS loyal_count,
                   f.message_count,
                   CASE WHEN f.targeted THEN f.potential ELSE 0 END AS potential,
                   CASE WHEN f.reached THEN f.potential ELSE 0 END AS reached_potential,
                   CASE WHEN f.answered THEN f.potential ELSE 0 END AS answered_potential,
                   f.promised_amount,
                   f.received_amount,
                   CASE WHEN f.promised THEN 0 ELSE f.received_amount END AS unexpected_amount,
                   f.last_year_amount
              FROM (%(facts)s) f
              JOIN res_company s ON s.id = f.company_id
            """,
            facts=self._facts_query(),
            course=self._course_query(),
        )

    @api.model
    def _facts_query(self):
        """What happened with each company, nothing left unknown."""
        return SQL(
            """
            SELECT g.*,
                   g.has_answer OR g.promised AS answered,
                   g.has_reach OR g.has_answer OR g.promised AS reached,
                   g.is_kept OR g.has_reach OR g.has_answer OR g.promised
                       OR g.received_amount <> 0 AS targeted
              FROM (SELECT t.id, t.company_id, t.campaign_id, t.year, t.relation_id, t.partner_id,
                           t.city, t.naf_id, t.naf_section, t.headcount, t.source, t.stage,
                           t.state = 'kept' AS is_kept,
                           t.reached_on IS NOT NULL AS has_reach,
                           t.answered_on IS NOT NULL AS has_answer,
                           COALESCE(t.pledge_count, 0) > 0 AS promised,
                           COALESCE(t.received_amount, 0) > 0 AS gave,
                           COALESCE(t.potential, 0) AS potential,
                           COALESCE(t.promised_amount, 0) AS promised_amount,
                           COALESCE(t.received_amount, 0) AS received_amount,
                           COALESCE(t.last_year_amount, 0) AS last_year_amount,
                           COALESCE(t.giving_years, 0) AS giving_years,
                           COALESCE(t.message_sent_count, 0) AS message_count
                      FROM bde_tax_target t) g
            """
        )

    @api.model
    def _course_query(self):
        """The one course that a line stands for: read only where it is asked for."""
        return SQL(
            """
            COALESCE(
                (SELECT r.course_id FROM bde_tax_receipt r
                  WHERE r.target_id = f.id AND r.course_id IS NOT NULL
               GROUP BY r.course_id ORDER BY SUM(r.amount) DESC, r.course_id LIMIT 1),
                (SELECT p.course_id FROM bde_pledge p
                  WHERE p.target_id = f.id AND p.course_id IS NOT NULL
                    AND p.state <> 'cancelled'
               ORDER BY p.id DESC LIMIT 1)
            )
            """
        )
