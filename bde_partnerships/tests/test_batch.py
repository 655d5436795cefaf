import io
import zipfile
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import SerializationFailure, UniqueViolation
from pypdf import PdfReader

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import bde_batch_run, bde_document_render
from .engine_common import EngineCase

RUN_LOG = "odoo.addons.bde_partnerships.models.bde_batch_run"
FILE_LOG = "odoo.addons.bde_partnerships.models.bde_batch_file"


class BatchCase(EngineCase):
    def started(self, verb, records, user=None):
        """The batch, as started by the manager."""
        env = self.as_user(user or self.manager_a)
        return env["bde.batch"]._start(verb, records.with_env(env)).sudo()

    def run_jobs(self, number=1):
        with self.enter_registry_test_mode():
            self.env.ref(f"bde_partnerships.ir_cron_batch_{number}").method_direct_trigger()
        self.env.invalidate_all()

    def results(self, batch):
        return [(line.state, line.message) for line in batch.line_ids]


@tagged("post_install", "-at_install")
class TestBatch(BatchCase):
    """Mass work: each record once, line by line, stopped and gone on with."""

    def test_sends_many_and_says_so(self):
        documents = self.make_documents(3)
        batch = self.started("send", documents)
        self.assertEqual((batch.state, batch.total_count, batch.progress), ("queued", 3, 0))
        self.run_jobs()
        self.assertEqual((batch.state, batch.done_count, batch.progress), ("done", 3, 100))
        self.assertEqual(set(documents.mapped("state")), {"to_sign"})
        self.assertEqual(documents.journal_ids.mapped("event").count("sent"), 3)

    def test_lines_say_who_in_which_class(self):
        documents = self.make_documents(2)
        documents._make_version()
        batch = self.started("send", documents)
        self.assertEqual(batch.title, "2MELEC")
        self.assertEqual(
            batch.line_ids.mapped(lambda line: (line.group_label, line.label)),
            [("2MELEC", "Convention 1"), ("2MELEC", "Convention 2")],
        )
        action = batch.line_ids[0].with_env(self.as_user(self.manager_a)).action_open()
        self.assertEqual((action["res_model"], action["res_id"]), ("bde.document", documents[0].id))

    def test_what_is_out_is_not_sent_again(self):
        documents = self.sent(2)
        last = self.last_mail().id
        batch = self.started("send", documents)
        self.run_jobs()
        self.assertEqual(batch.skipped_count, 2)
        self.assertIn("already", batch.line_ids[0].message)
        self.assertFalse(self.mails(last))
        self.assertEqual(documents.journal_ids.mapped("event").count("sent"), 2)

    def test_one_that_fails_stops_no_other(self):
        documents = self.make_documents(2) + self.make_documents(1, parties=[])
        batch = self.started("send", documents)
        self.run_jobs()
        self.assertEqual((batch.state, batch.done_count, batch.failed_count), ("done", 2, 1))
        failed = batch.failed_line_ids
        self.assertIn("Nobody has to sign", failed.message)
        self.assertEqual(failed.res_id, documents[2].id)
        self.assertEqual(documents.mapped("state"), ["to_sign", "to_sign", "draft"])

    def test_failed_lines_are_tried_again_and_nothing_else(self):
        documents = self.make_documents(2)
        self.fact(documents[1])["parties"] = []
        batch = self.started("send", documents)
        self.run_jobs()
        last = self.last_mail().id
        self.fact(documents[1])["parties"] = self.parties("head")
        batch.with_env(self.as_user(self.manager_a)).action_retry()
        self.assertEqual((batch.state, batch.todo_count), ("queued", 1))
        self.run_jobs()
        self.assertEqual((batch.state, batch.done_count), ("done", 2))
        self.assertEqual(len(self.mails(last)), 1, "the head of the second document alone")

    def test_double_click_starts_one(self):
        documents = self.make_documents(2)
        self.assertEqual(self.started("send", documents), self.started("send", documents))
        other = self.started("make", documents)
        self.assertNotEqual(other, self.started("send", documents))
        self.run_jobs()
        self.assertNotEqual(self.started("send", documents).state, "done", "asked again later")

    def test_the_same_is_not_under_way_twice_by_trying_again(self):
        documents = self.make_documents(1, parties=[])
        batch = self.started("send", documents)
        self.run_jobs()
        self.started("send", documents)
        with self.assertRaises(UserError):
            batch.with_env(self.as_user(self.manager_a)).action_retry()

    def test_reminding_says_whose_address_is_not_known(self):
        documents = self.sent(1)
        host = self.of(documents, "host").sudo()
        documents.signature_ids.sudo().write(
            {"notified_on": fields.Datetime.now() - timedelta(days=2)}
        )
        host.write({"email": False, "phone": False})
        batch = self.started("remind", documents)
        self.run_jobs()
        self.assertEqual(batch.failed_line_ids.message, "No address for: Sophie Duval.")

    def test_who_only_acknowledges_stops_no_reminder(self):
        documents = self.sent(1)
        signatures = documents.signature_ids.sudo()
        signatures.write({"notified_on": fields.Datetime.now() - timedelta(days=2)})
        guardian = signatures.filtered(lambda s: s.role != "host" and s.state == "to_sign")[:1]
        guardian.write({"required": False, "email": False, "phone": False, "user_id": False})
        batch = self.started("remind", documents)
        self.run_jobs()
        self.assertEqual((batch.done_count, batch.failed_count), (1, 0))
        alone = self.started("remind", guardian)
        self.run_jobs()
        self.assertEqual((alone.skipped_count, alone.failed_count), (1, 0))
        self.assertIn(guardian.name, alone.line_ids.message)

    def test_two_clicks_in_the_same_second_are_refused_by_the_database(self):
        batch = self.started("send", self.make_documents(1))
        with (
            self.assertRaises(UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            batch.copy({"key": batch.key, "verb": "send"})
            self.env.flush_all()

    def test_stopped_between_two_chunks_and_gone_on(self):
        self.patch(bde_batch_run, "CHUNK", 2)
        documents = self.make_documents(5)
        batch = self.started("send", documents)
        Batch = self.registry["bde.batch"]
        real = Batch._run_chunk
        user = self.as_user(self.manager_a)

        def run_chunk(record, lines):
            done = real(record, lines)
            record.with_env(user(cr=record.env.cr)).action_stop()
            return done

        with patch.object(Batch, "_run_chunk", run_chunk):
            self.run_jobs()
        self.assertEqual((batch.state, batch.done_count, batch.todo_count), ("stopped", 2, 3))
        self.run_jobs()
        self.assertEqual(batch.todo_count, 3, "stopped is stopped")
        batch.with_env(user).action_resume()
        self.run_jobs()
        self.assertEqual((batch.state, batch.done_count), ("done", 5))
        self.assertEqual(documents.journal_ids.mapped("event").count("sent"), 5)

    def test_killed_in_the_middle_loses_nothing_and_does_nothing_twice(self):
        """A transaction that never commits leaves its whole chunk to do."""
        self.patch(bde_batch_run, "CHUNK", 2)
        documents = self.make_documents(4)
        batch = self.started("send", documents)
        self.env.flush_all()
        mails = self.last_mail().id
        with self.assertRaises(KeyboardInterrupt), self.cr.savepoint():
            batch._run_next()
            batch._run_chunk(batch._take_lines())
            raise KeyboardInterrupt
        self.env.invalidate_all()
        self.assertEqual(batch.todo_count, 4)
        self.assertFalse(self.mails(mails))
        self.run_jobs()
        self.assertEqual((batch.state, batch.done_count), ("done", 4))
        self.assertEqual(documents.journal_ids.mapped("event").count("sent"), 4)
        self.assertEqual(len(self.mails(mails)), 4, "one letter a person outside, for all four")

    def test_somebody_who_signs_at_the_same_second_is_no_failure(self):
        documents = self.make_documents(2)
        batch = self.started("send", documents)
        Document = self.registry["bde.document"]
        real, tries = Document.action_send, []

        def action_send(records):
            tries.append(records)
            if len(tries) == 1:
                raise SerializationFailure("somebody else was first")
            return real(records)

        with (
            patch.object(Document, "action_send", action_send),
            patch.object(bde_document_render, "PG_CONCURRENCY_ERRORS_TO_RETRY", {"40001", None}),
        ):
            self.run_jobs()
        self.assertEqual(len(tries), 2)
        self.assertEqual((batch.state, batch.done_count), ("done", 2))

    def test_runs_with_the_rights_of_who_started_it(self):
        documents = self.make_documents(1)
        batch = self.started("send", documents)
        # he left the school before the job came to it
        self.env["bde.membership"].search([("user_id", "=", self.manager_a.id)]).unlink()
        self.env.invalidate_all()
        with mute_logger(RUN_LOG):
            self.run_jobs()
        self.assertEqual((batch.state, batch.failed_count), ("done", 1))
        self.assertEqual(documents.state, "draft")

    def test_teacher_sees_his_own_alone_and_steers_no_other(self):
        batch = self.started("send", self.make_documents(1))
        for user in (self.teacher_a, self.manager_b, self.intendance_a):
            env = self.as_user(user)
            self.assertFalse(env["bde.batch"].search([]))
            self.assertFalse(env["bde.batch.line"].search([]))
            with self.assertRaises(AccessError):
                batch.with_env(env).action_stop()
        self.assertTrue(batch.with_env(self.as_user(self.secretary_a)).action_stop())
        with self.assertRaises(AccessError):
            batch.with_env(self.as_user(self.manager_a)).write({"state": "done"})

    def test_of_another_school_is_refused(self):
        documents = self.make_documents(1, company=self.school_b)
        with self.assertRaises(AccessError):
            self.started("send", documents)

    def test_reminds_once_a_person_and_tells_why_not(self):
        documents = self.sent(2)
        batch = self.started("remind", documents)
        self.run_jobs()
        self.assertEqual({state for state, _message in self.results(batch)}, {"skipped"})
        self.assertIn("less than a day", batch.line_ids[0].message)
        documents.signature_ids.sudo().write(
            {"notified_on": fields.Datetime.now() - timedelta(days=2)}
        )
        last = self.last_mail().id
        again = self.started("remind", documents)
        self.run_jobs()
        self.assertEqual(again.done_count, 2)
        self.assertEqual(len(self.mails(last)), 4)

    def test_from_the_list_of_signatures(self):
        documents = self.sent(5)
        documents.signature_ids.sudo().write(
            {"notified_on": fields.Datetime.now() - timedelta(days=2)}
        )
        waiting = documents.signature_ids.filtered(lambda s: s.state == "to_sign")
        self.assertGreaterEqual(len(waiting), 20)
        env = self.as_user(self.manager_a)
        few = waiting[:2].with_env(env).with_context(bde_batch=True).action_remind()
        self.assertEqual(few["tag"], "display_notification", "a few are done at once")
        many = self.sent(6).signature_ids.filtered(lambda s: s.state == "to_sign")
        action = many.with_env(env).with_context(bde_batch=True).action_remind()
        self.assertEqual(action["res_model"], "bde.batch")
        in_code = many.with_env(env).action_remind()
        self.assertEqual(in_code["tag"], "display_notification")

    def test_same_queries_for_one_and_for_many(self):
        counts = []
        for size in (1, 20):
            batch = self.started("send", self.make_documents(size))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            batch._run_chunk(batch._take_lines())
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)


@tagged("post_install", "-at_install")
class TestBatchFiles(BatchCase):
    """The file at the end: named, in order, for few eyes, for a week."""

    def setUp(self):
        super().setUp()
        self.documents = self.make_documents(3)
        self.documents._make_version()

    def test_one_pdf_with_bookmarks(self):
        batch = self.started("pdf", self.documents)
        self.run_jobs()
        self.assertEqual((batch.state, batch.done_count), ("done", 3))
        reader = PdfReader(io.BytesIO(self.bytes_of(batch)))
        self.assertEqual(len(reader.pages), 3)
        group, names = reader.outline
        self.assertEqual(group.title, "2MELEC")
        self.assertEqual([n.title for n in names], ["Convention 1", "Convention 2", "Convention 3"])
        pages = [page.indirect_reference.idnum for page in reader.pages]
        self.assertEqual([n.raw_get("/Page").idnum for n in names], pages)

    def bytes_of(self, batch):
        return (
            self.env["ir.attachment"]
            .search(
                [
                    ("res_model", "=", "bde.batch"),
                    ("res_id", "=", batch.id),
                    ("res_field", "=", "file"),
                ]
            )
            .raw
        )

    def test_to_print_each_begins_on_a_sheet(self):
        batch = self.started("print", self.documents)
        self.run_jobs()
        self.assertEqual(len(PdfReader(io.BytesIO(self.bytes_of(batch))).pages), 6)

    def test_archive_names(self):
        self.documents[0].sudo().title = "Léa / Martin: “x”"
        batch = self.started("zip", self.documents)
        self.run_jobs()
        self.assertTrue(batch.filename.endswith(".zip"))
        with zipfile.ZipFile(io.BytesIO(self.bytes_of(batch))) as archive:
            names = archive.namelist()
            self.assertTrue(archive.read(names[0]).startswith(b"%PDF"))
        self.assertIn(f"2MELEC - Léa Martin “x” - {self.documents[0].number}.pdf", names)
        self.assertIn(f"2MELEC - Convention 2 - {self.documents[1].number}.pdf", names)

    def test_one_page_that_cannot_be_made_fails_one_line(self):
        bad = self.make_documents(1, text="cannot be rendered")
        bad._make_version()
        with mute_logger(RUN_LOG):
            batch = self.started("pdf", self.documents + bad)
            self.run_jobs()
        self.assertEqual((batch.state, batch.done_count, batch.failed_count), ("done", 3, 1))
        self.assertIn("cannot be rendered", batch.failed_line_ids.message)
        self.assertEqual(len(PdfReader(io.BytesIO(self.bytes_of(batch))).pages), 3)

    def test_two_jobs_share_one_batch(self):
        """Each job takes lines that the other does not hold, whichever comes first."""
        self.patch(bde_batch_run, "CHUNK_OF_FILES", 1)
        batch = self.started("pdf", self.documents)
        taken = []
        Batch = self.registry["bde.batch"]
        real = Batch._run_chunk

        def run_chunk(record, lines):
            taken.append(lines.mapped("res_id"))
            return real(record, lines)

        with patch.object(Batch, "_run_chunk", run_chunk):
            self.run_jobs(1)
            self.run_jobs(2)
        self.assertEqual(sorted(sum(taken, [])), sorted(self.documents.ids))
        self.assertEqual(batch.state, "done")

    def test_what_another_worker_renders_is_left_for_later(self):
        batch = self.started("pdf", self.documents)
        Version = self.registry["bde.document.version"]
        taken = self.documents[1].version_id
        real = Version._lock_unrendered
        with patch.object(
            Version, "_lock_unrendered", lambda versions, wait=False: real(versions - taken, wait)
        ):
            done = batch._run_chunk(batch._take_lines())
        self.assertEqual((done, batch.todo_count), (2, 1))
        self.assertFalse(taken.pdf_attachment_id)
        self.run_jobs()
        self.assertEqual((batch.state, batch.done_count), ("done", 3))

    def test_job_that_is_at_it_for_long_begins_anew(self):
        """Odoo stops a worker after two minutes, and runs a job ten times in a row before."""
        batch = self.started("pdf", self.documents)
        self.patch(bde_document_render, "LONGER", -1000)
        job = self.env.ref("bde_partnerships.ir_cron_batch_1")
        self.run_jobs()
        self.assertEqual(batch.todo_count, 3)
        self.assertTrue(self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)]))

    def test_without_a_version_says_what_to_do(self):
        batch = self.started("pdf", self.make_documents(1))
        self.run_jobs()
        self.assertEqual((batch.failed_count, batch.file_until), (1, False))
        self.assertTrue(batch.file_error)
        with self.assertRaises(UserError):
            batch.with_env(self.as_user(self.manager_a)).action_download()

    def test_file_that_cannot_be_joined_is_told_and_tried_again(self):
        batch = self.started("pdf", self.documents)
        Batch = self.registry["bde.batch"]
        with (
            patch.object(Batch, "_join_files", side_effect=OSError("disk full")),
            mute_logger(FILE_LOG),
        ):
            self.run_jobs()
        self.assertEqual((batch.state, batch.file_error), ("done", "disk full"))
        batch.with_env(self.as_user(self.manager_a)).action_retry()
        self.run_jobs()
        self.assertTrue(batch.file_until)
        self.assertFalse(batch.file_error)

    def test_file_is_for_who_started_it_and_the_bureau(self):
        batch = self.started("zip", self.documents)
        self.run_jobs()
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "bde.batch"), ("res_id", "=", batch.id), ("res_field", "=", "file")]
        )
        for user, sees in (
            (self.manager_a, True),
            (self.secretary_a, True),
            (self.teacher_a, False),
            (self.intendance_a, False),
            (self.manager_b, False),
        ):
            with self.subTest(user.login):
                env = self.as_user(user)
                self.assertEqual(attachment.with_env(env).has_access("read"), sees)
                self.assertEqual(batch.with_env(env).has_access("read"), sees)

    def test_file_goes_after_a_week(self):
        batch = self.started("zip", self.documents)
        self.run_jobs()
        self.env["bde.batch"]._gc_files()
        self.assertTrue(batch.file)
        with freeze_time(fields.Datetime.now() + timedelta(days=8)):
            self.env["bde.batch"]._gc_files()
        self.assertFalse(batch.file)
        self.assertFalse(batch.file_until)
