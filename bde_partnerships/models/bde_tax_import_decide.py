from odoo import api, models
from odoo.exceptions import AccessError, UserError

# what people say of a row; all else is written by the import alone
SAID = {"decision", "partner_id", "aside_reason"}
# which answers a row takes
ANSWERS = {
    "new": {"take", "aside"},
    "to_confirm": {"take", "aside"},
    "unmatched": {"take", "aside"},
    "changed": {"correct", "add", "keep"},
    "gone": {"withdraw"},
}


class BdeTaxImportLine(models.Model):
    """What people decide of the rows of an export."""

    _inherit = "bde.tax.import.line"

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - SAID:
                raise AccessError(
                    self.env._("Rows of an export are not changed: correct the file instead.")
                )
            if vals.get("partner_id") and "decision" not in vals:
                # who names a company has said whose money it is
                vals = vals | {"decision": "take"}
            self._check_decision(vals)
        return super().write(vals)

    def _check_decision(self, vals):
        """Stops answers that make no sense, or come too late."""
        decision = vals.get("decision")
        if vals.get("partner_id"):
            # the row shows its name
            self.env["res.partner"]._bde_check_employers([vals["partner_id"]])
        if decision == "withdraw":
            # the secretary deletes nothing
            for company in self.company_id:
                company._bde_check_user_is("manager")
        for line in self:
            if line.result:
                raise UserError(self.env._("Line %(line)s is counted already.", line=line.line))
            if decision and decision not in ANSWERS.get(line.status, ()):
                raise UserError(line._no_such_answer())
            partner = vals.get("partner_id", line.partner_id.id)
            kept = vals.get("decision", line.decision) or line.status
            if not partner and kept in ("take", "new"):
                raise UserError(
                    self.env._(
                        "Line %(line)s: choose the company first, or register it.", line=line.line
                    )
                )
            if decision == "aside" and not vals.get("aside_reason", line.aside_reason):
                raise UserError(
                    self.env._("Line %(line)s: say why it is set aside.", line=line.line)
                )

    def _no_such_answer(self):
        """Why a row does not take an answer: what to do instead."""
        if self.status == "refused":
            return self.env._(
                "Line %(line)s is refused: correct it in the file and load it again.",
                line=self.line,
            )
        if self.status == "not_ours":
            return self.env._(
                "Line %(line)s is of another school: say “It is ours” first, if it is.",
                line=self.line,
            )
        if self.status == "changed":
            return self.env._(
                "Line %(line)s was counted before: correct it, count it besides, or keep what"
                " was counted.",
                line=self.line,
            )
        return self.env._("Line %(line)s does not take this answer.", line=self.line)

    # ------------------------------------------------------------
    # Verbs, for one row and for many
    # ------------------------------------------------------------

    def action_decide(self):
        """Answers these rows with the decision of the context; an empty one takes it back."""
        self.write({"decision": self.env.context.get("decision") or False})
        return self._count_now()

    def action_take(self):
        """Confirms the proposed company of these rows; those without one are left."""
        return self.filtered("partner_id").with_context(decision="take").action_decide()

    def _count_now(self):
        """Counts rows of files that are done already: deciding is all that was missing."""
        for record in self.import_id.filtered(lambda one: one.state == "done"):
            if record._todo_count():
                record.action_apply()
        return True

    def action_choose(self):
        """Opens the dialog that proposes companies for one row."""
        self.ensure_one()
        wizard = self.env["bde.tax.match"]._for_line(self)
        return wizard._open()

    def action_register(self):
        """Opens the dialog that registers the employer of one row."""
        self.ensure_one()
        query = self.siret or self.siren or " ".join(filter(None, (self.name, self.city)))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Register this company"),
            "res_model": "bde.employer.register",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_company_id": self.company_id.id,
                "default_query": query,
                "default_siret": self.siret,
                "default_name": self.name,
                "default_zip": self.zip,
                "default_city": self.city,
                "default_tax_line_id": self.id,
            },
        }

    def action_set_aside(self):
        """Opens the dialog that asks why these rows are set aside."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set aside"),
            "res_model": "bde.tax.aside",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_ids": self.ids},
        }

    def action_ours(self):
        """Says that the component that these rows name is one of the school's: kept for good."""
        rows = self.filtered(lambda line: line.status == "not_ours")
        self.env["bde.tax.component"].create(rows._component_values())
        for record in rows.import_id:
            record.action_preview()
        return True

    def _component_values(self):
        """One component for each name, UAI or SIRET of these rows."""
        values = {}
        for line in self:
            key = (line.campaign_id.id, line.component_uai or line.component_siret
                   or line.component_label)  # fmt: skip
            values.setdefault(
                key,
                {
                    "campaign_id": line.campaign_id.id,
                    "name": line.component_label or key[1],
                    "uai": line.component_uai,
                    "siret": line.component_siret,
                },
            )
        return list(values.values())

    def action_open_company(self):
        """The page of the company that the row speaks of."""
        self.ensure_one()
        relation = self.env["bde.relation"].search(
            [("company_id", "=", self.company_id.id), ("partner_id", "=", self.partner_id.id)]
        )
        return relation._bde_open() if relation else False

    @api.model
    def _same_employer(self, lines):
        """Rows that wait for the same employer as these: resolved with them."""
        keys = [key for key in lines.mapped("employer_key") if key]
        return self.search(
            [
                ("import_id", "in", lines.import_id.ids),
                ("employer_key", "in", keys),
                ("waits", "=", True),
                ("status", "in", ("to_confirm", "unmatched")),
            ]
        )


class BdeTaxImport(models.Model):
    """What people may change of an import."""

    _inherit = "bde.tax.import"

    def write(self, vals):
        if not self.env.su and "total_file" in vals:
            raise AccessError(self.env._("The total of a file is read from it."))
        if not self.env.su and {"file", "filename"} & vals.keys():
            self._check_not_counted()
        return super().write(vals)
