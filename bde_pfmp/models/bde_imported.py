from odoo import fields, models


class BdeImported(models.AbstractModel):
    """A record that may come from a file of the State or of the school.

    The key of an import is the school, the source, and the identifier in the source.
    """

    _name = "bde.imported"
    _description = "Record that an import may bring"

    source = fields.Selection(
        [
            ("manual", "Entered by hand"),
            ("siecle", "SIECLE"),
            ("sts", "STS-web"),
            ("csv", "Table of the school"),
        ],
        required=True,
        default="manual",
        readonly=True,
    )
    source_id = fields.Char(string="Identifier in the source", readonly=True, copy=False)
    imported = fields.Json(
        groups=fields.NO_ACCESS,
        copy=False,
        help="Contact details as the last import gave them: a difference is the school's work.",
    )

    _source_uniq = models.UniqueIndex(
        "(company_id, source, source_id) WHERE source_id IS NOT NULL",
        "This school already has a record with this identifier from this source.",
    )
