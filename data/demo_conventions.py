"""Third part of the demonstration: conventions and signatures."""


def steps(world):
    """Steps of this part: ``(name, text shown, function)``."""
    return ()
