"""What an upgrade's log tells."""

from tools import upgrade

STAMP = "2026-11-21 18:40:33,246 12403"


def read(*lines, code=0):
    return upgrade.read_upgrade_log("\n".join(lines), code, "essai")


def test_a_quiet_upgrade_passes():
    found = read(f"{STAMP} INFO base odoo.registry: Registry loaded in 4.2s")
    assert found.closing_line() == "1 passed, 0 failed, 0 skipped"


def test_any_warning_fails_with_its_text():
    found = read(
        f"{STAMP} WARNING base odoo.schema: Missing not-null constraint on crm.lead.company_id",
        f"{STAMP} INFO base odoo.registry: Registry loaded in 4.2s",
    )
    name, details = found.failures[0]
    assert name == "essai : WARNING odoo.schema"
    assert "crm.lead.company_id" in details


def test_listed_warnings_pass():
    found = read(
        f"{STAMP} WARNING ? odoo.tools.config: unknown option 'bde_key_dir' in the config file",
        f"{STAMP} WARNING base odoo.addons.base.models.ir_attachment: "
        "No such file or directory: 'files/filestore/bde_upgrade/ab/abcd'",
    )
    assert not found.failures


def test_an_upgrade_that_dies_without_a_word_fails():
    found = read(f"{STAMP} INFO base odoo.registry: loading", code=-9)
    assert found.failures[0][0] == "essai : code -9"


def test_every_dump_is_told_in_the_readme():
    readme = (upgrade.FOLDER / "README.md").read_text()
    dumps = sorted(upgrade.FOLDER.glob("*.dump"))
    assert dumps
    for dump in dumps:
        assert f"`{dump.name}`" in readme
        assert dump.stat().st_size < 5 * 2**20
