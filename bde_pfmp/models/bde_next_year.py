from markupsafe import Markup

from odoo import SUPERUSER_ID, fields, models
from odoo.fields import Command
from odoo.tools import format_date

from .bde_placement_stay import StayError

MAX_PUPILS = 30
LATER_DAYS = 90  # who asks to be asked later is called then
ANSWERS = [("yes", "Yes"), ("later", "Ask me later"), ("no", "Not next year")]


class CrmLead(models.Model):
    _inherit = "crm.lead"

    bde_source = fields.Selection(
        selection_add=[("stay", "Page of a stay")], ondelete={"stay": "set null"}
    )


class BdePlacement(models.Model):
    """Section ``next_year`` of the host's page: "take another one next year?".

    Asked once a company and year, whatever the number of its trainees. A yes is a lead to work
    on and an offer of the company; the rest is noted on its page.
    """

    _inherit = "bde.placement"

    next_year = fields.Selection(ANSWERS, string="Takes another next year", readonly=True)
    next_year_count = fields.Integer(string="Pupils next year", readonly=True)
    next_year_training_ids = fields.Many2many(
        "bde.training",
        "bde_placement_next_year_training_rel",
        "placement_id",
        "training_id",
        string="Trainings next year",
        readonly=True,
        check_company=True,
    )
    next_year_on = fields.Date(string="Said on", readonly=True)

    def _stay_sections(self, roles):
        sections = super()._stay_sections(roles)
        if "host" in roles and self._next_year_is_asked():
            answered = self._next_year_answered()
            sections.append(
                {
                    "key": "next_year",
                    "sequence": 45,
                    "title": self.env._("Another trainee next year?"),
                    "state": "done" if answered else "todo",
                    "template": "bde_pfmp.stay_next_year",
                    "answered": answered,
                    "text": answered and answered._next_year_text(),
                    "answers": self._fields["next_year"]._description_selection(self.env),
                    "trainings": self._next_year_trainings(),
                    "own_training": self.training_id,
                }
            )
        return sections

    def _next_year_text(self):
        """What the company said and when."""
        answers = dict(self._fields["next_year"]._description_selection(self.env))
        said = {"day": format_date(self.env, self.next_year_on), "answer": answers[self.next_year]}
        if self.next_year != "yes":
            return self.env._("You said on %(day)s: %(answer)s.", **said)
        return self.env._(
            "You said on %(day)s: %(answer)s, %(count)s pupil(s), %(trainings)s.",
            count=self.next_year_count,
            trainings=", ".join(self.next_year_training_ids.mapped("name")),
            **said,
        )

    def _next_year_is_asked(self):
        """Once there is something to certify: before, nobody knows the trainee."""
        return self.state != "interrupted" and self.convention_id._is_over()

    def _next_year_answered(self):
        """The stay of this company and year by which it answered; empty when it has not."""
        return self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("school_year_id", "=", self.school_year_id.id),
                ("host_id", "=", self.host_id.id),
                ("next_year", "!=", False),
            ],
            limit=1,
        )

    def _next_year_trainings(self):
        """Trainings of the school, that of this pupil first."""
        trainings = self.env["bde.training"].search([("company_id", "=", self.company_id.id)])
        return self.training_id | trainings

    # ------------------------------------------------------------
    # Taking
    # ------------------------------------------------------------

    def _stay_told(self, roles, key):
        if key == "next_year":
            return self.env._("Thank you: the school has your answer.")
        return super()._stay_told(roles, key)

    def _stay_post_next_year(self, roles, form, files, proof):
        """Notes what the company says, once; a yes makes a lead."""
        if "host" not in roles:
            raise StayError(self.env._("This is asked of who signs for the company."))
        self.env["bde.document"]._lock_rows(self.host_id)
        if self._next_year_answered():
            return
        vals = self._next_year_form(form)
        self.write(vals | {"next_year_on": self.company_id._bde_today()})
        relation = self.env["bde.relation"]._bde_ensure(self.host_id, self.company_id)
        owner = relation._bde_owners()[relation]
        if self.next_year == "yes":
            self._next_year_lead(relation, owner)
        elif self.next_year == "later" and owner:
            # by nobody: staff do not read the public user, who stands for people with a link
            relation.with_user(SUPERUSER_ID).activity_schedule(
                "mail.mail_activity_data_call",
                fields.Date.add(self.next_year_on, days=LATER_DAYS),
                summary=self.with_context(lang=owner.lang).env._("Another trainee next year?"),
                user_id=owner.id,
            )
        self._next_year_note(relation)

    def _next_year_form(self, form):
        """Values as typed.

        :raises StayError: names the field
        """
        answer = form.get("answer")
        if answer not in dict(ANSWERS):
            raise StayError(
                self.env._("Choose an answer."), {"answer": self.env._("Choose an answer.")}
            )
        if answer != "yes":
            return {"next_year": answer}
        count = (form.get("count") or "1").strip()
        if not count.isdecimal() or not 1 <= int(count) <= MAX_PUPILS:
            raise StayError(
                self.env._("Say how many pupils."),
                {"count": self.env._("A number from 1 to %(most)s.", most=MAX_PUPILS)},
            )
        chosen = {int(value) for value in form.getlist("training") if value.isdecimal()}
        trainings = self._next_year_trainings().filtered(lambda one: one.id in chosen)
        return {
            "next_year": answer,
            "next_year_count": int(count),
            "next_year_training_ids": [Command.set((trainings or self.training_id).ids)],
        }

    def _next_year_lead(self, relation, owner):
        """A request to work on, and what the company agreed to, on its page."""
        offer = self.env["bde.offer"].search([("code", "=", "placements")], limit=1)
        if offer and offer not in relation.offer_ids:
            relation.offer_ids = [Command.link(offer.id)]
        pipeline = self.env["bde.pipeline"]._by_code("placements")
        # no letter to anybody: the bureau finds it among its requests
        Lead = self.env["crm.lead"].with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True, mail_auto_subscribe_no_notify=True
        )
        return Lead.create(
            {
                "type": "opportunity",
                "name": relation.partner_name,
                "company_id": self.company_id.id,
                "bde_source": "stay",
                "bde_pipeline_id": pipeline.id,
                "stage_id": pipeline._first_stage().id,
                "bde_relation_id": relation.id,
                "partner_id": self.signatory_id.id or self.host_id.id,
                "bde_offer_ids": [Command.set(offer.ids)],
                "bde_training_ids": [Command.set(self.next_year_training_ids.ids)],
                "bde_pupil_count": self.next_year_count,
                "bde_when": self.env._("next school year"),
                "user_id": owner.id,
            }
        )

    def _next_year_note(self, relation):
        """One line on the page of the company; no name of a pupil."""
        answers = dict(self._fields["next_year"]._description_selection(self.env))
        text = self.env._("Another trainee next year?")
        relation.message_post(
            body=Markup("<p>%s <b>%s</b> (%s)</p>")
            % (text, answers[self.next_year], self.signatory_id.name),
            author_id=self.env.ref("base.partner_root").id,
            subtype_xmlid="mail.mt_note",
        )
