import doctest
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..rules import solicitation
from .respect_common import RespectCase

SILENT = mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


def load_tests(_loader, tests, _ignore):
    tests.addTests(doctest.DocTestSuite(solicitation))
    return tests


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 10:00:00")
class TestSolicitation(RespectCase):
    """Whether a school may ask a company now, judged on facts worked out by hand."""

    def approach(self, school, day=12, purpose="placements", channel="call", **kwargs):
        self.employer._bde_note_approach(
            school, purpose, channel, date=date(2026, 11, day), **kwargs
        )

    # ------------------------------------------------------------
    # Approaches and cool-down
    # ------------------------------------------------------------

    def test_nothing_against_it(self):
        self.assertEqual(self.verdict(), ("ok", (), False))

    def test_another_school_was_there_first(self):
        self.approach(self.school_b)
        verdict = self.verdict()
        self.assertEqual(verdict.level, "warn")
        self.assertTrue(verdict.needs_reason)
        self.assertEqual(
            verdict.text,
            "Lycée Braille called on 12/11 for placements. Cool-down until 26/11.",
        )

    def test_cooldown_counts_in_days_of_the_school(self):
        self.approach(self.school_b)
        self.school_c.bde_tz = "Indian/Reunion"
        with freeze_time("2026-11-26 21:00:00"):  # 22:00 in Paris, 01:00 on the 27th there
            self.assertEqual(self.verdict().level, "warn")
            self.assertEqual(self.verdict(self.school_c).level, "ok")
        with freeze_time("2026-11-27 00:30:00"):
            self.assertEqual(self.verdict().level, "ok")

    def test_approach_is_of_the_day_of_the_school(self):
        self.school_b.bde_tz = "Pacific/Noumea"  # already the 17th there
        with freeze_time("2026-11-16 20:00:00"):
            approach = self.employer._bde_note_approach(self.school_b, "tax", "mail")
        self.assertEqual(approach.date, date(2026, 11, 17))

    def test_cooldown_is_by_purpose(self):
        self.approach(self.school_b)
        self.assertEqual(self.verdict(purpose="tax").level, "ok")
        self.env["bde.cooldown"].create(
            [
                {"company_id": self.academy.id, "purpose": "placements", "days": 3},
                {"company_id": self.academy.id, "purpose": "tax", "days": 30},
            ]
        )
        self.approach(self.school_b, day=1, purpose="tax")
        self.assertEqual(self.verdict().level, "ok", "the 12th and 3 days are over")
        self.assertIn("until 01/12", self.verdict(purpose="tax").text)

    def test_no_cooldown_at_all(self):
        self.env["bde.cooldown"].create(
            {"company_id": self.academy.id, "purpose": "placements", "days": 0}
        )
        self.approach(self.school_b, day=16)
        self.assertEqual(self.verdict().level, "ok")

    def test_ones_own_call_is_recalled_gently(self):
        self.approach(self.school_a)
        verdict = self.verdict()
        self.assertEqual((verdict.level, verdict.needs_reason), ("warn", False))
        self.assertIn("Your school called on 12/11", verdict.text)

    def test_every_channel_has_its_words(self):
        for channel, words in (
            ("mail", "wrote on"), ("visit", "visited them on"), ("meeting", "met them on"),
            ("letter", "sent a letter on"), ("sms", "sent a text message on"),
        ):  # fmt: skip
            employer = self.new_employers(1)
            employer._bde_note_approach(self.school_b, "events", channel)
            self.assertIn(words, self.verdict(purpose="events", employer=employer).text)

    def test_last_call_of_each_school_and_no_more_than_three(self):
        self.approach(self.school_b, day=10)
        self.approach(self.school_b, day=13)
        schools = self.env["res.company"].create(
            [
                {"name": f"Lycée {i}", "parent_id": self.academy.id, "bde_kind": "school",
                 "uai": uai}
                for i, uai in enumerate(("0330001X", "0330002Y", "0330003Z", "0330004A"))
            ]
        )  # fmt: skip
        self.assertEqual(len(self.verdict().messages), 1)
        for school in schools:
            self.approach(school)
        verdict = self.verdict()
        self.assertIn("13/11", verdict.messages[0])
        self.assertEqual(len(verdict.messages), 4)
        self.assertIn("2 other schools", verdict.messages[3])

    def test_a_page_recalls_every_purpose(self):
        self.approach(self.school_b, purpose="tax")
        self.assertIn("the taxe d'apprentissage", self.verdict(purpose=None).text)
        relation = self.as_(self.manager_a, self.relation_a)
        self.assertEqual(relation.solicitation_level, "warn")
        self.assertEqual(relation.solicitation_text, self.verdict(purpose=None).text)
        self.assertEqual(relation.with_context(bde_purpose="alumni").solicitation_level, "ok")

    # ------------------------------------------------------------
    # Hosts, lead school, closed, to avoid
    # ------------------------------------------------------------

    def hosted(self, day):
        self.env.flush_all()
        self.cr.execute(
            "UPDATE bde_relation SET last_hosted_on = %s WHERE id = %s", (day, self.relation_a.id)
        )
        self.env.invalidate_all()

    def test_who_hosted_within_24_months_is_never_warned(self):
        self.approach(self.school_b)
        self.approach(self.school_a)
        self.employer.bde_lead_school_id = self.school_b
        self.hosted("2024-11-16")
        self.assertEqual(self.verdict().level, "ok")
        self.assertEqual(self.verdict(self.school_c).level, "warn", "hosted for A only")
        self.hosted("2024-11-15")
        self.assertEqual(self.verdict().level, "warn", "24 months and a day ago")

    def test_known_hosts_are_stopped_all_the_same_when_they_say_no(self):
        self.hosted("2026-06-01")
        self.say_no()
        self.assertEqual(self.verdict().level, "stop")
        self.employer.closed_on = "2026-11-01"
        self.assertIn("Closed since 01/11.", self.verdict().messages)

    def test_lead_school(self):
        self.employer.bde_lead_school_id = self.school_b
        self.assertEqual(
            self.verdict(),
            ("warn", ("Lycée Braille leads with this company: agree with them first.",), True),
        )
        self.assertEqual(self.verdict(self.school_b).level, "ok")

    def test_closed_later_is_not_closed(self):
        self.employer.closed_on = "2026-11-17"
        self.assertEqual(self.verdict().level, "ok")
        self.employer.closed_on = "2026-11-16"
        self.assertEqual(self.verdict().level, "stop")

    def test_to_avoid_is_ones_own_and_ends(self):
        reason = self.env["bde.status.reason"].search([], limit=1)
        self.relation_a.write(
            {"status": "avoid", "status_reason_id": reason.id, "status_until": "2026-12-31"}
        )
        self.assertEqual(self.verdict().messages, ("Your school avoids this company until 31/12.",))
        self.assertEqual(self.verdict(self.school_b).level, "ok")
        self.relation_a.status_until = "2026-11-15"
        self.assertEqual(self.verdict().level, "ok")

    # ------------------------------------------------------------
    # Who writes, who reads
    # ------------------------------------------------------------

    @SILENT
    def test_everyone_sees_that_never_what(self):
        self.approach(self.school_b, reason="they_asked")
        for user in (self.teacher_a, self.manager_a, self.two_roles, self.correspondent):
            approach = self.as_user(user)["bde.approach"].search(
                [("partner_id", "=", self.employer.id)]
            )
            self.assertEqual(approach.purpose, "placements", user.login)
            data = approach.web_read({"school_id": {"fields": {"display_name": {}}}})
            self.assertEqual(data[0]["school_id"]["display_name"], "Lycée Braille")
        kept = set(self.env["bde.approach"]._fields) - set(self.env["base"]._fields)
        self.assertEqual(
            kept - {"create_uid", "create_date", "write_uid", "write_date", "id", "display_name"},
            {"partner_id", "school_id", "date", "purpose", "channel", "reason"},
        )

    @SILENT
    def test_nobody_writes_for_another_school(self):
        employer = self.as_(self.manager_a, self.employer)
        with self.assertRaises(AccessError):
            employer._bde_note_approach(self.school_b, "placements", "call")
        with self.assertRaises(AccessError):
            self.as_user(self.manager_a)["bde.approach"].create(
                {"partner_id": self.employer.id, "school_id": self.school_b.id,
                 "date": "2026-11-12", "purpose": "tax", "channel": "call"}
            )  # fmt: skip
        self.approach(self.school_a)
        for values in ({"date": "2020-01-01"}, {"school_id": self.school_b.id}):
            with self.assertRaises(AccessError):
                self.as_user(self.head_a)["bde.approach"].search([]).write(values)

    def test_once_a_day_purpose_and_channel(self):
        employer = self.as_(self.teacher_a, self.employer)
        for _twice in range(2):
            employer._bde_note_approach(self.school_a, "placements", "call")
        employer._bde_note_approach(self.school_a, "placements", "call", reason="other")
        employer._bde_note_approach(self.school_a, "placements", "mail")
        approaches = self.employer.bde_approach_ids
        self.assertEqual(approaches.mapped("channel"), ["mail", "call"])
        self.assertEqual(approaches.filtered(lambda a: a.channel == "call").reason, "other")

    @SILENT
    def test_the_academie_sets_the_cooldown(self):
        for user in (self.correspondent, self.bde_admin):
            Cooldown = self.as_user(user)["bde.cooldown"]
            line = Cooldown.create({"purpose": "tax", "days": 60})
            self.assertEqual(line.company_id.id, self.academy.id)
            self.assertEqual(self.as_user(self.manager_a)["bde.cooldown"].browse(line.id).days, 60)
            line.unlink()
        with self.assertRaises(AccessError):
            self.as_user(self.head_a)["bde.cooldown"].create({"purpose": "tax", "days": 0})

    # ------------------------------------------------------------
    # Many at once
    # ------------------------------------------------------------

    def test_as_many_queries_for_one_as_for_2000(self):
        employers = self.new_employers(2000)
        employers._bde_note_approach(self.school_b, "placements", "call")
        for school in self.schools:
            self.env["bde.relation"]._bde_ensure(employers[:300], school)
        self.env["bde.optout"].create(
            [
                {"partner_id": employer.id, "company_id": self.academy.id,
                 "school_id": self.school_c.id}
                for employer in employers[::3]
            ]
        )  # fmt: skip
        counts = {}
        for size in (1, 20, 200, 2000):
            wanted = employers[:size].with_env(self.as_user(self.manager_a))
            emails = {employer: [f"{employer.id}@garage.example"] for employer in wanted}
            counts[size] = self.count_queries(
                lambda wanted=wanted, emails=emails: wanted._bde_solicitation(
                    self.school_a.with_env(wanted.env), "placements", emails
                )
            )
        self.assertEqual(len(set(counts.values())), 1, counts)
        self.assertLess(counts[2000], 22)

    def test_a_list_of_pages_costs_what_one_costs(self):
        employers = self.new_employers(200)
        employers._bde_note_approach(self.school_b, "placements", "call")
        relations = self.env["bde.relation"]._bde_ensure(employers, self.school_a)
        counts = set()
        for size in (1, 20, 200):
            page = self.as_(self.manager_a, relations[:size])
            counts.add(self.count_queries(lambda page=page: page.mapped("solicitation_level")))
        self.assertEqual(len(counts), 1, counts)
