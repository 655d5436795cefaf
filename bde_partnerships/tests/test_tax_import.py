from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SIRET_HOST, SIRET_OTHER, UAI_A, UAI_B
from .tax_money_common import (
    FIRST,
    SECOND,
    SIRET_DUVAL,
    SIRET_DUVAL_HEAD,
    SIRET_UNKNOWN,
    TITLES,
    TaxMoneyCase,
    row,
)

FIRST_DAY = date(2025, 7, 11)


@tagged("post_install", "-at_install")
class TestTaxImport(TaxMoneyCase):
    """The export of the school, loaded, loaded again, loaded when it has grown."""

    def test_rows_become_receipts_to_the_cent(self):
        record = self.count([
            row(SIRET_HOST, "Hôte", "1 234,56 €", course="bac pro melec"),
            row(SIRET_DUVAL, "DUVAL SARL", "99,44", SECOND),
        ])  # fmt: skip
        self.assertEqual(record.state, "done")
        self.assertEqual(self.totals(record), (1334.0, 1334.0, 0, 0, 0, 0, 0))
        receipts = self.env["bde.tax.receipt"].search([("campaign_id", "=", self.campaign.id)])
        by_company = {one.partner_id: one for one in receipts}
        first, second = by_company[self.host], by_company[self.duval]
        self.assertEqual((first.amount, second.amount), (1234.56, 99.44))
        self.assertEqual(first.transfer_on, date(2025, 7, 11))
        self.assertEqual(first.window_id, self.window("transfer1"))
        self.assertEqual(second.window_id, self.window("transfer2"))
        self.assertEqual(first.course_id.name, "BAC PRO MELEC")
        self.assertTrue(first.is_unexpected)
        self.assertEqual((first.year, first.training_id), (2025, self.training_a))
        self.assertEqual(first.create_uid, self.secretary_a)
        self.assertEqual(first.target_id.stage, "received")
        self.assertEqual(first.target_id.received_amount, 1234.56)

    def test_companies_that_were_not_asked_begin_with_what_they_gave(self):
        town = self.company("Mairie", SIRET_OTHER, bde_legal_category="7210")
        self.count([
            row(SIRET_OTHER, "Mairie", "300"),
            row(SIRET_OTHER, "Mairie", "50", SECOND),
            row(SIRET_DUVAL, "Duval", "-20"),
        ])  # fmt: skip
        targets = self.env["bde.tax.target"].search([("campaign_id", "=", self.campaign.id)])
        by_company = {one.partner_id: one for one in targets}
        gave, owes = by_company[town], by_company[self.duval]
        self.assertEqual((gave.received_amount, owes.received_amount), (350, -20))
        self.assertEqual((gave.stage, owes.stage), ("received", "targeted"))
        self.assertEqual((gave.thanks_state, owes.thanks_state), ("to_thank", "nothing"))
        # a town hall owes nothing, but who gave is asked again
        self.assertEqual((gave.state, gave.left_out_reason), ("kept", False))
        self.assertIn("L6131-1", gave.to_check_text)
        names = [name for name, field in targets._fields.items() if field.precompute]
        given = targets.sudo().read(names, load=None)
        for name in names:
            self.env.add_to_compute(targets._fields[name], targets)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(targets.sudo().read(names, load=None), given)

    def test_columns_with_any_title_are_matched_by_hand_and_remembered(self):
        titles = ("Ident.", "Qui", "Combien", "Quand")
        rows = [[SIRET_HOST, "Hôte", "10,50", "11/07/2025"], ["x", "y", "z", "t"]]
        record = self.load(self.text(rows, titles))
        record.action_read()
        with self.assertRaisesRegex(UserError, "which column holds the amount"):
            record.action_preview()
        for column, name in zip(
            record.column_ids, ("siret", "name", "amount", "transfer_on"), strict=True
        ):
            column.field = name
        record.action_preview()
        self.assertEqual(self.statuses(record), ["new", "refused"])
        record.action_apply()
        again = self.load(self.text(rows, titles))
        again.action_read()
        self.assertEqual(
            again.column_ids.mapped("field"), ["siret", "name", "amount", "transfer_on"]
        )
        self.assertTrue(all(again.column_ids.mapped("remembered")))

    def test_two_columns_for_one_thing_stop(self):
        record = self.load(self.text([row(SIRET_HOST, "Hôte", "10")]))
        record.action_read()
        record.column_ids[1].field = "siret"
        with self.assertRaisesRegex(UserError, r"Two columns .*A \(SIRET employeur\)"):
            record.action_preview()

    def test_workbook_with_numbers_and_days_of_excel(self):
        rows = [
            [float(SIRET_HOST), "Hôte", 1234.5, date(2025, 7, 11), UAI_A, "", 2025],
            [int(SIRET_DUVAL), "Duval", -20, 45849, UAI_A, "", 2025],
        ]
        record = self.load(self.workbook(rows), name="export.xlsx")
        record.action_preview()
        record.action_apply()
        self.assertEqual(self.received(self.host), 1234.5)
        self.assertEqual(self.received(self.duval), -20)
        self.assertEqual(record.line_ids.mapped("transfer_on"), [date(2025, 7, 11)] * 2)

    def test_the_same_file_again_counts_nothing(self):
        rows = [row(SIRET_HOST, "Hôte", "500"), row(SIRET_DUVAL, "Duval", "300", SECOND)]
        self.count(rows)
        again = self.count(list(reversed(rows)))
        self.assertEqual(self.statuses(again), ["known", "known"])
        self.assertEqual(self.totals(again), (800.0, 800.0, 0, 0, 0, 0, 0))
        self.assertEqual(self.received(), 800)

    def test_a_file_that_grew_counts_what_is_new(self):
        self.count([row(SIRET_HOST, "Hôte", "500")])
        grown = self.count([
            row(SIRET_DUVAL, "Duval", "300"),
            row(SIRET_HOST, "Hôte", "500"),
            row(SIRET_HOST, "Hôte", "70", SECOND),
        ])  # fmt: skip
        self.assertEqual(self.statuses(grown), ["new", "known", "new"])
        self.assertEqual(
            grown.line_ids.sorted("line").mapped("result"), ["counted", False, "counted"]
        )

    def test_applied_twice_is_once(self):
        record = self.preview([row(SIRET_HOST, "Hôte", "500")])
        record.action_apply()
        with self.assertRaises(UserError):
            record.action_apply()
        self.assertEqual(self.received(), 500)

    def test_two_files_previewed_at_once_count_once(self):
        rows = [row(SIRET_HOST, "Hôte", "500"), row(SIRET_DUVAL, "Duval", "300")]
        first, second = self.preview(rows), self.preview([rows[0], row(SIRET_DUVAL, "D", "310")])
        first.action_apply()
        second.action_apply()
        self.assertEqual(self.received(), 800)
        self.assertEqual(self.statuses(second), ["known", "changed"])
        self.assertEqual(self.totals(second), (810.0, 800.0, 0, 10.0, 0, 0, 0))

    def test_twice_the_same_line_counts_twice_with_a_warning(self):
        record = self.preview([row(SIRET_HOST, "Hôte", "500")] * 2)
        self.assertEqual(record.line_ids.sorted("line").mapped("twin_of"), [0, 2])
        self.assertIn("very same", record.sentence)
        self.assertIn("Line 2", self.line(record, 3).remark)
        record.action_apply()
        self.assertEqual(self.received(), 1000)
        self.count([row(SIRET_HOST, "Hôte", "500")] * 2)
        self.assertEqual(self.received(), 1000)
        self.count([row(SIRET_HOST, "Hôte", "500")] * 3)
        self.assertEqual(self.received(), 1500)

    def test_a_twin_is_set_aside_once_for_all(self):
        rows = [row(SIRET_HOST, "Hôte", "500")] * 2
        record = self.preview(rows)
        twin = self.line(record, 3)
        with self.assertRaisesRegex(UserError, "say why"):
            twin.write({"decision": "aside"})
        twin.write({"decision": "aside", "aside_reason": "Deux fois le même virement"})
        record.action_apply()
        self.assertEqual(self.totals(record), (1000.0, 500.0, 0, 0, 0, 0, 500.0))
        again = self.count(rows)
        self.assertEqual(self.totals(again), (1000.0, 500.0, 0, 0, 0, 0, 500.0))
        self.assertEqual(self.received(), 500)

    def test_a_changed_amount_asks_then_corrects(self):
        self.count([row(SIRET_HOST, "Hôte", "500"), row(SIRET_DUVAL, "Duval", "300")])
        record = self.count([row(SIRET_HOST, "Hôte", "450"), row(SIRET_DUVAL, "Duval", "300")])
        self.assertEqual(self.statuses(record), ["changed", "known"])
        self.assertIn("500", self.line(record, 2).reason)
        self.assertEqual(self.totals(record), (750.0, 800.0, 0, -50.0, 0, 0, 0))
        self.line(record, 2).with_context(decision="correct").action_decide()
        record.action_apply()
        self.assertEqual(self.received(self.host), 450)
        self.assertEqual(self.totals(record), (750.0, 750.0, 0, 0, 0, 0, 0))
        target = self.campaign._target_of(self.relation)
        self.assertEqual(target.received_amount, 450)

    def test_a_changed_amount_may_be_kept_or_counted_besides(self):
        self.count([row(SIRET_HOST, "Hôte", "500"), row(SIRET_DUVAL, "Duval", "300")])
        record = self.count([row(SIRET_HOST, "Hôte", "200"), row(SIRET_DUVAL, "Duval", "310")])
        self.line(record, 2).with_context(decision="add").action_decide()
        self.line(record, 3).with_context(decision="keep").action_decide()
        record.action_apply()
        self.assertEqual((self.received(self.host), self.received(self.duval)), (700, 300))
        self.assertEqual(self.totals(record)[-1], 10)
        both = self.count([row(SIRET_HOST, "Hôte", "500"), row(SIRET_HOST, "Hôte", "200")])
        self.assertEqual(self.statuses(both), ["known", "known"])

    def test_what_is_gone_is_shown_and_stays_counted(self):
        self.count([row(SIRET_HOST, "Hôte", "500"), row(SIRET_DUVAL, "Duval", "300")])
        record = self.count([row(SIRET_HOST, "Hôte", "500")])
        gone = record.line_ids.filtered(lambda line: line.status == "gone")
        self.assertEqual((gone.partner_id, gone.amount), (self.duval, 300))
        self.assertEqual(record.gone_count, 1)
        self.assertEqual(self.totals(record), (500.0, 500.0, 0, 0, 0, 0, 0))
        self.assertEqual(self.received(), 800)
        with self.assertRaises(UserError):
            gone.with_context(decision="withdraw").action_decide()
        record = record.with_env(self.as_user(self.manager_a))
        gone = gone.with_env(record.env)
        gone.with_context(decision="withdraw").action_decide()
        record.action_apply()
        self.assertEqual(self.received(), 500)
        self.assertEqual(self.campaign._target_of(self.relation_of(self.duval)).received_amount, 0)

    def test_a_negative_correction_is_taken_off(self):
        self.count([row(SIRET_HOST, "Hôte", "500"), row(SIRET_HOST, "Hôte", "(120,50)", SECOND)])
        self.assertEqual(self.received(self.host), 379.5)

    def test_amounts_that_cannot_be_read_are_refused_and_given_back(self):
        record = self.count([
            row(SIRET_HOST, "Hôte", "1.234"),
            row(SIRET_DUVAL, "Duval", "douze"),
            row(SIRET_DUVAL, "Duval", ""),
            row(SIRET_DUVAL, "Duval", "0"),
            row(SIRET_DUVAL, "Duval", "12"),
        ])  # fmt: skip
        self.assertEqual(self.statuses(record), ["refused"] * 4 + ["new"])
        self.assertIn("thousands or decimals", self.line(record, 2).reason)
        self.assertEqual(record.unread_count, 3)
        self.assertEqual(self.totals(record), (12.0, 12.0, 0, 0, 0, 0, 0))
        rows = record._refused_rows()
        self.assertEqual(len(rows), 5)
        self.assertEqual(rows[2][2], "douze")

    def test_the_column_tells_what_a_dot_means(self):
        self.count([row(SIRET_HOST, "Hôte", "1.234"), row(SIRET_DUVAL, "Duval", "1,50")])
        self.assertEqual(self.received(self.host), 1234)

    def test_a_total_that_does_not_agree_stops_the_count(self):
        rows = [row(SIRET_HOST, "Hôte", "500"), row("", "TOTAL", "501", "", "", "", "")]
        record = self.preview(rows)
        self.assertEqual((record.total_file, record.total_stated), (500, 501))
        self.assertFalse(record.total_agrees)
        with self.assertRaisesRegex(UserError, r"501.*500.*1[.,]00"):
            record.action_apply()
        self.assertEqual(self.received(), 0)
        record.total_stated = 500
        record.action_apply()
        self.assertEqual(self.received(), 500)

    def test_rows_of_another_school_are_never_counted(self):
        record = self.count([row(SIRET_HOST, "Hôte", "500"), row(SIRET_DUVAL, "D", "8", uai=UAI_B)])
        self.assertEqual(self.statuses(record), ["new", "not_ours"])
        self.assertEqual(self.totals(record), (508.0, 500.0, 0, 0, 0, 8.0, 0))
        other = self.line(record, 3)
        self.assertIn(UAI_B, other.reason)
        with self.assertRaisesRegex(UserError, "another school"):
            other.with_context(decision="take").action_decide()
        other.action_ours()
        self.assertEqual(self.campaign.component_ids.uai, UAI_B)
        record.action_apply()
        receipt = self.env["bde.tax.receipt"].search([("amount", "=", 8)])
        self.assertEqual(receipt.component_id.uai, UAI_B)
        self.assertEqual(self.totals(record), (508.0, 508.0, 0, 0, 0, 0, 0))

    def test_schools_named_by_name(self):
        titles = ("SIRET", "Raison sociale", "Montant", "Composante")
        one = self.preview([[SIRET_HOST, "H", "5", "Cité scolaire Untel"]], titles)
        self.assertEqual(self.statuses(one), ["new"])
        rows = [
            [SIRET_HOST, "H", "5", "Lycée professionnel Ampère"],
            [SIRET_DUVAL, "D", "6", "LP X"],
        ]
        two = self.preview(rows, titles)
        self.assertEqual(self.statuses(two), ["new", "not_ours"])

    def test_years_of_the_file_choose_the_campaign(self):
        later = self.tax_campaign(self.school_a, self.training_a, self.manager_a, 2024)
        record = self.count([
            row(SIRET_HOST, "Hôte", "500", year="Campagne 2024 - période 1", day=""),
            row(SIRET_DUVAL, "Duval", "300", year=""),
            row(SIRET_DUVAL, "Duval", "20", year="2019"),
            row(SIRET_DUVAL, "Duval", "21", year="2023"),
        ])  # fmt: skip
        self.assertEqual(self.statuses(record), ["new", "new", "new", "refused"])
        self.assertEqual(self.line(record, 2).campaign_id, later)
        self.assertEqual(self.line(record, 2).window_id.kind, "transfer1")
        self.assertIn("2023", self.line(record, 5).reason)
        self.assertEqual(self.totals(record), (841.0, 820.0, 0, 0, 21.0, 0, 0))

    def test_a_closed_campaign_is_told_and_counts(self):
        self.campaign.state = "closed"
        record = self.preview([row(SIRET_HOST, "Hôte", "500")])
        self.assertIn("is closed", record.sentence)
        record.action_apply()
        self.assertEqual(self.received(), 500)

    def test_a_file_with_other_columns_counts_nothing_twice(self):
        self.count([row(SIRET_HOST, "Hôte", "500"), row(SIRET_DUVAL, "Duval", "300")])
        titles = ("SIREN", "Montant", "Formation")
        record = self.count(
            [[SIRET_HOST[:9], "500", "CAP"], [SIRET_DUVAL[:9], "320", "CAP"],
             [SIRET_DUVAL[:9], "40", "CAP"]],
            titles,
        )  # fmt: skip
        self.assertEqual(self.statuses(record), ["known", "changed", "new"])
        self.assertEqual(self.received(), 840)

    def test_the_same_amount_in_another_period_is_other_money(self):
        """Exports of one period each, without dates: nothing is taken for what came before."""
        titles = ("SIRET employeur", "Montant", "Période")
        self.count([[SIRET_HOST, "500", "P1"], [SIRET_DUVAL, "300", "P1"]], titles)
        second = self.count([[SIRET_HOST, "500", "P2"], [SIRET_DUVAL, "310", "P2"]], titles)
        self.assertEqual(self.statuses(second), ["new", "new"])
        self.assertEqual((second.gone_count, self.received()), (2, 1610))
        whole = self.count(
            [[siret, amount, period] for period, amounts in (("P1", ("500", "300")), ("P2", (
                "500", "310"))) for siret, amount in zip(
                    (SIRET_HOST, SIRET_DUVAL), amounts, strict=True)],
            titles,
        )  # fmt: skip
        self.assertEqual(self.statuses(whole), ["known"] * 4)
        self.assertEqual(self.received(), 1610)

    def test_the_same_amount_to_another_component_is_other_money(self):
        self.env["bde.tax.component"].create(
            {"campaign_id": self.campaign.id, "name": "CFA Ampère", "uai": UAI_B}
        )
        self.count([row(SIRET_HOST, "Hôte", "500")])
        second = self.count([row(SIRET_HOST, "Hôte", "500", uai=UAI_B)])
        self.assertEqual(self.statuses(second), ["new"])
        self.assertEqual(self.received(), 1000)

    def test_another_row_of_the_same_amount_is_asked_about(self):
        """The file tells as much as the earlier one: it may be money besides."""
        titles = ("SIRET employeur", "Montant", "Référence")
        self.count([[SIRET_HOST, "500", "A-1"]], titles)
        record = self.count([[SIRET_HOST, "500", "B-7"]], titles)
        line = self.line(record, 2)
        self.assertEqual((line.status, line.bucket), ("changed", "waiting"))
        self.assertIn("besides", line.reason)
        line.with_context(decision="add").action_decide()
        record.action_apply()
        self.assertEqual(self.received(), 1000)
        both = self.count([[SIRET_HOST, "500", "A-1"], [SIRET_HOST, "500", "B-7"]], titles)
        self.assertEqual((self.statuses(both), self.received()), (["known"] * 2, 1000))

    def test_rows_checked_again_stay_the_proof_of_what_they_counted(self):
        record = self.count([row(SIRET_HOST, "Hôte", "500")])
        record.action_preview()
        self.assertEqual(self.totals(record), (500.0, 500.0, 0, 0, 0, 0, 0))
        receipt = self.env["bde.tax.receipt"].search([])
        self.assertEqual(receipt.import_line_id, record.line_ids)
        with self.assertRaisesRegex(UserError, "counted"):
            record.action_back()
        with self.assertRaisesRegex(UserError, "proof"):
            record.with_env(self.as_user(self.manager_a)).unlink()

    def test_empty_and_unreadable_files_say_so(self):
        for content in (b"", b"SIRET;Montant\n", b"\x00\x01\x02" * 50):
            with self.assertRaises(UserError):
                self.load(content).action_read()
        self.assertEqual(self.received(), 0)

    def test_old_files_go_and_open_rows_stay(self):
        record = self.count([row("", "Inconnue SARL", "50"), row(SIRET_HOST, "Hôte", "500")])
        self.env.cr.execute(
            "UPDATE bde_tax_import SET create_date = '2020-01-01' WHERE id = %s", [record.id]
        )
        record.invalidate_recordset()
        with self.enter_registry_test_mode():
            self.env.ref("bde_partnerships.ir_cron_tax_import_files").method_direct_trigger()
        self.assertFalse(record.file)
        self.assertEqual(record.open_count, 1)
        line = record.open_line_ids
        line.write({"partner_id": self.duval.id})
        line._count_now()
        self.assertEqual(self.received(self.duval), 50)
        with self.assertRaisesRegex(UserError, "proof"):
            record.with_env(self.as_user(self.manager_a)).unlink()


@tagged("post_install", "-at_install")
class TestTaxMatch(TaxMoneyCase):
    """Whose money a row is."""

    def test_another_establishment_of_a_company_that_promised(self):
        self.pledge(self.relation_of(self.duval), 300)
        record = self.count([row(SIRET_DUVAL_HEAD, "DUVAL SIEGE", "300")])
        self.assertEqual(self.line(record, 2).partner_id, self.duval)
        self.assertIn("SIREN", self.line(record, 2).remark)
        self.assertFalse(self.env["bde.tax.receipt"].search([]).is_unexpected)

    def test_a_former_siret_is_known(self):
        self.env["bde.former.siret"].sudo().create(
            {"partner_id": self.duval.id, "siret": SIRET_UNKNOWN}
        )
        record = self.count([row(SIRET_UNKNOWN, "X", "30")])
        self.assertEqual(self.line(record, 2).partner_id, self.duval)

    def test_several_establishments_ask_unless_one_was_asked(self):
        head = self.company("Duval Siège", SIRET_DUVAL_HEAD)
        titles = ("SIREN", "Montant")
        record = self.preview([[SIRET_DUVAL[:9], "30"]], titles)
        self.assertEqual(self.statuses(record), ["to_confirm"])
        self.campaign._target_of(self.relation_of(head))
        record = self.preview([[SIRET_DUVAL[:9], "30"]], titles)
        self.assertEqual((self.statuses(record), record.line_ids.partner_id), (["new"], head))
        self.pledge(self.relation_of(self.duval), 10)
        record = self.preview([[SIRET_DUVAL[:9], "30"]], titles)
        self.assertEqual(record.line_ids.partner_id, self.duval)

    def test_a_name_is_confirmed_then_known(self):
        rows = [row("", "SERRURERIE MORIN", "40"), row("", "Serrurerie Morin", "50", SECOND)]
        record = self.count(rows)
        self.assertEqual(self.statuses(record), ["to_confirm"] * 2)
        self.assertEqual(record.line_ids.partner_id, self.duval)
        self.assertEqual(self.received(), 0)
        self.line(record, 2).action_take()
        record.action_apply()
        self.assertEqual(self.received(self.duval), 40)
        later = self.preview([row("", "serrurerie morin", "60", "2025-11-27")])
        self.assertEqual(self.statuses(later), ["new"])
        self.assertIn("earlier file", later.line_ids.filtered("line").remark)

    def test_the_school_s_own_companies_are_proposed_first(self):
        own = self.company("Boulangerie Martin", zip="33000", city="Bordeaux")
        self.company("Boulangerie Martin", SIRET_OTHER, self.school_b, zip="69001", city="Lyon")
        record = self.preview([row("", "BOULANGERIE MARTIN", "10")])
        self.assertEqual(record.line_ids.partner_id, own)
        self.assertGreaterEqual(len(record.line_ids.candidates), 2)

    def test_an_unknown_employer_waits_until_it_is_registered(self):
        record = self.count([
            row(SIRET_UNKNOWN, "Zorglub Industries", "75"),
            row(SIRET_UNKNOWN, "Zorglub Industries", "5", SECOND),
            row(SIRET_HOST, "Hôte", "1"),
        ])  # fmt: skip
        self.assertEqual(self.statuses(record)[:2], ["unmatched"] * 2)
        self.assertEqual(self.totals(record), (81.0, 1.0, 0, 80.0, 0, 0, 0))
        action = self.line(record, 2).action_register()
        wizard = record.env["bde.employer.register"].with_context(**action["context"]).create({})
        wizard.action_register()
        self.assertEqual(self.totals(record), (81.0, 81.0, 0, 0, 0, 0, 0))
        partner = self.env["res.partner"].search([("company_registry", "=", SIRET_UNKNOWN)])
        self.assertEqual(self.received(partner), 80)

    def test_the_dialog_takes_a_candidate_or_another_company(self):
        record = self.count([row("", "SERRURERIE MORIN", "40"), row("", "", "9")])
        action = self.line(record, 2).action_choose()
        wizard = record.env["bde.tax.match"].browse(action["res_id"])
        self.assertEqual(wizard.candidate_ids.partner_id, self.duval)
        wizard.candidate_ids.action_take()
        action = self.line(record, 3).action_choose()
        wizard = record.env["bde.tax.match"].browse(action["res_id"])
        with self.assertRaises(UserError):
            wizard.action_take()
        wizard.partner_id = self.host
        wizard.action_take()
        if record.todo_count:
            record.action_apply()
        self.assertEqual((self.received(self.duval), self.received(self.host)), (40, 9))

    def test_a_bad_date_is_named_wherever_its_row_is_looked_at(self):
        record = self.preview([
            row(SIRET_HOST, "Hôte", "10", "31/02/2025"),
            row(SIRET_DUVAL, "Duval", "douze", "31/02/2025"),
            row(SIRET_DUVAL, "Duval", "20"),
        ])  # fmt: skip
        self.assertIn("31/02/2025", self.line(record, 2).remark)
        self.assertIn("no date of transfer", self.line(record, 2).remark)
        refused = self.line(record, 3)
        self.assertIn("“douze”", refused.reason)
        self.assertIn("31/02/2025", refused.reason)
        self.assertIn("31/02/2025", record._refused_rows()[1][-1])
        self.assertEqual(record.undated_count, 1)
        self.assertIn("Without a date of transfer: 1", record.sentence)
        record.action_back()
        record.transfer_on = FIRST_DAY
        record.action_preview()
        self.assertEqual(self.line(record, 2).transfer_on, FIRST_DAY)
        self.assertIn("whole file", self.line(record, 2).remark)
        self.assertEqual(record.undated_count, 0)

    def test_a_wrong_siret_is_asked(self):
        wrong = SIRET_DUVAL[:-1] + "8"
        record = self.preview([row(wrong, "Duval", "40")])
        self.assertEqual(self.statuses(record), ["to_confirm"])
        self.assertEqual(record.line_ids.partner_id, self.duval)
        self.assertIn("key", record.line_ids.remark)

    def test_a_company_of_the_directory_gets_its_page(self):
        partner = self.company("Lyonnaise", SIRET_OTHER, self.school_b)
        self.count([row(SIRET_OTHER, "Lyonnaise", "12")])
        self.assertEqual(self.relation_of(partner).company_id, self.school_a)
        self.assertEqual(self.received(partner), 12)

    def test_a_row_that_waits_is_asked_in_the_newest_file_alone(self):
        rows = [row("", "Zorglub", "12")]
        first = self.count([*rows, row(SIRET_HOST, "Hôte", "1")])
        second = self.count(
            [*rows, row(SIRET_HOST, "Hôte", "1"), row(SIRET_HOST, "H", "2", SECOND)]
        )
        self.assertEqual((first.open_count, second.open_count), (0, 1))
        self.assertEqual(self.totals(first), (13.0, 1.0, 0, 0, 0, 0, 12.0))
        third = self.count([*rows, row(SIRET_HOST, "Hôte", "1")])
        self.assertEqual((second.open_count, third.open_count), (0, 1))

    def test_a_newer_file_that_goes_gives_the_rows_back(self):
        first = self.count([row("", "Zorglub", "12"), row(SIRET_HOST, "Hôte", "1")])
        newer = self.preview([row("", "Zorglub", "12")])
        self.assertEqual(first.open_count, 0)
        newer.with_env(self.as_user(self.manager_a)).unlink()
        self.assertEqual(first.open_count, 1)
        self.assertEqual(self.totals(first), (13.0, 1.0, 0, 12.0, 0, 0, 0))


@tagged("post_install", "-at_install")
class TestTaxImportRights(TaxMoneyCase):
    """Who counts money, and who does not."""

    def test_teachers_and_other_schools_see_nothing(self):
        record = self.count([row(SIRET_HOST, "Hôte", "500")])
        receipt = self.env["bde.tax.receipt"].search([])
        for user in (self.teacher_a, self.school_life_a, self.correspondent, self.bde_admin):
            for one in (record, receipt, record.line_ids):
                with self.assertRaises(AccessError):
                    one.with_env(self.as_user(user)).read(["company_id"])
        for one in (record, receipt, record.line_ids):
            self.assertFalse(one.with_env(self.as_user(self.manager_b)).search([]))

    def test_rows_and_receipts_are_written_by_the_import_alone(self):
        record = self.preview([row("", "SERRURERIE MORIN", "40"), row(SIRET_HOST, "Hôte", "500")])
        line = self.line(record, 2)
        for vals in ({"amount": 1}, {"status": "new"}, {"counted": 5}, {"result": "counted"}):
            with self.assertRaises(AccessError):
                line.write(vals)
        with self.assertRaises(AccessError):
            record.write({"total_file": 3})
        record.action_apply()
        receipt = self.env["bde.tax.receipt"].search([]).with_env(record.env)
        with self.assertRaises(AccessError):
            receipt.write({"amount": 5000})
        with self.assertRaises(AccessError):
            receipt.unlink()

    def test_answers_that_make_no_sense_are_refused(self):
        record = self.preview([row("", "Zorglub", "40"), row(SIRET_HOST, "Hôte", "500")])
        zorglub, host = self.line(record, 2), self.line(record, 3)
        with self.assertRaisesRegex(UserError, "choose the company"):
            zorglub.with_context(decision="take").action_decide()
        with self.assertRaises(UserError):
            zorglub.with_context(decision="correct").action_decide()
        with self.assertRaises(AccessError):
            zorglub.write({"partner_id": self.school_b.partner_id.id})
        record.action_apply()
        with self.assertRaisesRegex(UserError, "counted already"):
            host.write({"decision": "aside", "aside_reason": "x"})

    def test_answers_stay_when_the_rows_are_checked_again(self):
        record = self.preview([row("", "Zorglub", "40"), row(SIRET_HOST, "Hôte", "500")])
        self.line(record, 2).write({"partner_id": self.duval.id})
        record.action_preview()
        line = self.line(record, 2)
        self.assertEqual((line.decision, line.partner_id), ("take", self.duval))

    def test_queries_do_not_grow_with_the_rows(self):
        def queries(number, start):
            rows = [row(SIRET_HOST, "Hôte", f"{n}", FIRST, course=f"c{n}") for n in range(
                start, start + number)]  # fmt: skip
            record = self.load(self.text(rows))
            record.action_read()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            record.action_preview()
            self.env.flush_all()
            middle = self.env.cr.sql_log_count
            self.env.invalidate_all()
            record.action_apply()
            self.env.flush_all()
            return middle - before, self.env.cr.sql_log_count - middle

        queries(1, 1000)
        one, twenty, many = queries(1, 2000), queries(20, 3000), queries(200, 4000)
        self.assertLessEqual(max(twenty[0], many[0]), one[0] + 3)
        self.assertLessEqual(max(twenty[1], many[1]), one[1] + 8)

    def test_titles_are_of_a_likely_export(self):
        record = self.load(self.text([row(SIRET_HOST, "Hôte", "1")]))
        record.action_read()
        self.assertEqual(
            record.column_ids.mapped("field"),
            ["siret", "name", "amount", "transfer_on", "uai", "course", "year"],
        )
        self.assertEqual(len(TITLES), len(record.column_ids))
