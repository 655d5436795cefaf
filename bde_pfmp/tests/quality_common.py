from datetime import timedelta

from .convention_common import ConventionCase

GOOD, BAD = 4, 1


class QualityCase(ConventionCase):
    """Placements of school A that are over, at ``employer`` (building, NAF 43) and elsewhere.

    ``cls.today`` is a day after the stays; their state is written, not played.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.school_a._bde_today()
        cls.employer.naf_code = "4332A"
        cls.make()
        cls.set_over(cls.placements)
        cls.baker = cls.new_employer("Boulangerie Petit", "81234567600017", "1071C")

    @classmethod
    def new_employer(cls, name, siret, naf, **vals):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "bde_employer": True,
                "company_registry": siret,
                "naf_code": naf,
                **vals,
            }
        )

    @classmethod
    def set_over(cls, placements, days=5, state="ended"):
        """These stays ended so many days ago."""
        cls.env.flush_all()
        last = cls.today - timedelta(days=days)
        cls.env.cr.execute(
            "UPDATE bde_placement SET state = %s, date_start = %s, date_end = %s WHERE id IN %s",
            [state, last - timedelta(days=18), last, tuple(placements.ids)],
        )
        cls.env.cr.execute(
            "UPDATE bde_document SET state = %s WHERE id IN %s",
            [state, tuple(placements.convention_id.document_id.ids)],
        )
        cls.env.invalidate_all()

    @classmethod
    def questions(cls, view="student"):
        return cls.env["bde.question"]._asked(view, cls.today)

    @classmethod
    def all_answers(cls, value, view="student"):
        return {question.code: value for question in cls.questions(view)}

    @classmethod
    def rate(cls, placement, value=GOOD, view="student", comment="", **vals):
        """What somebody answered, the same to every question."""
        rating = placement.sudo()._rate(view, cls.all_answers(value, view), comment, "link")
        if vals:
            rating.write(vals)
        return rating

    @classmethod
    def add_ratings(cls, host, scores, view="student", days=5, training="MELEC", school=None):
        """Answers in the database, each of a stay of its own pupil, of so many days ago."""
        ratings = cls.env["bde.rating"]
        division = cls.division_b if school == cls.school_b else cls.division_a
        for number, score in enumerate(scores):
            pupil = cls.new_pupil(f"P{host.id}{view[0]}{days}{number}{training}", division, 2000)
            period = cls.period_a if division == cls.division_a else cls.period_b()
            placement = cls.env["bde.placement"].create(
                {
                    "period_id": period.id,
                    "schooling_id": pupil.schooling_ids.id,
                    "host_id": host.id,
                    "company_id": division.company_id.id,
                }
            )
            ratings += ratings.create(
                {
                    "company_id": division.company_id.id,
                    "placement_id": placement.id,
                    "school_year_id": cls.year.id,
                    "view": view,
                    "person_ref": f"bde.student,{pupil.id}",
                    "answers": {"tasks": 4},
                    "score": score,
                    "has_score": True,
                    "date": cls.today - timedelta(days=days),
                    "training_code": training,
                    "training_name": training,
                }
            )
        return ratings

    @classmethod
    def period_b(cls):
        period = cls.env["bde.period"].search([("company_id", "=", cls.school_b.id)], limit=1)
        return period or cls.env["bde.period"].create(
            {
                "name": "PFMP B",
                "company_id": cls.school_b.id,
                "division_ids": [(6, 0, cls.division_b.ids)],
                "date_start": cls.start,
                "date_end": cls.end,
            }
        )

    @classmethod
    def quality(cls, host, training=""):
        return cls.env["bde.site.quality"].search(
            [("partner_id", "=", host.id), ("training_code", "=", training)]
        )
