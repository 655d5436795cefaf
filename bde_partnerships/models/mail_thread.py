from odoo import models
from odoo.exceptions import UserError

from ..rules.solicitation import REASONS
from .res_partner_solicitation import SolicitationCase

# who writes to a company from its page asks, as a rule, for placements
DEFAULT_PURPOSE = "placements"


class MailThread(models.AbstractModel):
    """Messages from the page of a company, or from a request to it, respect what it said.

    Here and not in ``bde.solicitation.mixin``: whatever the order in which a model inherits
    them, every message passes. What is not a request (``bde_not_a_request``), what comes in
    by mail, and what stays between colleagues goes its way.
    """

    _inherit = "mail.thread"

    def _bde_asks_company(self, message, msg_vals):
        """Whether a message from this record is a request of a school to a company."""
        msg_vals = msg_vals or {}
        kind = msg_vals.get("message_type") or message.message_type
        return (
            len(self) == 1
            and isinstance(self, self.pool["bde.solicitation.mixin"])
            and kind != "email"
            and not self.env.context.get("bde_not_a_request")
            and bool(self._solicitation_employer())
        )

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        if not self._bde_asks_company(message, msg_vals):
            return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        recipients = self._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        outside = [data for data in recipients if data["share"] and data["active"] is not False]
        if not outside:
            return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        purpose = self._solicitation_purpose() or DEFAULT_PURPOSE
        employers = self._bde_check_request(purpose, outside)
        asking = self.with_context(bde_request_purpose=purpose)
        result = super(MailThread, asking)._notify_thread(message, msg_vals=msg_vals, **kwargs)
        reason = self.env.context.get("bde_solicitation_reason")
        employers._bde_note_approach(self.company_id, purpose, "mail", reason=reason)
        return result

    def _bde_check_request(self, purpose, outside):
        """Stops a message to people who said no, or who were just asked by another school.

        :param outside: data of the recipients, as core computes them
        :raise UserError: names what stands against it, and what to do
        :return: the companies that the message goes to
        """
        Partner = self.env["res.partner"]
        contacts = Partner.browse([data["id"] for data in outside if data["id"]])
        # sudo: the shared company above a contact
        employers = contacts.sudo().mapped(lambda p: p if p.bde_employer else p.parent_id)
        employers = employers.filtered("bde_employer").with_env(self.env)
        employers = employers or self._solicitation_employer()
        emails = [data["email_normalized"] for data in outside if data["email_normalized"]]
        case = SolicitationCase(employers, self.company_id, purpose, emails)
        verdicts = [case.verdict(employer) for employer in employers]
        if stopped := [v.text for v in verdicts if v.level == "stop"]:
            raise UserError(
                self.env._(
                    "This message does not leave:\n%(reasons)s\n\nWhat is not a request (a"
                    " convention, a pupil on placement, safety) may be sent: use “Write” and"
                    " say what it is.",
                    reasons="\n".join(dict.fromkeys(stopped)),
                )
            )
        reason = self.env.context.get("bde_solicitation_reason")
        warned = [v.text for v in verdicts if v.needs_reason]
        if warned and reason not in dict(REASONS):
            raise UserError(
                self.env._(
                    "Another school is talking with them:\n%(reasons)s\n\nIf you write all the"
                    " same, use “Write” and choose the reason.",
                    reasons="\n".join(dict.fromkeys(warned)),
                )
            )
        return employers

    # ------------------------------------------------------------
    # The foot of a request: in the mail alone, for it holds a personal address
    # ------------------------------------------------------------

    def _notify_get_recipients_classify(
        self, message, recipients_data, model_description, msg_vals=False
    ):
        groups = super()._notify_get_recipients_classify(
            message, recipients_data, model_description, msg_vals=msg_vals
        )
        if not self.env.context.get("bde_request_purpose"):
            return groups
        # each person outside has a mail of his own, with his own address to say no
        result = []
        for group in groups:
            apart = [data for data in group["recipients_data"] if data["share"]]
            inside = [data for data in group["recipients_data"] if not data["share"]]
            result += [self._bde_group_of(group, [data]) for data in apart]
            if inside:
                result.append(self._bde_group_of(group, inside))
        return result

    def _bde_group_of(self, group, recipients):
        """The same group for some of its recipients."""
        return dict(
            group,
            recipients_data=recipients,
            recipients_ids=[data["id"] for data in recipients if data["id"]],
            recipients_emails=[
                data["email_normalized"]
                for data in recipients
                if not data["id"] and data["email_normalized"]
            ],
        )

    def _notify_by_email_render_layout(
        self, message, recipients_group, msg_vals=False, render_values=None
    ):
        body = super()._notify_by_email_render_layout(
            message, recipients_group, msg_vals=msg_vals, render_values=render_values
        )
        purpose = self.env.context.get("bde_request_purpose")
        reader = recipients_group["recipients_data"][:1]
        if not purpose or not reader or not reader[0]["share"]:
            return body
        return self._bde_add_foot(body, purpose, reader[0])

    def _bde_add_foot(self, body, purpose, reader):
        """Adds the notice on personal data, the first time, and the address to say no."""
        Letters = self.env["bde.solicitation"]
        employer = self._solicitation_employer()
        contact = self.env["res.partner"].browse(reader["id"] or ())
        letter = {"partner": employer, "contact": contact}
        lang = Letters._reader_lang(contact or employer)
        [(link, token)] = self.env["bde.link"]._mint_optouts(
            self.company_id, purpose, [(employer, reader["name"], reader["email_normalized"], lang)]
        )
        newcomers = Letters._newcomers(self.company_id, [letter])
        values = Letters._foot_values(link, token, first=bool(newcomers))
        foot = Letters._body("mail_solicitation_foot", lang, values)
        Letters._note_informed(self.company_id, newcomers)
        head, end, tail = str(body).rpartition("</body>")
        return f"{head}{foot}{end}{tail}" if end else f"{body}{foot}"
