from odoo import models


class BdeTimeline(models.AbstractModel):
    """Visits on the timeline of a company."""

    _inherit = "bde.timeline"

    def _timeline_sources(self):
        return [*super()._timeline_sources(), self._timeline_visits]

    def _timeline_visits(self, relation, axis, before, limit):
        """Contacts made about pupils that the reader may see; by first name and initial alone,
        without what was written."""
        if axis not in (None, "pfmp"):
            return []
        model = "bde.visit"
        kinds = self._timeline_labels(model, "kind")
        student = "placement_id.student_id"
        entries = []
        for row in self._timeline_rows(
            model,
            "done_on",
            before,
            limit,
            [
                ("company_id", "=", relation.company_id.id),
                ("host_id", "=", relation.partner_id.id),
                ("done_on", "!=", False),
                ("state", "=", "done"),
            ],
            [
                "kind",
                "channel",
                "teacher_id.name",
                f"{student}.firstname",
                f"{student}.lastname",
                f"{student}.usage_name",
            ],
        ):
            name = row[f"{student}.usage_name"] or row[f"{student}.lastname"] or ""
            entries.append(
                self._timeline_entry(
                    model,
                    row,
                    "pfmp",
                    "fa-phone" if row["channel"] == "phone" else "fa-car",
                    kinds.get(row["kind"], ""),
                    detail=f"{row[f'{student}.firstname'] or ''} {name[:1]}.".strip(),
                    who=row["teacher_id.name"] or "",
                )
            )
        return entries
