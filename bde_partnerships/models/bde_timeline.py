import textwrap
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, html2plaintext

PAGE = 30
PREVIEW = 190
# the changes that a message tells, with it: a query of their own would cost as much as it does
TRACKED = SQL(
    """(SELECT json_agg(json_build_object('field', f.name,
            'old', coalesce(nullif(t.old_value_char, ''), nullif(t.old_value_text, ''),
                            t.old_value_datetime::text),
            'new', coalesce(nullif(t.new_value_char, ''), nullif(t.new_value_text, ''),
                            t.new_value_datetime::text)) ORDER BY t.id)
          FROM mail_tracking_value t JOIN ir_model_fields f ON f.id = t.field_id
         WHERE t.mail_message_id = mail_message.id)"""
)
LETTERS = ("comment", "email", "email_outgoing")
TALK_ICONS = {"call": "fa-phone", "mail": "fa-envelope-o", "visit": "fa-car"}
TALK_TONES = {"agreed": "success", "refused": "danger", "wrong_number": "warning"}
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
    def _timeline_rows(self, model, name, before, limit, domain, columns, extra=None):
        """Rows of a source, the newest first: one query, with the rights of the reader.

        Names of what a row points to come by joins, so that their number costs nothing.

        :param str name: the date field (date or datetime)
        :param domain: which records are about the company; archived ones count
        :param list columns: fields, or paths over many2one such as ``"stage_id.name"``
        :param dict extra: further columns, each the SQL of a value of the row
        :return: dicts with ``id``, ``date`` and the columns, as the database has them
        """
        Model = self.env[model].with_context(active_test=False)
        if not Model.has_access("read"):
            return []
        domain = Domain(domain) & self._timeline_domain(model, name, before)
        query = Model._search(domain, order=f"{name} desc, id desc", limit=limit)
        selected = [self._timeline_column(Model, query, path) for path in (name, *columns)]
        names = ("id", "date", *columns, *(extra or ()))
        selected += (extra or {}).values()
        rows = self.env.execute_query(query.select(SQL.identifier(query.table, "id"), *selected))
        return [dict(zip(names, row, strict=True)) for row in rows]

    @api.model
    def _timeline_column(self, Model, query, path):
        """SQL of a field of the rows, over many2one fields."""
        *steps, last = path.split(".")
        # sudo: the sources choose what is told of a record that the reader may read
        Model, alias = Model.sudo(), query.table
        for step in steps:
            comodel = self.env[Model._fields[step].comodel_name].sudo()
            alias = query.left_join(alias, step, comodel._table, "id", step)
            Model = comodel
        return Model._field_to_sql(alias, last, query)

    @api.model
    def _timeline_entry(self, model, row, axis, icon, title, opens=True, **more):
        """One entry; ``more``: ``detail``, ``who``, ``school``, ``tone``.

        :param dict row: of :meth:`_timeline_rows`
        :param bool opens: whether a click opens the record
        """
        date = str(row["date"])[:19]
        return {
            "date": date,
            "axis": axis,
            "icon": icon,
            "title": title,
            "detail": more.get("detail") or "",
            "who": more.get("who") or "",
            "school": more.get("school") or "",
            "tone": more.get("tone") or "",
            "model": model if opens else "",
            "res_id": row["id"] if opens else 0,
            "key": f"{date}|{model}|{row['id']}",
        }

    @api.model
    def _timeline_labels(self, model, name):
        """Labels of a selection field."""
        return dict(self.env[model]._fields[name]._description_selection(self.env))

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
        model = "bde.talk"
        labels = {
            name: self._timeline_labels(model, name) for name in ("channel", "purpose", "outcome")
        }
        entries = []
        for row in self._timeline_rows(
            model,
            "date",
            before,
            limit,
            Domain("relation_id", "=", relation.id) & self._timeline_purposes(axis),
            ["channel", "direction", "purpose", "outcome", "summary", "contact_id.name",
             "user_id.name"],
        ):  # fmt: skip
            channel = labels["channel"][row["channel"]]
            if row["direction"] == "in":
                channel = self.env._("%(channel)s from them", channel=channel)
            purpose = row["purpose"]
            what = (row["contact_id.name"], labels["purpose"].get(purpose), row["summary"])
            entries.append(
                self._timeline_entry(
                    model,
                    row,
                    PURPOSE_AXIS.get(purpose, "partners"),
                    TALK_ICONS.get(row["channel"], "fa-comments-o"),
                    f"{channel} · {labels['outcome'][row['outcome']]}",
                    detail=" · ".join(filter(None, what)),
                    who=row["user_id.name"],
                    tone=TALK_TONES.get(row["outcome"]),
                )
            )
        return entries

    def _timeline_changes(self, relation, axis, before, limit):
        """What changed of the company itself, for all schools; who did it, for his own alone."""
        if axis not in (None, "partners"):
            return []
        model = "bde.employer.change"
        mine = self.env.user._bde_company_ids("staff")
        Partner = self.env["res.partner"]
        entries = []
        for row in self._timeline_rows(
            model,
            "create_date",
            before,
            limit,
            [("partner_id", "=", relation.partner_id.id)],
            ["field", "old_value", "new_value", "school_id", "school_id.name", "user_id.name"],
        ):
            field = Partner._fields.get(row["field"])
            entries.append(
                self._timeline_entry(
                    model,
                    row,
                    "partners",
                    "fa-building-o",
                    field._description_string(self.env) if field else row["field"],
                    opens=False,
                    detail=" → ".join(filter(None, (row["old_value"], row["new_value"]))),
                    who=row["user_id.name"] if row["school_id"] in mine else "",
                    school="" if row["school_id"] in mine else row["school_id.name"],
                )
            )
        return entries

    def _timeline_messages(self, relation, axis, before, limit):
        """Notes and messages of the page, done activities, changes of status and owner."""
        if axis not in (None, "partners"):
            return []
        model = "mail.message"
        domain = Domain("model", "=", relation._name) & Domain("res_id", "=", relation.id)
        # sudo: who reads the page reads its messages; core would check them one by one
        rows = self.sudo()._timeline_rows(
            model,
            "date",
            before,
            limit,
            domain & Domain("message_type", "!=", "user_notification"),
            ["body", "subject", "message_type", "subtype_id", "author_id.name"],
            {"tracked": TRACKED},
        )
        done = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_activities")
        entries = []
        for row in rows:
            changes = self._timeline_tracked(relation, row["tracked"] or ())
            text = textwrap.shorten(html2plaintext(row["body"] or ""), PREVIEW, placeholder="…")
            if not text and not changes:
                continue
            icon, title = "fa-commenting-o", self.env._("Note")
            if row["subtype_id"] == done:
                icon, title = "fa-check", self.env._("Done")
            elif row["message_type"] in LETTERS and row["subject"]:
                icon, title = "fa-envelope-o", row["subject"]
            elif changes:
                icon, title = "fa-pencil", " · ".join(changes)
            entries.append(
                self._timeline_entry(
                    model,
                    row,
                    "partners",
                    icon,
                    title,
                    opens=False,
                    detail=text,
                    who=row["author_id.name"],
                )
            )
        return entries

    def _timeline_tracked(self, relation, lines):
        """« Status: Active → To watch », for the changes that a message tells."""
        told = []
        for line in lines:
            field = relation._fields.get(line["field"])
            if field is None or not relation._has_field_access(field, "read"):
                continue
            words = [
                format_date(self.env, value[:10]) if field.type == "date" else str(value)
                for value in (line["old"], line["new"])
                if value
            ]
            told.append(
                self.env._(
                    "%(field)s: %(change)s",
                    field=field._description_string(self.env),
                    change=" → ".join(words),
                )
            )
        return told
