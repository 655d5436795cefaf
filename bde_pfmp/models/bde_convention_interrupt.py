from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..rules import terms as rules
from .bde_amendment import AMENDABLE

# L124-15 C. éduc.: why a stay may be interrupted, and what schools meet besides
CODES = [
    ("illness", "Illness"),
    ("accident", "Accident"),
    ("pregnancy", "Pregnancy or adoption"),
    ("pedagogy", "The host does not keep to the training agreed"),
    ("host", "Broken off by the host"),
    ("pupil", "Broken off by the pupil or the family"),
    ("school", "Decision of the school"),
    ("other", "Other reason"),
]


class BdeConvention(models.Model):
    """The interruption of a convention: when, why, and who goes on with its days."""

    _inherit = "bde.convention"

    interrupted_on = fields.Date(string="Last day", readonly=True, copy=False)
    # reasons may tell of health: they are the bureau's, no mail and no journal names them
    interruption_code = fields.Selection(
        CODES,
        string="Interrupted because",
        readonly=True,
        copy=False,
        groups="bde_partnerships.group_secretary",
        help="L124-15 C. éduc.",
    )
    interruption_reason = fields.Text(
        string="Details", readonly=True, copy=False, groups="bde_partnerships.group_secretary"
    )
    interrupted_at = fields.Datetime(readonly=True, copy=False)
    # what was before, for the one who was mistaken: state, last day, dated terms
    interrupted_from = fields.Json(readonly=True, copy=False)
    successor_id = fields.Many2one(
        "bde.placement",
        string="Goes on as",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The placement with the days that are left.",
    )
    attestation_on = fields.Date(
        string="Attestation back on",
        readonly=True,
        copy=False,
        help="For a stay that was interrupted: its host certifies what was done.",
    )
    interrupted_text = fields.Char(string="Interruption", compute="_compute_interrupted_text")
    chain_text = fields.Char(related="placement_id.chain_text")
    may_interrupt = fields.Boolean(compute="_compute_may_interrupt")
    may_undo = fields.Boolean(compute="_compute_may_interrupt")

    _to_certify_idx = models.Index(
        "(company_id) WHERE interrupted_on IS NOT NULL AND attestation_on IS NULL"
    )

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("interrupted_on")
    def _compute_interrupted_text(self):
        for convention in self:
            day = convention.interrupted_on
            convention.interrupted_text = day and self.env._(
                "Interrupted on %(day)s", day=format_date(self.env, day)
            )

    @api.depends("state", "interrupted_at", "date_start")
    def _compute_may_interrupt(self):
        today = {company: company._bde_today() for company in self.company_id}
        for convention in self:
            now = today.get(convention.company_id)
            convention.may_interrupt = (
                convention.state in AMENDABLE and convention.date_start <= now
            )
            convention.may_undo = (
                convention.state == "interrupted" and convention._interrupted_day() == now
            )

    def _interrupted_day(self):
        """Day, at the school, on which the interruption was recorded."""
        at = self.interrupted_at
        return self.company_id._bde_date_of(at) if at else None

    # ------------------------------------------------------------
    # Interrupting
    # ------------------------------------------------------------

    def _check_interruptible(self, last_day=None):
        """Stops unless this convention is in force and has begun.

        :param last_day: last day of presence, within the stay
        :raises UserError: says what to do instead
        """
        self.ensure_one()
        self.document_id._check_staff()
        start, end = self.date_start, self.date_end
        if self.state not in AMENDABLE:
            raise UserError(self.env._("Only a convention in force can be interrupted."))
        if start > self.company_id._bde_today():
            raise UserError(
                self.env._(
                    "The stay begins on %(day)s: cancel the convention instead.",
                    day=format_date(self.env, start),
                )
            )
        if last_day and not start <= last_day <= end:
            raise UserError(
                self.env._(
                    "The last day lies within the stay, %(start)s to %(end)s.",
                    start=format_date(self.env, start),
                    end=format_date(self.env, end),
                )
            )

    def _interrupt(self, code, last_day, reason=None, successor_from=None):
        """Ends the stay on that day; another placement may go on with the days that are left.

        Open amendments and signatures are void, each party is told by one mail. Who may write
        the convention may do it.

        :param str code: listed reason, see :data:`CODES`
        :param last_day: last day of presence
        :param str reason: details, for the bureau alone
        :param successor_from: first day of the placement that goes on, None for none
        :return: the placement that goes on, empty for none
        """
        self._check_interruptible(last_day)
        placement, until = self.placement_id, self.date_end
        if successor_from and not last_day < successor_from <= until:
            raise UserError(
                self.env._(
                    "The next placement begins after %(day)s and by %(end)s.",
                    day=format_date(self.env, last_day),
                    end=format_date(self.env, until),
                )
            )
        # sudo: what follows from the right to write the convention, checked above
        record = self.sudo()
        open_documents = record.amendment_ids.filtered("is_open").document_id
        open_documents._lock()
        record.document_id._lock()
        if record.state not in AMENDABLE:
            raise UserError(self.env._("Somebody has just ended this convention."))
        record._void_amendments(self.env._("The convention is interrupted."))
        record.write(
            {
                "interrupted_on": last_day,
                "interruption_code": code,
                "interruption_reason": reason or False,
                "interrupted_at": fields.Datetime.now(),
                "interrupted_from": record._interruption_memory(),
            }
        )
        [documents] = record.document_id._as_engine()
        documents._void_signatures()
        documents._log(
            "interrupted",
            {"last_day": last_day.isoformat(), "successor": bool(successor_from)},
            {"code": code, "reason": reason or ""},
        )
        documents._set_state("interrupted")
        terms = rules.refit(placement._terms(), placement.date_start, last_day)
        placement._store_terms({placement: terms})
        if successor_from:
            record.successor_id = placement.sudo()._make_successor(successor_from, until)
        self.env["bde.delivery"]._tell_interruption(record)
        return self.successor_id

    def _interruption_memory(self):
        """What :meth:`_undo_interruption` puts back."""
        placement = self.placement_id
        rows = placement.term_ids.read(
            ["date_from", "date_to", "schedule", "site_address", "is_absent"], load=None
        )
        return {
            "state": self.state,
            "date_end": self.date_end.isoformat(),
            "terms": [
                {
                    "first": fields.Date.to_string(row["date_from"]),
                    "last": fields.Date.to_string(row["date_to"]),
                    "schedule": row["schedule"],
                    "place": row["site_address"] or "",
                    "absent": row["is_absent"],
                    "tutor": term.tutor_id.id,
                    "source": term.amendment_id.id,
                }
                for row, term in zip(rows, placement.term_ids, strict=True)
            ],
        }

    def _undo_interruption(self, reason):
        """Takes back a mistake of the same day: the stay is as it was.

        :param str reason: kept in the journal
        :raises UserError: another day, or once somebody worked on the next placement
        """
        self.ensure_one()
        self.company_id._bde_check_user_is("manager")
        if not self.may_undo:
            raise UserError(
                self.env._("An interruption is undone on the day on which it was recorded.")
            )
        # sudo: the manager of the school takes back what its verbs wrote
        record = self.sudo()
        record.document_id._lock()
        successor = record.successor_id
        if successor and (
            successor.state != "to_place" or successor.hosting_id or not successor.active
        ):
            raise UserError(
                self.env._(
                    "The next placement of %(pupil)s is under way: the interruption stays.",
                    pupil=self.student_name,
                )
            )
        before = record.interrupted_from
        record.write(
            {
                "interrupted_on": False,
                "interruption_code": False,
                "interruption_reason": False,
                "interrupted_at": False,
                "interrupted_from": False,
                "successor_id": False,
            }
        )
        successor.unlink()
        [documents] = record.document_id._as_engine()
        documents._log(
            "state", {"state": before["state"], "undone": "interrupted"}, {"reason": reason}
        )
        documents._set_state(before["state"])
        placement = record.placement_id
        placement._store_terms({placement: placement._terms_of_memory(before)})
        self.env["bde.delivery"]._tell_interruption(record, undone=True)

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_ask_interrupt(self):
        """Asks for the reason and the last day."""
        self._check_interruptible()
        return self._open_interrupt("interrupt", self.env._("Interrupt the stay"))

    def action_ask_undo(self):
        """Asks why the interruption is taken back."""
        return self._open_interrupt("undo", self.env._("Undo the interruption"))

    def _open_interrupt(self, mode, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "bde.interrupt",
            "view_mode": "form",
            "target": "new",
            "context": {"default_convention_id": self.id, "default_mode": mode},
        }
