import hashlib

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError

# Above so many records a button starts a batch instead of making the reader wait.
BATCH_FROM = 20
OPEN_STATES = ("queued", "running")
FILE_VERBS = ("print", "zip", "pdf")
FILE_DAYS = 7
KEPT_DAYS = 90
JOBS = ("ir_cron_batch_1", "ir_cron_batch_2")


class BdeBatch(models.Model):
    """One thing done to many records: made, sent, reminded, printed, while people go on working.

    Each record is a line with its result. Two jobs share the lines, chunk by chunk; a chunk is
    one transaction, so that a server that goes down leaves whole chunks behind and the rest to do.
    """

    _name = "bde.batch"
    _description = "Mass work"
    _inherit = ["bde.owned"]
    _order = "id desc"
    _rec_name = "title"

    verb = fields.Selection(
        [
            ("make", "Make"),
            ("send", "Send for signature"),
            ("remind", "Remind"),
            ("print", "Print"),
            ("zip", "Download one file each"),
            ("pdf", "Download one PDF"),
        ],
        string="What",
        required=True,
        readonly=True,
    )
    title = fields.Char(string="About", readonly=True)
    state = fields.Selection(
        [("queued", "Waiting"), ("running", "Running"), ("stopped", "Stopped"), ("done", "Done")],
        required=True,
        readonly=True,
        default="queued",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Started by",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    res_model = fields.Char(string="Kind of records", readonly=True)
    key = fields.Char(readonly=True, help="Digest of what is asked: asked twice, it runs once.")
    line_ids = fields.One2many("bde.batch.line", "batch_id", readonly=True, string="Lines")
    failed_line_ids = fields.One2many(
        "bde.batch.line", "batch_id", readonly=True, domain=[("state", "=", "failed")]
    )
    total_count = fields.Integer(string="Records", compute="_compute_counts")
    done_count = fields.Integer(string="Done", compute="_compute_counts")
    failed_count = fields.Integer(string="Not done", compute="_compute_counts")
    skipped_count = fields.Integer(string="Nothing to do", compute="_compute_counts")
    todo_count = fields.Integer(string="Left", compute="_compute_counts")
    progress = fields.Integer(compute="_compute_counts", help="Per cent")
    summary = fields.Char(compute="_compute_summary")
    ended_on = fields.Datetime(readonly=True)
    file = fields.Binary(attachment=True, readonly=True)
    filename = fields.Char(readonly=True)
    file_until = fields.Date(string="File kept until", readonly=True)
    file_error = fields.Char(string="Why there is no file", readonly=True)

    _open_uniq = models.UniqueIndex("(key) WHERE state IN ('queued', 'running')")
    _open_idx = models.Index("(id) WHERE state IN ('queued', 'running')")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("line_ids.state")
    def _compute_counts(self):
        counts = {}
        for batch, state, number in self.env["bde.batch.line"]._read_group(
            [("batch_id", "in", self.ids)], ["batch_id", "state"], ["__count"]
        ):
            counts.setdefault(batch.id, {})[state] = number
        for batch in self:
            found = counts.get(batch._origin.id, {})
            for state in ("todo", "done", "failed", "skipped"):
                batch[f"{state}_count"] = found.get(state, 0)
            batch.total_count = sum(found.values())
            over = batch.total_count - batch.todo_count
            batch.progress = 100 * over // batch.total_count if batch.total_count else 0

    @api.depends_context("lang")
    @api.depends("done_count", "failed_count", "skipped_count", "todo_count")
    def _compute_summary(self):
        for batch in self:
            parts = [self.env._("%(count)s done", count=batch.done_count)]
            if batch.failed_count:
                parts.append(self.env._("%(count)s not done", count=batch.failed_count))
            if batch.skipped_count:
                parts.append(self.env._("%(count)s with nothing to do", count=batch.skipped_count))
            if batch.todo_count:
                parts.append(self.env._("%(count)s left", count=batch.todo_count))
            batch.summary = ", ".join(parts)

    @api.depends_context("lang")
    @api.depends("verb", "title")
    def _compute_display_name(self):
        verbs = dict(self._fields["verb"]._description_selection(self.env))
        for batch in self:
            batch.display_name = " – ".join(filter(None, (verbs[batch.verb], batch.title)))

    # ------------------------------------------------------------
    # Starting
    # ------------------------------------------------------------

    @api.model
    def _start(self, verb, records, title=None):
        """Queues one thing to be done to many records, with the rights of the user.

        The same thing asked again while it is under way is not queued twice.

        :param str verb: a value of ``verb``; the records answer ``_batch_<verb>`` or, for files,
            ``_batch_documents``
        :param records: of one model, that the user may read
        :param str title: what they are, for people: a class, a period
        :return: the batches, one for each school
        :raises UserError: without a record
        """
        if not records:
            raise UserError(self.env._("Choose at least one record."))
        if self.env.su and self.env.user._is_superuser():
            raise UserError(self.env._("Mass work is started by a person."))
        records.check_access("read")
        batches = self.browse()
        for company, theirs in records.grouped("company_id").items():
            batches += self._start_one(verb, theirs, company, title)
        for job in JOBS:
            self.env["bde.document"]._trigger_job(job)
        return batches

    @api.model
    def _start_one(self, verb, records, company, title):
        text = f"{verb} {records._name} {sorted(records.ids)} {self.env.uid} {company.id}"
        key = hashlib.sha256(text.encode()).hexdigest()
        # sudo: nobody writes batches himself; what may be done is checked when it is done
        Batch = self.sudo().with_company(company)
        running = Batch.search([("key", "=", key), ("state", "in", OPEN_STATES)])
        if running:
            return running.with_env(self.env)
        try:
            with self.env.cr.savepoint():
                batch = Batch.create(
                    {
                        "verb": verb,
                        "title": title or records._batch_title(),
                        "company_id": company.id,
                        "user_id": self.env.uid,
                        "res_model": records._name,
                        "key": key,
                    }
                )
        except UniqueViolation as error:
            # a double click: begun again, the other one is found
            raise ConcurrencyError(str(error)) from error
        # sudo: as the batch itself
        self.env["bde.batch.line"].sudo().create(
            [
                {
                    "batch_id": batch.id,
                    "company_id": company.id,
                    "res_id": record.id,
                    "sequence": position,
                    **record._batch_labels(),
                }
                for position, record in enumerate(records._batch_sorted())
            ]
        )
        return batch.with_env(self.env)

    def _open(self):
        """Opens these batches.

        :return: an action
        """
        action = {"type": "ir.actions.act_window", "res_model": self._name, "target": "current"}
        if len(self) == 1:
            return action | {"res_id": self.id, "view_mode": "form", "views": [(False, "form")]}
        return action | {
            "name": self.env._("Mass work"),
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.ids)],
        }

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def _check_may_steer(self):
        """Who started it, and the bureau."""
        self.check_access("read")
        for batch in self:
            if batch.user_id != self.env.user and (
                batch.company_id.id not in self.env.user._bde_company_ids("secretary")
            ):
                raise AccessError(self.env._("Somebody else started this."))

    def _check_not_under_way(self):
        """The same thing, asked again since, may be running."""
        same = [("key", "in", self.mapped("key")), ("state", "in", OPEN_STATES)]
        if self.search_count(same, limit=1):
            raise UserError(self.env._("The same thing was started again since, and is under way."))

    def action_stop(self):
        """Stops between two chunks: what is done stays, the rest waits."""
        self._check_may_steer()
        # sudo: nobody writes batches himself, who asks was checked
        self.sudo().filtered(lambda b: b.state in OPEN_STATES).write({"state": "stopped"})
        return True

    def action_resume(self):
        """Goes on with what is left."""
        self._check_may_steer()
        # sudo: as above
        batches = self.sudo().filtered(lambda b: b.state == "stopped")
        batches._check_not_under_way()
        batches.write({"state": "queued"})
        self._trigger()
        return True

    def action_retry(self):
        """Tries the lines that were not done again, once what they lacked is there."""
        self._check_may_steer()
        # sudo: as above
        batches = self.sudo().filtered(lambda b: b.state in ("done", "stopped"))
        batches._check_not_under_way()
        failed = batches.line_ids.filtered(lambda line: line.state == "failed")
        failed.write({"state": "todo", "message": False})
        batches.write({"state": "queued", "ended_on": False, "file_error": False})
        self._trigger()
        return True

    def _trigger(self):
        for job in JOBS:
            self.env["bde.document"]._trigger_job(job)

    def action_download(self):
        """The file that was made."""
        self.ensure_one()
        self.check_access("read")
        if not self.file_until:
            raise UserError(
                self.file_error or self.env._("The file was removed: start this again to have it.")
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.filename}?download=true",
            "target": "download",
        }

    def get_progress(self):
        """How far these batches are, for the page that shows it.

        :return: list of dicts ``id``, ``state`` and counters
        """
        self.check_access("read")
        names = ["state", "total_count", "todo_count", "done_count", "failed_count", "progress"]
        return self.read([*names, "skipped_count", "summary"])

    # ------------------------------------------------------------
    # Clean-up
    # ------------------------------------------------------------

    @api.autovacuum
    def _gc_files(self):
        """Files go after a week, reports after three months: both name pupils."""
        today = fields.Date.today()
        old = self.search([("file_until", "<", today)], limit=100)
        old.write({"file": False, "file_until": False})
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        self.search(
            [("create_date", "<", limit), ("state", "in", ("done", "stopped"))], limit=100
        ).unlink()
