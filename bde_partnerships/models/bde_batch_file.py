import base64
import logging
import tempfile

from odoo import fields, models

from ..pdf import join
from .bde_batch import FILE_DAYS

_logger = logging.getLogger(__name__)


class BdeBatch(models.Model):
    """The file at the end of a batch: one PDF, one to print, or an archive."""

    _inherit = "bde.batch"

    def _file_vals(self):
        """Values of a batch whose files are joined; a failure is told and tried again by hand."""
        try:
            with self.env.cr.savepoint():
                return self._join_files()
        except Exception as error:
            _logger.exception("Files of mass work %s", self.id)
            return {"file": False, "file_until": False, "file_error": str(error)[:200]}

    def _join_files(self):
        lines = self.line_ids.filtered(lambda line: line.state == "done").sorted("sequence")
        if not lines:
            return {
                "file": False,
                "file_until": False,
                "file_error": self._as_author().env._("No file could be made: see the lines."),
            }
        today = self.company_id._bde_today()
        name = join.safe_name(self._file_stem(), str(today), extension="")
        with tempfile.TemporaryFile() as stream:
            if self.verb == "zip":
                join.archive(self._named_files(lines), stream)
            else:
                join.join(self._grouped_files(lines), stream, both_sides=self.verb == "print")
            stream.seek(0)
            data = base64.b64encode(stream.read())
        return {
            "file": data,
            "filename": name + (".zip" if self.verb == "zip" else ".pdf"),
            "file_until": fields.Date.add(fields.Date.today(), days=FILE_DAYS),
            "file_error": False,
        }

    def _file_stem(self):
        author = self._as_author()
        kind = author.env["ir.model"].sudo()._get(self.res_model).name  # sudo: a name of core
        return " ".join(filter(None, (kind, self.title)))

    def _documents_of(self, lines):
        """{line: bde.document} of lines, in sudo: they were read by their author."""
        records = self.env[self.res_model].browse(lines.mapped("res_id")).exists()
        documents = {r.id: document for r, document in records._batch_documents().items()}
        return {line: documents[line.res_id] for line in lines if line.res_id in documents}

    def _bytes_of(self, document):
        """Bytes of a document's file, kept in no cache."""
        attachment = document.sealed_attachment_id or document.version_id.pdf_attachment_id
        data = attachment.raw
        attachment.invalidate_recordset(["raw", "datas"], flush=False)
        return data

    def _named_files(self, lines):
        documents = self._documents_of(lines)
        names = join.unique_names(
            join.safe_name(line.group_label, line.label, document.number)
            for line, document in documents.items()
        )
        for name, document in zip(names, documents.values(), strict=True):
            yield name, self._bytes_of(document)

    def _grouped_files(self, lines):
        for line, document in self._documents_of(lines).items():
            yield line.group_label or "", line.label or document.number, self._bytes_of(document)
