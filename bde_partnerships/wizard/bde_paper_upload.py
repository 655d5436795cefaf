from odoo import Command, fields, models
from odoo.exceptions import UserError

from ..pdf.scan import MAX_PAGES


class BdePaperUpload(models.TransientModel):
    """Hands in scans and photos of signed paper: many documents, in any order."""

    _name = "bde.paper.upload"
    _description = "Scans to hand in"

    company_id = fields.Many2one(
        "res.company", string="School", required=True, default=lambda self: self.env.company
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Scans and photos")
    max_pages = fields.Integer(string="Pages at once", default=MAX_PAGES, readonly=True)

    def action_read(self):
        """Reads the files and opens the pages; says what could not be read.

        :raises UserError: when nothing could be read
        """
        self.ensure_one()
        files = self.attachment_ids
        if not files:
            raise UserError(self.env._("Choose at least one file."))
        # read as the user: he may only hand in files that are his
        pages, notes = self.env["bde.paper.scan"]._take_in(
            self.company_id, [(file.name, file.raw or b"") for file in files]
        )
        if not pages:
            raise UserError("\n".join(notes) or self.env._("There is no page in these files."))
        self.attachment_ids = [Command.clear()]
        # what is kept is the pages; of files that he only may read, nothing is removed
        own = files.filtered(
            lambda file: (
                file.create_uid == self.env.user
                and (file.res_model or self._name) == self._name
                and not file.public
            )
        )
        # sudo: the user's own files, uploaded for this dialog
        own.sudo().unlink()
        return pages._told_read(notes)
