from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bde_partnerships.models.bde_document import EDITABLE, IN_SIGNATURE

from ..rules import mentions
from .bde_document_template import MENTIONS
from .bde_placement_alert import Alert

# kinds of alert of a convention beside those of its placement, and the insurance they look at
INSURANCES = (
    ("host_insurance", "host", "insurance_company"),
    ("host_policy", "host", "insurance_policy"),
    ("school_insurance", "school", "insurance_company"),
    ("school_policy", "school", "insurance_policy"),
)


class BdeConvention(models.Model):
    """What the law says before a convention is sent: what forbids it, what only warns."""

    _inherit = "bde.convention"

    obstacles = fields.Text(
        string="Before sending", compute="_compute_obstacles", help="What forbids to send it."
    )
    warnings = fields.Text(
        compute="_compute_obstacles", help="What does not forbid to send it, but has to be seen."
    )
    override_ids = fields.One2many(
        related="placement_id.override_ids",
        readonly=True,
        groups="bde_partnerships.group_secretary",
    )
    may_override = fields.Boolean(related="placement_id.may_override")

    def _compute_obstacles(self):
        """Only asked for on forms, while there is something to do about it."""
        open_ones = self.filtered(lambda c: c.state in EDITABLE)
        found = open_ones._checks_to_send()
        for convention in self:
            alerts = found.get(convention, ())
            convention.obstacles = convention._sentences(alerts, "block") or False
            convention.warnings = convention._sentences(alerts, "warn") or False

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    def _checks_to_send(self):
        """All that is said before sending: {convention: [Alert]}; constant queries."""
        alerts = self.placement_id._get_alerts()
        articles = self._wording_articles()
        result = {}
        for convention in self:
            result[convention] = [
                *alerts[convention.placement_id],
                *convention._insurance_alerts(),
                *convention._mention_alerts(articles.get(convention.template_id, ())),
                *convention._party_alerts(),
            ]
        return result

    def _obstacles_to_send(self):
        """What forbids to send each convention: {convention: [sentences]}; constant queries."""
        checks = self._checks_to_send()
        return {c: c._sentence_list(alerts, "block") for c, alerts in checks.items()}

    def _warnings_to_send(self):
        """What has to be seen but stops nothing: {convention: [sentences]}; constant queries."""
        checks = self._checks_to_send()
        return {c: c._sentence_list(alerts, "warn") for c, alerts in checks.items()}

    @api.model
    def _sentence_list(self, alerts, severity):
        """Sentences of the alerts of a severity, each with its sum and its article."""
        found = []
        for alert in alerts:
            if alert.severity == severity:
                notes = "; ".join(filter(None, (alert.working, alert.article)))
                found.append(f"{alert.text} ({notes})" if notes else alert.text)
        return found

    @api.model
    def _sentences(self, alerts, severity):
        return "\n".join(self._sentence_list(alerts, severity))

    # ------------------------------------------------------------
    # Insurances
    # ------------------------------------------------------------

    def _insurance_alerts(self):
        """Insurers and policies that the convention has to name (D124-4, 9°)."""
        self.ensure_one()
        owners = {"host": self.placement_id, "school": self.company_id.sudo()}
        texts = self._insurance_texts()
        return [
            self.placement_id._rule_alert(rule, texts[code])
            for code, owner, name in INSURANCES
            # a policy without its insurer is told once, by the insurer
            if not owners[owner][name]
            and (name == "insurance_company" or owners[owner]["insurance_company"])
            and (rule := self.placement_id._rule(code))
        ]

    @api.model
    def _insurance_texts(self):
        return {
            "host_insurance": self.env._(
                "The insurer of the host is missing: complete the placement."
            ),
            "host_policy": self.env._("The number of the host's insurance policy is missing."),
            "school_insurance": self.env._(
                "The insurer of the school is missing: the head completes the settings."
            ),
            "school_policy": self.env._("The number of the school's insurance policy is missing."),
        }

    # ------------------------------------------------------------
    # Mentions of D124-4
    # ------------------------------------------------------------

    def _wording_articles(self):
        """Articles of the wordings of these conventions: {template: numbers that lack}."""
        return {
            template: [
                found.number
                for found in mentions.check_wording(template._template_content()["articles"])
                if not found.present
            ]
            # sudo: wordings are read to be counted
            for template in self.template_id.sudo()
        }

    def _mention_alerts(self, lacking):
        """Mandatory mentions that would be missing, as the placement stands now.

        :param lacking: numbers of those that the wording does not carry
        """
        self.ensure_one()
        placement = self.placement_id
        if placement.kind not in mentions.GOVERNED:
            return []
        by_data = [
            found.number for found in mentions.check_data(self._mention_data()) if not found.present
        ]
        alerts = []
        for code, numbers in (("mention_data", by_data), ("mention_wording", lacking)):
            if numbers and (rule := placement._rule(code)):
                text = self.env._(
                    "Mentions that the law wants are missing: %(mentions)s.",
                    mentions="; ".join(self._mention_label(number) for number in numbers),
                )
                alerts.append(placement._rule_alert(rule, text))
        return alerts

    @api.model
    def _mention_label(self, number):
        return MENTIONS[number]._translate(self.env.lang or "en_US")

    def _mention_data(self):
        """The part of the content that mentions 1 to 6 are looked for in, as it is now."""
        # sudo: whether names and texts are there, none of them leaves the check
        placement = self.sudo().placement_id
        annexes = self.sudo()._content_annexes()
        return {
            "training": self.sudo()._content_training(),
            "referent": {"name": placement.referent_id.name},
            "tutor": {"name": placement.tutor_id.name},
            "competences": annexes["competences"],
            "tasks": annexes["tasks"],
            "other_tasks": annexes["other_tasks"],
            "period": {
                "date_start": placement.date_start,
                "date_end": placement.date_end,
                "minutes": placement.total_hours,
                "weekly_minutes": placement.weekly_hours,
            },
            "schedule": placement.schedule,
        }

    # ------------------------------------------------------------
    # Parties
    # ------------------------------------------------------------

    def _party_alerts(self):
        """Parties who cannot be reached, guardians who disagree."""
        self.ensure_one()
        alerts = []
        if unreachable := self._unreachable_parties():
            text = self.env._(
                "Neither e-mail nor phone is known of: %(parties)s.",
                parties=", ".join(unreachable),
            )
            alerts.append(Alert("block", text, code="unreachable"))
        if self._stopped_by_dispute():
            text = self.env._("The guardians disagree: the head of the school decides and sends.")
            alerts.append(Alert("block", text, "372-2 C. civ.", code="dispute"))
        return alerts

    # ------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------

    def action_send(self):
        """Sends the conventions that can be sent and tells, line by line, why others are not.

        Those that were sent although something has to be looked at are told too.

        :raises UserError: when none can be sent
        """
        self.document_id._check_staff()
        checks = self._checks_to_send()
        stopped = {c: found for c in self if (found := c._sentence_list(checks[c], "block"))}
        good = self.filtered(lambda c: c not in stopped)
        if not good and len(self) == 1:
            raise UserError("\n".join(stopped[self]))
        if good:
            good.document_id.action_send()
        warned = {c: found for c in good if (found := c._sentence_list(checks[c], "warn"))}
        if not stopped and not warned:
            return True
        return self.env["bde.convention.report"]._open(
            good,
            {convention.placement_id: found for convention, found in stopped.items()},
            warned={convention.placement_id: found for convention, found in warned.items()},
        )

    def action_override_rules(self):
        """Opens what stops this convention and may be set aside by the head."""
        self.ensure_one()
        return self.placement_id.action_override_rules()

    def _stop_signing(self, reason):
        """Takes those of these that are out for signature out of the hands of the signers.

        :param str reason: shown to staff and parties
        """
        out = self.filtered(lambda c: c.state in IN_SIGNATURE)
        if out:
            out.document_id.action_correct(reason)

    # ------------------------------------------------------------
    # Rules set aside
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """What was set aside before there was a document is stated in its journal."""
        conventions = super().create(vals_list)
        overrides = conventions.placement_id._standing_overrides().values()
        for override in overrides:
            override._log_on_documents()
        return conventions

    def _document_content(self):
        """Adds what the head set aside; the key is there only when something was."""
        content = super()._document_content()
        overrides = self._content_overrides()
        return content | {"overrides": overrides} if overrides else content

    def _content_overrides(self):
        """Rules set aside that the hours of the placement still break."""
        standing = self.placement_id.override_ids.filtered(lambda o: not o.withdrawn_on)
        if not standing:
            return []
        placement = self.placement_id
        keys = {placement._finding_key(found) for found in placement._schedule_findings()}
        return [
            {
                "rule": override.rule_name,
                "article": override.article,
                "ground": override.ground,
                "head": override.user_id.name,
                "date": self.company_id._bde_date_of(override.granted_on).isoformat(),
            }
            for override in standing.sorted("code")
            if keys & set(override.covers or ())
        ]
