from . import test_alumnus
from . import test_alumni_letters
from . import test_alumni_news
from . import test_alumnus_page
