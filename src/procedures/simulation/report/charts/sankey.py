"""The flow of candidates as a Sankey diagram: the road along the top, what falls off it to the lower right."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

from attrs import define

from procedures.simulation.report.charts.svg import LINE, WIDTH, Drawing, lines_of
from procedures.simulation.report.context import Teller
from procedures.simulation.report.figures import Flow, flows_of

_LEFT: Final = 8.0
_RIGHT: Final = 128.0
_BAR: Final = 12.0
_TALL: Final = 300.0
_GAP: Final = 40.0
_THIN: Final = 1.0
_BACK: Final = 18.0
_Order: TypeAlias = Callable[[Flow], tuple[float, ...]]


@define(eq=False)
class _Node:
    """A state on the sheet; `into` and `out` tell how far its sides are taken by flows."""

    place: int
    layer: int
    aside: bool
    tall: float
    y: float = 0.0
    into: float = 0.0
    out: float = 0.0
    lowered: bool = False

    def takes_out(self, tall: float) -> float:
        """Where a flow of such a width leaves: the middle of what is free on top."""
        self.out += max(tall, _THIN)
        return self.y + self.out - max(tall, _THIN) / 2

    def takes_in(self, tall: float) -> float:
        """Where a flow of such a width comes in."""
        self.into += max(tall, _THIN)
        return self.y + self.into - max(tall, _THIN) / 2


def sankey(teller: Teller) -> str:
    """The picture, or nothing where nobody went anywhere."""
    names = [*teller.machine.states]
    first = names.index(teller.machine.initial)
    flows = flows_of(teller.results, first)
    if not flows:
        return ""
    layers = _layers(flows, first, {place for place, name in enumerate(names) if teller.aside(name)})
    scale = _TALL / max(teller.results.candidates.mean, 1e-9)
    nodes = {
        place: _Node(
            place, layer, teller.aside(names[place]), max(_through(place, flows, first, teller) * scale, _THIN)
        )
        for place, layer in layers.items()
    }
    drawing = Drawing("flow", teller.say("flow"), teller.say("flow alt"))
    last = max(layers.values())
    apart = (WIDTH - _LEFT - _RIGHT - _BAR) / max(last, 1)
    rooms = {place: min(apart, _RIGHT + _BAR) - 6 if node.layer == last else apart - 6 for place, node in nodes.items()}
    labels = {place: lines_of(teller.state(names[place]), room) for place, room in rooms.items()}
    head = LINE * (1 + max(len(labels[place]) for place, node in nodes.items() if not node.aside)) + 14
    above = _headroom(flows, scale)
    _stack(nodes.values(), head + above)
    _lower(nodes, flows, scale, {place: LINE * (1 + len(lines)) + 10 for place, lines in labels.items()})
    for flow in flows:
        if flow.back:  # what comes back enters above the road, and what goes on stays on it
            to, tall = nodes[flow.to], max(flow.mean * scale, _THIN)
            to.y, to.out = to.y - tall, to.out + tall
    for node in nodes.values():
        leaves = sum(max(flow.mean * scale, _THIN) for flow in flows if flow.origin == node.place)
        node.out = max(0.0, min(node.out, node.tall - leaves))
    starts = {flow: nodes[flow.origin].takes_out(flow.mean * scale) for flow in sorted(flows, key=_leaving(nodes))}
    ends = {flow: nodes[flow.to].takes_in(flow.mean * scale) for flow in sorted(flows, key=_coming(nodes))}
    for flow in flows:
        _draw_flow(drawing, teller, flow, nodes, apart, scale, head, starts[flow], ends[flow])
    low = 0.0
    for node in sorted(nodes.values(), key=lambda each: (each.layer, each.y)):
        x, name = _LEFT + node.layer * apart, names[node.place]
        mean = teller.number(teller.results.reached[name].mean).text
        drawing.box(x, node.y, _BAR, node.tall, "aside" if node.aside else "along", f"{teller.state(name)}: {mean}")
        if node.aside:
            lines = [mean, *lines_of(teller.state(name), _RIGHT - _BAR - 8)]
            low = max(low, node.y + node.tall / 2 - LINE * len(lines) / 2 + LINE - 4)
            _label(drawing, x + _BAR + 6, low, lines)
            low += LINE * len(lines) + 4
        else:
            lines = [mean, *labels[node.place]]
            top = head if _is_top(node, nodes) and not node.lowered else node.y
            _label(drawing, x, top - LINE * len(lines) + 7, lines)
    drawing.height = max(max(node.y + node.tall for node in nodes.values()) + 12, low)
    return drawing.svg()


def _label(drawing: Drawing, x: float, y: float, lines: Sequence[str]) -> None:
    drawing.text(x, y, lines[0], "strong")
    drawing.texts(x, y + LINE, lines[1:])


def _is_top(node: _Node, nodes: dict[int, _Node]) -> bool:
    return all(node.y <= other.y for other in nodes.values() if other.layer == node.layer and not other.aside)


def _layers(flows: Iterable[Flow], first: int, aside: set[int]) -> dict[int, int]:
    """How many moves each state is away from the first, at most; ends beside the road stand in the last layer."""
    forward = [flow for flow in flows if not flow.back]
    layers = {first: 0}
    for _ in range(len({flow.to for flow in forward}) + 1):  # longest roads: so often is enough without circles
        for flow in forward:
            if flow.origin in layers:
                layers[flow.to] = max(layers.get(flow.to, 0), layers[flow.origin] + 1)
    going = {flow.origin for flow in forward}
    ends = {place for place in layers if place in aside and place not in going}
    last = max([layers[place] for place in layers if place not in ends] + [1])
    return {place: last if place in ends else layer for place, layer in layers.items()}


def _through(place: int, flows: Iterable[Flow], first: int, teller: Teller) -> float:
    """How many go through a state, a selection, returns counted."""
    came = sum(flow.mean for flow in flows if flow.to == place)
    return came + (teller.results.candidates.mean if place == first else 0.0)


def _headroom(flows: Iterable[Flow], scale: float) -> float:
    """What flows that lead back take above the road."""
    back = [max(flow.mean * scale, _THIN) for flow in flows if flow.back]
    return sum(back) + _BACK * (len(back) > 0)


def _stack(nodes: Iterable[_Node], top: float) -> None:
    """Each layer from the top: the road, then what lies beside it; that at the far right rests on the bottom."""
    layers: dict[int, list[_Node]] = {}
    for node in sorted(nodes, key=lambda each: (each.aside, -each.place if each.aside else each.place)):
        layers.setdefault(node.layer, []).append(node)
    # Those beside the road that come last in the procedure are the nearest to it.
    bottom = top + _TALL
    for layer in layers.values():
        y = top
        for node in layer:
            node.y = y
            y += node.tall + _GAP
        asides = [node for node in layer if node.aside]
        free = bottom + _GAP * len(asides) - (y - _GAP)
        for node in asides if free > 0 else ():
            node.y += free


def _lower(nodes: dict[int, _Node], flows: Iterable[Flow], scale: float, rooms: dict[int, int]) -> None:
    """A state that about as many pass by as go through stands below the road, with room for its name."""
    along = [flow for flow in flows if not flow.back and not nodes[flow.to].aside]
    for node in nodes.values():
        past = [flow for flow in along if nodes[flow.origin].layer < node.layer < nodes[flow.to].layer]
        tall = sum(max(flow.mean * scale, _THIN) for flow in past)
        if not node.aside and tall > node.tall / 2:
            node.lowered, node.y = True, node.y + tall + rooms[node.place]


def _leaving(nodes: dict[int, _Node]) -> _Order:
    """Flows leave a state in the order in which they end, from top to bottom: back, along the road, beside it."""
    return lambda flow: (not flow.back, nodes[flow.to].aside, nodes[flow.to].y, -nodes[flow.to].layer)


def _coming(nodes: dict[int, _Node]) -> _Order:
    """Beside the road the latest to come lies on top; on it, whatever comes from above."""

    def order(flow: Flow) -> tuple[float, ...]:
        origin = nodes[flow.origin]
        return (not flow.back, -origin.layer if nodes[flow.to].aside else origin.y, origin.y)

    return order


def _draw_flow(
    drawing: Drawing,
    teller: Teller,
    flow: Flow,
    nodes: dict[int, _Node],
    apart: float,
    scale: float,
    head: float,
    y1: float,
    y2: float,
) -> None:
    origin, to, tall = nodes[flow.origin], nodes[flow.to], max(flow.mean * scale, _THIN)
    names = [*teller.machine.states]
    ends = f"{teller.state(names[flow.origin])} → {teller.state(names[flow.to])}"
    tip, looks = f"{ends}: {teller.number(flow.mean).text}", "flow-aside" if to.aside else "flow-along"
    x1, x2 = _LEFT + origin.layer * apart + _BAR, _LEFT + to.layer * apart
    middle = (x1 + x2) / 2
    steps: list[str | float] = ["M", x1, y1]
    if flow.back:
        high, far = head + tall / 2, _BACK + tall
        steps += ["C", x1 + far, y1, x1 + far, high, x1, high, "L", x2, high]
        steps += ["C", x2 - far, high, x2 - far, y2, x2, y2]
    else:
        steps += ["C", middle, y1, middle, y2, x2, y2]
    drawing.path(steps, f"flow {looks}", tip, tall)
