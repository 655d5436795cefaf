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
        approaches = self._timeline_read(
            relation,
            "bde.approach",
            "date",
            before,
            limit,
            Domain("partner_id", "=", relation.partner_id.id)
            & Domain("school_id", "!=", relation.company_id.id)
            & self._timeline_purposes(axis),
            ["school_id", "purpose"],
        )
        purposes = dict(approaches._fields["purpose"]._description_selection(self.env))
        # sudo: the name of a school is for all to read, its page is not
        schools = {approach.id: approach.school_id.name for approach in approaches.sudo()}
        return [
            self._timeline_entry(
                approach,
                approach.date,
                PURPOSE_AXIS[approach.purpose],
                "fa-university",
                self.env._("Approached by another school"),
                opens=False,
                detail=purposes[approach.purpose],
                school=schools[approach.id],
                tone="muted",
            )
            for approach in approaches
        ]

    def _timeline_leads(self, relation, axis, before, limit):
        """What the school asks of the company, or the company of the school."""
        pipelines = self.env["bde.pipeline"].with_context(active_test=False).search([])
        if axis:
            pipelines = pipelines.filtered(lambda p: PURPOSE_AXIS[p.purpose] == axis)
        leads = self._timeline_read(
            relation,
            "crm.lead",
            "create_date",
            before,
            limit,
            [("bde_relation_id", "=", relation.id), ("bde_pipeline_id", "in", pipelines.ids)],
            ["name", "bde_pipeline_id", "stage_id", "user_id", "won_status", "lost_reason_id"],
        )
        tones = {"won": "success", "lost": "danger"}
        entries = []
        for lead in leads:
            lost = lead.won_status == "lost"
            stage = self.env._("Lost") if lost else lead.stage_id.name
            said = (lead.name, stage, lead.lost_reason_id.name if lost else "")
            entries.append(
                self._timeline_entry(
                    lead,
                    lead.create_date,
                    PURPOSE_AXIS[lead.bde_pipeline_id.purpose],
                    "fa-handshake-o",
                    lead.bde_pipeline_id.name,
                    detail=" · ".join(filter(None, said)),
                    who=lead.user_id.name,
                    tone=tones.get(lead.won_status),
                )
            )
        return entries

    def _timeline_agreements(self, relation, axis, before, limit):
        """Partnership agreements, on the day they were prepared."""
        if axis not in (None, "partners"):
            return []
        agreements = self._timeline_read(
            relation,
            "bde.partnership",
            "create_date",
            before,
            limit,
            [("relation_id", "=", relation.id)],
            ["object", "state", "date_start", "date_end", "user_id"],
        )
        states = dict(self.env["bde.document"]._fields["state"]._description_selection(self.env))
        return [
            self._timeline_entry(
                agreement,
                agreement.create_date,
                "partners",
                "fa-file-text-o",
                self.env._("Agreement: %(state)s", state=states.get(agreement.state, "")),
                detail=" · ".join(
                    filter(None, (agreement.object, self._timeline_dates(agreement)))
                ),
                who=agreement.user_id.name,
            )
            for agreement in agreements
        ]

    def _timeline_past_placements(self, relation, axis, before, limit):
        """Placements of before the suite, as the school's lists tell them."""
        if axis not in (None, "pfmp"):
            return []
        placements = self._timeline_read(
            relation,
            "bde.past.placement",
            "timeline_date",
            before,
            limit,
            [("relation_id", "=", relation.id)],
            ["date_start", "date_end", "year_label", "training_id", "training_label",
             "pupil_count"],
        )  # fmt: skip
        return [
            self._timeline_entry(
                placement,
                placement.timeline_date,
                "pfmp",
                "fa-graduation-cap",
                self.env._("Past placement")
                if placement.pupil_count == 1
                else self.env._("%(count)s pupils hosted", count=placement.pupil_count),
                detail=" · ".join(
                    filter(
                        None,
                        (
                            placement.training_id.name or placement.training_label,
                            self._timeline_dates(placement) or placement.year_label,
                        ),
                    )
                ),
            )
            for placement in placements
        ]

    @api.model
    def _timeline_dates(self, record):
        """« 16 Nov. → 4 Dec. », what is known of it."""
        days = [format_date(self.env, day) for day in (record.date_start, record.date_end) if day]
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
