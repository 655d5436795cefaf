from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import format_date

from .bde_document import EDITABLE
from .bde_partnership import IN_FORCE

TO_DO = "mail.mail_activity_data_todo"


class BdePartnership(models.Model):
    """Checking, sending, following the dates, renewing: for one or for many."""

    _inherit = "bde.partnership"

    # ------------------------------------------------------------
    # Making and sending
    # ------------------------------------------------------------

    def _missing_terms(self):
        """What the agreement does not say yet, as sentences."""
        self.ensure_one()
        found = []
        if self._origin and not self.template_id:
            found.append(
                self.env._("No wording is in force: ask the académie, or make your school's own.")
            )
        if not self.object:
            found.append(self.env._("Write the object: what the partners do together."))
        if not (self.date_start and self.date_end):
            found.append(self.env._("Give the first and the last day."))
        elif self.date_end < self.company_id._bde_today():
            found.append(self.env._("The last day has passed."))
        sides = set(self.commitment_ids.mapped("side"))
        if "school" not in sides:
            found.append(self.env._("Write what the school commits to, one line at least."))
        if "company" not in sides:
            found.append(self.env._("Write what the company commits to, one line at least."))
        framework = self.framework_id
        if framework and self.date_start and framework.date_end < self.date_start:
            found.append(
                self.env._(
                    "The framework agreement “%(name)s” ends on %(date)s, before this one begins.",
                    name=framework.name,
                    date=format_date(self.env, framework.date_end),
                )
            )
        return found

    def _missing_signers(self):
        """Who cannot sign, as sentences."""
        self.ensure_one()
        found = []
        if not self.company_id.head_id:
            found.append(self.env._("The school has no head: name one on the page of the school."))
        if not self.signatory_id:
            found.append(
                self.env._(
                    "Choose who signs for %(company)s among its contacts.",
                    company=self.partner_name,
                )
            )
        if self.other_relation_id and not self.other_signatory_id:
            found.append(
                self.env._(
                    "Choose who signs for %(company)s among its contacts.",
                    company=self.other_relation_id.partner_name,
                )
            )
        if unreachable := self._unreachable_parties():
            found.append(
                self.env._(
                    "Neither e-mail nor phone is known of: %(parties)s.",
                    parties=", ".join(unreachable),
                )
            )
        return found

    def _obstacles_to_send(self):
        """What forbids to send each agreement: {agreement: [sentences]}."""
        return {p: p._missing_terms() + p._missing_signers() for p in self}

    def action_make_version(self):
        """Makes the wording that will be signed, to read before it is sent.

        :raises UserError: when the agreement does not say enough yet
        """
        self._stop_at({p: missing for p in self if (missing := p._missing_terms())})
        return super().action_make_version()

    def action_send(self):
        """Sends the agreements that can be sent, and tells why the others cannot.

        :raises UserError: when none can be sent
        """
        self.document_id._check_staff()
        stopped = {p: found for p, found in self._obstacles_to_send().items() if found}
        good = self.filtered(lambda p: p not in stopped)
        if not good:
            self._stop_at(stopped)
        good.document_id.action_send()
        return self._told(stopped) if stopped else True

    def _stop_at(self, obstacles):
        if obstacles:
            raise UserError(self._obstacles_text(obstacles))

    def _obstacles_text(self, obstacles):
        """One paragraph for each agreement; its name only when there are several."""
        several = len(self) > 1
        return "\n".join(
            "\n".join([*([f"{p.partner_name}:"] if several else []), *found])
            for p, found in obstacles.items()
        )

    def _told(self, stopped):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._(
                    "%(sent)s sent, %(stopped)s not yet",
                    sent=len(self) - len(stopped),
                    stopped=len(stopped),
                ),
                "message": self._obstacles_text(stopped),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_pdf(self):
        """Opens what was signed: the scan of a paper, else the PDF of the engine."""
        self.ensure_one()
        if not self.scan_id:
            return super().action_open_pdf()
        self._check_scan()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.scan_id.id}?download=false",
            "target": "new",
        }

    # ------------------------------------------------------------
    # States
    # ------------------------------------------------------------

    def _document_state_changed(self, old, new):
        if new == "signed":
            self._note_what_was_agreed()
        return super()._document_state_changed(old, new)

    def _note_what_was_agreed(self):
        """The relations learn what the companies agreed to; the leads are won."""
        for offers, partnerships in self.grouped("axis_ids").items():
            relations = partnerships.relation_id
            missing = offers.filtered(lambda o, r=relations: any(o not in x.offer_ids for x in r))
            if missing:
                links = [Command.link(offer.id) for offer in missing]
                relations.write({"offer_ids": links})
        open_leads = self.lead_id.filtered(lambda lead: lead.won_status == "pending")
        for pipeline, leads in open_leads.grouped("bde_pipeline_id").items():
            won = self.env["crm.stage"].search(
                [("bde_pipeline_id", "=", pipeline.id), ("is_won", "=", True)], limit=1
            )
            if won:
                leads.write({"stage_id": won.id})

    def action_ask_cancel(self):
        """Asks why the agreement stops: before its signature, or before its term."""
        over = self.filtered(lambda p: p.state in IN_FORCE)
        if over and over != self:
            raise UserError(
                self.env._("Choose agreements that are signed, or agreements that are not yet.")
            )
        action = super().action_ask_cancel()
        if over:
            action["name"] = self.env._("End before the term")
            action["context"] = action["context"] | {"default_action": "interrupt"}
        return action

    @api.model
    def _cron_follow_dates(self):
        """Signed agreements run, then end, in the time of their school; renewals are recalled."""
        for [company] in self._read_group([("state", "in", IN_FORCE)], ["company_id"]):
            own = self.search([("company_id", "=", company.id), ("state", "in", IN_FORCE)])
            own._follow_dates()
            self._remind_renewals(company)

    def _follow_dates(self):
        """State of agreements of one school by its date of today."""
        today = self.company_id._bde_today()
        for state, records in (
            ("running", self.filtered(lambda p: p.state == "signed" and p.date_start <= today)),
            ("ended", self.filtered(lambda p: p.date_end < today)),
        ):
            for documents in records.document_id._as_engine():
                documents._set_state(state)

    @api.model
    def _remind_renewals(self, company):
        """Puts the renewals to decide on the list of whoever follows them, once each."""
        today = company._bde_today()
        domain = self._to_renew_domain(today)
        domain &= Domain("company_id", "=", company.id)
        due = self.search(domain & Domain("renewal_reminded_on", "=", False))
        due.write({"renewal_reminded_on": today})
        followed = due.filtered(lambda p: p._follower())
        # the card of the home screen tells everybody; a mail for each would be too many
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": partnership.id,
                    "activity_type_id": self.env.ref(TO_DO).id,
                    "user_id": partnership._follower().id,
                    "date_deadline": today,
                    # what the job put there goes once it is decided; what people planned stays
                    "automated": True,
                    "summary": self.env._(
                        "Ends on %(date)s: renew it, or say that it is not renewed",
                        date=format_date(self.env, partnership.date_end),
                    ),
                }
                for partnership in followed
            ]
        )

    def _follower(self):
        """Who follows it, while he works at the school."""
        self.ensure_one()
        people = (self.user_id, self.relation_id.user_id)
        school = self.company_id
        return next((u for u in people if u.active and school in u.company_ids), people[0].browse())

    # ------------------------------------------------------------
    # Renewing
    # ------------------------------------------------------------

    def action_renew(self):
        """Makes the agreements that follow these, with the same commitments, open for changes.

        One that has its follower already is left alone, and the follower is opened.
        """
        self.check_access("write")
        todo = self.filtered(lambda p: p._may_be_renewed())
        if todo:
            followers = self.create([p._prepare_renewal() for p in todo])
            for partnership, follower in zip(todo, followers, strict=True):
                # sudo: the verb's own field
                partnership.sudo().renewed_by_id = follower
            todo.activity_unlink([TO_DO])
        return self.renewed_by_id._open(self.env._("Renewed agreements"))

    def _may_be_renewed(self):
        """Whether the next agreement has to be made.

        :raises UserError: for one that was never signed
        """
        self.ensure_one()
        if self.state not in (*IN_FORCE, "ended", "interrupted"):
            raise UserError(
                self.env._(
                    "%(agreement)s was not signed: there is nothing to renew.",
                    agreement=self.display_name,
                )
            )
        return not self.renewed_by_id or self.renewed_by_id.state == "cancelled"

    def _prepare_renewal(self):
        """Values of the agreement that follows: it begins the day after, and lasts as long."""
        self.ensure_one()
        start = self.date_end + relativedelta(days=1)
        shift = relativedelta(start, self.date_start)
        return {
            **{
                name: self[name].id
                for name in (
                    "relation_id", "signatory_id", "other_relation_id", "other_signatory_id",
                    "framework_id", "user_id",
                )
            },
            "object": self.object,
            "axis_ids": [Command.set(self.axis_ids.ids)],
            "training_ids": [Command.set(self.training_ids.ids)],
            "date_start": start,
            "date_end": start + shift - relativedelta(days=1),
            "renewal_days": self.renewal_days,
            "commitment_ids": [
                Command.create(commitment._prepare_renewal(shift))
                for commitment in self.commitment_ids
            ],
        }  # fmt: skip

    def _open(self, name):
        """Action that opens these agreements, one on its form."""
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("id", "in", self.ids)],
        }
        if len(self) == 1:
            action |= {"view_mode": "form", "res_id": self.id}
        return action

    def action_open_renewal(self):
        """The agreement that follows this one."""
        return self.renewed_by_id._open(self.env._("Renewal"))

    def action_open_renewed(self):
        """The agreement that this one follows."""
        return self.renewed_ids._open(self.env._("Agreement before"))

    def action_no_renewal(self):
        """Notes that these agreements end for good: nobody is reminded again."""
        self.write({"no_renewal": True})
        self.activity_unlink([TO_DO])
        return True

    def _check_draft(self):
        if any(p.state not in EDITABLE for p in self):
            raise UserError(
                self.env._("It went out already: what was signed here has its own proof.")
            )
