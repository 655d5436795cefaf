from . import page
from . import confirm, sheets
from . import survey
from . import job_offer
from . import leaver
from . import portrait
from . import alumni_year
