"""The way an arrow takes from one unit to another, so that no arrow hides another or runs through a third unit."""

import math
from collections.abc import Iterator, Sequence

Point = tuple[float, float]
Route = tuple[Point, Point, Point, Point]

_CLEARANCE = 1.3  # radii between an arrow and the middle of a unit that it passes
_SHARES = [((1 - s) ** 3, 3 * s * (1 - s) ** 2, 3 * s**2 * (1 - s), s**3) for s in (k / 16 for k in range(1, 16))]


def preferred_bow(across: float, levels: int, delayed: bool, steps: int | None) -> float:
    """How far an arrow would swing out to its left if nothing stood in its way.

    `across` is how far it goes to the right, `levels` how many layers up, `steps` how many columns, or None in a folded
    drawing. There, feedback to an earlier layer swings outwards, and that to a later layer inwards.

    >>> preferred_bow(2.0, levels=1, delayed=False, steps=None)
    0.0
    """
    if steps is None and levels == 0:
        return 0.22 * abs(across) + 0.14  # rightwards over the row, leftwards under it
    if steps is None and delayed:
        return (0.5 if levels < 0 else 0.3) * (1 if across * levels <= 0 else -1)
    return 0.0


def free_route(
    source: Point, target: Point, bow: float, radius: float, *, others: Sequence[Point], taken: Sequence[Route]
) -> Route:
    """A curve that swings out by `bow`, or by the next best, so that it passes clear of `others` and of routes `taken`.

    >>> straight = free_route((0, 0), (4, 0), 0.0, 0.3, others=[], taken=[])
    >>> [y for x, y in straight]
    [0.0, 0.0, 0.0, 0.0]
    >>> around = free_route((0, 0), (4, 0), 0.0, 0.3, others=[(2, 0)], taken=[])
    >>> 0.39 < max(y for x, y in points_along(around)) < 0.8
    True
    """
    if source == target:
        return self_loop(source, radius, len(taken))
    for candidate in _bows(bow):
        route = bowed(source, target, candidate, radius)
        if _passes_clear(route, others, radius) and not any(_lie_together(route, other, radius) for other in taken):
            return route
    return bowed(source, target, bow, radius)


def self_loop(centre: Point, radius: float, n_inside: int = 0) -> Route:
    """A loop on the right-hand side of a unit, from its upper to its lower rim, around `n_inside` other loops."""
    x, y = centre
    angle, reach, height = math.radians(36), (4.1 + 0.8 * n_inside) * radius, (2.7 + 0.7 * n_inside) * radius
    dx, dy = radius * math.cos(angle), radius * math.sin(angle)
    return (x + dx, y + dy), (x + reach, y + height), (x + reach, y - height), (x + dx, y - dy)


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


def points_along(route: Route) -> Iterator[Point]:
    """Fifteen points that the curve passes through between its ends."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = route
    for a, b, c, d in _SHARES:
        yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


def extremes(route: Route, axis: int) -> tuple[float, float]:
    """The smallest and largest x (axis 0) or y (axis 1) that a curve reaches.

    >>> extremes(((0, 0), (0, 4), (4, 4), (4, 0)), 1)
    (0.0, 3.0)
    """
    p0, p1, p2, p3 = (float(point[axis]) for point in route)
    reached = [p0, p3]
    if not min(p0, p3) <= min(p1, p2) <= max(p1, p2) <= max(p0, p3):
        # where the slope a·s² + b·s + c of the curve is zero
        a, b, c = 3 * (p1 - p2) + p3 - p0, 2 * (p0 - 2 * p1 + p2), p1 - p0
        roots = _zeros(a, b, c)
        reached += [
            (1 - s) ** 3 * p0 + 3 * s * (1 - s) ** 2 * p1 + 3 * s**2 * (1 - s) * p2 + s**3 * p3
            for s in roots
            if 0 < s < 1
        ]
    return min(reached), max(reached)


def _zeros(a: float, b: float, c: float) -> list[float]:
    if abs(a) < 1e-12:
        return [] if abs(b) < 1e-12 else [-c / b]
    square = b * b - 4 * a * c
    return [] if square < 0 else [(-b + sign * math.sqrt(square)) / (2 * a) for sign in (-1, 1)]


def _bows(preferred: float) -> Iterator[float]:
    yield preferred
    for k in range(1, 21):
        for sign in (1, -1) if preferred >= 0 else (-1, 1):
            yield preferred + sign * 0.12 * k


def _passes_clear(route: Route, others: Sequence[Point], radius: float) -> bool:
    room = _CLEARANCE * radius
    xs, ys = [x for x, _ in route], [y for _, y in route]
    left, right, bottom, top = min(xs) - room, max(xs) + room, min(ys) - room, max(ys) + room
    near = [(x, y) for x, y in others if left < x < right and bottom < y < top]
    return not near or all((px - x) ** 2 + (py - y) ** 2 >= room**2 for px, py in points_along(route) for x, y in near)


def _lie_together(one: Route, other: Route, radius: float) -> bool:
    middle = [tuple(points_along(route))[len(_SHARES) // 2] for route in (one, other)]
    return math.dist(*middle) < 0.5 * radius


def _on_rim(centre: Point, towards: Point, radius: float) -> Point:
    distance = math.dist(centre, towards) or 1.0
    share = radius / distance
    return centre[0] + (towards[0] - centre[0]) * share, centre[1] + (towards[1] - centre[1]) * share
