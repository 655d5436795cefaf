from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.bde_partnerships.models.bde_document import EDITABLE, IN_SIGNATURE

from ..rules import amendment as rules
from ..rules import schedule as hours
from ..rules import terms

CHANGE_TYPES = [
    ("break", "Days off"),
    ("hours", "Weekly hours"),
    ("tutor", "Tutor"),
    ("place", "Place of work"),
    ("postponement", "Other dates"),
    ("prolongation", "Prolongation"),
    ("end", "End before the term"),
]
ONE_DAY = timedelta(days=1)
# states of a convention that an amendment may change
AMENDABLE = ("signed", "running")
OPEN = (*EDITABLE, *IN_SIGNATURE)
# what is agreed: it changes as long as nobody was asked to sign
TERMS = {
    "change_type",
    "date_effect",
    "break_from",
    "break_to",
    "new_date_start",
    "new_date_end",
    "holidays_off",
    "new_tutor_id",
    "new_site_address",
    "new_schedule",
    "reason",
}
# what follows from the state
DERIVED = {"rank", "is_open", "is_signed"}
# fields that each type asks for
ASKED = {
    "break": ("break_from", "break_to"),
    "hours": ("date_effect", "new_schedule"),
    "tutor": ("date_effect", "new_tutor_id"),
    "place": ("date_effect", "new_site_address"),
    "postponement": ("new_date_start", "new_date_end"),
    "prolongation": ("new_date_end",),
    "end": ("new_date_end",),
}


class BdeAmendment(models.Model):
    """What the parties of a signed convention agree to change, signed by those concerned.

    After the last signature a convention changes by an amendment alone (D124-4 C. éduc.). It
    says what the convention said, what it becomes and from when; once all have signed the
    placement follows it, each day by the terms of its date.
    """

    _name = "bde.amendment"
    _description = "Amendment"
    _inherit = ["bde.document.mixin"]
    _order = "convention_id desc, rank desc, id desc"
    _rec_name = "student_name"
    _rec_names_search = ["student_name", "number"]
    _document_kind = "amendment"

    convention_id = fields.Many2one(
        "bde.convention",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('state', 'in', ('signed', 'running'))]",
    )
    placement_id = fields.Many2one(
        related="convention_id.placement_id", store=True, precompute=True, index=True
    )
    student_name = fields.Char(
        related="placement_id.student_name", store=True, precompute=True, string="Name of the pupil"
    )
    division_id = fields.Many2one(
        related="placement_id.division_id", string="Pupil's class", store=True, precompute=True
    )
    host_id = fields.Many2one(
        related="placement_id.host_id", store=True, precompute=True, index="btree_not_null"
    )
    date_start = fields.Date(related="placement_id.date_start", string="First day")
    date_end = fields.Date(related="placement_id.date_end", string="Last day")
    rank = fields.Integer(readonly=True, copy=False, help="First, second… of its convention.")
    is_open = fields.Boolean(
        readonly=True, default=True, copy=False, help="Neither signed by all nor given up."
    )

    is_signed = fields.Boolean(readonly=True, copy=False, help="All have signed it.")

    change_type = fields.Selection(CHANGE_TYPES, string="What changes", required=True)
    date_effect = fields.Date(
        string="From",
        compute="_compute_date_effect",
        store=True,
        readonly=False,
        precompute=True,
        help="First day on which the new terms hold.",
    )
    break_from = fields.Date(string="First day off")
    break_to = fields.Date(string="Last day off")
    new_date_start = fields.Date(string="New first day")
    new_date_end = fields.Date(string="New last day")
    holidays_off = fields.Boolean(
        string="Not during school holidays",
        default=True,
        help="School holidays in the days that are added are no days of presence.",
    )
    holidays_text = fields.Char(string="School holidays", compute="_compute_holidays_text")
    new_tutor_id = fields.Many2one(
        "res.partner",
        string="New tutor",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('parent_id', '=', host_id), ('company_id', '=', company_id)]",
    )
    new_site_address = fields.Text(string="New place of work")
    new_schedule = fields.Json(string="New weekly hours", copy=False)
    reason = fields.Text(
        string="Why", help="Printed on the amendment, which all parties read. Nothing about health."
    )

    _open_uniq = models.UniqueIndex(
        "(convention_id) WHERE is_open",
        "This convention has an open amendment already: finish it or cancel it first.",
    )
    _company_effect_idx = models.Index("(company_id, date_effect)")
    _host_idx = models.Index("(host_id, company_id, date_effect DESC, id DESC) WHERE is_signed")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("number", "student_name", "change_type")
    def _compute_display_name(self):
        kinds = dict(self._fields["change_type"]._description_selection(self.env))
        for amendment in self:
            parts = (amendment.number, kinds.get(amendment.change_type), amendment.student_name)
            amendment.display_name = " · ".join(part for part in parts if part)

    @api.depends("change_type", "break_from", "break_to", "new_date_start", "new_date_end")
    def _compute_date_effect(self):
        """Asked for where the terms change from a day on; elsewhere it follows from the dates."""
        for amendment in self:
            if amendment.state and not amendment._is_open_for_changes():
                amendment.date_effect = amendment.date_effect
            elif amendment.change_type in rules.DATED:
                amendment.date_effect = amendment.date_effect or amendment._first_possible_day()
            else:
                placement = amendment.placement_id
                amendment.date_effect = rules.effect_day(
                    amendment.change_type,
                    placement.date_start,
                    placement.date_end,
                    first=amendment.break_from
                    if amendment.change_type == "break"
                    else amendment.new_date_start,
                    last=amendment.new_date_end,
                )

    @api.onchange("change_type")
    def _onchange_change_type(self):
        """Hours are corrected, not typed again."""
        if self.change_type == "hours" and self.date_start and hours.is_empty(self.new_schedule):
            now = terms.on(self.placement_id._terms(), self.date_effect or self.date_start)
            self.new_schedule = now.schedule

    def _first_possible_day(self):
        """Tomorrow, or the first day of a stay that has not begun."""
        start = self.placement_id.date_start
        tomorrow = self.company_id._bde_today() + ONE_DAY
        return max(start, tomorrow) if start else False

    @api.depends("change_type", "new_date_start", "new_date_end", "placement_id")
    def _compute_holidays_text(self):
        for amendment in self:
            amendment.holidays_text = ", ".join(
                self.env._(
                    "%(start)s to %(end)s",
                    start=format_date(self.env, first),
                    end=format_date(self.env, last),
                )
                for first, last in amendment._added_holidays()
            )

    def _added_holidays(self):
        """School holidays among the days that the amendment adds: [(first, last)]."""
        placement = self.placement_id
        start, end = placement.date_start, placement.date_end
        if self.change_type not in ("postponement", "prolongation") or not (start and end):
            return []
        first = self.new_date_start if self.change_type == "postponement" else start
        last = self.new_date_end
        if not (first and last) or first > last:
            return []
        added = [(first, start - ONE_DAY), (end + ONE_DAY, last)]
        found = []
        for holiday in self.env["bde.holiday"]._between(self.company_id, first, last):
            for low, high in added:
                span = (
                    max(holiday.date_start, low, first),
                    min(holiday.date_end, high, last),
                )
                if span[0] <= span[1]:
                    found.append(span)
        return sorted(found)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """An amendment belongs to the school and year of a convention in force."""
        # the button of the convention gives it as a default
        begun_from = self.env.context.get("default_convention_id")
        conventions = self.env["bde.convention"].browse(
            [vals.setdefault("convention_id", begun_from) for vals in vals_list]
        )
        # its state is told to those alone who read it
        conventions.check_access("read")
        conventions._check_amendable()
        # an INSERT overtakes pending UPDATEs: one given up just before is still open
        self.flush_model(["is_open"])
        ranks = conventions._last_ranks()
        templates = conventions._amendment_templates()
        for vals, convention in zip(vals_list, conventions, strict=True):
            if not self.env.su and vals.keys() & DERIVED:
                raise AccessError(self.env._("The state of an amendment follows from its facts."))
            self._normalize_vals(vals)
            ranks[convention] = ranks.get(convention, 0) + 1
            template = templates[convention]
            vals |= {
                "company_id": convention.company_id.id,
                "school_year_id": convention.school_year_id.id,
                "template_id": template.id,
                "lang": template.lang or "fr_FR",
                "rank": ranks[convention],
            }
        return super().create(vals_list)

    def write(self, vals):
        vals = dict(vals)
        self._normalize_vals(vals)
        if not self.env.su and vals.keys() & DERIVED:
            raise AccessError(self.env._("The state of an amendment follows from its facts."))
        if "convention_id" in vals and any(
            one.convention_id.id != vals["convention_id"] for one in self
        ):
            raise UserError(self.env._("An amendment stays with its convention."))
        if vals.keys() & TERMS:
            self._check_open_for_changes()
        return super().write(vals)

    def _check_open_for_changes(self):
        """What is out for signature changes by a correction alone."""
        if any(not amendment._is_open_for_changes() for amendment in self):
            raise UserError(
                self.env._(
                    "This amendment is out for signature or signed: correct it, "
                    "or make another one."
                )
            )

    def _is_open_for_changes(self):
        """Whether what is agreed may be written: nobody was asked to sign it, or all wait."""
        self.ensure_one()
        return self.state in EDITABLE or bool(self.correcting_since)

    @api.model
    def _normalize_vals(self, vals):
        if vals.get("new_schedule"):
            try:
                vals["new_schedule"] = hours.normalize(vals["new_schedule"])
            except hours.ScheduleError as error:
                message = self.env["bde.placement"]._schedule_error(error)
                raise ValidationError(message) from error

    # ------------------------------------------------------------
    # The new terms
    # ------------------------------------------------------------

    def _missing(self):
        """Labels of what this type asks for and nobody has said yet."""
        self.ensure_one()
        missing = []
        for name in ASKED[self.change_type]:
            value = self[name]
            if name == "new_schedule" and hours.is_empty(value):
                value = False
            if isinstance(value, str):
                value = value.strip()
            if not value:
                missing.append(self._fields[name]._description_string(self.env))
        return missing

    def _new_terms(self):
        """The terms of the stay once this is agreed to, see :mod:`rules.terms`."""
        self.ensure_one()
        kind = self.change_type
        asked = {"date_effect": self.date_effect, "last": self.new_date_end}
        if kind == "break":
            asked |= {"first": self.break_from, "last": self.break_to}
        elif kind == "postponement":
            asked["first"] = self.new_date_start
        values = {
            "place": (self.new_site_address or "").strip(),
            "tutor": self.new_tutor_id,
            "hours": self.new_schedule,
        }
        off = self._added_holidays() if self.holidays_off else ()
        return rules.amended(
            self.placement_id._terms(), kind, self, value=values.get(kind), off=off, **asked
        )
