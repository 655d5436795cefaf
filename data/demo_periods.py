"""Second part of the demonstration: periods, hosts, placements."""


def steps(world):
    """Steps of this part: ``(name, text shown, function)``."""
    return ()
