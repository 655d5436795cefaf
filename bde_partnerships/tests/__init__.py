# ruff: noqa: I001
from . import test_memberships
from . import test_identifiers
from . import test_schools
from . import test_partners
from . import test_employer_register
