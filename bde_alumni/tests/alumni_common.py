from odoo.addons.bde_pfmp.tests.placement_common import PlacementCase


class AlumniCase(PlacementCase):
    """Pupils of ``PlacementCase``, and two leavers in school A, one in school B.

    ===========  =========================================================================
    school A     Gina (of age, left in 2024, passed) and Hugo (17, left this year)
    school B     Ines (of age, left in 2024)
    ===========  =========================================================================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # pages and letters speak the language of the school: tests read the sources
        (cls.school_a | cls.school_b).partner_id.lang = "en_US"
        this_year = cls.year.date_start.year
        cls.gina = cls.new_alumnus("Gina", birth_year=2005, cohort=2024, diploma_result="passed")
        cls.hugo = cls.new_alumnus("Hugo", birth_year=this_year - 17, cohort=this_year)
        cls.ines = cls.new_alumnus("Ines", cls.school_b, birth_year=2005, cohort=2024)

    @classmethod
    def run_jobs_inside(cls):
        """Jobs of this class run within the transaction of the test."""
        Cron = type(cls.env["ir.cron"])
        cls.classPatch(Cron, "_commit_progress", lambda *args, **kwargs: 60)

    @classmethod
    def new_alumnus(cls, firstname, school=None, birth_year=2004, **vals):
        """An alumnus as the bureau types one, born on 15 August of that year."""
        school = school or cls.school_a
        training = {cls.school_a: cls.training_a, cls.school_b: cls.training_b}[school]
        return cls.env["bde.alumnus"].create(
            {
                "company_id": school.id,
                "lastname": "Dupont",
                "firstname": firstname,
                "birth_date": f"{birth_year}-08-15",
                "training_id": training.id,
                "email": f"{firstname.lower()}@alumni.example",
                **vals,
            }
        )
