import hashlib
import json

from odoo import SUPERUSER_ID, models
from odoo.tools import format_date

from odoo.addons.bde_partnerships.rules.sections import SectionError

TO_DO = "mail.mail_activity_data_todo"


class BdeAlumnus(models.Model):
    """Section ``plan``: what an adviser is told, agreed to and taken back in the same place."""

    _inherit = "bde.alumnus"

    def _page_plan_section(self, plan):
        sheet = plan._sheet_to_agree()
        told = sheet and sheet._content()
        return super()._page_plan_section(plan) | {
            "sheet": sheet,
            "told": told,
            "read": sheet and sheet._fingerprint(),
            "sheet_title": told
            and self.env._("The school proposes to tell %(body)s about you", body=told["to"]),
            "agreed": [one._agreed_card() for one in plan._sheets_said_yes()],
        }

    def _take_agreement(self, plan, form):
        sheet = plan._sheet_to_agree()
        if not sheet:
            raise SectionError(self.env._("There is nothing to agree to any more."))
        if form.get("sheet") != sheet._fingerprint():
            # nobody agrees to what he has not seen
            raise SectionError(
                self.env._("What the school would tell has changed since: read it again.")
            )
        if not form.get("read"):
            raise SectionError(
                self.env._("Tick the box first."), {"read": self.env._("Tick it if you agree.")}
            )
        sheet._agree_by_link()

    def _take_refusal(self, plan, form):
        plan._sheet_to_agree().action_refuse()

    def _take_back(self, plan, form):
        """As easy as it was to agree (article 7 of the GDPR): one button, at once."""
        sheets = plan._sheets_said_yes().filtered(lambda one: one.state != "sent")
        sheet = sheets.filtered(lambda one: str(one.id) == form.get("sheet"))
        if not sheet:
            raise SectionError(
                self.env._("It was handed over already: the adviser erases it when you ask.")
            )
        sheet._withdraw()
        sheet._tell_taken_back()


class BdeLeaverPlan(models.Model):
    _inherit = "bde.leaver.plan"

    def _is_on_page(self):
        # as long as something may still leave, it can be taken back
        return super()._is_on_page() or bool(
            self._sheets_said_yes().filtered(lambda one: one.state != "sent")
        )

    def _sheet_to_agree(self):
        """The hand-over sheet that waits for the person, none otherwise."""
        return self._sheets().filtered(lambda one: one.state == "draft" and not one.self_agreed_on)[
            :1
        ]

    def _sheets_said_yes(self):
        """Sheets that the person agreed to: to be handed over, or handed over."""
        return self._sheets().filtered(
            lambda one: (
                one.state in ("agreed", "sent") or (one.state == "draft" and one.self_agreed_on)
            )
        )


class BdeLeaverHandover(models.Model):
    _inherit = "bde.leaver.handover"

    def _fingerprint(self):
        """What was read, in short: another one when anything of it is not the same any more."""
        self.ensure_one()
        content = json.dumps([self.id, self._content()], sort_keys=True, default=str)
        return hashlib.sha256(content.encode()).hexdigest()[:32]

    def _agree_by_link(self):
        """The person agreed on his page (in sudo); for a minor the guardian is still to sign."""
        self.ensure_one()
        self.write({"self_agreed_on": self.company_id._bde_today(), "agreed_how": "link"})
        if self.is_adult:
            self.action_agree()

    def _agreed_card(self):
        """What the person sees of what he agreed to (in sudo).

        :rtype: dict
        """
        told = self.content or self._content()
        if self.state == "sent":
            title = self.env._(
                "On %(day)s the school told %(body)s about you",
                day=format_date(self.env, self.sent_on),
                body=told["to"],
            )
        else:
            title = self.env._(
                "You agreed that the school tells %(body)s about you", body=told["to"]
            )
        return {"id": self.id, "title": title, "told": told, "sent": self.state == "sent"}

    def _tell_taken_back(self):
        """A task for who acts: nothing is handed over any more."""
        # by nobody: staff do not read the public user, who stands for people with a link
        quiet = self.with_user(SUPERUSER_ID).with_context(mail_activity_quick_update=True)
        for sheet in quiet:
            company, plan = sheet.company_id, sheet.plan_id
            user = company._bde_bureau_user()[company]
            if user:
                env = sheet.with_context(lang=user.lang or "fr_FR").env
                plan.activity_schedule(
                    TO_DO,
                    company._bde_today(),
                    summary=env._("Hand-over: the agreement was taken back, tell nothing"),
                    user_id=user.id,
                    # the safety net takes away what is automated on a plan, whenever it plans anew
                    automated=False,
                )
