from . import bde_school_create
from . import bde_team_invite
