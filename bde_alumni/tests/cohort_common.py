from .alumni_common import AlumniCase

FIRST = "Abel Bea Carl Dora Elie Faye Gabin Hana Ivan Jade Karl Lila".split()


class CohortCase(AlumniCase):
    """Leavers by the dozen, with what they answered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.school_a._bde_today()

    @classmethod
    def new_cohort(cls, cohort, months=6, school=None, silent=0, training=None, sex=False, **told):
        """Leavers of a year who were asked, so many of whom told each situation.

        :param int silent: how many more did not answer
        :param told: how many answered each situation
        :return: the leavers, those who answered first
        """
        school = school or cls.school_a
        situations = [code for code, count in told.items() for _n in range(count)]
        leavers = cls.env["bde.alumnus"].union(
            *(
                cls.new_alumnus(
                    f"{FIRST[number % len(FIRST)]}{number}",
                    school,
                    cohort=cohort,
                    sex=sex,
                    **({"training_id": training.id} if training else {}),
                )
                for number in range(len(situations) + silent)
            )
        )
        cls.ask(leavers, cohort, months, situations)
        return leavers

    @classmethod
    def ask(cls, leavers, cohort, months, situations):
        """A survey of these leavers, answered in their order."""
        school = leavers.company_id
        Wave = cls.env["bde.alumni.wave"]
        wave = Wave.search(
            [("company_id", "=", school.id), ("cohort", "=", cohort), ("months", "=", months)]
        ) or Wave.create(
            {"company_id": school.id, "cohort": cohort, "months": months, "date": cls.today}
        )
        wave.state = "running"
        lines = cls.env["bde.alumni.wave.line"].create(
            [{"wave_id": wave.id, "alumnus_id": one.id, "state": "sent"} for one in leavers]
        )
        answered = lines[: len(situations)]
        outcomes = cls.env["bde.outcome"].create(
            [
                {
                    "alumnus_id": line.alumnus_id.id,
                    "date": f"{cohort + months // 12}-0{1 + months % 12 // 2}-01",
                    "months": months,
                    "situation": situation,
                    "wave_line_id": line.id,
                }
                for line, situation in zip(answered, situations, strict=True)
            ]
        )
        for line, outcome in zip(answered, outcomes, strict=True):
            line.write({"state": "answered", "outcome_id": outcome.id})
        return wave

    def cohort_of(self, cohort, user=None, school=None):
        """The page of a year as a user sees it."""
        env = self.as_user(user or self.secretary_a)
        # as a fresh page
        env.flush_all()
        env.invalidate_all()
        return env["bde.alumni.cohort"].search(
            [("cohort", "=", cohort), ("company_id", "=", (school or self.school_a).id)]
        )
