from . import test_schedule_rules
from . import test_weeks_rules
from . import test_hosting_form_rules
from . import test_period_rules
from . import test_period
from . import test_placement
