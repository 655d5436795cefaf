from odoo import models
from odoo.tools import format_date

from odoo.addons.bde_partnerships.models.bde_document_mixin import postal_lines
from odoo.addons.bde_partnerships.rules.texts import text_lines

from ..rules import schedule as hours
from ..rules.convention_period import period_content


class BdeConvention(models.Model):
    """What a convention says: one dict of JSON values, no database id in it.

    Every value comes from a record that the whole batch prefetches: queries do not grow with
    the number of conventions. The social security number is never asked for.
    """

    _inherit = "bde.convention"

    def _document_content(self):
        self.ensure_one()
        placement = self.placement_id
        parties = self._document_parties()
        return {
            "stay": placement.period_id.kind,
            "school_year": placement.school_year_id.name,
            "template": self.template_id._template_content(placement.training_id),
            "school": self._content_school(),
            "host": self._content_host(),
            "tutor": self._content_person(placement.tutor_id, function=placement.tutor_id.function),
            "referent": self._content_person(placement.referent_id),
            "student": self._content_student(),
            "guardians": [
                {"name": party["name"], "kinship": party["kinship"] or None}
                for party in parties
                if party["role"] == "guardian"
            ],
            "training": self._content_training(),
            "period": self._content_period(),
            "schedule": placement.schedule,
            **self._content_annexes(),
            "parties": [
                {
                    "uuid": party["uuid"],
                    "role": party["role"],
                    "name": party["name"],
                    "function": party.get("quality") or None,
                    "required": party["required"],
                }
                for party in parties
            ],
        }

    def _content_school(self):
        school = self.company_id
        return super()._content_school() | {
            "city": school.city or None,
            "insurance": {
                "company": school.insurance_company or None,
                "policy": school.insurance_policy or None,
            },
        }

    def _content_host(self):
        placement = self.placement_id
        host, signatory = placement.host_id, placement.signatory_id
        return {
            "name": host.name,
            "siret": host._bde_legal_siret() or None,
            "naf": host.naf_code or None,
            "activity": host.activity or None,
            "address": postal_lines(host),
            "site": text_lines(placement.site_address),
            "phone": host.phone or None,
            "email": host.email or None,
            "signatory": {"name": signatory.name, "function": signatory.function or None},
            "insurance": {
                "company": placement.insurance_company or None,
                "policy": placement.insurance_policy or None,
            },
        }

    def _content_person(self, person, **more):
        values = {
            "name": person.name,
            "phone": person.phone or None,
            "email": person.email or None,
        }
        return values | {name: value or None for name, value in more.items()}

    def _content_student(self):
        student = self.placement_id.student_id
        return {
            "name": student.name,
            "birth_date": student.birth_date.isoformat(),
            "division": self.placement_id.division_id.name or None,
            "adult": self._pupil_signs_alone(),
        }

    def _content_training(self):
        training = self.placement_id.training_id
        return {
            "title": training.name or None,
            "diploma": training.diploma or None,
            "hours": training.hours or None,
        }

    def _content_period(self):
        placement, period = self.placement_id, self.placement_id.period_id
        start, end = placement.date_start, placement.date_end
        values = period_content(
            placement.schedule,
            start,
            end,
            self.company_id._bde_public_holidays(start, end),
            placement.student_id.birth_date,
        )
        return values | {"name": period.name}

    def _content_annexes(self):
        placement = self.placement_id
        activities = placement.activity_ids
        competences = activities.filtered(lambda a: a.kind == "competence")
        # None ticked: the stay serves all those of the training.
        competences = competences or placement.training_id.activity_ids.filtered(
            lambda a: a.kind == "competence"
        )
        return {
            "competences": [self._activity_label(activity) for activity in competences],
            "tasks": [self._activity_label(a) for a in activities if a.kind == "task"],
            "other_tasks": placement.tasks or None,
            "financial": {
                name: placement[name] or None
                for name in ("meals", "transport", "lodging", "gratification")
            },
            "safety": text_lines(placement.safety_works),
            "remarks": placement.remarks or None,
        }

    def _activity_label(self, activity):
        return " ".join(filter(None, (activity.code, activity.name)))

    # ------------------------------------------------------------
    # Short forms
    # ------------------------------------------------------------

    def _document_labels(self):
        placement = self.placement_id
        return {
            "title": f"{placement.student_name} – {placement.host_id.name}",
            "group_label": placement.division_id.name,
            "batch_label": placement.period_id.name,
        }

    def _document_summary(self, content):
        period = content["period"]
        dates = self.env._(
            "From %(start)s to %(end)s",
            start=format_date(self.env, period["date_start"]),
            end=format_date(self.env, period["date_end"]),
        )
        presence = self.env._(
            "%(hours)s a week, %(days)s days",
            hours=hours.format_minutes(period["weekly_minutes"]),
            days=period["days"],
        )
        return {
            "title": f"{content['student']['name']} – {content['host']['name']}",
            "facts": [
                (self.env._("Pupil"), content["student"]["name"]),
                (self.env._("Class"), content["student"]["division"] or ""),
                (self.env._("Training"), content["training"]["title"] or ""),
                (self.env._("Company"), content["host"]["name"]),
                (self.env._("Dates"), dates),
                (self.env._("Presence"), presence),
                (self.env._("Tutor"), content["tutor"]["name"]),
                (self.env._("Referent teacher"), content["referent"]["name"]),
                (self.env._("School"), content["school"]["name"]),
            ],
        }
