from odoo import models
from odoo.tools import format_date


class BdeTimeline(models.AbstractModel):
    """Amendments on the timeline of a company."""

    _inherit = "bde.timeline"

    def _timeline_sources(self):
        return [*super()._timeline_sources(), self._timeline_amendments]

    def _timeline_amendments(self, relation, axis, before, limit):
        """Amendments of pupils that the reader may see; by first name and initial alone."""
        if axis not in (None, "pfmp"):
            return []
        model = "bde.amendment"
        kinds = self._timeline_labels(model, "change_type")
        entries = []
        for row in self._timeline_rows(
            model,
            "date_effect",
            before,
            limit,
            [
                ("company_id", "=", relation.company_id.id),
                ("host_id", "=", relation.partner_id.id),
                ("date_effect", "!=", False),
                ("is_signed", "=", True),
            ],
            [
                "change_type",
                "placement_id.student_id.firstname",
                "placement_id.student_id.lastname",
                "placement_id.student_id.usage_name",
            ],
        ):
            student = "placement_id.student_id"
            name = row[f"{student}.usage_name"] or row[f"{student}.lastname"] or ""
            entries.append(
                self._timeline_entry(
                    model,
                    row,
                    "pfmp",
                    "fa-pencil-square-o",
                    self.env._("Amendment: %(change)s", change=kinds.get(row["change_type"])),
                    detail=self.env._(
                        "%(pupil)s, from %(day)s",
                        pupil=f"{row[f'{student}.firstname'] or ''} {name[:1]}.".strip(),
                        day=format_date(self.env, row["date"]),
                    ),
                )
            )
        return entries
