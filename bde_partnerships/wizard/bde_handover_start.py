from odoo import fields, models


class BdeHandoverStart(models.TransientModel):
    """Asks the head who takes over from somebody of the team, present or gone."""

    _name = "bde.handover.start"
    _description = "Handover to prepare"

    membership_id = fields.Many2one("bde.membership", required=True, readonly=True)
    company_id = fields.Many2one(related="membership_id.company_id")
    leaver_name = fields.Char(related="membership_id.user_id.name", string="Leaves")
    to_user_id = fields.Many2one(
        "res.users",
        string="Takes over",
        required=True,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
    )

    def action_start(self):
        """Makes the handover, with all that is left behind, to check before it is given."""
        self.ensure_one()
        self.membership_id.check_access("read")
        company = self.membership_id.company_id
        company._bde_check_user_is("head")
        handover = (
            self.env["bde.handover"]
            .with_company(company)
            .create(
                {
                    "company_id": company.id,
                    # an account that was closed is read by nobody, its id is no secret
                    "from_user_id": self.membership_id.user_id.id,
                    "to_user_id": self.to_user_id.id,
                }
            )
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Handover"),
            "res_model": "bde.handover",
            "res_id": handover.id,
            "view_mode": "form",
        }
