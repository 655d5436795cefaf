from odoo import api, fields, models

from .bde_placement_stay import STAY_STATES


class BdeLink(models.Model):
    """The link of one person to the stays in which he has a part: tutor, signatory, pupil."""

    _inherit = "bde.link"

    purpose = fields.Selection(
        selection_add=[("stay", "Follow a stay")], ondelete={"stay": "cascade"}
    )
    person_ref = fields.Char(
        readonly=True,
        help="Whom a link to follow stays was sent to: a contact or a pupil.",
    )

    @api.model
    def _code_purposes(self):
        return (*super()._code_purposes(), "stay")

    def _paths(self):
        return super()._paths() | {"stay": "p"}

    def _stays(self):
        """Placements in which the person of this link has a part, those under way first.

        :return: placements in sudo, of the school of the link alone
        """
        self.ensure_one()
        placements = self.env["bde.placement"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", STAY_STATES),
                *self.env["bde.placement"]._stay_domain(self.person_ref),
            ],
            order="date_end desc, id desc",
        )
        today = self.company_id._bde_today()
        return placements.sorted(lambda one: not one.date_start <= today <= one.date_end)
