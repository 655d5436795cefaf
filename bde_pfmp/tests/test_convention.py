"""Conventions: making, parties, sending, locks, states by date, and who may do what."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .convention_common import ConventionCase


@tagged("post_install", "-at_install")
class TestMaking(ConventionCase):
    def test_batch(self):
        self.make()
        conventions = self.placements.convention_id
        self.assertEqual(len(conventions), 3)
        self.assertEqual(set(conventions.mapped("state")), {"to_check"})
        self.assertEqual(set(self.placements.mapped("state")), {"to_check"})
        self.assertEqual(len(set(conventions.mapped("number"))), 3)
        self.assertEqual(conventions.company_id, self.school_a)
        self.assertEqual(conventions[0].division_id, self.division_a)
        self.assertEqual(
            conventions[0].deadline,
            self.period_a.deadline_ids.filtered(lambda d: d.code == "complete").date,
        )

    def test_good_ones_are_made_others_are_told(self):
        self.placement.tutor_id = False
        self.placement_ase.write({"schedule": False, "referent_id": False})
        action = self.placements.with_env(self.as_manager).action_make_conventions()
        report = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(report.convention_ids.placement_id, self.placement_adult)
        reasons = {line.placement_id: line.reason for line in report.line_ids}
        self.assertEqual(set(reasons), {self.placement, self.placement_ase})
        self.assertIn("tutor", reasons[self.placement])
        self.assertIn("weekly hours", reasons[self.placement_ase])
        self.assertIn("referent teacher", reasons[self.placement_ase])
        self.assertFalse(self.placement.convention_id)

    def test_no_host_no_convention(self):
        lonely = self.new_placement(self.dany)
        action = lonely.with_env(self.as_manager).action_make_conventions()
        report = self.env[action["res_model"]].browse(action["res_id"])
        self.assertIn("host", report.line_ids.reason)
        self.assertFalse(report.convention_ids)

    def test_minor_without_legal_representative(self):
        self.chloe.guardianship_ids.unlink()
        reasons = self.placement_ase._convention_obstacles()[self.placement_ase]
        self.assertIn("legal representative", "".join(reasons))
        # a simple contact has no authority
        self.env["bde.guardianship"].create(
            {"student_id": self.chloe.id, "guardian_id": self.aunt.id, "legal_rank": "0"}
        )
        self.assertTrue(self.placement_ase._convention_obstacles()[self.placement_ase])

    def test_school_without_head_and_without_model(self):
        self.school_a.head_id = False
        self.env["bde.document.template"].search([("kind", "=", "pfmp")]).active = False
        reasons = "".join(self.placement._convention_obstacles()[self.placement])
        self.assertIn("head", reasons)
        self.assertIn("model", reasons)

    def test_made_again_it_is_the_same_convention(self):
        convention = self.make(self.placement)
        first = convention.version_id
        self.placement.meals = "Cantine"
        self.make(self.placement)
        self.assertEqual(self.placement.convention_id, convention)
        self.assertEqual(convention.version_id.serial, 2)
        self.assertNotEqual(convention.version_id.content_sha256, first.content_sha256)

    def test_cancelled_one_is_replaced(self):
        old = self.make(self.placement)
        old.with_env(self.as_manager).action_cancel("Closed for works")
        self.assertEqual(self.placement.state, "cancelled")
        new = self.make(self.placement)
        self.assertNotEqual(new, old)
        self.assertFalse(old.active)
        self.assertEqual(self.placement.state, "to_check")
        self.assertEqual(old.state, "cancelled")

    def test_out_for_signature_it_is_not_made_again(self):
        convention = self.make(self.placement)
        convention.action_send()
        reasons = self.placement._convention_obstacles()[self.placement]
        self.assertEqual(len(reasons), 1)
        self.assertEqual(convention.version_id.serial, 1)

    def test_stays_with_its_placement(self):
        convention = self.make(self.placement)
        with self.assertRaises(UserError):
            convention.placement_id = self.placement_adult

    def test_hash_says_whether_anything_changed(self):
        convention = self.make(self.placement)
        digest = convention.version_id.content_sha256
        self.make(self.placement)
        self.assertEqual(convention.version_id.content_sha256, digest, "same data, same hash")
        self.placement.remarks = "Chaussures de sécurité"
        self.make(self.placement)
        self.assertNotEqual(convention.version_id.content_sha256, digest)

    def test_form_says_whether_the_placement_changed(self):
        # as the form reads it: sizes instead of bytes
        self.school_a.logo = self.logo((10, 20, 30))
        convention = self.make(self.placement).with_context(bin_size=True)
        self.assertFalse(convention.is_changed)
        self.env["ir.config_parameter"].set_param("web.base.url", "https://other.example")
        convention.invalidate_recordset(["is_changed"])
        self.assertFalse(convention.is_changed, "the address of the server is no term")
        self.placement.remarks = "Chaussures de sécurité"
        convention.invalidate_recordset(["is_changed"])
        self.assertTrue(convention.is_changed)
        self.placement.write({"remarks": False, "tutor_id": False, "schedule": False})
        convention.invalidate_recordset(["is_changed"])
        self.assertTrue(convention.is_changed)
        self.placement.write(self.complete_vals())
        convention.action_send()
        convention.invalidate_recordset(["is_changed"])
        self.assertFalse(convention.is_changed)
        self.boss.function = "Directrice"
        convention.invalidate_recordset(["is_changed"])
        self.assertTrue(convention.is_changed, "while it is being signed")

    def test_content_has_no_database_id(self):
        """Two copies of one database, or two imports, hash alike."""
        content = self.make(self.placement).version_id._content()

        def keys(value):
            if isinstance(value, dict):
                for key, inner in value.items():
                    yield key
                    yield from keys(inner)
            elif isinstance(value, list):
                for inner in value:
                    yield from keys(inner)

        self.assertFalse({key for key in keys(content) if key == "id" or key.endswith("_id")})

    def test_labels(self):
        convention = self.make(self.placement)
        self.assertEqual(convention.title, "DUPONT Aline – Menuiserie Duval")
        self.assertEqual(convention.group_label, "1MELEC")
        self.assertEqual(convention.batch_label, "PFMP 1")
        summary = convention._document_summary(convention.version_id._content())
        self.assertIn("35h", dict(summary["facts"])["Presence"])


@tagged("post_install", "-at_install")
class TestParties(ConventionCase):
    def test_minor(self):
        self.assertEqual(
            self.roles(self.make(self.placement)),
            {
                "host": [("Anne Duval", True)],
                "tutor": [("Yves Rabot", True)],
                "student": [("DUPONT Aline", False)],
                # both are asked, one signature is enough; the aunt gets nothing
                "guardian": [("DUPONT Sophie", True), ("DUPONT Karim", True)],
                "referent": [("AMPOULE Paul", True)],
                "head": [("Head A", True)],
            },
        )

    def test_adult_signs_alone(self):
        roles = self.roles(self.make(self.placement_adult))
        self.assertEqual(roles["student"], [("DUPONT Boris", True)])
        self.assertNotIn("guardian", roles)

    def test_institution(self):
        roles = self.roles(self.make(self.placement_ase))
        [(name, required)] = roles["guardian"]
        self.assertIn("ENFANCE", name.upper())
        self.assertTrue(required)

    def test_emancipated_minor_signs_alone(self):
        self.aline.is_emancipated = True
        roles = self.roles(self.make(self.placement))
        self.assertEqual(roles["student"], [("DUPONT Aline", True)])
        self.assertNotIn("guardian", roles)

    def test_of_age_on_the_first_day_is_a_minor_before(self):
        """The age counts on the day of the signature, in the time of the school."""
        start = self.placement.date_start
        self.aline.birth_date = start - relativedelta(years=18)
        with freeze_time(start - timedelta(days=1)):
            self.assertIn("guardian", self.roles(self.make(self.placement)))
        with freeze_time(start):
            roles = self.roles(self.make(self.placement))
            self.assertNotIn("guardian", roles)
            self.assertEqual(roles["student"], [("DUPONT Aline", True)])

    def test_birthday_at_the_school_not_in_utc(self):
        self.school_a.bde_tz = "Pacific/Noumea"  # eleven hours ahead
        self.aline.birth_date = date(2008, 11, 11)
        with freeze_time("2026-11-10 14:00:00"):  # the 11th in Nouméa
            self.assertTrue(self.aline._signs_alone_on(self.school_a._bde_today()))

    def test_first_who_can_be_reached_signs(self):
        self.mother.email = False
        roles = self.roles(self.make(self.placement))
        self.assertEqual(roles["guardian"], [("DUPONT Karim", True)])

    def test_bureau_chooses_who_signs(self):
        convention = self.make(self.placement)
        convention.with_env(self.as_manager).guardian_id = self.father
        self.assertEqual(
            self.roles(convention)["guardian"], [("DUPONT Karim", True), ("DUPONT Sophie", False)]
        )

    def test_twins_have_one_mother(self):
        twin = self.new_pupil("Alix", self.division_a, self.aline.birth_date.year)
        self.env["bde.guardianship"].create(
            {"student_id": twin.id, "guardian_id": self.mother.id, "legal_rank": "1"}
        )
        placements = self.placement + self.new_placement(twin, **self.complete_vals())
        conventions = self.make(placements)
        signatures = conventions.signature_ids.filtered(
            lambda s: s.role == "guardian" and s.name == self.mother.name
        )
        self.assertEqual(len(signatures), 2)
        self.assertEqual(len(set(signatures.mapped("signer_key"))), 1, "signs both in one go")

    def test_boss_is_the_tutor(self):
        self.placement.tutor_id = self.boss
        signatures = self.make(self.placement).signature_ids
        boss = signatures.filtered(lambda s: s.role in ("host", "tutor"))
        self.assertEqual(len(set(boss.mapped("signer_key"))), 1)

    def test_boss_and_tutor_share_a_mailbox(self):
        self.assertEqual(self.boss.email, self.tutor.email)
        signatures = self.make(self.placement).signature_ids
        two = signatures.filtered(lambda s: s.role in ("host", "tutor"))
        self.assertEqual(len(set(two.mapped("signer_key"))), 2, "two persons all the same")

    def test_head_is_last(self):
        convention = self.make(self.placement_adult)
        convention.action_send()
        head = convention.signature_ids.filtered(lambda s: s.role == "head")
        self.assertEqual(head.state, "waiting")
        others = (convention.signature_ids - head).filtered(lambda s: s.state == "to_sign")
        others._sign("typed", "X")
        self.assertEqual(head.state, "to_sign")
        self.assertEqual(convention.waiting_for, "Head of school")

    def test_parties_keep_their_identifier(self):
        convention = self.make(self.placement)
        first = {p["role"]: p["uuid"] for p in convention._document_parties()}
        self.placement.meals = "Cantine"
        self.make(self.placement)
        self.assertEqual({p["role"]: p["uuid"] for p in convention._document_parties()}, first)
        content = convention.version_id._content()
        self.assertEqual(
            {p["uuid"] for p in content["parties"]},
            {p["uuid"] for p in convention._document_parties()},
        )


@tagged("post_install", "-at_install")
class TestSending(ConventionCase):
    def test_send_sign_seal_asked(self):
        conventions = self.make()
        self.assertTrue(conventions.with_env(self.as_manager).action_send())
        self.assertEqual(set(conventions.mapped("state")), {"to_sign"})
        self.sign_all(conventions)
        self.assertEqual(set(conventions.mapped("state")), {"signed"})
        self.assertEqual(set(self.placements.mapped("state")), {"signed"})
        self.assertEqual(set(conventions.mapped("seal_state")), {"pending"})

    def test_nobody_knows_how_to_reach_them(self):
        self.tutor.write({"email": False, "phone": False})
        self.boris.email = False
        convention = self.make(self.placement_adult)
        with self.assertRaises(UserError) as caught:
            convention.with_env(self.as_manager).action_send()
        self.assertIn("Yves Rabot (Tutor)", str(caught.exception))
        self.assertIn("DUPONT Boris (Pupil)", str(caught.exception))
        self.assertNotIn("Anne Duval", str(caught.exception))
        self.assertIn("Yves Rabot", convention.obstacles)

    def test_minor_without_mailbox_stops_nobody(self):
        self.aline.email = False
        convention = self.make(self.placement)
        convention.with_env(self.as_manager).action_send()
        self.assertEqual(convention.state, "to_sign")

    def test_good_ones_leave_others_are_told(self):
        self.ase.email = False
        conventions = self.make()
        action = conventions.with_env(self.as_manager).action_send()
        report = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(report.line_ids.placement_id, self.placement_ase)
        self.assertEqual(conventions.mapped("state"), ["to_sign", "to_sign", "to_check"])

    def test_law_stops_it(self):
        long_day = [["08:00", "12:00"], ["13:00", "18:00"]]
        week = {day: long_day for day in ("mon", "tue", "wed", "thu", "fri")}
        self.placement.schedule = week  # 9 hours a day at 17
        convention = self.make(self.placement)
        with self.assertRaises(UserError) as caught:
            convention.with_env(self.as_manager).action_send()
        self.assertIn("L3162-1", str(caught.exception))

    def test_guardians_who_disagree_are_for_the_head(self):
        self.aline.guardian_dispute = True
        convention = self.make(self.placement)
        with self.assertRaises(UserError):
            convention.with_env(self.as_manager).action_send()
        convention.with_env(self.as_user(self.head_a)).action_send()
        self.assertEqual(convention.state, "to_sign")

    def test_what_is_sent_is_what_the_placement_says_now(self):
        convention = self.make(self.placement)
        self.placement.meals = "Cantine à 3 €"
        convention.with_env(self.as_manager).action_send()
        self.assertIn("Cantine à 3 €", convention.version_id.content)

    def test_reason_is_asked(self):
        convention = self.make(self.placement)
        convention.action_send()
        action = convention.with_env(self.as_manager).action_ask_back_to_draft()
        wizard = (
            self.as_manager[action["res_model"]]
            .with_context(**action["context"])
            .create({"reason": "Wrong dates"})
        )
        wizard.action_apply()
        self.assertEqual((convention.state, convention.state_reason), ("draft", "Wrong dates"))


@tagged("post_install", "-at_install")
class TestLocks(ConventionCase):
    def test_terms_are_locked_while_signed_upon(self):
        convention = self.make(self.placement)
        self.placement.meals = "Cantine"  # to check: still open
        convention.action_send()
        for vals in (
            {"meals": "Rien"},
            {"date_end": self.end + timedelta(days=1)},
            {"tutor_id": self.boss.id},
            {"referent_id": self.prof_a2.id},
            {"activity_ids": [(5, 0, 0)]},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self.placement.write(vals)
        # the same values again are no change
        self.placement.write({"meals": "Cantine", "tutor_id": self.tutor.id})

    def test_referent_may_be_replaced_once_all_signed(self):
        convention = self.make(self.placement_adult)
        convention.action_send()
        self.sign_all(convention)
        self.placement_adult.referent_id = self.prof_a2
        with self.assertRaises(UserError):
            self.placement_adult.host_id = False

    def test_period_that_moves_leaves_signed_dates(self):
        convention = self.make(self.placement)
        convention.action_send()
        new_end = self.end + timedelta(days=7)
        self.period_a.date_end = new_end
        self.assertEqual(self.placement.date_end, self.end)
        self.assertEqual(self.placement_adult.date_end, new_end)
        self.assertEqual(convention.date_end, self.end)

    def test_back_to_draft_opens_them(self):
        convention = self.make(self.placement)
        convention.action_send()
        convention.action_back_to_draft("Wrong tutor")
        self.placement.tutor_id = self.boss
        self.assertEqual(self.placement.tutor_id, self.boss)


@tagged("post_install", "-at_install")
class TestDates(ConventionCase):
    def test_runs_then_ends(self):
        convention = self.make(self.placement_adult)
        convention.action_send()
        self.sign_all(convention)
        for day, expected in (
            (self.start - timedelta(days=1), "signed"),
            (self.start, "running"),
            (self.end, "running"),
            (self.end + timedelta(days=1), "ended"),
        ):
            with self.subTest(day=day), freeze_time(f"{day} 12:00:00"):
                self.env["bde.convention"]._cron_follow_dates()
                self.assertEqual(convention.state, expected)
                self.assertEqual(self.placement_adult.state, expected)

    def test_day_of_the_school(self):
        self.school_a.bde_tz = "Pacific/Noumea"
        convention = self.make(self.placement_adult)
        convention.action_send()
        self.sign_all(convention)
        with freeze_time(f"{self.start - timedelta(days=1)} 14:00:00"):
            self.env["bde.convention"]._cron_follow_dates()
        self.assertEqual(convention.state, "running", "it is the first day in Nouméa")

    def test_late_job_catches_up(self):
        convention = self.make(self.placement_adult)
        convention.action_send()
        self.sign_all(convention)
        with freeze_time(f"{self.end + timedelta(days=10)} 12:00:00"):
            self.env["bde.convention"]._cron_follow_dates()
        self.assertEqual(convention.state, "ended")

    def test_unsigned_never_runs(self):
        convention = self.make(self.placement_adult)
        convention.action_send()
        with freeze_time(f"{self.start} 12:00:00"):
            self.env["bde.convention"]._cron_follow_dates()
        self.assertEqual(convention.state, "to_sign")


@tagged("post_install", "-at_install")
class TestRoles(ConventionCase):
    def test_teacher_reads_his_and_sends_nothing(self):
        conventions = self.make(self.placement + self.placement_adult)
        other = self.placement_ase
        other.referent_id = self.prof_a2
        foreign = self.make(other)
        env = self.as_user(self.teacher_a)
        mine = env["bde.convention"].search([])
        self.assertEqual(mine.ids, conventions.ids)
        self.assertEqual(mine.mapped("state"), ["to_check", "to_check"])
        self.assertTrue(mine[0].signature_ids)
        with self.assertRaises(AccessError):
            foreign.with_env(env).read(["state"])
        for verb in ("action_send", "action_make_again", "action_cancel"):
            with self.subTest(verb=verb), self.assertRaises(AccessError):
                getattr(mine, verb)()
        with self.assertRaises(AccessError):
            self.placement.with_env(env).action_make_conventions()
        with self.assertRaises(AccessError):
            mine[0].absence_days = 1

    def test_lists_roles_have_no_convention(self):
        convention = self.make(self.placement)
        for user in (self.school_life_a, self.intendance_a, self.correspondent, self.bde_admin):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                convention.with_env(self.as_user(user)).read(["state"])

    def test_placements_show_the_state_to_those_who_may_not_read_it(self):
        self.make(self.placement)
        env = self.as_user(self.school_life_a)
        self.assertEqual(self.placement.with_env(env).state, "to_check")

    def test_other_school_sees_nothing(self):
        convention = self.make(self.placement)
        for user in (self.manager_b, self.head_b, self.teacher_b):
            env = self.as_user(user)
            with self.subTest(user=user.login):
                self.assertFalse(env["bde.convention"].search([]))
                with self.assertRaises(AccessError):
                    convention.with_env(env).read(["number"])
        with self.assertRaises(AccessError):
            convention.with_env(self.as_user(self.manager_b)).action_send()

    def test_teacher_here_manager_there(self):
        """The right to send in B is none in A."""
        convention = self.make(self.placement)
        with self.assertRaises(AccessError):
            convention.with_env(self.as_user(self.two_roles)).action_send()

    def test_head_signs_a_class(self):
        conventions = self.make()
        conventions.action_send()
        rest = conventions.signature_ids.filtered(lambda s: s.role != "head" and s.required)
        rest._sign("typed", "X")
        env = self.as_user(self.head_a)
        mine = conventions.with_env(env)
        self.assertTrue(all(mine.mapped("is_mine")))
        action = mine.action_sign()
        self.assertEqual(len(action["context"]["default_signature_ids"]), 3)
        with self.assertRaises(UserError):
            conventions.with_env(self.as_manager).action_sign()


@tagged("post_install", "-at_install")
class TestBatch(ConventionCase):
    """The number of queries does not grow with the number of conventions."""

    def prepare(self, size):
        start = self.year.date_start
        students = self.env["bde.student"].create(
            [
                {
                    "lastname": "Lot",
                    "firstname": f"Élève{size}n{index}",
                    "birth_date": date(start.year - 16, 1, 1) + timedelta(days=index),
                    "company_id": self.school_a.id,
                    "email": f"p{size}n{index}@pupil.example",
                }
                for index in range(size)
            ]
        )
        guardians = self.env["bde.guardian"].create(
            [
                {
                    "lastname": "Lot",
                    "firstname": f"Parent{size}n{index}",
                    "company_id": self.school_a.id,
                    "email": f"g{size}n{index}@family.example",
                }
                for index in range(size)
            ]
        )
        self.env["bde.guardianship"].create(
            [
                {"student_id": student.id, "guardian_id": guardian.id, "legal_rank": "1"}
                for student, guardian in zip(students, guardians, strict=True)
            ]
        )
        schoolings = self.env["bde.schooling"].create(
            [
                {
                    "student_id": student.id,
                    "division_id": self.division_a.id,
                    "school_year_id": self.year.id,
                    "training_id": self.training_a.id,
                    "status": "ST",
                }
                for student in students
            ]
        )
        return self.env["bde.placement"].create(
            [
                {
                    "period_id": self.period_a.id,
                    "schooling_id": schooling.id,
                    **self.complete_vals(),
                }
                for schooling in schoolings
            ]
        )

    def count(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_making_and_sending(self):
        self.make()  # warms caches up: groups, templates, views
        counts = {}
        for size in (1, 20, 200):
            placements = self.prepare(size).with_env(self.as_manager)
            made = self.count(placements.action_make_conventions)
            conventions = self.as_manager["bde.convention"].browse(placements.convention_id.ids)
            self.assertEqual(len(conventions), size)
            checked = self.count(conventions._obstacles_to_send)
            counts[size] = (made, checked)
        # The ORM inserts a hundred rows at a time: 200 conventions have 1,000 signatures.
        for step, inserts in ((0, 20), (1, 0)):
            few, many, most = (counts[size][step] for size in (1, 20, 200))
            self.assertLessEqual(many, few + 5, counts)
            self.assertLessEqual(most, many + inserts, counts)
