import logging

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..rules.quality import Sheet

_logger = logging.getLogger(__name__)

BATCH = 5000
INCIDENT_YEARS = 3
# one refresh at a time: two would wait for each other's rows
LOCK = 0x62646571


class BdeSiteQuality(models.Model):
    """The index of all hosts by SQL, batch after batch; equal to :mod:`..rules.quality`."""

    _inherit = "bde.site.quality"

    @api.model
    def _cron_refresh(self):
        """Each night, all companies; what was done is kept when the time is over."""
        self._refresh(progress=self.env["ir.cron"]._commit_progress)
        self.env["bde.rating"]._release_to_hosts()

    def action_refresh(self):
        """Computes the indexes of the companies shown again, or all of them, now."""
        self.env.company._bde_check_user_is("manager", "correspondent")
        self._refresh(self.partner_id or None)
        return {"type": "ir.actions.client", "tag": "reload"}

    @api.model
    def _refresh(self, partners=None, progress=None):
        """Computes count, index and trend again from the ratings, in SQL.

        Same formula as :func:`..rules.quality.table`: see there for what is shown and why.

        :param partners: companies whose answers changed; None: all
        :param progress: ``ir.cron._commit_progress``, called after each batch
        :return: number of companies looked at
        """
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s)", LOCK))
        self.env["bde.rating"].flush_model()
        self.env["res.partner"].flush_model(["naf_code", "bde_level", "parent_id"])
        ids = self._refreshed_ids(partners)
        terms = self.env["bde.quality.term"]._terms()
        today = self.env.company._bde_today()
        overall, trades = self._trade_means(today, terms)
        stamp = fields.Datetime.now()
        if progress:
            progress(remaining=len(ids))
        for chunk in split_every(BATCH, ids, list):
            self._refresh_chunk(chunk, today, terms, overall, trades, stamp)
            if progress and not progress(len(chunk)):
                break
            if progress:
                # the lock went with the transaction
                self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s)", LOCK))
        self.invalidate_model()
        return len(ids)

    @api.model
    def _refreshed_ids(self, partners):
        """Companies to look at: with answers or rows; the whole family of a site."""
        if partners is not None:
            # sudo: shared companies; a site and its establishment tell of each other
            partners = partners.sudo()
            above = partners | partners.filtered(lambda p: p.bde_level == "site").parent_id
            sites = above.bde_child_ids.filtered(lambda p: p.bde_level == "site")
            return (above | sites).ids
        self.env.cr.execute(
            SQL(
                """SELECT host_id FROM bde_rating WHERE is_counted
                   UNION
                   SELECT site.parent_id FROM bde_rating AS rating
                   JOIN res_partner AS site ON site.id = rating.host_id
                   WHERE rating.is_counted AND site.bde_level = 'site'
                   UNION SELECT partner_id FROM bde_site_quality
                   UNION SELECT unnest(%s::int[])
                   ORDER BY 1""",
                list(self._incident_counts()),
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _trade_means(self, today, terms):
        """Mean of all answers and of each trade (two digits of the NAF), in one query."""
        rows = self.env.execute_query(
            SQL(
                """SELECT NULLIF(left(partner.naf_code, 2), '') AS trade,
                          sum(w.weight * rating.score), sum(w.weight)
                   FROM bde_rating AS rating
                   JOIN res_partner AS partner ON partner.id = rating.host_id
                   CROSS JOIN LATERAL (SELECT power(
                       2.0::float8, -greatest(%s - rating.date, 0) / %s::float8) AS weight) AS w
                   WHERE rating.is_counted
                   GROUP BY 1""",
                today,
                terms.half_life,
            )
        )
        if not rows:
            return None, {}
        overall = sum(row[1] for row in rows) / sum(row[2] for row in rows)
        return overall, {
            trade: (scored + terms.prior * overall) / (heavy + terms.prior)
            for trade, scored, heavy in rows
            if trade
        }

    @api.model
    def _refresh_chunk(self, ids, today, terms, overall, trades, stamp):
        incidents = self._incident_counts(ids)
        self.env.cr.execute(
            SQL(
                """WITH %(sheets)s, %(sums)s, %(shown)s
                INSERT INTO bde_site_quality AS line (
                    partner_id, training_code, training_name, count, is_shown, index, trend,
                    student_count, student_is_shown, student_index,
                    referent_count, referent_is_shown, referent_index,
                    incident_count, refreshed_on)
                SELECT partner_id, training_code, training_name, n, is_shown,
                    CASE WHEN is_shown THEN (ws + prior * mean) / (w + prior) END,
                    CASE WHEN is_shown AND recent_n >= minimum AND n - recent_n >= minimum THEN
                        CASE WHEN abs(points) < step THEN 'steady'
                             WHEN points > 0 THEN 'up' ELSE 'down' END
                    END,
                    student_n, views_shown AND student_n >= minimum,
                    CASE WHEN views_shown AND student_n >= minimum
                         THEN (student_ws + prior * mean) / (student_w + prior) END,
                    referent_n, views_shown AND referent_n >= minimum,
                    CASE WHEN views_shown AND referent_n >= minimum
                         THEN (referent_ws + prior * mean) / (referent_w + prior) END,
                    incident_n, %(stamp)s
                FROM shown
                ON CONFLICT (partner_id, training_code) DO UPDATE SET
                    training_name = EXCLUDED.training_name, count = EXCLUDED.count,
                    is_shown = EXCLUDED.is_shown, index = EXCLUDED.index, trend = EXCLUDED.trend,
                    student_count = EXCLUDED.student_count,
                    student_is_shown = EXCLUDED.student_is_shown,
                    student_index = EXCLUDED.student_index,
                    referent_count = EXCLUDED.referent_count,
                    referent_is_shown = EXCLUDED.referent_is_shown,
                    referent_index = EXCLUDED.referent_index,
                    incident_count = EXCLUDED.incident_count,
                    refreshed_on = EXCLUDED.refreshed_on
                RETURNING id""",
                sheets=self._sql_sheets(ids, today, terms),
                sums=self._sql_sums(ids, terms, overall, trades, incidents),
                shown=self._sql_shown(terms),
                stamp=stamp,
            )
        )
        kept = [row[0] for row in self.env.cr.fetchall()]
        # answers that were withdrawn, companies that were merged
        self.env.cr.execute(
            SQL(
                "DELETE FROM bde_site_quality WHERE partner_id = ANY(%s) AND id <> ALL(%s)",
                ids,
                kept,
            )
        )

    @api.model
    def _sql_sheets(self, ids, today, terms):
        """``sheet``: answers of each company, those of its sites among them."""
        return SQL(
            """sheet AS MATERIALIZED (
                SELECT place.partner_id, rating.training_code, rating.training_name, rating.view,
                       rating.score, %(today)s - rating.date <= %(recent)s AS recent,
                       power(2.0::float8, -greatest(%(today)s - rating.date, 0)
                             / %(half_life)s::float8) AS weight
                FROM (
                    SELECT id AS host_id, id AS partner_id FROM res_partner WHERE id = ANY(%(ids)s)
                    UNION ALL
                    SELECT id, parent_id FROM res_partner
                    WHERE parent_id = ANY(%(ids)s) AND bde_level = 'site'
                ) AS place
                JOIN bde_rating AS rating
                  ON rating.host_id = place.host_id AND rating.is_counted
            )""",
            today=today,
            recent=terms.recent_days,
            half_life=terms.half_life,
            ids=ids,
        )

    @api.model
    def _sql_sums(self, ids, terms, overall, trades, incidents):
        """``total``: one row a company, and one a company and training, with its sums."""
        return SQL(
            """summed AS (
                SELECT partner_id, CASE WHEN GROUPING(training_code) = 0 THEN training_code
                                   ELSE '' END AS training_code,
                    CASE WHEN GROUPING(training_code) = 0 THEN max(training_name) END
                        AS training_name,
                    count(*) AS n, sum(weight) AS w, sum(weight * score) AS ws,
                    count(*) FILTER (WHERE recent) AS recent_n,
                    avg(score) FILTER (WHERE recent)
                        - avg(score) FILTER (WHERE NOT recent) AS points,
                    count(*) FILTER (WHERE view = 'student') AS student_n,
                    sum(weight) FILTER (WHERE view = 'student') AS student_w,
                    sum(weight * score) FILTER (WHERE view = 'student') AS student_ws,
                    count(*) FILTER (WHERE view = 'referent') AS referent_n,
                    sum(weight) FILTER (WHERE view = 'referent') AS referent_w,
                    sum(weight * score) FILTER (WHERE view = 'referent') AS referent_ws
                FROM sheet
                GROUP BY GROUPING SETS ((partner_id), (partner_id, training_code))
                HAVING GROUPING(training_code) = 1 OR training_code <> ''
            ), total AS (
                SELECT partner.id AS partner_id, COALESCE(s.training_code, '') AS training_code,
                    s.training_name, COALESCE(s.n, 0) AS n, w, ws,
                    COALESCE(recent_n, 0) AS recent_n, points,
                    COALESCE(student_n, 0) AS student_n, student_w, student_ws,
                    COALESCE(referent_n, 0) AS referent_n, referent_w, referent_ws,
                    COALESCE(trade.mean, %(overall)s::float8) AS mean,
                    %(prior)s::float8 AS prior, %(minimum)s AS minimum, %(step)s::float8 AS step,
                    CASE WHEN COALESCE(s.training_code, '') = '' THEN COALESCE(incident.n, 0)
                         ELSE 0 END AS incident_n,
                    CASE WHEN partner.bde_level = 'site' THEN partner.parent_id END AS parent_id
                FROM res_partner AS partner
                LEFT JOIN summed AS s ON s.partner_id = partner.id
                LEFT JOIN unnest(%(trades)s::text[], %(means)s::float8[]) AS trade(code, mean)
                  ON trade.code = left(partner.naf_code, 2)
                LEFT JOIN unnest(%(hosts)s::int[], %(counts)s::int[]) AS incident(id, n)
                  ON incident.id = partner.id
                WHERE partner.id = ANY(%(ids)s) AND (s.n > 0 OR incident.n > 0)
            )""",
            overall=overall,
            prior=terms.prior,
            minimum=terms.minimum,
            step=terms.step,
            trades=list(trades),
            means=list(trades.values()),
            hosts=list(incidents),
            counts=list(incidents.values()),
            ids=ids,
        )

    @api.model
    def _sql_shown(self, terms):
        """``shown``: what may be told of each row; a part never tells what the others are."""
        return SQL(
            """family AS (
                SELECT parent.id AS parent_id, place.id AS host_id, count(*) AS n
                FROM (SELECT DISTINCT parent_id AS id FROM total WHERE parent_id IS NOT NULL)
                    AS parent
                JOIN res_partner AS place ON place.id = parent.id
                  OR place.parent_id = parent.id AND place.bde_level = 'site'
                JOIN bde_rating AS rating ON rating.host_id = place.id AND rating.is_counted
                GROUP BY parent.id, place.id
            ), open_family AS MATERIALIZED (
                SELECT parent_id FROM family GROUP BY parent_id
                HAVING sum(CASE WHEN host_id <> parent_id AND n >= %(minimum)s THEN 0 ELSE n END)
                    NOT BETWEEN 1 AND %(minimum)s - 1
            ), rest AS (
                SELECT *, CASE WHEN parent_id IS NOT NULL THEN false ELSE
                        CASE WHEN student_n >= minimum THEN 0 ELSE student_n END
                        + CASE WHEN referent_n >= minimum THEN 0 ELSE referent_n END
                        NOT BETWEEN 1 AND minimum - 1 END AS views_shown,
                    max(n) FILTER (WHERE training_code = '') OVER part
                        - COALESCE(sum(n) FILTER (WHERE training_code <> '' AND n >= minimum)
                            OVER part, 0) AS left_out
                FROM total WINDOW part AS (PARTITION BY partner_id)
            ), shown AS (
                SELECT partner_id, training_code, training_name, n, w, ws, recent_n, points,
                    student_w, student_ws, referent_w, referent_ws, mean, prior, minimum, step,
                    incident_n,
                    CASE WHEN training_code = '' THEN student_n ELSE 0 END AS student_n,
                    CASE WHEN training_code = '' THEN referent_n ELSE 0 END AS referent_n,
                    views_shown AND training_code = '' AS views_shown,
                    n >= minimum AND CASE
                        WHEN parent_id IS NOT NULL
                            THEN parent_id IN (SELECT parent_id FROM open_family)
                        WHEN training_code = '' THEN true
                        ELSE left_out NOT BETWEEN 1 AND minimum - 1 END AS is_shown
                FROM rest WHERE training_code = '' OR parent_id IS NULL
            )""",
            minimum=terms.minimum,
        )

    # ------------------------------------------------------------
    # For the pure module and for other parts
    # ------------------------------------------------------------

    @api.model
    def _sheets(self):
        """All answers that count, as :mod:`..rules.quality` wants them."""
        today = self.env.company._bde_today()
        self.env["bde.rating"].flush_model()
        self.env["res.partner"].flush_model(["naf_code", "bde_level", "parent_id"])
        return [
            Sheet(*row)
            for row in self.env.execute_query(
                SQL(
                    """SELECT host.id, COALESCE(rating.training_code, ''), rating.view,
                              rating.score, %s - rating.date, NULLIF(left(host.naf_code, 2), ''),
                              parent.id, NULLIF(left(parent.naf_code, 2), '')
                       FROM bde_rating AS rating
                       JOIN res_partner AS host ON host.id = rating.host_id
                       LEFT JOIN res_partner AS parent
                         ON parent.id = host.parent_id AND host.bde_level = 'site'
                       WHERE rating.is_counted ORDER BY rating.id""",
                    today,
                )
            )
        ]

    @api.model
    def _incident_counts(self, partner_ids=None):
        """Incidents of the last years at hosts, at all schools: numbers, never what happened.

        What is confidential (``bde.harm.report``) is in no count.

        :param partner_ids: companies asked for; None: all
        :return: {id of the company: number}; an establishment counts those of its sites
        """
        self.env["bde.incident"].flush_model()
        since = fields.Datetime.subtract(fields.Datetime.now(), years=INCIDENT_YEARS)
        asked = SQL("place.partner_id = ANY(%s)", partner_ids) if partner_ids else SQL("true")
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT place.partner_id, count(*)
                       FROM bde_incident AS incident
                       JOIN bde_placement AS placement ON placement.id = incident.placement_id
                       JOIN res_partner AS host ON host.id = placement.host_id
                       CROSS JOIN LATERAL (
                           SELECT host.id AS partner_id
                           UNION
                           SELECT host.parent_id WHERE host.bde_level = 'site'
                       ) AS place
                       WHERE incident.date >= %s AND %s
                       GROUP BY place.partner_id""",
                    since,
                    asked,
                )
            )
        )
