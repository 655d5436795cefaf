from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command


class BdeSmsSettings(models.TransientModel):
    """How text messages leave, what they may cost, and how many left this month.

    For the administrator of the suite, who has no right on the settings of Odoo.
    """

    _name = "bde.sms.settings"
    _description = "Text messages"

    provider = fields.Selection(
        [
            ("off", "None: everything goes by e-mail"),
            ("mail", "A gateway that turns mails into text messages"),
            ("odoo", "Text messages of Odoo (prepaid credits)"),
        ],
        string="Text messages leave by",
        required=True,
        default="off",
    )
    gateway = fields.Char(
        string="Address of the gateway",
        help="%s stands for the number, for instance %s@sms.example.org",
    )
    month_cap = fields.Integer(
        string="At most a month and school",
        help="Parts of text messages; 0: no limit. Above it links and codes go by e-mail.",
    )
    part_cost = fields.Float(string="Price of a part (€)", digits=(10, 4))
    line_ids = fields.One2many("bde.sms.settings.line", "settings_id", string="This month")
    total_cost = fields.Float(
        string="Cost of this month (€)", compute="_compute_total_cost", digits=(10, 2)
    )

    @api.depends("line_ids.cost")
    def _compute_total_cost(self):
        for settings in self:
            settings.total_cost = sum(settings.line_ids.mapped("cost"))

    @api.model
    def default_get(self, fields):
        """What is set now, and the account of this month: sums, and no number."""
        values = super().default_get(fields)
        academies = self._academies()
        Sms = self.env["bde.sms"]
        return values | {
            "provider": Sms._param("sms_provider", "off"),
            "gateway": Sms._param("sms_mail_gateway"),
            "month_cap": Sms._month_cap(),
            "part_cost": Sms._part_cost(),
            "line_ids": [Command.create(vals) for vals in self._month(academies)],
        }

    @api.model
    def _academies(self):
        """Académies that the user keeps.

        :raise AccessError: he keeps none
        """
        # sudo: the administrator of the suite, or of Odoo
        Company = self.env["res.company"].sudo()
        if self.env.user.has_group("base.group_system"):
            return Company.search([("bde_kind", "=", "academy")])
        if kept := self.env.user._bde_company_ids("admin"):
            return Company.browse(kept)
        raise AccessError(self.env._("Only the administrator of the suite sets this."))

    @api.model
    def _month(self, academies):
        """Sums of this month by school."""
        if not academies:
            return []
        since = self.env["bde.sms"]._month_start(academies[0])
        # sudo: sums for the académie that pays, no message
        groups = (
            self.env["bde.sms.message"]
            .sudo()
            ._read_group(
                [("company_id", "child_of", academies.ids), ("create_date", ">=", since)],
                ["company_id"],
                ["__count", "parts:sum", "cost:sum"],
            )
        )
        return [
            {"school": company.name, "message_count": count, "parts": parts, "cost": cost}
            for company, count, parts, cost in groups
        ]

    def action_save(self):
        """Keeps the settings, for all schools.

        :raise UserError: for a gateway without a place for the number
        """
        self.ensure_one()
        self._academies()
        gateway = (self.gateway or "").strip()
        if self.provider == "mail" and not (gateway.count("%s") == 1 and "@" in gateway):
            raise UserError(
                self.env._("The address of the gateway needs one %s, where the number goes.")
            )
        if self.month_cap < 0 or self.part_cost < 0:
            raise UserError(self.env._("A limit or a price is not below zero."))
        # sudo: settings of the instance; who saves them was checked above
        params = self.env["ir.config_parameter"].sudo()
        for name, value in (
            ("sms_provider", self.provider),
            ("sms_mail_gateway", gateway),
            ("sms_month_cap", str(self.month_cap)),
            ("sms_part_cost", str(self.part_cost)),
        ):
            params.set_param(f"bde.{name}", value)
        return {"type": "ir.actions.act_window_close"}


class BdeSmsSettingsLine(models.TransientModel):
    """Text messages of one school in this month."""

    _name = "bde.sms.settings.line"
    _description = "Text messages of a school"
    _order = "parts desc, id"

    settings_id = fields.Many2one("bde.sms.settings", required=True, ondelete="cascade")
    school = fields.Char(readonly=True)
    message_count = fields.Integer(string="Messages", readonly=True)
    parts = fields.Integer(readonly=True)
    cost = fields.Float(string="Cost (€)", readonly=True, digits=(10, 2))
