from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_date

from ..rules import school_data, school_files
from ..rules.import_plan import build_plan
from .bde_import_line import STATUSES
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


class BdeImport(models.Model):
    """Files of a school, what they would change, and the moment when they did.

    The preview and the application read the files anew: what is applied is what was shown, or
    the preview is shown again.
    """

    _name = "bde.import"
    _description = "Import of pupils and teachers"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "create_date desc, id desc"
    _rec_names_search = ["school_year_id"]

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
        # else core filters every attachment of the database before it joins; see its read()
        bypass_search_access=True,
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
            fresh = record.attachment_ids.sudo().filtered(
                lambda file, record=record: (
                    (file.res_model, file.res_id) != (record._name, record.id)
                )
            )
            if not self.env.su and any(
                file.create_uid != self.env.user or file.res_model not in (False, self._name)
                for file in fresh
            ):
                # what he may read is not his to change, nor to remove with the import
                raise AccessError(
                    self.env._("Import files that you upload here: these belong elsewhere.")
                )
            fresh.write({"res_model": record._name, "res_id": record.id, "public": False})

    def unlink(self):
        attachments = self.attachment_ids
        result = super().unlink()
        # sudo: whoever may delete the import deletes its files; core has removed those that
        # were uploaded on the form already
        attachments.sudo().exists().unlink()
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
        # sudo: a setting of the instance
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
