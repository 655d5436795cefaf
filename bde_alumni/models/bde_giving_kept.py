from odoo import models
from odoo.tools import format_date


class BdeAlumnus(models.Model):
    """The right of access: contacts of companies, answers to “would you…”, portraits."""

    _inherit = "bde.alumnus"

    def _kept_about_me(self):
        _ = self.env._
        groups = [
            (_("Companies where I am a contact"), self._kept_contacts()),
            (_("What I said I would do"), self._kept_would_you()),
            (_("My portraits"), self._kept_portraits()),
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
