from psycopg2.errors import UniqueViolation

from odoo import models
from odoo.exceptions import UserError, ValidationError

from ..rules import consents

# what the record that stays takes over where it says nothing
FILLED = (
    "student_id", "usage_name", "birth_date", "sex", "training_id", "division_name", "email",
    "phone", "city", "zip", "former_name", "former_name_on", "informed_on", "informed_how",
    "no_more_on", "left_on", "choices_on",
)  # fmt: skip
# papers of the record that goes: they move by their own model
PAPERS = ("mail.message", "mail.activity", "ir.attachment")


class BdeAlumnus(models.Model):
    """Two records of one person become one; nothing of either is lost."""

    _inherit = "bde.alumnus"

    def _bde_join(self, other):
        """Moves all that hangs on another record here, then removes it.

        Of consents the last word counts: a withdrawal that came later ends what stood.

        :param other: the record of the same person at the same school that goes
        :raise UserError: two schools, or one record only
        """
        self.ensure_one()
        other.ensure_one()
        self._check_join(other)
        # sudo: models of all parts, which the user may not write; rights were checked
        keep, gone = self.sudo(), other.sudo()
        keep._join_consents(gone)
        values = keep._join_values(gone)
        # one pupil's file, one record: it lets go before the other takes it
        gone.student_id = False
        keep.write(values)
        keep._join_links(gone)
        if gone.is_deceased and not keep.is_deceased:
            keep._note_death()
        for model in PAPERS:
            name = "model" if model == "mail.message" else "res_model"
            # sudo: papers follow their record, rights on both were checked
            self.env[model].sudo().search(
                [(name, "=", "bde.alumnus"), ("res_id", "=", gone.id)]
            ).write({"res_id": keep.id})
        gone._close_page_links()
        gone.with_context(bde_joining=True)._erase()

    def _check_join(self, other):
        (self | other).check_access("write")
        if self == other:
            raise UserError(self.env._("Choose another record of this person."))
        if self.company_id != other.company_id:
            raise UserError(self.env._("Records of two schools stay two: each knows its own."))

    def _join_values(self, gone):
        """What the other record knows and this one does not."""
        values = {name: gone[name] for name in FILLED if gone[name] and not self[name]}
        if gone.cohort > self.cohort:
            # the last life at the school counts
            later = ("cohort", "training_id", "division_name", "has_left", "left_on", "student_id")
            values |= {name: gone[name] for name in later if gone[name] or name == "has_left"}
        if self.diploma_result == "unknown":
            values["diploma_result"] = gone.diploma_result
        return {
            name: self._fields[name].convert_to_write(value, self) for name, value in values.items()
        }

    def _join_consents(self, gone):
        """Ends what stands where the other record said the contrary later, or said it again."""
        for purpose in consents.PURPOSES:
            own = (self | gone).consent_ids.filtered(lambda one, key=purpose: one.purpose == key)
            standing = own.filtered(lambda one: one.state == "given").sorted(
                lambda one: (one.given_on, one.id)
            )
            (standing - standing[-1:])._end("replaced", "desk")
            last = standing[-1:]
            taken_back = own.filtered(lambda one: one.state in ("withdrawn", "expired"))
            # on one day, the later moment
            when = last and (last.given_on, last.create_date)
            if last and any((one.ended_on, one.write_date) > when for one in taken_back):
                last._end("withdrawn", "desk")
                last.alumnus_id._consent_ended(purpose)

    def _join_links(self, gone):
        """Records of all models that point to the other one point here.

        What would stand twice, such as two answers to one survey, stays with the one that goes.
        """
        for model, name in self._pointing_fields():
            # sudo: models of all parts, which the user may not write
            rows = (
                self.env[model]
                .sudo()
                .with_context(active_test=False, tracking_disable=True)
                .search([(name, "=", gone.id)])
            )
            for row in rows:
                try:
                    with self.env.cr.savepoint():
                        row.write({name: self.id})
                        row.flush_recordset()
                except (UniqueViolation, ValidationError):
                    continue

    def _pointing_fields(self):
        """(model, field) of every stored many2one to an alumnus.

        :rtype: list[tuple[str, str]]
        """
        return [
            (model._name, name)
            for model in self.env.values()
            if model._auto and not model._abstract and not model._transient
            for name, field in model._fields.items()
            if field.type == "many2one" and field.comodel_name == "bde.alumnus"
            if field.store and not field.related and not field.compute
        ]

    def action_join(self):
        """Opens the dialog that shows who may be the same person."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Two records of one person"),
            "res_model": "bde.alumnus.join",
            "view_mode": "form",
            "target": "new",
            "context": {"default_alumnus_id": self.id},
        }
