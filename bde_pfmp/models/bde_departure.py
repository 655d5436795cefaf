from odoo import api, fields, models

from ..rules import departure as rules


class BdeDeparture(models.Model):
    """What the head decided about the departure of one pupil: one row a placement.

    Written by the verbs of the placement alone, for the head or his delegate of the day.
    """

    _name = "bde.departure"
    _description = "Decision on a departure"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "decided_on desc, id desc"
    _rec_name = "decision"

    placement_id = fields.Many2one(
        "bde.placement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="placement_id.company_id", store=True, precompute=True, default=None
    )
    # for the rules of teachers
    referent_id = fields.Many2one(
        related="placement_id.referent_id", store=True, precompute=True, index=True
    )
    division_id = fields.Many2one(
        related="placement_id.division_id", store=True, precompute=True, index=True
    )
    decision = fields.Selection(
        [("release", "Let leave"), ("hold", "Keep at school")], required=True, readonly=True
    )
    reason = fields.Char(
        required=True,
        readonly=True,
        help="Read by everybody who reads the list of departures: nothing about health.",
    )
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", required=True, readonly=True, index=True,
        ondelete="restrict", default=lambda self: self.env.user,
    )  # fmt: skip
    decided_on = fields.Datetime(
        string="Decided on", required=True, readonly=True, default=fields.Datetime.now
    )

    _placement_uniq = models.UniqueIndex(
        "(placement_id)", "The head has decided about this departure already."
    )


class BdePlacement(models.Model):
    """Who leaves, who stays and what is missing, with the decision of the head."""

    _inherit = "bde.placement"

    departure_ids = fields.One2many(
        "bde.departure", "placement_id", string="Decision of the head", readonly=True
    )
    departure_decision = fields.Selection(
        [("release", "Released"), ("hold", "Held")],
        string="Decided by the head",
        compute="_compute_departure_decision",
        store=True,
        precompute=True,
    )
    departure = fields.Selection(
        selection_add=[
            ("released", "Leaves: released by the head"),
            ("held", "Stays: held by the head"),
        ]
    )
    departure_group = fields.Selection(
        [
            ("leaves", "Leave"),
            ("missing", "Stay at school: something is missing"),
            ("no_place", "Stay at school: no place"),
        ],
        string="Part of the list",
        compute="_compute_departure",
    )
    departure_missing = fields.Char(
        string="What is missing",
        compute="_compute_departure_missing",
        help="Who has not signed, what the convention lacks, or why the head decided.",
    )
    may_decide_departure = fields.Boolean(
        compute="_compute_may_decide_departure",
        help="The user is the head, or his delegate of the day.",
    )

    @api.depends("departure_ids.decision")
    def _compute_departure_decision(self):
        # sudo: follows from the decision, whoever reads the placement
        for placement, stay in zip(self, self.sudo(), strict=True):
            placement.departure_decision = "".join(stay.departure_ids.mapped("decision"))

    @api.depends("state", "host_id", "departure_decision", "convention_id")
    def _compute_departure(self):
        """A release holds while the company and the pupil's side have signed, no longer."""
        released = self.filtered(
            lambda one: one.departure_decision == "release" and one.state in rules.IN_SIGNATURE
        )
        covered = released._covered() if released else self.browse()
        for placement in self:
            placement.departure = rules.outcome(
                placement.state,
                bool(placement.host_id),
                placement.departure_decision,
                placement in covered,
            )
            placement.departure_group = rules.GROUPS[placement.departure]

    @api.depends_context("uid")
    @api.depends("company_id")
    def _compute_may_decide_departure(self):
        own = self._companies_to_decide()
        for placement in self:
            placement.may_decide_departure = placement.company_id in own

    @api.model
    def _companies_to_decide(self):
        """Active schools where the user decides who leaves."""
        user = self.env.user
        return self.env.companies.filtered(lambda company: company._bde_may_sign(user))

    # ------------------------------------------------------------
    # What is missing
    # ------------------------------------------------------------

    @api.depends_context("lang")
    @api.depends(
        "departure",
        "hosting_id.state",
        "signatory_id",
        "tutor_id",
        "referent_id",
        "insurance_company",
        "weekly_hours",
        "activity_ids",
        "tasks",
    )
    def _compute_departure_missing(self):
        texts = self._departure_missing()
        for placement in self:
            placement.departure_missing = texts[placement]

    def _departure_missing(self):
        """What keeps these pupils at school, in words: {placement: text}; constant queries."""
        rows = self._open_signatures()
        decided = self.filtered(lambda one: one.departure in ("released", "held"))
        # sudo: the reasons, for whoever reads the list
        reasons = {row.placement_id.id: row.reason for row in decided.sudo().departure_ids}
        result = {}
        for placement in self:
            parts = [reasons.get(placement._origin.id)]
            if placement.state in rules.IN_SIGNATURE:
                parts.append(placement._lacking_words(rows.get(placement._origin.id)))
            elif placement.state not in rules.SIGNED:
                parts.append(placement._unmade_words())
            result[placement] = " – ".join(filter(None, parts))
        return result

    def _lacking_words(self, signatures):
        """Who has still to sign; of families the part alone, of others the name too.

        :param signatures: of the current version, None while the school corrects it
        """
        if signatures is None:
            return self.env._("The school is correcting the convention")
        labels = dict(
            self.env["bde.document.signature"]._fields["role"]._description_selection(self.env)
        )
        names = []
        for position in rules.lacking([signature_row(signature) for signature in signatures]):
            signature = signatures[position]
            label = labels[signature.role]
            if signature.role not in (*rules.PUPIL_SIDE, "head"):
                label = self.env._("%(part)s (%(name)s)", part=label, name=signature.name)
            names.append(label)
        if not names:
            return ""
        return self.env._("Not signed: %(parts)s", parts=", ".join(dict.fromkeys(names)))

    def _unmade_words(self):
        """What keeps a convention from being out, or a pupil from having a company."""
        if self.state == "agreed":
            lacks = self._missing_for_convention()
            if lacks:
                return self.env._("Convention not made: %(fields)s", fields=", ".join(lacks))
        hosting = self.hosting_state
        words = {
            "to_place": (
                self.env._("The sheet is with a company")
                if hosting == "sent"
                else self.env._("No company found")
            ),
            "hosting": (
                self.env._("The company corrects its agreement")
                if hosting == "returned"
                else self.env._("The agreement of the company is to be checked")
            ),
            "agreed": self.env._("Convention not made"),
            "draft": self.env._("Convention not sent"),
            "to_check": self.env._("Convention not sent"),
            "refused": self.env._("Convention refused"),
            "cancelled": self.env._("Convention cancelled"),
            "interrupted": self.env._("Placement interrupted, no other company"),
        }
        return words.get(self.state, "")

    def _open_signatures(self):
        """Signatures of the current versions that are out: {placement id: list}.

        Those that are being corrected are left out: nobody can sign them. Two queries, of the
        few columns that are needed: lists of a whole school ask this.
        """
        out = self.filtered(lambda one: one.state in rules.IN_SIGNATURE)
        if not out:
            return {}
        # sudo: parts and names of those who sign what the reader of the placement sees
        conventions = (
            self.env["bde.convention"]
            .sudo()
            .search_fetch(
                [
                    ("id", "in", out.sudo().convention_id.ids),
                    ("document_id.correcting_since", "=", False),
                ],
                ["placement_id", "document_id"],
            )
        )
        by_document = {one.document_id.id: one.placement_id.id for one in conventions}
        found = (
            self.env["bde.document.signature"]
            .sudo()
            .search_fetch(
                [("document_id", "in", list(by_document)), ("is_current", "=", True)],
                ["document_id", "role", "sequence", "required", "state", "alternative", "name"],
                order="sequence, id",
            )
        )
        result = {placement: [] for placement in by_document.values()}
        for signature in found:
            result[by_document[signature.document_id.id]].append(signature)
        return result

    def _covered(self):
        """Those whose convention bears the signatures of the company and the pupil's side."""
        rows = self._open_signatures()
        return self.filtered(
            lambda one: rules.covers(
                [signature_row(signature) for signature in rows.get(one._origin.id, ())]
            )
        )


def signature_row(signature):
    """A signature for :mod:`rules.departure`."""
    return (
        signature.role,
        signature.sequence,
        signature.required,
        signature.state,
        signature.alternative or None,
    )
