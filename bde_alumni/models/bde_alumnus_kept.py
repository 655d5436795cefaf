from odoo import models
from odoo.tools import format_date

# what the school holds of a person, in the order in which it is read
PERSON = ("lastname", "usage_name", "firstname", "former_name", "birth_date", "sex", "email",
          "phone", "zip", "city")  # fmt: skip
SCHOOL = ("kind", "cohort", "training_id", "division_name", "left_on", "left_before_end",
          "diploma_result", "informed_on", "no_more_on")  # fmt: skip


class BdeAlumnus(models.Model):
    """The right of access (article 15 of the GDPR): all that the school holds, on the page."""

    _inherit = "bde.alumnus"

    def _page_view_consents(self, query):
        """Everything that is kept about the person who reads."""
        return "bde_alumni.page_kept", {"groups": self._kept_about_me()}

    def _kept_about_me(self):
        """What is kept, in parts; modules add theirs.

        :return: list of (title, [(label, text)])
        """
        self.ensure_one()
        purposes = dict(self.consent_ids._fields["purpose"]._description_selection(self.env))
        states = dict(self.consent_ids._fields["state"]._description_selection(self.env))
        consents = [
            (
                purposes[one.purpose],
                ", ".join(
                    filter(
                        None,
                        [
                            states[one.state],
                            format_date(self.env, one.given_on),
                            one.ended_on and "→ " + format_date(self.env, one.ended_on),
                            one.shown_text,
                        ],
                    )
                ),
            )
            for one in self.consent_ids
        ]
        groups = [
            (self.env._("Who I am"), self._kept_rows(PERSON)),
            (self.env._("At the school"), self._kept_rows(SCHOOL)),
            (self.env._("What I agreed to"), consents),
            (self.env._("What I answered"), self._kept_outcomes()),
        ]
        return [(title, rows) for title, rows in groups if rows]

    def _kept_rows(self, names):
        """(label, text) of the fields that say something."""
        rows = []
        for name in names:
            field, value = self._fields[name], self[name]
            if not value:
                continue
            if field.type == "date":
                value = format_date(self.env, value)
            elif field.type == "selection":
                value = dict(field._description_selection(self.env))[value]
            elif field.type == "many2one":
                value = value.display_name
            elif field.type == "boolean":
                value = self.env._("yes")
            rows.append((field._description_string(self.env), str(value)))
        return rows

    def _kept_outcomes(self):
        """What became of the person, by date."""
        outcomes = self.env["bde.outcome"].search([("alumnus_id", "=", self.id)], order="date")
        situations = dict(outcomes._fields["situation"]._description_selection(self.env))
        return [
            (
                format_date(self.env, one.date),
                ", ".join(
                    filter(
                        None,
                        [
                            situations.get(one.situation),
                            one.trade,
                            one.relation_id.partner_name or one.employer_text,
                        ],
                    )
                ),
            )
            for one in outcomes
        ]
