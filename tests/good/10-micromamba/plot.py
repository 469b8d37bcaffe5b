"""Draw a parabola into the home directory."""

import matplotlib

matplotlib.use("agg")
from matplotlib import pyplot  # noqa: E402

pyplot.plot([x * x for x in range(-10, 11)])
pyplot.savefig("parabola.png")
