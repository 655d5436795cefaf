from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_amount, format_date

from ..rules import allowance

STATUSES = [
    ("coming", "Not over yet"),
    ("missing", "Something is missing"),
    ("ready", "Ready to enter"),
    ("nothing", "Nothing to enter"),
    ("entered", "Entered in APLyPro"),
    ("changed", "To correct in APLyPro"),
]
# what a secretary may write; the rest is counted
EDITABLE = {"mef"}


class BdeAllowance(models.Model):
    """What the State pays a pupil for one placement, with its working.

    One row for each placement whose convention is signed, of pupils alone: apprentices have
    none. Rows are counted by :meth:`_refresh` (``bde_allowance_refresh.py``), never typed. The
    payment itself is entered and made in APLyPro.
    """

    _name = "bde.allowance"
    _description = "State allowance of a placement"
    _inherit = ["bde.owned", "bde.yearly"]
    # the order of the entry: class, pupil, date
    _order = "division_id, student_name, date_start, id"
    _rec_name = "student_name"

    placement_id = fields.Many2one(
        "bde.placement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    schooling_id = fields.Many2one(
        "bde.schooling", readonly=True, index="btree_not_null", ondelete="cascade",
        check_company=True,
    )  # fmt: skip
    student_id = fields.Many2one(
        "bde.student", string="Pupil", readonly=True, index="btree_not_null", ondelete="cascade",
        check_company=True,
    )  # fmt: skip
    student_name = fields.Char(string="Name of the pupil", readonly=True)
    division_id = fields.Many2one(
        "bde.division", string="Class", readonly=True, index="btree_not_null",
        ondelete="set null", check_company=True,
    )  # fmt: skip
    period_id = fields.Many2one(
        "bde.period", readonly=True, index="btree_not_null", ondelete="cascade",
        check_company=True,
    )  # fmt: skip
    mef = fields.Char(
        string="MEF",
        help="The pupil's when the placement began: a pupil who changes keeps the days of each "
        "MEF under the rate and the cap of that MEF.",
    )
    date_start = fields.Date(string="From", readonly=True)
    date_end = fields.Date(string="To", readonly=True)
    due_on = fields.Date(
        string="État liquidatif due on",
        readonly=True,
        help="Two months after the last day: until then the head validates the stay in APLyPro.",
    )
    days_left = fields.Integer(
        string="Days left",
        compute="_compute_days_left",
        help="Until the état liquidatif is due; below zero it is late.",
    )
    days = fields.Integer(
        string="Days done",
        readonly=True,
        help="Whole days that were done, any absence taken out (arrêté of 11 August 2023).",
    )
    rate_known = fields.Boolean(readonly=True)
    daily = fields.Monetary(string="Euros a day", readonly=True, aggregator=None)
    cap = fields.Monetary(string="At most in the year", readonly=True, aggregator=None)
    amount = fields.Monetary(readonly=True)
    working = fields.Json(readonly=True)
    working_text = fields.Char(string="How it is counted", compute="_compute_working_text")
    status = fields.Selection(STATUSES, required=True, readonly=True, default="coming")
    missing = fields.Json(readonly=True)
    missing_text = fields.Char(string="What is missing", compute="_compute_missing_text")
    entered_on = fields.Date(string="Entered on", readonly=True, copy=False)
    entered_by_id = fields.Many2one("res.users", string="Entered by", readonly=True, copy=False)
    entered_days = fields.Integer(string="Days entered", readonly=True, copy=False)
    entered_amount = fields.Monetary(string="Amount entered", readonly=True, copy=False)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    ine = fields.Char(related="student_id.ine", groups="bde_partnerships.group_secretary")

    _placement_uniq = models.Constraint(
        "UNIQUE(placement_id)", "This placement has its allowance already."
    )
    _company_status_idx = models.Index("(company_id, school_year_id, status)")
    _student_idx = models.Index("(student_id, school_year_id)")

    # ------------------------------------------------------------
    # In words
    # ------------------------------------------------------------

    def _compute_currency_id(self):
        euro = self.env.ref("base.EUR", raise_if_not_found=False)
        for record in self:
            record.currency_id = euro or self.env.company.currency_id

    @api.depends("student_name", "date_start")
    def _compute_display_name(self):
        for record in self:
            day = format_date(self.env, record.date_start) if record.date_start else ""
            record.display_name = " · ".join(filter(None, (record.student_name, day)))

    @api.depends("due_on", "company_id")
    def _compute_days_left(self):
        today = {company: company._bde_today() for company in self.company_id}
        for record in self:
            left = record.due_on and record.due_on - today[record.company_id]
            record.days_left = left.days if left else 0

    @api.depends_context("lang")
    @api.depends("working", "rate_known", "days", "entered_days", "mef")
    def _compute_working_text(self):
        for record in self:
            record.working_text = record._working_in_words()

    def _working_in_words(self):
        """How the amount comes about, so that a family can be answered on the telephone."""
        found = self.working or {}

        def euros(value):
            return format_amount(self.env, float(value), self.currency_id)

        if not self.rate_known:
            if not self.mef:
                return self.env._("The MEF of the pupil is not known: no rate can be found.")
            return self.env._(
                "The rate of MEF %(mef)s is not known for %(year)s: nothing is counted.",
                mef=self.mef,
                # sudo: the year of the académie, which every role reads
                year=self.sudo().school_year_id.name,
            )
        if not found:
            return False
        if found.get("held"):
            entered = self.env._(
                "%(amount)s entered in APLyPro for %(days)s days",
                amount=euros(found["amount"]),
                days=self.entered_days,
            )
            if float(found["amount"]) == found["due"] and self.entered_days == self.days:
                return entered
            return self.env._(
                "%(entered)s; %(days)s days were done, %(due)s is due",
                entered=entered,
                days=self.days,
                due=euros(found["due"]),
            )
        product = self.env._(
            "%(days)s days × %(rate)s = %(full)s",
            days=found["days"],
            rate=euros(found["daily"]),
            full=euros(found["full"]),
        )
        if float(found["amount"]) == float(found["full"]):
            return product
        return self.env._(
            "%(product)s; of the yearly cap of %(cap)s, %(used)s is used: %(left)s is left",
            product=product,
            cap=euros(found["cap"]),
            used=euros(found["used"]),
            left=euros(found["left"]),
        )

    @api.depends_context("lang")
    @api.depends("missing", "status", "days", "entered_days", "working")
    def _compute_missing_text(self):
        texts = self._missing_texts()
        for record in self:
            if record.status == "changed":
                record.missing_text = self.env._(
                    "%(entered)s days in APLyPro, %(days)s now",
                    entered=record.entered_days,
                    days=record.days,
                )
                continue
            record.missing_text = ", ".join(
                str(texts.get(code, code)) for code in record.missing or ()
            )

    @api.model
    def _missing_texts(self):
        """{code: words} of what may be missing, see :func:`rules.allowance.problems`."""
        return {
            "ine": self.env._("INE (in SIECLE)"),
            "sex": self.env._("sex (in SIECLE)"),
            "birth": self.env._("place of birth (in SIECLE)"),
            "address": self.env._("address (in SIECLE)"),
            "mef": self.env._("MEF of the pupil"),
            "rate": self.env._("rate of the year"),
            "year": self.env._("dates outside of the school year"),
            "schooling": self.env._("dates outside of the schooling"),
            "overlap": self.env._("overlaps another placement"),
            "attestation": self.env._("attestation of the host"),
            "days": self.env._("more days than the calendar has"),
            "decision": self.env._("décision d'attribution"),
            "rib": self.env._("bank details"),
            "rib_third": self.env._("account of his own (of age)"),
            "consent": self.env._("authorisation of the legal representative"),
        }

    # ------------------------------------------------------------
    # Who writes
    # ------------------------------------------------------------

    def write(self, vals):
        if not self.env.su and vals.keys() - EDITABLE:
            raise AccessError(
                self.env._("The allowance is counted: correct the days, the dates or the MEF.")
            )
        result = super().write(vals)
        if not self.env.su and "mef" in vals:
            self._check_mef()
            # sudo: counting writes what nobody types
            self.sudo()._refresh(self.sudo().schooling_id)
        return result

    def _check_mef(self):
        for record in self:
            mef = record.mef or ""
            if mef and not (len(mef) == 10 and mef.isdecimal()):
                raise UserError(self.env._("%(mef)s is not a MEF: 10 digits.", mef=mef))

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def action_mark_entered(self):
        """These stays were entered in APLyPro: their amounts are held from now on.

        :raise UserError: nothing of it is ready
        """
        self._check_bureau()
        todo = self.filtered(lambda record: record.status in ("ready", "changed"))
        if not todo:
            raise UserError(
                self.env._("Nothing here is ready: see for each pupil what is missing.")
            )
        todo._hold()
        return self._told(
            self.env._("Entered in APLyPro: %(count)s.", count=len(todo)),
            self.env._("Left out, not ready: %(count)s.", count=len(self) - len(todo))
            if todo != self
            else "",
        )

    def _hold(self):
        """Keeps what stands in APLyPro, and counts the others again."""
        self.flush_recordset()
        for company, records in self.grouped("company_id").items():
            # one statement, whatever their number: each row keeps its own days and amount
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE bde_allowance
                       SET entered_days = days,
                           entered_amount = coalesce((working ->> 'due')::numeric, amount, 0),
                           entered_on = %s, entered_by_id = %s
                     WHERE id = ANY(%s)
                    """,
                    company._bde_today(),
                    self.env.uid,
                    records.ids,
                )
            )
        self.invalidate_recordset(flush=False)
        # sudo: rights were checked, counting reads what a role may not
        self.sudo()._refresh(self.sudo().schooling_id)

    def action_take_back_entry(self):
        """Marked by mistake, or withdrawn in APLyPro: the stay is counted with the others."""
        self._check_bureau()
        # sudo: rights were checked, these fields are written by verbs
        records = self.sudo().filtered("entered_on")
        records.write(
            {"entered_on": False, "entered_by_id": False, "entered_days": 0, "entered_amount": 0}
        )
        records._refresh(records.schooling_id)
        return True

    def action_recount(self):
        """Counts again what the list shows, for instance after an import."""
        self._check_bureau()
        # sudo: counting reads what a role may not, and writes what nobody types
        self.sudo()._refresh(self.sudo().schooling_id)
        return True

    def action_open_placement(self):
        """Opens the placement, where days and attestation are."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bde.placement",
            "res_id": self.placement_id.id,
            "view_mode": "form",
        }

    def action_open_student(self):
        """Opens the pupil: decision, bank details and the year in one page."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bde.student",
            "res_id": self.student_id.id,
            "view_mode": "form",
        }

    def _check_bureau(self):
        if not self:
            raise UserError(self.env._("No stay is chosen, or none is to do."))
        self.check_access("read")
        for company in self.company_id:
            company._bde_check_user_is("secretary")

    def _told(self, *sentences):
        """A note at the top of the page, which then shows the records as they are."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": " ".join(filter(None, sentences)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _recoverable(self, entered, due):
        """Whether an overpayment is claimed back: above 30 € alone."""
        return entered - due > allowance.RECOVERY
