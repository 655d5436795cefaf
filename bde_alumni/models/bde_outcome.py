from odoo import fields, models

SITUATIONS = [
    ("job", "Job"),
    ("apprenticeship", "Apprenticeship"),
    ("study", "Study"),
    ("looking", "Looking for a job"),
    ("other", "Other"),
]
CONTRACTS = [
    ("cdi", "Permanent contract"),
    ("cdd", "Fixed-term contract"),
    ("interim", "Temporary work"),
    ("apprentice", "Apprenticeship contract"),
    ("self", "Self-employed"),
    ("public", "Public service"),
    ("other", "Other"),
]
LINKED = [("yes", "Yes"), ("partly", "Partly"), ("no", "No")]
SOURCES = [
    ("link", "By his link"),
    ("sms", "By a link sent by SMS"),
    ("call", "By telephone"),
    ("staff", "Typed by the school"),
    ("plan", "Plan of the final year"),
]
HORIZONS = (6, 12, 18, 24)


class BdeOutcome(models.Model):
    """What a leaver did on a day: the history of each person, one row a day.

    A second answer of the same day replaces the first, see ``alumnus._note_outcome``; one of
    another day stands beside it.
    """

    _name = "bde.outcome"
    _description = "Outcome of a leaver"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "date desc, id desc"
    _rec_name = "situation"

    alumnus_id = fields.Many2one(
        "bde.alumnus", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="alumnus_id.company_id", store=True, precompute=True, default=None
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._bde_today())
    months = fields.Integer(
        string="Months after leaving",
        readonly=True,
        aggregator=None,
        help="6, 12, 18 or 24 for an answer to a survey; 0 for what was learnt in between.",
    )
    situation = fields.Selection(SITUATIONS, required=True)
    relation_id = fields.Many2one(
        "bde.relation",
        string="Employer",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="Company of the school's book.",
    )
    employer_text = fields.Char(
        string="Employer as told", help="In his words, until it is joined to a company."
    )
    trade = fields.Char(string="Occupation")
    contract = fields.Selection(CONTRACTS)
    linked_to_training = fields.Selection(LINKED, string="Linked to the training")
    study_label = fields.Char(string="Studies")
    study_place = fields.Char(string="Place of study")
    source = fields.Selection(SOURCES, required=True, readonly=True, default="staff")
    wave_line_id = fields.Many2one(
        "bde.alumni.wave.line",
        string="Answer to",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    answered_by = fields.Char(
        readonly=True, help="Who answered, when it was not the person: a parent, a teacher."
    )

    _alumnus_date_uniq = models.Constraint(
        "UNIQUE(alumnus_id, date)", "This day's situation is noted already: change that one."
    )
    _company_months_idx = models.Index("(company_id, months, situation)")
