import base64
from io import BytesIO

from PIL import Image

from .placement_common import WEEK_35, PlacementCase


def png(colour=(0, 0, 128), size=(40, 20)):
    """A small picture, as bytes."""
    stream = BytesIO()
    Image.new("RGB", size, colour).save(stream, "PNG")
    return stream.getvalue()


class ConventionCase(PlacementCase):
    """Three pupils of school A with a complete placement at the same host.

    ===========  ===========================================================================
    aline, 17    mother (first representative, mail), father (second, phone), aunt (contact)
    boris        of age
    chloe, 15    the child welfare service alone, an institution
    boss         signatory; ``tutor`` has no mailbox of her own and shares the boss's
    ===========  ===========================================================================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_guardians()
        cls.boss = cls.new_contact("Anne Duval", function="Gérante", phone="05 56 00 00 01")
        cls.tutor = cls.new_contact(
            "Yves Rabot", bde_tutor=True, bde_signatory=False, function="Chef d’atelier"
        )
        cls.training_a.hours = 840
        cls.pupils = cls.aline + cls.boris + cls.chloe
        cls.placements = cls.env["bde.placement"]
        for pupil in cls.pupils:
            cls.placements += cls.new_placement(pupil, **cls.complete_vals())
        cls.placement, cls.placement_adult, cls.placement_ase = cls.placements
        # what the tests read is French by law or comes from the code: no language is needed
        cls.as_manager = cls.as_user(cls.manager_a)

    @classmethod
    def _create_guardians(cls):
        def guardian(lastname, firstname, **vals):
            return cls.env["bde.guardian"].create(
                {
                    "lastname": lastname,
                    "firstname": firstname,
                    "company_id": cls.school_a.id,
                    **vals,
                }
            )

        cls.mother = guardian("Dupont", "Sophie", email="sophie@family.example")
        cls.father = guardian("Dupont", "Karim", phone="06 11 22 33 44")
        cls.aunt = guardian("Moreau", "Jeanne", email="jeanne@family.example")
        cls.ase = guardian(
            "Service de l’enfance", False, is_institution=True, email="ase@dept.example"
        )
        cls.env["bde.guardianship"].create(
            [
                {"student_id": pupil.id, "guardian_id": holder.id, "legal_rank": rank, "kinship": k}
                for pupil, holder, rank, k in (
                    (cls.aline, cls.mother, "1", "mother"),
                    (cls.aline, cls.father, "2", "father"),
                    (cls.aline, cls.aunt, "0", "family"),
                    (cls.chloe, cls.ase, "1", "ase"),
                )
            ]
        )

    @classmethod
    def complete_vals(cls):
        return {
            "host_id": cls.employer.id,
            "signatory_id": cls.boss.id,
            "tutor_id": cls.tutor.id,
            "referent_id": cls.prof_a.id,
            "schedule": WEEK_35,
            "insurance_company": "Groupama",
            "insurance_policy": "G-12345",
            "activity_ids": [(6, 0, cls.training_a.activity_ids.ids)],
            "meals": "Panier repas fourni",
            "safety_works": "Scie à format (D. 4153-28)\n\nDéligneuse (D. 4153-28)",
        }

    @classmethod
    def make(cls, placements=None):
        """Conventions of placements, as the manager makes them."""
        placements = cls.placements if placements is None else placements
        placements.with_env(cls.as_manager).action_make_conventions()
        return placements.convention_id

    @classmethod
    def roles(cls, convention):
        """{role: [(name, required)]} of the parties."""
        result = {}
        for party in convention.sudo()._document_parties():
            result.setdefault(party["role"], []).append((party["name"], party["required"]))
        return result

    @classmethod
    def sign_all(cls, conventions):
        """Everybody signs, in turn."""
        while True:
            waiting = conventions.sudo().signature_ids.filtered(lambda s: s.state == "to_sign")
            if not waiting:
                return
            waiting._sign("drawn", "Signature", png())

    @classmethod
    def logo(cls, colour):
        return base64.b64encode(png(colour, (120, 60)))
