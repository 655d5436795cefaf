from odoo import api, fields, models


class BdeTaxCampaign(models.Model):
    """What a school does in one year to be chosen by employers: whom it asks, what it receives.

    The calendar is the State's (``bde.tax.year``), the identity is how SOLTéA shows the school.
    """

    _name = "bde.tax.campaign"
    _description = "Campaign of the taxe d'apprentissage"
    _inherit = ["bde.owned", "bde.kept", "mail.thread", "mail.activity.mixin"]
    _order = "year desc, id desc"

    tax_year_id = fields.Many2one(
        "bde.tax.year",
        string="Year",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self._default_tax_year(),
        check_company=True,
        tracking=True,
    )
    year = fields.Integer(
        string="Year N", related="tax_year_id.year", store=True, precompute=True, index=True
    )
    name = fields.Char(
        string="Campaign",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    active = fields.Boolean(default=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        check_company=True,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        tracking=True,
        index="btree_not_null",
        ondelete="set null",
        help="Receives the reminders of the windows.",
    )
    target_amount = fields.Monetary(
        string="Amount aimed at", tracking=True, help="What the school hopes to receive this year."
    )
    state = fields.Selection(
        [("preparing", "In preparation"), ("running", "Under way"), ("closed", "Closed")],
        default="preparing",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )

    # the school as SOLTéA shows it
    soltea_name = fields.Char(
        string="Name in SOLTéA",
        compute="_compute_identity",
        store=True,
        readonly=False,
        precompute=True,
        help="To the letter, as employers find it.",
    )
    soltea_siret = fields.Char(
        string="SIRET in SOLTéA",
        compute="_compute_identity",
        store=True,
        readonly=False,
        precompute=True,
    )
    soltea_uai = fields.Char(
        string="UAI in SOLTéA",
        compute="_compute_identity",
        store=True,
        readonly=False,
        precompute=True,
    )
    component_ids = fields.One2many("bde.tax.component", "campaign_id", string="Components")
    course_ids = fields.One2many("bde.tax.course", "campaign_id", string="Courses")
    identity_checked_on = fields.Date(
        string="Compared with SOLTéA on", readonly=True, copy=False, tracking=True
    )
    identity_checked_by_id = fields.Many2one(
        "res.users",
        string="Compared by",
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
    )
    eligible_state = fields.Selection(
        [
            ("unknown", "Not looked up yet"),
            ("applied", "Applied for"),
            ("listed", "On the prefect's list"),
            ("not_listed", "Not on the prefect's list"),
        ],
        string="Prefect's list",
        default="unknown",
        required=True,
        copy=False,
        tracking=True,
        help="The prefect of the region publishes by 31 December of N-1 who may receive the solde.",
    )
    eligible_reference = fields.Char(
        string="Arrêté of the prefect", copy=False, help="Number and date, as published."
    )
    eligible_on = fields.Date(string="Published on", copy=False)
    story = fields.Html(
        string="What last year's money bought",
        help="A few lines that stand in the letters: what was bought, for whom.",
    )
    story_picture = fields.Image(string="Picture", max_width=1600, max_height=1600, copy=False)
    picture_checked = fields.Boolean(
        string="No minor can be recognised",
        copy=False,
        help="Without this statement the picture stays out of the letters.",
    )
    picture_checked_on = fields.Date(string="Stated on", readonly=True, copy=False)
    picture_checked_by_id = fields.Many2one(
        "res.users",
        string="Stated by",
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
    )

    gaps = fields.Html(string="What lacks", compute="_compute_gaps", sanitize=False)
    gap_count = fields.Integer(string="Number of gaps", compute="_compute_gaps")
    has_previous = fields.Boolean(string="Has an earlier campaign", compute="_compute_has_previous")
    window_text = fields.Char(string="Calendar", compute="_compute_window_text")

    _company_year_uniq = models.Constraint(
        "UNIQUE(company_id, year)", "The school has a campaign of this year already: open it."
    )
    _target_amount_check = models.Constraint(
        "CHECK(target_amount >= 0)", "The amount aimed at is not below zero."
    )

    @api.model
    def _default_tax_year(self):
        """The year of today, or the next one once the school has its campaign of this year."""
        school = self.env.company
        year = school._bde_today().year
        of_today = self.env["bde.tax.year"]._of(school, year)
        taken = self.search_count([("company_id", "=", school.id), ("year", "=", year)], limit=1)
        return self.env["bde.tax.year"]._of(school, year + 1) if taken else of_today

    @api.depends("year")
    def _compute_name(self):
        for campaign in self:
            # a form that is opened before a year is chosen has no name, and not the name "0"
            name = self.env._("Taxe d'apprentissage %(year)s", year=campaign.year)
            campaign.name = name if campaign.year else False

    @api.depends("company_id")
    def _compute_identity(self):
        """Begins with what the suite knows of the school; the person compares with SOLTéA."""
        for campaign in self:
            school = campaign.company_id
            campaign.soltea_name = campaign.soltea_name or school.name
            campaign.soltea_siret = campaign.soltea_siret or school.company_registry
            campaign.soltea_uai = campaign.soltea_uai or school.uai
