from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools import format_date

STATUSES = [
    ("prospect", "To discover"),
    ("active", "Active"),
    ("strong", "Strong partner"),
    ("revive", "To revive"),
    ("watch", "To watch"),
    ("avoid", "To avoid"),
]
# what is said of a company for a while, with a reason
GUARDED = ("watch", "avoid")
EXPIRE_CHUNK = 500


class BdeRelation(models.Model):
    """Where the school stands with the company, and what the company agreed to."""

    _inherit = "bde.relation"

    status = fields.Selection(
        STATUSES,
        required=True,
        default="prospect",
        index=True,
        tracking=True,
        group_expand=True,
    )
    status_reason_id = fields.Many2one(
        "bde.status.reason",
        string="Reason",
        compute="_compute_status_reason_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        tracking=True,
        help="A fact of the list. The persons concerned may ask to read it.",
    )
    status_until = fields.Date(
        string="Until",
        compute="_compute_status_until",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="The company goes back to active after this day, and whoever follows it is told.",
    )
    offer_ids = fields.Many2many(
        "bde.offer",
        "bde_relation_offer_rel",
        "relation_id",
        "offer_id",
        string="Agrees to",
        tracking=True,
        help="What the company told the school that it is ready to do.",
    )
    declined_offer_ids = fields.Many2many(
        "bde.offer",
        "bde_relation_declined_offer_rel",
        "relation_id",
        "offer_id",
        string="Says no to",
        tracking=True,
    )
    offers_on = fields.Date(
        string="Said on", readonly=True, help="Last change of what the company agrees to."
    )

    _until_idx = models.Index("(status_until) WHERE status_until IS NOT NULL")

    # ------------------------------------------------------------
    # Status
    # ------------------------------------------------------------

    # two methods: writing one of two fields of a method would leave the other as it was
    @api.depends("status")
    def _compute_status_reason_id(self):
        for relation in self:
            guarded = relation.status in GUARDED
            relation.status_reason_id = relation.status_reason_id if guarded else False

    @api.depends("status")
    def _compute_status_until(self):
        """To watch or avoid ends within the year, unless told otherwise; the rest has no end."""
        for relation in self:
            if relation.status not in GUARDED:
                relation.status_until = False
            elif not relation.status_until:
                today = (relation.company_id or self.env.company)._bde_today()
                relation.status_until = fields.Date.add(today, years=1)

    @api.model
    def _add_precomputed_values(self, vals_list):
        """A company that is neither watched nor avoided has no reason, and no end."""
        for vals in vals_list:
            if vals.get("status") not in GUARDED:
                vals.setdefault("status_reason_id", False)
                vals.setdefault("status_until", False)
        return super()._add_precomputed_values(vals_list)

    @api.constrains("status", "status_reason_id", "status_until")
    def _check_status_reason(self):
        for relation in self.filtered(lambda r: r.status in GUARDED):
            if not relation.status_reason_id or not relation.status_until:
                raise ValidationError(
                    self.env._(
                        "%(company)s: say why it is to be watched or avoided, with a reason of "
                        "the list, and until when.",
                        company=relation.partner_name,
                    )
                )

    @api.model
    def _cron_expire_status(self):
        """Puts back to active what was to be watched or avoided until yesterday, and says so."""
        # a day ahead: it is tomorrow in the Pacific before it is on the server
        horizon = fields.Date.add(fields.Date.today(), days=1)
        relations = self.search([("status_until", "<", horizon)])
        today = {company: company._bde_today() for company in relations.company_id}
        expired = relations.filtered(lambda r: r.status_until < today[r.company_id])
        self.env["ir.cron"]._commit_progress(remaining=len(expired))
        for start in range(0, len(expired), EXPIRE_CHUNK):
            chunk = expired[start : start + EXPIRE_CHUNK]
            chunk._expire_status()
            if not self.env["ir.cron"]._commit_progress(len(chunk)):
                break

    def _expire_status(self):
        """Back to active, with an activity for whoever follows each company."""
        owners = self._bde_owners()
        told = {relation: relation._expiry_notice(owners[relation]) for relation in self}
        self.write({"status": "active"})
        for relation, (summary, note) in told.items():
            if owner := owners[relation]:
                relation.activity_schedule(
                    "mail.mail_activity_data_todo",
                    relation.company_id._bde_today(),
                    summary=summary,
                    note=note,
                    user_id=owner.id,
                )

    def _expiry_notice(self, owner):
        """Summary and text of the activity, in the language of its reader."""
        relation = self.with_context(lang=owner.lang or self.env.lang)
        env = relation.env
        labels = dict(self._fields["status"]._description_selection(env))
        note = env._(
            "Was “%(status)s”: %(reason)s. That ended on %(day)s. If it still holds, set the "
            "status again with its reason.",
            status=labels[relation.status],
            reason=relation.status_reason_id.name,
            day=format_date(env, relation.status_until),
        )
        return env._("Look at the status again"), note

    def _bde_owners(self):
        """Who is told about each company: who follows it, or else a manager of the school.

        :rtype: dict[bde.relation, res.users]
        """
        # sudo: who holds a role is not for everybody to read
        Membership = self.env["bde.membership"].sudo()
        managers = {}
        for member in Membership.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("role", "in", ("manager", "head")),
                ("is_current", "=", True),
            ],
            order="role desc, id",
        ):
            managers.setdefault(member.company_id.id, member.user_id)
        nobody = self.env["res.users"]
        return {r: r.user_id or managers.get(r.company_id.id, nobody) for r in self}

    # ------------------------------------------------------------
    # What the company agrees to
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        today = self.env.company._bde_today()
        for vals in vals_list:
            if vals.get("offer_ids") or vals.get("declined_offer_ids"):
                vals.setdefault("offers_on", today)
        relations = super().create(vals_list)
        relations._check_offers()
        return relations

    def write(self, vals):
        offers = [name for name in ("offer_ids", "declined_offer_ids") if name in vals]
        if offers:
            vals = dict(vals, offers_on=self.env.company._bde_today())
        result = super().write(vals)
        if len(offers) == 1:
            self._settle_offers(offers[0])
        elif offers:
            self._check_offers()
        return result

    def _settle_offers(self, said):
        """What was said last holds: an offer is agreed to or declined, never both."""
        other = {"offer_ids": "declined_offer_ids", "declined_offer_ids": "offer_ids"}[said]
        for relation in self:
            if both := relation[said] & relation[other]:
                relation.write({other: [Command.unlink(offer.id) for offer in both]})

    def _check_offers(self):
        for relation in self:
            if both := relation.offer_ids & relation.declined_offer_ids:
                raise ValidationError(
                    self.env._(
                        "%(company)s cannot agree to and decline the same: %(offers)s.",
                        company=relation.partner_name,
                        offers=", ".join(both.mapped("name")),
                    )
                )
