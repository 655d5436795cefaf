from babel.dates import get_day_names

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import babel_locale_parse, get_lang

from ..rules import schedule as hours
from ..rules.convention_sheet import KINSHIPS


class BdeConvention(models.Model):
    """Correcting a convention: what changed in it, in words, and where its terms are."""

    _inherit = "bde.convention"

    def _document_value_text(self, path, value):
        last = path.rpartition(".")[2]
        if last.endswith("minutes") and isinstance(value, int):
            return hours.format_minutes(value)
        if path == "stay":
            kinds = self.env["bde.period"]._fields["kind"]._description_selection(self.env)
            return dict(kinds).get(value, value)
        if path == "period.night" and value in hours.DAYS:
            names = get_day_names("wide", locale=babel_locale_parse(get_lang(self.env).code))
            return names[list(hours.DAYS).index(value)]
        if last == "kinship":
            return KINSHIPS.get(value, value) or ""
        return super()._document_value_text(path, value)

    def _content_obstacles(self):
        """A placement that is being corrected may lack what it had."""
        missing = {
            convention: convention.placement_id._missing_for_convention() for convention in self
        }
        return {
            convention: [self.env._("To complete: %(fields)s.", fields=", ".join(labels))]
            for convention, labels in missing.items()
            if labels
        }

    def _document_edit_action(self):
        """The terms of a convention are those of its placement."""
        return self.action_open_placement()


class BdePlacement(models.Model):
    _inherit = "bde.placement"

    correcting_since = fields.Datetime(related="convention_id.correcting_since")

    def action_correct(self):
        """Corrects the conventions of these placements.

        :raises UserError: when none of them is out for signature
        """
        if not self.convention_id:
            raise UserError(self.env._("There is no convention to correct yet."))
        return self.convention_id.action_correct()
