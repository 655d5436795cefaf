from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date, ormcache

ACADEMY_ROLES = ("admin", "correspondent")
GROUNDS = [
    ("authority", "Decision of an authority"),
    ("heard", "After the company was heard"),
]
AUTHORITIES = [
    ("labour", "Labour inspection"),
    ("prefect", "Prefect"),
    ("court", "Court"),
    ("rectorate", "Rectorat or DRAAF"),
    ("other", "Other authority"),
]


class BdeSiteBlock(models.Model):
    """A company that no school of the académie may send pupils to, until a day.

    Rests on an authority's decision, or comes after the company was heard. Handed down by the
    académie, which decides on proposals of its schools (``bde.site.block.request``): written by
    its verbs alone. Schools read the listed reason and the decision, never the words.
    """

    _name = "bde.site.block"
    _description = "Company forbidden for placements"
    _inherit = ["bde.unsigned", "bde.owned"]
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"
    _check_company_domain = models.check_company_domain_parent_of

    company_id = fields.Many2one(string="Académie")
    partner_id = fields.Many2one(
        "res.partner",
        string="Company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    ground = fields.Selection(GROUNDS, string="Founded on", required=True, readonly=True)
    authority = fields.Selection(AUTHORITIES, readonly=True)
    reference = fields.Char(string="Reference of the decision", readonly=True)
    decision_date = fields.Date(string="Decided by the authority on", readonly=True)
    heard_on = fields.Date(string="Company heard on", readonly=True)
    reason_id = fields.Many2one(
        "bde.status.reason", required=True, readonly=True, ondelete="restrict"
    )
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="Until", required=True, readonly=True, index=True)
    lifted_on = fields.Date(string="Lifted on", readonly=True)
    lift_reason = fields.Char(string="Why it was lifted", readonly=True)
    is_running = fields.Boolean(
        string="In force", compute="_compute_is_running", search="_search_is_running"
    )
    is_decider = fields.Boolean(compute="_compute_is_decider")

    _dates_check = models.Constraint("CHECK(date_from <= date_to)", "It ends before it begins.")

    @api.constrains("ground", "authority", "reference", "decision_date", "heard_on")
    def _check_ground(self):
        for block in self:
            decided = block.authority and block.reference and block.decision_date
            if not (decided if block.ground == "authority" else block.heard_on):
                raise ValidationError(
                    self.env._(
                        "A company is forbidden on an authority's decision, with its reference "
                        "and date, or after it was heard, with the date."
                    )
                )

    @api.depends("date_from", "date_to", "lifted_on")
    def _compute_is_running(self):
        today = self.env.company._bde_today()
        for block in self:
            block.is_running = not block.lifted_on and block.date_from <= today <= block.date_to

    def _search_is_running(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._bde_today()
        running = (
            Domain("lifted_on", "=", False)
            & Domain("date_from", "<=", today)
            & Domain("date_to", ">=", today)
        )
        if True in value and False in value:
            return Domain.TRUE
        return running if True in value else ~running

    @api.depends_context("uid")
    @api.depends("company_id")
    def _compute_is_decider(self):
        academies = self._decider_academies()
        for block in self:
            block.is_decider = block.company_id.id in academies

    @api.model
    def _decider_academies(self):
        user = self.env.user
        return {cid for role in ACADEMY_ROLES for cid in user._bde_company_ids(role)}

    @api.model
    def _running_of(self, partners, date_from=None, date_to=None):
        """Blocks that hold for companies: their own, and those of what they are a part of.

        No query of its own where nothing is forbidden.

        :param date_from: first day that matters, today by default
        :param date_to: last day that matters, the first one by default
        :return: {partner: blocks}
        """
        first = date_from or self.env.company._bde_today()
        last = max(date_to or first, first)
        by_partner = {}
        for block_id, partner_id, day_from, day_to in self._known():
            if day_from <= last and day_to >= first:
                by_partner.setdefault(partner_id, []).append(block_id)
        # sudo: who may see a company is told that it is forbidden; nothing else is read
        result, nothing = {}, self.sudo()
        for partner in partners.sudo():
            found = []
            if by_partner:
                above = partner | partner.parent_id | partner.parent_id.parent_id
                found = [one for each in above.ids for one in by_partner.get(each, ())]
            result[partner.with_env(self.env)] = nothing.browse(found)
        return result

    def _of_school(self, company):
        """Those of these blocks that the académie of a school decided: it binds no other."""
        academy = company._bde_academy()
        return self.filtered(lambda block: block.company_id.id == academy.id)

    @api.model
    @ormcache()
    def _known(self):
        """Blocks that were not lifted, a handful: (id, company, first day, last day)."""
        # sudo: as above; the cache is everybody's
        rows = self.sudo().search_fetch([("lifted_on", "=", False)])
        return tuple((row.id, row.partner_id.id, row.date_from, row.date_to) for row in rows)

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def action_lift(self, reason=None):
        """The académie lifts a block before its end; asks for the reason when there is none."""
        self.ensure_one()
        if not self.env.su and self.company_id.id not in self._decider_academies():
            raise AccessError(self.env._("The académie lifts what it decided."))
        if not (reason or "").strip():
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Lift"),
                "res_model": "bde.site.block.answer",
                "view_mode": "form",
                "target": "new",
                "context": {"default_block_id": self.id, "default_decision": "lift"},
            }
        if self.lifted_on:
            raise UserError(self.env._("It was lifted already."))
        # sudo: blocks are written by verbs alone; the right was checked above
        self.sudo().write(
            {"lifted_on": self.env.company._bde_today(), "lift_reason": reason.strip()}
        )
        self._tell_schools()
        return True

    def _sentence(self):
        """What a school is told: why, by whose decision, until when."""
        self.ensure_one()
        env = self.env
        until = format_date(env, self.date_to)
        if self.ground == "authority":
            labels = dict(self._fields["authority"]._description_selection(env))
            return env._(
                "Forbidden for placements of all schools until %(until)s: %(reason)s. Decision of "
                "%(day)s, %(authority)s, %(reference)s.",
                until=until,
                reason=self.reason_id.name,
                day=format_date(env, self.decision_date),
                authority=labels[self.authority],
                reference=self.reference,
            )
        return env._(
            "Forbidden for placements of all schools until %(until)s: %(reason)s. The company was "
            "heard on %(day)s.",
            until=until,
            reason=self.reason_id.name,
            day=format_date(env, self.heard_on),
        )


class BdeSiteBlockRequest(models.Model):
    """A school asks the académie to forbid a company for all; the académie decides.

    The company's own words stay here, read by that school and the académie.
    """

    _name = "bde.site.block.request"
    _description = "Proposal to forbid a company"
    _inherit = ["bde.owned"]
    _order = "id desc"
    _rec_name = "partner_id"

    company_id = fields.Many2one(string="Proposed by")
    proposer_id = fields.Many2one(
        "res.users", string="Person", readonly=True, default=lambda self: self.env.user
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Company",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('bde_employer', '=', True)]",
    )
    reason_id = fields.Many2one(
        "bde.status.reason",
        required=True,
        ondelete="restrict",
        help="A fact of the list. The persons concerned may ask to read it.",
    )
    facts = fields.Text(
        required=True, help="What was seen, when, by whom: facts only, without a pupil's name."
    )
    ground = fields.Selection(GROUNDS, string="Founded on", required=True, default="authority")
    authority = fields.Selection(AUTHORITIES)
    reference = fields.Char(string="Reference of the decision")
    decision_date = fields.Date(string="Decided by the authority on")
    heard_on = fields.Date(string="Company heard on")
    heard_answer = fields.Text(
        string="What the company answered", help="Or that it did not answer, and how it was asked."
    )
    file = fields.Binary(string="Decision or minutes", attachment=True)
    file_name = fields.Char()
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self.env.company._bde_today()
    )
    date_to = fields.Date(string="Until", required=True)
    state = fields.Selection(
        [
            ("draft", "In preparation"),
            ("proposed", "To decide"),
            ("done", "Forbidden"),
            ("refused", "Refused"),
        ],
        required=True,
        default="draft",
        readonly=True,
        index=True,
    )
    answer = fields.Char(string="Answer of the académie", readonly=True)
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    block_id = fields.Many2one(
        "bde.site.block", readonly=True, ondelete="set null", check_company=True
    )
    is_decider = fields.Boolean(compute="_compute_is_decider")

    _dates_check = models.Constraint("CHECK(date_from <= date_to)", "It ends before it begins.")

    @api.depends_context("uid")
    @api.depends("company_id")
    def _compute_is_decider(self):
        academies = self.env["bde.site.block"]._decider_academies()
        for request in self:
            request.is_decider = request.company_id._bde_academy().id in academies

    @api.constrains("state", "ground", "authority", "reference", "decision_date", "heard_on",
                    "heard_answer")  # fmt: skip
    def _check_ground(self):
        for request in self.filtered(lambda r: r.state in ("proposed", "done")):
            if request.ground == "authority":
                missing = [n for n in ("authority", "reference", "decision_date") if not request[n]]
            else:
                missing = [n for n in ("heard_on", "heard_answer") if not request[n]]
            if missing:
                raise ValidationError(
                    self.env._(
                        "A company is forbidden for all on an authority's decision, or after it "
                        "was heard. Fill in: %(fields)s.",
                        fields=", ".join(
                            self._fields[name]._description_string(self.env) for name in missing
                        ),
                    )
                )
