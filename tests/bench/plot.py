"""The flat cost as a picture: an SVG without any library."""

from collections.abc import Sequence

from bench.measured_servers import Figures

WIDTH, HEIGHT, EDGE = 640, 300, 56
CURVES = (("us_per_event", "µs an event in a burst", "#1f6f8b"), ("p50_ms", "p50, ms", "#b5482a"))


def svg(points: Sequence[Figures]) -> str:
    """Each curve over the rows that had gone through, from zero upward, with its greatest value."""
    most_rows = max(point["rows"] for point in points) or 1
    drawn = [_curve(points, most_rows, number) for number in range(len(CURVES))]
    base = HEIGHT - EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">'
        f'<path d="M{EDGE} {EDGE} V{base} H{WIDTH - EDGE}" fill="none" stroke="#888"/>'
        f'<text x="{WIDTH - EDGE}" y="{base + 20}" text-anchor="end">'
        f"{most_rows:,.0f} rows through the outbox</text>{''.join(drawn)}</svg>\n"
    )


def _curve(points: Sequence[Figures], most_rows: float, number: int) -> str:
    name, words, colour = CURVES[number]
    most = max(point[name] for point in points) or 1
    places = [
        (
            EDGE + point["rows"] / most_rows * (WIDTH - 2 * EDGE),
            HEIGHT - EDGE - point[name] / (most * 1.5) * (HEIGHT - 2 * EDGE),
        )
        for point in points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in places)
    return (
        f'<g stroke="{colour}" fill="{colour}"><polyline points="{line}" fill="none"/>{dots}</g>'
        f'<text x="{EDGE + 8}" y="{EDGE - 30 + 16 * number}" fill="{colour}">'
        f"{words}: {points[0][name]:,.1f} first, {points[-1][name]:,.1f} last</text>"
    )
