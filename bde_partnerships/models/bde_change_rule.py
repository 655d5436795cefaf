from odoo import api, fields, models, tools

from ..rules import changes


class BdeChangeRule(models.Model):
    """What a change costs: one line for each part of a document, the same for all schools.

    The académie and the bureaus read it; it changes with the module alone.
    """

    _name = "bde.change.rule"
    _description = "What a change asks for"
    _inherit = ["bde.cached"]
    _order = "kind, sequence, id"

    kind = fields.Selection(
        lambda self: self.env["bde.document"]._fields["kind"]._description_selection(self.env),
        string="Document",
        required=True,
        index=True,
    )
    path = fields.Char(
        required=True, help="Where it stands in the content: steps with dots, * for any one step."
    )
    name = fields.Char(string="What changes", required=True, translate=True)
    change_class = fields.Selection(
        [
            ("administrative", "Administrative: nobody signs again"),
            ("conditions", "Working conditions: host and pupil's side sign again"),
            ("essential", "Essential: everybody signs again"),
        ],
        string="Who signs again",
        required=True,
    )
    article = fields.Char(help="Where the law asks for this mention.")
    same_as = fields.Char(
        help="The change is administrative while this stays the same: a path of the content, or "
        "@role for the person in this role."
    )
    note = fields.Char(string="Except", translate=True)
    derived = fields.Boolean(
        string="Follows from others", help="Told only when nothing else explains it."
    )
    sequence = fields.Integer(default=10)

    _kind_path_uniq = models.UniqueIndex("(kind, path)", "This part has its line already.")

    @api.model
    @tools.ormcache("kind", "self.env.lang")
    def _lines(self, kind):
        """The lines of a kind of document, with labels in the language of the environment.

        :rtype: tuple of changes.Rule
        """
        # sudo: the table is public to all who read a document
        lines = self.sudo().search([("kind", "=", kind)])
        return tuple(
            changes.Rule(
                path=line.path,
                name=line.name,
                change_class=line.change_class,
                article=line.article or "",
                same_as=line.same_as or "",
                derived=line.derived,
            )
            for line in lines
        )
