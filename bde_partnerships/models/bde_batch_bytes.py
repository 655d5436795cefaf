from odoo import models

from ..pdf import join


class BdeBatch(models.Model):
    """Files of mass work on records that are no documents to sign: letters, pages."""

    _inherit = "bde.batch"

    def _has_own_bytes(self):
        """Whether the records of this batch give their files themselves (``_batch_bytes``)."""
        return hasattr(self.env[self.res_model], "_batch_bytes")

    def _own_files(self, lines):
        """(line, bytes) of the lines whose record is still there, one file in memory at a time."""
        model = self.env[self.res_model]
        there = set(model.browse(lines.mapped("res_id")).exists().ids)
        for line in lines:
            if line.res_id in there:
                yield line, model.browse(line.res_id)._batch_bytes()

    def _grouped_files(self, lines):
        if not self._has_own_bytes():
            yield from super()._grouped_files(lines)
            return
        for line, data in self._own_files(lines):
            yield line.group_label or "", line.label or "", data

    def _named_files(self, lines):
        if not self._has_own_bytes():
            yield from super()._named_files(lines)
            return
        stems = [join.safe_name(line.group_label, line.label) for line in lines]
        names = dict(zip(lines, join.unique_names(stems), strict=True))
        for line, data in self._own_files(lines):
            yield names[line], data
