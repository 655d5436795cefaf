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
    past a no (``models/mail_thread.py``). Declared before the model it extends:
    ``_inherit = ["bde.solicitation.mixin", "crm.lead"]``.
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


class BdeRelation(models.Model):
    _name = "bde.relation"
    _inherit = ["bde.solicitation.mixin", "bde.relation"]


class BdeSolicitation(models.AbstractModel):
    """Letters of schools that ask companies for something."""

    _name = "bde.solicitation"
    _inherit = ["bde.delivery"]
    _description = "Letters that ask companies for something"

    @api.model
    def _send(self, company, purpose, letters):
        """Sends letters that ask something of companies, but to nobody who said no.

        :param company: the school
        :param str purpose: of ``PURPOSES``
        :param letters: dicts ``partner`` (the employer), ``contact`` (``res.partner``, may be
            empty: the address of the company is used), ``subject``, ``body`` (Markup), and
            ``reason`` (of ``REASONS``) when the school was warned
        :return: for each letter ``(status, text)``: ``sent``, ``stopped``, ``warned``,
            ``no_address`` or ``capped``, and the sentence that says why
        """
        company = company.with_env(self.env)
        company._bde_check_user_is("secretary")
        employers = self.env["res.partner"].union(*(letter["partner"] for letter in letters))
        verdicts = employers._bde_solicitation(company, purpose)
        results, messages = [], []
        for letter in letters:
            verdict = verdicts[letter["partner"]]
            person = letter.get("contact") or letter["partner"]
            if verdict.level == "stop":
                results.append(("stopped", verdict.text))
            elif verdict.needs_reason and not letter.get("reason"):
                results.append(("warned", verdict.text))
            elif not person.email:
                results.append(("no_address", ""))
            else:
                results.append(("sent", ""))
                messages.append(
                    {
                        "company": company,
                        "email_to": self._to(person.name, person.email),
                        "subject": letter["subject"],
                        "body_html": letter["body"],
                    }
                )
                letter["partner"]._bde_note_approach(
                    company, purpose, "mail", reason=letter.get("reason")
                )
        self._queue(messages)
        self._trigger_queue()
        return results
