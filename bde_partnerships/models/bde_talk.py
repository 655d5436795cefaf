from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ..rules.purposes import CHANNELS, PURPOSES

OUTCOMES = [
    ("reached", "Reached"),
    ("agreed", "They agree"),
    ("refused", "They refuse"),
    ("callback", "Call back"),
    ("no_answer", "No answer"),
    ("wrong_number", "Wrong number"),
]
# a talk with one of these outcomes: somebody was there
ANSWERED = ("reached", "agreed", "refused", "callback")
CALLBACK_DAYS = 7


class BdeTalk(models.Model):
    """One call, visit or letter between the school and a company, and what came of it.

    The content stays at the school; that the company was approached is told to all schools by
    ``bde.approach``.
    """

    _name = "bde.talk"
    _description = "Talk with a company"
    _inherit = ["bde.owned"]
    _order = "date desc, id desc"
    _rec_name = "summary"

    relation_id = fields.Many2one(
        "bde.relation",
        string="Company",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        compute="_compute_company_id", store=True, precompute=True, default=None
    )
    date = fields.Datetime(string="When", required=True, default=fields.Datetime.now)
    channel = fields.Selection(CHANNELS, string="By", required=True, default="call")
    direction = fields.Selection(
        [("out", "We called"), ("in", "They called")], string="Who", required=True, default="out"
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="With",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('bde_relation_id', '=', relation_id)]",
    )
    purpose = fields.Selection(
        PURPOSES,
        string="About",
        help="What the school called for. Empty: nothing is asked, for instance news of a pupil.",
    )
    outcome = fields.Selection(OUTCOMES, required=True, default="reached", index=True)
    offer_ids = fields.Many2many(
        "bde.offer",
        string="What they said yes or no to",
        help="Noted on the page of the company with the answer.",
    )
    summary = fields.Char(string="In one line", help="Facts only: the person may read it.")
    lead_id = fields.Many2one(
        "crm.lead",
        string="Request",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who talked",
        required=True,
        default=lambda self: self.env.user,
        check_company=True,
    )

    _relation_date_idx = models.Index("(relation_id, date DESC, id DESC)")
    _company_date_idx = models.Index("(company_id, date DESC)")

    @api.depends("relation_id")
    def _compute_company_id(self):
        """The school of the page that it is noted on."""
        for talk in self:
            talk.company_id = talk.relation_id.company_id or self.env.company

    @api.depends("outcome", "purpose", "date")
    def _compute_display_name(self):
        outcomes = dict(self._fields["outcome"]._description_selection(self.env))
        for talk in self:
            talk.display_name = talk.summary or outcomes.get(talk.outcome, "")

    @api.constrains("contact_id", "lead_id", "relation_id")
    def _check_relation(self):
        for talk in self:
            # those of another school are refused without their names, by check_company
            school = talk.company_id
            contact = talk.contact_id.filtered(lambda c, school=school: c.company_id == school)
            lead = talk.lead_id.filtered(lambda one, school=school: one.company_id == school)
            if contact and contact.bde_relation_id != talk.relation_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is not a contact of this company.", contact=contact.name
                    )
                )
            if lead and lead.bde_relation_id != talk.relation_id:
                raise ValidationError(
                    self.env._("“%(lead)s” is about another company.", lead=lead.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        talks = super().create(vals_list)
        talks._follow_up()
        return talks

    # ------------------------------------------------------------
    # What a talk changes
    # ------------------------------------------------------------

    def _follow_up(self):
        """Notes what was said: approaches, offers, wrong numbers, whom to call back."""
        if not self.env.context.get("bde_approach_noted"):
            self._note_approaches()
        self._note_offers()
        self._note_numbers()
        self._tick_calls_off()
        self.filtered(lambda t: t.outcome == "callback")._plan_callback()

    def _note_approaches(self):
        """Tells all schools that the company was approached; not what was said.

        What asks nothing (no purpose) is no approach, nor is a number that rings elsewhere.
        """
        asked = self.filtered(
            lambda t: t.direction == "out" and t.purpose and t.outcome != "wrong_number"
        )
        for (company, purpose, channel, date), talks in asked.grouped(
            lambda t: (t.company_id, t.purpose, t.channel, t._local_date())
        ).items():
            talks.relation_id.partner_id._bde_note_approach(
                company,
                purpose,
                channel,
                date=date,
                reason=self.env.context.get("bde_approach_reason"),
            )

    def _local_date(self):
        """Day of the talk at the school."""
        return self.company_id._bde_date_of(self.date)

    def _note_offers(self):
        """An answer changes what the company agrees to; who agrees is no longer to discover."""
        for outcome, name in (("agreed", "offer_ids"), ("refused", "declined_offer_ids")):
            answered = self.filtered(lambda t, o=outcome: t.outcome == o and t.offer_ids)
            for (relation, offers), _talks in answered.grouped(
                lambda t: (t.relation_id, t.offer_ids)
            ).items():
                new = offers - relation[name]
                if new:
                    relation.write({name: [Command.link(offer.id) for offer in new]})
        agreed = self.filtered(lambda t: t.outcome == "agreed").relation_id
        agreed.filtered(lambda r: r.status == "prospect").write({"status": "active"})

    def _note_numbers(self):
        """Flags a number that rings elsewhere, so that nobody calls there again."""
        for talk in self.filtered(lambda t: t.outcome == "wrong_number"):
            if talk.contact_id.phone:
                talk.contact_id.bde_wrong_phone = talk.contact_id.phone
            elif talk.relation_id.phone:
                talk.relation_id.wrong_phone = talk.relation_id.phone

    def _tick_calls_off(self):
        """The call that was due is done once somebody answered: nobody ticks it by hand."""
        call = self.env.ref("mail.mail_activity_data_call")
        for talk in self.filtered(lambda t: t.outcome in ANSWERED):
            today = talk.company_id._bde_today()
            due = talk.relation_id.activity_ids.filtered(
                lambda activity, talk=talk, today=today: (
                    activity.activity_type_id == call
                    and activity.user_id == talk.user_id
                    and activity.date_deadline <= today
                )
            )
            if due:
                due.action_feedback(feedback=talk.display_name)

    def _plan_callback(self):
        """An activity in a week for whoever called."""
        labels = dict(self._fields["purpose"]._description_selection(self.env))
        for talk in self:
            talk.relation_id.activity_schedule(
                "mail.mail_activity_data_call",
                fields.Date.add(talk.company_id._bde_today(), days=CALLBACK_DAYS),
                summary=labels.get(talk.purpose) or self.env._("Call back"),
                note=talk.summary or False,
                user_id=talk.user_id.id,
            )
