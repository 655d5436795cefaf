from datetime import timedelta

from odoo import fields, models

POSTS_PER_HOUR = 30


class BdeLink(models.Model):
    """Posts of a public form are counted per link: a script cannot hammer it."""

    _inherit = "bde.link"

    post_count = fields.Integer(readonly=True, help="Posts in the running hour.")
    post_window = fields.Datetime(readonly=True, help="When the running hour of posts began.")

    def _take_post(self, limit=POSTS_PER_HOUR):
        """Counts one post; False when this link had too many in the hour."""
        self.ensure_one()
        self._lock()
        now = fields.Datetime.now()
        if not self.post_window or self.post_window <= now - timedelta(hours=1):
            self.write({"post_count": 1, "post_window": now})
            return True
        if self.post_count >= limit:
            return False
        self.post_count += 1
        return True
