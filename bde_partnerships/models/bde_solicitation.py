from odoo import api, fields, models

from ..rules.solicitation import LEVELS

LEVEL_LABELS = [
    ("ok", "Nothing against it"),
    ("warn", "Approached recently"),
    ("stop", "Do not ask"),
]


class BdeSolicitationMixin(models.AbstractModel):
    """A record of a school from which a company may be asked for something.

    Shows at its buttons whether the school may, and lets no message to people outside go
    past a no (``models/mail_thread.py``).
    """

    _name = "bde.solicitation.mixin"
    _description = "Record from which companies are asked"

    solicitation_level = fields.Selection(
        LEVEL_LABELS, string="May we ask?", compute="_compute_solicitation"
    )
    solicitation_text = fields.Text(string="Before you ask", compute="_compute_solicitation")

    def _solicitation_purpose(self):
        """What this record asks for, of ``PURPOSES``; None when it may be anything."""
        return self.env.context.get("bde_purpose")

    def _solicitation_employer(self):
        """The company that is asked."""
        self.ensure_one()
        return self.partner_id

    @api.depends_context("bde_purpose", "uid")
    def _compute_solicitation(self):
        verdicts = self._solicitation_verdicts()
        for record in self:
            verdict = verdicts.get(record)
            record.solicitation_level = verdict.level if verdict else LEVELS[0]
            record.solicitation_text = verdict.text if verdict else ""

    def _solicitation_verdicts(self):
        """Verdict of each record with a company; constant queries per school and purpose.

        :rtype: dict[record, rules.solicitation.Verdict]
        """
        verdicts = {}
        for (company, purpose), records in self.grouped(
            lambda record: (record.company_id, record._solicitation_purpose())
        ).items():
            employers = {record: record._solicitation_employer() for record in records}
            wanted = self.env["res.partner"].union(*employers.values())
            judged = wanted._bde_solicitation(company, purpose) if company and wanted else {}
            verdicts |= {
                record: judged[employer] for record, employer in employers.items() if employer
            }
        return verdicts
