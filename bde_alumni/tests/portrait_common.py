from dateutil.relativedelta import relativedelta

from .giving_common import GivingCase


class PortraitCase(GivingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mother, cls.father = cls.env["bde.guardian"].create(
            [
                {
                    "company_id": cls.school_a.id,
                    "lastname": "Dupont",
                    "firstname": firstname,
                    "email": f"{firstname.lower()}@parents.example",
                }
                for firstname in ("Marie", "Jean")
            ]
        )
        cls.env["bde.guardianship"].create(
            [
                {"student_id": cls.aline.id, "guardian_id": guardian.id, "legal_rank": rank}
                for guardian, rank in ((cls.mother, "1"), (cls.father, "2"))
            ]
        )
        # Aline is 17: born on 15 August, 17 years before this school year begins
        cls.hugo.student_id = cls.aline
        cls.hugo.birth_date = cls.school_a._bde_today() - relativedelta(years=17)
        cls.hugo._note_informed("paper")
        cls.hugo._consent("portrait", by="guardians", channel="paper")

    def published(self, alumnus=None, uses=("page",), **vals):
        """A portrait of an adult that is shown."""
        flags = {f"ask_{use}": use in uses for use in ("page", "letters", "class")}
        portrait = self.new_portrait(alumnus, **flags | vals)
        portrait.action_ask()
        self.agree(portrait, uses)
        portrait.action_publish()
        return portrait

    def shown(self, use="page", school=None):
        return self.env["bde.portrait"]._shown(school or self.school_a, use)
