from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import academies, identifiers


class BdeSchoolCreate(models.TransientModel):
    """Opens a school below the académie, with its head; or the académie itself, once."""

    _name = "bde.school.create"
    _description = "Open a school"

    kind = fields.Selection(
        [("academy", "Académie"), ("school", "School")], required=True, default="school"
    )
    name = fields.Char(required=True)
    uai = fields.Char(string="UAI")
    academy_code = fields.Selection(academies.SELECTION, string="Académie")
    holiday_zone = fields.Selection(
        academies.ZONES,
        compute="_compute_holiday_zone",
        store=True,
        readonly=False,
    )
    bde_tz = fields.Selection(
        academies.TIME_ZONES,
        string="Time zone",
        compute="_compute_bde_tz",
        store=True,
        readonly=False,
    )
    street = fields.Char()
    zip = fields.Char()
    city = fields.Char()
    phone = fields.Char()
    bde_email = fields.Char(string="Address of the bureau")
    user_name = fields.Char(string="Name of the person in charge")
    user_email = fields.Char(string="E-mail of the person in charge")

    @api.depends("academy_code", "kind")
    def _compute_holiday_zone(self):
        academy = self.env["res.company"]._bde_kept_academy()
        for wizard in self:
            wizard.holiday_zone = (
                academies.zone_of(wizard.academy_code)
                if wizard.kind == "academy"
                else academy.holiday_zone
            )

    @api.depends("uai")
    def _compute_bde_tz(self):
        for wizard in self:
            uai = identifiers.normalize_uai(wizard.uai)
            department = identifiers.department_of_uai(uai) if identifiers.is_uai(uai) else ""
            wizard.bde_tz = academies.time_zone_of(department)

    def action_create(self):
        """Opens the school and invites its head, then shows it."""
        self.ensure_one()
        vals = {
            name: self[name]
            for name in (
                "name", "uai", "academy_code", "holiday_zone", "bde_tz",
                "street", "zip", "city", "phone", "bde_email",
            )
            if self[name]
        }  # fmt: skip
        Company = self.env["res.company"]
        if self.kind == "academy":
            company, role = Company._bde_create_academy(vals), "admin"
        else:
            company, role = Company._bde_create_school(vals), "head"
        if self.user_email:
            self._invite(company, role)
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.company",
            "res_id": company.id,
            "view_mode": "form",
            "views": [(self.env.ref("bde_partnerships.view_school_form").id, "form")],
        }

    def _invite(self, company, role):
        if not self.user_name:
            raise ValidationError(self.env._("Type the name of the person in charge too."))
        # sudo: the right to open this company was checked when it was created
        membership = (
            self.env["res.users"]
            .sudo()
            ._bde_invite(company, [{"email": self.user_email, "name": self.user_name}], role)
        )
        if role == "head":
            company.sudo().head_id = membership.user_id
