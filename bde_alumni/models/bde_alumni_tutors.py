from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.bde_pfmp.models.bde_period import PLACEMENT_STAGES


class BdeAlumniTutor(models.Model):
    """Yesterday's pupils who are tutors today: one line an alumnus and school year.

    A tutor counts once a year, whatever the number of pupils whom he follows. Placements
    whose convention was never signed do not count.
    """

    _name = "bde.alumni.tutor"
    _description = "Former pupil who is a tutor"
    _auto = False
    _order = "year desc, cohort desc, id"
    _rec_name = "alumnus_id"
    _depends = {
        "bde.alumni.contact": ["alumnus_id", "partner_id", "state", "company_id"],
        "bde.alumnus": ["company_id", "cohort", "training_id"],
        "bde.placement": ["tutor_id", "company_id", "state", "school_year_id"],
        "bde.school.year": ["date_end"],
    }

    company_id = fields.Many2one("res.company", string="School", readonly=True)
    alumnus_id = fields.Many2one("bde.alumnus", readonly=True)
    cohort = fields.Integer(string="Left in", readonly=True, aggregator=None)
    training_id = fields.Many2one("bde.training", readonly=True)
    school_year_id = fields.Many2one("bde.school.year", readonly=True)
    year = fields.Integer(
        readonly=True, aggregator=None, help="In which the school year ends: 2027 for 2026-2027."
    )
    year_label = fields.Char(string="School year", readonly=True)
    placement_count = fields.Integer(string="Pupils followed", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT alumnus.id * 200 + EXTRACT(YEAR FROM year.date_end)::int - 1990 AS id,
                   alumnus.company_id, alumnus.id AS alumnus_id, alumnus.cohort,
                   alumnus.training_id, MIN(year.id) AS school_year_id,
                   EXTRACT(YEAR FROM year.date_end)::int AS year,
                   CONCAT(EXTRACT(YEAR FROM year.date_end)::int - 1, '-',
                          EXTRACT(YEAR FROM year.date_end)::int) AS year_label,
                   COUNT(DISTINCT placement.id) AS placement_count
            FROM bde_alumni_contact link
            JOIN bde_alumnus alumnus ON alumnus.id = link.alumnus_id
            JOIN bde_placement placement ON placement.tutor_id = link.partner_id
                                        AND placement.company_id = link.company_id
            JOIN bde_school_year year ON year.id = placement.school_year_id
            WHERE link.state = 'confirmed' AND placement.state IN %(states)s
              AND EXTRACT(YEAR FROM year.date_end) > alumnus.cohort
            GROUP BY alumnus.id, EXTRACT(YEAR FROM year.date_end)
            """,
            states=PLACEMENT_STAGES["signed"],
        )

    @api.model
    def _figures(self, companies, year):
        """The figure of the circulaire: former pupils who were tutors in a school year.

        In sudo, no name; one query.

        :param int year: in which the school year ends
        :return: ``{company: {"count": 3, "cohorts": {2019: 2, 2024: 1}}}``
        """
        figures = {company: {"count": 0, "cohorts": {}} for company in companies}
        # sudo: numbers for reports, of schools that the caller chose
        rows = self.sudo()._read_group(
            [("company_id", "in", companies.ids), ("year", "=", year)],
            ["company_id", "cohort"],
            ["__count"],
        )
        for company, cohort, count in rows:
            found = figures[company.with_env(self.env)]
            found["count"] += count
            found["cohorts"][cohort] = count
        # sudo: as above; those who were erased since stay in the figure
        gone = self.env["bde.alumni.count"].sudo()._gone_tutors(companies, year)
        for company in companies:
            found = figures[company]
            for (number, cohort), count in gone.items():
                if number == company.id:
                    found["count"] += count
                    found["cohorts"][cohort] = found["cohorts"].get(cohort, 0) + count
        return figures
