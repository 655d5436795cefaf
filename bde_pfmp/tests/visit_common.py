from datetime import timedelta

from freezegun import freeze_time

from .convention_common import ConventionCase

# where people are, in degrees: the school in Bordeaux, hosts around it
SCHOOL_POINT = (44.8378, -0.5792)


class VisitCase(ConventionCase):
    """The three stays of :class:`ConventionCase` are signed; the day is the noon of the first one.

    ``teacher_a`` (Paul Ampoule, ``prof_a``) is the referent of all; Paul Bougie (``prof_a2``)
    teaches the class and has no account.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.conventions = cls.make()
        cls.conventions.action_send()
        cls.sign_all(cls.conventions)
        cls.as_teacher = cls.as_user(cls.teacher_a)
        place = dict(zip(("partner_latitude", "partner_longitude"), SCHOOL_POINT, strict=True))
        cls.school_a.partner_id.write(place)

    def setUp(self):
        super().setUp()
        self.go_to(self.start)

    def go_to(self, day):
        freezer = freeze_time(f"{day} 12:00:00")
        freezer.start()
        self.addCleanup(freezer.stop)

    def day(self, number):
        """The day in so many days after the first one, a Monday."""
        return self.start + timedelta(days=number)

    def new_visit(self, placement=None, env=None, **vals):
        """A contact that is planned, for the teacher by default."""
        placement = placement or self.placement
        return (
            (env or self.as_teacher)["bde.visit"]
            .create({"placement_id": placement.id, "planned_on": self.start, **vals})
            .with_env(env or self.as_teacher)
        )

    def report(self, visit=None, **vals):
        """A contact that was made and reported."""
        visit = visit or self.new_visit()
        visit.write({"with_tutor": True, "with_student": True, "mood": "fine", **vals})
        visit.action_done()
        return visit

    @classmethod
    def new_host(cls, name, latitude, longitude, city):
        """Another company, on the map."""
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "bde_employer": True,
                "city": city,
                "zip": "33000",
                "country_id": cls.env.ref("base.fr").id,
                "partner_latitude": latitude,
                "partner_longitude": longitude,
            }
        )
