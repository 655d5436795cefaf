from odoo import SUPERUSER_ID, api

# dispositif -> (what imports before 19.0.4 wrote, what is right): diploma, head of the CFD
SWAPPED = {
    "271": (("bac_pro", "403"), ("cap", "503")),
    "276": (("cap", "503"), ("bac_pro", "403")),
}


def migrate(cr, version):
    """Agricultural trainings made from a MEF had the CAP and the bac pro changed for each other.

    What a school wrote by hand since is left as it is.
    """
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    for dispositif, ((diploma, cfd), (right, head)) in SWAPPED.items():
        trainings = env["bde.training"].search(
            [("mef", "=like", f"{dispositif}%"), ("diploma", "=", diploma)]
        )
        for training in trainings:
            if training.cfd == cfd + training.mef[3:8]:
                training.write({"diploma": right, "cfd": head + training.mef[3:8]})
