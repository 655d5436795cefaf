from odoo import models

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

        One holder's signature is enough for a usual act (C. civ. 372-2); the other one reads
        and receives the copy. Simple contacts are never among them.
        """
        student = self.placement_id.student_id
        alone = student._signs_alone_on(self.company_id._bde_today())
        parties = [
            {
                "role": "student",
                "name": student.name,
                "email": student.email,
                "phone": student.phone,
                "required": alone,
            }
        ]
        if alone:
            return parties
        links = self._legal_guardianships()
        signing = self._signing_guardianship(links)
        for link in links.sorted(lambda link: link != signing).with_prefetch(links._prefetch_ids):
            guardian = link.guardian_id
            if link != signing and not (guardian.email or guardian.phone):
                continue
            parties.append(
                {
                    "role": "guardian",
                    "key": link.legal_rank,
                    "name": guardian.name,
                    "email": guardian.email,
                    "phone": guardian.phone,
                    "quality": KINSHIPS.get(link.kinship),
                    "kinship": link.kinship,
                    "required": link == signing,
                }
            )
        return parties

    def _legal_guardianships(self):
        """Holders of authority over the pupil, the first legal representative first."""
        links = self.placement_id.student_id.guardianship_ids
        holders = links.filtered(lambda link: link.legal_rank in ("1", "2"))
        # filtering forgets the prefetch of the batch: each guardian would cost a query
        return holders.sorted("legal_rank").with_prefetch(links._prefetch_ids)

    def _signing_guardianship(self, links):
        """The one who signs: chosen by the bureau, else the first who can be reached."""
        chosen = [link for link in links if link.guardian_id == self.guardian_id]
        reachable = [link for link in links if link.guardian_id.email or link.guardian_id.phone]
        return next(iter((*chosen, *reachable, *links)), links)

    def _referent_party(self):
        referent = self.placement_id.referent_id
        return {
            "role": "referent",
            "name": referent.name,
            "email": referent.email,
            "phone": referent.phone,
            "user_id": referent.user_id.id,
            "required": True,
        }
