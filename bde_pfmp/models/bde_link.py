from odoo import models

# change with each post
OF_POSTS = {"post_count", "post_window", "write_date", "write_uid"}


class BdeLink(models.Model):
    """When a pupil sent something is told to nobody who reads links."""

    _inherit = "bde.link"

    def _has_field_access(self, field, operation):
        """When a pupil sent something is not told either: where nothing else shows it, it went
        to the head alone.
        """
        if field.name in OF_POSTS and not self.env.su:
            return False
        return super()._has_field_access(field, operation)
