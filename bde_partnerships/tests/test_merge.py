"""Merges: who proposes, who decides, and what becomes of each school's own."""

from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..rules.identifiers import uai_letter
from .common import SIRET_HOST, SIRET_OTHER, BdeCase

SILENT = mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
SIRET_SISTER = "73282932000082"


class MergeCase(BdeCase):
    """Duval stands twice: with a SIRET (``keep``) and typed again without one (``drop``).

    Schools A and B follow both, school C only the second one.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keep = cls.employer
        cls.drop = cls.new_employer("Duval menuiserie", street="3, r. des Copeaux", phone="0556")
        Relation = cls.env["bde.relation"]
        cls.keep_a, cls.keep_b, cls.drop_a, cls.drop_b, cls.drop_c = Relation.create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": school.id,
                    "status": "active",
                    "notes": f"<p>{label}</p>",
                }
                for partner, school, label in (
                    (cls.keep, cls.school_a, "A kept"),
                    (cls.keep, cls.school_b, "B kept"),
                    (cls.drop, cls.school_a, "A other"),
                    (cls.drop, cls.school_b, "B other"),
                    (cls.drop, cls.school_c, "C other"),
                )
            ]
        )

    @classmethod
    def new_employer(cls, name, siret=False, **vals):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "bde_employer": True,
                "company_registry": siret,
                "zip": "33000",
                "city": "Bordeaux",
                **vals,
            }
        )

    def propose(self, keep=None, drop=None, user=None, reason="Typed twice"):
        env = self.as_user(user or self.manager_a)
        keep, drop = keep or self.keep, drop or self.drop
        merge = env["bde.merge"]._propose(
            keep.with_env(env), drop.with_env(env), env.company, reason
        )
        return self.env["bde.merge"].browse(merge.id)

    def merge(self, merge=None, user=None):
        merge = merge or self.propose()
        merge.with_env(self.as_user(user or self.correspondent)).action_merge()
        self.env.invalidate_all()
        return merge

    def notes_seen_by(self, user):
        return [
            str(notes) for notes in self.as_user(user)["bde.relation"].search([]).mapped("notes")
        ]


@tagged("post_install", "-at_install")
class TestMergeStory(MergeCase):
    def test_proposed_by_one_school_while_three_have_relations(self):
        """Each school's notes stay its own, and none is lost."""
        merge = self.propose()
        self.assertEqual((merge.state, merge.company_id), ("proposed", self.school_a))
        self.merge(merge)
        self.assertEqual(merge.state, "done")
        self.assertFalse(self.drop.exists())
        relations = self.keep.bde_relation_ids.sorted("company_id")
        self.assertEqual(relations.company_id, self.schools)
        self.assertEqual(relations, self.keep_a | self.keep_b | self.drop_c)
        for relation, own in zip(relations, ("A", "B", "C"), strict=True):
            for other in {"A", "B", "C"} - {own}:
                self.assertNotIn(f"{other} ", relation.notes)
        self.assertIn("A kept", self.keep_a.notes)
        self.assertIn("A other", self.keep_a.notes)
        self.assertIn("B other", self.keep_b.notes)
        self.assertEqual(self.drop_c.notes, "<p>C other</p>")
        seen = self.notes_seen_by(self.manager_b)
        self.assertEqual(len(seen), 1)
        self.assertIn("B kept", seen[0])

    def test_proposer_is_told(self):
        merge = self.merge()
        activity = merge.activity_ids
        self.assertEqual(activity.user_id, self.manager_a)
        self.assertIn("Duval menuiserie", activity.summary)
        self.assertEqual(activity.with_user(self.manager_a).res_name, merge.display_name)

    def test_refused_with_the_reason(self):
        merge = self.propose()
        action = merge.with_env(self.as_user(self.correspondent)).action_refuse()
        self.assertEqual(action["res_model"], "bde.merge.refuse")
        wizard = self.as_user(self.correspondent)["bde.merge.refuse"].create(
            {"merge_ids": [Command.set(merge.ids)], "answer": "Two brothers, two workshops"}
        )
        wizard.action_apply()
        self.assertEqual((merge.state, merge.answer), ("refused", "Two brothers, two workshops"))
        self.assertIn("Two brothers", str(merge.activity_ids.note))
        self.assertTrue(self.drop.exists())
        with self.assertRaisesRegex(UserError, "already"):
            merge.with_env(self.as_user(self.correspondent)).action_merge()

    def test_report_says_what_is_gone(self):
        drop_id = self.drop.id
        report = str(self.merge().report)
        self.assertIn("Duval menuiserie", report)
        self.assertIn(f">{drop_id}<", report)
        self.assertIn("followed both: 2", report)
        self.assertIn("only the other one: 1", report)

    def test_the_same_pair_is_proposed_once_per_school(self):
        merge = self.propose()
        self.assertEqual(self.propose(), merge)
        other = self.propose(self.drop, self.keep, self.manager_b)
        self.assertNotEqual(other, merge)
        self.merge(merge)
        self.assertEqual(other.state, "done")
        self.assertEqual(other.activity_ids.user_id, self.manager_b)

    def test_another_pair_with_the_one_that_goes_follows_it(self):
        third = self.new_employer("Menuiserie Duval et fils")
        merge = self.propose(third, self.drop)
        self.merge()
        self.assertEqual((merge.keep_id, merge.drop_id), (third, self.keep))
        self.merge(merge)
        self.assertEqual(third.bde_relation_ids.company_id, self.schools)


@tagged("post_install", "-at_install")
class TestMergeContents(MergeCase):
    def test_contacts_messages_activities_files(self):
        boss = self.keep._bde_add_contact(self.school_a, {"name": "Anne Duval", "email": "a@d.fr"})
        twin = self.drop._bde_add_contact(
            self.school_a,
            {"name": "anne  DUVAL", "email": "A@d.fr", "phone": "0556", "bde_signatory": True},
        )
        tutor = self.drop._bde_add_contact(self.school_a, {"name": "Yves Rabot"})
        far = self.drop._bde_add_contact(self.school_c, {"name": "Anne Duval"})
        message = self.drop_a.message_post(body="Said on the other page")
        twin_message = self.drop_a.message_post(body="By her", author_id=twin.id)
        activity = self.drop_a.activity_schedule(
            "mail.mail_activity_data_call", date(2026, 12, 1), user_id=self.manager_a.id
        )
        self.drop_a.message_subscribe((self.head_a.partner_id | twin).ids)
        self.keep_a.message_subscribe(self.head_a.partner_id.ids)
        file = self.env["ir.attachment"].create(
            {"name": "x.txt", "raw": b"x", "res_model": "bde.relation", "res_id": self.drop_a.id}
        )
        self.merge()
        self.assertEqual(self.keep_a.contact_ids, boss | tutor)
        self.assertEqual((boss.phone, boss.bde_signatory), ("0556", True))
        self.assertFalse(twin.exists())
        self.assertEqual((tutor.parent_id, tutor.bde_relation_id), (self.keep, self.keep_a))
        self.assertEqual(tutor.commercial_partner_id, self.keep)
        self.assertEqual((far.parent_id, far.bde_relation_id), (self.keep, self.drop_c))
        self.assertLessEqual(message | twin_message, self.keep_a.message_ids)
        self.assertEqual(twin_message.author_id, boss)
        self.assertEqual(activity.res_id, self.keep_a.id)
        self.assertEqual(self.keep_a.next_step_on, date(2026, 12, 1))
        self.assertEqual(file.res_id, self.keep_a.id)
        self.assertLessEqual(self.head_a.partner_id | boss, self.keep_a.message_partner_ids)

    def test_namesakes_with_two_addresses_stay_two(self):
        one = self.keep._bde_add_contact(self.school_a, {"name": "Paul", "email": "p@d.fr"})
        two = self.drop._bde_add_contact(self.school_a, {"name": "Paul", "email": "other@d.fr"})
        self.merge()
        self.assertEqual(self.keep_a.contact_ids, one | two)

    def test_status_owner_offers(self):
        reason = self.env["bde.status.reason"].search([], limit=1)
        self.drop_a.write(
            {"status": "watch", "status_reason_id": reason.id, "status_until": date(2027, 3, 1)}
        )
        self.keep_a.status = "strong"
        self.drop_a.user_id = self.manager_a
        self.keep_b.user_id = self.manager_b
        self.drop_b.user_id = self.head_b
        first, second, third = self.env["bde.offer"].search([], limit=3)
        self.keep_a.write({"offer_ids": [Command.set(first.ids)]})
        self.drop_a.write(
            {
                "offer_ids": [Command.set(second.ids)],
                "declined_offer_ids": [Command.set((first | third).ids)],
            }
        )
        self.merge()
        self.assertEqual(self.keep_a.status, "watch")
        self.assertEqual(self.keep_a.status_reason_id, reason)
        self.assertEqual(self.keep_a.status_until, date(2027, 3, 1))
        self.assertEqual(self.keep_a.user_id, self.manager_a)
        self.assertEqual(self.keep_b.user_id, self.manager_b)
        self.assertEqual(self.keep_a.offer_ids, first | second)
        # what the kept page says of an offer goes first
        self.assertEqual(self.keep_a.declined_offer_ids, third)

    def test_talks_leads_past_placements_and_counters(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Two pupils",
                "company_id": self.school_a.id,
                "bde_relation_id": self.drop_a.id,
                "email_from": "typed@by.hand",
            }
        )
        self.env["bde.talk"].create(
            [
                {
                    "relation_id": relation.id,
                    "date": f"2026-10-0{day} 08:00:00",
                    "channel": "call",
                    "outcome": outcome,
                    "purpose": "placements",
                    "user_id": self.manager_a.id,
                }
                for relation, day, outcome in (
                    (self.keep_a, 1, "agreed"),
                    (self.drop_a, 2, "refused"),
                    (self.drop_a, 3, "agreed"),
                )
            ]
        )
        self.env["bde.past.placement"].create(
            [
                {
                    "relation_id": relation.id,
                    "company_id": self.school_a.id,
                    "pupil_count": count,
                    "date_start": f"2025-{month}-06",
                    "date_end": f"2025-{month}-31",
                }
                for relation, count, month in (
                    (self.keep_a, 1, "01"),
                    # the same, noted on the other page too
                    (self.drop_a, 2, "01"),
                    (self.drop_a, 3, "03"),
                )
            ]
        )
        self.env.flush_all()
        self.merge()
        self.assertEqual(len(self.keep_a.talk_ids), 3)
        self.assertEqual(self.keep_a.last_talk_on.date(), date(2026, 10, 3))
        self.assertEqual((self.keep_a.accepted_count, self.keep_a.asked_count), (2, 3))
        self.assertEqual(self.keep_a.hosted_count, 5)
        self.assertEqual(self.keep_a.last_hosted_on, date(2025, 3, 31))
        self.assertEqual(lead.bde_relation_id, self.keep_a)
        self.assertEqual(lead.email_from, "typed@by.hand")

    def test_shared_rows_are_joined(self):
        tags = self.env["bde.employer.tag"].create(
            [
                {"name": name, "kind": "trade", "company_id": self.academy.id}
                for name in ("T1", "T2")
            ]
        )
        self.keep.bde_tag_ids = tags[0]
        self.drop.bde_tag_ids = tags
        self.env["bde.employer.training"].create(
            [
                {"partner_id": partner.id, "code": code, "name": code, "last_year": year}
                for partner, code, year in (
                    (self.keep, "40025521", "2023-2024"),
                    (self.drop, "40025521", "2025-2026"),
                    (self.drop, "50022138", False),
                )
            ]
        )
        optout = self.env["bde.optout"]
        optout._record(self.school_a, partner=self.keep, purposes=["tax"])
        optout._record(self.school_a, partner=self.drop, purposes=["tax", "events"])
        self.drop._bde_note_approach(self.school_b, "placements", "call", date(2026, 11, 2))
        self.merge()
        self.assertEqual(self.keep.bde_tag_ids, tags)
        self.assertEqual(
            {t.code: t.last_year for t in self.keep.bde_training_ids},
            {"40025521": "2025-2026", "50022138": False},
        )
        said = optout.search([("partner_id", "=", self.keep.id)])
        self.assertEqual(sorted(said.mapped("purpose")), ["events", "tax"])
        self.assertEqual(self.keep.bde_approach_ids.date, date(2026, 11, 2))

    def test_campaign_that_targets_both(self):
        campaign = self.env["bde.campaign"].create(
            {
                "name": "Woodwork",
                "company_id": self.school_a.id,
                "pipeline_id": self.env["bde.pipeline"].search([], limit=1).id,
                "target_ids": [
                    Command.create({"partner_id": self.keep.id}),
                    Command.create({"partner_id": self.drop.id}),
                ],
            }
        )
        other = campaign.target_ids.filtered(lambda t: t.partner_id == self.drop)
        other.state = "done"
        self.merge()
        self.assertEqual(campaign.target_ids.partner_id, self.keep)
        self.assertEqual(campaign.target_ids.mapped("state"), ["done"])

    def test_sites_go_below_the_kept_one(self):
        site = self.new_employer("Workshop", parent_id=self.drop.id, type="other")
        self.merge()
        self.assertEqual(site.parent_id, self.keep)
        self.assertEqual(site.bde_level, "site")


@tagged("post_install", "-at_install")
class TestMergeValues(MergeCase):
    def test_missing_is_filled_and_history_kept(self):
        self.merge()
        self.assertEqual(self.keep.name, "Menuiserie Duval")
        self.assertEqual(self.keep.street, "3 rue des Copeaux")
        self.assertEqual(self.keep.phone, "0556")
        changes = self.keep.bde_change_ids.filtered(lambda c: c.source == "merge")
        self.assertEqual(set(changes.mapped("field")), {"bde_merged", "phone"})
        self.assertEqual(changes.sudo().school_id, self.academy)

    def test_the_academie_chooses(self):
        merge = self.propose()
        env = self.as_user(self.correspondent)
        lines = {line.field: line for line in merge.with_env(env).line_ids}
        self.assertEqual(lines["street"].choice, "keep")
        self.assertEqual(lines["street"].drop_value, "3, r. des Copeaux, 33000 Bordeaux")
        self.assertEqual(lines["phone"].choice, "drop")
        lines["street"].choice = "drop"
        lines["name"].choice = "drop"
        self.merge(merge)
        self.assertEqual(
            (self.keep.name, self.keep.street), ("Duval menuiserie", "3, r. des Copeaux")
        )

    def test_former_siret(self):
        closed = self.new_employer("Ancienne", SIRET_OTHER, closed_on=date(2025, 1, 1))
        self.env["bde.former.siret"].create({"partner_id": closed.id, "siret": "55210055400013"})
        self.merge(self.propose(self.keep, closed))
        self.assertEqual(self.keep.company_registry, SIRET_HOST)
        self.assertFalse(self.keep.closed_on)
        self.assertEqual(
            set(self.keep.bde_former_siret_ids.mapped("siret")), {SIRET_OTHER, "55210055400013"}
        )
        self.assertEqual(self.env["res.partner"]._bde_find_employer(SIRET_OTHER), self.keep)

    def test_siret_of_the_other_one_is_taken_over(self):
        typed = self.new_employer("Garage", siret=False)
        known = self.new_employer("Garage Ravel", SIRET_OTHER, naf_code="4520A")
        self.merge(self.propose(typed, known))
        self.assertEqual((typed.company_registry, typed.naf_code), (SIRET_OTHER, "4520A"))
        self.assertFalse(typed.bde_former_siret_ids)

    def test_swap(self):
        merge = self.propose()
        merge.with_env(self.as_user(self.correspondent)).action_swap()
        self.assertEqual((merge.keep_id, merge.drop_id), (self.drop, self.keep))
        self.merge(merge)
        self.assertFalse(self.keep.exists())
        self.assertEqual(self.drop.company_registry, SIRET_HOST)
        self.assertEqual(self.drop.bde_relation_ids.company_id, self.schools)

    def test_numbers_only(self):
        html = str(self.propose().with_env(self.as_user(self.correspondent)).figures)
        self.assertIn("Schools that follow it", html)
        self.assertNotIn("A kept", html)
        rows = dict((self.keep | self.drop)._bde_merge_figures())
        self.assertEqual(rows["Schools that follow it"], {self.keep.id: 2, self.drop.id: 3})


@tagged("post_install", "-at_install")
class TestMergeLimits(MergeCase):
    def test_two_establishments_are_grouped_instead(self):
        sister = self.new_employer("Duval Nord", SIRET_SISTER)
        with self.assertRaisesRegex(UserError, "two establishments"):
            self.propose(self.keep, sister)
        merge = self.env["bde.merge"].create(
            {"company_id": self.academy.id, "keep_id": self.keep.id, "drop_id": sister.id,
             "reason": "x", "origin": "academy"}
        )  # fmt: skip
        env = self.as_user(self.bde_admin)
        self.assertEqual(merge.warning_code, "establishments")
        with self.assertRaisesRegex(UserError, "two establishments"):
            merge.with_env(env).action_merge()
        merge.with_env(env).action_group()
        self.assertEqual(merge.state, "refused")
        self.assertEqual(sister.parent_id, self.keep.parent_id)
        self.assertEqual(sister.parent_id.bde_level, "entity")

    def test_two_companies_ask_the_reason(self):
        other = self.new_employer("Duval Bois", SIRET_OTHER)
        merge = self.propose(self.keep, other)
        self.assertEqual(merge.warning_level, "warn")
        decided = merge.with_env(self.as_user(self.correspondent))
        with self.assertRaisesRegex(UserError, "Say why"):
            decided.action_merge()
        decided.confirm_reason = "Wrong SIRET typed in 2024"
        decided.action_merge()
        self.assertIn("Wrong SIRET typed in 2024", str(merge.report))
        self.assertEqual(self.keep.bde_former_siret_ids.siret, SIRET_OTHER)

    def test_no_reason_no_proposal(self):
        with self.assertRaisesRegex(UserError, "few words"):
            self.propose(reason=" ")
        with self.assertRaisesRegex(UserError, "two different"):
            self.propose(self.keep, self.keep)

    @SILENT
    def test_who_may_what(self):
        merge = self.propose()
        for user in (self.teacher_a, self.intendance_a, self.correspondent):
            with self.subTest(user.login), self.assertRaises(AccessError):
                env = self.as_user(user)
                env["bde.merge"]._propose(
                    self.keep.with_env(env), self.drop.with_env(env), self.school_a, "x"
                )
        for user in (self.manager_a, self.head_a):
            seen = merge.with_env(self.as_user(user))
            self.assertTrue(seen.reason)
            for method in ("action_merge", "action_swap", "action_group", "action_refuse"):
                with self.subTest(f"{user.login} {method}"), self.assertRaises(AccessError):
                    getattr(seen, method)()
            with self.assertRaises(AccessError):
                seen.write({"state": "done"})
        self.assertFalse(self.as_user(self.manager_b)["bde.merge"].search([]))
        self.assertFalse(merge.with_env(self.as_user(self.teacher_a)).has_access("read"))
        for user in (self.correspondent, self.bde_admin):
            decided = merge.with_env(self.as_user(user))
            self.assertTrue(decided.is_decider)
            with self.assertRaises(AccessError):
                decided.write({"state": "done"})
            with self.assertRaises(AccessError):
                decided.line_ids.write({"drop_value": "forged"})

    def test_core_merge_is_out_of_reach(self):
        for login in ("manager_a", "head_a", "correspondent", "bde_admin"):
            env = self.as_user(self.cast[login])
            self.assertFalse(env["base.partner.merge.automatic.wizard"].has_access("create"), login)

    @SILENT
    def test_academie_of_another_one_decides_nothing(self):
        other = self.env["res.company"].create(
            {"name": "Autre académie", "bde_kind": "academy", "academy_code": "10"}
        )
        stranger = self.env["res.users"].create(
            {"name": "Stranger", "login": "stranger", "company_id": other.id,
             "company_ids": [Command.set(other.ids)]}
        )  # fmt: skip
        self.env["bde.membership"].create(
            {"user_id": stranger.id, "company_id": other.id, "role": "correspondent",
             "date_from": self.year.date_start}
        )  # fmt: skip
        merge = self.propose()
        with self.assertRaises(AccessError):
            merge.with_env(self.as_user(stranger)).action_merge()
        self.assertFalse(self.as_user(stranger)["bde.merge"].search([]))

    def test_interrupted_is_as_if_nothing_happened(self):
        self.drop._bde_add_contact(self.school_a, {"name": "Yves Rabot"})
        merge = self.propose()
        before = self.picture()
        Partner = type(self.env["res.partner"])
        with (
            patch.object(Partner, "_bde_merge_take", side_effect=RuntimeError("power cut")),
            self.assertRaises(RuntimeError),
            self.env.cr.savepoint(),
        ):
            merge.with_env(self.as_user(self.correspondent)).action_merge()
        self.env.invalidate_all()
        self.assertEqual(self.picture(), before)
        self.assertEqual(merge.state, "proposed")
        self.merge(merge)
        self.assertFalse(self.drop.exists())

    def picture(self):
        """What stands in the tables that a merge writes."""
        self.env.flush_all()
        result = []
        for table in ("res_partner", "bde_relation", "bde_merge", "mail_message", "mail_followers"):
            self.env.cr.execute(f"SELECT * FROM {table} ORDER BY id")
            result.append(self.env.cr.fetchall())
        return result

    def test_two_at_once(self):
        merge = self.propose()
        Partner = type(self.env["res.partner"])
        with patch.object(Partner, "lock_for_update", side_effect=LockError("locked")):
            with self.assertRaisesRegex(UserError, "right now"):
                merge.with_env(self.as_user(self.correspondent)).action_merge()


@tagged("post_install", "-at_install")
class TestMergeHome(MergeCase):
    def cards(self, user):
        home = self.as_user(user)["bde.home"]._home_cards()
        return {card["label"]: card["count"] for card in home}

    def test_cards(self):
        self.assertEqual(self.cards(self.correspondent)["Merges to decide"], 0)
        self.propose()
        self.assertEqual(self.cards(self.correspondent)["Merges to decide"], 1)
        self.assertEqual(self.cards(self.manager_a)["Merges proposed"], 1)
        self.assertEqual(self.cards(self.manager_b)["Merges proposed"], 0)
        self.assertNotIn("Merges to decide", self.cards(self.manager_a))

    def test_dialog(self):
        action = self.keep_a.with_env(self.as_user(self.manager_a)).action_propose_merge()
        wizard = (
            self.as_user(self.manager_a)["bde.merge.propose"]
            .with_context(**action["context"])
            .create({"second_id": self.drop.id, "kept": "second", "reason": "Same phone"})
        )
        self.assertEqual(wizard.first_id, self.keep)
        self.assertIn("3 rue des Copeaux", wizard.first_details)
        wizard.action_propose()
        merge = self.env["bde.merge"].search([])
        self.assertEqual((merge.keep_id, merge.drop_id), (self.drop, self.keep))
        self.assertEqual(merge.company_id, self.school_a)


@tagged("post_install", "-at_install")
class TestMergeFind(MergeCase):
    def test_found_by_night_and_shown_once(self):
        self.drop.write({"name": "MENUISERIE DUVAL", "street": "3 rue des Copeaux"})
        Merge = self.env["bde.merge"]
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60):
            Merge._cron_find_duplicates()
            found = Merge.search([])
            self.assertEqual((found.keep_id, found.drop_id), (self.keep, self.drop))
            self.assertEqual((found.origin, found.company_id), ("job", self.academy))
            self.assertGreaterEqual(found.score, 85)
            self.assertFalse(self.as_user(self.manager_a)["bde.merge"].search([]))
            found.with_env(self.as_user(self.correspondent)).action_refuse("Two of them")
            self.drop.phone = "0557"
            Merge._cron_find_duplicates()
            self.assertEqual(Merge.search([]), found)
            self.assertEqual(Merge._count_to_compare(), 0)

    def test_establishments_of_one_company_are_no_duplicates(self):
        self.drop.unlink() if not self.drop.bde_relation_ids else None
        self.new_employer("Menuiserie Duval", SIRET_SISTER, street="3 rue des Copeaux")
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60):
            self.env["bde.merge"]._cron_find_duplicates()
        self.assertFalse(
            self.env["bde.merge"].search([]).filtered(lambda m: m.drop_siret and m.keep_siret)
        )


@tagged("post_install", "-at_install")
class TestMergeSpeed(MergeCase):
    """Constant queries, however many schools follow both companies."""

    def prepare(self, count):
        schools = self.env["res.company"].create(
            [
                {
                    "name": f"Lycée {count} {n}",
                    "parent_id": self.academy.id,
                    "bde_kind": "school",
                    "uai": f"{digits}{uai_letter(digits)}",
                }
                for n in range(count)
                for digits in [f"033{count:02}{n:02}"]
            ]
        )
        keep = self.new_employer(f"Keep {count}")
        drop = self.new_employer(f"Drop {count}")
        relations = self.env["bde.relation"].create(
            [
                {"partner_id": partner.id, "company_id": school.id, "notes": "<p>x</p>"}
                for school in schools
                for partner in (keep, drop)
            ]
        )
        self.env["res.partner"].create(
            [
                {"name": "Anne", "parent_id": r.partner_id.id, "company_id": r.company_id.id}
                for r in relations
            ]
        )
        for relation in relations.filtered(lambda r: r.partner_id == drop):
            relation.message_post(body="x")
        self.env["bde.talk"].create(
            [{"relation_id": r.id, "channel": "call", "user_id": self.env.uid} for r in relations]
        )
        return keep, drop

    def count(self, count):
        keep, drop = self.prepare(count)
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        keep._bde_merge(drop, academy=self.academy)
        self.env.flush_all()
        used = self.env.cr.sql_log_count - start
        self.assertEqual(len(keep.bde_relation_ids), count)
        self.assertEqual(len(keep.bde_relation_ids.contact_ids), count)
        return used

    def test_same_number_of_queries(self):
        self.count(1)
        self.assertEqual(self.count(3), self.count(30))
