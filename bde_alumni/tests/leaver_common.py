from datetime import datetime, timedelta

from .alumni_common import AlumniCase


class LeaverCase(AlumniCase):
    """2MELEC of school A is a final year: Emma, Lola (17) and Marc (of age); Noé in school B's.

    ``teacher_a`` is the head teacher of 2MELEC. The plans are made; nobody has left.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.division_a2 | cls.division_b).is_final_year = True
        cls.division_a2.principal_ids = cls.prof_a
        start = cls.year.date_start.year
        cls.lola = cls.new_pupil("Lola", cls.division_a2, start - 17)
        cls.marc = cls.new_pupil("Marc", cls.division_a2, start - 20)
        cls.pupils = cls.emma | cls.lola | cls.marc
        # the MEF of the tests is a first year: what was ticked on the class decides
        (cls.pupils | cls.farid).schooling_ids.mef = False
        (cls.pupils | cls.farid)._make_alumni()
        cls.plans = cls.env["bde.leaver.plan"].search([("student_id", "in", cls.pupils.ids)])
        cls.plan_of = {plan.student_id: plan for plan in cls.plans}
        cls.cohort = cls.year.date_end.year

    @classmethod
    def new_class(cls, name):
        """One more final year of school A, which nobody teaches."""
        return cls.env["bde.division"].create(
            {
                "name": name,
                "company_id": cls.school_a.id,
                "is_final_year": True,
                "training_ids": [(6, 0, cls.training_a.ids)],
            }
        )

    @classmethod
    def plan(cls, pupil, user=None):
        """The plan of a pupil, as somebody sees it."""
        plan = cls.plan_of[pupil]
        return plan.with_env(cls.as_user(user)) if user else plan

    @classmethod
    def new_workshop(cls, name="CV", minutes=90, kind="avenirpro", env=None):
        """A workshop of 2MELEC with everybody invited."""
        begin = datetime(cls.year.date_start.year, 10, 6, 12)
        event = (env or cls.as_user(cls.secretary_a))["event.event"].create(
            {
                "name": name,
                "bde_kind": kind,
                "date_begin": begin,
                "date_end": begin + timedelta(minutes=minutes),
                "bde_division_ids": [(6, 0, cls.division_a2.ids)],
            }
        )
        event.action_bde_invite_classes()
        return event

    @classmethod
    def new_round(cls, month="06", user=None):
        """A round of the leavers of the running year, begun."""
        env = cls.as_user(user or cls.secretary_a)
        one = env["bde.leaver.round"].create({"cohort": cls.cohort, "month": month})
        one.action_begin()
        return one
