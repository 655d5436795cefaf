from odoo import models

from odoo.addons.bde_partnerships.models.bde_document import IN_SIGNATURE

from ..rules.convention_sheet import KINSHIPS


class BdeConvention(models.Model):
    """Who signs a convention (D124-4 C. éduc.): host, tutor, pupil's side, referent, head."""

    _inherit = "bde.convention"

    def _document_parties(self):
        self.ensure_one()
        placement = self.placement_id
        parties = [
            self._contact_party("host", placement.signatory_id),
            self._contact_party("tutor", placement.tutor_id),
            *self._pupil_parties(),
            self._referent_party(),
            self._head_party(),
        ]
        return self._identify_parties(parties)

    def _pupil_parties(self):
        """The pupil, and for a minor who is not emancipated the holders of authority.

        One holder's signature is enough for a usual act (C. civ. 372-2): both are asked, the
        first one who signs is enough, both get the copy. Where the bureau chose one, the other
        one reads. Simple contacts, and whoever lost authority by a judgment, get nothing.
        """
        student = self.placement_id.student_id
        alone = self._pupil_signs_alone()
        parties = [
            {
                "role": "student",
                "person": f"bde.student,{student.id}",
                "name": student.name,
                "email": student.email,
                "phone": student.phone,
                "required": alone,
            }
        ]
        return parties if alone else parties + self._guardian_parties()

    def _pupil_signs_alone(self):
        """Whether the pupil signs for himself: of age or emancipated today at the school.

        Who came of age after a guardian had signed does not sign again: a minor's guardian
        signed for him, and that holds as long as this signature does.
        """
        self.ensure_one()
        if not self.student_id._signs_alone_on(self.company_id._bde_today()):
            return False
        # sudo: whether there is such a signature
        signatures = self.sudo().signature_ids if self.state in IN_SIGNATURE else ()
        return not any(s.role == "guardian" and s.state == "signed" for s in signatures)

    def _guardian_parties(self):
        links = self._legal_guardianships()
        signing = self._signing_guardianships(links)
        others = (links - signing).filtered(lambda link: _reachable(link.guardian_id))
        return [
            {
                "role": "guardian",
                "key": link.legal_rank,
                "person": f"bde.guardian,{link.guardian_id.id}",
                "name": link.guardian_id.name,
                "email": link.guardian_id.email,
                "phone": link.guardian_id.phone,
                "quality": KINSHIPS.get(link.kinship),
                "kinship": link.kinship,
                "required": link in signing,
                "alternative": "guardians" if link in signing and len(signing) > 1 else None,
            }
            for link in (signing + others).with_prefetch(links._prefetch_ids)
        ]

    def _legal_guardianships(self):
        """Holders of authority over the pupil, the first legal representative first."""
        return self.placement_id.student_id.guardianship_ids._with_authority()

    def _signing_guardianships(self, links):
        """Who signs: the one the bureau chose, else all who can be reached, else the first."""
        chosen = links.filtered(lambda link: link.guardian_id == self.guardian_id)
        return chosen or links.filtered(lambda link: _reachable(link.guardian_id)) or links[:1]

    def _referent_party(self):
        referent = self.placement_id.referent_id
        return {
            "role": "referent",
            "person": f"bde.teacher,{referent.id}",
            "name": referent.name,
            "email": referent.email,
            "phone": referent.phone,
            "user_id": referent.user_id.id,
            "required": True,
        }


def _reachable(guardian):
    return bool(guardian.email or guardian.phone)
