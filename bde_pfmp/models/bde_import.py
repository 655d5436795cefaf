import base64
import csv
import io
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from ..rules import school_data, school_files
from ..rules.import_plan import build_plan
from .bde_import_line import STATUSES, SUBJECTS
from .bde_import_reason import reason, where

# Lines that come first: those that wait for the user.
_SEQUENCE = {status: number for number, (status, _label) in enumerate(STATUSES)}
# Order in which the files of one import are read.
_KINDS = (
    school_data.NOMENCLATURE,
    school_data.STRUCTURES,
    school_data.STS,
    school_data.TEACHERS_CSV,
    school_data.PUPILS,
    school_data.PUPILS_CSV,
    school_data.GUARDIANS,
)
FILE_DAYS = 30
# More pupils than that missing, and more than are named: the export is probably a part of it.
PARTIAL = 10


class BdeImport(models.Model):
    """Files of a school, what they would change, and the moment when they did.

    The preview and the application read the files anew: what is applied is what was shown, or
    the preview is shown again.
    """

    _name = "bde.import"
    _description = "Import of pupils and teachers"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "create_date desc, id desc"

    name = fields.Char(compute="_compute_name")
    state = fields.Selection(
        [("draft", "Files"), ("previewed", "Preview"), ("applied", "Applied")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Files",
        copy=False,
        help="Exports of SIECLE and STS-web, plain or zipped, or tables; several at once.",
    )
    file_ids = fields.One2many("bde.import.file", "import_id", string="Recognised files")
    line_ids = fields.One2many("bde.import.line", "import_id", string="Lines")
    decide_line_ids = fields.One2many(
        "bde.import.line",
        "import_id",
        string="To decide",
        domain=[("status", "in", ("to_confirm", "conflict", "gone"))],
    )
    refused_line_ids = fields.One2many(
        "bde.import.line", "import_id", string="Refused", domain=[("status", "=", "refused")]
    )
    change_line_ids = fields.One2many(
        "bde.import.line",
        "import_id",
        string="Changes",
        domain=[("status", "in", ("new", "moved", "changed", "removed", "same"))],
    )
    counts = fields.Json(readonly=True, copy=False)
    decide_count = fields.Integer(compute="_compute_counts")
    refused_count = fields.Integer(compute="_compute_counts")
    change_count = fields.Integer(compute="_compute_counts")
    summary = fields.Html(compute="_compute_summary", sanitize=False)
    sentence = fields.Text(string="What will happen", compute="_compute_summary")
    signature = fields.Char(readonly=True, copy=False)
    applied_on = fields.Datetime(readonly=True, copy=False)
    applied_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    files_deleted_on = fields.Date(readonly=True, copy=False)
    refused_file = fields.Binary(compute="_compute_refused_file")
    refused_filename = fields.Char(compute="_compute_refused_file")

    @api.depends("create_date", "school_year_id.name")
    def _compute_name(self):
        for record in self:
            day = fields.Datetime.context_timestamp(
                record, record.create_date or fields.Datetime.now()
            )
            record.name = self.env._("Import of %(date)s", date=format_date(self.env, day.date()))

    @api.depends("counts")
    def _compute_counts(self):
        waiting = {"to_confirm", "conflict", "gone"}
        for record in self:
            total = dict.fromkeys(("decide", "refused", "change"), 0)
            for key, number in (record.counts or {}).items():
                status = key.split("|")[1]
                if status in waiting:
                    total["decide"] += number
                elif status == "refused":
                    total["refused"] += number
                elif status in ("new", "changed", "moved", "removed"):
                    total["change"] += number
            record.decide_count = total["decide"]
            record.refused_count = total["refused"]
            record.change_count = total["change"]

    @api.depends("counts", "state", "line_ids.decision", "file_ids.problem")
    def _compute_summary(self):
        for record in self:
            column = Markup('<div class="col-lg-6">%s</div>')
            record.summary = record.counts and Markup('<div class="row">%s</div>') % (
                column % record._summary_files() + column % record._summary_table()
            )
            record.sentence = record._sentence() if record.state == "previewed" else False

    def _summary_files(self):
        """The files as they were recognised, or why they are refused."""
        kinds = dict(self._fields_get_selection("bde.import.file", "kind"))
        rows = Markup()
        for file in self.file_ids:
            if file.problem:
                mark, tone, text = "fa-times", "text-danger", file.problem
            else:
                mark, tone = "fa-check", "text-success"
                day = file.exported_on and self.env._(
                    "exported on %(date)s", date=format_date(self.env, file.exported_on)
                )
                text = " · ".join(filter(None, (kinds.get(file.kind), file.content, day)))
            rows += Markup(
                '<li class="mb-2"><i class="fa %s %s me-2"></i><strong>%s</strong><br/>'
                '<span class="%s ms-4">%s</span></li>'
            ) % (mark, tone, file.name, tone if file.problem else "text-muted", text)
        return Markup('<ul class="list-unstyled">%s</ul>') % rows

    def _summary_table(self):
        """Counters by subject and status, as a small table."""
        subjects = dict(self._fields_get_selection("bde.import.line", "subject"))
        statuses = dict(self._fields_get_selection("bde.import.line", "status"))
        statuses["left"] = self.env._("Already left")
        counts = {tuple(key.split("|")): number for key, number in self.counts.items()}
        shown = [
            status
            for status in ("new", "moved", "changed", "removed", "same", "gone", "conflict",
                           "to_confirm", "refused", "left")
            if any(key[1] == status and number for key, number in counts.items())
        ]  # fmt: skip
        head = Markup().join(
            Markup('<th class="text-end">%s</th>') % statuses[status] for status in shown
        )
        rows = Markup()
        for subject, _label in SUBJECTS:
            numbers = [counts.get((subject, status), 0) for status in shown]
            if not any(numbers):
                continue
            cells = Markup().join(
                Markup('<td class="text-end">%s</td>') % (number or "") for number in numbers
            )
            rows += Markup("<tr><th>%s</th>%s</tr>") % (subjects[subject], cells)
        return Markup(
            '<table class="table table-sm w-auto mb-0"><thead><tr><th></th>%s</tr></thead>'
            "<tbody>%s</tbody></table>"
        ) % (head, rows)

    def _fields_get_selection(self, model, name):
        return self.env[model]._fields[name]._description_selection(self.env)

    def _sentence(self):
        """What applying will do, in one sentence."""
        counts = {tuple(key.split("|")): number for key, number in (self.counts or {}).items()}

        def number(subject, *statuses):
            return sum(counts.get((subject, status), 0) for status in statuses)

        answers = self.line_ids.mapped("decision")
        parts = [
            (number("student", "new"), self.env._("new pupils: %(n)s")),
            (number("guardian", "new"), self.env._("new guardians: %(n)s")),
            (number("teacher", "new"), self.env._("new teachers: %(n)s")),
            (number("division", "new"), self.env._("new classes: %(n)s")),
            (number("training", "new"), self.env._("new trainings: %(n)s")),
            (number("student", "moved"), self.env._("pupils who change class: %(n)s")),
            (number("student", "changed"), self.env._("pupils with changes: %(n)s")),
            (number("guardian", "changed"), self.env._("guardians with changes: %(n)s")),
            (
                number("teacher", "changed") + number("division", "changed")
                + number("teaching", "changed", "new", "removed"),
                self.env._("changes of teachers, classes and hours: %(n)s"),
            ),
            (
                number("guardianship", "changed", "removed"),
                self.env._("changes of authority: %(n)s"),
            ),
            (answers.count("close"), self.env._("closed as you answered: %(n)s")),
            (
                answers.count("take"),
                self.env._("values of the school replaced as you answered: %(n)s"),
            ),
        ]  # fmt: skip
        done = ", ".join(text % {"n": count} for count, text in parts if count)
        gone = number("student", "gone")
        waiting = self.decide_count - len([answer for answer in answers if answer])
        sentences = [
            self.env._("Applying will write: %(what)s.", what=done)
            if done
            else self.env._("Nothing to write: the school already has all this.")
        ]
        if gone > PARTIAL and gone > number("student", "same", "changed", "moved"):
            sentences.append(
                self.env._(
                    "The files leave out most of the school (pupils not named: %(n)s): are they "
                    "complete?",
                    n=gone,
                )
            )
        if waiting:
            sentences.append(
                self.env._("Lines without an answer stay as they are: %(n)s.", n=waiting)
            )
        if self.refused_count:
            sentences.append(self.env._("Refused rows stay out: %(n)s.", n=self.refused_count))
        return " ".join(sentences)

    @api.depends("refused_count")
    def _compute_refused_file(self):
        for record in self:
            record.refused_filename = self.env._(
                "refused-rows-%(uai)s.csv", uai=record.company_id.uai or ""
            )
            record.refused_file = record.refused_count and base64.b64encode(
                record._refused_csv()
            )

    def _refused_csv(self):
        """Refused rows as a table for a spreadsheet.

        A cell that a spreadsheet would run as a formula is kept as text.
        """
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        writer.writerow(
            (self.env._("What"), self.env._("Name"), self.env._("Where"), self.env._("Reason"))
        )
        subjects = dict(self._fields_get_selection("bde.import.line", "subject"))
        for line in self.refused_line_ids:
            row = (subjects[line.subject], line.name or "", line.position or "", line.reason or "")
            writer.writerow(
                "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t") else cell for cell in row
            )
        return stream.getvalue().encode("utf-8-sig")

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._own_attachments()
        return records

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_attachments()
        return result

    def _own_attachments(self):
        """Files of minors are readable through their import only."""
        for record in self:
            # sudo: the user just uploaded them; they follow the import's rules from now on
            record.attachment_ids.sudo().filtered(
                lambda file, record=record: (file.res_model, file.res_id)
                != (record._name, record.id)
            ).write({"res_model": record._name, "res_id": record.id, "public": False})

    def unlink(self):
        attachments = self.attachment_ids
        result = super().unlink()
        # sudo: whoever may delete the import deletes its files
        attachments.sudo().unlink()
        return result

    # --- preview ----------------------------------------------------------------------------------

    def action_preview(self):
        """Read the files and show what they would change. Writes nothing of the school."""
        self.ensure_one()
        self.check_access("write")
        if self.state == "applied":
            raise UserError(self.env._("This import is already applied: make a new one."))
        if not self.attachment_ids:
            raise UserError(self.env._("Add the files first."))
        self._show(build_plan(self._read_files(), self._known()))
        return True

    def action_back(self):
        """Back to the files."""
        self.ensure_one()
        if self.state == "applied":
            raise UserError(self.env._("This import is already applied: make a new one."))
        # sudo: lines are made and unmade by the import alone
        self.sudo().write({
            "line_ids": [Command.clear()], "file_ids": [Command.clear()],
            "counts": False, "signature": False, "state": "draft",
        })  # fmt: skip

    def _decisions(self):
        return {line.key: line.decision for line in self.line_ids if line.decision}

    def _read_files(self):
        """Parse the attachments; note what each is, or why it is refused.

        :return: the files that can be used, in the order in which they are used
        """
        today = self.company_id._bde_today()
        parsed, rows = [], []
        for attachment in self.attachment_ids.sorted("id"):
            # sudo: write access to the import was checked
            row = {"import_id": self.id, "name": attachment.name}
            try:
                file = school_files.read_file(attachment.name, attachment.sudo().raw or b"", today)
                row["kind"] = file.kind
                row["exported_on"] = file.exported_on
                school_files.check_belongs(
                    file, self.company_id.uai, self.school_year_id.date_start.year
                )
                row["content"] = self._content(file)
                parsed.append(file)
            except school_data.FileRefused as refusal:
                text = reason(self.env, refusal.problem)
                place = where(self.env, refusal.problem.position)
                row["problem"] = f"{text} ({place})" if place != attachment.name else text
            rows.append(row)
        # sudo: files and lines are made by the import alone
        self.sudo().file_ids.unlink()
        self.env["bde.import.file"].sudo().create(rows)
        return sorted(parsed, key=lambda file: _KINDS.index(file.kind))

    def _content(self, file):
        """What a file holds, for instance "pupils: 133"."""
        parts = [
            (len(file.pupils), self.env._("pupils: %(n)s")),
            (len(file.guardians), self.env._("guardians: %(n)s")),
            (len(file.divisions), self.env._("classes: %(n)s")),
            (len(file.teachers), self.env._("teachers: %(n)s")),
            (len(file.mefs), self.env._("trainings: %(n)s")),
        ]
        return ", ".join(text % {"n": number} for number, text in parts if number)

    def _show(self, plan):
        """Store the lines of a plan, keeping the answers already given."""
        decisions = self._decisions()
        rows = [
            {
                "import_id": self.id,
                "sequence": _SEQUENCE[line.status],
                "key": line.key,
                "subject": line.subject,
                "status": line.status,
                "name": line.name,
                "detail": self._describe(line),
                "reason": "\n".join(reason(self.env, problem) for problem in line.problems),
                "position": where(self.env, line.position),
                "res_model": line.model or False,
                "res_id": line.res_id or False,
                "decision": decisions.get(line.key, False),
            }
            for line in plan.lines
        ]
        # sudo: lines are made by the import alone, users only answer them
        self.sudo().line_ids.unlink()
        self.env["bde.import.line"].sudo().create(rows)
        counts = {"|".join(key): number for key, number in sorted(plan.counts.items())}
        refused = len(self.file_ids.filtered("problem"))
        if refused:
            counts["file|refused"] = refused
        self.write({"counts": counts, "signature": plan.signature(), "state": "previewed"})

    def _describe(self, line):
        """The changes of a line, for instance "Class: 2MRC → 1MCVA"."""
        return "\n".join(self._describe_change(line, change) for change in line.changes)

    def _describe_change(self, line, change):
        labels = {
            "guardian_1": self.env._("First legal representative"),
            "guardian_2": self.env._("Second legal representative"),
            "guardian_0": self.env._("Contact"),
        }
        label, selection = labels.get(change.field), {}
        for model in filter(None, (line.model, "bde.schooling", "bde.training")):
            field = self.env[model]._fields.get(change.field)
            if field and not label:
                label = field._description_string(self.env)
                if field.type == "selection":
                    selection = dict(field._description_selection(self.env))
        old, new = (self._say(value, selection) for value in (change.old, change.new))
        if old and new:
            return self.env._("%(field)s: %(old)s → %(new)s", field=label, old=old, new=new)
        if new:
            return self.env._("%(field)s: %(new)s", field=label, new=new)
        return self.env._("%(field)s: no longer %(old)s", field=label, old=old)

    def _say(self, value, selection):
        if isinstance(value, (tuple, list)):
            return str(len(value))
        if value is True:
            return self.env._("yes")
        if hasattr(value, "isoformat"):
            return format_date(self.env, value)
        if value is None or value is False:
            return ""
        return str(selection.get(value, value))

    # --- application ------------------------------------------------------------------------------

    def action_apply(self):
        """Write what the preview shows, in one transaction; show it again if it changed since.

        :raise UserError: no preview yet, or applied already
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "previewed":
            raise UserError(self.env._("Look at the preview first."))
        self.lock_for_update()
        files, known = self._read_files(), self._known()
        shown = build_plan(files, known)
        if shown.signature() != self.signature:
            self._show(shown)
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "message": self.env._(
                        "The school's data changed since the preview. Look at it again."
                    ),
                    "next": {"type": "ir.actions.client", "tag": "soft_reload"},
                },
            }
        self._apply(build_plan(files, known, self._decisions()))
        self.write({
            "state": "applied", "applied_on": fields.Datetime.now(),
            "applied_by_id": self.env.uid,
        })  # fmt: skip
        return True

    def action_download_refused(self):
        """The refused rows as a table."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "target": "download",
            "url": f"/web/content/bde.import/{self.id}/refused_file/{self.refused_filename}"
            "?download=true",
        }

    def action_all_lines(self):
        """Every line of the preview, to search and group."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_pfmp.action_import_line")
        action["domain"] = [("import_id", "=", self.id)]
        return action

    # --- retention --------------------------------------------------------------------------------

    @api.model
    def _cron_delete_files(self, limit=100):
        """Delete the files and the lines of imports after a month: they name minors.

        The counters stay. The number of days is the parameter ``bde_pfmp.import_file_days``.
        """
        days = int(
            self.env["ir.config_parameter"].sudo().get_param("bde_pfmp.import_file_days", FILE_DAYS)
        )
        before = fields.Datetime.now() - timedelta(days=days)
        domain = [("create_date", "<", before), ("files_deleted_on", "=", False)]
        old = self.search(domain, limit=limit)
        old.attachment_ids.unlink()
        old.line_ids.unlink()
        old.file_ids.unlink()
        for company, records in old.grouped("company_id").items():
            records.files_deleted_on = company._bde_today()
        self.env["ir.cron"]._commit_progress(len(old), remaining=self.search_count(domain))
