from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.bde_partnerships.models.bde_document import EDITABLE, IN_SIGNATURE


class BdeRuleOverride(models.Model):
    """A rule of law that the head of a school set aside for one placement, with its ground.

    It covers what was found on that day and no more: when the hours get worse the rule stops
    the convention again. Written by the verbs alone, never removed; what is withdrawn stays.
    """

    _name = "bde.rule.override"
    _description = "Rule set aside by the head"
    _inherit = ["bde.owned"]
    _order = "granted_on desc, id desc"
    _rec_name = "rule_name"

    placement_id = fields.Many2one(
        "bde.placement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="placement_id.company_id", store=True, precompute=True, default=None
    )
    code = fields.Char(required=True, readonly=True)
    rule_name = fields.Char(string="Rule", compute="_compute_rule_name")
    article = fields.Char(required=True, readonly=True)
    finding = fields.Text(string="What was found", required=True, readonly=True)
    covers = fields.Json(readonly=True)
    ground = fields.Text(string="Legal ground", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Head", required=True, readonly=True, index=True, ondelete="restrict"
    )
    granted_on = fields.Datetime(
        string="Decided on", required=True, readonly=True, default=fields.Datetime.now
    )
    withdrawn_on = fields.Datetime(readonly=True)
    withdrawn_by_id = fields.Many2one(
        "res.users", string="Withdrawn by", readonly=True, index="btree_not_null"
    )
    may_withdraw = fields.Boolean(compute="_compute_may_withdraw")

    _one_idx = models.UniqueIndex(
        "(placement_id, code) WHERE withdrawn_on IS NULL",
        "This rule is set aside for this placement already.",
    )

    @api.depends_context("lang")
    @api.depends("code")
    def _compute_rule_name(self):
        labels = {code: self.env["bde.rule"]._label(code) for code in set(self.mapped("code"))}
        for override in self:
            override.rule_name = labels[override.code]

    @api.depends_context("uid")
    @api.depends("withdrawn_on", "company_id")
    def _compute_may_withdraw(self):
        own = self.env.user._bde_company_ids("head")
        for override in self:
            # sudo: only the state of the convention is looked at
            state = override.sudo().placement_id.convention_id.state
            open_still = not state or state in (*EDITABLE, *IN_SIGNATURE, "refused")
            override.may_withdraw = (
                not override.withdrawn_on and open_still and override.company_id.id in own
            )

    def _covers(self, alert):
        """Whether this sets aside what an alert found."""
        return alert.overridable and alert.code == self.code and alert.key in (self.covers or ())

    def action_withdraw(self):
        """Takes these back: the rules hold again, as long as nobody relies on them.

        :raises UserError: once the convention is signed by all
        """
        todo = self.filtered(lambda override: not override.withdrawn_on)
        todo.placement_id._check_head_of()
        if any(not override.may_withdraw for override in todo):
            raise UserError(
                self.env._(
                    "The convention is signed by all: what it rests on is not taken back. Make an "
                    "amendment."
                )
            )
        # sudo: written by the verbs alone, the role was checked
        todo.sudo().write({"withdrawn_on": fields.Datetime.now(), "withdrawn_by_id": self.env.uid})
        todo._log_on_documents()
        todo.placement_id.convention_id._stop_signing(
            self.env._("The head took back that a rule is set aside.")
        )
        return True

    def _log_on_documents(self):
        """States in the journals of the conventions what was set aside, or taken back."""
        # sudo: the engine's journal; the text of the ground goes to its erasable part
        for override in self.sudo():
            document = override.placement_id.convention_id.document_id
            for batch in document._as_engine():
                batch._lock()
                batch._log(
                    "overridden",
                    {
                        "rule": override.code,
                        "article": override.article,
                        "withdrawn": bool(override.withdrawn_on),
                    },
                    {"ground": override.ground, "head": override.user_id.name},
                )

    def _sentence(self):
        """Who set the rule aside, when, on which ground."""
        self.ensure_one()
        # sudo: the head's name is on every convention
        return self.env._(
            "Set aside by %(head)s on %(date)s: %(ground)s",
            head=self.sudo().user_id.name,
            date=format_date(self.env, self.company_id._bde_date_of(self.granted_on)),
            ground=self.ground,
        )


class BdePlacement(models.Model):
    _inherit = "bde.placement"

    override_ids = fields.One2many(
        "bde.rule.override",
        "placement_id",
        string="Rules set aside",
        groups="bde_partnerships.group_secretary",
    )
    may_override = fields.Boolean(
        compute="_compute_may_override",
        help="The user is the head and a rule that may be set aside stops the convention.",
    )

    @api.depends_context("uid")
    @api.depends("schedule", "date_start", "date_end", "student_id", "state")
    def _compute_may_override(self):
        own = self.env.user._bde_company_ids("head")
        mine = self.filtered(lambda p: p.company_id.id in own and p._terms_open())
        found = mine._get_alerts() if mine else {}
        for placement in self:
            placement.may_override = any(
                alert.severity == "block" and alert.overridable
                for alert in found.get(placement, ())
            )

    def _terms_open(self):
        """Whether nobody has been asked to sign these terms yet."""
        self.ensure_one()
        # sudo: the state of the convention alone
        convention = self.sudo().convention_id
        free = not convention or convention.state in (*EDITABLE, "refused", "cancelled")
        return free or bool(convention.correcting_since)

    def _check_head_of(self):
        """Stops who is not the head of the school of these placements; his delegates are not."""
        if self.env.su:
            return
        if set(self.company_id.ids) - set(self.env.user._bde_company_ids("head")):
            raise AccessError(self.env._("Only the head of the school sets a rule of law aside."))

    def _standing_overrides(self):
        """Rules set aside for these placements: {placement: overrides}; one query."""
        # sudo: whoever sees the placement sees what was set aside, as on the convention
        found = (
            self.env["bde.rule.override"]
            .sudo()
            .search([("placement_id", "in", self._origin.ids), ("withdrawn_on", "=", False)])
        )
        grouped = found.grouped(lambda override: override.placement_id.id)
        return {placement: grouped.get(placement._origin.id, found.browse()) for placement in self}

    def _get_alerts(self):
        """As before, but what the head set aside warns and says so instead of blocking."""
        result = super()._get_alerts()
        stopped = self.filtered(
            lambda p: any(a.severity == "block" and a.overridable for a in result[p])
        )
        for placement, overrides in stopped._standing_overrides().items() if stopped else ():
            for override in overrides.with_env(self.env):
                result[placement] = [
                    alert._replace(severity="warn", text=f"{alert.text} {override._sentence()}")
                    if alert.severity == "block" and override.sudo()._covers(alert)
                    else alert
                    for alert in result[placement]
                ]
        return result

    def action_override_rules(self):
        """Opens what stops the convention and may be set aside by the head, rule by rule."""
        self.ensure_one()
        self._check_head_of()
        alerts = self._overridable_alerts()
        if not alerts:
            raise UserError(self.env._("Nothing that may be set aside stops this convention."))
        wizard = self.env["bde.rule.override.wizard"].create(
            {
                "placement_id": self.id,
                "line_ids": [
                    fields.Command.create(
                        {
                            "code": code,
                            "text": "\n".join(alert.text for alert in found),
                            "article": ", ".join(dict.fromkeys(a.article for a in found)),
                            "working": "\n".join(a.working for a in found if a.working),
                        }
                    )
                    for code, found in alerts.items()
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set a rule aside, with its legal ground"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _overridable_alerts(self):
        """{code: alerts} that block this placement and may be set aside."""
        self.ensure_one()
        found = {}
        for alert in self._get_alerts()[self]:
            if alert.severity == "block" and alert.overridable:
                found.setdefault(alert.code, []).append(alert)
        return found

    def _set_aside(self, grounds):
        """Sets rules aside for this placement, in the name of the head who does it.

        :param dict grounds: {code: legal ground}
        :raises UserError: without a ground, or when the rule does not stop this placement
        :raises AccessError: for anybody but the head
        :rtype: bde.rule.override
        """
        self.ensure_one()
        self._check_head_of()
        if not self._terms_open():
            raise UserError(self.env._("The convention is out for signature: take it back before."))
        alerts = self._overridable_alerts()
        vals_list = []
        for code, ground in grounds.items():
            if not (ground or "").strip():
                raise UserError(self.env._("Write the legal ground: article, agreement, decision."))
            if code not in alerts:
                raise UserError(
                    self.env._(
                        "%(rule)s: this rule does not stop the convention, or it may not be set "
                        "aside.",
                        rule=self.env["bde.rule"]._label(code),
                    )
                )
            found = alerts[code]
            vals_list.append(
                {
                    "placement_id": self.id,
                    "code": code,
                    "article": ", ".join(dict.fromkeys(alert.article for alert in found)),
                    "finding": "\n".join(
                        " · ".join(filter(None, (alert.text, alert.working))) for alert in found
                    ),
                    "covers": [alert.key for alert in found],
                    "ground": ground.strip(),
                    "user_id": self.env.uid,
                }
            )
        # sudo: written by this verb alone, who acts was checked; what is set aside once more
        # takes the place of what covered less
        Override = self.env["bde.rule.override"].sudo()
        Override.search(
            [
                ("placement_id", "=", self.id),
                ("code", "in", list(grounds)),
                ("withdrawn_on", "=", False),
            ]
        ).write({"withdrawn_on": fields.Datetime.now(), "withdrawn_by_id": self.env.uid})
        Override.flush_model()
        overrides = Override.create(vals_list)
        overrides._log_on_documents()
        self.invalidate_recordset(["alerts", "alert_level", "may_override"])
        return overrides.with_env(self.env)
