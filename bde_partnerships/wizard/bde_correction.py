from odoo import Command, api, fields, models


class BdeCorrection(models.TransientModel):
    """One screen before a correction goes out: what changed and what that asks of whom."""

    _name = "bde.correction"
    _description = "Correction of documents that are out for signature"

    line_ids = fields.One2many("bde.correction.line", "wizard_id", readonly=True)
    document_count = fields.Integer(compute="_compute_counts")
    reason = fields.Char(string="What is corrected", help="The parties read it.")
    can_open = fields.Boolean(compute="_compute_counts")
    can_send = fields.Boolean(compute="_compute_counts")
    can_resume = fields.Boolean(compute="_compute_counts")
    cost = fields.Char(string="What it costs", compute="_compute_counts")
    summary = fields.Html(compute="_compute_counts", sanitize=False)
    obstacle = fields.Text(compute="_compute_counts")

    @api.depends("line_ids")
    def _compute_counts(self):
        for wizard in self:
            lines = wizard.line_ids
            ready = lines.filtered("can_send")
            wizard.document_count = len(lines)
            wizard.summary = lines.summary if len(lines) == 1 else False
            wizard.obstacle = lines.obstacle if len(lines) == 1 else False
            wizard.can_send = bool(ready)
            wizard.can_open = any(not line.is_open and not line.is_changed for line in lines)
            wizard.can_resume = any(line.is_open and not line.is_changed for line in lines)
            wizard.cost = (
                self.env._(
                    "%(again)s signatures to give again, %(told)s people told by mail.",
                    again=sum(ready.mapped("again_count")),
                    told=sum(ready.mapped("told_count")),
                )
                if ready
                else False
            )

    @api.model
    def _open(self, documents):
        """The screen for these documents.

        :param documents: out for signature
        """
        lines = []
        for batch in documents._as_engine():
            incomplete = batch._incomplete()
            complete = batch.filtered(lambda d, incomplete=incomplete: d not in incomplete)
            plans = complete._correction_plan()
            obstacles = complete._correction_obstacles(plans, {})
            for document in batch:
                plan = plans.get(document)
                found = incomplete.get(document) or obstacles.get(document, [])
                lines.append(self._line_vals(document, plan, found))
        wizard = self.create(
            {
                "reason": documents[:1].correcting_reason if len(documents) == 1 else False,
                "line_ids": [Command.create(vals) for vals in lines],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "large"},
        }

    @api.model
    def _line_vals(self, document, plan, obstacles):
        is_open = bool(document.correcting_since)
        vals = {
            "document_id": document.id,
            "title": document.title or document.number,
            "is_open": is_open,
            "is_changed": not plan or bool(plan["changes"]),
            "obstacle": "\n".join(obstacles),
        }
        if not plan:
            return vals
        # what a person reads is in his own language, not in that of the document
        told = plan["informed"] | plan["gone"]
        by_mail = told.filtered("email")
        return vals | {
            "can_send": not obstacles,
            "seen_sha256": plan["sha256"],
            "change_class": plan["change_class"] if plan["changes"] else False,
            "what": "; ".join(
                f"{c['label']}: {c['old'] or '–'} → {c['new'] or '–'}" for c in plan["changes"]
            ),
            "again": self._names(row["vals"] for row in plan["again"]),
            "again_count": len(plan["again"]),
            "told_count": len(set(by_mail.mapped("signer_key"))),
            "summary": self._summary(document, plan, told - by_mail),
        }

    @api.model
    def _names(self, parties):
        return ", ".join(dict.fromkeys(party["name"] for party in parties))

    @api.model
    def _summary(self, document, plan, untold):
        roles = dict(
            self.env["bde.document.signature"]._fields["role"]._description_selection(self.env)
        )

        def label(vals):
            return f"{vals['name']} ({roles[vals['role']]})"

        return self.env["ir.qweb"]._render(
            "bde_partnerships.correction_summary",
            {
                "changes": plan["changes"],
                "change_class": self._class_sentence(plan),
                "again": [label(row["vals"]) for row in plan["again"]],
                "waiting": [
                    label(row["vals"]) for row in plan["waiting"] if row["vals"]["required"]
                ],
                "kept": [label(signature) for signature in plan["kept"]],
                "gone": [label(signature) for signature in plan["gone"]],
                "untold": [
                    f"{label(signature)} {signature.phone or ''}".strip() for signature in untold
                ],
            },
            minimal_qcontext=True,
        )

    @api.model
    def _class_sentence(self, plan):
        if not plan["changes"]:
            return ""
        sentences = {
            "administrative": self.env._("Administrative: nobody who signed signs again."),
            "conditions": self.env._(
                "Working conditions: the company and the pupil's side sign again."
            ),
            "essential": self.env._("Essential: everybody signs again."),
        }
        return sentences[plan["change_class"]]

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_open_terms(self):
        """Opens the terms; nobody can sign until the correction is sent or given up."""
        self.ensure_one()
        documents = self.line_ids.filtered(lambda line: not line.is_changed).document_id
        documents.action_correct(self.reason)
        if len(documents) == 1:
            return documents._concrete_one()._document_edit_action()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "sticky": True,
                "message": self.env._(
                    "%(count)s documents are open. Change what is wrong, then select them and "
                    "press “Correct” again: the corrections are sent together.",
                    count=len(documents),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_send(self):
        """Sends the corrections that can be sent, as they were shown."""
        self.ensure_one()
        lines = self.line_ids.filtered("can_send")
        documents = lines.document_id
        if self.reason:
            # the reason stands in the new version; the lock comes with it
            documents.action_correct(self.reason)
        seen = {line.document_id.id: line.seen_sha256 for line in lines}
        result = documents.action_send_correction(seen)
        return result if isinstance(result, dict) else {"type": "ir.actions.act_window_close"}

    def action_resume(self):
        """Gives the correction up where nothing was changed."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.is_open and not line.is_changed)
        lines.document_id.action_resume()
        return {"type": "ir.actions.act_window_close"}


class BdeCorrectionLine(models.TransientModel):
    """One document of a correction."""

    _name = "bde.correction.line"
    _description = "Document to correct"

    wizard_id = fields.Many2one("bde.correction", required=True, readonly=True, ondelete="cascade")
    document_id = fields.Many2one(
        "bde.document", string="What is corrected", required=True, readonly=True, ondelete="cascade"
    )
    title = fields.Char(string="Document", readonly=True)
    is_open = fields.Boolean(string="Being corrected", readonly=True)
    is_changed = fields.Boolean(readonly=True)
    can_send = fields.Boolean(readonly=True)
    what = fields.Text(string="What changed", readonly=True)
    change_class = fields.Selection(
        lambda self: (
            self.env["bde.change.rule"]._fields["change_class"]._description_selection(self.env)
        ),
        string="Kind of change",
        readonly=True,
    )
    again = fields.Char(string="Sign again", readonly=True)
    again_count = fields.Integer(readonly=True)
    told_count = fields.Integer(string="Told", readonly=True)
    obstacle = fields.Text(string="Not yet", readonly=True)
    seen_sha256 = fields.Char(readonly=True)
    summary = fields.Html(readonly=True, sanitize=False)
