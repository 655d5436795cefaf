from odoo import api, fields, models
from odoo.tools import SQL, formatLang

from ..rules.inserjeunes_file import MEASURES

KINDS = [("lycee_pro", "Lycée professionnel"), ("cfa", "Apprenticeship (CFA)")]


class BdeInserjeunes(models.Model):
    """Official figures of insertion, as the ministry's open-data files give them.

    InserJeunes compares lists of pupils with payrolls and enrolments: it is no survey, counts two
    years of leavers together and nothing under twenty young people. Shared data of an académie:
    each school reads its own lines, the académie all of them. Nobody writes them but the import.
    """

    _name = "bde.inserjeunes"
    _description = "Official figures of insertion (InserJeunes)"
    _order = "last_year desc, uai, mefstat11, id"
    _rec_name = "training"
    _rec_names_search = ["training", "name", "uai", "mefstat11"]

    company_id = fields.Many2one(
        "res.company",
        string="Académie",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    school_id = fields.Many2one(
        "res.company",
        readonly=True,
        ondelete="set null",
        help="School of the suite with this UAI.",
    )
    kind = fields.Selection(KINDS, string="Kind of school", required=True, readonly=True)
    year_label = fields.Char(
        string="Years", required=True, readonly=True, help="As the file writes it: two years."
    )
    last_year = fields.Integer(string="Last year", readonly=True, aggregator=None)
    uai = fields.Char(string="UAI", required=True, readonly=True, index=True)
    name = fields.Char(string="Name in the file", readonly=True)
    region = fields.Char(readonly=True)
    diploma = fields.Char(string="Type of diploma", readonly=True)
    mefstat11 = fields.Char(string="Code of the training", readonly=True, help="MEFSTAT11.")
    training = fields.Char(
        readonly=True, help="Empty on the line of a whole school, all trainings together."
    )
    duration = fields.Char(readonly=True)
    measures = fields.Json(
        readonly=True, help="What is published, in %: a measure that is not there is none."
    )
    missing_text = fields.Char(
        string="Remark",
        compute="_compute_missing_text",
        help="Nothing is published under twenty young people.",
    )
    source_line = fields.Integer(string="Line of the file", readonly=True, aggregator=None)

    # as texts: nought and nothing do not look alike, and nobody sorts schools by them
    share_study = fields.Char(
        string="Part in training",
        compute="_compute_measures",
        help="In training, of all who were in the last year.",
    )
    share_job_6 = fields.Char(
        string="Part in a job, 6 months",
        compute="_compute_measures",
        help="In a job six months after leaving, of all who were in the last year.",
    )
    share_other = fields.Char(
        string="Part in other situations",
        compute="_compute_measures",
        help="All the others, of all who were in the last year.",
    )
    rate_study = fields.Char(
        string="Rate of further studies",
        compute="_compute_measures",
        help="In training the year after, of all who were in the last year.",
    )
    rate_job_6 = fields.Char(
        string="Rate of employment, 6 months",
        compute="_compute_measures",
        help="In a job six months after leaving, of those alone who left education.",
    )
    rate_job_12 = fields.Char(
        string="Rate of employment, 12 months",
        compute="_compute_measures",
        help="In a job twelve months after leaving, of those alone who left education.",
    )
    rate_job_18 = fields.Char(
        string="Rate of employment, 18 months",
        compute="_compute_measures",
        help="In a job eighteen months after leaving, of those alone who left education.",
    )
    rate_job_24 = fields.Char(
        string="Rate of employment, 24 months",
        compute="_compute_measures",
        help="In a job twenty-four months after leaving, of those alone who left education.",
    )
    expected_job_6 = fields.Char(
        string="Expected rate of employment",
        compute="_compute_measures",
        help="What schools with like pupils and like trainings reach after six months.",
    )
    expected_study = fields.Char(
        string="Expected rate of further studies",
        compute="_compute_measures",
        help="What schools with like pupils and like trainings reach.",
    )
    broken_contracts = fields.Char(
        string="Contracts broken off",
        compute="_compute_measures",
        help="Contracts of apprenticeship that ended before their day.",
    )
    added_job_6 = fields.Char(
        string="Value added, employment",
        compute="_compute_measures",
        help="Rate of employment less the expected one, in points.",
    )
    added_study = fields.Char(
        string="Value added, studies",
        compute="_compute_measures",
        help="Rate of further studies less the expected one, in points.",
    )

    _line_uniq = models.UniqueIndex(
        "(company_id, kind, uai, year_label, COALESCE(mefstat11, ''), COALESCE(diploma, ''),"
        " COALESCE(duration, ''))"
    )
    _school_year_idx = models.Index("(school_id, kind, last_year DESC)")

    @api.depends("training", "name", "year_label")
    def _compute_display_name(self):
        for line in self:
            label = line.training or line.name or line.uai
            line.display_name = f"{label} ({line.year_label})"

    @api.depends("measures")
    @api.depends_context("lang")
    def _compute_measures(self):
        for line in self:
            published = line.measures or {}
            for name in MEASURES:
                line[name] = line._measure_text(name, published.get(name))

    @api.depends("measures")
    @api.depends_context("lang")
    def _compute_missing_text(self):
        withheld = self.env._("Under 20: not published")
        for line in self:
            line.missing_text = False if line.measures else withheld

    @api.model
    def _measure_text(self, name, value):
        """``45.3 %`` as the language writes it; points for what is added; nothing for None."""
        if value is None:
            return False
        digits = 0 if float(value).is_integer() else 1
        number = formatLang(self.env, value, digits=digits)
        if name.startswith("added"):
            return self.env._("%(number)s points", number=f"+{number}" if value > 0 else number)
        return f"{number}\u00a0%"

    # ------------------------------------------------------------
    # Whose lines
    # ------------------------------------------------------------

    @api.model
    def _link_schools(self, academies=None):
        """Gives each line the school of the suite that has its UAI; one statement."""
        self.flush_model(["uai", "school_id", "company_id"])
        self.env["res.company"].flush_model(["uai", "parent_id", "bde_kind"])
        within = SQL("AND line.company_id = ANY(%s)", academies.ids) if academies else SQL()
        self.env.cr.execute(
            SQL(
                """
                UPDATE bde_inserjeunes line SET school_id = found.school_id
                  FROM (SELECT other.id, MIN(school.id) AS school_id
                          FROM bde_inserjeunes other
                     LEFT JOIN res_company school ON school.uai = other.uai
                           AND school.parent_id = other.company_id AND school.bde_kind = 'school'
                      GROUP BY other.id) found
                 WHERE found.id = line.id AND line.school_id IS DISTINCT FROM found.school_id
                   %s
                """,
                within,
            )
        )
        self.invalidate_model(["school_id"])


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        if any(vals.get("uai") for vals in vals_list):
            # sudo: official figures find their school by its UAI
            self.env["bde.inserjeunes"].sudo()._link_schools(companies.parent_id)
        return companies

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"uai", "parent_id", "bde_kind"}:
            # sudo: as above
            self.env["bde.inserjeunes"].sudo()._link_schools()
        return result
