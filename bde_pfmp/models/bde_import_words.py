import base64
import csv
import io

from markupsafe import Markup

from odoo import api, models
from odoo.tools import format_date

from .bde_import_line import SUBJECTS

# More pupils than that missing, and more than are named: the export is probably a part of it.
PARTIAL = 10


class BdeImport(models.Model):
    """What an import says to its user: files, counters, one sentence, changes, refused rows."""

    _inherit = "bde.import"

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
        if done:
            sentences = [self.env._("Applying will write: %(what)s.", what=done)]
        elif counts.keys() <= {("file", "refused")} and counts:
            # no file was read: nothing is known of what the school has
            sentences = [self.env._("Nothing to write: no file could be read.")]
        else:
            sentences = [self.env._("Nothing to write: the school already has all this.")]
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
