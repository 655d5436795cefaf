from odoo import api, fields, models
from odoo.fields import Domain


class BdeSchooling(models.Model):
    """What one school year writes about a pupil: class, training, status, dates."""

    _name = "bde.schooling"
    _description = "Schooling of a pupil"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "school_year_id desc, student_name, id"
    _rec_names_search = ["student_name"]

    student_id = fields.Many2one(
        "bde.student",
        string="Pupil",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    student_name = fields.Char(
        related="student_id.name", string="Name", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="student_id.company_id", store=True, precompute=True, default=None
    )
    division_id = fields.Many2one(
        "bde.division",
        string="Class",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('school_year_id', '=', school_year_id)]",
    )
    training_id = fields.Many2one(
        "bde.training",
        compute="_compute_training_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    mef = fields.Char(
        string="MEF",
        compute="_compute_mef",
        store=True,
        readonly=False,
        precompute=True,
        help="Code of the level of training: 10 digits.",
    )
    status = fields.Selection(
        [("ST", "Pupil"), ("AP", "Apprentice")],
        default="ST",
        help="Apprentices have a contract of employment, never a PFMP convention.",
    )
    regime = fields.Selection(
        [("day", "Day pupil"), ("half", "Half-boarder"), ("board", "Boarder")],
        help="Half-boarders and boarders away for a period are deducted by the intendance.",
    )
    date_start = fields.Date(string="From")
    date_end = fields.Date(string="Left on", help="Last day at the school, empty while it lasts.")

    placement_ids = fields.One2many("bde.placement", "schooling_id", string="Placements")

    _student_year_uniq = models.UniqueIndex(
        "(student_id, school_year_id) WHERE date_end IS NULL",
        "This pupil already has an open schooling this year.",
    )
    _dates_check = models.Constraint(
        "CHECK(date_end IS NULL OR date_start IS NULL OR date_start <= date_end)",
        "A schooling ends after it begins.",
    )
    _company_year_division_idx = models.Index("(company_id, school_year_id, division_id)")

    @api.depends("student_name", "division_id.name", "school_year_id.name")
    def _compute_display_name(self):
        for schooling in self:
            parts = (
                schooling.student_name, schooling.division_id.name, schooling.school_year_id.name,
            )  # fmt: skip
            schooling.display_name = " · ".join(part for part in parts if part)

    @api.depends("division_id")
    def _compute_training_id(self):
        """The training of the class when it has one only, unless the pupil has one of them."""
        for schooling in self:
            trainings = schooling.division_id.training_ids
            if trainings and schooling.training_id not in trainings:
                schooling.training_id = trainings if len(trainings) == 1 else False
            else:
                schooling.training_id = schooling.training_id

    @api.depends("training_id")
    def _compute_mef(self):
        for schooling in self:
            schooling.mef = schooling.training_id.mef or schooling.mef

    @api.model_create_multi
    def create(self, vals_list):
        # an INSERT overtakes pending UPDATEs: a schooling closed just before is still open
        self.flush_model(["date_end", "student_id", "school_year_id"])
        return super().create(vals_list)

    @api.model
    def _domain_present(self, date=None):
        """Schoolings that last on a day, today at the school by default."""
        date = date or self.env.company._bde_today()
        return Domain("date_end", "=", False) | Domain("date_end", ">", date)
