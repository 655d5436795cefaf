import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

TYPES = ("application/pdf", "image/png", "image/jpeg")
MAX_SIZE = 20 * 1024 * 1024


class BdePartnershipPaper(models.TransientModel):
    """Records an agreement that was signed on paper, or with another tool."""

    _name = "bde.partnership.paper"
    _description = "Agreement signed elsewhere"

    partnership_id = fields.Many2one("bde.partnership", required=True, readonly=True)
    file = fields.Binary(string="Scan (PDF or picture)", required=True)
    file_name = fields.Char()
    signed_on = fields.Date(required=True, help="The last day of signature on the paper.")
    date_start = fields.Date(string="From", required=True)
    date_end = fields.Date(string="To", required=True)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        partnership = self.env["bde.partnership"].browse(values.get("partnership_id"))
        if partnership:
            partnership.check_access("read")
            values |= {"date_start": partnership.date_start, "date_end": partnership.date_end}
        return values

    def action_apply(self):
        """Keeps the scan, and follows the agreement by its dates from now on."""
        self.ensure_one()
        self.partnership_id._record_paper(
            self._read_scan(), self.signed_on, self.date_start, self.date_end
        )
        return {"type": "ir.actions.act_window_close"}

    def _read_scan(self):
        """(bytes, mimetype) of the scan.

        :raises UserError: when it is empty, too large, or neither a PDF nor a picture
        """
        try:
            raw = base64.b64decode(self.with_context(bin_size=False).file or b"", validate=False)
        except ValueError:
            raw = b""
        mimetype = guess_mimetype(raw)
        if mimetype not in TYPES:
            raise UserError(
                self.env._("The scan is a PDF, a PNG or a JPEG: this file is something else.")
            )
        if len(raw) > MAX_SIZE:
            raise UserError(
                self.env._("The scan is larger than 20 MB: scan it in black and white.")
            )
        return raw, mimetype
