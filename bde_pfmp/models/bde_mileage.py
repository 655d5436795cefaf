from odoo import api, fields, models
from odoo.exceptions import UserError


class BdeMileage(models.Model):
    """A journey of a teacher to pupils in companies, to be claimed: a round, or a single visit.

    Made when the round or visit is done; its kilometres are those that the teacher wrote there.
    An amount is shown only when the school has set its rate.
    """

    _name = "bde.mileage"
    _description = "Journey to claim"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "date desc, id desc"
    _rec_name = "label"

    teacher_id = fields.Many2one(
        "bde.teacher", required=True, readonly=True, index=True, ondelete="restrict",
        check_company=True,
    )  # fmt: skip
    date = fields.Date(required=True, readonly=True)
    round_id = fields.Many2one(
        "bde.visit.round", readonly=True, index="btree_not_null", ondelete="cascade",
        check_company=True,
    )  # fmt: skip
    visit_id = fields.Many2one(
        "bde.visit", readonly=True, index="btree_not_null", ondelete="cascade", check_company=True
    )
    label = fields.Char(string="Journey", readonly=True)
    stop_count = fields.Integer(string="Visits", readonly=True)
    km = fields.Float(string="Kilometres", readonly=True, digits=(8, 1))
    rate = fields.Float(
        string="Rate (€/km)",
        readonly=True,
        digits=(8, 3),
        help="Of the school on the day of the claim.",
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [
            ("no_km", "Kilometres missing"),
            ("to_claim", "To claim"),
            ("claimed", "Claimed"),
            ("paid", "Paid"),
        ],
        required=True,
        default="no_km",
        readonly=True,
    )
    claimed_on = fields.Date(readonly=True)

    _round_uniq = models.UniqueIndex("(round_id) WHERE round_id IS NOT NULL")
    _visit_uniq = models.UniqueIndex("(visit_id) WHERE visit_id IS NOT NULL")
    _company_state_idx = models.Index("(company_id, state, date)")
    _teacher_date_idx = models.Index("(teacher_id, date)")

    @api.depends("km", "rate")
    def _compute_amount(self):
        for journey in self:
            # no rate, no amount: nothing is invented
            journey.amount = round(journey.km * journey.rate, 2) if journey.rate else 0

    @api.model
    def _note(self, rows):
        """Keeps journeys as they are now; what was claimed already does not change.

        :param rows: list of (source field, source record, values)
        """
        # sudo: no role writes journeys, they follow from visits
        Mileage = self.sudo()
        sources = {name: [] for name in ("round_id", "visit_id")}
        for name, source, _vals in rows:
            sources[name].append(source.id)
        known = {
            (name, journey[name]): journey
            for name, ids in sources.items()
            if ids
            for journey in Mileage.search([(name, "in", ids)])
        }
        fresh = []
        for name, source, vals in rows:
            vals["state"] = "to_claim" if vals["km"] else "no_km"
            # sudo: compared only
            journey = known.get((name, source.sudo()))
            if not journey:
                fresh.append(vals | {name: source.id, "company_id": source.company_id.id})
            elif journey.state in ("no_km", "to_claim"):
                journey.write(vals)
        Mileage.create(fresh)

    # ------------------------------------------------------------
    # VERBS
    # ------------------------------------------------------------

    def _check_mine(self):
        """A teacher claims his own journeys; the bureau and intendance see to all."""
        self.check_access("read")
        user = self.env.user
        kept = set(user._bde_company_ids("secretary")) | set(user._bde_company_ids("intendance"))
        for journey in self:
            # sudo: whose journey it is
            owner = journey.teacher_id.sudo().user_id
            if journey.company_id.id not in kept and owner != user:
                raise UserError(self.env._("Each teacher claims his own journeys."))

    def action_claim(self):
        """Puts journeys on a claim and prints it, at the rate that the school has today.

        :raises UserError: when kilometres are missing
        """
        self._check_mine()
        todo = self.filtered(lambda one: one.state in ("no_km", "to_claim"))
        if lacking := todo.filtered(lambda one: not one.km):
            raise UserError(
                self.env._(
                    "Write the kilometres first: %(journeys)s.",
                    journeys=", ".join(lacking.mapped("label")),
                )
            )
        for company, journeys in todo.grouped("company_id").items():
            # sudo: the state is the verbs'; the right was checked
            journeys.sudo().write(
                {
                    "state": "claimed",
                    "claimed_on": company._bde_today(),
                    "rate": company.sudo().bde_mileage_rate,  # sudo: a setting of the school
                }
            )
        return self.action_print()

    def action_unclaim(self):
        """Takes journeys off a claim, as long as they are not paid."""
        self._check_mine()
        if any(journey.state == "paid" for journey in self):
            raise UserError(self.env._("What is paid stays on its claim."))
        for journey in self.filtered(lambda one: one.state == "claimed"):
            # sudo: the state is the verbs'
            journey.sudo().write(
                {"state": "to_claim" if journey.km else "no_km", "claimed_on": False, "rate": 0}
            )
        return True

    def action_paid(self):
        """Notes that claims were paid: intendance or the bureau."""
        for company in self.company_id:
            company._bde_check_user_is("intendance", "secretary")
        if any(journey.state not in ("claimed", "paid") for journey in self):
            raise UserError(self.env._("A journey is claimed before it is paid."))
        # sudo: the state is the verbs'; the right was checked
        self.sudo().write({"state": "paid"})
        return True

    def action_print(self):
        """The claims as PDF: one page a teacher and month."""
        return self._open_file("pdf")

    def action_xlsx(self):
        """The journeys as a workbook."""
        return self._open_file("xlsx")

    def action_open_source(self):
        """Opens the round or visit: there the kilometres are written."""
        self.ensure_one()
        source = self.round_id or self.visit_id
        return {
            "type": "ir.actions.act_window",
            "name": self.label or "",
            "res_model": source._name,
            "res_id": source.id,
            "view_mode": "form",
        }

    def _open_file(self, kind):
        if not self:
            raise UserError(self.env._("Choose the journeys first."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/mileage.{kind}?ids={','.join(map(str, self.ids))}",
            "target": "download" if kind == "xlsx" else "new",
        }


class BdeVisitRound(models.Model):
    _inherit = "bde.visit.round"

    def _note_journeys(self):
        """One journey a round that was made."""
        rows = []
        for one in self:
            rows.append(
                (
                    "round_id",
                    one,
                    {
                        "teacher_id": one.teacher_id.id,
                        "date": one.date,
                        "school_year_id": one.school_year_id.id,
                        "label": one.towns or one.name,
                        "stop_count": len(one._stops()),
                        "km": one.km,
                    },
                )
            )
        self.env["bde.mileage"]._note(rows)
        return super()._note_journeys()


class BdeVisit(models.Model):
    _inherit = "bde.visit"

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"state", "km", "done_on", "channel", "round_id", "teacher_id"}:
            self._note_journeys()
        return result

    def _note_journeys(self):
        """One journey a visit on site that stands in no round; it goes when that changes."""
        single = self.filtered(
            lambda one: (
                one.state == "done"
                and one.channel == "onsite"
                and not one.round_id
                and one.teacher_id
            )
        )
        # sudo: no role writes journeys
        stale = self.env["bde.mileage"].sudo()
        if others := self - single:
            stale = stale.search(
                [("visit_id", "in", others.ids), ("state", "in", ("no_km", "to_claim"))]
            )
            stale.unlink()
        if single:
            self.env["bde.mileage"]._note(
                [
                    (
                        "visit_id",
                        visit,
                        {
                            "teacher_id": visit.teacher_id.id,
                            "date": visit.done_on,
                            "school_year_id": visit.school_year_id.id,
                            "label": visit.host_id.city or visit.host_id.name or "",
                            "stop_count": 1,
                            "km": visit.km,
                        },
                    )
                    for visit in single
                ]
            )


class ResCompany(models.Model):
    _inherit = "res.company"

    bde_mileage_rate = fields.Float(
        string="Mileage rate (€/km)",
        digits=(8, 3),
        help="What the school pays a kilometre for visits of pupils. Empty: claims show "
        "kilometres and no amount.",
    )
