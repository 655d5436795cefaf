from odoo import models

# what stands in the language already is kept: a school's own wording, or the module's
INHERITED_LABELS = """
    UPDATE ir_model_fields_selection own
       SET name = shared.name || own.name
      FROM ir_model_fields field
      JOIN ir_model_inherit inherit
        ON inherit.model_id = field.model_id AND inherit.parent_field_id IS NULL
      JOIN ir_model_fields shared_field
        ON shared_field.model_id = inherit.parent_id AND shared_field.name = field.name
      JOIN ir_model_fields_selection shared ON shared.field_id = shared_field.id
     WHERE own.field_id = field.id AND field.model LIKE 'bde.%'
       AND shared.value = own.value AND shared.name->>'en_US' = own.name->>'en_US'
       AND shared.name || own.name <> own.name
"""


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def _load_module_terms(self, modules, langs, overwrite=False):
        """Gives selection values that come from an abstract model their translation.

        Odoo names them after the module of the abstract (``bde_partnerships.selection__
        bde_alumni_import__…``) and looks in that module's file alone, which it read before
        the model of the later module existed: on a new database they would stay English.
        """
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        self.env["ir.model.fields.selection"].flush_model()
        self.env.cr.execute(INHERITED_LABELS)
        if self.env.cr.rowcount:
            self.env["ir.model.fields.selection"].invalidate_model(["name"])
            self.env.registry.clear_cache("stable")
        return result
