from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime


class BdeVersionCompare(models.TransientModel):
    """The difference between any two versions of a document, in words."""

    _name = "bde.version.compare"
    _description = "Compare two versions"

    document_id = fields.Many2one("bde.document", required=True, readonly=True)
    old_id = fields.Many2one("bde.document.version", string="Compare", required=True)
    new_id = fields.Many2one("bde.document.version", string="with", required=True)
    difference = fields.Html(compute="_compute_difference", sanitize=False)

    @api.depends("old_id", "new_id")
    def _compute_difference(self):
        for wizard in self:
            old, new = wizard.old_id, wizard.new_id
            if not (old and new) or old.document_id != new.document_id:
                wizard.difference = False
                continue
            (old | new).check_access("read")
            # sudo: hooks of the record read its own content, the user reads both versions
            [document] = old.document_id._as_engine()
            changes = new.with_env(document.env)._differences(old.with_env(document.env))
            wizard.difference = self.env["ir.qweb"]._render(
                "bde_partnerships.version_difference",
                {"changes": changes, "versions": [self._row(old), self._row(new)]},
                minimal_qcontext=True,
            )

    @api.model
    def _row(self, version):
        """One line on a version: when it was made, how many signed it, why it replaced another."""
        given = version.sudo().signature_ids.filtered("signed_on")  # sudo: a count
        text = self.env._(
            "Version %(serial)s of %(date)s, signed by %(count)s",
            serial=version.serial,
            date=format_datetime(self.env, version.create_date, dt_format="short"),
            count=len(given),
        )
        return " – ".join(filter(None, (text, version.reason)))


class BdeDocument(models.Model):
    _inherit = "bde.document"

    def action_compare_versions(self):
        """What the current version changed in the one before; others can be chosen.

        :raises UserError: when there is one version alone
        """
        self.ensure_one()
        versions = self.version_ids.sorted("serial")
        if len(versions) < 2:
            raise UserError(self.env._("There is one version: nothing to compare yet."))
        return versions[-1].action_compare()


class BdeDocumentVersion(models.Model):
    _inherit = "bde.document.version"

    @api.depends("serial", "create_date")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "Version %(serial)s of %(date)s",
                serial=version.serial,
                date=format_datetime(self.env, version.create_date, dt_format="short"),
            )

    def action_compare(self):
        """What this version changed in the one before it."""
        self.ensure_one()
        self.check_access("read")
        older = self.document_id.version_ids.filtered(lambda v: v.serial < self.serial)
        if not older:
            raise UserError(self.env._("This is the first version: nothing to compare it with."))
        wizard = self.env["bde.version.compare"].create(
            {
                "document_id": self.document_id.id,
                "old_id": older.sorted("serial")[-1].id,
                "new_id": self.id,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What changed"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }
