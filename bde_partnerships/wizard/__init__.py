# ruff: noqa: I001
from . import bde_school_create
from . import bde_team_invite
from . import bde_reason_wizard
from . import bde_sign_wizard
from . import bde_employer_edit
from . import bde_employer_register
from . import bde_service_report
