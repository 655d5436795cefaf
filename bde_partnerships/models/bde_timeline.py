from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

PAGE = 30
MAX_PAGE = 200
AXES = [
    ("partners", "Partners"),
    ("pfmp", "Placements"),
    ("tax", "Taxe d'apprentissage"),
    ("events", "Events"),
    ("alumni", "Alumni"),
]
# what a school calls for, and the axis of the bureau that it serves
PURPOSE_AXIS = {
    "placements": "pfmp",
    "apprenticeship": "pfmp",
    "partnership": "partners",
    "tax": "tax",
    "events": "events",
    "alumni": "alumni",
}


class Before(NamedTuple):
    """Where a page of the timeline ends: the key of its last entry."""

    date: str
    model: str
    id: int

    @classmethod
    def parse(cls, key):
        """The place of a key, as the client sends it back.

        >>> Before.parse("2026-11-21 10:00:00|bde.talk|12")
        Before(date='2026-11-21 10:00:00', model='bde.talk', id=12)
        """
        date, model, number = key.split("|")
        fields.Datetime.to_datetime(date)
        return cls(date, model, int(number))


class BdeTimeline(models.AbstractModel):
    """All that happened between a school and a company, on one line of time.

    Nothing is stored: each source reads its own table, the newest first, in one query on an
    index, whatever their number; modules add sources.
    """

    _name = "bde.timeline"
    _description = "Timeline of a company"

    # ------------------------------------------------------------
    # To extend
    # ------------------------------------------------------------

    @api.model
    def _timeline_sources(self):
        """Methods ``(relation, axis, before, limit)`` -> list of entries, the newest first.

        ``axis`` is None or the only one that is asked for; ``before`` is a :class:`Before` or
        None and goes into :meth:`_timeline_domain`. What the reader may not see is left out.
        """
        return [
            self._timeline_talks,
            self._timeline_approaches,
            self._timeline_leads,
            self._timeline_agreements,
            self._timeline_past_placements,
            self._timeline_changes,
            self._timeline_messages,
        ]

    @api.model
    def _timeline_domain(self, model, name, before):
        """What of a model comes after ``before`` in the timeline, by its date field.

        :param str model: as in the entries of the source
        :param str name: the date field (date or datetime)
        """
        if before is None:
            return Domain.TRUE
        day = before.date
        if self.env[model]._fields[name].type == "date":
            if len(day) > 10:
                # a whole day comes after the hours of that day
                return Domain(name, "<=", day[:10])
        elif len(day) == 10:
            return Domain(name, "<", f"{day} 00:00:00")
        earlier = Domain(name, "<", day)
        if model > before.model:
            return earlier
        if model < before.model:
            return Domain(name, "<=", day)
        return earlier | (Domain(name, "=", day) & Domain("id", "<", before.id))

    @api.model
    def _timeline_read(self, relation, model, name, before, limit, domain, names):
        """Records of a source, the newest first, in one query; with the reader's rights."""
        Model = self.env[model].with_context(active_test=False)
        if not Model.has_access("read"):
            return Model
        domain = Domain(domain) & self._timeline_domain(model, name, before)
        return Model.search_fetch(
            domain, [name, *names], order=f"{name} desc, id desc", limit=limit
        )

    @api.model
    def _timeline_entry(self, record, date, axis, icon, title, opens=True, **more):
        """One entry; ``more``: ``detail``, ``who``, ``school``, ``tone``.

        :param bool opens: whether a click opens the record
        """
        date = str(date)[:19]
        return {
            "date": date,
            "axis": axis,
            "icon": icon,
            "title": title,
            "detail": more.get("detail") or "",
            "who": more.get("who") or "",
            "school": more.get("school") or "",
            "tone": more.get("tone") or "",
            "model": record._name if opens else "",
            "res_id": record.id if opens else 0,
            "key": f"{date}|{record._name}|{record.id}",
        }

    # ------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------

    @api.model
    def _timeline(self, relation, axis=None, before=None, limit=PAGE):
        """A page of the timeline of a company at a school, the newest first.

        :param relation: ``bde.relation``, that the user may read
        :param str axis: only this one of ``AXES``
        :param str before: ``key`` of the last entry that is shown already
        :rtype: list[dict]
        """
        relation.ensure_one()
        place = Before.parse(before) if before else None
        entries = []
        for source in self._timeline_sources():
            entries += source(relation, axis or None, place, limit)
        entries.sort(key=lambda entry: Before.parse(entry["key"]), reverse=True)
        return entries[:limit]

    @api.model
    @api.readonly
    def get_timeline(self, relation_id, axis=None, before=None, limit=PAGE):
        """A page for the screen; ``more`` says whether others follow.

        :raise AccessError: the company is followed by another school
        :rtype: dict
        """
        relation = self.env["bde.relation"].browse(int(relation_id))
        relation.check_access("read")
        limit = max(1, min(int(limit), MAX_PAGE))
        if axis and axis not in dict(AXES):
            raise UserError(self.env._("There is no such part of the timeline."))
        try:
            entries = self._timeline(relation, axis, before, limit + 1)
        except ValueError:
            raise UserError(self.env._("Open the page again: the timeline has moved on."))
        return {"entries": entries[:limit], "more": len(entries) > limit}

    # ------------------------------------------------------------
    # Sources
    # ------------------------------------------------------------

    @api.model
    def _timeline_purposes(self, axis):
        """Condition on a purpose field; one without purpose is of the partners' axis."""
        if not axis:
            return Domain.TRUE
        purposes = [purpose for purpose, own in PURPOSE_AXIS.items() if own == axis]
        return Domain("purpose", "in", [*purposes, *([False] if axis == "partners" else [])])

    def _timeline_talks(self, relation, axis, before, limit):
        """Calls, visits and letters of the school itself."""
        talks = self._timeline_read(
            relation,
            "bde.talk",
            "date",
            before,
            limit,
            Domain("relation_id", "=", relation.id) & self._timeline_purposes(axis),
            ["channel", "direction", "contact_id", "purpose", "outcome", "summary", "user_id"],
        )
        labels = {
            name: dict(talks._fields[name]._description_selection(self.env))
            for name in ("channel", "purpose", "outcome")
        }
        icons = {"call": "fa-phone", "mail": "fa-envelope-o", "visit": "fa-car"}
        tones = {"agreed": "success", "refused": "danger", "wrong_number": "warning"}
        entries = []
        for talk in talks:
            what = (talk.contact_id.name, labels["purpose"].get(talk.purpose), talk.summary)
            channel = labels["channel"][talk.channel]
            if talk.direction == "in":
                channel = self.env._("%(channel)s from them", channel=channel)
            entries.append(
                self._timeline_entry(
                    talk,
                    talk.date,
                    PURPOSE_AXIS.get(talk.purpose, "partners"),
                    icons.get(talk.channel, "fa-comments-o"),
                    f"{channel} · {labels['outcome'][talk.outcome]}",
                    detail=" · ".join(filter(None, what)),
                    who=talk.user_id.name,
                    tone=tones.get(talk.outcome),
                )
            )
        return entries

    def _timeline_changes(self, relation, axis, before, limit):
        """What changed of the company itself, for all schools."""
        if axis not in (None, "partners"):
            return []
        changes = self._timeline_read(
            relation,
            "bde.employer.change",
            "create_date",
            before,
            limit,
            [("partner_id", "=", relation.partner_id.id)],
            ["field", "old_value", "new_value", "source"],
        )
        return [
            self._timeline_entry(
                change,
                change.create_date,
                "partners",
                "fa-building-o",
                change.field_label,
                opens=False,
                detail=" → ".join(filter(None, (change.old_value, change.new_value))),
                who=change.who,
            )
            for change in changes
        ]

    def _timeline_messages(self, relation, axis, before, limit):
        """Notes and messages of the page, done activities, changes of status and owner."""
        if axis not in (None, "partners"):
            return []
        domain = Domain("model", "=", relation._name) & Domain("res_id", "=", relation.id)
        # sudo: who reads the page reads its messages; core would check them one by one
        messages = self.sudo()._timeline_read(
            relation,
            "mail.message",
            "date",
            before,
            limit,
            domain & Domain("message_type", "!=", "user_notification"),
            ["body", "subject", "author_id", "message_type", "subtype_id"],
        )
        tracked = self._timeline_tracked(messages)
        done = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_activities")
        entries = []
        for message in messages:
            changes = tracked.get(message.id, ())
            text = message.preview or ""
            if not text and not changes:
                continue
            is_done = message.subtype_id.id == done
            icon, title = "fa-commenting-o", self.env._("Note")
            if is_done:
                icon, title = "fa-check", self.env._("Done")
            elif message.message_type in ("comment", "email", "email_outgoing") and message.subject:
                icon, title = "fa-envelope-o", message.subject
            elif changes:
                icon, title = "fa-pencil", " · ".join(changes)
            entries.append(
                self._timeline_entry(
                    message,
                    message.date,
                    "partners",
                    icon,
                    title,
                    opens=False,
                    detail=text,
                    who=message.author_id.name,
                )
            )
        return entries

    def _timeline_tracked(self, messages):
        """« Status: Active → To watch », by message."""
        values = self.env["mail.tracking.value"].sudo()  # sudo: as the messages
        values = values.search([("mail_message_id", "in", messages.ids)])
        told = {}
        by_id = {value.id: value.mail_message_id.id for value in values}
        for line in values._tracking_value_format():
            old, new = line["oldValue"], line["newValue"]
            label = line["fieldInfo"]["changedField"]
            words = " → ".join(str(value) for value in (old, new) if value)
            told.setdefault(by_id[line["id"]], []).append(f"{label}: {words}")
        return told
