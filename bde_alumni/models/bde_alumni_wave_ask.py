from datetime import timedelta
from functools import partial

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.bde_partnerships.models.bde_bounce import DEAD

from .bde_alumni_letters import Ask

PURPOSE = "follow_up"
KIND = "survey"
# days after the first letter on which it is asked again, then that a text message waits
REMIND_DAYS = (10, 20)
PAUSE_DAYS = 7
# asked in one go: a longer list goes on in the next run, what was asked is kept
CHUNK = 1000
STEPS = ("", "r1", "r2", "sms")


def kind_of(months, step):
    """Kind of a letter of a survey: ``survey_6``, ``survey_6_r1``, … ``survey_6_sms``."""
    return "_".join(part for part in (KIND, str(months), STEPS[step]) if part)


def read_kind(kind):
    """(months, step) of a kind of letter; None when it is no survey's.

    >>> read_kind("survey_12_r2")
    (12, 2)
    """
    name, _sep, rest = kind.partition("_")
    months, _sep, step = rest.partition("_")
    return (int(months), STEPS.index(step)) if name == KIND and months.isdigit() else None


class BdeAlumniWave(models.Model):
    """Asking: a letter, two reminders, a text message; whoever answers is left alone."""

    _inherit = "bde.alumni.wave"

    @api.model
    def _due_domain(self, company, today):
        """Lines of running surveys that are to be asked today, first or again."""
        first, second = (today - timedelta(days=days) for days in REMIND_DAYS)
        pause = today - timedelta(days=PAUSE_DAYS)
        silent = Domain("state", "=", "sent")
        return (
            Domain("company_id", "=", company.id)
            & Domain("wave_id.state", "=", "running")
            & Domain("wave_id.date", "<=", today)
            & Domain("alumnus_id", "any", self.env["bde.alumnus"]._may_write_domain(PURPOSE))
            & Domain.OR(
                [
                    Domain("state", "=", "to_send"),
                    silent & Domain([("reminder_count", "=", 0), ("asked_on", "<=", first)]),
                    silent
                    & Domain(
                        [
                            ("reminder_count", "=", 1),
                            ("asked_on", "<=", second),
                            ("reminded_on", "<=", pause),
                        ]
                    ),
                    # the message that a telephone shows, for who did not answer letters
                    silent
                    & Domain(
                        [
                            ("reminder_count", "=", 2),
                            ("reminded_on", "<=", pause),
                            ("channel", "=", "email"),
                            ("alumnus_id.phone", "!=", False),
                        ]
                    ),
                ]
            )
        )

    @api.model
    def _due_asks(self, company, today, limit=CHUNK, after=0):
        """What is to be asked today of the leavers of a school; constant queries.

        :param int limit: at most so many
        :param int after: id of the last line of the chunk before
        :return: (list of ``Ask``, id of the last line, 0 when these are all)
        """
        # sudo: the job asks, whoever runs it; of one school
        lines = self.env["bde.alumni.wave.line"].sudo().search(
            self._due_domain(company, today) & Domain("id", ">", after), limit=limit, order="id"
        )  # fmt: skip
        asks = []
        for line in lines:
            months = line.wave_id.months
            step = 0 if line.state == "to_send" else line.reminder_count + 1
            words = partial(self._ask_words, months, step)
            subject = partial(self._ask_subject, months)
            kind = kind_of(months, step)
            asks.append(Ask(line.alumnus_id, kind, PURPOSE, words, subject, KIND))
        return asks, lines[-1:].id if len(lines) == limit else 0

    @api.model
    def _ask_words(self, months, step, env):
        """The one sentence of a letter or text message, in the language of its reader."""
        if step == len(STEPS) - 1:
            return env._("What are you doing today? One tap is enough.")
        if step:
            return env._(
                "What have you been doing since school? You have not answered yet: one tap is"
                " enough, and we write once more at most."
            )
        ago = {12: env._("a year"), 24: env._("two years")}
        return env._(
            "You left school %(ago)s ago: what are you doing today? One tap is enough.",
            ago=ago.get(months) or env._("%(months)s months", months=months),
        )

    @api.model
    def _ask_subject(self, months, env):
        later = {12: env._("a year"), 24: env._("two years")}
        return env._(
            "What are you doing, %(later)s later?",
            later=later.get(months) or env._("%(months)s months", months=months),
        )

    def _ask_now(self, progress=None):
        """Asks whoever is due in the schools of these surveys, chunk by chunk.

        :param progress: called with the number of each chunk, ``ir.cron._commit_progress``
        :return: number of letters that left
        """
        count = 0
        for company in self.company_id:
            school = (
                self.env["bde.alumni.letters"]
                .with_company(company)
                .with_context(allowed_company_ids=company.ids)
            )
            today, last = company._bde_today(), 0
            while True:
                asks, last = self._due_asks(company, today, after=last)
                count += len(school._write(asks)) if asks else 0
                if progress:
                    progress(len(asks))
                if not last:
                    break
        return count


class BdeAlumniLetters(models.AbstractModel):
    """Surveys among the letters to alumni."""

    _inherit = "bde.alumni.letters"

    @api.model
    def _asks(self, company, today):
        Wave = self.env["bde.alumni.wave"]
        asks, last = [], 0
        while True:
            due, last = Wave._due_asks(company, today, after=last)
            # who had another letter today waits, and keeps nobody else from being asked
            waiting = self._written_today({ask.alumnus.id for ask in due})
            asks += [ask for ask in due if ask.alumnus.id not in waiting]
            if not last or len(asks) >= CHUNK:
                break
        if last:
            # the next chunk leaves in a run of its own
            self.env.ref("bde_alumni.cron_alumni_letters")._trigger()
        return super()._asks(company, today) + asks

    @api.model
    def _gather(self, asks):
        """A message that must reach the telephone stands alone: with others, it waits a day."""
        letters = super()._gather(asks)
        for letter in letters:
            texts = {kind for kind in letter["rows"] if _is_text(kind)}
            if texts and len(letter["rows"]) > len(texts):
                letter["rows"] = {
                    kind: row for kind, row in letter["rows"].items() if kind not in texts
                }
        return letters

    @api.model
    def _choose_channels(self, letters):
        for letter in letters:
            if any(_is_text(kind) for kind in letter["rows"]):
                letter["person"] = letter["person"] | {"email": False}
        result = super()._choose_channels(letters)
        self.env["bde.alumni.wave.line"]._note_asked(letters, self.env.company._bde_today())
        return result

    @api.model
    def _note_bounces(self, rows):
        result = super()._note_bounces(rows)
        self.env["bde.alumni.wave.line"]._note_dead(rows)
        return result


def _is_text(kind):
    return (read_kind(kind) or (0, 0))[1] == len(STEPS) - 1


class BdeAlumniWaveLine(models.Model):
    _inherit = "bde.alumni.wave.line"

    @api.model
    def _note_asked(self, letters, today):
        """Notes who is asked today and how, and who cannot be reached; constant queries.

        :param letters: dicts of ``bde.letters`` with ``channel``
        """
        asked = {}
        for letter in letters:
            for kind in letter["rows"]:
                if found := read_kind(kind):
                    asked[letter["alumnus"].id, found[0]] = (found[1], letter["channel"])
        if not asked:
            return
        # sudo: lines are written by jobs and verbs
        lines = self.sudo().search(
            [
                ("alumnus_id", "in", list({alumnus_id for alumnus_id, _months in asked})),
                ("wave_id.state", "=", "running"),
                ("state", "in", ("to_send", "sent")),
            ]
        )
        for (step, channel), found in lines.grouped(
            lambda line: asked.get((line.alumnus_id.id, line.wave_id.months), (None, None))
        ).items():
            if step is None:
                continue
            if not channel:
                # the text message was an extra: he is called, like who has no address
                found.write({"reminder_count": step} if step == 3 else {"state": "unreachable"})
            elif step:
                found.write({"reminder_count": step, "reminded_on": today, "channel": channel})
            else:
                found.write({"state": "sent", "asked_on": today, "channel": channel})

    def _stop_asking(self):
        """Cancels reminders that wait to leave (in sudo): he has answered, or does not wish to."""
        for months, lines in self.grouped(lambda line: line.wave_id.months).items():
            kinds = [kind_of(months, step) for step in range(len(STEPS))]
            lines.alumnus_id._waiting_letters([("kind", "in", kinds)])._cancel()

    @api.model
    def _note_dead(self, rows):
        """Letters came back for good: who has no other address is called.

        :param rows: (company, signer key, channel, reason), as ``bde.bounce._note`` is told
        """
        keys = {key for _company, key, _channel, _reason in rows}
        # sudo: letters and lines are written by jobs
        letters = self.env["bde.alumni.letter"].sudo().search(
            [("signer_key", "in", list(keys)), ("kind", "=like", f"{KIND}\\_%")]
        )  # fmt: skip
        dead = {
            letter.alumnus_id
            for letter in letters
            if letter.bounce_reason in DEAD
            and not letter.alumnus_id["phone" if letter.channel == "email" else "email"]
        }
        if dead:
            self.sudo().search(
                [
                    ("alumnus_id", "in", [alumnus.id for alumnus in dead]),
                    ("wave_id.state", "=", "running"),
                    ("state", "=", "sent"),
                ]
            ).state = "unreachable"
