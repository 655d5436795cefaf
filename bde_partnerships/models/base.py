from odoo import api, models
from odoo.exceptions import AccessError


def as_id(value):
    """Id as PostgreSQL takes it: "23" and 23.0 are written as 23 is."""
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    if isinstance(value, float) or isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return value


class Base(models.AbstractModel):
    """No screen tells the name of a record that its user may not read.

    Related fields, and the names of what an activity or a message is about, are computed in
    sudo: whoever sends ids of his own choice to ``onchange`` would read the names of all
    pupils of the académie, one by one.
    """

    _inherit = "base"

    def onchange(self, values, field_names, fields_spec):
        if not self.env.su:
            self._bde_check_targets(self._bde_context_defaults() | values)
        return super().onchange(values, field_names, fields_spec)

    @api.model_create_multi
    def create(self, vals_list):
        if self._bde_tells_names() and not self.env.su:
            defaults = self._bde_context_defaults()
            for vals in vals_list:
                self._bde_check_targets(defaults | vals)
        return super().create(vals_list)

    def write(self, vals):
        if self._bde_tells_names() and not self.env.su:
            self._bde_check_targets(vals)
        return super().write(vals)

    def _bde_tells_names(self):
        """Whether anybody may make records of this model, and read there what they point to.

        A dialog belongs to whoever opened it: the name of what it points to is read in sudo.
        """
        return self._transient

    def _bde_context_defaults(self):
        prefix = "default_"
        return {
            key.removeprefix(prefix): value
            for key, value in self.env.context.items()
            if key.startswith(prefix)
        }

    def _bde_check_targets(self, values):
        """Stops when values point to a record of a school that the user may not read.

        What the record holds already is left alone: people see it by its name.

        :param dict values: as a client sends them to ``onchange`` or ``write``
        :raise AccessError: a target is out of the user's sight
        """
        for name, value in values.items():
            field = self._fields.get(name)
            if field is None or not value:
                continue
            if field.type in ("one2many", "many2many"):
                self._bde_check_lines(field, value)
                continue
            model, res_id = self._bde_target(field, value, values)
            res_id = as_id(res_id)
            if (
                isinstance(res_id, int)
                and model in self.env
                and self.env[model]._bde_is_guarded()
                and not self._bde_holds(field, model, res_id)
            ):
                self._bde_stop_unreadable(self.env[model].browse(res_id))

    def _bde_check_lines(self, field, commands):
        """Same for the lines of a form, those that are typed and those that are linked."""
        lines = self.env[field.comodel_name]
        commands = list(commands) if isinstance(commands, (list, tuple)) else []
        bare = [one for one in commands if not isinstance(one, (list, tuple, dict))]
        if bare:
            # core takes a list of bare ids for the records that are to stand there
            commands = [(6, 0, bare)]
        for command in commands:
            if not isinstance(command, (list, tuple)) or not command:
                continue
            if command[0] in (0, 1) and isinstance(command[-1], dict):
                known = command[0] == 1 and isinstance(command[1], int)
                lines.browse(command[1] if known else ())._bde_check_targets(command[-1])
            elif command[0] in (4, 6) and lines._bde_is_guarded():
                ids = map(as_id, command[-1] if command[0] == 6 else [command[1]])
                # sudo: only what is not there yet is checked
                held = self.sudo()[field.name].ids if field.store else []
                linked = [one for one in ids if isinstance(one, int) and one not in held]
                self._bde_stop_unreadable(lines.browse(linked))

    def _bde_target(self, field, value, values):
        """(model, id) that the value of a field points to."""
        if field.type == "many2one":
            return field.comodel_name, value
        if field.type == "many2one_reference":
            model = values.get(field.model_field) or self[:1][field.model_field]
            by_id = values.get(f"{field.model_field}_id")
            if not model and isinstance(by_id, int):
                # sudo: the name of a model
                model = self.env["ir.model"].sudo().browse(by_id).model
            return model, value
        if field.type == "reference" and isinstance(value, str):
            model, _comma, res_id = value.partition(",")
            return model, int(res_id) if res_id.isdecimal() else None
        return None, None

    def _bde_holds(self, field, model, res_id):
        """Whether these records point to that one already."""
        if not self or not field.store:
            return False
        held = self.sudo()  # sudo: compared only
        if field.type == "many2one_reference":
            return all(r[field.name] == res_id and r[field.model_field] == model for r in held)
        return all(r[field.name] == self.env[model].browse(res_id).sudo() for r in held)

    def _bde_is_guarded(self):
        """Whether records of this model are one school's, as is their name."""
        return self._name == "res.partner" or isinstance(self, self.pool["bde.owned"])

    def _bde_stop_unreadable(self, records):
        if records and not records.has_access("read"):
            raise AccessError(
                self.env._("You may not see the record that you refer to, or it is gone.")
            )
