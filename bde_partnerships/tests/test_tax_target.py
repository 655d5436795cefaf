import re
from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.sql_db import Cursor
from odoo.tests import tagged
from odoo.tools import SQL

from .tax_common import TaxCase

CHUNKED = re.compile(r"\s*(INSERT INTO|UPDATE)\b.*?\bVALUES\b", re.S)
CHUNK = 100
ALL = ("giver", "host", "alumni", "event")


class TargetCase(TaxCase):
    """A campaign of 2025 in which companies are asked; SIRET and amounts by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env_a = cls.as_user(cls.secretary_a)
        cls.mine = cls.campaign.with_env(cls.env_a)

    @classmethod
    def employers(cls, count, name="Atelier", **vals):
        return cls.env["res.partner"].create(
            [
                {
                    "name": f"{name} {number:04}",
                    "is_company": True,
                    "bde_employer": True,
                    "city": "Bordeaux",
                    "zip": "33000",
                    "bde_legal_category": "5710",
                    "country_id": cls.env.ref("base.fr").id,
                }
                | vals
                for number in range(count)
            ]
        )

    @classmethod
    def relations(cls, partners, school=None):
        found = cls.env["bde.relation"]._bde_ensure(partners, school or cls.school_a)
        return found.sorted("partner_name")

    def ask(self, partners, campaign=None):
        """Targets of these companies, as the secretary makes them."""
        campaign = campaign or self.mine
        campaign._build_targets((), partners.with_env(campaign.env))
        return campaign.target_ids.filtered(lambda one: one.partner_id in partners)

    def target(self, **vals):
        """One target of a new company with these values."""
        number = self.env["res.partner"].search_count([])
        return self.ask(self.employers(1, f"Garage {number}", **vals))

    def receipt(self, target, amount, **vals):
        return self.env["bde.tax.receipt"].create(
            {
                "campaign_id": target.campaign_id.id,
                "relation_id": target.relation_id.id,
                "target_id": target.id,
                "amount": amount,
            }
            | vals
        )

    @contextmanager
    def counted(self):
        """Counts statements; rows that Odoo writes by the hundred are one statement."""
        statements, execute = [], Cursor.execute

        def counting(cursor, query, *args, **kwargs):
            statements.append(query.code if isinstance(query, SQL) else query)
            return execute(cursor, query, *args, **kwargs)

        self.env.flush_all()
        self.env.invalidate_all()
        result = {}
        with patch.object(Cursor, "execute", counting):
            yield result
            self.env.flush_all()
        count, rows = 0, {}
        for statement in statements:
            head = CHUNKED.match(statement)
            count += not (head and rows.get(head[0]) == CHUNK)
            if head:
                rows[head[0]] = statement.count("%s", head.end())
        result["count"] = count


@tagged("post_install", "-at_install")
@freeze_time("2025-06-10 09:00:00")
class TestTaxTargetFirst(TargetCase):
    """What a target begins with is what its fields compute."""

    def test_values_given_at_once_are_those_that_are_computed(self):
        naf = self.env["bde.naf"].search([], limit=1)
        partners = self.employers(1, "Seul") | self.employers(
            1, "Grand", headcount="11", naf_id=naf.id, bde_legal_category="7210"
        )
        person = (
            partners[1]
            .with_env(self.env)
            ._bde_add_contact(self.school_a, {"name": "Paie", "bde_tax": True})
        )
        targets = self.ask(partners) | self.env["bde.tax.target"].create(
            {
                "campaign_id": self.campaign.id,
                "relation_id": self.relations(self.employers(1, "Formulaire")).id,
                "payroll": 200000,
                "from_host": True,
                "reached_on": "2025-06-02",
            }
        )
        self.assertIn(person, targets.contact_id)
        names = [name for name, field in targets._fields.items() if field.precompute]
        given = targets.sudo().read(names, load=None)
        for name in names:
            self.env.add_to_compute(targets._fields[name], targets)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(targets.sudo().read(names, load=None), given)
        self.assertEqual(targets.mapped("stage"), ["targeted", "targeted", "reached"])


@tagged("post_install", "-at_install")
@freeze_time("2025-06-10 09:00:00")
class TestTaxTargetBuild(TargetCase):
    """Whom a campaign asks, and where each was found."""

    def _hosts(self, partners, day):
        relations = self.relations(partners)
        for relation in relations:
            self.env["bde.past.placement"].create(
                {
                    "relation_id": relation.id,
                    "date_start": day - timedelta(days=20),
                    "date_end": day,
                }
            )
        return relations

    def test_each_source_finds_its_companies(self):
        host, old_host, guest, talked, alumni, giver, nobody = self.employers(7)
        year = self.env["bde.school.year"]._current(self.school_a)
        since = year.date_start.replace(year=year.date_start.year - 1)
        self._hosts(host, since)
        self._hosts(old_host, since - timedelta(days=1))
        relation = self.relations(guest)
        relation.offer_ids = self.env.ref("bde_partnerships.offer_forum")
        self.relations(talked)._bde_log_talk(
            {"purpose": "events", "outcome": "agreed", "channel": "call"}
        )
        alumni._bde_add_contact(self.school_a, {"name": "Ancien élève", "bde_alumni": True})
        # an alumnus that another school knows is not known here
        nobody._bde_add_contact(self.school_b, {"name": "Ancien de Braille", "bde_alumni": True})
        self.relations(nobody)
        last_year = self.tax_campaign(self.school_a, self.training_a, self.manager_a, year=2024)
        given = last_year._target_of(self.relations(giver))
        self.receipt(given, 800)
        given._settle()

        new = self.mine._build_targets(ALL)
        found = {target.partner_id: target.source for target in new}
        self.assertEqual(
            found,
            {host: "host", guest: "event", talked: "event", alumni: "alumni", giver: "giver"},
        )
        given = new.filtered(lambda one: one.partner_id == giver)
        self.assertEqual((given.last_year_amount, given.giving_years), (800.0, 1))

    def test_the_strongest_source_is_told(self):
        partner = self.employers(1)
        self._hosts(partner, self.campaign.company_id._bde_today())
        target = self.ask(partner)
        self.assertEqual(target.source, "hand")
        self.mine._build_targets(("host",))
        self.assertTrue(target.from_hand and target.from_host)
        self.assertEqual(target.source, "host")

    def test_building_twice_adds_nothing_and_keeps_what_was_typed(self):
        partners = self.employers(3)
        self._hosts(partners, self.campaign.company_id._bde_today())
        new = self.mine._build_targets(("host",))
        self.assertEqual(len(new), 3)
        typed, out, back = new
        typed.payroll = 500000
        out.action_leave_out()
        back.partner_id.sudo().bde_legal_category = "7210"
        back._judge()
        back.action_keep()
        self.assertFalse(self.mine._build_targets(("host",), partners.with_env(self.env_a)))
        new.invalidate_recordset()
        self.assertEqual(typed.payroll, 500000)
        self.assertEqual(out.left_out_reason, "hand")
        self.assertEqual(back.state, "kept")

    def test_closed_campaign_takes_nobody(self):
        self.campaign.with_env(self.as_user(self.manager_a)).action_close()
        with self.assertRaises(UserError):
            self.ask(self.employers(1))

    def test_another_school_neither_builds_nor_reads(self):
        target = self.target()
        theirs = self.as_user(self.manager_b)
        with self.assertRaises(AccessError):
            self.campaign.with_env(theirs)._build_targets(ALL)
        self.assertFalse(theirs["bde.tax.target"].search([("id", "=", target.id)]))
        for user in (self.teacher_a, self.correspondent):
            self.assertFalse(self.as_user(user)["bde.tax.target"].has_access("read"))
        with self.assertRaises(AccessError):
            target.with_env(self.as_user(self.secretary_a)).unlink()

    def test_same_queries_for_one_and_for_many(self):
        counts = []
        for number in (1, 1, 20, 200):
            partners = self.employers(number, f"Lot {number} {len(counts)}", headcount="12")
            for relation in self.relations(partners):
                relation.partner_id._bde_add_contact(
                    self.school_a, {"name": "Paie", "email": "paie@atelier.example"}
                )
            with self.counted() as queries:
                new = self.mine._build_targets((), partners.with_env(self.env_a))
            self.assertEqual(len(new), number)
            counts.append(queries["count"])
        # the first one fills the caches
        self.assertEqual(len(set(counts[1:])), 1, counts)

    # ------------------------------------------------------------
    # Dialogs, lists and map
    # ------------------------------------------------------------

    def test_dialog_counts_and_says_what_became_of_each(self):
        partners = self.employers(3)
        self._hosts(partners, self.campaign.company_id._bde_today())
        partners[0].bde_legal_category = "7210"
        wizard = self.env_a["bde.tax.choose"].create({"campaign_id": self.mine.id})
        self.assertIn("3 companies, 3 not", wizard.host_text)
        self.assertIn("0 companies", wizard.giver_text)
        wizard.action_add()
        self.assertEqual((wizard.kept_count, wizard.left_out_count), (2, 1))
        again = self.env_a["bde.tax.choose"].create({"campaign_id": self.mine.id})
        self.assertIn("3 companies, 0 not", again.host_text)
        again.action_add()
        self.assertEqual((again.added_count, again.known_count), (0, 3))
        none = self.env_a["bde.tax.choose"].create(
            {"campaign_id": self.mine.id} | {f"from_{source}": False for source in ALL}
        )
        with self.assertRaises(UserError):
            none.action_add()

    def test_from_lists_and_the_map(self):
        partners = self.employers(3)
        action = partners[:2].with_env(self.env_a).action_bde_tax_targets()
        result = self.env_a[action["res_model"]].browse(action["res_id"])
        self.assertEqual((result.state, result.kept_count, result.known_count), ("done", 2, 0))
        self.assertEqual(result.result_ids.partner_id, partners[:2])
        action = self.relations(partners).with_env(self.env_a).action_bde_tax_targets()
        result = self.env_a[action["res_model"]].browse(action["res_id"])
        self.assertEqual((result.kept_count, result.known_count), (1, 2))
        with self.assertRaises(UserError):
            self.env_a["bde.tax.campaign"].action_from_map(self.school_b.partner_id.ids)
        with self.assertRaises(UserError):  # no campaign at that school
            partners.with_env(self.as_user(self.manager_b)).action_bde_tax_targets()


@tagged("post_install", "-at_install")
@freeze_time("2025-06-10 09:00:00")
class TestTaxTargetJudge(TargetCase):
    """Who is asked: amounts and reasons."""

    def test_potential_typed_or_estimated(self):
        # 20 to 49 employees: 34.5 × 43,224 € × 0.0009 = 1,342.11 €
        target = self.target(headcount="12")
        self.assertEqual(target.potential, 1342.11)
        self.assertTrue(target.potential_is_estimate)
        self.assertEqual(target.potential_label, "estimate")
        target.payroll = 1333333.33
        self.assertEqual((target.potential, target.potential_is_estimate), (1200.0, False))
        self.assertFalse(target.potential_label)
        target.payroll = 0
        self.assertEqual(target.potential, 1342.11)
        unknown = self.target()
        self.assertEqual((unknown.potential, unknown.potential_label), (0, "not known"))

    def test_who_owes_none_is_left_out_with_the_article(self):
        alsace = self.target(zip="67000")
        self.assertEqual((alsace.state, alsace.left_out_reason), ("left_out", "exempt"))
        self.assertIn("L6241-1-1", alsace.left_out_text)
        town = self.target(bde_legal_category="7210")
        self.assertEqual(town.left_out_reason, "exempt")
        self.assertIn("L6131-1", town.left_out_text)
        self.assertEqual(town.exemption_id.code, "public_body")

    def test_uncertain_exemptions_are_to_check_and_leave_nobody_out(self):
        other = self.target(bde_legal_category="7410")
        self.assertEqual(other.state, "kept")
        self.assertIn("L6131-1", other.to_check_text)

    def test_apprentice_and_small_payroll(self):
        # six yearly SMIC of 21,272.80 € are 127,636.80 €
        target = self.target()
        target.payroll = 127636.80
        self.assertEqual(target.state, "kept")
        target.employs_apprentice = "yes"
        self.assertEqual((target.state, target.left_out_reason), ("left_out", "exempt"))
        target.payroll = 127636.81
        self.assertEqual((target.state, target.left_out_text), ("kept", False))

    def test_a_no_and_a_closure_leave_out_at_once(self):
        refused, closed = self.target(), self.target()
        optout = self.env["bde.optout"]._record(self.school_a, refused.partner_id, purposes=["tax"])
        self.assertEqual((refused.state, refused.left_out_reason), ("left_out", "stop"))
        with self.assertRaises(UserError):
            refused.action_keep()
        optout._withdraw("Ils ont rappelé")
        self.assertEqual(refused.state, "kept")
        closed.partner_id.sudo().closed_on = date(2025, 5, 31)
        self.env["bde.tax.target"].search([])._judge()
        self.assertEqual(closed.left_out_reason, "closed")
        self.assertIn("2025", closed.left_out_text)

    def test_a_no_for_something_else_or_at_another_school_changes_nothing(self):
        target = self.target()
        self.env["bde.optout"]._record(self.school_a, target.partner_id, purposes=["placements"])
        self.env["bde.optout"]._record(self.school_b, target.partner_id, purposes=["tax"])
        target._judge()
        self.assertEqual(target.state, "kept")

    def test_another_school_s_letter_never_locks_the_window(self):
        partner = self.employers(1)
        partner._bde_note_approach(self.school_b, "tax", "mail", date=date(2025, 6, 9))
        self.assertEqual(self.ask(partner).state, "kept")

    def test_brought_back_by_hand_stays(self):
        target = self.target(bde_legal_category="7210")
        target.action_keep()
        self.assertEqual((target.state, target.left_out_text), ("kept", False))
        self.assertIn("L6131-1", target.to_check_text)
        target._judge()
        self.assertEqual(target.state, "kept")
        target.action_leave_out()
        target._judge()
        self.assertEqual(target.left_out_reason, "hand")
        self.assertIn("Secretary A", target.left_out_text)
        target.action_keep()
        self.assertEqual(target.state, "kept")

    def test_same_queries_to_judge_one_and_many(self):
        counts = []
        for number in (1, 1, 20, 200):
            targets = self.ask(self.employers(number, f"Juge {number} {len(counts)}"))
            # a verdict about each of them changes
            targets.partner_id.sudo().bde_legal_category = "7210"
            with self.counted() as queries:
                targets._judge()
            self.assertEqual(set(targets.mapped("state")), {"left_out"})
            counts.append(queries["count"])
        self.assertEqual(len(set(counts[1:])), 1, counts)

    def test_a_night_that_is_too_short_goes_on_where_it_stopped(self):
        targets = self.ask(self.employers(3)).sorted("id")
        targets.partner_id.sudo().closed_on = date(2025, 5, 31)
        Param = self.env["ir.config_parameter"].sudo()
        Param.set_param("bde.tax_judged_up_to", targets[0].id - 1)
        module = "odoo.addons.bde_partnerships.models.bde_tax_target_judge"
        no_time = patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 0
        )
        with patch(f"{module}.JUDGE_CHUNK", 1), no_time:
            for done in (1, 2, 3):
                self.env["bde.tax.target"]._cron_judge()
                closed = targets.filtered(lambda one: one.left_out_reason == "closed")
                self.assertEqual(closed, targets[:done])
            self.env["bde.tax.target"]._cron_judge()
        self.assertEqual(Param.get_param("bde.tax_judged_up_to"), "0", "the next night begins anew")

    def test_every_night(self):
        target = self.target()
        target.partner_id.sudo().closed_on = date(2025, 5, 31)
        with self.enter_registry_test_mode():
            self.env.ref("bde_partnerships.cron_tax_judge").method_direct_trigger()
        self.assertEqual(target.left_out_reason, "closed")
