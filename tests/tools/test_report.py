"""Reading what the test runners tell."""

from tools import report

STAMP = "2026-11-21 18:40:33,246 12403"
START = f"{STAMP} INFO base odoo.addons.bde_pfmp.tests.test_a: Starting"


def read(*lines, modules=("bde_pfmp",)):
    return report.read_odoo_log("\n".join(lines), modules)


def total(text):
    return f"{STAMP} ERROR base odoo.tests.result: {text} when loading database 'base' "


def test_an_installation_is_told_for_what_it_says_of_us():
    ours = f"{STAMP} WARNING base odoo.addons.bde_pfmp.models.x: a field without a label"
    core = f"{STAMP} WARNING base odoo.addons.crm: a warning of Odoo's own"
    quiet = f"{STAMP} INFO base odoo.addons.bde_pfmp: loaded"
    found = report.read_install_log("\n".join((ours, core, quiet)))
    assert [name for name, _ in found.failures] == [
        "installation : WARNING odoo.addons.bde_pfmp.models.x"
    ]
    assert found.passed == 0


def test_passed_and_skipped_are_counted():
    found = read(
        f"{START} TestA.test_one ... ",
        f"{START} TestA.test_two ... ",
        START.replace("Starting", "skipped TestA.test_two : no Chromium "),
        total("0 failed, 0 error(s) of 2 tests"),
    )
    assert found.closing_line() == "1 passed, 0 failed, 1 skipped"
    assert found.skips == [("bde_pfmp:TestA.test_two", "no Chromium")]


def test_a_failure_has_its_name_and_traceback():
    found = read(
        f"{START} TestA.test_one ... ",
        f"{STAMP} ERROR base odoo.addons.bde_pfmp.tests.test_a: FAIL: TestA.test_one",
        "Traceback (most recent call last):",
        "AssertionError: 3 != 4",
        total("1 failed, 0 error(s) of 1 tests"),
    )
    assert found.closing_line() == "0 passed, 1 failed, 0 skipped"
    name, details = found.failures[0]
    assert name == "bde_pfmp:TestA.test_one"
    assert "3 != 4" in details


def test_a_failed_subtest_fails_its_test():
    found = read(
        f"{START} TestA.test_one ... ",
        f"{STAMP} ERROR base odoo.addons.bde_pfmp.tests.test_a: "
        "FAIL: Subtest TestA.test_one (role='head')",
        total("1 failed, 0 error(s) of 1 tests"),
    )
    assert found.closing_line() == "0 passed, 1 failed, 0 skipped"


def test_a_failed_set_up_is_one_failure():
    found = read(
        f"{STAMP} ERROR base odoo.addons.bde_pfmp.tests.test_a: "
        "ERROR: setUpClass (odoo.addons.bde_pfmp.tests.test_a.TestA)",
        total("0 failed, 1 error(s) of 0 tests"),
    )
    assert [name for name, _details in found.failures] == [
        "bde_pfmp:setUpClass (odoo.addons.bde_pfmp.tests.test_a.TestA)",
        "bde_pfmp : aucun test n'a été exécuté",
    ]


def test_a_module_none_of_whose_tests_ran_is_a_failure():
    found = read(
        f"{START} TestA.test_one ... ",
        total("0 failed, 0 error(s) of 1 tests"),
        modules=("bde_pfmp", "bde_alumni"),
    )
    assert [name for name, _ in found.failures] == ["bde_alumni : aucun test n'a été exécuté"]


def test_a_run_that_died_is_a_failure():
    found = read(f"{START} TestA.test_one ... ")
    assert found.failures[0][0] == "Odoo s'est arrêté avant la fin des tests"


def test_counted_failures_that_were_not_recognised_still_fail():
    found = read(f"{START} TestA.test_one ... ", total("2 failed, 0 error(s) of 1 tests"))
    assert len(found.failures) == 1


def test_warnings_of_ours_fail_and_those_of_others_do_not():
    end = total("0 failed, 0 error(s) of 1 tests")
    begin = f"{START} TestA.test_one ... "
    for logger, message, defects in (
        ("odoo.addons.bde_pfmp.models.x", "something", 1),
        ("odoo.models", "The model bde.period has no _description", 1),
        ("odoo.addons.crm", "something else", 0),
        ("odoo.tools.config", "unknown option 'bde_key_dir' in the config file", 0),
        ("odoo.mail", "message to a@bde.example", 0),
    ):
        line = f"{STAMP} WARNING base {logger}: {message}"
        assert len(read(begin, line, end).failures) == defects, message


def test_an_information_line_is_no_defect():
    line = f"{STAMP} INFO base odoo.addons.bde_pfmp: warning about bde.period"
    found = read(f"{START} TestA.test_one ... ", line, total("0 failed, 0 error(s) of 1 tests"))
    assert not found.failures


def test_pytest_results(tmp_path):
    path = tmp_path / "junit.xml"
    path.write_text(
        "<testsuites><testsuite>"
        '<testcase classname="a" name="one"/>'
        '<testcase classname="a" name="two"><failure message="3 != 4">trace</failure></testcase>'
        '<testcase classname="a" name="three"><error message="set-up"/></testcase>'
        '<testcase classname="a" name="four"><skipped message="no Chromium"/></testcase>'
        "</testsuite></testsuites>"
    )
    found = report.read_junit(path)
    assert found.closing_line() == "1 passed, 2 failed, 1 skipped"
    assert found.skips == [("a::four", "no Chromium")]


def test_exit_code_is_zero_only_when_something_passed_and_nothing_failed(capsys):
    assert report.Report().show() == 1
    assert report.Report(passed=1).show() == 0
    assert report.Report(passed=1, failures=[("x", "")]).show() == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 1 failed, 0 skipped"
