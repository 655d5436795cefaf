from lxml import etree

from odoo import fields, models

# Attributes of <bde_map> that name a field, and the others. None is one that Odoo translates.
MAP_FIELDS = ("latitude", "longitude", "heading", "subtitle", "color", "closed", "partner")
MAP_ATTRIBUTES = frozenset(
    (*MAP_FIELDS, "__validate__", "class", "js_class", "string", "limit", "default_order")
)


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    type = fields.Selection(selection_add=[("bde_map", "Map")])

    def _get_view_info(self):
        return super()._get_view_info() | {"bde_map": {"icon": "fa fa-map-marker"}}

    def _postprocess_tag_bde_map(self, node, name_manager, node_info):
        for attribute in MAP_FIELDS:
            if name := node.get(attribute):
                name_manager.has_field(node, name, node_info)

    def _validate_tag_bde_map(self, node, name_manager, node_info):
        """Two coordinates and a heading at least; below, the fields shown of each point."""
        if not node_info["validate"]:
            return
        for child in node.iterchildren(tag=etree.Element):
            if child.tag != "field":
                message = self.env._("A map holds fields alone, not <%(tag)s>.", tag=child.tag)
                self._raise_view_error(message, child)
        if unknown := set(node.attrib) - MAP_ATTRIBUTES:
            message = self.env._(
                "A map knows %(known)s, not %(unknown)s.",
                known=", ".join(sorted(MAP_ATTRIBUTES - {"__validate__"})),
                unknown=", ".join(sorted(unknown)),
            )
            self._raise_view_error(message, node)
        missing = [name for name in ("latitude", "longitude", "heading") if not node.get(name)]
        if missing:
            message = self.env._("A map needs %(names)s.", names=", ".join(missing))
            self._raise_view_error(message, node)
        for attribute in MAP_FIELDS:
            if name := node.get(attribute):
                name_manager.has_field(node, name, node_info)
