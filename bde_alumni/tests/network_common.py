from datetime import timedelta

from odoo import fields

from .alumni_common import AlumniCase
from .page_common import PageMixin


class NetworkCase(PageMixin, AlumniCase):
    """More alumni of school A who may be found, asked and invited; Ines is of school B.

    ===========  =========================================================================
    Gina         of age, left in 2024; in the directory when :meth:`show` says so
    Lina         of age, left in 2023, a mentor (places for two)
    Hugo         17
    ===========  =========================================================================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_jobs_inside()
        cls.lina = cls.new_alumnus(
            "Lina", lastname="Moreau", birth_year=2003, cohort=2023, city="Pessac",
            phone="06 11 22 33 44",
        )  # fmt: skip
        cls.lina._consent("mentoring")
        (cls.gina | cls.lina | cls.hugo | cls.ines)._note_informed("class")

    @classmethod
    def new_alumnus(cls, firstname, *args, **vals):
        return super().new_alumnus(firstname, *args, **{"cohort": 2022, **vals})

    @classmethod
    def show(cls, alumnus, *names):
        """Puts somebody into the directory, with what he shows."""
        return alumnus._consent("directory", fields=names)

    @classmethod
    def work(cls, alumnus, **vals):
        """Notes what became of somebody today."""
        return cls.env["bde.outcome"].create(
            {"alumnus_id": alumnus.id, "situation": "job", "date": cls.today(), **vals}
        )

    @classmethod
    def today(cls):
        return cls.school_a._bde_today()

    @classmethod
    def ask(cls, mentor, asker, text="Comment devenir cuisinier de collectivité ?", shares=()):
        """A request to a mentor, as the page of who asks makes it."""
        return cls.env["bde.mentor.request"]._ask(mentor, asker, text, shares)

    @classmethod
    def new_offer(cls, school=None, **vals):
        """An offer as the bureau types it."""
        school = school or cls.school_a
        return cls.env["bde.job.offer"].create(
            {
                "company_id": school.id,
                "kind": "job",
                "title": "Cuisinier",
                "employer_text": "Cantine du Port",
                "contact_text": "Mme Roux, 05 56 00 00 00",
                "expires_on": fields.Date.add(cls.today(), days=30),
                **vals,
            }
        )

    @classmethod
    def new_event(cls, school=None, days=20, **vals):
        """A meeting with alumni, in some days."""
        begin = fields.Datetime.now() + timedelta(days=days)
        return cls.env["event.event"].create(
            {
                "company_id": (school or cls.school_a).id,
                "name": "Soirée des anciens",
                "bde_kind": "alumni",
                "date_begin": begin,
                "date_end": begin + timedelta(hours=2),
                **vals,
            }
        )
