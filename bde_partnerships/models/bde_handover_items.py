from odoo import models
from odoo.tools import format_date

from .bde_partnership import IN_FORCE


class BdeHandover(models.Model):
    """What a person holds at a school; modules extend :meth:`_handover_items`."""

    _inherit = "bde.handover"

    def _handover_items(self):
        """What the person leaves at the school, as values of lines; modules extend it.

        One handover, in sudo, with the school as company: each source reads this school and
        no other, in a constant number of queries. A dict holds ``kind`` and ``label``, and
        when known ``detail``, ``date``, ``res_model``, ``res_id`` and ``user_field`` (the field
        of that record which says whose it is; without it there is nothing to reassign).

        :rtype: list[dict]
        """
        self.ensure_one()
        return [
            *self._items_commitments(),
            *self._items_activities(),
            *self._items_leads(),
            *self._items_partnerships(),
            *self._items_campaigns(),
            *self._items_relations(),
            *self._items_watch(),
            *self._items_roles(),
        ]

    def _own(self, model, *domain, order=None):
        """Records of the school."""
        own = ("company_id", "=", self.company_id.id)
        return self.env[model].search([own, *domain], order=order)

    def _item(self, kind, record, label, detail=None, date=None, user_field="user_id"):
        return {
            "kind": kind,
            "label": label,
            "detail": detail or False,
            "date": date or False,
            "res_model": record._name,
            "res_id": record.id,
            "user_field": user_field or False,
        }

    # ------------------------------------------------------------
    # Promises, agreements
    # ------------------------------------------------------------

    def _items_commitments(self):
        """What the school promised and is open; what the leaver follows of companies' promises."""
        leaver = self.from_user_id
        sides = dict(self.env["bde.commitment"]._fields["side"]._description_selection(self.env))
        commitments = self._own(
            "bde.commitment",
            ("state", "=", "open"),
            ("agreement_state", "in", (*IN_FORCE, "ended")),
            "|",
            ("side", "=", "school"),
            ("user_id", "=", leaver.id),
            order="deadline, id",
        )
        for commitment in commitments:
            owner = commitment.user_id
            # a colleague's stays his
            whose = owner.name or self.env._("goes with its agreement")
            yield self._item(
                "commitment",
                commitment,
                f"{commitment.relation_id.partner_name} – {commitment.name}",
                f"{sides[commitment.side]} · {whose}",
                commitment.deadline,
                user_field="user_id" if owner == leaver else None,
            )

    def _items_partnerships(self):
        states = dict(self.env["bde.partnership"]._fields["state"]._description_selection(self.env))
        partnerships = self._own(
            "bde.partnership",
            ("user_id", "=", self.from_user_id.id),
            ("state", "not in", ("ended", "interrupted", "cancelled", "closed")),
            order="date_end, id",
        )
        for partnership in partnerships:
            due = partnership.is_to_renew and self.env._("To renew")
            yield self._item(
                "partnership",
                partnership,
                partnership.display_name,
                " · ".join(filter(None, (states[partnership.state], due))),
                partnership.date_end,
            )

    # ------------------------------------------------------------
    # Next steps, leads, campaigns
    # ------------------------------------------------------------

    def _items_activities(self):
        """Activities of the leaver on records of this school, whatever the model."""
        activities = self.env["mail.activity"].search(
            [("user_id", "=", self.from_user_id.id), ("res_model", "!=", False)],
            order="date_deadline, id",
        )
        kept = activities.browse()
        for model, found in activities.grouped("res_model").items():
            if model in self.env and "company_id" in self.env[model]._fields:
                records = self._own_records(model, set(found.mapped("res_id")))
                kept |= found.filtered(lambda a, ids=set(records.ids): a.res_id in ids)
        for activity in activities & kept:
            yield self._item(
                "activity",
                activity,
                activity.res_name or self.env._("Activity"),
                activity.summary or activity.activity_type_id.name,
                activity.date_deadline,
            )

    def _own_records(self, model, ids):
        return (
            self.env[model]
            .with_context(active_test=False)
            .search([("id", "in", list(ids)), ("company_id", "=", self.company_id.id)])
        )

    def _items_leads(self):
        leads = self._own(
            "crm.lead",
            ("user_id", "=", self.from_user_id.id),
            ("won_status", "=", "pending"),
            order="bde_pipeline_id, stage_id, id",
        )
        for lead in leads:
            yield self._item(
                "lead",
                lead,
                self._lead_label(lead),
                " · ".join(filter(None, (lead.bde_pipeline_id.name, lead.stage_id.name))),
                lead.activity_date_deadline,
            )

    def _lead_label(self, lead):
        """Company and request, once when they are the same."""
        company = lead.bde_relation_id.partner_name
        return lead.name if not company or company in lead.name else f"{company} – {lead.name}"

    def _items_campaigns(self):
        campaigns = self._own("bde.campaign", ("user_ids", "in", self.from_user_id.ids))
        states = dict(campaigns._fields["state"]._description_selection(self.env))
        for campaign in campaigns:
            yield self._item(
                "campaign",
                campaign,
                campaign.name,
                states[campaign.state],
                campaign.date_start,
                user_field="user_ids",
            )

    # ------------------------------------------------------------
    # Companies, roles
    # ------------------------------------------------------------

    def _items_relations(self):
        relations = self._own("bde.relation", ("user_id", "=", self.from_user_id.id))
        statuses = dict(relations._fields["status"]._description_selection(self.env))
        for relation in relations:
            yield self._item(
                "relation",
                relation,
                relation.partner_name,
                " · ".join(filter(None, (relation.partner_city, statuses[relation.status]))),
                relation.activity_date_deadline,
            )

    def _items_watch(self):
        """Companies to be careful with, whoever follows them: reason and end are facts."""
        relations = self._own(
            "bde.relation", ("status", "in", ("watch", "avoid")), order="status_until, id"
        )
        statuses = dict(relations._fields["status"]._description_selection(self.env))
        for relation in relations:
            reason = relation.status_reason_id.display_name
            yield self._item(
                "watch",
                relation,
                relation.partner_name,
                " · ".join(filter(None, (statuses[relation.status], reason))),
                relation.status_until,
                user_field=None,
            )

    def _items_roles(self):
        """Roles that only the head or the administrator gives: told, never taken."""
        school, leaver = self.company_id, self.from_user_id
        if school.head_id == leaver:
            yield {
                "kind": "role",
                "label": self.env._("Head of the school"),
                "detail": self.env._("The administrator of the suite names another head."),
            }
        for delegation in school.bde_delegation_ids.filtered(lambda d: d.user_id == leaver):
            yield {
                "kind": "role",
                "label": self.env._("Signs for the head"),
                "detail": self.env._(
                    "Until %(date)s: the head takes the delegation back, or gives another.",
                    date=format_date(self.env, delegation.date_to) if delegation.date_to else "…",
                ),
                "date": delegation.date_to,
            }
