from odoo import fields, models

BODIES = [("france_travail", "France Travail"), ("mission_locale", "Mission locale")]


class BdeLeaverHandover(models.Model):
    """Sheet by which a school tells France Travail or the Mission locale about a leaver.

    Nothing leaves before the person agreed, and a guardian with him when he is a minor; what is
    told is chosen field by field.
    """

    _name = "bde.leaver.handover"
    _description = "Hand-over to France Travail or the Mission locale"
    _inherit = ["bde.owned", "bde.kept", "mail.thread"]
    _order = "id desc"

    plan_id = fields.Many2one(
        "bde.leaver.plan", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True, default=None
    )
    body = fields.Selection(BODIES, string="To", required=True, default="mission_locale")
    state = fields.Selection(
        [("draft", "To prepare"), ("agreed", "Agreed"), ("sent", "Handed over"),
         ("withdrawn", "Withdrawn")],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )  # fmt: skip
    agreed_on = fields.Date(readonly=True)
    sent_on = fields.Date(string="Handed over on", readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True)
