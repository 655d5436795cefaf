from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.bde_partnerships.models.bde_document import EDITABLE, IN_SIGNATURE

from .bde_convention import LOCKED
from .bde_placement import TEACHER_FIELDS

# What the parties sign; it changes only with a new version of the convention.
TERMS = TEACHER_FIELDS | {"period_id", "schooling_id", "date_start", "date_end", "safety_works"}


class BdePlacement(models.Model):
    _inherit = "bde.placement"

    convention_id = fields.Many2one(
        "bde.convention",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    safety_works = fields.Text(
        string="Regulated works allowed",
        help="One a line: machines, products and works allowed to a minor under the declaration "
        "of the host and of the school (R4153-40 C. trav.). Empty: none.",
    )

    # ------------------------------------------------------------
    # State, locks
    # ------------------------------------------------------------

    @api.model
    def _state_depends(self):
        return (*super()._state_depends(), "convention_id.state")

    def _get_state(self):
        """The state of the convention once there is one."""
        return self.convention_id.sudo().state or super()._get_state()

    @api.depends("period_id.date_start", "period_id.date_end")
    def _compute_dates(self):
        """Dates that are out for signature or signed do not follow the period any more."""
        locked = self.filtered(lambda p: p._terms_are_locked())
        result = super(BdePlacement, self - locked)._compute_dates()
        for placement in locked:
            placement.date_start = placement.date_start
            placement.date_end = placement.date_end
        return result

    def write(self, vals):
        self._check_terms(vals)
        return super().write(vals)

    def _terms_are_locked(self):
        """Whether the convention is out for signature, and not being corrected, or signed."""
        self.ensure_one()
        # sudo: the state of the convention, whoever reads the placement
        convention = self.convention_id.sudo()
        return convention.state in LOCKED and not convention.correcting_since

    def _check_terms(self, vals):
        """Refuses to change under the pen what parties are signing, or have signed."""
        touched = vals.keys() & (TERMS | {"referent_id"})
        for placement in self if touched else ():
            if not placement._terms_are_locked():
                continue
            state = placement.convention_id.sudo().state
            # a referent teacher is replaced once all have signed: the school's own matter
            kept = TERMS | {"referent_id"} if state in IN_SIGNATURE else TERMS
            changed = [name for name in touched & kept if placement._differs(name, vals[name])]
            if changed:
                labels = sorted(
                    self._fields[name]._description_string(self.env) for name in changed
                )
                raise UserError(placement._locked_sentence(state, ", ".join(labels)))

    def _locked_sentence(self, state, labels):
        """What to do instead of changing terms that are out."""
        if state in IN_SIGNATURE:
            return self.env._(
                "The convention of %(pupil)s is out for signature. Press “Correct” on it, then "
                "change: %(fields)s. Only those whom the change concerns sign again.",
                pupil=self.student_name,
                fields=labels,
            )
        return self.env._(
            "The convention of %(pupil)s is signed: an amendment changes %(fields)s.",
            pupil=self.student_name,
            fields=labels,
        )

    def _differs(self, name, value):
        """Whether writing a value would change it."""
        field = self._fields[name]
        return field.convert_to_cache(self[name], self) != field.convert_to_cache(value, self)

    # ------------------------------------------------------------
    # Making conventions
    # ------------------------------------------------------------

    def _convention_templates(self):
        """Wording in force today for each placement: {placement: template}; constant queries."""
        found = {}
        for company, placements in self.grouped("company_id").items():
            kinds = set(placements.period_id.mapped("kind"))
            found |= self.env["bde.document.template"]._templates_for(
                company, kinds, "fr_FR", company._bde_today()
            )
        none = self.env["bde.document.template"]
        return {p: found.get((p.company_id, p.period_id.kind), none) for p in self}

    def _convention_deadline(self):
        """Day before which all shall have signed: the key date of the period."""
        self.ensure_one()
        deadlines = self.period_id.deadline_ids.filtered(lambda d: d.code == "complete")
        return deadlines.date

    def _convention_obstacles(self):
        """Why no convention can be made: {placement: [sentences]}; constant queries."""
        templates = self._convention_templates()
        states = dict(self.env["bde.document"]._fields["state"]._description_selection(self.env))
        result = {}
        for placement in self:
            found = []
            # sudo: the state of the convention, and whether there is a guardian
            state = placement.convention_id.sudo().state
            student, school = placement.sudo().student_id, placement.company_id.sudo()
            if state and state not in (*EDITABLE, "refused", "cancelled"):
                found.append(self.env._("The convention is there: %(state)s.", state=states[state]))
                result[placement] = found
                continue
            if not placement.active:
                found.append(self.env._("This pupil is set aside."))
            missing = placement._missing_for_convention()
            if missing:
                found.append(self.env._("To complete: %(fields)s.", fields=", ".join(missing)))
            if not placement.training_id:
                found.append(self.env._("The training of the pupil is not known."))
            if not student._signs_alone_on(
                placement.company_id._bde_today()
            ) and not student.guardianship_ids._with_authority():
                found.append(self.env._("A minor without a legal representative."))
            if not school.head_id:
                found.append(self.env._("The school has no head: see its settings."))
            if not templates[placement]:
                found.append(self.env._("No model of convention is in force for this type."))
            result[placement] = found
        return result

    def action_make_conventions(self):
        """Makes the conventions of these placements; those that lack something are reported.

        Ready ones are made, whatever lacks elsewhere. Made again while they are not out.
        """
        if not self.env["bde.convention"].has_access("create"):
            raise AccessError(self.env._("Conventions are made by the bureau."))
        obstacles = self._convention_obstacles()
        stopped = {placement: found for placement, found in obstacles.items() if found}
        ready = self.filtered(lambda p: p not in stopped)
        made = self.env["bde.convention"]
        if ready:
            made = made._make_for(ready)
        return self.env["bde.convention.report"]._open(made, stopped, verb="made")

    def action_open_convention(self):
        """The convention of this placement."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bde.convention",
            "res_id": self.convention_id.id,
            "view_mode": "form",
        }

    def action_preview_convention(self):
        """What the convention would look like, without making it."""
        self.ensure_one()
        template = self._convention_templates()[self]
        if not template:
            raise UserError(self.env._("No model of convention is in force for this type."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/template/{template.id}/preview?placement_id={self.id}",
            "target": "new",
        }


class BdePeriod(models.Model):
    _inherit = "bde.period"

    def action_make_conventions(self):
        """Makes the conventions of all pupils of these periods whose host agreed."""
        placements = self.env["bde.placement"].search(
            [("period_id", "in", self.ids), ("state", "in", ("agreed", "draft", "to_check"))]
        )
        if not placements:
            raise UserError(self.env._("No convention to make: no host has agreed yet."))
        return placements.action_make_conventions()
