from odoo import models
from odoo.tools import format_date

from .bde_would_you import OFFERS


class BdeAlumnus(models.Model):
    """The right of access: contacts of companies, answers to “would you…”, portraits."""

    _inherit = "bde.alumnus"

    def _kept_about_me(self):
        groups = [
            (self.env._("Companies where I am a contact"), self._kept_contacts()),
            (self.env._("What I said I would do"), self._kept_would_you()),
            (self.env._("My portraits"), self._kept_portraits()),
        ]
        return super()._kept_about_me() + [(title, rows) for title, rows in groups if rows]

    def _kept_contacts(self):
        states = dict(self.contact_link_ids._fields["state"]._description_selection(self.env))
        return [
            (one.relation_id.partner_name or "", f"{one.partner_id.name} – {states[one.state]}")
            # what was found to be somebody else's is not about this person
            for one in self.contact_link_ids.filtered(lambda one: one.state != "refused")
        ]

    def _kept_would_you(self):
        states = dict(self.would_you_ids._fields["state"]._description_selection(self.env))
        return [
            (
                str(one.year),
                ", ".join(
                    filter(
                        None,
                        [
                            states[one.state],
                            one.said_text,
                            one.relation_id.partner_name or one.employer_text,
                            one.remark,
                        ],
                    )
                ),
            )
            for one in self.would_you_ids
        ]

    def _kept_portraits(self):
        states = dict(self.portrait_ids._fields["state"]._description_selection(self.env))
        return [
            (
                one.title,
                ", ".join(
                    filter(
                        None, [states[one.state], one.shown_text, format_date(self.env, one.until)]
                    )
                ),
            )
            for one in self.portrait_ids
        ]

    # ------------------------------------------------------------
    # Two records of one person
    # ------------------------------------------------------------

    def _join_links(self, gone):
        """Of two answers of one year the later one counts; what both offered is not lost."""
        own = {row.year: row for row in self.would_you_ids}
        for row in gone.would_you_ids:
            if kept := own.get(row.year):
                kept._take_over(row)
                row.unlink()
        return super()._join_links(gone)


class BdeWouldYou(models.Model):
    _inherit = "bde.would.you"

    def _take_over(self, other):
        """Takes what was said under the other record of the same person (in sudo)."""
        self.ensure_one()
        said = [one for one in (self, other) if one.answered_on]
        if other not in said:
            return
        last = max(said, key=lambda one: (one.answered_on, one.id))
        values = {name: last[name] for name in ("state", "channel", "answered_on", "employer_text")}
        values["relation_id"] = (last.relation_id or (self | other).relation_id[:1]).id
        both = self.state == other.state == "yes"
        values |= {name: last[name] or (both and any(o[name] for o in said)) for name in OFFERS}
        texts = [one.remark for one in said if one.remark]
        values["remark"] = "\n".join(dict.fromkeys(texts)) or False
        self.write(values)
        self._schedule()
