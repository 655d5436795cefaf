from odoo import models
from odoo.tools import SQL

# Amounts that are kept on a target, so that lists sum and sort by them.
MONEY = ("pledge_count", "promised_amount", "received_amount")
HISTORY = ("last_year_amount", "giving_years")


class BdeTaxTarget(models.Model):
    """What the money of a target adds up to, from pledges, receipts and earlier campaigns.

    Counted and written by PostgreSQL: an export settles thousands of companies at once, and a
    sum of cents is exact there.
    """

    _inherit = "bde.tax.target"

    def _settle(self):
        """Counts pledges and receipts again; the stage follows. Constant queries.

        Called by whatever makes, changes or cancels a pledge or a receipt. The campaigns after
        learn what the company gave before.
        """
        # sudo: sums of what the caller has just changed; an answer by link comes without user
        targets = self.sudo().with_context(bde_tax_calls_later=True)
        if not targets:
            return
        targets._keep_counted(MONEY, targets._money_query())
        targets._stop_calls()
        targets._keep_counted(HISTORY, targets._history_query())
        # who promises or gives is asked again another year, whatever was thought of it
        targets.filtered(
            lambda t: t.left_out_reason == "exempt" and (t.pledge_count or t.received_amount)
        )._judge()

    def _money_query(self):
        """Number and sum of the pledges that stand, sum of the receipts, corrections included."""
        return SQL(
            """
            SELECT target.id, coalesce(said.pledges, 0), coalesce(said.promised, 0),
                   coalesce(came.received, 0)
              FROM bde_tax_target target
         LEFT JOIN (SELECT target_id, count(*)::int AS pledges, sum(expected_amount) AS promised
                      FROM bde_pledge
                     WHERE target_id = ANY(%(ids)s) AND state != 'cancelled'
                  GROUP BY target_id) said ON said.target_id = target.id
         LEFT JOIN (SELECT target_id, sum(amount) AS received
                      FROM bde_tax_receipt
                     WHERE target_id = ANY(%(ids)s)
                  GROUP BY target_id) came ON came.target_id = target.id
             WHERE target.id = ANY(%(ids)s)
            """,
            ids=self.ids,
        )

    def _history_query(self):
        """What each company gave in the campaigns before its own.

        The targets of later campaigns are told too, when an export of last year comes late.
        """
        return SQL(
            """
            SELECT target.id,
                   coalesce(sum(given.received_amount)
                            FILTER (WHERE given.year = target.year - 1), 0),
                   count(DISTINCT given.year)::int
              FROM bde_tax_target target
         LEFT JOIN bde_tax_target given ON given.relation_id = target.relation_id
               AND given.year < target.year AND given.received_amount > 0
             WHERE target.relation_id = ANY(%s) AND target.year >= %s
          GROUP BY target.id
            """,
            self.relation_id.ids,
            min(self.mapped("year")),
        )

    def _keep_counted(self, names, query):
        """Writes what was counted where it is not so already; what depends on it follows.

        :param names: stored fields of numbers
        :param SQL query: rows of a target's id and its values, in the order of the names
        """
        self.env.flush_all()
        columns = [SQL.identifier(name) for name in names]
        changed = self.env.execute_query(
            SQL(
                """
                UPDATE bde_tax_target AS kept
                   SET %(values)s, write_uid = %(uid)s, write_date = %(now)s
                  FROM (%(query)s) AS counted(id, %(columns)s)
                 WHERE kept.id = counted.id AND (%(differ)s)
             RETURNING kept.id
                """,
                values=SQL(", ").join(SQL("%s = counted.%s", name, name) for name in columns),
                uid=self.env.uid,
                now=self.env.cr.now(),
                query=query,
                columns=SQL(", ").join(columns),
                differ=SQL(" OR ").join(
                    SQL("coalesce(kept.%s, 0) != counted.%s", name, name) for name in columns
                ),
            )
        )
        targets = self.browse([target_id for (target_id,) in changed])
        targets.invalidate_recordset(names)
        targets.modified(names)
