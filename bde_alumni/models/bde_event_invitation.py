from odoo import fields, models

ANSWERS = [("waiting", "No answer yet"), ("yes", "Comes"), ("no", "Does not come")]


class BdeEventInvitation(models.Model):
    """One alumnus invited to one event, and what he answered on his page."""

    _name = "bde.event.invitation"
    _description = "Invitation to an event"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "event_id desc, alumnus_id, id"
    _rec_name = "alumnus_id"

    event_id = fields.Many2one(
        "event.event", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="alumnus_id.company_id", store=True, precompute=True, default=None
    )
    alumnus_id = fields.Many2one(
        "bde.alumnus", required=True, index=True, ondelete="cascade", check_company=True
    )
    answer = fields.Selection(ANSWERS, required=True, default="waiting", readonly=True, copy=False)
    answered_on = fields.Datetime(readonly=True, copy=False)
    registration_id = fields.Many2one(
        "event.registration",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )

    _event_alumnus_uniq = models.Constraint(
        "UNIQUE(event_id, alumnus_id)", "This alumnus is invited already."
    )

    def _bde_fixed(self):
        return super()._bde_fixed() | {"event_id", "alumnus_id"}
