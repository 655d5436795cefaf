from odoo import models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.bde_partnerships.models.bde_relation_figures import Hosted

# the convention is signed: the company takes the pupil in
HOSTED = ("signed", "running", "ended", "attested", "closed")


class BdeRelation(models.Model):
    """A company counts the pupils of this module too."""

    _inherit = "bde.relation"

    def _hosted_figures(self):
        """Pupils, not placements: the same one twice in a year is one pupil."""
        figures = super()._hosted_figures()
        by_key = {(relation.company_id, relation.partner_id): relation for relation in self}
        domain = Domain(
            [
                ("company_id", "in", self.company_id.ids),
                ("host_id", "in", self.partner_id.ids),
                ("state", "in", HOSTED),
            ]
        )
        today = self.env.company._bde_today()
        # sudo: years are handed down by the académie, and no secret
        years = (
            self.env["bde.school.year"]
            .sudo()
            ._search([("date_start", "<=", today), ("date_end", ">=", today)])
        )
        Placement = self.env["bde.placement"]
        pair, pupils = ["company_id", "host_id"], "student_id:count_distinct"
        ever = Placement._read_group(domain, pair, [pupils, "date_end:max"])
        this_year = Placement._read_group(
            domain & Domain("school_year_id", "in", years), pair, [pupils]
        )
        found = {(company, host): Hosted(0, count, last) for company, host, count, last in ever}
        for company, host, count in this_year:
            found[company, host] = found[company, host]._replace(year=count)
        for key, hosted in found.items():
            # hosts of one school and schools of one host cross: not all pairs are asked for
            if relation := by_key.get(key):
                figures[relation] = figures.get(relation, Hosted()).plus(hosted)
        return figures

    def action_open_hosted(self):
        """Opens the placements at this company, or those of before the suite."""
        self.ensure_one()
        domain = [("company_id", "=", self.company_id.id), ("host_id", "=", self.partner_id.id)]
        if not self.env["bde.placement"].search_count(domain, limit=1):
            return super().action_open_hosted()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_pfmp.action_placement")
        action["views"].sort(key=lambda view: view[1] != "list")
        return action | {"domain": domain, "context": {}, "display_name": self.partner_name}


class BdeConvention(models.Model):
    _inherit = "bde.convention"

    def _document_state_changed(self, old, new):
        result = super()._document_state_changed(old, new)
        if (old in HOSTED) != (new in HOSTED):
            self.placement_id._refresh_hosted()
        return result


class BdePlacement(models.Model):
    _inherit = "bde.placement"

    # counters and timeline of a company
    _host_dates_idx = models.Index(
        "(host_id, company_id, date_start DESC, id DESC) WHERE host_id IS NOT NULL"
    )

    def _refresh_hosted(self):
        """Counts again for the companies of these placements, in batch."""
        # sudo: the counters are the school's, whoever signed
        relations = (
            self.env["bde.relation"]
            .sudo()
            .search(
                [("company_id", "in", self.company_id.ids), ("partner_id", "in", self.host_id.ids)]
            )
        )
        pairs = {(placement.company_id, placement.host_id) for placement in self.sudo()}
        relations.filtered(lambda r: (r.company_id, r.partner_id) in pairs)._refresh_hosted()


class BdeTimeline(models.AbstractModel):
    _inherit = "bde.timeline"

    def _timeline_sources(self):
        return [*super()._timeline_sources(), self._timeline_placements]

    def _timeline_placements(self, relation, axis, before, limit):
        """Placements of pupils that the reader may see; by first name and initial alone."""
        if axis not in (None, "pfmp"):
            return []
        model = "bde.placement"
        states = self._timeline_labels(model, "state")
        entries = []
        for row in self._timeline_rows(
            model,
            "date_start",
            before,
            limit,
            [("company_id", "=", relation.company_id.id), ("host_id", "=", relation.partner_id.id)],
            ["date_end", "state", "period_id.name", "student_id.firstname",
             "student_id.lastname", "student_id.usage_name"],
        ):  # fmt: skip
            name = row["student_id.usage_name"] or row["student_id.lastname"] or ""
            day = format_date(self.env, row["date_end"])
            said = (
                row["period_id.name"],
                states.get(row["state"]),
                self.env._("until %(day)s", day=day) if day else "",
            )
            entries.append(
                self._timeline_entry(
                    model,
                    row,
                    "pfmp",
                    "fa-graduation-cap",
                    f"{row['student_id.firstname'] or ''} {name[:1]}.".strip(),
                    detail=" · ".join(filter(None, said)),
                    tone="success" if row["state"] in HOSTED else "",
                )
            )
        return entries
