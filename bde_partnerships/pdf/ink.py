"""Which boxes of a sheet have something written in them, seen from the code on the sheet.

The sheet has one layout (``static/src/css/paper.css``, in millimetres) and bears its code twice,
in opposite corners: they tell how the page lies on the picture, and thereby where the boxes
are. What is found is a proposal, for somebody to look at.
"""

import qrcode
from PIL import Image, ImageStat

BOXES_A_SHEET = 8
COLUMNS = 2
# The two pictures of the code with their quiet zone: left, top and side; see .code in paper.css
TOP_CODE, BOTTOM_CODE = (164, 12, 30), (14, 263, 22)
QUIET = 2
# The boxes: left and top of the first, their size, the step from one to the next.
BOX_LEFT, BOX_TOP = 16, 100
BOX_WIDTH, BOX_HEIGHT = 88, 38
STEP_X, STEP_Y = 90, 40
# Where nothing is printed in a box: margins left, top, right and bottom.
CLEAR = (4, 22, 4, 3)

SCALE = 4  # points to the millimetre
INK_SHARE = 0.006


def marked(gray, codes, count):
    """Positions of the boxes of a sheet that are not empty.

    :param gray: ``PIL.Image`` of mode L on which the codes were found
    :param codes: what zxing found: the two codes of a sheet
    :param int count: how many boxes the sheet has
    :rtype: list
    """
    flat = _flattened(gray, *_sorted(*codes))
    return [position for position in range(count) if _has_ink(flat, position)]


def _sorted(one, other):
    """The upper code first, as somebody who reads the page sees them."""
    start, down = one.position.top_left, one.position.bottom_left
    across = other.position.top_left
    below = (across.x - start.x) * (down.x - start.x) + (across.y - start.y) * (down.y - start.y)
    return (one, other) if below > 0 else (other, one)


def _flattened(gray, upper, lower):
    """The page as it was printed, whatever the angle from which it was taken."""
    modules = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    modules.add_data(upper.text)
    modules.make()
    points = []
    for (left, top, side), code in ((TOP_CODE, upper), (BOTTOM_CODE, lower)):
        margin = side * QUIET / (modules.modules_count + 2 * QUIET)
        near, far = margin, side - margin
        at = code.position
        points += [
            (left + near, top + near, at.top_left),
            (left + far, top + near, at.top_right),
            (left + far, top + far, at.bottom_right),
            (left + near, top + far, at.bottom_left),
        ]
    coefficients = _perspective([(x * SCALE, y * SCALE, p.x, p.y) for x, y, p in points])
    return gray.transform(
        (210 * SCALE, 297 * SCALE),
        Image.Transform.PERSPECTIVE,
        coefficients,
        Image.Resampling.BILINEAR,
        fillcolor=255,
    )


def _perspective(points):
    """Coefficients that lead from points to points, best for all of them; as PIL takes them."""
    unit = 1000.0  # keeps the squares below of one size
    rows = []
    for point in points:
        x, y, to_x, to_y = (value / unit for value in point)
        rows.append([x, y, 1, 0, 0, 0, -to_x * x, -to_x * y, to_x])
        rows.append([0, 0, 0, x, y, 1, -to_y * x, -to_y * y, to_y])
    squares = [
        [sum(row[i] * row[j] for row in rows) for j in range(9)] for i in range(8)
    ]  # least squares
    a, b, c, d, e, f, g, h = _solved(squares)
    return a, b, c * unit, d, e, f * unit, g / unit, h / unit


def _solved(rows):
    """Solution of linear equations, the right side last in each row (Gauss)."""
    size = len(rows)
    for column in range(size):
        best = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[column], rows[best] = rows[best], rows[column]
        pivot = rows[column]
        for row in range(size):
            if row != column:
                factor = rows[row][column] / pivot[column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], pivot, strict=True)]
    return [row[size] / row[index] for index, row in enumerate(rows)]


def _has_ink(flat, position):
    left = BOX_LEFT + STEP_X * (position % COLUMNS)
    top = BOX_TOP + STEP_Y * (position // COLUMNS)
    area = flat.crop(
        (
            (left + CLEAR[0]) * SCALE,
            (top + CLEAR[1]) * SCALE,
            (left + BOX_WIDTH - CLEAR[2]) * SCALE,
            (top + BOX_HEIGHT - CLEAR[3]) * SCALE,
        )
    )
    # against the paper as it is lit there
    paper = ImageStat.Stat(area).median[0]
    counts = area.histogram()
    return sum(counts[: int(paper * 0.78)]) > INK_SHARE * area.width * area.height
