# ruff: noqa: I001
from . import test_memberships
from . import test_identifiers
from . import test_schools
