from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import languages
from .bde_document import EDITABLE

# chosen: French alone, although the host is abroad
NONE = "none"


class BdeDocument(models.Model):
    """A second language beside French, for information; the French text prevails.

    Empty: the language that the record asks for by itself
    (:meth:`bde.document.mixin._default_second_lang`).
    """

    _inherit = "bde.document"

    second_lang = fields.Selection(
        [(NONE, "French alone"), *languages.SECOND_LANGS],
        string="Second language",
        help="Printed after the French text, as a translation for information. Empty: the "
        "language of the country of the host.",
    )

    @api.model
    def _check_engine_fields(self, names):
        return super()._check_engine_fields(set(names) - {"second_lang"})

    def write(self, vals):
        if "second_lang" in vals and any(
            d.state not in EDITABLE
            and not d.correcting_since
            and (d.second_lang or False) != vals["second_lang"]
            for d in self
        ):
            raise UserError(self.env._("Take the document back to draft before changing it."))
        return super().write(vals)


class BdeDocumentMixin(models.AbstractModel):
    _inherit = "bde.document.mixin"

    def _default_second_lang(self):
        """Code of the language that a document is printed in beside French, or None.

        Concrete models answer by their host; none here.
        """
        self.ensure_one()
        return None

    def _second_lang(self):
        """Code of the second language of this document: chosen, else by default; None without.

        :rtype: str or None
        """
        self.ensure_one()
        if self.second_lang:
            return None if self.second_lang == NONE else self.second_lang
        return self._default_second_lang()

    def _reader_lang(self, contact):
        """Language of the pages and letters of a person of a company; None: the document's.

        Nobody chooses the language of most contacts: Odoo gives them that of whoever, or
        whatever job, made them. So it counts when it is neither English nor the document's;
        with a second language the person reads that one, or the nearest that is installed.

        :rtype: str or None
        """
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        if contact.lang in installed and contact.lang not in ("en_US", self.lang):
            return contact.lang
        second = self._second_lang()
        return languages.page_language(second, installed) if second else None

    def _contact_party(self, role, contact):
        return super()._contact_party(role, contact) | {"lang": self._reader_lang(contact)}
