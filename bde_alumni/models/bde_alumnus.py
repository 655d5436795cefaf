from odoo import api, fields, models
from odoo.tools import email_normalize

from odoo.addons.bde_pfmp.rules import persons

# written by ``bde.alumnus._take_in``: they say from which life at the school somebody comes
KINDS = [
    ("pupil", "Pupil"),
    ("apprentice", "Apprentice"),
    ("adult", "Adult learner"),
]

# years after leaving from which somebody of unknown age is taken for an adult
ADULT_AFTER = 3


class BdeAlumnus(models.Model):
    """Somebody who leaves, or left, a school: one record per school and person.

    It is made in the final year and outlives the pupil's file, whose papers are erased. Somebody
    who left two schools is two records, which the same ``person_key`` joins for himself alone.
    The follow-up of leavers is a public task of the school (information, right to object); all
    the rest rests on what the person agreed to, see ``bde.alumni.consent``.
    """

    _name = "bde.alumnus"
    _description = "Alumnus"
    _inherit = ["bde.owned", "bde.kept", "mail.thread", "mail.activity.mixin"]
    _order = "cohort desc, name, id"
    _rec_names_search = ["name", "email", "city"]

    student_id = fields.Many2one(
        "bde.student",
        string="Pupil's file",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="As long as the school keeps it.",
    )
    kind = fields.Selection(KINDS, required=True, default="pupil")
    lastname = fields.Char(string="Last name", required=True)
    usage_name = fields.Char(string="Name in use", help="When it differs from the last name.")
    firstname = fields.Char(string="First name", required=True)
    name = fields.Char(compute="_compute_name", store=True, precompute=True, index="trigram")
    birth_date = fields.Date(string="Date of birth")
    sex = fields.Selection([("f", "Female"), ("m", "Male")])
    person_key = fields.Char(index=True, readonly=True, groups=fields.NO_ACCESS, copy=False)

    cohort = fields.Integer(
        string="Left in",
        required=True,
        index=True,
        help="Year in which the last school year at this school ends: 2026 for 2025-2026.",
    )
    training_id = fields.Many2one(
        "bde.training", index="btree_not_null", ondelete="restrict", check_company=True
    )
    division_name = fields.Char(string="Last class")
    has_left = fields.Boolean(
        readonly=True, help="Not while it is the final year: the file is prepared before."
    )
    left_on = fields.Date(string="Last day", readonly=True)
    left_before_end = fields.Boolean(string="Left before the end of the training")
    diploma_result = fields.Selection(
        [
            ("unknown", "Not known yet"),
            ("passed", "Passed"),
            ("failed", "Failed"),
            ("absent", "Did not sit it"),
        ],
        string="Diploma",
        required=True,
        default="unknown",
    )

    # private ones: addresses of the school die the day somebody leaves
    email = fields.Char(string="Private e-mail", help="Never the address that the school gave.")
    email_normalized = fields.Char(
        compute="_compute_email_normalized", store=True, precompute=True, index="btree_not_null"
    )
    phone = fields.Char(string="Mobile phone")
    city = fields.Char(string="Town")
    zip = fields.Char(string="Postal code")

    is_adult = fields.Boolean(string="Of age", compute="_compute_is_adult")
    is_deceased = fields.Boolean(
        string="Deceased", readonly=True, help="Nothing is sent or shown any more."
    )
    active = fields.Boolean(default=True)

    _student_uniq = models.UniqueIndex(
        "(student_id) WHERE student_id IS NOT NULL", "This pupil is among the alumni already."
    )
    _company_cohort_idx = models.Index("(company_id, cohort, training_id)")

    @api.depends("lastname", "firstname", "usage_name")
    def _compute_name(self):
        for alumnus in self:
            alumnus.name = persons.full_name(
                alumnus.lastname, alumnus.firstname, alumnus.usage_name
            )

    @api.depends("email")
    def _compute_email_normalized(self):
        for alumnus in self:
            alumnus.email_normalized = email_normalize(alumnus.email) or False

    @api.depends("birth_date", "kind", "cohort")
    def _compute_is_adult(self):
        for alumnus in self:
            today = (alumnus.company_id or self.env.company)._bde_today()
            if alumnus.birth_date:
                alumnus.is_adult = persons.is_adult(alumnus.birth_date, today)
            else:
                # nobody knows: of age when he left as an adult learner, or years ago
                long_ago = alumnus.cohort <= today.year - ADULT_AFTER
                alumnus.is_adult = alumnus.kind == "adult" or long_ago
