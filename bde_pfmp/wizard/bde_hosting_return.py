from odoo import api, fields, models


class BdeHostingReturn(models.TransientModel):
    """Why an accord d'accueil goes back to the host."""

    _name = "bde.hosting.return"
    _description = "Send an agreement back to the host"

    hosting_ids = fields.Many2many("bde.hosting", required=True)
    code = fields.Selection(
        selection=lambda self: (
            self.env["bde.hosting"]._fields["return_code"]._description_selection(self.env)
        ),
        string="Reason",
        required=True,
        default="incomplete",
    )
    reason = fields.Text(
        string="What the host shall do",
        required=True,
        help="The host reads this text, on the page and in a mail when the address is known.",
    )
    mail_known = fields.Boolean(compute="_compute_mail_known")

    @api.depends("hosting_ids.signatory_email")
    def _compute_mail_known(self):
        for wizard in self:
            wizard.mail_known = all(hosting.signatory_email for hosting in wizard.hosting_ids)

    def action_return(self):
        """Sends the agreements back."""
        self.hosting_ids.action_return(self.reason, self.code)
        return {"type": "ir.actions.act_window_close"}
