from odoo import models


class BdeUnsigned(models.AbstractModel):
    """What schools tell each other: the school is named, the person who typed it is not."""

    _name = "bde.unsigned"
    _description = "Record of all schools"

    def _has_field_access(self, field, operation):
        if field.name in ("create_uid", "write_uid") and not self.env.su:
            return self.env.user.has_group("base.group_system")
        return super()._has_field_access(field, operation)
