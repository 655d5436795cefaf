from odoo import api, fields, models

COUNTS = ("decide", "new", "known", "refused", "left", "undecided", "todo", "done")


class BdeBookImport(models.Model):
    """What an import found and did, in numbers, in a sentence and as a file."""

    _inherit = "bde.book.import"

    decide_count = fields.Integer(string="To decide", compute="_compute_counts")
    new_count = fields.Integer(string="New", compute="_compute_counts")
    known_count = fields.Integer(string="Known", compute="_compute_counts")
    refused_count = fields.Integer(string="Refused", compute="_compute_counts")
    left_count = fields.Integer(string="Left out", compute="_compute_counts")
    undecided_count = fields.Integer(string="Without a decision", compute="_compute_counts")
    todo_count = fields.Integer(string="To write", compute="_compute_counts")
    done_count = fields.Integer(string="Written", compute="_compute_counts")
    sentence = fields.Text(string="What will happen", compute="_compute_sentence")

    @api.depends(
        "line_ids.status", "line_ids.decision", "line_ids.todo", "line_ids.waits",
        "line_ids.result",
    )  # fmt: skip
    def _compute_counts(self):
        rows = self.env["bde.book.line"]._read_group(
            [("import_id", "in", self.ids)],
            ["import_id", "status", "decision", "todo", "waits", "result", "same_as"],
            ["__count"],
        )
        totals = {record.id: dict.fromkeys(COUNTS, 0) for record in self}
        for record, status, decision, todo, waits, result, same_as, count in rows:
            total = totals[record.id]
            if status == "look_alike":
                # rows of one company are decided with its first
                total["decide"] += 0 if same_as else count
            else:
                total[status] += count
            total["undecided"] += count if waits and not same_as else 0
            total["left"] += count if decision == "leave" else 0
            total["todo"] += count if todo else 0
            total["done"] += count if result else 0
        for record in self:
            for name in COUNTS:
                record[f"{name}_count"] = totals.get(record.id, {}).get(name, 0)

    @api.depends("state", "report", "todo_count", "undecided_count", "refused_count")
    def _compute_sentence(self):
        for record in self:
            if record.state == "preview" and not record.done_count:
                record.sentence = record._sentence_before()
            elif record.state in ("preview", "running", "done"):
                record.sentence = record._sentence_after()
            else:
                record.sentence = False

    def _sentence_before(self):
        """What writing will do, and what waits."""
        parts = [
            (self.new_count, self.env._("new companies: %(n)s")),
            (self.known_count, self.env._("known companies, completed: %(n)s")),
        ]
        if self.kind == "past_placements":
            parts = [
                (self.new_count, self.env._("placements at new companies: %(n)s")),
                (self.known_count, self.env._("placements at known companies: %(n)s")),
            ]
        found = ", ".join(text % {"n": number} for number, text in parts if number)
        sentences = [self.env._("Found: %(what)s.", what=found)] if found else []
        if self.undecided_count:
            sentences.append(
                self.env._(
                    "Look like a company of the book: %(n)s. Say which they are; without a "
                    "decision they are not written.",
                    n=self.undecided_count,
                )
            )
        if self.refused_count:
            sentences.append(
                self.env._(
                    "Refused: %(n)s. Download them with the reason, correct them, load them again.",
                    n=self.refused_count,
                )
            )
        if not sentences:
            sentences.append(self.env._("Every row is left out: nothing to write."))
        return " ".join(sentences)

    def _sentence_after(self):
        """What was written."""
        report = self.report or {}
        parts = [
            (report.get("made"), self.env._("companies registered: %(n)s")),
            (report.get("joined"), self.env._("companies that were known: %(n)s")),
            (report.get("contacts"), self.env._("contacts: %(n)s")),
            (report.get("placements"), self.env._("past placements: %(n)s")),
            (
                report.get("placements_known"),
                self.env._("past placements that were there already: %(n)s"),
            ),
        ]
        done = ", ".join(text % {"n": number} for number, text in parts if number)
        sentences = [self.env._("Written: %(what)s.", what=done)] if done else []
        if self.todo_count:
            sentences.append(self.env._("Still to write: %(n)s rows.", n=self.todo_count))
        if self.undecided_count:
            sentences.append(self.env._("Still without a decision: %(n)s.", n=self.undecided_count))
        if self.refused_count:
            sentences.append(
                self.env._("Refused rows to correct and load again: %(n)s.", n=self.refused_count)
            )
        return " ".join(sentences)

    # ------------------------------------------------------------
    # Lists behind the counters
    # ------------------------------------------------------------

    def action_lines(self):
        """The rows of one status (context ``status``), or all, to search and decide."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_book_line")
        status = self.env.context.get("status")
        action["domain"] = [("import_id", "=", self.id)]
        if status:
            action["domain"].append(("status", "=", status))
            labels = dict(
                self.env["bde.book.line"]._fields["status"]._description_selection(self.env)
            )
            action["display_name"] = action["name"] = labels[status]
        action["context"] = {"create": False}
        return action

    def action_companies(self):
        """The companies of this list, on the pages of the school."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_relation")
        lines = self.env["bde.book.line"].search(
            [("import_id", "=", self.id), ("relation_id", "!=", False)]
        )
        action["domain"] = [("id", "in", lines.relation_id.ids)]
        action["context"] = {}
        return action

    def action_past_placements(self):
        """Past placements of the school."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "bde_partnerships.action_past_placement"
        )
