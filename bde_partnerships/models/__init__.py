from . import bde_owned
from . import bde_school_year
from . import bde_training
from . import bde_membership
from . import res_company
from . import res_users
from . import res_partner
from . import bde_relation
