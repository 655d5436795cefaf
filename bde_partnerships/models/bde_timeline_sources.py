from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .bde_timeline import PURPOSE_AXIS


class BdeTimeline(models.AbstractModel):
    """What other parts put on the timeline of a company."""

    _inherit = "bde.timeline"

    def _timeline_approaches(self, relation, axis, before, limit):
        """Which other school asked the company for what, and when; never what was said."""
        model = "bde.approach"
        purposes = self._timeline_labels(model, "purpose")
        return [
            self._timeline_entry(
                model,
                row,
                PURPOSE_AXIS[row["purpose"]],
                "fa-university",
                self.env._("Approached by another school"),
                opens=False,
                detail=purposes[row["purpose"]],
                school=row["school_id.name"],
                tone="muted",
            )
            for row in self._timeline_rows(
                model,
                "date",
                before,
                limit,
                Domain("partner_id", "=", relation.partner_id.id)
                & Domain("school_id", "!=", relation.company_id.id)
                & self._timeline_purposes(axis),
                ["purpose", "school_id.name"],
            )
        ]

    def _timeline_leads(self, relation, axis, before, limit):
        """What the school asks of the company, or the company of the school; lost ones too."""
        model = "crm.lead"
        domain = Domain("bde_relation_id", "=", relation.id)
        if axis:
            purposes = [purpose for purpose, own in PURPOSE_AXIS.items() if own == axis]
            domain &= Domain("bde_pipeline_id.purpose", "in", purposes)
        entries = []
        for row in self._timeline_rows(
            model,
            "create_date",
            before,
            limit,
            domain,
            ["name", "won_status", "bde_pipeline_id.name", "bde_pipeline_id.purpose",
             "stage_id.name", "lost_reason_id.name", "user_id.name"],
        ):  # fmt: skip
            lost = row["won_status"] == "lost"
            said = (
                row["name"] if row["name"] != relation.partner_name else "",
                self.env._("Lost") if lost else row["stage_id.name"],
                row["lost_reason_id.name"] if lost else "",
            )
            entries.append(
                self._timeline_entry(
                    model,
                    row,
                    PURPOSE_AXIS.get(row["bde_pipeline_id.purpose"], "partners"),
                    "fa-handshake-o",
                    row["bde_pipeline_id.name"] or self.env._("Request"),
                    detail=" · ".join(filter(None, said)),
                    who=row["user_id.name"],
                    tone={"won": "success", "lost": "danger"}.get(row["won_status"]),
                )
            )
        return entries

    def _timeline_agreements(self, relation, axis, before, limit):
        """Partnership agreements, on the day they were prepared."""
        if axis not in (None, "partners"):
            return []
        model = "bde.partnership"
        states = self._timeline_labels("bde.document", "state")
        return [
            self._timeline_entry(
                model,
                row,
                "partners",
                "fa-file-text-o",
                self.env._("Agreement: %(state)s", state=states.get(row["state"], "")),
                detail=" · ".join(filter(None, (row["object"], self._timeline_dates(row)))),
                who=row["user_id.name"],
            )
            for row in self._timeline_rows(
                model,
                "create_date",
                before,
                limit,
                [("relation_id", "=", relation.id)],
                ["object", "state", "date_start", "date_end", "user_id.name"],
            )
        ]

    def _timeline_past_placements(self, relation, axis, before, limit):
        """Placements of before the suite, as the school's lists tell them."""
        if axis not in (None, "pfmp"):
            return []
        model = "bde.past.placement"
        entries = []
        for row in self._timeline_rows(
            model,
            "timeline_date",
            before,
            limit,
            [("relation_id", "=", relation.id)],
            ["date_start", "date_end", "year_label", "training_label", "pupil_count",
             "training_id.name"],
        ):  # fmt: skip
            count = row["pupil_count"]
            said = (
                row["training_id.name"] or row["training_label"],
                self._timeline_dates(row) or row["year_label"],
            )
            entries.append(
                self._timeline_entry(
                    model,
                    row,
                    "pfmp",
                    "fa-graduation-cap",
                    self.env._("Past placement")
                    if count == 1
                    else self.env._("%(count)s pupils hosted", count=count),
                    detail=" · ".join(filter(None, said)),
                )
            )
        return entries

    @api.model
    def _timeline_dates(self, row):
        """« 16 Nov. → 4 Dec. », what is known of it."""
        days = [format_date(self.env, day) for day in (row["date_start"], row["date_end"]) if day]
        return " → ".join(days)


class BdePastPlacement(models.Model):
    _inherit = "bde.past.placement"

    timeline_date = fields.Date(
        compute="_compute_timeline_date",
        store=True,
        precompute=True,
        export_string_translation=False,
        help="Where it stands on the timeline: its last day, or else the end of its school year.",
    )

    _relation_timeline_idx = models.Index("(relation_id, timeline_date DESC, id DESC)")

    @api.depends("date_start", "date_end", "year")
    def _compute_timeline_date(self):
        for placement in self:
            known = placement.date_end or placement.date_start
            if not known and placement.year:
                known = date(placement.year + 1, 7, 1)
            # nothing is known: at the far end
            placement.timeline_date = known or date(1900, 1, 1)


class CrmLead(models.Model):
    _inherit = "crm.lead"

    _bde_relation_created_idx = models.Index(
        "(bde_relation_id, create_date DESC, id DESC) WHERE bde_relation_id IS NOT NULL"
    )


class BdePartnership(models.Model):
    _inherit = "bde.partnership"

    _relation_created_idx = models.Index("(relation_id, create_date DESC, id DESC)")


class BdeEmployerChange(models.Model):
    _inherit = "bde.employer.change"

    _partner_created_idx = models.Index("(partner_id, create_date DESC, id DESC)")
