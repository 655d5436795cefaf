from . import bde_imported, bde_division, bde_guardian, bde_membership, bde_schooling, bde_student, bde_teacher, res_users
from . import bde_period, bde_placement, bde_placement_alert
from . import bde_hosting, bde_link
