"""Rules of law in the database: checks before sending, and what the head sets aside."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..rules import legal
from .convention_common import ConventionCase
from .placement_common import FULL_DAY, WEEK_35, PlacementCase

# Wednesday to Sunday, as a baker has it: 7 h on five days
BAKER = {day: FULL_DAY for day in ("wed", "thu", "fri", "sat", "sun")}


@tagged("post_install", "-at_install")
class TestRules(PlacementCase):
    def test_the_database_says_what_the_file_says(self):
        self.assertEqual(set(self.env["bde.rule"]._rules()), set(legal.RULES))

    def test_read_by_all_written_by_nobody(self):
        for user in self.cast.values():
            rules = self.as_user(user)["bde.rule"].search([])
            self.assertTrue(rules.mapped("value_text"), user.login)
            self.assertTrue(rules.mapped("age_text"))
            for operation in ("write", "create", "unlink"):
                self.assertFalse(rules.has_access(operation), user.login)

    def test_in_words(self):
        def words(xmlid):
            rule = self.env.ref(f"bde_pfmp.{xmlid}")
            return rule.age_text, rule.value_text

        self.assertEqual(words("rule_day_max_minor"), ("Under 18", "8h at most"))
        self.assertEqual(words("rule_daily_rest_minor"), ("From 16 to 17", "12h in a row"))
        self.assertEqual(words("rule_break_minor"), ("Under 18", "30 minutes after 4h30"))
        self.assertEqual(words("rule_night_adult"), ("From 18 on", "No work from 21h to 6h"))
        self.assertEqual(words("rule_works_age"), ("Under 15", "15 years at least"))
        self.assertEqual(
            words("rule_host_quota"),
            ("Everybody", "15 % of the employees, 3 under 20 employees"),
        )

    def test_a_change_of_the_law_is_seen_at_once(self):
        """The rows are cached; a new row, dated, takes effect without a restart."""
        placement = self.new_placement(self.aline, schedule=WEEK_35)
        self.assertFalse([a for a in placement._schedule_alerts() if a.severity == "block"])
        rule = self.env.ref("bde_pfmp.rule_day_max_minor")
        rule.date_to = placement.date_start - timedelta(days=1)
        rule.copy({"value": 360, "date_from": placement.date_start, "date_to": False})
        [alert] = [a for a in placement._schedule_alerts() if a.code == "day_max"][:1]
        self.assertIn("6h", alert.text)
        self.assertEqual(self.env["bde.rule"]._limit("referent_max", placement.date_start), None)
        self.assertEqual(
            self.env["bde.rule"]._limit("referent_max", placement.date_start, "pfmp"), 16
        )
        self.assertEqual(
            self.env["bde.rule"]._limit("referent_max", placement.date_start, "bts"), 24
        )


@tagged("post_install", "-at_install")
class TestLimits(PlacementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.new_contact("Anne Duval")
        cls.placement = cls.new_placement(
            cls.aline, host_id=cls.employer.id, tutor_id=cls.boss.id, schedule=WEEK_35
        )

    def found(self, code, placement=None):
        placement = placement or self.placement
        return [a for a in placement._get_alerts()[placement] if a.code == code]

    def crowd(self, number, school="a", **vals):
        """So many trainees at the host, each with a tutor of his own."""
        division = self.division_a if school == "a" else self.division_b
        period = self.period_a
        if school == "b":
            period = self.env["bde.period"].create(
                {
                    "name": "B",
                    "company_id": self.school_b.id,
                    "division_ids": [(6, 0, division.ids)],
                    "date_start": self.start,
                    "date_end": self.end,
                }
            )
        for index in range(number):
            pupil = self.new_pupil(f"Q{school}{index}", division, self.start.year - 17)
            self.env["bde.placement"].create(
                {
                    "period_id": period.id,
                    "schooling_id": pupil.schooling_ids.id,
                    "host_id": self.employer.id,
                    **vals,
                }
            )

    def test_quota_over_all_schools(self):
        """Ten employees: three trainees; the fourth is another school's, who is not named."""
        self.employer.headcount = "11"
        self.crowd(2)
        self.assertFalse(self.found("host_quota"))
        self.crowd(1, "b")
        placement = self.placement.with_env(self.as_user(self.secretary_a))
        [alert] = self.found("host_quota", placement)
        self.assertEqual((alert.severity, alert.article), ("warn", "L124-8, R124-10 C. éduc."))
        self.assertIn("4 trainees", alert.text)
        self.assertIn("3 trainees at most", alert.working)
        self.assertNotIn("Braille", alert.text + alert.working)

    def test_quota_of_a_band(self):
        """20 to 49 employees: three to eight, the headcount of the day decides."""
        self.employer.headcount = "12"
        self.crowd(4)
        [alert] = self.found("host_quota")
        self.assertEqual(alert.severity, "info")
        self.assertIn("3–8", alert.working)
        self.crowd(4, "b")
        self.assertEqual(self.found("host_quota")[0].severity, "warn")

    def test_sites_of_one_legal_entity_count_together(self):
        self.employer.headcount = "03"
        other = self.employer.copy({"company_registry": "73282932000082", "name": "Duval Sud"})
        self.assertEqual(other.bde_siren, self.employer.bde_siren)
        self.crowd(3)
        self.assertEqual(self.found("host_quota")[0].severity, "warn")
        self.placement.write({"host_id": other.id})
        self.assertEqual(self.found("host_quota")[0].severity, "warn")

    def _before(self, pupil, **vals):
        """A stay of the same tutor, 26 days that end ten days before the start."""
        period = self.period_a.copy(
            {
                "name": "Before",
                "date_start": self.start - timedelta(days=31),
                "date_end": self.start - timedelta(days=6),
            }
        )
        return self.env["bde.placement"].create(
            {
                "period_id": period.id,
                "schooling_id": pupil.schooling_ids[:1].id,
                "host_id": self.employer.id,
                "tutor_id": self.boss.id,
                **vals,
            }
        )

    def test_waiting_period(self):
        """26 days, nine to wait: free on the tenth day after, four days after the start."""
        before = self._before(self.boris)
        [alert] = self.found("waiting_period")
        self.assertEqual((alert.severity, alert.article), ("warn", "L124-11 C. éduc."))
        # left on start - 6; nine days are waited; free on start + 4
        self.assertIn(str((self.start + timedelta(days=4)).day), alert.text)
        before.tutor_id = self.new_contact("Someone Else", email="else@duval.example")
        self.assertFalse(self.found("waiting_period"), "another post")
        before.tutor_id = self.boss
        before.date_end = self.start - timedelta(days=10)
        # 22 days, eight to wait: free on start - 1
        self.assertFalse(self.found("waiting_period"))

    def test_nobody_waits_for_himself_or_for_who_broke_off(self):
        before = self._before(self.boris)
        with patch.object(type(before), "_broken_off_by_trainee", return_value=True):
            self.assertFalse(self.found("waiting_period"))
        self.assertTrue(self.found("waiting_period"))

    def test_same_pupil_comes_back(self):
        self._before(self.aline)
        self.assertFalse(self.found("waiting_period"))

    def test_closed_company(self):
        self.employer.closed_on = self.start
        self.assertEqual(self.found("host_closed")[0].severity, "warn")
        self.employer.closed_on = self.start + timedelta(days=1)
        self.assertFalse(self.found("host_closed"))

    def test_regulated_works_and_ages(self):
        self.aline.birth_date = self.start.replace(year=self.start.year - 15) + timedelta(days=1)
        self.assertFalse(self.found("works_age"), "no works")
        self.placement.safety_works = "Scie à ruban (D. 4153-28)"
        [alert] = self.found("works_age")
        self.assertEqual((alert.severity, alert.overridable), ("block", False))
        self.assertEqual(self.found("age_school")[0].severity, "info")
        self.aline.birth_date -= timedelta(days=1)  # 15 on the first day
        self.assertFalse(self.found("works_age"))
        self.assertEqual(self.found("works_declared")[0].severity, "info")
        self.aline.birth_date = self.start.replace(year=self.start.year - 16)
        self.assertFalse(self.found("age_school"))
        self.aline.birth_date = self.start.replace(year=self.start.year - 14) + timedelta(days=1)
        self.assertEqual(self.found("age_min")[0].severity, "block")


@tagged("post_install", "-at_install")
class TestChecksBeforeSending(ConventionCase):
    def test_insurances(self):
        convention = self.make(self.placement)
        self.assertFalse(convention._obstacles_to_send()[convention])
        self.school_a.insurance_company = False
        self.placement.insurance_policy = False
        blocks = convention._obstacles_to_send()[convention]
        self.assertEqual(len(blocks), 1, "a school without insurer")
        self.assertIn("insurer of the school", blocks[0])
        self.assertIn("D124-4", blocks[0])
        warnings = convention._warnings_to_send()[convention]
        self.assertTrue(any("host's insurance policy" in line for line in warnings))
        self.assertIn("insurer of the school", convention.obstacles)
        self.assertIn("host's insurance policy", convention.warnings)

    def test_mentions_as_the_placement_stands_now(self):
        convention = self.make(self.placement)
        self.training_a.hours = 0
        [block] = convention._obstacles_to_send()[convention]
        self.assertIn("D124-4", block)
        self.training_a.hours = 840
        self.assertFalse(convention._obstacles_to_send()[convention], "no version is needed")

    def test_warnings_are_told_apart(self):
        """Two go, one with a warning; one stays and says why."""
        self.placement_adult.insurance_policy = False
        self.ase.email = False
        conventions = self.make()
        action = conventions.with_env(self.as_manager).action_send()
        report = self.as_manager[action["res_model"]].browse(action["res_id"])
        self.assertEqual(report.stopped_ids.placement_id, self.placement_ase)
        self.assertEqual(report.warned_ids.placement_id, self.placement_adult)
        self.assertIn("2 conventions sent, 1 not", report.summary)
        self.assertEqual(set(self.placement_adult.convention_id.mapped("state")), {"to_sign"})

    def test_all_sent_with_warnings(self):
        self.placements.insurance_policy = False
        action = self.make().with_env(self.as_manager).action_send()
        report = self.as_manager[action["res_model"]].browse(action["res_id"])
        self.assertEqual(report.summary, "3 conventions sent")
        self.assertEqual(len(report.warned_ids), 3)
        self.assertFalse(report.stopped_ids)


@tagged("post_install", "-at_install")
class TestManyAtOnce(ConventionCase):
    """What is said before sending costs as many queries for 1, 20 and 200."""

    def prepare(self, number, school_day):
        """Conventions of as many pupils, Sunday among their days, set aside by the head."""
        guardians = self.env["bde.guardian"].create(
            [
                {
                    "lastname": f"G{number}n{n}",
                    "company_id": self.school_a.id,
                    "phone": "0600000000",
                }
                for n in range(number)
            ]
        )
        placements = self.env["bde.placement"]
        for guardian in guardians:
            pupil = self.new_pupil(guardian.lastname, self.division_a, self.start.year - 17)
            self.env["bde.guardianship"].create(
                {"student_id": pupil.id, "guardian_id": guardian.id, "legal_rank": "1"}
            )
            placements += self.new_placement(pupil, **self.complete_vals() | school_day)
        self.make(placements)
        for placement in placements:
            placement.with_env(self.as_user(self.head_a))._set_aside({"sunday": "R3164-1"})
        return self.as_manager["bde.convention"].browse(placements.convention_id.ids)

    def test_checks(self):
        counts = {}
        for number in (1, 20):
            conventions = self.prepare(number, {"schedule": BAKER})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            checks = conventions._checks_to_send()
            counts[number] = self.env.cr.sql_log_count - before
            self.assertEqual(len(checks), number)
            for alerts in checks.values():
                self.assertFalse([a for a in alerts if a.severity == "block"])
                self.assertTrue([a for a in alerts if a.code == "sunday"])
        self.assertLessEqual(counts[20], counts[1] + 3, counts)


@tagged("post_install", "-at_install")
class TestOverride(ConventionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.placement.schedule = BAKER
        cls.as_head = cls.as_user(cls.head_a)
        cls.ground = "L3164-5 et R3164-1 C. trav. (boulangerie)."

    def blocks(self):
        return [a.code for a in self.placement._get_alerts()[self.placement]
                if a.severity == "block"]  # fmt: skip

    def set_aside(self, **grounds):
        return self.placement.with_env(self.as_head)._set_aside(grounds or {"sunday": self.ground})

    def test_dialog(self):
        """The head finds what blocks, writes the ground beside it, and the convention goes."""
        self.assertEqual(self.blocks(), ["sunday"])
        convention = self.make(self.placement)
        self.assertTrue(convention.with_env(self.as_head).may_override)
        self.assertFalse(convention.with_env(self.as_manager).may_override)
        action = convention.with_env(self.as_head).action_override_rules()
        wizard = self.as_head[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.line_ids.mapped("code"), ["sunday"])
        with self.assertRaisesRegex(UserError, "legal ground"):
            wizard.action_confirm()
        with Form(wizard) as form, form.line_ids.edit(0) as line:
            line.ground = self.ground
        wizard.action_confirm()
        self.assertFalse(self.blocks())
        [alert] = [a for a in self.placement._get_alerts()[self.placement] if a.code == "sunday"]
        self.assertEqual(alert.severity, "warn")
        self.assertIn("Head A", alert.text)
        self.assertIn("R3164-1", alert.text)
        convention.with_env(self.as_manager).action_send()
        self.assertEqual(convention.state, "to_sign")
        [override] = convention.version_id._content()["overrides"]
        sunday = self.env["bde.rule"].search([("code", "=", "sunday")])
        self.assertEqual(
            {key: override[key] for key in ("rule", "article", "ground", "head")},
            {
                # in the language of the document, where it is installed
                "rule": sunday.with_context(lang=convention.lang).name,
                "article": "L3164-2 C. trav.",
                "ground": self.ground,
                "head": "Head A",
            },
        )
        html = convention._document_html(convention.version_id._content())
        self.assertIn("Dérogations accordées", html)
        self.assertIn("R3164-1", html)

    def test_only_the_head(self):
        """Neither the bureau nor a delegate of the head, nor the head of another school."""
        self.env["bde.delegation"].create(
            {"company_id": self.school_a.id, "user_id": self.manager_a.id, "scope": "all",
             "date_from": self.year.date_start}
        )  # fmt: skip
        for user in (self.manager_a, self.secretary_a, self.head_b):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.placement.with_env(self.as_user(user))._set_aside({"sunday": "x"})
        self.assertFalse(self.env["bde.rule.override"].search([]))
        values = {
            "placement_id": self.placement.id, "code": "sunday", "article": "x", "finding": "x",
            "covers": ["sunday/sun/0"], "ground": "x", "user_id": self.head_a.id,
        }  # fmt: skip
        with self.assertRaises(AccessError):
            self.as_head["bde.rule.override"].create(values)

    def test_not_every_rule(self):
        """Work at night is not for pupils, whatever the trade."""
        self.placement.schedule = {"fri": [["21:00", "23:00"]]}
        self.assertIn("night", self.blocks())
        with self.assertRaisesRegex(UserError, "may not be set aside"):
            self.set_aside(night="Hôtellerie")
        with self.assertRaisesRegex(UserError, "legal ground"):
            self.set_aside(night="  ")

    def test_covers_what_was_found_and_no_more(self):
        """Nine hours on Tuesday were accepted: ten are not."""

        def week(end):
            return {"tue": [["08:00", "12:00"], ["13:00", "15:00"], ["15:30", end]]}

        self.placement.schedule = week("18:30")
        self.assertEqual(self.blocks(), ["day_max"])
        self.set_aside(day_max="Inspection du travail, 3 novembre 2026")
        self.assertFalse(self.blocks())
        self.placement.schedule = week("19:30")
        self.assertEqual(self.blocks(), ["day_max"])
        self.set_aside(day_max="Inspection du travail, 4 novembre 2026")
        self.assertFalse(self.blocks())
        standing = self.placement.override_ids.filtered(lambda o: not o.withdrawn_on)
        self.assertIn("4 novembre", standing.ground)

    def test_withdrawn_it_blocks_again(self):
        override = self.set_aside()
        convention = self.make(self.placement)
        with self.assertRaises(AccessError):
            override.with_env(self.as_manager).action_withdraw()
        override.action_withdraw()
        self.assertEqual(self.blocks(), ["sunday"])
        with self.assertRaisesRegex(UserError, "Sunday"):
            convention.with_env(self.as_manager).action_send()

    def test_withdrawn_while_it_is_out(self):
        """Nobody signs what rests on a ground that was taken back."""
        override = self.set_aside()
        convention = self.make(self.placement)
        convention.with_env(self.as_manager).action_send()
        override.with_env(self.as_head).action_withdraw()
        self.assertTrue(convention.correcting_since)
        host = convention.signature_ids.filtered(lambda s: s.role == "host")
        with self.assertRaises(UserError):
            host._sign("typed", "Anne Duval")

    def test_signed_it_stays(self):
        override = self.set_aside()
        convention = self.make(self.placement)
        convention.with_env(self.as_manager).action_send()
        self.sign_all(convention)
        self.assertEqual(convention.state, "signed")
        with self.assertRaisesRegex(UserError, "amendment"):
            override.with_env(self.as_head).action_withdraw()

    def test_journal(self):
        """What was set aside before there was a document is stated once there is one."""
        override = self.set_aside()
        convention = self.make(self.placement)
        rows = convention.document_id.journal_ids.filtered(lambda r: r.event == "overridden")
        self.assertEqual(len(rows), 1)
        override.with_env(self.as_head).action_withdraw()
        self.set_aside()
        rows = convention.document_id.journal_ids.filtered(lambda r: r.event == "overridden")
        self.assertEqual(len(rows), 3)
        self.assertNotIn("boulangerie", "".join(rows.mapped("payload")), "erasable part only")

    def test_other_school_reads_nothing(self):
        override = self.set_aside()
        other = override.with_env(self.as_user(self.manager_b))
        self.assertFalse(other.has_access("read"))
        self.assertFalse(self.as_user(self.head_b)["bde.rule.override"].search([]))

    def test_content_without_overrides_has_no_such_key(self):
        """Versions that are out keep their hash."""
        self.placement.schedule = WEEK_35
        convention = self.make(self.placement)
        self.assertNotIn("overrides", convention.version_id._content())

    def test_hours_that_became_lawful_print_nothing(self):
        self.set_aside()
        self.placement.schedule = WEEK_35
        convention = self.make(self.placement)
        self.assertNotIn("overrides", convention.version_id._content())
