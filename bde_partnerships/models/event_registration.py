from odoo import api, fields, models
from odoo.exceptions import ValidationError


class EventRegistration(models.Model):
    """Somebody invited to an event of a school, and whether he came.

    The person is a record of the school (modules add pupils and alumni), never a contact.
    """

    _name = "event.registration"
    _inherit = ["event.registration", "bde.owned"]

    event_id = fields.Many2one(check_company=True, ondelete="cascade")
    company_id = fields.Many2one(
        related="event_id.company_id",
        store=True,
        precompute=True,
        readonly=True,
        required=True,
        default=None,
        string="School",
    )
    state = fields.Selection(
        [("draft", "To confirm"), ("open", "Invited"), ("done", "Came"), ("cancel", "Absent")]
    )
    bde_relation_id = fields.Many2one(
        "bde.relation",
        string="Company",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        help="When somebody of a company comes.",
    )
    bde_absence_reason = fields.Char(string="Why not", help="Said by who did not come.")

    @api.constrains("partner_id")
    def _check_no_partner(self):
        if any(registration.partner_id for registration in self):
            raise ValidationError(
                self.env._("Somebody invited to an event is no contact: choose the person.")
            )

    def _update_mail_schedulers(self):
        """Nothing: letters of schools are their own, see ``bde.letters``."""
