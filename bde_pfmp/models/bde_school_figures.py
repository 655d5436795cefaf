from odoo import api, fields, models
from odoo.tools import SQL

from .bde_period import PLACEMENT_STAGES

COUNTERS = ("pupil_count", "host_count", "placement_count", "sealed_count")


class BdeSchoolFigures(models.Model):
    """The year of a school in numbers, for the correspondents of its académie.

    A correspondent belongs to the académie alone and reads no record of a school: the
    numbers are counted here by a job, with no name of anybody.
    """

    _name = "bde.school.figures"
    _description = "Figures of a school"
    _order = "school_year_id desc, school_id"
    _rec_name = "school_id"

    company_id = fields.Many2one(
        "res.company",
        string="Académie",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    school_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    school_year_id = fields.Many2one(
        "bde.school.year", required=True, readonly=True, index=True, ondelete="cascade"
    )
    pupil_count = fields.Integer(
        string="Pupils", readonly=True, help="Open schoolings of pupils; apprentices left out."
    )
    host_count = fields.Integer(
        string="Hosts", readonly=True, help="Companies that receive a pupil of the school."
    )
    placement_count = fields.Integer(string="Placements", readonly=True)
    to_place_count = fields.Integer(string="Without host", readonly=True)
    hosting_count = fields.Integer(string="Agreements under way", readonly=True)
    to_make_count = fields.Integer(string="Conventions to make", readonly=True)
    to_sign_count = fields.Integer(string="To sign", readonly=True)
    signed_count = fields.Integer(string="Signed", readonly=True)
    sealed_count = fields.Integer(string="Sealed", readonly=True)
    refreshed_on = fields.Datetime(string="Counted on", readonly=True)

    _school_year_uniq = models.UniqueIndex("(school_id, school_year_id)")

    @api.model
    def _cron_refresh(self):
        """Counts every school and year again, in one statement."""
        self.env.flush_all()
        self.env.cr.execute(self._refresh_query())
        self.env.invalidate_all()

    @api.model
    def _refresh_query(self):
        stages = SQL(", ").join(
            SQL(
                "COUNT(*) FILTER (WHERE p.state IN %s AND p.is_replaced IS NOT TRUE) AS %s",
                states,
                SQL.identifier(f"{stage}_count"),
            )
            for stage, states in PLACEMENT_STAGES.items()
        )
        columns = [*COUNTERS, *(f"{stage}_count" for stage in PLACEMENT_STAGES)]
        names = SQL(", ").join(SQL.identifier(name) for name in columns)
        values = SQL(", ").join(
            SQL("COALESCE(found.%s, 0)", SQL.identifier(name)) for name in columns
        )
        updates = SQL(", ").join(
            SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
            for name in [*columns, "refreshed_on"]
        )
        return SQL(
            """
            WITH pupils AS (
                SELECT company_id, school_year_id, COUNT(*) AS pupil_count
                  FROM bde_schooling
                 WHERE status = 'ST' AND date_end IS NULL
              GROUP BY company_id, school_year_id
            ), placements AS (
                SELECT p.company_id, p.school_year_id,
                       COUNT(*) FILTER (WHERE p.is_replaced IS NOT TRUE) AS placement_count,
                       COUNT(DISTINCT p.host_id) AS host_count,
                       COUNT(*) FILTER (WHERE d.sealed_on IS NOT NULL) AS sealed_count,
                       %(stages)s
                  FROM bde_placement p
             LEFT JOIN bde_convention c ON c.id = p.convention_id
             LEFT JOIN bde_document d ON d.id = c.document_id
                 WHERE p.active
              GROUP BY p.company_id, p.school_year_id
            ), found AS (
                SELECT * FROM pupils FULL JOIN placements USING (company_id, school_year_id)
            )
            INSERT INTO bde_school_figures (
                company_id, school_id, school_year_id, refreshed_on, %(names)s
            )
            SELECT s.parent_id, s.id, y.id, NOW() AT TIME ZONE 'UTC', %(values)s
              FROM res_company s
              JOIN bde_school_year y ON y.company_id = s.parent_id
         LEFT JOIN found ON found.company_id = s.id AND found.school_year_id = y.id
             WHERE s.bde_kind = 'school' AND s.active
            ON CONFLICT (school_id, school_year_id) DO UPDATE SET %(updates)s
            """,
            stages=stages,
            names=names,
            values=values,
            updates=updates,
        )
