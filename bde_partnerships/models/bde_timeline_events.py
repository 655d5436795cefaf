from odoo import models
from odoo.tools import SQL


class BdeTimeline(models.AbstractModel):
    """Events of the school to which somebody of a company was invited, on its timeline."""

    _inherit = "bde.timeline"

    def _timeline_sources(self):
        return [*super()._timeline_sources(), self._timeline_events]

    def _timeline_events(self, relation, axis, before, limit):
        """Forums, workshops, meetings, with whether somebody of the company came."""
        if axis not in (None, "events"):
            return []
        model = "event.event"
        kinds = self._timeline_labels(model, "bde_kind")
        came = SQL(
            """EXISTS (SELECT FROM event_registration came WHERE came.event_id = event_event.id
                       AND came.bde_relation_id = %s AND came.state = 'done')""",
            relation.id,
        )
        return [
            self._timeline_entry(
                model,
                row,
                "events",
                "fa-calendar-check-o",
                row["name"],
                detail=kinds.get(row["bde_kind"], ""),
                tone="success" if row["came"] else "",
            )
            for row in self._timeline_rows(
                model,
                "date_begin",
                before,
                limit,
                [("registration_ids.bde_relation_id", "=", relation.id)],
                ["name", "bde_kind"],
                {"came": came},
            )
        ]
