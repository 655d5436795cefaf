from . import test_alumnus
from . import test_alumnus_page
