"""Who leaves and who stays: what the list says, what the head decides, who reads it."""

from datetime import timedelta
from io import BytesIO

import openpyxl
from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .convention_common import ConventionCase, png


class DepartureCase(ConventionCase):
    """Aline's convention is signed but by the head, Boris' by all, Chloé has no host."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.placement_ase.write({"host_id": False})
        conventions = cls.make(cls.placement | cls.placement_adult)
        conventions.action_send()
        cls.sign_all(cls.placement_adult.convention_id)
        cls.sign_but(cls.placement, "head")
        cls.env.flush_all()

    @classmethod
    def sign_but(cls, placement, *roles):
        """Everybody signs in turn but these roles."""
        while True:
            waiting = placement.convention_id.sudo().signature_ids.filtered(
                lambda s: s.state == "to_sign" and s.role not in roles
            )
            if not waiting:
                return
            waiting._sign("drawn", "Signature", png())

    def decide(self, decision, placements=None, user=None, reason="The tutor signs on Monday"):
        placements = self.placements if placements is None else placements
        user = user or self.head_a
        return placements.with_env(self.as_user(user))._decide_departure(decision, reason)

    def told(self, user, placements=None):
        placements = self.placements if placements is None else placements
        return [
            (one.departure, one.departure_missing or "")
            for one in placements.with_env(self.as_user(user))
        ]


@tagged("post_install", "-at_install")
class TestDeparture(DepartureCase):
    # ------------------------------------------------------------------
    # What the list says
    # ------------------------------------------------------------------

    def test_missing_in_words(self):
        for user in (self.head_a, self.school_life_a, self.intendance_a, self.teacher_a):
            with self.subTest(user=user.login):
                self.assertEqual(
                    self.told(user),
                    [
                        ("unsigned", "Not signed: Head of school"),
                        ("ready", ""),
                        ("no_host", "No company found"),
                    ],
                )
        groups = self.placements.mapped("departure_group")
        self.assertEqual(groups, ["missing", "leaves", "no_place"])

    def test_who_has_not_signed_whosever_turn_it_is(self):
        """The names of the company's people and of the referent, of families the part alone."""
        convention = self.make(self.new_ready("Gil"))
        convention.action_send()
        [(_departure, words)] = self.told(self.school_life_a, convention.placement_id)
        self.assertEqual(
            words,
            "Not signed: Company (Anne Duval), Tutor (Yves Rabot), Pupil,"
            " Referent teacher (AMPOULE Paul), Head of school",
        )

    def test_one_parent_is_enough(self):
        convention = self.placement.convention_id
        guardians = convention.sudo().signature_ids.filtered(lambda s: s.role == "guardian")
        self.assertEqual(sorted(guardians.mapped("state")), ["signed", "signed"])
        guardians[0].state = "to_sign"
        self.placement.invalidate_recordset()
        self.assertEqual(self.placement.departure_missing, "Not signed: Head of school")

    def new_ready(self, firstname):
        pupil = self.new_pupil(firstname, self.division_a, self.start.year - 20)
        return self.new_placement(pupil, **self.complete_vals())

    def test_before_the_convention_is_out(self):
        placement = self.new_ready("Gil")
        for change, expected in (
            ({}, "Convention not made"),
            ({"insurance_company": False}, "Convention not made: insurer of the host"),
        ):
            with self.subTest(change=change):
                placement.write(change)
                self.assertEqual(self.told(self.school_life_a, placement)[0][1], expected)
        placement.insurance_company = "MAIF"
        convention = self.make(placement)
        self.assertEqual(
            self.told(self.intendance_a, placement), [("no_convention", "Convention not sent")]
        )
        convention.action_cancel("x")
        self.assertEqual(
            self.told(self.intendance_a, placement), [("no_convention", "Convention cancelled")]
        )

    def test_sheet_with_a_company(self):
        hosting = self.placement_ase._ensure_hostings()
        for state, words in (
            ("sent", "The sheet is with a company"),
            ("submitted", "The agreement of the company is to be checked"),
            ("returned", "The company corrects its agreement"),
        ):
            with self.subTest(state=state):
                hosting.state = state
                self.placement_ase.invalidate_recordset()
                self.assertEqual(
                    self.told(self.school_life_a, self.placement_ase), [("no_host", words)]
                )

    def test_under_correction(self):
        self.placement.convention_id.document_id.with_env(self.as_manager).action_correct("hours")
        self.placement.invalidate_recordset()
        self.assertEqual(
            self.told(self.head_a, self.placement),
            [("unsigned", "The school is correcting the convention")],
        )

    # ------------------------------------------------------------------
    # The head decides
    # ------------------------------------------------------------------

    def test_release_and_hold_many(self):
        """One verb for many: those for whom it cannot be are told, the others are decided."""
        obstacles = self.decide("release")
        self.assertEqual(set(obstacles), set(self.placement_adult + self.placement_ase))
        self.assertEqual(
            list(obstacles.values()),
            [
                "all have signed: nothing to release",
                "no convention signed by the company and the pupil's side (D124-4 C. éduc.)",
            ],
        )
        self.assertEqual(
            self.told(self.school_life_a)[0],
            ("released", "The tutor signs on Monday – Not signed: Head of school"),
        )
        obstacles = self.decide("hold", reason="Insurance to check")
        self.assertEqual(set(obstacles), set(self.placement_ase))
        self.assertEqual(obstacles[self.placement_ase], "stays anyway: No company found")
        self.assertEqual(
            self.told(self.intendance_a)[:2],
            [
                ("held", "Insurance to check – Not signed: Head of school"),
                ("held", "Insurance to check"),
            ],
        )
        rows = self.env["bde.departure"].search([("placement_id", "in", self.placements.ids)])
        self.assertEqual(len(rows), 2)  # the last decision counts, one row a placement
        self.assertEqual(rows.decided_by_id, self.head_a)
        self.assertEqual(rows.school_year_id, self.year)

    def test_release_of_one_that_was_held(self):
        self.decide("hold", self.placement_adult)
        self.assertEqual(self.told(self.head_a)[1][0], "held")
        self.assertFalse(self.decide("release", self.placement_adult))
        self.assertEqual(self.told(self.head_a)[1], ("ready", ""))

    def test_take_back(self):
        self.decide("hold", self.placement_adult)
        placements = self.placements.with_env(self.as_user(self.head_a))
        placements.action_forget_decision()
        self.assertEqual(self.told(self.school_life_a)[1], ("ready", ""))
        self.assertFalse(self.placement_adult.departure_decision)
        with self.assertRaisesRegex(UserError, "decided nothing"):
            placements.action_forget_decision()

    def test_a_release_ends_with_the_signatures_it_rests_on(self):
        self.decide("release", self.placement)
        self.assertEqual(self.told(self.head_a)[0][0], "released")
        document = self.placement.convention_id.document_id
        document.with_env(self.as_manager).action_correct("hours")
        self.placement.invalidate_recordset()
        self.assertEqual(self.told(self.head_a)[0][0], "unsigned")
        with self.subTest("and is not given while it is corrected"):
            self.assertIn(self.placement, self.decide("release", self.placement))

    def test_never_without_the_company_or_the_family(self):
        """D124-4: neither the head nor anybody releases a pupil without them."""
        for role in ("host", "guardian"):
            with self.subTest(role=role):
                signatures = self.placement.convention_id.sudo().signature_ids
                signatures.filtered(lambda s, role=role: s.role == role).state = "to_sign"
                self.assertIn(self.placement, self.decide("release", self.placement))
                self.assertFalse(self.placement.departure_decision)
                signatures.filtered(lambda s, role=role: s.role == role).state = "signed"

    def test_nothing_is_decided_once_it_is_over(self):
        self.placement_adult.convention_id.document_id.sudo()._set_state("ended")
        for decision in ("hold", "release"):
            obstacles = self.decide(decision, self.placement_adult)
            self.assertEqual(obstacles, {self.placement_adult: "the placement is over"})
        self.assertEqual(self.told(self.head_a, self.placement_adult), [("ready", "")])

    def test_who_decides(self):
        for user in (
            self.manager_a, self.secretary_a, self.teacher_a, self.school_life_a,
            self.intendance_a, self.head_b, self.two_roles,
        ):  # fmt: skip
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.decide("hold", user=user)
                with self.assertRaises(AccessError):
                    self.placements.with_env(self.as_user(user)).action_forget_decision()
        self.assertFalse(self.env["bde.departure"].search([]))

    def test_delegate_of_the_day(self):
        today = self.school_a._bde_today()
        delegation = self.env["bde.delegation"].create(
            {
                "company_id": self.school_a.id,
                "user_id": self.teacher_a.id,
                "date_from": today,
                "date_to": today,
            }
        )
        self.decide("hold", self.placement_adult, self.teacher_a)
        self.assertTrue(self.placement.with_env(self.as_user(self.teacher_a)).may_decide_departure)
        delegation.write({"date_from": today - timedelta(2), "date_to": today - timedelta(1)})
        with self.assertRaisesRegex(AccessError, "delegate of the day"):
            self.decide("hold", self.placement_adult, self.teacher_a)

    def test_nobody_writes_a_decision(self):
        self.decide("hold", self.placement_adult)
        for user in (self.head_a, self.manager_a, self.teacher_a, self.school_life_a):
            env = self.as_user(user)
            row = env["bde.departure"].search([("placement_id", "=", self.placement_adult.id)])
            with self.subTest(user=user.login):
                self.assertEqual(row.reason, "The tutor signs on Monday")
                with self.assertRaises(AccessError):
                    row.write({"reason": "x"})
                with self.assertRaises(AccessError):
                    row.unlink()
                with self.assertRaises(AccessError):
                    row.create(
                        {"placement_id": self.placement.id, "decision": "hold", "reason": "x"}
                    )
                with self.assertRaises(AccessError):
                    self.placement.with_env(env).write({"departure_decision": "hold"})
        self.assertFalse(self.as_user(self.manager_b)["bde.departure"].search([]))

    def test_a_reason_is_asked(self):
        for reason in ("", "  ", None):
            with self.assertRaisesRegex(UserError, "Write the reason"):
                self.decide("hold", reason=reason)

    def test_dialog(self):
        placements = self.placements.with_env(self.as_user(self.head_a))
        action = placements.action_release()
        wizard = placements.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.possible_text, "DUPONT Aline – Not signed: Head of school")
        self.assertEqual(len(wizard.obstacles_text.splitlines()), 2)
        with self.assertRaisesRegex(UserError, "Write the reason"):
            wizard.action_confirm()
        wizard.reason = "The head is abroad, his delegate signs tomorrow"
        told = wizard.action_confirm()["params"]
        self.assertEqual((told["type"], told["sticky"]), ("warning", True))
        self.assertIn("Decided for 1 pupils.", told["message"])
        self.assertIn("DUPONT Chloé: no convention signed", told["message"])
        # a second head's dialog of pupils who cannot be decided about says so
        action = placements[2].action_release()
        wizard = placements.env[action["res_model"]].browse(action["res_id"])
        wizard.reason = "x"
        with self.assertRaisesRegex(UserError, "Nothing was decided"):
            wizard.action_confirm()
        with self.assertRaisesRegex(UserError, "Choose the pupils"):
            placements.browse().action_hold()
        with self.assertRaises(AccessError):
            self.placements.with_env(self.as_user(self.manager_a)).action_hold()

    # ------------------------------------------------------------------
    # The list
    # ------------------------------------------------------------------

    def find(self, *filters, user=None):
        """Pupils that filters of the list find, by first name."""
        env = self.as_user(user or self.school_life_a)
        view = env["bde.placement"].get_view(
            self.env.ref("bde_pfmp.view_placement_search_departure").id, "search"
        )
        arch = etree.fromstring(view["arch"])
        domain = [("period_id", "=", self.period_a.id), ("is_replaced", "=", False)]
        for name in filters:
            [node] = arch.xpath(f"//filter[@name='{name}']")
            domain += safe_eval(node.get("domain"), {"uid": env.uid})
        return sorted(env["bde.placement"].search(domain).student_id.mapped("firstname"))

    def test_filters_say_what_the_list_says(self):
        self.assertEqual(self.find("leave"), ["Boris"])
        self.assertEqual(self.find("stay"), ["Aline", "Chloé"])
        self.assertEqual(self.find("no_place"), ["Chloé"])
        self.decide("release", self.placement)
        self.decide("hold", self.placement_adult)
        self.assertEqual(self.find("leave"), ["Aline"])
        self.assertEqual(self.find("stay"), ["Boris", "Chloé"])
        self.assertEqual(self.find("decided"), ["Aline", "Boris"])

    def test_eve_and_day(self):
        """The period begins on a Monday: the eve is the Friday before, or earlier."""
        for day, today, eve in (
            (self.start, 3, 0),
            (self.start - timedelta(days=1), 0, 3),
            (self.start - timedelta(days=3), 0, 3),
            (self.start - timedelta(days=4), 0, 0),
        ):
            with self.subTest(day=day), freeze_time(f"{day} 12:00:00"):
                self.assertEqual(len(self.find("today")), today)
                self.assertEqual(len(self.find("next_day")), eve)
                self.assertEqual(self.placement.leaves_next, bool(eve))
                self.placement.invalidate_recordset()

    def test_after_holidays_the_eve_is_the_last_day_before(self):
        self.env["bde.holiday"].search([]).unlink()
        self.env["bde.holiday"].create(
            {
                "company_id": self.academy.id,
                "school_year_id": self.year.id,
                "zone": "A",
                "name": "Autumn",
                "date_start": self.start - timedelta(days=16),
                "date_end": self.start - timedelta(days=1),
            }
        )
        friday = self.start - timedelta(days=17)
        with freeze_time(f"{friday} 12:00:00"):
            self.assertEqual(len(self.find("next_day")), 3)
        with freeze_time(f"{friday - timedelta(days=1)} 12:00:00"):
            self.assertEqual(self.find("next_day"), [])

    def test_list_of_a_period(self):
        action = self.period_a.with_env(self.as_user(self.school_life_a)).action_departure_list()
        found = self.env["bde.placement"].search(action["domain"])
        self.assertEqual(found, self.placements)
        self.assertIn("PFMP 1", action["display_name"])
        self.assertEqual([mode for _view, mode in action["views"]], ["list", "kanban", "form"])

    def test_buttons_of_the_head_are_his(self):
        view = self.env.ref("bde_pfmp.view_placement_list_departure")
        for user, shown in ((self.head_a, True), (self.manager_a, False), (self.teacher_a, False)):
            with self.subTest(user=user.login):
                arch = self.as_user(user)["bde.placement"].get_view(view.id, "list")["arch"]
                self.assertIn("action_print_departures", arch)
                self.assertEqual(arch.count("action_forget_decision"), shown)

    def test_teacher_reads_his_pupils(self):
        other = self.new_placement(self.emma_elsewhere())
        env = self.as_user(self.teacher_a)
        found = env["bde.placement"].search([("period_id", "=", self.period_a.id)])
        self.assertEqual(found, self.placements)  # of the class that he teaches
        self.assertNotIn(other, found)

    def emma_elsewhere(self):
        self.period_a.division_ids = [Command.link(self.division_a2.id)]
        return self.emma

    def test_queries_do_not_grow(self):
        for index in range(8):
            placement = self.new_ready(f"Q{index}")
            if index % 2:
                self.make(placement).action_send()
        self.decide("hold", self.placement_adult)
        self.decide("release", self.placement)
        fields_ = [
            "departure", "departure_group", "departure_missing", "may_decide_departure", "regime",
        ]  # fmt: skip

        def queries(user, placements):
            env = self.as_user(user)
            env["bde.placement"].search_read([("id", "in", placements.ids)], fields_)
            env.flush_all()
            env.invalidate_all()
            before = env.cr.sql_log_count
            rows = env["bde.placement"].search_read([("id", "in", placements.ids)], fields_)
            return len(rows), env.cr.sql_log_count - before

        everybody = self.env["bde.placement"].search([("period_id", "=", self.period_a.id)])
        agreed = everybody.filtered(lambda one: one.state == "agreed")
        for user in (self.head_a, self.school_life_a, self.teacher_a):
            with self.subTest(user=user.login):
                # one of each kind: signed, out, without a host, agreed
                few = queries(user, self.placements + agreed[:1])
                many = queries(user, everybody)
                self.assertEqual(many[0], 11)
                self.assertLess(few[0], 6)
                self.assertLessEqual(many[1], few[1])

    def test_deciding_takes_constant_queries(self):
        extra = self.env["bde.placement"]
        for index in range(8):
            extra += self.new_ready(f"D{index}")
        self.make(extra).action_send()
        for one in extra:
            self.sign_but(one, "head")
        env = self.as_user(self.head_a)

        def queries(placements):
            placements = placements.with_env(env)
            env.flush_all()
            env.invalidate_all()
            before = env.cr.sql_log_count
            self.assertFalse(placements._decide_departure("release", "x"))
            env.flush_all()
            return env.cr.sql_log_count - before

        queries(self.placement)
        few = queries(extra[:1])
        self.assertLessEqual(queries(extra[1:]), few + 2)


@tagged("post_install", "-at_install")
class TestDeparturePages(DepartureCase, HttpCase):
    def get(self, user, path, placements=None):
        placements = self.placements if placements is None else placements
        self.authenticate(user, user)
        ids = ",".join(map(str, placements.ids))
        return self.url_open(f"{path}?ids={ids}")

    def test_paper(self):
        self.decide("hold", self.placement_adult, reason="Insurance to check")
        classes = self.placements.with_env(self.as_user(self.school_life_a))._departure_classes()
        self.assertEqual([page["division"] for page in classes], ["1MELEC"])
        self.assertEqual(
            [(group["key"], len(group["lines"])) for group in classes[0]["groups"]],
            [("missing", 2), ("no_place", 1)],
        )
        [line] = [
            line for line in classes[0]["groups"][0]["lines"] if line["pupil"] == "DUPONT Boris"
        ]
        self.assertEqual((line["decision"], line["missing"]), ("hold", "Insurance to check"))
        for user in ("school_life_a", "teacher_a", "intendance_a", "head_a", "secretary_a"):
            with self.subTest(user=user):
                response = self.get(user, "/bde/departures")
                self.assertEqual(response.status_code, 200)
                self.assertEqual(response.content[:5], b"%PDF-")

    @mute_logger("odoo.http")
    def test_paper_of_another_school(self):
        for path in ("/bde/departures", "/bde/away.xlsx", "/bde/tutor-pages"):
            for user in ("manager_b", "two_roles", "correspondent"):
                with self.subTest(path=path, user=user):
                    response = self.get(user, path)
                    self.assertIn(response.status_code, (403, 404))
                    self.assertNotIn("DUPONT", response.text)
            self.assertEqual(self.get("head_a", path, self.placements.browse()).status_code, 404)

    def test_days_away(self):
        """Three weeks from the Monday before 11 November, the 11th a public holiday."""
        schooling = self.placement_adult.schooling_id
        schooling.regime = "half"
        self.placement.schooling_id.regime = "board"
        placements = self.placements.with_env(self.as_user(self.intendance_a))
        holidays = self.env["bde.holiday"]._between(self.school_a, self.start, self.end)
        self.assertFalse(holidays)
        working = 15 - (self.armistice().weekday() < 5)
        self.assertEqual(placements.mapped("away_days"), [0, working, 0])
        self.env["bde.absence"].create(
            {
                "placement_id": self.placement_adult.id,
                "date_from": self.end - timedelta(days=1),
                "date_to": self.end,
                "reason": "illness",
            }
        )
        placements.invalidate_recordset()
        self.assertEqual(placements[1].away_days, working - 2)
        self.assertEqual(placements[1].away_absent_days, 2)
        titles, rows = placements._away_table()
        self.assertEqual(titles[:4], ["Class", "Pupil", "Regime", "Company"])
        self.assertEqual(titles[8:], [self.start.strftime("%m/%Y")])
        boris = next(row for row in rows if row[1] == "DUPONT Boris")
        self.assertEqual(boris[2:4], ["Half-boarder", "Menuiserie Duval"])
        self.assertEqual(boris[6:], [working - 2, 2, working - 2])

    def armistice(self):
        return self.start.replace(month=11, day=11)

    def test_workbook_of_days_away(self):
        response = self.get("intendance_a", "/bde/away.xlsx")
        self.assertEqual(response.status_code, 200)
        sheet = openpyxl.load_workbook(BytesIO(response.content)).active
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual(len(rows), 4)
        self.assertEqual(rows[1][1], "DUPONT Aline")

    def test_interrupted_stays_count_to_their_last_day(self):
        placement = self.placement_adult
        placement.schooling_id.regime = "half"
        last = self.start + timedelta(days=1)
        with freeze_time(f"{last} 12:00:00"):
            placement.convention_id.with_env(self.as_manager)._interrupt("host", last)
        placement.invalidate_recordset()
        away = 2 - (self.start <= self.armistice() <= last)
        self.assertEqual(placement.with_env(self.as_user(self.intendance_a)).away_days, away)
