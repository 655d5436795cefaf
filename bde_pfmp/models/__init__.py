from . import bde_imported, bde_division, bde_guardian, bde_membership, bde_schooling, bde_student, bde_teacher, res_users
