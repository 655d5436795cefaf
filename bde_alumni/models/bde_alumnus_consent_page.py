from odoo import fields, models

from odoo.addons.bde_partnerships.rules.sections import SectionError

from ..rules import consents
from .bde_alumnus_keep import LAST_WAVE_MONTHS


class BdeAlumnus(models.Model):
    """Page of an alumnus: what he agrees to, purpose by purpose; no for good; objection."""

    _inherit = "bde.alumnus"

    choices_on = fields.Date(
        string="Choices made on",
        readonly=True,
        copy=False,
        help="When the person last said what he or she agrees to, be it to nothing.",
    )

    def _page_sections(self):
        sections = super()._page_sections()
        rows = self._consent_rows()
        # nothing to say by himself: a child under 15 agrees with the parents, on paper
        too_young = not any(row["may"] or row["given"] for row in rows)
        told = self.choices_on or self.no_more_on
        sections.append(
            {
                "key": "consents",
                "sequence": 80,
                "title": self.env._("What the school may do"),
                "state": "info" if too_young else "done" if told else "todo",
                "template": "bde_alumni.page_consents",
                "rows": rows,
                "too_young": too_young,
                "own_age": consents.OWN_AGE,
                "fields": self._directory_rows(),
                "notice": self._notice_values(),
            }
        )
        return sections

    def _consent_rows(self):
        """One row a purpose: ``purpose``, ``sentence``, ``given``, ``may`` (he may say it)."""
        self.ensure_one()
        return [
            {
                "purpose": purpose,
                "sentence": sentence,
                "given": self[f"ok_{purpose}"],
                "may": self._may_say(purpose),
            }
            for purpose, sentence in self.env["bde.alumni.consent"]._sentences().items()
        ]

    def _directory_rows(self):
        """What may be shown in the directory: ``name``, ``label``, ``shown``."""
        standing = self.consent_ids.filtered(
            lambda one: one.purpose == "directory" and one.state == "given"
        )
        shown = standing.shown_fields or []
        return [
            {"name": name, "label": label, "shown": name in shown}
            for name, label in self._directory_labels().items()
        ]

    def _directory_labels(self):
        """``{field of the directory: its words}``, in their order."""
        labels = {
            "training": self.env._("my training"),
            "cohort": self.env._("the year in which I left"),
            "city": self.env._("my town"),
            "trade": self.env._("my trade"),
            "employer": self.env._("the company where I work"),
            "study": self.env._("my studies"),
            "email": self.env._("my e-mail"),
            "phone": self.env._("my telephone"),
        }
        return {name: labels[name] for name in consents.DIRECTORY_FIELDS}

    # ------------------------------------------------------------
    # What is sent
    # ------------------------------------------------------------

    def _page_post_consents(self, form, files, proof):
        """Takes the choices: boxes, no for good, the way back, or the objection."""
        channel = "desk" if self._page_link().channel == "desk" else "link"
        what = form.get("what") or "save"
        if what == "object":
            if not form.get("sure"):
                raise SectionError(
                    self.env._("Tick the box if you really want everything to be erased."),
                    {"sure": self.env._("Tick this box first.")},
                )
            self._object(channel)
            return
        # whoever chooses has the information before his eyes
        self._note_informed("desk" if channel == "desk" else "letter")
        if what == "no_more":
            self._no_more(channel)
        elif what == "resume":
            self._resume()
        elif what == "save":
            self._save_choices(form, channel)
        else:
            raise SectionError(self.env._("Choose one of the buttons of the page."))
        self.choices_on = self.company_id._bde_today()

    def _save_choices(self, form, channel):
        """Boxes that are ticked stand, the others do not."""
        if self.no_more_on:
            raise SectionError(self.env._("You said no for good: take that back first."))
        shown = [name for name in consents.DIRECTORY_FIELDS if form.get(f"show_{name}")]
        withdrawn = []
        for row in self._consent_rows():
            purpose, ticked = row["purpose"], form.get(f"ok_{row['purpose']}")
            if ticked and row["may"]:
                self._consent(purpose, shown, "self", channel)
            elif row["given"] and not ticked:
                # whoever is concerned withdraws, whoever had agreed
                withdrawn.append(purpose)
        if withdrawn:
            self._withdraw(withdrawn, channel)

    def _page_told(self, key):
        if key != "consents":
            return super()._page_told(key)
        if self.no_more_on:
            return self.env._("It is noted: the school writes to you no more. You can come back.")
        return self.env._("Your choices are saved. You can change them here at any time.")

    def _notice_values(self):
        """What the notice on personal data says of this school.

        :rtype: dict with ``school``, ``contact``, ``dpo``, ``contact_months``, ``record_years``
        """
        company = self.company_id
        Retention = self.env["bde.retention"]
        return {
            "school": company.name,
            "contact": company.bde_email or company.email or "",
            "dpo": company.bde_dpo_email or "dpd@education.gouv.fr",
            # as the job does it: nobody is forgotten before the last survey
            "contact_months": max(Retention._months(company, "contact"), LAST_WAVE_MONTHS),
            "record_years": Retention._months(company, "record") // 12,
        }
