from odoo import api, fields, models
from odoo.tools import email_normalize

from odoo.addons.bde_partnerships.rules.signer import fold_phone

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

    def _person_refs(self):
        """Those whom this link is for and whose address it still is, parted by blanks.

        An address that was put right closes what went to the wrong one: the page of a pupil
        says where he is, and takes what he tells the head.
        """
        self.ensure_one()
        return " ".join(ref for ref in (self.person_ref or "").split() if self._reaches(ref))

    def _reaches(self, ref):
        """Whether this link went to the address that a person has now."""
        model, _comma, number = ref.partition(",")
        person = self.env[model].browse(int(number)).exists()
        if self.channel == "email":
            return _mail(person.email) == _mail(self.email)
        if self.channel == "sms":
            return fold_phone(person.phone) == fold_phone(self.phone)
        return bool(person)

    def _stays(self):
        """Placements in which the person of this link has a part, those under way first.

        :return: placements in sudo, of the school of the link alone
        """
        self.ensure_one()
        placements = self.env["bde.placement"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", STAY_STATES),
                *self.env["bde.placement"]._stay_domain(self._person_refs()),
            ],
            order="date_end desc, id desc",
        )
        today = self.company_id._bde_today()
        return placements.sorted(lambda one: not one.date_start <= today <= one.date_end)


def _mail(address):
    return email_normalize(address) or address
