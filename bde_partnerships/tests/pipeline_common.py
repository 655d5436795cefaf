"""What tests of pipelines share: relations of two schools with one company."""

from .common import SIRET_OTHER, BdeCase


class PipelineCase(BdeCase):
    """Two schools that know the same company, and a second company that nobody knows yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employer.write({"email": "contact@duval.example", "phone": "05 56 00 00 01"})
        Relation = cls.env["bde.relation"]
        cls.relation_a = Relation._bde_ensure(cls.employer, cls.school_a)
        cls.relation_b = Relation._bde_ensure(cls.employer, cls.school_b)
        cls.other_employer = cls.env["res.partner"].create(
            {
                "name": "Garage du Centre",
                "is_company": True,
                "bde_employer": True,
                "company_registry": SIRET_OTHER,
                "city": "Pessac",
                "zip": "33600",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        cls.placements = cls.env.ref("bde_partnerships.pipeline_placements")
        cls.apprenticeship = cls.env.ref("bde_partnerships.pipeline_apprenticeship")
        cls.partnership = cls.env.ref("bde_partnerships.pipeline_partnership")
        cls.no_tutor = cls.env.ref("bde_partnerships.lost_reason_no_tutor")

    @classmethod
    def _lead(cls, relation=None, user=None, **vals):
        """A lead of school A (or of the relation) made by one of its managers."""
        relation = relation or cls.relation_a
        user = user or (cls.manager_a if relation == cls.relation_a else cls.manager_b)
        env = cls.as_user(user)
        return env["crm.lead"].create(
            {"bde_relation_id": relation.id, "bde_pipeline_id": cls.placements.id} | vals
        )

    def _employers(self, count, name="Atelier"):
        return self.env["res.partner"].create(
            [
                {
                    "name": f"{name} {number:03}",
                    "is_company": True,
                    "bde_employer": True,
                    "city": "Bordeaux",
                    "country_id": self.env.ref("base.fr").id,
                }
                for number in range(count)
            ]
        )
