"""The files of the State's applications, imported by each school."""

import base64


def load(world, bureau):
    """The manager uploads the files of his school, looks at the preview, applies it.

    Tables cannot name the class's head teacher nor the hours: the third school has no more.
    """
    env = world.as_user(bureau.login("rbde"))
    files = world.files(bureau.school.uai)
    attachments = env["ir.attachment"].create(
        [
            {"name": name, "datas": base64.b64encode(content), "res_model": "bde.import"}
            for name, content in files.items()
            if not name.endswith(".xlsx")  # the bureau's own list of companies: for the newcomer
        ]
    )
    record = env["bde.import"].create({"attachment_ids": [(6, 0, attachments.ids)]})
    record.action_preview()
    wrong = record.file_ids.filtered("problem")
    assert not wrong, wrong.mapped("problem")
    record.action_apply()
    assert record.state == "applied", record.state


def steps(world, bureau):
    """Steps of this part for a school: ``(name, text shown, function)``."""
    yield (
        f"files-{bureau.school.uai}",
        f"{bureau.school.name} : import des élèves et des enseignants",
        lambda: load(world, bureau),
    )
