from odoo import fields, models
from odoo.tools import format_date

from odoo.addons.bde_partnerships.models.bde_document_page import trusted
from odoo.addons.bde_partnerships.rules import changes
from odoo.addons.bde_partnerships.rules.texts import text_lines

from ..rules import amendment as rules
from ..rules import amendment_sheet, terms
from ..rules import schedule as hours

STYLE = "bde_pfmp/static/src/css/amendment.css"
# parties whose signature is asked whatever the class: the head binds the school
ALWAYS = ("head",)


class BdeAmendment(models.Model):
    """What an amendment says and who signs it: the hooks of the engine."""

    _inherit = "bde.amendment"

    # ------------------------------------------------------------
    # Content
    # ------------------------------------------------------------

    def _document_content(self):
        self.ensure_one()
        convention, placement = self.convention_id, self.placement_id
        parties = self._document_parties()
        host, signatory = placement.host_id, placement.signatory_id
        return {
            "template": self.template_id._template_content(),
            "rank": self.rank,
            "stay": placement.period_id.kind,
            "school_year": self.school_year_id.name,
            "convention": self._content_convention(),
            "previous": convention._signed_amendments().sorted("rank").mapped("number"),
            "school": self._content_school(),
            "host": {
                "name": host.name,
                "siret": host._bde_legal_siret() or None,
                "address": convention._content_host()["address"],
                "signatory": {"name": signatory.name, "function": signatory.function or None},
            },
            "student": convention._content_student(),
            "training": {"title": placement.training_id.name or None},
            "guardians": [{"name": p["name"]} for p in parties if p["role"] == "guardian"],
            "referent": {"name": placement.referent_id.name},
            "tutor": self._content_tutor(self._tutor()),
            "change": self._content_change(),
            "parties": [
                {
                    "uuid": party["uuid"],
                    "role": party["role"],
                    "name": party["name"],
                    "function": party.get("quality") or None,
                    "required": party.get("required", True),
                }
                for party in parties
            ],
        }

    def _content_convention(self):
        """Which convention it changes: its number and the version that all signed."""
        document = self.convention_id.document_id
        signed = [day for day in document.signature_ids.mapped("signed_on") if day]
        return {
            "number": document.number,
            "uuid": document.uuid,
            "content_sha256": document.version_id.content_sha256,
            "signed_on": (
                self.company_id._bde_date_of(max(signed)).isoformat() if signed else None
            ),
        }

    def _content_change(self):
        """What holds before and after, and from when."""
        before, after = self.placement_id._terms(), self._new_terms()
        day = self.date_effect
        return {
            "type": self.change_type,
            "date_effect": day.isoformat(),
            "break": (
                [self.break_from.isoformat(), self.break_to.isoformat()]
                if self.change_type == "break"
                else None
            ),
            "off": [
                [first.isoformat(), last.isoformat()]
                for first, last in (self._added_holidays() if self.holidays_off else ())
            ],
            "before": self._content_terms(before, terms.on(before, day)),
            "after": self._content_terms(after, terms.on(after, day)),
            "reason": (self.reason or "").strip() or None,
        }

    def _content_terms(self, spans, now):
        """The terms of one day, and the totals of the stay."""
        first, last = spans[0].first, spans[-1].last
        presence = terms.presence(spans, self.company_id._bde_public_holidays(first, last))
        host = self.placement_id.host_id
        return {
            "date_start": first.isoformat(),
            "date_end": last.isoformat(),
            "days": presence["days"],
            "minutes": presence["minutes"],
            "schedule": now.schedule,
            "tutor": self._content_tutor(now.tutor),
            "place": text_lines(now.place) or [host.name, *self._host_address()],
        }

    def _host_address(self):
        return self.convention_id._content_host()["address"]

    def _content_tutor(self, tutor):
        return {
            "name": tutor.name,
            "function": tutor.function or None,
            "phone": tutor.phone or None,
            "email": tutor.email or None,
        }

    # ------------------------------------------------------------
    # Parties
    # ------------------------------------------------------------

    def _tutor(self):
        """Who follows the pupil once it holds."""
        if self.change_type == "tutor" and self.new_tutor_id:
            return self.new_tutor_id
        return self.placement_id.tutor_id

    def _document_parties(self):
        """Those of the convention whom the class of the change concerns, and the head.

        The referent teacher reads what he need not sign: he follows the pupil.
        """
        self.ensure_one()
        convention, placement = self.convention_id, self.placement_id
        parties = [
            self._contact_party("host", placement.signatory_id),
            self._contact_party("tutor", self._tutor()),
            *convention._pupil_parties(),
            convention._referent_party(),
            self._head_party(),
        ]
        found = self._change_class()
        kept = []
        for party in parties:
            if party["role"] in ALWAYS or changes.concerns(found, party["role"]):
                kept.append(party)
            elif party["role"] == "referent":
                kept.append(party | {"required": False})
        return self._identify_parties(kept)

    def _change_class(self):
        """Class of the change, as the table of changes has it: it says who signs."""
        self.ensure_one()
        table = self.env["bde.change.rule"]._lines("convention")
        found = changes.rule_of(rules.PATHS[self.change_type], table)
        return changes.class_of(found, lambda same_as: False)

    # ------------------------------------------------------------
    # Page and short forms
    # ------------------------------------------------------------

    def _document_html(self, content, proof=None):
        return self._page(content, proof, company=self.company_id)

    def _page(self, content, proof=None, company=None):
        """Complete page of a content.

        :param company: the school that keeps the logo named in the content
        :rtype: str
        """
        sheet = trusted(amendment_sheet.sheet(content, proof))
        values = self._page_values(sheet, content, proof, company, STYLE)
        return self._render_page("bde_pfmp.amendment_document", values)

    def _document_labels(self):
        placement = self.placement_id
        kinds = dict(self._fields["change_type"]._description_selection(self.env))
        return {
            "title": self.env._(
                "Amendment (%(change)s): %(pupil)s – %(host)s",
                change=kinds[self.change_type].lower(),
                pupil=placement.student_name,
                host=placement.host_id.name,
            ),
            "group_label": placement.division_id.name,
            "batch_label": placement.period_id.name,
        }

    def _document_value_text(self, path, value):
        """Values of an amendment, said as those of conventions."""
        if path == "change.type":
            kinds = self._fields["change_type"]._description_selection(self.env)
            return dict(kinds).get(value, value) or ""
        return self.env["bde.convention"]._document_value_text(path, value)

    def _document_summary(self, content):
        change = content["change"]
        kinds = dict(self._fields["change_type"]._description_selection(self.env))
        facts = [
            (self.env._("Convention"), content["convention"]["number"]),
            (self.env._("Pupil"), content["student"]["name"]),
            (self.env._("Company"), content["host"]["name"]),
        ]
        for label, before, after in self._change_lines(change):
            facts += [
                (self.env._("%(what)s until now", what=label), before),
                (self.env._("%(what)s from now on", what=label), after),
            ]
        if change["type"] not in ("break", "postponement"):
            facts.append((self.env._("From"), format_date(self.env, change["date_effect"])))
        facts += [
            (self.env._("Reason"), change["reason"]),
            (self.env._("School"), content["school"]["name"]),
        ]
        return {
            "title": f"{kinds[change['type']]} – {content['student']['name']}",
            "facts": [(label, value) for label, value in facts if value],
        }

    def _change_lines(self, change):
        """(label, before, after) of what differs, as texts in the language of the reader.

        :param dict change: that of a content
        """
        before, after = change["before"], change["after"]
        sides = (before, after)
        kind, none = change["type"], self.env._("as agreed")
        found = []
        if change["break"]:
            text = self._span_text(*change["break"])
            found.append((self.env._("Days off"), none, text))
        if kind in ("postponement", "prolongation", "end"):
            said = [self._span_text(t["date_start"], t["date_end"]) for t in sides]
            found.append((self.env._("Dates"), *said))
        if change["off"]:
            spans = ", ".join(self._span_text(*span) for span in change["off"])
            found.append((self.env._("School holidays, not counted"), "–", spans))
        if kind == "tutor":
            found.append((self.env._("Tutor"), before["tutor"]["name"], after["tutor"]["name"]))
        if kind == "place":
            said = [", ".join(t["place"]) for t in sides]
            found.append((self.env._("Place of work"), *said))
        if kind == "hours":
            schedules = [t["schedule"] for t in sides]
            found += self._day_lines(*schedules)
            said = [self._week_text(schedule) for schedule in schedules]
            if said[0] != said[1]:
                found.append((self.env._("Weekly hours"), *said))
        totals = [self._total_text(t) for t in sides]
        if totals[0] != totals[1]:
            found.append((self.env._("Presence"), *totals))
        return found

    def _span_text(self, first, last):
        if first == last:
            return format_date(self.env, first)
        return self.env._(
            "%(start)s to %(end)s",
            start=format_date(self.env, first),
            end=format_date(self.env, last),
        )

    def _day_lines(self, before, after):
        """(days, before, after) of the days whose hours change; alike neighbours in one line."""
        groups = []  # [index of the first day, of the last one, before, after]
        for index, day in enumerate(hours.DAYS):
            said = [hours.format_day((week or {}).get(day)) or "–" for week in (before, after)]
            if said[0] == said[1]:
                continue
            if groups and groups[-1][1] == index - 1 and groups[-1][2:] == said:
                groups[-1][1] = index
            else:
                groups.append([index, index, *said])
        return [
            (" – ".join(self._day_name(one) for one in dict.fromkeys((first, last))), *said)
            for first, last, *said in groups
        ]

    def _day_name(self, index):
        """Name of a day of the week in the language of the reader; 0 is Monday."""
        monday = fields.Date.to_date("2024-01-01")
        day = fields.Date.add(monday, days=index)
        return format_date(self.env, day, date_format="EEEE").capitalize()

    def _week_text(self, schedule):
        return hours.format_minutes(hours.week_minutes(schedule))

    def _total_text(self, totals):
        return self.env._(
            "%(hours)s, %(days)s days",
            hours=hours.format_minutes(totals["minutes"]),
            days=totals["days"],
        )
