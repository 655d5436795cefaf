from odoo import models


class BdeBatch(models.Model):
    """Printing many: what is out for signature comes with its codes and sheets to sign."""

    _inherit = "bde.batch"

    def _bytes_of(self, document):
        if self.verb == "print" and document._printable():
            return document._paper_pdf()
        return super()._bytes_of(document)


class BdeDocument(models.Model):
    _inherit = "bde.document"

    def action_print_paper(self):
        """Many are printed by mass work."""
        if self._batch_wanted():
            self._check_staff()
            return self._start_batch("print")
        return super().action_print_paper()


class BdeDocumentMixin(models.AbstractModel):
    _inherit = "bde.document.mixin"

    def action_print_paper(self):
        """Many are printed by mass work."""
        if self._batch_wanted():
            self.document_id._check_staff()
            return self._start_batch("print")
        return super().action_print_paper()
