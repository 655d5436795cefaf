from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..rules import allowance

SECRETARY = "bde_partnerships.group_secretary"
HOOK = "bde_pfmp.allowance"
# what the amounts and the list of what is missing are made of
DEPENDS = (
    "mef", "status", "date_start", "date_end", "school_year_id", "division_id",
    "attribution_state", "rib_state", "consent_state", "allowance_elsewhere",
    "student_id.name", "student_id.ine", "student_id.sex", "student_id.birth_date",
    "student_id.is_emancipated", "student_id.birth_country", "student_id.birth_commune",
    "student_id.zip", "student_id.city", "student_id.country",
    "placement_ids.state", "placement_ids.active", "placement_ids.date_start",
    "placement_ids.date_end", "placement_ids.division_id", "placement_ids.host_id",
    "placement_ids.convention_id.effective_days",
    "placement_ids.convention_id.effective_hours",
    "placement_ids.convention_id.attestation_on",
    "placement_ids.convention_id.attestation_ids.given_on",
    "placement_ids.convention_id.attestation_ids.is_open",
    "placement_ids.convention_id.gratification_total",
)  # fmt: skip


class BdeSchooling(models.Model):
    """The papers of the allowance: tracked as present or missing, never kept here."""

    _inherit = "bde.schooling"

    attribution_state = fields.Selection(
        [("missing", "Missing"), ("present", "Edited and signed"), ("withdrawn", "Withdrawn")],
        string="Décision d'attribution",
        default="missing",
        required=True,
        groups=SECRETARY,
        help="One for the pupil and the school year, edited in APLyPro by the head.",
    )
    attribution_note = fields.Char(
        string="About the decision", groups=SECRETARY, help="Its number or its date."
    )
    rib_state = fields.Selection(
        [
            ("missing", "Missing"),
            ("present", "Of the pupil"),
            ("third", "Of another person"),
            ("mandate", "Of another person, with a mandate"),
        ],
        string="Bank details",
        default="missing",
        required=True,
        groups=SECRETARY,
        help="Whose account was given in APLyPro. Who is of age uses his own, unless there is a "
        "mandate. The number is never written here.",
    )
    rib_note = fields.Char(
        string="About the account",
        groups=SECRETARY,
        help="For instance: given on 12 September. Never the number of the account.",
    )
    consent_state = fields.Selection(
        [("missing", "To be given"), ("present", "Given")],
        string="Authorisation of the legal representative",
        compute="_compute_consent_state",
        store=True,
        readonly=False,
        precompute=True,
        groups=SECRETARY,
        help="A pupil who is not of age: his legal representative agrees that the allowance is "
        "paid on the pupil's account, or gives his own with the proof that he represents him "
        "(decree 2023-765, article 4); where nobody does, the paper of the child welfare "
        "service. Asked once, for the first payment: it follows the pupil from year to year. "
        "Kept at the school for ten years.",
    )
    signs_alone = fields.Boolean(
        string="Of age or emancipated", compute="_compute_signs_alone", groups=SECRETARY
    )
    allowance_elsewhere = fields.Monetary(
        string="Counted by another school",
        groups=SECRETARY,
        help="Euros of the same MEF and year that another school entered before: they count "
        "under the cap.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    allowance_ids = fields.One2many(
        "bde.allowance", "schooling_id", string="Allowances", groups=SECRETARY
    )
    allowance_stale = fields.Boolean(
        compute="_compute_allowance_stale",
        store=True,
        groups=fields.NO_ACCESS,
        help="The job counts the allowances of this pupil again.",
    )

    _elsewhere_check = models.Constraint(
        "CHECK(allowance_elsewhere IS NULL OR allowance_elsewhere >= 0)",
        "What another school counted is not below zero.",
    )
    _allowance_stale_idx = models.Index("(id) WHERE allowance_stale")

    @api.depends(lambda self: DEPENDS)
    def _compute_allowance_stale(self):
        """Has what changed counted once, when the transaction is written.

        Stored records are left as they are: the mark is for the job, and set where there are
        too many to be counted at once. Periods are made for hundreds of pupils, whose rows
        would else be written for a mark that is taken away a moment later.
        """
        for schooling in self:
            if not schooling.id:
                schooling.allowance_stale = False
        self._allowance_later()

    @api.depends("student_id")
    def _compute_consent_state(self):
        """What the family gave in an earlier year holds; constant queries."""
        # sudo: the papers of the same pupil at the same school
        known = self.env["bde.schooling"].sudo()
        given = known._read_group(
            [("student_id", "in", self.student_id.ids), ("consent_state", "=", "present")],
            ["student_id"],
        )
        students = {student.id for [student] in given}
        for schooling in self:
            schooling.consent_state = (
                "present" if schooling.student_id.id in students else "missing"
            )

    @api.depends("student_id.birth_date", "student_id.is_emancipated")
    def _compute_signs_alone(self):
        for schooling in self:
            today = schooling.company_id._bde_today()
            schooling.signs_alone = schooling.student_id._signs_alone_on(today)

    def _allowance_changed(self):
        """Marks schoolings whose allowances are out of date for another reason: a rate."""
        # sudo: a mark of the machine, whoever changed what it hangs on
        self.sudo().write({"allowance_stale": True})
        self._allowance_later()

    def _allowance_leave(self):
        """Leaves these schoolings to the job."""
        self.env.cr.execute(
            SQL("UPDATE bde_schooling SET allowance_stale = true WHERE id = ANY(%s)", self.ids)
        )
        self.invalidate_recordset(["allowance_stale"], flush=False)
        self.env.ref("bde_pfmp.ir_cron_allowance")._trigger()

    def _allowance_later(self):
        """Counts these schoolings again at the end of the transaction, all in one go."""
        ids = self._origin.ids
        if not ids:
            return
        precommit = self.env.cr.precommit
        known = precommit.data.get(HOOK)
        if known is None:
            known = precommit.data[HOOK] = set()
            # sudo: counting writes what no role does
            precommit.add(self.env["bde.allowance"].sudo()._refresh_marked)
        known.update(ids)

    def _allowance_papers(self):
        """A sentence on the decision and the bank details of one schooling."""

        def word(name):
            return dict(self._fields[name]._description_selection(self.env))[self[name]]

        papers = self.env._(
            "Décision d'attribution: %(decision)s · Bank details: %(rib)s",
            decision=word("attribution_state"),
            rib=word("rib_state"),
        )
        if self.signs_alone:
            return papers
        consent = self.env._(
            "Authorisation of the legal representative: %(state)s", state=word("consent_state")
        )
        return f"{papers} · {consent}"

    @api.constrains("attribution_note", "rib_note")
    def _check_no_account(self):
        """The number of an account is never kept (CNIL: nothing that is not needed)."""
        # sudo: fields of the secretary, checked whoever writes
        for schooling in self.sudo():
            for name in ("attribution_note", "rib_note"):
                if allowance.looks_like_account(schooling[name]):
                    raise ValidationError(
                        self.env._(
                            "%(field)s: this looks like the number of a bank account. It is "
                            "entered in APLyPro and nowhere else: take it out.",
                            field=self._fields[name]._description_string(self.env),
                        )
                    )

    @api.constrains("rib_state")
    def _check_own_account(self):
        """Who is of age is paid on his own account, unless there is a mandate."""
        # sudo: as above
        for schooling in self.sudo():
            if schooling.rib_state != "third":
                continue
            today = schooling.company_id._bde_today()
            if schooling.student_id._is_adult_on(today):
                raise ValidationError(
                    self.env._(
                        "%(pupil)s is of age and cannot be paid on the account of somebody else: "
                        "ask for an account of his own, or for a mandate.",
                        pupil=schooling.student_name,
                    )
                )


class BdeStudent(models.Model):
    """Where a pupil was born, which the payer asks for, and the year of his allowance."""

    _inherit = "bde.student"

    birth_country = fields.Char(
        string="Country of birth", groups=SECRETARY, help="Code of INSEE: 100 for France."
    )
    birth_commune = fields.Char(
        string="Commune of birth",
        groups=SECRETARY,
        help="Code of INSEE, for who was born in France.",
    )
    allowance_ids = fields.One2many(
        "bde.allowance", "student_id", string="Allowances", groups=SECRETARY
    )


class BdePlacement(models.Model):
    _inherit = "bde.placement"

    allowance_ids = fields.One2many(
        "bde.allowance", "placement_id", groups=SECRETARY
    )
