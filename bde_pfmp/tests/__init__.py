from . import test_schedule_rules
from . import test_weeks_rules
