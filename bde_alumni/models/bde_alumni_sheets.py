from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.bde_partnerships.models.bde_document_page import stylesheet

from ..rules import consents

STYLE = "bde_alumni/static/src/css/alumni_sheet.css"


class BdeAlumnus(models.Model):
    """The sheet that a class signs: information, boxes, private address; a page a person."""

    _inherit = "bde.alumnus"

    consent_summary = fields.Char(string="Agrees to", compute="_compute_consent_summary")

    @api.depends_context("lang")
    @api.depends(*(f"ok_{purpose}" for purpose in consents.PURPOSES))
    def _compute_consent_summary(self):
        labels = {
            purpose: self._fields[f"ok_{purpose}"]._description_string(self.env)
            for purpose in consents.PURPOSES
        }
        for alumnus in self:
            given = [label for purpose, label in labels.items() if alumnus[f"ok_{purpose}"]]
            alumnus.consent_summary = ", ".join(given)

    def action_type_answers(self):
        """Opens the dialog where the answers of these people are typed in."""
        self._bde_check_staff()
        return self.env["bde.alumni.sheet"]._of(self.filtered(lambda one: not one.is_deceased))

    def action_tell(self):
        """Has the information sent by e-mail to those who were not told yet.

        :raise UserError: nobody of them can be written to
        """
        self._bde_check_staff()
        todo = self.filtered(lambda one: not one.informed_on and not one.is_deceased and one.email)
        if not todo:
            raise UserError(
                self.env._("Nobody to write to: they were told already, or have no e-mail.")
            )
        todo._ask_welcome()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The information leaves within the hour for %(count)s.", count=len(todo)
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_print_sheets(self):
        """The sheets of these people as one PDF, a page each."""
        if not self:
            raise UserError(self.env._("Choose the people first."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/alumni/sheets?ids={','.join(map(str, self.ids))}",
            "target": "new",
        }

    def _sheets_pdf(self):
        """PDF of the sheets to sign; who is dead or said no for good has none.

        :raises AccessError: the user does not read one of them
        :rtype: bytes
        """
        self.check_access("read")
        ordered = self.filtered(lambda one: not one.is_deceased and not one.no_more_on).sorted(
            lambda one: (one.division_name or "", one.name)
        )
        html = self.env["bde.document.mixin"]._render_page(
            "bde_alumni.alumni_sheets",
            {
                "lang": (self.env.lang or "fr").partition("_")[0],
                "css": stylesheet(STYLE),
                "version": consents.TEXT_VERSION,
                "pages": [one._sheet_page() for one in ordered],
            },
        )
        return self.env["bde.document.version"]._render_html(html)

    def _sheet_page(self):
        """What the sheet of one person says.

        :rtype: dict
        """
        self.ensure_one()
        born = self.birth_date
        return {
            "name": self.name,
            "division": self.division_name or "",
            "training": self.training_id.name or "",
            "born": format_date(self.env, born) if born else "",
            "email": self.email or "",
            "phone": self.phone or "",
            "rows": [
                row["sentence"]
                for row in self._consent_rows()
                # who is under 15 ticks with the guardians, who sign below
                if row["may"] or (self._needs_guardians() and row["purpose"] in _OWN)
            ],
            "minor": not self.is_adult,
            "guardians": self._needs_guardians(),
            # sudo: the name and addresses of the school, for the notice
            "notice": self.sudo()._notice_values(),
        }

    def _needs_guardians(self):
        return not self._may_say("news")


_OWN = [name for name in consents.PURPOSES if name not in consents.GUARDIANS_ONLY]


class BdeAlumniConsent(models.Model):
    _inherit = "bde.alumni.consent"

    shown_text = fields.Char(string="Shows", compute="_compute_shown_text")

    @api.depends("shown_fields")
    def _compute_shown_text(self):
        labels = self.env["bde.alumnus"]._directory_labels()
        for consent in self:
            names = consents.shown_fields(consent.shown_fields)
            consent.shown_text = ", ".join(labels[name] for name in names)
