import re
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..models.bde_solicitation_letters import STATUSES
from ..rules.purposes import PURPOSES
from ..rules.solicitation import REASONS

SERVICE = "service"
# a field of the company, or anything that is worked out: not the name of the school
OF_ONE_COMPANY = re.compile(r"object\.(?!company_id\.)|t-(?:if|foreach|set|call)")
# what a model leaves to whoever writes
TO_FILL_IN = re.compile(r"\[[^\[\]]{5,}\]")
TAG = re.compile(r"<[^>]*>")


class BdeSolicitationWizard(models.TransientModel):
    """Writes to companies, from one page or from a list of many; says first who is left out."""

    _name = "bde.solicitation.wizard"
    _description = "Write to companies"

    company_id = fields.Many2one("res.company", string="School", required=True)
    purpose = fields.Selection(
        [*PURPOSES, (SERVICE, "Not a request: convention, pupil on placement, safety")],
        string="What for",
        required=True,
        default="placements",
    )
    template_id = fields.Many2one(
        "mail.template",
        string="Model",
        compute="_compute_template_id",
        compute_sudo=False,  # models of other schools are none of the user's
        store=True,
        readonly=False,
        precompute=True,
        ondelete="set null",
        domain="[('model', '=', 'bde.relation'), ('bde_purpose', 'in', (purpose, False))]",
    )
    subject = fields.Char(
        compute="_compute_text",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    body = fields.Html(
        string="Letter",
        compute="_compute_text",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        sanitize="email_outgoing",
    )
    reason = fields.Selection(REASONS, string="Why all the same")
    line_ids = fields.One2many("bde.solicitation.wizard.line", "wizard_id", string="To")
    ready_count = fields.Integer(compute="_compute_counts")
    warned_count = fields.Integer(compute="_compute_counts")
    left_out_count = fields.Integer(compute="_compute_counts")

    # ------------------------------------------------------------
    # From where it was opened
    # ------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        model = self.env.context.get("active_model")
        if "line_ids" not in fields or model not in ("bde.relation", "crm.lead"):
            return values
        ids = self.env.context.get("active_ids") or [self.env.context.get("active_id")]
        records = self.env[model].browse(ids)
        records.check_access("read")
        relations = records if model == "bde.relation" else records.bde_relation_id
        company = relations.company_id
        if not relations:
            raise UserError(self.env._("Say first which company this is about."))
        if len(company) > 1:
            raise UserError(self.env._("Choose companies of one school at a time."))
        values["company_id"] = company.id
        if model == "crm.lead" and len(set(records.mapped("bde_purpose"))) == 1:
            values["purpose"] = records[0].bde_purpose or values.get("purpose")
        contacts = self._default_contacts(records, relations, values.get("purpose"))
        values["line_ids"] = [_line_for(relation, contacts.get(relation)) for relation in relations]
        return values

    @api.model
    def _default_contacts(self, records, relations, purpose):
        """Whom to write to at each company: the contact of the request, or the best one."""
        contacts = relations._letter_contacts(purpose)
        if records._name == "crm.lead":
            for lead in records:
                contact = lead.partner_id
                if contact.email and contact.bde_relation_id == lead.bde_relation_id:
                    contacts[lead.bde_relation_id] = contact
        return contacts

    # ------------------------------------------------------------
    # Text
    # ------------------------------------------------------------

    @api.depends("purpose")
    def _compute_template_id(self):
        """The model of this purpose: one's own, then the school's, then that of the suite."""
        for wizard in self:
            templates = self.env["mail.template"].search(
                [("model", "=", "bde.relation"), ("bde_purpose", "=", wizard.purpose)], order="id"
            )
            mine = templates.filtered(lambda t: t.create_uid == self.env.user)
            school = templates.filtered(lambda t: t.create_uid.id != 1)
            wizard.template_id = (mine or school or templates)[:1]

    @api.depends("template_id")
    def _compute_text(self):
        """Text of the model as it will read; with its fields when it differs by company."""
        for wizard in self:
            template = wizard.template_id
            relations = wizard.line_ids.relation_id
            if not template:
                wizard.subject = wizard.subject or ""
                wizard.body = wizard.body or False
            elif len(relations) == 1 or relations and _is_same_for_all(template):
                relation = relations[0]
                values = template._generate_template(relation.ids, ("subject", "body_html"))
                wizard.subject = values[relation.id]["subject"]
                wizard.body = values[relation.id]["body_html"]
            else:
                wizard.subject = template.subject
                wizard.body = template.body_html

    def _render(self, relations):
        """Subject and text for each company, its fields filled in.

        Only the fields that core lets everybody use are (``mail_allowed_qweb_expressions``).
        """
        Render = self.env["mail.render.mixin"]
        ids = relations.ids
        subjects = Render._render_template(self.subject, "bde.relation", ids)
        bodies = Render._render_template(
            str(self.body or ""),
            "bde.relation",
            ids,
            engine="qweb",
            options={"post_process": True},
        )
        return {r: (subjects[r.id], bodies[r.id]) for r in relations}

    # ------------------------------------------------------------
    # Who gets it
    # ------------------------------------------------------------

    @api.depends("line_ids.status")
    def _compute_counts(self):
        for wizard in self:
            counts = Counter(wizard.line_ids.mapped("status"))
            wizard.ready_count = counts["ready"]
            wizard.warned_count = counts["warned"]
            wizard.left_out_count = len(wizard.line_ids) - counts["ready"] - counts["warned"]

    def action_send(self):
        """Sends to those who may be written to; the others are counted in what it says."""
        self.ensure_one()
        lines = self.line_ids
        self._check_ready(lines)
        lines.relation_id.check_access("read")
        texts = self._render(lines.relation_id)
        letters = [
            line._letter() | dict(zip(("subject", "body"), texts[line.relation_id], strict=True))
            for line in lines
        ]
        if self.purpose == SERVICE:
            results = self.env["bde.solicitation"]._send_service(self.company_id, letters)
        else:
            results = self.env["bde.solicitation"]._send(self.company_id, self.purpose, letters)
        return self._report(Counter(status for status, _text in results))

    def _check_ready(self, lines):
        if not lines:
            raise UserError(self.env._("There is nobody to write to."))
        if gap := TO_FILL_IN.search(TAG.sub("", f"{self.subject} {self.body or ''}")):
            raise UserError(
                self.env._("Fill in what stands between brackets: %(text)s", text=gap[0])
            )
        if self.warned_count and not self.reason:
            raise UserError(
                self.env._(
                    "Another school is talking with %(count)s of these companies: choose why you"
                    " write all the same, or take them off the list.",
                    count=self.warned_count,
                )
            )
        if not self.ready_count and not self.warned_count:
            raise UserError(
                self.env._(
                    "No letter may leave:\n%(reasons)s",
                    reasons="\n".join(dict.fromkeys(filter(None, lines.mapped("text")))),
                )
            )

    def _report(self, counts):
        """Notification with what was sent, and what was not."""
        sent = counts.pop("sent", 0)
        leaves_on = self.env["bde.solicitation"]._leaves_on(self.company_id)
        if leaves_on and self.purpose != SERVICE:
            message = self.env._(
                "Letters ready: %(count)s. They leave on %(when)s, in working hours.",
                count=sent,
                when=format_datetime(
                    self.env, leaves_on, tz=self.company_id.bde_tz, dt_format="EEEE HH:mm"
                ),
            )
        else:
            message = self.env._("Letters on their way: %(count)s.", count=sent)
        if left := sum(counts.values()):
            message += " " + self.env._("Not sent: %(count)s.", count=left)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


def _is_same_for_all(template):
    """Whether a model names nothing but the school, which writes to all of them."""
    text = f"{template.subject or ''} {template.body_html or ''}"
    return not OF_ONE_COMPANY.search(text)


def _line_for(relation, contact):
    """Command that adds a company to the list of the wizard."""
    return fields.Command.create(
        {"relation_id": relation.id, "contact_id": contact.id if contact else False}
    )


class BdeSolicitationWizardLine(models.TransientModel):
    """One company that is written to, and what stands against it."""

    _name = "bde.solicitation.wizard.line"
    _description = "Company to write to"

    wizard_id = fields.Many2one(
        "bde.solicitation.wizard", required=True, index=True, ondelete="cascade"
    )
    relation_id = fields.Many2one(
        "bde.relation", string="Company", required=True, ondelete="cascade"
    )
    contact_id = fields.Many2one(
        "res.partner",
        ondelete="cascade",
        domain="[('bde_relation_id', '=', relation_id), ('email', '!=', False)]",
    )
    email = fields.Char(compute="_compute_email")
    status = fields.Selection(STATUSES, compute="_compute_status")
    text = fields.Text(string="Before you write", compute="_compute_status")

    @api.depends("contact_id", "relation_id")
    def _compute_email(self):
        for line in self:
            line.email = line.contact_id.email or line.relation_id.email

    def _letter(self):
        """What the letters need of this line; see ``bde.solicitation``."""
        return {
            "partner": self.relation_id.partner_id,
            "contact": self.contact_id,
            "reason": self.wizard_id.reason,
        }

    @api.depends("contact_id", "relation_id", "wizard_id.purpose", "wizard_id.reason")
    def _compute_status(self):
        """All lines of a wizard at once: as many queries for one as for a thousand."""
        for wizard, lines in self.grouped("wizard_id").items():
            asked = lines.filtered("relation_id")
            (lines - asked).update({"status": False, "text": False})
            if wizard.purpose == SERVICE:
                for line in asked:
                    line.status = "ready" if line.email else "no_address"
                    line.text = False
                continue
            results = self.env["bde.solicitation"]._check(
                asked.relation_id.company_id[:1],
                wizard.purpose,
                [line._letter() for line in asked],
            )
            for line, (status, text) in zip(asked, results, strict=True):
                line.status, line.text = status, text
