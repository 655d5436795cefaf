from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..rules import identifiers

ACADEMY_ROLES = ("admin", "correspondent")
# what the académie types; the rest is written by the verbs
EDITABLE = {"line_ids", "confirm_reason"}


class BdeMerge(models.Model):
    """Two entries of the directory that are one company: a school proposes, the académie does.

    The school says which one to keep and why; the académie sees both side by side, chooses the
    values, merges or refuses. Nothing of a school's own pages is shown, only numbers.
    """

    _name = "bde.merge"
    _description = "Merge of two companies"
    _inherit = ["bde.owned", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"

    company_id = fields.Many2one(string="Proposed by")
    proposer_id = fields.Many2one("res.users", string="Person", readonly=True, index=True)
    origin = fields.Selection(
        [("school", "A school"), ("academy", "The académie"), ("job", "Probable duplicate")],
        required=True,
        default="school",
        readonly=True,
    )
    score = fields.Integer(string="Likeness", readonly=True, help="0 to 100, for what was found.")
    keep_id = fields.Many2one(
        "res.partner", string="Company to keep", readonly=True, index=True, ondelete="set null"
    )
    drop_id = fields.Many2one(
        "res.partner", string="Company to merge into it", readonly=True, index=True,
        ondelete="set null",
    )  # fmt: skip
    keep_name = fields.Char(string="Kept", readonly=True)
    drop_name = fields.Char(string="Merged into it", readonly=True)
    keep_siret = fields.Char(string="SIRET of the one to keep", readonly=True)
    drop_siret = fields.Char(string="SIRET of the other", readonly=True)
    keep_address = fields.Char(string="Address of the one to keep", compute="_compute_sides")
    drop_address = fields.Char(string="Address of the other", compute="_compute_sides")
    keep_former = fields.Char(string="Former SIRETs of the one to keep", compute="_compute_sides")
    drop_former = fields.Char(string="Former SIRETs of the other", compute="_compute_sides")
    keep_closed_on = fields.Date(related="keep_id.closed_on", string="The one to keep closed on")
    drop_closed_on = fields.Date(related="drop_id.closed_on", string="The other closed on")
    reason = fields.Char(readonly=True, required=True)
    state = fields.Selection(
        [("proposed", "To decide"), ("done", "Done"), ("refused", "Refused")],
        required=True,
        default="proposed",
        readonly=True,
        index=True,
    )
    warning = fields.Char(compute="_compute_warning")
    warning_level = fields.Selection(
        [("ok", "Nothing against it"), ("note", "To know"), ("warn", "Careful"), ("stop", "No")],
        compute="_compute_warning",
    )
    warning_code = fields.Char(compute="_compute_warning")
    confirm_reason = fields.Char(
        string="Why they are one company all the same",
        help="Kept with the report, where both have a SIRET of their own in use.",
    )
    answer = fields.Char(readonly=True)
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    report = fields.Html(readonly=True, sanitize=False)
    figures = fields.Html(compute="_compute_figures", sanitize=False)
    line_ids = fields.One2many("bde.merge.line", "merge_id", string="Differences")
    is_decider = fields.Boolean(compute="_compute_is_decider")

    _open_idx = models.Index("(keep_id, drop_id) WHERE state = 'proposed'")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("keep_name", "drop_name")
    def _compute_display_name(self):
        for merge in self:
            merge.display_name = f"{merge.drop_name or ''} → {merge.keep_name or ''}"

    @api.depends("keep_id", "drop_id")
    def _compute_sides(self):
        for merge in self:
            for side in ("keep", "drop"):
                company = merge[f"{side}_id"]
                former = map(identifiers.format_siret, company.bde_former_siret_ids.mapped("siret"))
                merge[f"{side}_former"] = ", ".join(former)
                merge[f"{side}_address"] = company._bde_merge_value("street") if company else ""

    @api.depends("keep_id", "drop_id", "state")
    @api.depends_context("lang")
    def _compute_warning(self):
        for merge in self:
            if merge.state == "proposed":
                advice, text = merge.keep_id._bde_merge_advice(merge.drop_id)
                merge.warning_level, merge.warning_code, merge.warning = *advice, text
            else:
                merge.warning_level, merge.warning_code, merge.warning = "ok", "", ""

    @api.depends("keep_id", "drop_id", "state")
    @api.depends_context("lang", "uid")
    def _compute_figures(self):
        """Numbers of records that hang on each company: what a merge will move.

        For who decides: how many requests others make is none of the school's that proposes.
        """
        for merge in self:
            merge.figures = ""
            if not (self.env.su or merge.is_decider):
                continue
            if merge.state == "proposed" and merge.keep_id and merge.drop_id:
                rows = (merge.keep_id | merge.drop_id)._bde_merge_figures()
                merge.figures = merge._figures_table(rows)

    def _figures_table(self, rows):
        cell = Markup(
            "<tr><td>%s</td><td class='text-end'>%s</td><td class='text-end'>%s</td></tr>"
        )
        return Markup(
            "<table class='table table-sm'><tr><th></th><th class='text-end'>%s</th>"
            "<th class='text-end'>%s</th></tr>%s</table>"
        ) % (
            self.env._("The one to keep"),
            self.env._("The other one"),
            Markup().join(
                cell % (label, counts.get(self.keep_id.id, 0), counts.get(self.drop_id.id, 0))
                for label, counts in rows
            ),
        )

    @api.depends_context("uid")
    @api.depends("company_id")
    def _compute_is_decider(self):
        academies = self._decider_academies()
        for merge in self:
            merge.is_decider = merge.company_id._bde_academy().id in academies

    @api.model
    def _decider_academies(self):
        user = self.env.user
        return {cid for role in ACADEMY_ROLES for cid in user._bde_company_ids(role)}

    def _check_decider(self):
        """Stops unless the user is of the académie of these proposals."""
        academies = self._decider_academies()
        if self.env.su or all(m.company_id._bde_academy().id in academies for m in self):
            return
        raise AccessError(self.env._("The académie decides on merges: yours was told."))

    # ------------------------------------------------------------
    # Proposing
    # ------------------------------------------------------------

    @api.model
    def _propose(self, keep, drop, company, reason, origin="school", score=0):
        """Proposes to merge ``drop`` into ``keep``, or finds the school's open proposal of it.

        :param company: the school that proposes, or the académie
        :param str reason: why they are one company
        :raise AccessError: the user is not of the bureau there
        :raise UserError: what must not be merged, with what to do instead
        :rtype: bde.merge
        """
        company = company.with_env(self.env)
        if company.bde_kind == "academy":
            company._bde_check_user_is(*ACADEMY_ROLES)
        else:
            company._bde_check_user_is("secretary")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say in a few words why they are the same company."))
        # who works at a school, or the school itself, has an entry too: it is no company to merge
        keep._bde_check_employers((keep | drop).ids)
        advice, text = keep._bde_merge_advice(drop)
        if advice.level == "stop":
            raise UserError(text)
        # sudo: no role creates proposals directly; the right was checked above
        Merge = self.sudo()
        known = Merge._open_between(keep, drop).filtered(lambda m: m.company_id == company)
        if not known:
            known = Merge.create(
                {
                    "company_id": company.id,
                    "proposer_id": self.env.uid,
                    "keep_id": keep.id,
                    "drop_id": drop.id,
                    "reason": reason,
                    "origin": origin if company.bde_kind == "school" else "academy",
                    "score": score,
                }
            )
        return known[:1].with_env(self.env)

    @api.model
    def _open_between(self, first, second):
        """Open proposals of this pair, either way round."""
        pair = (first | second).ids
        return self.search(
            [("state", "=", "proposed"), ("keep_id", "in", pair), ("drop_id", "in", pair)]
        )

    @api.model
    def _close_pair(self, keep, drop):
        """Settles the other proposals of a pair that is being merged: they got what they asked."""
        others = self._open_between(keep, drop)
        current = self.browse(self.env.context.get("bde_merge_id"))
        others -= current
        others._store_decision("done", answer=self.env._("Merged upon another proposal."))
        # they must not come to point twice to the one that stays
        others |= self.search([("state", "!=", "proposed"), ("drop_id", "=", drop.id)])
        (others | current).drop_id = False

    @api.model_create_multi
    def create(self, vals_list):
        merges = super().create(vals_list)
        merges._set_names()
        merges._build_lines()
        return merges

    def write(self, vals):
        if not self.env.su:
            self._check_decider()
            if vals.keys() - EDITABLE:
                raise AccessError(self.env._("A proposal is decided on with its buttons."))
        return super().write(vals)

    def _set_names(self):
        """Names and SIRETs as they stand, for one of the two will be gone."""
        for merge in self:
            merge.keep_name, merge.drop_name = merge.keep_id.name, merge.drop_id.name
            merge.keep_siret = identifiers.format_siret(merge.keep_id.company_registry or "")
            merge.drop_siret = identifiers.format_siret(merge.drop_id.company_registry or "")

    def _build_lines(self):
        """The differences, field by field, with the choice that is likely right."""
        self.line_ids.unlink()
        self.env["bde.merge.line"].create(
            [
                dict(difference, merge_id=merge.id)
                for merge in self
                for difference in merge.keep_id._bde_merge_differences(merge.drop_id)
            ]
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Proposals of merge are kept: they say what became of what."))

    def action_open_keep(self):
        """Opens the company that is kept."""
        self.ensure_one()
        return self._open(self.keep_id)

    def action_open_drop(self):
        """Opens the other company."""
        self.ensure_one()
        return self._open(self.drop_id)

    def _open(self, company):
        action = company.get_formview_action()
        view = self.env.ref("bde_partnerships.view_employer_form")
        return dict(action, views=[(view.id, "form")], view_id=view.id)
