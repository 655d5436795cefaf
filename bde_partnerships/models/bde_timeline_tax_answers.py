from odoo import models


class BdeTimeline(models.AbstractModel):
    """Answers about the tax on the timeline of a company."""

    _inherit = "bde.timeline"

    def _timeline_sources(self):
        return [*super()._timeline_sources(), self._timeline_tax_answers]

    def _timeline_tax_answers(self, relation, axis, before, limit):
        """What the company, or its accountant, said on its page."""
        if axis not in (None, "tax"):
            return []
        model = "bde.tax.answer"
        kinds = self._timeline_labels(model, "kind")
        return [
            self._timeline_entry(
                model,
                row,
                "tax",
                "fa-reply",
                kinds[row["kind"]],
                detail=row["remark"] or "",
                who=row["name"] or "",
                tone={"chosen": "success", "will": "success", "no": "muted"}.get(row["kind"]),
            )
            for row in self._timeline_rows(
                model,
                "on",
                before,
                limit,
                [("target_id.relation_id", "=", relation.id)],
                ["kind", "remark", "name"],
            )
        ]
