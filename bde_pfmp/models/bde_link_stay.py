from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from odoo.addons.bde_partnerships.rules.signer import fold_phone

from .bde_placement_stay import STAY_STATES

# a link that leaks tells no more than that of former trainees
RECENT_DAYS = 365


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
        refs = self._person_refs()
        placements = self.env["bde.placement"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", STAY_STATES),
                *self.env["bde.placement"]._stay_domain(refs),
                *self._recent_domain(refs),
            ],
            order="date_end desc, id desc",
        )
        today = self.company_id._bde_today()
        return placements.sorted(lambda one: not one.date_start <= today <= one.date_end)

    def _recent_domain(self, refs):
        """A company is shown its trainees of the last year, and those that a letter spoke of.

        A pupil is shown all his stays.
        """
        year_ago = fields.Date.subtract(self.company_id._bde_today(), days=RECENT_DAYS)
        told = self.env["bde.stay.letter"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("person_ref", "in", refs.split()),
                ("sent_on", ">=", fields.Datetime.to_datetime(year_ago)),
            ]
        )
        return (
            Domain("date_end", ">=", year_ago)
            | Domain("id", "in", told.placement_id.ids)
            | Domain("student_id", "in", _pupils(refs))
        )


def _mail(address):
    return email_normalize(address) or address


def _pupils(refs):
    """Ids of the pupils among those whom a link is for."""
    return [int(ref.partition(",")[2]) for ref in refs.split() if ref.startswith("bde.student,")]
