from odoo import api, fields, models
from odoo.tools import SQL

# two companies that are as alike as this are shown to the académie
PROBABLE = 85
CHUNK = 200


class BdeMerge(models.Model):
    """Probable duplicates, found by night and shown to the académie as merges to decide."""

    _inherit = "bde.merge"

    @api.model
    def _cron_find_duplicates(self):
        """Compares companies that are new or changed with the whole directory, in chunks.

        A pair that was refused, or that stands already among the proposals, is not shown again.
        """
        academy = self.env["res.company"].search([("bde_kind", "=", "academy")], limit=1)
        if not academy:
            return
        remaining = self._count_to_compare()
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        while companies := self._to_compare(CHUNK):
            self._propose_duplicates(companies, academy)
            companies._bde_mark_compared()
            if not self.env["ir.cron"]._commit_progress(len(companies)):
                break

    @api.model
    def _to_compare_where(self):
        return SQL(
            "bde_employer AND active AND bde_level != 'entity' "
            "AND (bde_compared_on IS NULL OR bde_compared_on < write_date)"
        )

    @api.model
    def _count_to_compare(self):
        self.env.flush_all()
        query = SQL("SELECT COUNT(*) FROM res_partner WHERE %s", self._to_compare_where())
        return self.env.execute_query(query)[0][0]

    @api.model
    def _to_compare(self, limit):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM res_partner WHERE %s ORDER BY id LIMIT %s",
                self._to_compare_where(),
                limit,
            )
        )
        return self.env["res.partner"].browse([row[0] for row in rows])

    @api.model
    def _propose_duplicates(self, companies, academy):
        """Proposes the pairs that are alike, the better known company of each to be kept."""
        found = companies._bde_probable_duplicates()
        known = self._known_pairs({company_id for pair in found for company_id in pair})
        figures = companies.browse({i for pair in found for i in pair})._bde_followers()
        vals_list = []
        for pair, (score, reasons) in found.items():
            if pair in known:
                continue
            first, second = self.env["res.partner"].browse(sorted(pair))
            keep, drop = self._better_known(first, second, figures)
            if keep._bde_merge_advice(drop)[0].level in ("stop", "warn"):
                continue
            vals_list.append(
                {
                    "company_id": academy.id,
                    "origin": "job",
                    "keep_id": keep.id,
                    "drop_id": drop.id,
                    "score": score,
                    "reason": ", ".join(map(str, reasons)) or self.env._("They look alike"),
                }
            )
        return self.create(vals_list)

    @api.model
    def _known_pairs(self, ids):
        """Pairs that were proposed or refused already."""
        merges = self.search([("keep_id", "in", list(ids)), ("drop_id", "in", list(ids))])
        return {frozenset((merge.keep_id.id, merge.drop_id.id)) for merge in merges}

    @api.model
    def _better_known(self, first, second, followers):
        """(keep, drop): open before closed, with a SIRET, more schools, entered first."""

        def rank(company):
            return (
                not company.closed_on,
                bool(company.company_registry),
                followers.get(company.id, 0),
                -company.id,
            )

        return (first, second) if rank(first) > rank(second) else (second, first)


class ResPartner(models.Model):
    _inherit = "res.partner"

    bde_compared_on = fields.Datetime(
        string="Compared with the directory on", readonly=True, copy=False,
        groups="base.group_system",
    )  # fmt: skip

    def _bde_probable_duplicates(self):
        """Pairs of companies that are probably one.

        :return: {frozenset of two ids: (score, reasons)}
        """
        names = ("name", "street", "zip", "city", "company_registry")
        asked = [dict({name: p[name] for name in names}, id=p.id) for p in self]
        pairs = {}
        for company, found in zip(self, self._bde_lookalikes(asked), strict=True):
            for other, score, reasons in found:
                if score >= PROBABLE and other != company:
                    pairs.setdefault(frozenset((company.id, other.id)), (score, reasons))
        return pairs

    def _bde_followers(self):
        """Number of schools that follow each company."""
        groups = self.env["bde.relation"]._read_group(
            [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
        )
        return {partner.id: count for partner, count in groups}

    def _bde_mark_compared(self):
        # by SQL: a write would make the company look changed
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET bde_compared_on = GREATEST(write_date, "
                "NOW() AT TIME ZONE 'UTC') WHERE id = ANY(%s)",
                self.ids,
            )
        )
        self.invalidate_recordset(["bde_compared_on"])
