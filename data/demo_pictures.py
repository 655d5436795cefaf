"""Pictures of the demonstration: logos of schools, drawn signatures. Pillow only, no file."""

import io
import math
import random

from PIL import Image, ImageDraw, ImageFont


def logo(letters, color):
    """A square with the initials of a school over three waves, as PNG bytes."""
    size = 512
    image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((8, 8, size - 8, size - 8), radius=96, fill=color)
    font = ImageFont.load_default(size=230)
    draw.text((size / 2, size * 0.42), letters, font=font, fill="white", anchor="mm")
    for wave in range(3):
        top = size * 0.70 + wave * 42
        points = [
            (x, top + 14 * math.sin(x / size * 4 * math.pi + wave)) for x in range(90, size - 90, 4)
        ]
        draw.line(points, fill="white", width=12, joint="curve")
    return _png(image)


def signature(name):
    """A scribble that belongs to a name: same name, same scribble. PNG bytes."""
    generator = random.Random(name)
    width, height = 480, 160
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    points = []
    loops = generator.randint(4, 7)
    for step in range(241):
        t = step / 240
        swing = 38 * math.sin(loops * 2 * math.pi * t + generator.uniform(-0.05, 0.05))
        x = 40 + 380 * t + 26 * math.cos(loops * 2 * math.pi * t)
        y = height / 2 + swing * (1.1 - t) + 12 * math.sin(5 * t)
        points.append((x, y))
    draw.line(points, fill="#102a6b", width=4, joint="curve")
    end = points[-1]
    flourish = [end, (end[0] - 180, end[1] + generator.randint(18, 34)), (end[0] + 10, end[1] + 12)]
    draw.line(flourish, fill="#102a6b", width=3, joint="curve")
    return _png(image)


def workbench(number):
    """Tools on a bench, nobody around: a photo of what was bought. JPEG bytes."""
    width, height = 900, 600
    generator = random.Random(number)
    image = Image.new("RGB", (width, height), "#dfe7ee")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 380, width, height), fill="#8a6a45")
    draw.rectangle((0, 380, width, 398), fill="#a5835b")
    for place in range(5):
        left, top = 70 + place * 165, generator.randint(170, 260)
        color = generator.choice(("#c0392b", "#1f5f8b", "#e0a030", "#4a4f55"))
        draw.rounded_rectangle((left, top, left + 115, 380), radius=14, fill=color)
        draw.rectangle((left + 20, top - 22, left + 95, top), outline="#333333", width=9)
        draw.line((left, top + 60, left + 115, top + 60), fill="#222222", width=4)
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=85)
    return stream.getvalue()


def _png(image):
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()
