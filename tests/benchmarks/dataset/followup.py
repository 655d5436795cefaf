"""What follows the signature: what pupils and referents answered, visits that are planned."""

from .core import step

# of a hundred stays of last year: answered by the pupil, by the referent
STUDENT_SHARE, REFERENT_SHARE = 75, 35


@step("bde.rating")
def ratings(build):
    """Ratings of the stays of last year that are closed; some 60,000 at the full size.

    All questions of a sheet have the same answer, so that its score follows by the formula.
    """
    Question = build.env["bde.question"]
    build.scratch(
        "b_rating",
        None,
        query="""
        SELECT row_number() OVER (ORDER BY view, n)::int AS serial, t.*
          FROM (SELECT v.view, p.*, 1 + pg_temp.pick(p.n, v.salt, 4) AS value
                  FROM b_placement p
                  CROSS JOIN (VALUES ('student', 301, %(student)s),
                                     ('referent', 302, %(referent)s)) AS v (view, salt, share)
                 WHERE p.state = 'closed' AND pg_temp.pick(p.n, v.salt + 10, 100)
                       < v.share) AS t""",
        student=STUDENT_SHARE,
        referent=REFERENT_SHARE,
    )
    build.reserve("bde.rating", build.value("SELECT count(*) FROM b_rating"))
    answers = {
        view: ", ".join(
            f"'{code}', p.value" for code in Question.search([("view", "=", view)]).mapped("code")
        )
        for view in ("student", "referent")
    }
    build.insert(
        "bde.rating",
        {
            "id": "%(base)s + p.serial",
            "company_id": "p.company_id",
            "school_year_id": "p.year_id",
            "placement_id": "%(placement)s + p.n",
            "view": "p.view",
            "person_ref": "p.view || ',' || p.n",
            "source": "'link'",
            "host_id": "h.partner_id",
            "training_code": "COALESCE(t.cfd, t.code)",
            "training_name": "t.name",
            "date": "p.date_end",
            "answers": "CASE p.view WHEN 'student' THEN jsonb_build_object({student}) "
            "ELSE jsonb_build_object({referent}) END".format(**answers),
            "score": "(p.value - 1) * 100.0 / 3",
            "has_score": "true",
            "is_counted": "true",
            "moderation": "'none'",
            "submitted_on": "p.date_end + interval '3 days'",
        },
        """b_rating p
           JOIN b_host h ON h.school = p.school AND h.k = p.host_k
           JOIN b_division b ON b.division_id = p.division_id
           JOIN bde_training t ON t.id = b.training_id""",
        base=build.base["bde.rating"],
        placement=build.base["bde.placement"],
    )


@step("bde.visit")
def visits(build):
    """One visit planned for each stay that runs."""
    build.scratch(
        "b_visit",
        None,
        query="""SELECT row_number() OVER (ORDER BY n)::int AS v, p.*
                   FROM b_placement p WHERE p.state = 'running'""",
    )
    build.reserve("bde.visit", build.value("SELECT count(*) FROM b_visit"))
    build.insert(
        "bde.visit",
        {
            "id": "%(base)s + p.v",
            "company_id": "p.company_id",
            "school_year_id": "p.year_id",
            "placement_id": "%(placement)s + p.n",
            "teacher_id": "p.referent_id",
            "referent_id": "p.referent_id",
            "student_name": "p.student_name",
            "host_id": "h.partner_id",
            "division_id": "p.division_id",
            "period_id": "p.period_id",
            "kind": "'visit'",
            "channel": "'onsite'",
            "state": "'planned'",
            "planned_on": "p.date_start + 14",
            "date": "p.date_start + 14",
            "is_proposed": "true",
            "is_meeting": "false",
            "alert": "'none'",
        },
        "b_visit p JOIN b_host h ON h.school = p.school AND h.k = p.host_k",
        base=build.base["bde.visit"],
        placement=build.base["bde.placement"],
    )
    build.run(
        """UPDATE bde_placement SET next_visit_on = v.date, visit_status = 'planned'
             FROM bde_visit v WHERE v.placement_id = bde_placement.id"""
    )
