from datetime import date, timedelta

from odoo.addons.bde_partnerships.tests.common import BdeCase

FULL_DAY = [["08:00", "12:00"], ["13:00", "16:00"]]
WEEK_35 = {day: FULL_DAY for day in ("mon", "tue", "wed", "thu", "fri")}


class PlacementCase(BdeCase):
    """Schools A and B with a class each, their pupils, teachers, and one period in A.

    ===========  ======================================================================
    school A     1MELEC: Aline (17), Boris (of age), Chloé (15) and Dany, an apprentice;
                 2MELEC: Emma. ``teacher_a`` teaches 1MELEC.
    school B     1MELEC: Farid. ``teacher_b`` teaches it.
    period_a     three weeks from the Monday before 11 November, 1MELEC
    ===========  ======================================================================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_divisions()
        cls._create_pupils()
        cls._create_period()

    @classmethod
    def _create_divisions(cls):
        Division = cls.env["bde.division"]
        cls.division_a, cls.division_a2, cls.division_b = Division.create(
            [
                {
                    "name": name,
                    "company_id": school.id,
                    "school_year_id": cls.year.id,
                    "training_ids": [(6, 0, training.ids)],
                }
                for name, school, training in (
                    ("1MELEC", cls.school_a, cls.training_a),
                    ("2MELEC", cls.school_a, cls.training_a),
                    ("1MELEC", cls.school_b, cls.training_b),
                )
            ]
        )
        cls.prof_a, cls.prof_a2, cls.prof_b = cls.env["bde.teacher"].create(
            [
                {
                    "lastname": lastname,
                    "firstname": "Paul",
                    "company_id": school.id,
                    "user_id": user and user.id,
                }
                for lastname, school, user in (
                    ("Ampoule", cls.school_a, cls.teacher_a),
                    ("Bougie", cls.school_a, None),
                    ("Chandelle", cls.school_b, cls.teacher_b),
                )
            ]
        )
        cls.env["bde.teaching"].create(
            [
                {"teacher_id": cls.prof_a.id, "division_id": cls.division_a.id, "hours": 6},
                {"teacher_id": cls.prof_a2.id, "division_id": cls.division_a.id, "hours": 3},
                {"teacher_id": cls.prof_b.id, "division_id": cls.division_b.id, "hours": 6},
            ]
        )

    @classmethod
    def _create_pupils(cls):
        start = cls.year.date_start
        cls.aline, cls.boris, cls.chloe, cls.dany, cls.emma, cls.farid = [
            cls.new_pupil(firstname, division, start.year - age, status)
            for firstname, division, age, status in (
                ("Aline", cls.division_a, 17, "ST"),
                ("Boris", cls.division_a, 20, "ST"),
                ("Chloé", cls.division_a, 15, "ST"),
                ("Dany", cls.division_a, 18, "AP"),
                ("Emma", cls.division_a2, 17, "ST"),
                ("Farid", cls.division_b, 17, "ST"),
            )
        ]

    @classmethod
    def new_pupil(cls, firstname, division, birth_year, status="ST", **vals):
        """A pupil born on 15 August of that year, with an open schooling."""
        student = cls.env["bde.student"].create(
            {
                "lastname": "Dupont",
                "firstname": firstname,
                "birth_date": date(birth_year, 8, 15),
                "company_id": division.company_id.id,
                "email": f"{firstname.lower()}@pupil.example",
            }
        )
        cls.env["bde.schooling"].create(
            {
                "student_id": student.id,
                "division_id": division.id,
                "school_year_id": division.school_year_id.id,
                "training_id": division.training_ids[:1].id,
                "status": status,
                **vals,
            }
        )
        return student

    @classmethod
    def _create_period(cls):
        armistice = date(cls.year.date_start.year, 11, 11)
        # a Monday at the latest four days before, so that the 11th may be any weekday
        cls.start = armistice - timedelta(days=armistice.weekday())
        cls.end = cls.start + timedelta(days=18)
        cls.period_a = cls.env["bde.period"].create(
            {
                "name": "PFMP 1",
                "company_id": cls.school_a.id,
                "division_ids": [(6, 0, cls.division_a.ids)],
                "date_start": cls.start,
                "date_end": cls.end,
            }
        )

    @classmethod
    def new_placement(cls, student, **vals):
        """A placement of a pupil in ``period_a``, as the bureau makes it."""
        return cls.env["bde.placement"].create(
            {
                "period_id": cls.period_a.id,
                "schooling_id": student.schooling_ids[:1].id,
                **vals,
            }
        )

    @classmethod
    def new_contact(cls, name="Anne Duval", school=None, **vals):
        """A contact of the employer at a school, signatory by default."""
        return cls.employer._bde_add_contact(
            school or cls.school_a,
            {"name": name, "email": "anne@duval.example", "bde_signatory": True, **vals},
        )
