from odoo import SUPERUSER_ID, api, models

from ..rules.tax_answer import PLEDGING

TO_DO = "mail.mail_activity_data_todo"
# What makes two answers the same answer.
SAME = (
    "kind", "amount", "percent", "course_id", "remark", "other_name", "other_email", "other_phone",
    "is_stranger",
)  # fmt: skip


class BdeLink(models.Model):
    """Taking what a company or an accountant says on the page."""

    _inherit = "bde.link"

    def _tax_take(self, said):
        """Notes answers: log lines, facts of the companies, pledges, tasks.

        Called by the page, which checked the link and what was typed. The same answer sent
        twice is noted once.

        :param dict said: {target: values as of ``rules.tax_answer.clean``}
        :return: the new answers
        """
        self.ensure_one()
        Answer = self.env["bde.tax.answer"]
        targets = self.env["bde.tax.target"].union(*said)
        # two posts at the same time: the second sees what the first did
        self.env["bde.document"]._lock_rows(targets)
        before = Answer._last_of(targets)
        key = self._tax_key()
        fresh = {
            target: values
            for target, values in said.items()
            if not before[target]._tax_repeats(values, key)
        }
        answers = Answer.with_context(mail_create_nosubscribe=True, mail_create_nolog=True).create(
            [self._tax_answer_vals(target, values, before) for target, values in fresh.items()]
        )
        answers = answers.with_env(self.env)
        answers._tax_count(before)
        if any(answers.mapped("is_stranger")):
            self._close("not_me")
        answers.filtered("to_do")._schedule()
        return answers

    def _tax_answer_vals(self, target, values, before):
        """Values of one log line."""
        last = before[target]
        key = self._tax_key()
        # sudo: who said it last, compared and never shown
        mine = not last or last.sudo().said_key == key
        known = last.remark if mine else False
        return {
            "target_id": target.id,
            "link_id": self.id,
            "said_key": key,
            "by_accountant": self._tax_is_accountant(),
            # who is the wrong person takes back what he said himself, not what others said
            "is_last": values["kind"] != "wrong" or mine,
            "to_do": values["kind"] == "wrong" or bool(values["remark"] not in ("", known)),
            **{name: values[name] or False for name in SAME},
            "name": values["name"] or self.name,
        }


class BdeTaxAnswer(models.Model):
    """What an answer changes."""

    _inherit = "bde.tax.answer"

    @api.model
    def _last_of(self, targets):
        """{target: the answer that counts, empty without one}; one query."""
        found = self.search([("target_id", "in", targets.ids), ("is_last", "=", True)])
        by_target = found.grouped("target_id")
        return {target: by_target.get(target, self.browse()) for target in targets}

    def _tax_repeats(self, values, key):
        """Whether the answer that counts says the same, by the same person."""
        if not self or self.said_key != key:
            return False
        own = self._convert_to_write({name: self[name] for name in SAME})
        return all((own[name] or False) == (values[name] or False) for name in SAME)

    def _tax_count(self, before):
        """Makes new answers count: older ones are replaced, pledges and facts follow.

        :param dict before: {target: the answer that counted until now}
        """
        counting = self.filtered("is_last")
        older = self.browse().union(*(before[answer.target_id] for answer in counting))
        older.is_last = False
        older.filtered(lambda one: one.state == "new" and not one.to_do).state = "replaced"
        for answer in counting:
            answer._tax_pledge(before[answer.target_id])
        counting._tax_note_facts()
        self._tax_find_contradictions()

    def _tax_pledge(self, last):
        """The promise of this answer; what the page noted for the company before is replaced."""
        self.ensure_one()
        # sudo: asked by the page, for the school of its link
        answer, old = self.sudo(), last.sudo().pledge_id
        if answer.kind in PLEDGING:
            answer.pledge_id = answer.campaign_id._pledge(
                answer.target_id.relation_id, answer._tax_pledge_vals()
            )
        outdated = old.filtered(lambda one: not one.cancelled_on) - answer.pledge_id
        if outdated:
            outdated._cancel(answer.pledge_id)

    def _tax_pledge_vals(self):
        link = self.link_id
        contact = link._tax_contact(self.target_id)
        return {
            "amount": self.amount,
            "percent": self.percent,
            "course_id": self.course_id.id,
            "window_id": link._tax_window(self.campaign_id, self.kind).id,
            "said_by_id": contact.id,
            "said_by": False if contact else self.name,
            "said_on": self.company_id._bde_today(),
            "channel": "accountant" if self.by_accountant else "link",
            "note": self.remark,
        }

    def _tax_note_facts(self):
        """Answer and days on the companies, one write for each kind of answer."""
        for (company, kind, by_accountant), answers in self.grouped(
            lambda one: (one.company_id, one.kind, one.by_accountant)
        ).items():
            today = company._bde_today()
            facts = {
                "answer": kind,
                "answered_on": today,
                "refused_on": today if kind == "no" else False,
            }
            if kind == "wrong" and by_accountant:
                # somebody else declares: the company itself was not asked yet
                facts = {"answer": False, "answered_on": False, "refused_on": False}
            answers.target_id.write(facts)

    def _tax_find_contradictions(self):
        """A no where somebody promised in another way: a person has to look."""
        refusing = self.filtered(lambda one: one.kind == "no" and one.is_last)
        if not refusing:
            return
        promised = self.env["bde.pledge"].search(
            [("target_id", "in", refusing.target_id.ids), ("cancelled_on", "=", False)]
        )
        refusing.filtered(lambda one: one.target_id in promised.target_id).to_do = True

    # ------------------------------------------------------------
    # TASKS
    # ------------------------------------------------------------

    def _schedule(self):
        """Puts each of these on the list of the responsible of its campaign."""
        # no mail for each: the home screen counts them; by nobody: staff do not read the public
        # user, who stands for people with a link
        quiet = self.with_user(SUPERUSER_ID).with_context(mail_activity_quick_update=True)
        for user, answers in quiet.grouped(lambda one: one._responsible()).items():
            if not user:
                continue
            told = answers.with_context(lang=user.lang or self.env.lang)
            for summary, batch in told.grouped(lambda one: one._task()).items():
                batch.activity_schedule(
                    TO_DO, batch.company_id[:1]._bde_today(), summary=summary, user_id=user.id
                )

    def _responsible(self):
        """Who keeps the campaign and still works at the bureau, else the manager or the head."""
        self.ensure_one()
        user, school = self.campaign_id.user_id, self.company_id
        if user.active and school.id in user._bde_company_ids("secretary"):
            return user
        return school._bde_bureau_user()[school]

    def _task(self):
        """What somebody has to do about this answer, in a few words."""
        self.ensure_one()
        if self.kind == "wrong" and self.by_accountant:
            return self.env._("Taxe: not a client of this accountant")
        if self.kind == "wrong" and self.other_name:
            return self.env._("Taxe: another person is named")
        if self.kind == "wrong":
            return self.env._("Taxe: find the right person")
        if self.kind == "no" and not self.remark:
            return self.env._("Taxe: says no, but had promised")
        return self.env._("Taxe: read the remark")
