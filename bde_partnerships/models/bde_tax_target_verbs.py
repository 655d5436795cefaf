from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .bde_talk import ANSWERED, CALLBACK_DAYS

CALL = "mail.mail_activity_data_call"
# nobody is called any more once the company has said what it does
SETTLED_STAGES = ("refused", "promised", "received")
# what is noted of a company that may make a planned call needless
STOPS_CALLS = {"answer", "refused_on", "pledge_count", "received_amount", "state"}
# a letter that leaves reaches a company only if it does not bounce: letters note that themselves
SPOKEN = ("call", "visit", "meeting")
# who was asked, as ``bde.tax.report`` counts it: kept, or left out once something had happened
ASKED = Domain.OR(
    [
        Domain("state", "=", "kept"),
        Domain("reached_on", "!=", False),
        Domain("answered_on", "!=", False),
        Domain("pledge_count", ">", 0),
        # "different from 0" would find what was never written, too
        Domain("received_amount", ">", 0),
        Domain("received_amount", "<", 0),
    ]
)


class BdeTaxTarget(models.Model):
    """What people do with a company that is asked: call, note a promise, open its page."""

    _inherit = "bde.tax.target"

    def write(self, vals):
        result = super().write(vals)
        if STOPS_CALLS & vals.keys() and not self.env.context.get("bde_tax_calls_later"):
            self._stop_calls()
        return result

    # ------------------------------------------------------------
    # Calls
    # ------------------------------------------------------------

    def action_log_call(self):
        """Opens the dialog whose buttons are the outcomes of a call, about the tax."""
        self.ensure_one()
        person = self.contact_id - self.partner_id
        action = self.relation_id.action_log_call()
        context = {"default_purpose": "tax", "bde_tax_target_id": self.id}
        if person.phone:
            context["default_contact_id"] = person.id
        return action | {"context": action["context"] | context}

    def action_plan_calls(self):
        """Opens the dialog that spreads calls to these companies over days and people."""
        self.campaign_id._check_open()
        return self._open_dialog("bde.tax.calls", self.env._("Plan calls"))

    def action_set_accountant(self):
        """Opens the dialog that names the firm which declares for these companies."""
        return self._open_dialog("bde.tax.accountant", self.env._("Accountant"))

    def action_choose_more(self):
        """Opens the dialog that finds companies, for the campaign that is shown.

        A button of the list, pressed with or without a selection.
        """
        return self.env["bde.tax.campaign"]._to_fill().action_choose_targets()

    def _open_dialog(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_target_ids": self.ids},
        }

    def _waiting_calls(self):
        """Calls that are planned to these companies."""
        return self.activity_ids.filtered(lambda one: one.activity_type_id == self.env.ref(CALL))

    def _stop_calls(self):
        """Takes planned calls back where they would only disturb: promised, refused, left out.

        Who writes many targets one by one says ``bde_tax_calls_later`` and calls it at the end.
        """
        told = self.filtered(
            lambda one: (
                one.state == "left_out"
                or one.stage in SETTLED_STAGES
                or one.answer in ("chosen", "will")
            )
        )
        # sudo: whoever planned the call, the company has answered
        told.sudo()._waiting_calls().unlink()

    # ------------------------------------------------------------
    # Promises
    # ------------------------------------------------------------

    def action_pledge(self):
        """Opens the small form that notes what the company promises."""
        self.ensure_one()
        self.campaign_id._check_open()
        person = self.contact_id - self.partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promise of %(company)s", company=self.partner_name),
            "res_model": "bde.pledge",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_campaign_id": self.campaign_id.id,
                "default_target_id": self.id,
                "default_relation_id": self.relation_id.id,
                "default_said_by_id": person.id,
            },
        }

    # ------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------

    def action_open_relation(self):
        """Opens the page of the company at the school."""
        return self.relation_id._bde_open()

    def _note_spoken(self, outcome, day):
        """What a call, a visit or their own call says about the tax.

        :param str outcome: of ``bde.talk``
        :param datetime.date day: at the school
        """
        values = {"reached_on": min(filter(None, (self.reached_on, day)))}
        if outcome == "agreed":
            values |= {"answered_on": day, "answer": "will", "refused_on": False}
        elif outcome == "refused":
            values |= {"answered_on": day, "answer": "no", "refused_on": day}
        self.write(values)

    def _spoken_on(self):
        """The first day on which somebody spoke with each of these about the tax; one query.

        Talks from before the company was on the list are another campaign's.

        :return: {target: datetime.date}
        """
        # sudo: a bounce comes without a user; days alone are taken from it
        talks = self.env["bde.talk"].sudo()
        found = {}
        for talk in talks.search(
            Domain("relation_id", "in", self.relation_id.ids)
            & Domain("purpose", "=", "tax")
            & Domain("outcome", "in", ANSWERED)
            & (Domain("channel", "in", SPOKEN) | Domain("direction", "=", "in")),
            order="date, id",
        ):
            found.setdefault(talk.relation_id.id, []).append(talk)
        spoken = {}
        for target in self:
            own = found.get(target.relation_id.id, ())
            first = next((one for one in own if one.create_date >= target.create_date), None)
            if first:
                spoken[target] = first._local_date()
        return spoken


class BdeTaxCampaign(models.Model):
    """The companies asked, from the page of the campaign, lists and the map."""

    _inherit = "bde.tax.campaign"

    target_ids = fields.One2many("bde.tax.target", "campaign_id", string="Companies")
    target_count = fields.Integer(string="Companies asked", compute="_compute_target_counts")
    left_out_count = fields.Integer(string="Left out", compute="_compute_target_counts")

    @api.depends("target_ids.state", "target_ids.stage")
    def _compute_target_counts(self):
        """Two numbers in two queries for any number of campaigns: those of the funnel."""
        own = Domain("campaign_id", "in", self._origin.ids)
        model = self.env["bde.tax.target"]
        asked, others = (
            dict(model._read_group(own & domain, ["campaign_id"], ["__count"]))
            for domain in (ASKED, ~ASKED)
        )
        for campaign in self:
            campaign.target_count = asked.get(campaign._origin, 0)
            campaign.left_out_count = others.get(campaign._origin, 0)

    def action_choose_targets(self):
        """Opens the dialog that finds companies to ask, with a count for each source."""
        self.ensure_one()
        self._check_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Choose companies"),
            "res_model": "bde.tax.choose",
            "view_mode": "form",
            "target": "new",
            "context": {"default_campaign_id": self.id},
        }

    def action_open_targets(self):
        """Opens the companies of the campaign: those kept, and the others one click away."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_tax_target")
        return action | {
            "display_name": self.name,
            "domain": [("campaign_id", "=", self.id)],
            "context": {"search_default_kept": 1, "bde_tax_campaign_id": self.id},
        }

    @api.model
    def _to_fill(self):
        """The campaign that companies chosen elsewhere go into: the newest that is not closed.

        :raise UserError: the school has none
        """
        own = Domain("company_id", "=", self.env.company.id) & Domain("state", "!=", "closed")
        campaign = self.browse(self.env.context.get("bde_tax_campaign_id")).exists()
        campaign = campaign or self.search(own, order="year desc", limit=1)
        if not campaign:
            raise UserError(
                self.env._(
                    "Your school has no open campaign of the taxe d'apprentissage: make it first,"
                    " under Taxe d'apprentissage."
                )
            )
        return campaign

    @api.model
    def action_from_map(self, partner_ids):
        """Asks the companies selected on the map or in a list, and shows what became of each.

        :param list partner_ids: ids of employers
        :raise UserError: nothing is selected, or the school has no open campaign
        """
        partners = self.env["res.partner"].search(
            [("id", "in", partner_ids), ("bde_employer", "=", True)]
        )
        if not partners:
            raise UserError(self.env._("Select companies first."))
        campaign = self._to_fill()
        known = campaign.target_ids.partner_id & partners
        new = campaign._build_targets((), partners)
        return campaign._open_result(new, len(known))

    def _open_result(self, targets, known_count):
        """Opens the dialog that says what became of chosen companies, one a line."""
        result = self.env["bde.tax.choose"].create(
            {
                "campaign_id": self.id,
                "state": "done",
                "result_ids": targets.ids,
                "known_count": known_count,
            }
        )
        return result._open()


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_bde_tax_targets(self):
        """Asks these companies for the taxe d'apprentissage, from a list of the directory."""
        return self.env["bde.tax.campaign"].action_from_map(self.ids)


class BdeRelation(models.Model):
    _inherit = "bde.relation"

    def action_bde_tax_targets(self):
        """Asks these companies for the taxe d'apprentissage, from the school's own list."""
        self.check_access("read")
        company = self.company_id[:1] or self.env.company
        campaigns = self.env["bde.tax.campaign"].with_company(company)
        return campaigns.action_from_map(
            self.filtered(lambda r: r.company_id == company).partner_id.ids
        )


class BdeTalk(models.Model):
    """What is said about the tax is known in the campaign."""

    _inherit = "bde.talk"

    def _follow_up(self):
        targets = self._tax_targets()
        spoken = self.filtered(
            lambda one: (
                one.relation_id in targets
                and one.outcome in ANSWERED
                and (one.channel in SPOKEN or one.direction == "in")
            )
        )
        # first the calls that were due: what follows may plan the next one
        for talk in spoken:
            talk._tick_tax_calls(targets[talk.relation_id])
        result = super()._follow_up()
        for talk in spoken:
            targets[talk.relation_id]._note_spoken(talk.outcome, talk._local_date())
        return result

    def _tax_targets(self):
        """The target of each company in the newest campaign that runs; only for talks of the tax.

        :rtype: dict[bde.relation, bde.tax.target]
        """
        about = self.filtered(lambda one: one.purpose == "tax")
        if not about:
            return {}
        # sudo: a colleague who notes a talk need not read the campaign
        targets = (
            self.env["bde.tax.target"]
            .sudo()
            .search(
                [
                    ("relation_id", "in", about.relation_id.ids),
                    ("campaign_id.state", "!=", "closed"),
                ],
                order="year, id",
            )
        )
        return {target.relation_id.with_env(self.env): target for target in targets}

    def _tick_tax_calls(self, target):
        """The planned call is done once somebody answered, whoever was to call and when."""
        self.ensure_one()
        due = target._waiting_calls()
        if due:
            due.action_feedback(feedback=self.display_name)

    def _plan_callback(self):
        """Who is called back about the tax stands in the list of the campaign."""
        targets = self._tax_targets()
        own = self.filtered(lambda one: one.purpose == "tax" and one.relation_id in targets)
        result = super(BdeTalk, self - own)._plan_callback()
        for talk in own:
            targets[talk.relation_id].activity_schedule(
                CALL,
                fields.Date.add(talk.company_id._bde_today(), days=CALLBACK_DAYS),
                summary=self.env._("Call back: taxe d'apprentissage"),
                note=talk.summary or False,
                user_id=talk.user_id.id,
            )
        return result
