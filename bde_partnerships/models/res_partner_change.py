from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_datetime

from ..rules import identifiers
from .res_partner_employer import SHARED_FIELDS, SIRENE_FIELDS

# what people change by hand, with a line of history
CHANGED_FIELDS = (*SHARED_FIELDS, "company_registry", "bde_tag_ids")


class ResPartner(models.Model):
    """Changing what all schools share: by checked methods, with a history, never over others."""

    _inherit = "res.partner"

    def _bde_change_employer(self, vals, company, seen=None):
        """Changes shared data of an employer by hand, with a line of history per field.

        :param dict vals: values of ``res.partner``; ``bde_tag_ids`` as a list of ids, for managers
        :param company: the school in whose name it is changed
        :param dict seen: the values that the user had before him (see ``_bde_seen``); what he
            left as it was is not written, what somebody else changed since stops him
        :raise AccessError: the user is not staff who may register at this school
        :raise UserError: the value is SIRENE's, or has been changed since it was read
        """
        self.ensure_one()
        company = company.with_env(self.env)
        company._bde_check_user_is("secretary")
        refused = vals.keys() - set(CHANGED_FIELDS)
        if refused:
            raise AccessError(
                self.env._(
                    "These fields are not changed here: %(names)s.", names=", ".join(refused)
                )
            )
        vals = self._bde_really_changed(vals, seen or {})
        if "bde_tag_ids" in vals:
            company._bde_check_user_is("manager")
            # whoever sends ids of his own choice uses the words of his académie alone
            self.env["bde.employer.tag"].browse(vals["bde_tag_ids"]).check_access("read")
        if self.sirene_on:
            held = [n for n in SIRENE_FIELDS if n in vals and self._bde_differs(n, vals[n])]
            if held:
                labels = [self._fields[name]._description_string(self.env) for name in held]
                raise UserError(
                    self.env._(
                        "These data come from SIRENE and are refreshed from there: %(fields)s.",
                        fields=", ".join(labels),
                    )
                )
        if "company_registry" in vals:
            vals = dict(vals)
            self._bde_change_siret(vals.pop("company_registry"), company)
        self._bde_write_shared(vals, company)

    def _bde_change_siret(self, siret, company):
        """Gives an employer its new SIRET; the old one stays known, so that it finds him."""
        siret = identifiers.normalize_siret(siret)
        if siret == (self.company_registry or ""):
            return
        other = self._bde_find_employer(siret)
        if other and other != self:
            raise UserError(
                self.env._(
                    "The SIRET %(siret)s already belongs to %(name)s.",
                    siret=identifiers.format_siret(siret),
                    name=other.name,
                )
            )
        if self.company_registry:
            # sudo: the history of shared companies is written by checked methods alone
            self.env["bde.former.siret"].sudo().create(
                {
                    "partner_id": self.id,
                    "siret": self.company_registry,
                    "date_to": company._bde_today(),
                }
            )
        parent = self.parent_id
        if siret and parent and (self.bde_level == "site" or siret[:9] != parent.bde_siren):
            # sudo: see above. A site with a SIRET of its own, or an establishment that was
            # taken over, leaves what it stood below; the new place is found next
            self.sudo().parent_id = False
        self._bde_write_shared({"company_registry": siret or False}, company)
        self._bde_group_entities()

    # ------------------------------------------------------------
    # Two people at the same company
    # ------------------------------------------------------------

    def _bde_seen(self, names=CHANGED_FIELDS):
        """What a form shows of this record, to be given back as ``seen`` when it is saved.

        :rtype: dict
        """
        self.ensure_one()
        return {name: _plain(self[name]) for name in names}

    def _bde_differs(self, name, value):
        """Whether a value, as forms or JSON carry it, is not the one of this record."""
        return _plain(self[name]) != _plain(value)

    def _bde_really_changed(self, vals, seen):
        """The values that the user changed; stops when somebody else changed one of them since.

        Two that save at the same second meet at the row: the later one is played again by Odoo
        and gets here with what the first one wrote.

        :raise UserError: a value is neither what he saw nor what he wants
        """
        changed, conflicts = {}, []
        for name, value in self._bde_normalize(vals).items():
            if name in seen and _plain(value) == _plain(seen[name]):
                continue
            changed[name] = value
            theirs = name in seen and self._bde_differs(name, seen[name])
            if theirs and self._bde_differs(name, value):
                conflicts.append(self._bde_conflict(name, value))
        if conflicts:
            raise UserError(
                self.env._(
                    "Somebody changed %(company)s while you were typing:\n%(conflicts)s\n"
                    "Close this form and open it again: it will show what stands there now.",
                    company=self.name,
                    conflicts="\n".join(conflicts),
                )
            )
        return changed

    def _bde_conflict(self, name, value):
        """One line: the field, what he typed, what stands there, who wrote it and when."""
        change = self.bde_change_ids.filtered(lambda line: line.field == name)[:1]
        values = {
            "field": self._fields[name]._description_string(self.env),
            "mine": self._bde_readable(name, value) or self.env._("nothing"),
            "theirs": self._bde_readable(name) or self.env._("nothing"),
        }
        if not change:
            return self.env._(
                "– %(field)s: you typed “%(mine)s”, there is “%(theirs)s” now.", **values
            )
        return self.env._(
            "– %(field)s: you typed “%(mine)s”; %(who)s wrote “%(theirs)s” on %(when)s.",
            who=change.who,
            when=format_datetime(self.env, change.create_date, dt_format="short"),
            **values,
        )

    # ------------------------------------------------------------
    # Writing, with a history
    # ------------------------------------------------------------

    def _bde_write_shared(self, vals, company, source="hand"):
        """Writes shared values on one or many, with their history; the caller checked the right.

        :param dict vals: values of ``res.partner``; a many2many as a list of ids
        :param company: the school, or the académie, in whose name
        """
        vals = self._bde_normalize(vals)
        changes = {}
        for employer in self:
            names = tuple(name for name in vals if employer._bde_differs(name, vals[name]))
            if names:
                changes.setdefault(names, []).append(employer.id)
        history = []
        for names, ids in changes.items():
            employers = self.browse(ids)
            old = {(e.id, name): e._bde_readable(name) for e in employers for name in names}
            # sudo: no role writes shared companies directly
            employers.sudo().write({name: self._bde_written(name, vals[name]) for name in names})
            history += [
                {
                    "partner_id": employer.id,
                    "field": name,
                    "old_value": old[employer.id, name],
                    "new_value": employer._bde_readable(name),
                    "user_id": self.env.uid,
                    "school_id": company.id,
                    "source": source,
                }
                for employer in employers
                for name in names
                if name != "sirene_on"
                # read for the first time, for the whole book: nothing has changed
                and not (name == "bde_legal_category" and not old[employer.id, name])
            ]
        # sudo: the history is written by checked methods alone
        self.env["bde.employer.change"].sudo().create(history)

    def _bde_written(self, name, value):
        return [Command.set(value)] if self._fields[name].type == "many2many" else value

    def _bde_readable(self, name, value=None):
        """A value of this record, or another one of the same field, as people read it."""
        field = self._fields[name]
        if field.relational:
            records = self[name] if value is None else self.env[field.comodel_name].browse(value)
            return ", ".join(records.mapped("display_name"))
        value = self[name] if value is None else value
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        return str(value) if value else ""


def _plain(value):
    """Values of records, forms and JSON alike: nothing is False, a date its text."""
    if isinstance(value, models.BaseModel):
        return sorted(value.ids) or False
    if isinstance(value, (list, tuple)):
        return sorted(value) or False
    if isinstance(value, int) and not isinstance(value, bool):
        # the id of a many2one; no number is changed here
        return [value] if value else False
    return str(value) if value else False
