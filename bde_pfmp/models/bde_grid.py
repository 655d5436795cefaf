import re
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain

from odoo.addons.bde_partnerships.rules import identifiers

SECTIONS = [
    ("attitude", "Professional attitudes"),
    ("competence", "Competences"),
    ("activity", "Activities done"),
]
KINDS = [
    ("formative", "Evaluation by the tutor"),
    ("certifying", "Certifying evaluation"),
    ("self", "Self-evaluation of the pupil"),
]
# What may change on a grid that somebody answered.
FREE_FIELDS = {"active", "state", "sequence"}


class BdeGrid(models.Model):
    """What is evaluated at the end of a placement, and by which levels.

    Handed down by the académie; a school may keep its own. A grid that was answered never
    changes: :meth:`action_new_version` makes the next one, older answers keep theirs.
    """

    _name = "bde.grid"
    _description = "Evaluation grid"
    _inherit = ["bde.owned"]
    _order = "kind, sequence, name, serial desc, id desc"
    # evaluations of a school may use what its académie hands down
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True, default="formative")
    state = fields.Selection(
        [("draft", "Draft"), ("in_use", "In use"), ("archived", "Replaced")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    serial = fields.Integer(string="Version", required=True, readonly=True, default=1, copy=False)
    origin_id = fields.Many2one(
        "bde.grid",
        string="Made from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    introduction = fields.Text(help="One or two sentences at the head of the grid.")
    training_ids = fields.Many2many(
        "bde.training",
        string="For these trainings",
        check_company=True,
        # the administrator of the académie reads no training
        groups="bde_partnerships.group_staff",
        copy=False,
        help="Trainings of the school. Empty, and no diploma below: for all of them.",
    )
    cfd_codes = fields.Char(
        string="For these diplomas",
        help="CFD codes of eight digits, separated by commas: a grid of the académie serves every "
        "school that prepares them.",
    )
    use_convention = fields.Boolean(
        string="Competences and tasks of the convention",
        help="Adds to the lines below the competences and the tasks that the convention of the "
        "pupil names.",
    )
    scale_ids = fields.One2many("bde.grid.scale", "grid_id", string="Levels", copy=True)
    item_ids = fields.One2many("bde.grid.item", "grid_id", string="Lines", copy=True)
    item_count = fields.Integer(string="Number of lines", compute="_compute_item_count")
    is_own = fields.Boolean(
        string="Own grid",
        compute="_compute_is_own",
        help="Grid of a school; otherwise one that the académie hands down.",
    )
    is_used = fields.Boolean(string="Answered already", compute="_compute_is_used")
    may_change = fields.Boolean(
        compute="_compute_may_change", help="The user keeps the grids of its owner."
    )

    _company_kind_idx = models.Index("(company_id, kind, state)")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("name", "serial")
    def _compute_display_name(self):
        for grid in self:
            grid.display_name = (
                self.env._("%(name)s, version %(serial)s", name=grid.name, serial=grid.serial)
                if grid.serial > 1
                else grid.name
            )

    @api.depends("item_ids")
    def _compute_item_count(self):
        for grid in self:
            grid.item_count = len(grid.item_ids)

    @api.depends("company_id")
    def _compute_is_own(self):
        for grid in self:
            # sudo: only the kind of the company, which staff of a school may not read above it
            grid.is_own = grid.company_id.sudo().bde_kind == "school"

    def _compute_is_used(self):
        used = self._used_ids()
        for grid in self:
            grid.is_used = grid.id in used

    @api.depends_context("uid")
    @api.depends("company_id")
    def _compute_may_change(self):
        keepers = self._kept_by_user()
        for grid in self:
            grid.may_change = grid.company_id.id in keepers

    @api.model
    def _kept_by_user(self):
        """Ids of the companies whose grids the user keeps: his school's, or his académie's."""
        user = self.env.user
        return {*user._bde_company_ids("manager"), *user._bde_company_ids("admin")}

    def _used_ids(self):
        """Ids of the grids that somebody answered, at any school."""
        # sudo: a grid of the académie is used by schools that the reader does not see
        groups = (
            self.env["bde.evaluation"]
            .sudo()
            .with_context(active_test=False)
            ._read_group([("grid_id", "in", self.ids)], ["grid_id"])
        )
        return {grid.id for [grid] in groups}

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.constrains("cfd_codes")
    def _check_cfd_codes(self):
        for grid in self:
            wrong = [code for code in grid._cfd_list() if not identifiers.is_cfd(code)]
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%(codes)s: a diploma is written by its CFD code of eight digits.",
                        codes=", ".join(wrong),
                    )
                )

    @api.constrains("origin_id", "company_id")
    def _check_origin(self):
        """Made from a grid of the school, of its académie or of the national library."""
        library = self._library()
        for grid in self:
            # sudo: only whose the two are
            owner, origin = grid.company_id.sudo(), grid.origin_id.sudo()
            if origin and origin not in library:
                if origin.company_id not in (owner | owner.parent_id):
                    raise ValidationError(self.env._("This is not a grid of your school."))

    def _check_unused(self, names=()):
        """Refuses to touch what was answered.

        :param names: fields that are about to change
        """
        if set(names) - FREE_FIELDS and self._used_ids():
            raise UserError(
                self.env._(
                    "Somebody answered this grid: it does not change any more. Make a new "
                    "version of it."
                )
            )

    def write(self, vals):
        self._check_unused(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        if self._used_ids():
            raise UserError(self.env._("Somebody answered this grid: archive it instead."))

    # ------------------------------------------------------------
    # Which one
    # ------------------------------------------------------------

    def _cfd_list(self):
        self.ensure_one()
        return [code for code in re.split(r"[\s,;]+", self.cfd_codes or "") if code]

    def _rank_for(self, training):
        """How well it fits a training: 2 made for it, 1 for all trainings, 0 for others.

        :param training: ``bde.training``, may be empty
        """
        self.ensure_one()
        codes = self._cfd_list()
        if not self.training_ids and not codes:
            return 1
        if training and (training in self.training_ids or (training.cfd or "") in codes):
            return 2
        return 0

    @api.model
    def _grids_for(self, placements, kind):
        """The grid in use for each placement; constant queries.

        Made for the training before made for all; the school's own before that of its académie.

        :param str kind: formative, certifying, self
        :return: {placement: grid, empty when there is none}
        """
        choices = self._choices_for(placements, kind)
        return {placement: grids[:1] for placement, grids in choices.items()}

    @api.model
    def _choices_for(self, placements, kind):
        """All grids in use that fit each placement, the best first: {placement: grids}."""
        # sudo: the school reads what the académie hands down; the caller read the placements
        schools = placements.sudo().company_id
        found = self.sudo().search(
            Domain("company_id", "in", (schools | schools.parent_id).ids)
            & Domain("kind", "=", kind)
            & Domain("state", "=", "in_use")
        )
        result = {}
        by_key = defaultdict(self.browse)
        for placement in placements:
            # sudo: as above
            owner, training = placement.sudo().company_id, placement.sudo().training_id
            key = (owner, training)
            if key not in by_key:
                fitting = found.filtered(
                    lambda g, o=owner, t=training: (
                        g.company_id in (o | o.parent_id) and g._rank_for(t)
                    )
                )
                by_key[key] = fitting.sorted(
                    lambda g, o=owner, t=training: (
                        -g._rank_for(t), g.company_id != o, g.sequence, -g.serial, -g.id,
                    )
                )  # fmt: skip
            result[placement] = by_key[key].with_env(self.env)
        return result

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def action_use(self):
        """Puts drafts in use; the version that they were made from is replaced.

        :raises UserError: for a grid that has nothing to answer
        """
        for grid in self:
            if not grid.item_ids and not grid.use_convention:
                raise UserError(
                    self.env._("%(grid)s has no line yet: type or import some.", grid=grid.name)
                )
            lacking = grid._sections_without_levels()
            if lacking:
                raise UserError(
                    self.env._(
                        "%(grid)s: say by which levels these are judged: %(sections)s.",
                        grid=grid.name,
                        sections=", ".join(lacking),
                    )
                )
        # one that the user may not write, of his académie, stays: his own comes first anyway
        replaced = self.origin_id.filtered(lambda one: one.company_id in self.company_id)
        replaced.filtered(lambda one: one.state == "in_use").state = "archived"
        self.state = "in_use"

    def action_archive_grid(self):
        """Takes grids out of use; what was answered by them stays."""
        self.state = "archived"

    def action_import(self):
        """Opens the import of a list of competences into this grid."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_pfmp.action_grid_import")
        return action | {"context": {"default_grid_id": self.id}}

    def _sections_without_levels(self):
        """Labels of the sections that have lines and no level."""
        self.ensure_one()
        used = set(self.item_ids.mapped("section"))
        if self.use_convention:
            used |= {"competence", "activity"}
        there = set(self.scale_ids.filtered("level_ids").mapped("section"))
        labels = dict(self.env["bde.grid.item"]._fields["section"]._description_selection(self.env))
        return [label for section, label in labels.items() if section in used - there]

    def action_new_version(self):
        """Opens the next version, a draft: the user's school's own, or the académie's."""
        self.ensure_one()
        keepers = self._kept_by_user()
        # who teaches at one school and manages another makes it for the one that he manages
        choices = self.company_id | self.env.company | self.env.companies
        company = choices.filtered(lambda one: one.id in keepers)[:1]
        if not company:
            raise AccessError(self.env._("The grids of a school are kept by its bureau."))
        last = self.search(
            [("company_id", "=", company.id), ("kind", "=", self.kind), ("name", "=", self.name)],
            order="serial desc",
            limit=1,
        )
        values = {"company_id": company.id, "serial": last.serial + 1, "origin_id": self.id}
        if company == self.company_id and self.is_own:
            values["training_ids"] = [Command.set(self.training_ids.ids)]
        grid = self.copy(values)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Evaluation grid"),
            "res_model": self._name,
            "res_id": grid.id,
            "view_mode": "form",
        }
