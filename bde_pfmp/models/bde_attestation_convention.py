from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.bde_partnerships.models.bde_document import SIGNED

from .bde_convention_attestation import CERTIFIABLE


class BdeConvention(models.Model):
    """The attestation that the host of a convention signs, and the one that came on paper."""

    _inherit = "bde.convention"

    attestation_ids = fields.One2many("bde.attestation", "convention_id", string="Attestations")

    def _attestation(self):
        """The attestation of one convention that is not given up; empty when there is none."""
        self.ensure_one()
        return self.attestation_ids.filtered("is_open")[:1]

    def _attestation_templates(self):
        """Wording of attestations in force for each convention; constant queries.

        :raises UserError: where there is none
        """
        Template = self.env["bde.document.template"]
        found = {}
        for company in self.company_id:
            found |= Template._templates_for(
                company, {"attestation"}, "fr_FR", company._bde_today()
            )
        templates = {one: found.get((one.company_id, "attestation")) for one in self}
        if not all(templates.values()):
            raise UserError(self.env._("No wording of attestations is in force."))
        return templates

    # ------------------------------------------------------------
    # Making
    # ------------------------------------------------------------

    def _attestation_vals(self):
        """What the school counted of one stay: the host corrects it on his page."""
        self.ensure_one()
        return {
            "effective_days": self.effective_days,
            "effective_hours": self.effective_hours,
            "gratification_total": self.gratification_total,
        }

    def _ensure_attestations(self, vals=None):
        """The attestation of each convention, out for the host to sign; constant queries.

        One that is not signed yet says anew what was counted, or what its host typed.

        :param dict vals: ``effective_days``, ``effective_hours``, ``gratification_total`` as the
            host of one convention typed them
        :raises UserError: before the last day of a stay, or once it was closed without any
        :return: the attestations, in sudo
        """
        # sudo: hosts have no right at all; staff are checked by the callers
        record = self.sudo().with_prefetch()
        record._check_over()
        closed = record.filtered(lambda one: one.state == "closed")
        if any(one._attestation().state not in SIGNED for one in closed):
            raise UserError(self.env._("A stay that is closed gets no attestation any more."))
        known = record.attestation_ids.filtered("is_open").grouped("convention_id")
        new = record.filtered(lambda one: one not in known)
        attestations = record.env["bde.attestation"]
        if new:
            attestations += attestations.create(
                [{"convention_id": one.id, **(vals or one._attestation_vals())} for one in new]
            )
        for convention, attestation in known.items():
            if attestation.state not in SIGNED:
                wanted = vals or (
                    convention._attestation_vals() if attestation.state == "draft" else {}
                )
                changed = {k: v for k, v in wanted.items() if attestation[k] != v}
                if changed:
                    attestation.write(changed)
            attestations += attestation
        attestations.filtered(lambda one: one.state not in SIGNED)._put_out()
        return attestations

    def _check_may_ask(self):
        """Stops unless the user keeps the conventions of these schools.

        :raises AccessError: for a teacher, who only reads
        """
        for company in self.company_id:
            if company.id not in self.env.user._bde_company_ids("secretary"):
                raise AccessError(self.env._("Attestations are asked for by the bureau."))

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def action_send_attestation(self):
        """Sends the hosts of these stays the link of their page, where they sign.

        :raises UserError: before the last day of a stay
        """
        self._check_may_ask()
        self._check_over()
        return self.placement_id.action_send_stay_link()

    def action_paper_attestation(self):
        """Prints attestations with a code on each page: signed by hand, scanned, recorded.

        :raises UserError: before the last day of a stay
        """
        self._check_may_ask()
        todo = self.filtered(lambda one: not one._is_attested())
        if not todo:
            raise UserError(self.env._("All of these attestations are back already."))
        attestations = todo._ensure_attestations().with_env(self.env)
        return attestations.document_id.action_print_paper()

    def action_attestation_files(self):
        """The attestations of these stays in one PDF, made by mass work above a handful.

        What came back on a sheet of paper, or was closed without, has no file here.

        :raises UserError: when none of them has one
        """
        self._check_may_ask()
        todo = self.filtered(
            lambda one: (
                one._attestation().state in SIGNED
                or not (one._is_attested() or one.state == "closed")
            )
        )
        if not todo:
            raise UserError(
                self.env._("None of these attestations was signed here: look among your papers.")
            )
        attestations = todo._ensure_attestations().with_env(self.env)
        return attestations._start_batch("pdf")

    def action_open_attestation(self):
        """The attestation of this convention."""
        self.ensure_one()
        attestation = self._attestation()
        if not attestation:
            raise UserError(
                self.env._("There is no attestation yet: its host signs it on his page.")
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "bde.attestation",
            "res_id": attestation.id,
            "view_mode": "form",
        }

    def _is_attested(self):
        """Whether the attestation of one stay is back, signed here or on paper.

        A stay that was closed for a reason may do without.
        """
        self.ensure_one()
        return bool(self.attestation_on) or self.state == "attested"

    def _attestation_given_on(self):
        """The day that the attestation of one stay bears; that of its return for a sheet of paper
        that was not made here; None when it is not back."""
        self.ensure_one()
        return self._attestation().given_on or self.attestation_on or None

    def action_record_attestation(self):
        """As before; the day is noted, and one that waits for a signature is given up."""
        result = super().action_record_attestation()
        for company, conventions in self.grouped("company_id").items():
            todo = conventions.filtered(lambda one: not one.attestation_on)
            # sudo: a column of the verbs, whose right was checked above
            todo.sudo().attestation_on = company._bde_today()
        # sudo: follows from the paper that came back
        waiting = self.sudo().attestation_ids.filtered(
            lambda one: one.is_open and one.state not in SIGNED
        )
        if waiting:
            waiting.document_id.action_cancel(self.env._("It came back signed on paper."))
        return result

    def _take_attestation_back(self):
        """The attestation that was signed is given up: the host is asked for another one."""
        record = self.sudo()  # sudo: follows from the document that was given up
        record.attestation_on = False
        for documents in record.filtered(
            lambda one: one.state == "attested"
        ).document_id._as_engine():
            documents._lock()
            documents._log("state", {"state": "ended", "undone": "attested"})
            documents._set_state("ended")

    # ------------------------------------------------------------
    # Mass work
    # ------------------------------------------------------------

    def _batch_attest(self):
        """Sends the hosts of a class their link; what happened for each."""
        result = {}
        for convention in self:
            if convention._is_attested():
                result[convention] = ("skipped", self.env._("The attestation is back already."))
            elif convention.state == "closed":
                result[convention] = ("failed", self.env._("The stay is closed: open it again."))
            elif convention.state not in CERTIFIABLE and not convention._is_over():
                result[convention] = ("failed", self.env._("The stay is not over yet."))
        todo = self.filtered(lambda one: one not in result)
        letters = todo.placement_id._send_stay_links(("host",))
        told = letters.placement_id
        for convention in todo:
            if convention.placement_id not in told:
                result[convention] = (
                    "failed",
                    self.env._(
                        "Neither e-mail nor mobile phone of %(person)s: call, or print it.",
                        person=convention.placement_id.signatory_id.name or "?",
                    ),
                )
        return result


class BdePlacement(models.Model):
    """The verbs of attestations, from lists of placements."""

    _inherit = "bde.placement"

    def action_print_attestations(self):
        """The sheets to sign by hand, without a code; see the convention."""
        return self.convention_id.action_print_attestation()

    def action_paper_attestations(self):
        """The sheets to sign by hand, to be scanned; see the convention."""
        return self.convention_id.action_paper_attestation()

    def action_record_attestations(self):
        """These attestations came back, signed on paper."""
        return self.convention_id.action_record_attestation()


class BdeBatch(models.Model):
    _inherit = "bde.batch"

    verb = fields.Selection(
        selection_add=[("attest", "Ask for the attestation")], ondelete={"attest": "cascade"}
    )
