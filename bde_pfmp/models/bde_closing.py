from odoo import fields, models
from odoo.exceptions import AccessError, UserError

REASONS = [
    ("host_gone", "The company has closed or does not answer any more"),
    ("host_refuses", "The company refuses to attest"),
    ("proved", "Proved otherwise: attendance sheet, letter, visit"),
    ("interrupted", "The stay was broken off at once"),
    ("no_visit", "No visit was possible"),
    ("left", "The pupil has left the school"),
    ("other", "Other reason"),
]
# states of a stay that may be closed
CLOSABLE = ("ended", "attested", "interrupted")


class BdeClosing(models.Model):
    """That a stay was closed: by whom, on which day, and why although something lacked."""

    _name = "bde.closing"
    _description = "Closing of a stay"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "id desc"
    _rec_name = "placement_id"

    placement_id = fields.Many2one(
        "bde.placement",
        string="Stay",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    division_id = fields.Many2one(related="placement_id.division_id", string="Class")
    host_id = fields.Many2one(related="placement_id.host_id", string="Company")
    active = fields.Boolean(default=True, readonly=True, help="Not opened again.")
    closed_on = fields.Date(required=True, readonly=True)
    closed_by_id = fields.Many2one(
        "res.users", string="Closed by", required=True, readonly=True, index=True
    )
    lacked = fields.Text(string="What lacked", readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    note = fields.Text(string="Details", readonly=True)
    reopened_on = fields.Date(string="Opened again on", readonly=True)
    reopened_by_id = fields.Many2one(
        "res.users", string="Opened again by", readonly=True, index="btree_not_null"
    )
    state_before = fields.Char(readonly=True)

    _placement_uniq = models.UniqueIndex(
        "(placement_id) WHERE active", "This stay is closed already."
    )

    def action_reopen(self):
        """Opens these stays again."""
        return self.placement_id.action_reopen()


class BdePlacement(models.Model):
    """Closing of stays: with what the law and the school ask for, or with a reason."""

    _inherit = "bde.placement"

    closing_ids = fields.One2many("bde.closing", "placement_id", string="Closings")

    def _closing_obstacles(self):
        """What a stay lacks to be closed without a reason: {placement: [sentences]}.

        Constant queries. Parts of the follow-up add theirs.
        """
        result = {}
        for placement in self:
            found = []
            if not placement.attested_on:
                found.append(self.env._("The attestation of the company is missing."))
            result[placement] = found
        for placement, sentence in self._visit_shortfalls().items():
            if sentence:
                result[placement].append(self.env._("Follow-up: %(lacking)s.", lacking=sentence))
        return result

    def _visit_shortfalls(self):
        """What lacks of the visits: {placement: sentence}."""
        return {placement: placement._visit_shortfall() for placement in self}

    def _closing_refusals(self):
        """What forbids to close a stay, whatever the reason: {placement: sentence}."""
        states = dict(self._fields["state"]._description_selection(self.env))
        refused = {}
        for placement in self:
            if placement.state == "closed":
                refused[placement] = self.env._("It is closed already.")
            elif placement.state not in CLOSABLE:
                refused[placement] = self.env._(
                    "The stay is not over: %(state)s.", state=states.get(placement.state, "")
                )
        return refused

    def action_close(self):
        """Closes stays that lack nothing, or asks why the others are closed nevertheless.

        :raises UserError: when none of them is over
        """
        self._check_may_close()
        if not self - self.browse(one.id for one in self._closing_refusals()):
            raise UserError(
                self.env._("Only stays that are over are closed; these are not, or are closed.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Close the stays"),
            "res_model": "bde.closing.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_placement_ids": self.ids},
        }

    def _check_may_close(self):
        own = self.env.user._bde_company_ids("secretary")
        if any(company.id not in own for company in self.company_id):
            raise AccessError(self.env._("Stays are closed by the bureau."))

    def _close(self, reason=None, note=None):
        """Closes stays; those that lack something need a reason. Constant queries.

        :param str reason: of ``bde.closing``
        :param str note: details
        :raises UserError: for one that is not over, or without the reason that it needs
        :return: the closings
        """
        self._check_may_close()
        # sudo: the verbs write what no role may
        self.env["bde.document"]._lock_rows(self.sudo().convention_id.document_id)
        if refused := self._closing_refusals():
            raise UserError(
                "\n".join(
                    self.env._("%(who)s: %(why)s", who=one.student_name, why=text)
                    for one, text in refused.items()
                )
            )
        obstacles = self._closing_obstacles()
        if any(obstacles.values()) and not reason:
            raise UserError(self.env._("Say why these stays are closed although something lacks."))
        # an INSERT overtakes pending UPDATEs: one opened again just before is still closed
        self.env["bde.closing"].flush_model(["active"])
        # sudo: nobody writes closings by hand
        closings = (
            self.env["bde.closing"]
            .sudo()
            .create(
                [
                    {
                        "company_id": placement.company_id.id,
                        "school_year_id": placement.school_year_id.id,
                        "placement_id": placement.id,
                        "closed_on": placement.company_id._bde_today(),
                        "closed_by_id": self.env.uid,
                        "lacked": "\n".join(obstacles[placement]) or False,
                        "reason": reason if obstacles[placement] else False,
                        "note": (note or "").strip() or False if obstacles[placement] else False,
                        "state_before": placement.state,
                    }
                    for placement in self
                ]
            )
        )
        for documents in self.convention_id.document_id._as_engine():
            documents._log("state", {"state": "closed"})
            documents._set_state("closed")
        return closings.with_env(self.env)

    def action_reopen(self):
        """Takes back the closing of these stays: for the manager of the school.

        :raises UserError: when none of them is closed
        """
        own = self.env.user._bde_company_ids("manager")
        if any(company.id not in own for company in self.company_id):
            raise AccessError(self.env._("A closed stay is opened again by the manager."))
        # sudo: the manager takes back what the verbs wrote
        closings = self.sudo().closing_ids.filtered("active")
        if not closings:
            raise UserError(self.env._("None of these stays is closed."))
        for before, batch in closings.grouped("state_before").items():
            for documents in batch.placement_id.convention_id.document_id._as_engine():
                documents._lock()
                documents._log("state", {"state": before, "undone": "closed"})
                documents._set_state(before)
        for company, batch in closings.grouped("company_id").items():
            batch.write(
                {
                    "active": False,
                    "reopened_on": company._bde_today(),
                    "reopened_by_id": self.env.uid,
                }
            )
        return True
