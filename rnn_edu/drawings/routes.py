"""The way an arrow takes from one unit to another, so that no arrow hides another or runs through a third unit."""

import math

Point = tuple[float, float]
Route = tuple[Point, Point, Point, Point]


def folded_route(source: Point, target: Point, levels: int, delayed: bool, radius: float) -> Route:
    """The way of an arrow in a folded drawing. `levels` is how many layers up it goes (0: the same layer)."""
    if source == target:
        return self_loop(source, radius)
    distance = math.dist(source, target)
    if levels == 0:
        return bowed(source, target, 0.32 * distance + 0.1, radius)  # rightwards over the row, leftwards under it
    if delayed:
        return bowed(source, target, 0.55 if levels < 0 else -0.55, radius)
    return bowed(source, target, 0.0 if abs(levels) == 1 else 0.7 * abs(levels), radius)


def unrolled_route(source: Point, target: Point, levels: int, steps: int, radius: float) -> Route:
    """The way of an arrow in an unrolled drawing. `steps` is how many columns to the right it goes."""
    if steps == 0:
        return bowed(source, target, 0.0 if abs(levels) == 1 else 0.6 * max(abs(levels), 1), radius)
    return bowed(source, target, 0.0 if steps == 1 else 0.7 * steps, radius)


def self_loop(centre: Point, radius: float) -> Route:
    """A loop on the right-hand side of a unit, from its upper right rim to its lower right rim."""
    x, y = centre
    angle, reach = math.radians(38), 3.4 * radius
    dx, dy = radius * math.cos(angle), radius * math.sin(angle)
    return (x + dx, y + dy), (x + reach, y + 2.1 * radius), (x + reach, y - 2.1 * radius), (x + dx, y - dy)


def bowed(source: Point, target: Point, bow: float, radius: float) -> Route:
    """A curve that swings out to its left by about `bow`; 0 is a straight line. It begins and ends on the rims."""
    (x0, y0), (x3, y3) = source, target
    length = math.dist(source, target) or 1.0
    along, left = ((x3 - x0) / length, (y3 - y0) / length), (-(y3 - y0) / length, (x3 - x0) / length)
    swing = bow * 4 / 3  # a cubic reaches three quarters of its control points' distance

    def control(share: float) -> Point:
        return (
            x0 + along[0] * length * share + left[0] * swing,
            y0 + along[1] * length * share + left[1] * swing,
        )

    first, second = control(0.3), control(0.7)
    return _on_rim(source, first, radius), first, second, _on_rim(target, second, radius)


def _on_rim(centre: Point, towards: Point, radius: float) -> Point:
    distance = math.dist(centre, towards) or 1.0
    share = radius / distance
    return centre[0] + (towards[0] - centre[0]) * share, centre[1] + (towards[1] - centre[1]) * share
