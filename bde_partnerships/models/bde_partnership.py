from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .bde_document import EDITABLE, IN_SIGNATURE, SIGNED

# Terms are agreed: they change by going back to draft, then by the next agreement.
LOCKED = (*IN_SIGNATURE, *SIGNED, "refused", "cancelled")
IN_FORCE = ("signed", "running")
TERMS = {
    "relation_id", "signatory_id", "other_relation_id", "other_signatory_id", "object",
    "axis_ids", "training_ids", "date_start", "date_end", "board_date",
}  # fmt: skip
# what the verbs alone set
OWN_VERBS = {
    "renewed_by_id",
    "signed_elsewhere",
    "signed_on",
    "scan_id",
    "scan_sha256",
    "renewal_reminded_on",
}


class BdePartnership(models.Model):
    """Partnership agreement of a school with a company, and who promised what.

    Signed on the document engine, or elsewhere: then the scan is kept and the page says so.
    Once it is out its terms stay; it is renewed by an agreement that follows it.
    """

    _name = "bde.partnership"
    _description = "Partnership agreement"
    _inherit = ["bde.document.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, partner_name, id desc"
    _rec_name = "partner_name"
    _rec_names_search = ["partner_name", "number", "object"]
    _document_kind = "partnership"

    relation_id = fields.Many2one(
        "bde.relation",
        string="Company",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(related="relation_id.partner_id", string="Company signed with")
    partner_name = fields.Char(
        related="relation_id.partner_name", store=True, index=True, string="Name of the company"
    )
    partner_city = fields.Char(related="relation_id.partner_city", string="Town")
    signatory_id = fields.Many2one(
        "res.partner",
        string="Signs for the company",
        compute="_compute_signatory_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        domain="[('bde_relation_id', '=', relation_id)]",
    )
    other_relation_id = fields.Many2one(
        "bde.relation",
        string="Third party",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="A professional branch, a campus, a network that signs with the company.",
    )
    other_signatory_id = fields.Many2one(
        "res.partner",
        string="Signs for the third party",
        compute="_compute_other_signatory_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        domain="[('bde_relation_id', '=', other_relation_id)]",
    )
    object = fields.Text(tracking=True, help="What the partners do together, in two lines.")
    axis_ids = fields.Many2many("bde.offer", string="Axes", help="What the partners do together.")
    training_ids = fields.Many2many("bde.training", string="Trainings", check_company=True)
    date_start = fields.Date(
        string="From", default=lambda self: self.env.company._bde_today(), tracking=True
    )
    date_end = fields.Date(
        string="To",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Three years are proposed.",
    )
    board_date = fields.Date(
        string="Authorised by the board on",
        copy=False,
        help="Day on which the board of the school authorised the head to sign it "
        "(R421-20 C. éduc.). Printed among the legal grounds.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Followed by",
        default=lambda self: self.env.user,
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )
    framework_id = fields.Many2one(
        "bde.framework",
        string="Framework agreement",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    lead_id = fields.Many2one(
        "crm.lead",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    commitment_ids = fields.One2many("bde.commitment", "partnership_id", string="Commitments")
    late_count = fields.Integer(string="Late commitments", compute="_compute_commitments")
    open_count = fields.Integer(string="Open commitments", compute="_compute_commitments")

    renewal_days = fields.Integer(
        default=90, help="Days before the end when the renewal is put on your list."
    )
    renewal_date = fields.Date(
        string="Renew from", compute="_compute_renewal_date", store=True, precompute=True
    )
    renewed_by_id = fields.Many2one(
        "bde.partnership",
        string="Renewed by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    renewed_ids = fields.One2many("bde.partnership", "renewed_by_id", string="Renews")
    no_renewal = fields.Boolean(string="Not to be renewed", copy=False, tracking=True)
    renewal_reminded_on = fields.Date(readonly=True, copy=False)
    is_to_renew = fields.Boolean(
        string="To renew", compute="_compute_is_to_renew", search="_search_is_to_renew"
    )

    signed_elsewhere = fields.Boolean(
        readonly=True,
        copy=False,
        help="On paper, or with another tool: the scan is kept, the suite has no proof of its own.",
    )
    signed_on = fields.Date(readonly=True, copy=False, help="Day written on the scan.")
    scan_id = fields.Many2one(
        "ir.attachment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    scan_sha256 = fields.Char(string="Hash of the scan", readonly=True, copy=False)
    obstacles = fields.Text(
        string="Before sending", compute="_compute_obstacles", help="What forbids to send it."
    )

    _dates_check = models.Constraint(
        "CHECK(date_end IS NULL OR date_start IS NULL OR date_start <= date_end)",
        "The agreement ends before it begins.",
    )
    _renewal_days_check = models.Constraint(
        "CHECK(renewal_days BETWEEN 0 AND 730)", "The reminder comes up to two years before."
    )
    _company_end_idx = models.Index("(company_id, date_end)")
    _renewal_idx = models.Index(
        "(company_id, renewal_date) WHERE renewed_by_id IS NULL AND no_renewal IS NOT TRUE"
    )

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("number", "partner_name")
    def _compute_display_name(self):
        for partnership in self:
            parts = (partnership.partner_name, partnership.number)
            partnership.display_name = " · ".join(part for part in parts if part)

    @api.depends("relation_id")
    def _compute_signatory_id(self):
        for partnership in self:
            partnership.signatory_id = partnership._signatory_of(
                partnership.relation_id, partnership.signatory_id
            )

    @api.depends("other_relation_id")
    def _compute_other_signatory_id(self):
        for partnership in self:
            partnership.other_signatory_id = partnership._signatory_of(
                partnership.other_relation_id, partnership.other_signatory_id
            )

    def _signatory_of(self, relation, current):
        """The contact who signs for a company: the one that was chosen while he is one of its."""
        if current and current.bde_relation_id == relation:
            return current
        return relation.signatory_id

    @api.depends("date_start")
    def _compute_date_end(self):
        for partnership in self:
            start, end = partnership.date_start, partnership.date_end
            # on a new form the proposal follows the first day; what was saved stays
            if start and (not end or end < start or not partnership._origin):
                partnership.date_end = start + relativedelta(years=3, days=-1)

    @api.depends("date_end", "renewal_days")
    def _compute_renewal_date(self):
        for partnership in self:
            end = partnership.date_end
            partnership.renewal_date = end and end - relativedelta(days=partnership.renewal_days)

    @api.depends("commitment_ids.state", "commitment_ids.deadline", "state")
    def _compute_commitments(self):
        open_ones = [("partnership_id", "in", self.ids), ("state", "=", "open")]
        counts = dict(
            self.env["bde.commitment"]._read_group(open_ones, ["partnership_id"], ["__count"])
        )
        late = dict(
            self.env["bde.commitment"]._read_group(
                [*open_ones, ("deadline", "<", self.env.company._bde_today())],
                ["partnership_id"],
                ["__count"],
            )
        )
        for partnership in self:
            partnership.open_count = counts.get(partnership._origin, 0)
            in_force = partnership.state in SIGNED
            partnership.late_count = late.get(partnership._origin, 0) if in_force else 0

    @api.model
    def _to_renew_domain(self, today=None):
        """Agreements in force whose renewal has to be decided."""
        return (
            Domain("state", "in", IN_FORCE)
            & Domain("renewed_by_id", "=", False)
            & Domain("no_renewal", "=", False)
            & Domain("renewal_date", "<=", today or self.env.company._bde_today())
        )

    def _compute_is_to_renew(self):
        due = self.filtered_domain(self._to_renew_domain())
        for partnership in self:
            partnership.is_to_renew = partnership in due

    def _search_is_to_renew(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._to_renew_domain()
        return domain if True in value else ~domain

    def _compute_obstacles(self):
        """Only asked for on forms, while there is something to do about it."""
        found = self.filtered(lambda p: p.state in EDITABLE)._obstacles_to_send()
        for partnership in self:
            partnership.obstacles = "\n".join(found.get(partnership, ())) or False

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.constrains("relation_id", "other_relation_id")
    def _check_parties_differ(self):
        for partnership in self:
            if partnership.relation_id == partnership.other_relation_id:
                raise ValidationError(
                    self.env._("The third party is somebody else than the company.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        """An agreement belongs to the school of its relation, and begins with its wording."""
        self._check_verbs_fields(vals_list)
        relations = self.env["bde.relation"].browse(
            [vals["relation_id"] for vals in vals_list if vals.get("relation_id")]
        )
        companies = {relation.id: relation.company_id for relation in relations}
        for vals in vals_list:
            company = companies.get(vals.get("relation_id"), self.env.company)
            vals["company_id"] = company.id
        self._fill_in_template(vals_list)
        return super().create(vals_list)

    def _fill_in_template(self, vals_list):
        """The wording in force at each school; one query for all."""
        companies = self.env["res.company"].browse({vals["company_id"] for vals in vals_list})
        templates = self.env["bde.document.template"]._templates_for(
            companies, {self._document_kind}, "fr_FR", self.env.company._bde_today()
        )
        for vals in vals_list:
            company = companies.browse(vals["company_id"])
            if not vals.get("template_id"):
                vals["template_id"] = templates[company, self._document_kind].id

    @api.model
    def _check_verbs_fields(self, vals_list):
        if not self.env.su and any(OWN_VERBS & vals.keys() for vals in vals_list):
            raise UserError(self.env._("These fields change by the actions of the agreement only."))

    def write(self, vals):
        self._check_verbs_fields([vals])
        if TERMS & vals.keys():
            self._check_open_for_changes()
        return super().write(vals)

    def _check_open_for_changes(self):
        """What was sent or signed here stays; a paper signed elsewhere is typed as it is."""
        if not self.env.su and any(
            p.state in LOCKED and not p.correcting_since and not p.signed_elsewhere for p in self
        ):
            raise UserError(
                self.env._(
                    "The agreement is out: press “Correct” to change it while it is being signed, "
                    "renew it once it is signed."
                )
            )
