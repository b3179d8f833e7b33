"""Draws the flow of candidates as a Sankey diagram: the main path at the top, flows off it to the lower right."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

from attrs import define

from procedures.simulation.report.charts.svg import LINE, WIDTH, Drawing, lines_of
from procedures.simulation.report.context import ReportContext
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
    """A state on the sheet; the offsets are the used heights of its left side (incoming) and right side (outgoing)."""

    index: int
    layer: int
    is_off_path: bool
    height: float
    y: float = 0.0
    incoming_offset: float = 0.0
    outgoing_offset: float = 0.0
    is_lowered: bool = False

    def attach_outgoing(self, tall: float) -> float:
        """Reserve the next free part of the right side for a flow of this height; return the y of its middle."""
        self.outgoing_offset += max(tall, _THIN)
        return self.y + self.outgoing_offset - max(tall, _THIN) / 2

    def attach_incoming(self, tall: float) -> float:
        """Reserve the next free part of the left side for a flow of this height; return the y of its middle."""
        self.incoming_offset += max(tall, _THIN)
        return self.y + self.incoming_offset - max(tall, _THIN) / 2


def draw_sankey(context: ReportContext) -> str:
    """The picture; an empty text where no candidate moved."""
    names = [*context.machine.states]
    first = names.index(context.machine.initial)
    flows = flows_of(context.results, first)
    if not flows:
        return ""
    layers = _layers(flows, first, {place for place, name in enumerate(names) if context.is_off_path(name)})
    scale = _TALL / max(context.results.candidates.mean, 1e-9)
    nodes = {
        place: _Node(
            place, layer, context.is_off_path(names[place]), max(_entering(place, flows, first, context) * scale, _THIN)
        )
        for place, layer in layers.items()
    }
    drawing = Drawing("flow", context.say("flow"), context.say("flow alt"))
    last = max(layers.values())
    apart = (WIDTH - _LEFT - _RIGHT - _BAR) / max(last, 1)
    rooms = {place: min(apart, _RIGHT + _BAR) - 6 if node.layer == last else apart - 6 for place, node in nodes.items()}
    labels = {place: lines_of(context.state(names[place]), room) for place, room in rooms.items()}
    head = LINE * (1 + max(len(labels[place]) for place, node in nodes.items() if not node.is_off_path)) + 14
    above = _height_above(flows, scale)
    _stack(nodes.values(), head + above)
    _lower(nodes, flows, scale, {place: LINE * (1 + len(lines)) + 10 for place, lines in labels.items()})
    for flow in flows:
        if flow.is_back:  # a flow back enters above the main path; the other flows stay on it
            to, tall = nodes[flow.to], max(flow.mean * scale, _THIN)
            to.y, to.outgoing_offset = to.y - tall, to.outgoing_offset + tall
    for node in nodes.values():
        leaves = sum(max(flow.mean * scale, _THIN) for flow in flows if flow.origin == node.index)
        node.outgoing_offset = max(0.0, min(node.outgoing_offset, node.height - leaves))
    starts = {
        flow: nodes[flow.origin].attach_outgoing(flow.mean * scale)
        for flow in sorted(flows, key=_outgoing_order(nodes))
    }
    ends = {
        flow: nodes[flow.to].attach_incoming(flow.mean * scale) for flow in sorted(flows, key=_incoming_order(nodes))
    }
    for flow in flows:
        _draw_flow(drawing, context, flow, nodes, apart, scale, head, starts[flow], ends[flow])
    low = 0.0
    for node in sorted(nodes.values(), key=lambda each: (each.layer, each.y)):
        x, name = _LEFT + node.layer * apart, names[node.index]
        mean = context.number(context.results.reached[name].mean).text
        drawing.box(
            x, node.y, _BAR, node.height, "aside" if node.is_off_path else "along", f"{context.state(name)}: {mean}"
        )
        if node.is_off_path:
            lines = [mean, *lines_of(context.state(name), _RIGHT - _BAR - 8)]
            low = max(low, node.y + node.height / 2 - LINE * len(lines) / 2 + LINE - 4)
            _label(drawing, x + _BAR + 6, low, lines)
            low += LINE * len(lines) + 4
        else:
            lines = [mean, *labels[node.index]]
            top = head if _is_top(node, nodes) and not node.is_lowered else node.y
            _label(drawing, x, top - LINE * len(lines) + 7, lines)
    drawing.height = max(max(node.y + node.height for node in nodes.values()) + 12, low)
    return drawing.svg()


def _label(drawing: Drawing, x: float, y: float, lines: Sequence[str]) -> None:
    drawing.text(x, y, lines[0], "strong")
    drawing.texts(x, y + LINE, lines[1:])


def _is_top(node: _Node, nodes: dict[int, _Node]) -> bool:
    return all(node.y <= other.y for other in nodes.values() if other.layer == node.layer and not other.is_off_path)


def _layers(flows: Iterable[Flow], first: int, aside: set[int]) -> dict[int, int]:
    """The longest distance of each state from the first, in moves; ends off the main path are in the last layer."""
    forward = [flow for flow in flows if not flow.is_back]
    layers = {first: 0}
    for _ in range(len({flow.to for flow in forward}) + 1):  # longest paths: enough rounds in a graph without cycles
        for flow in forward:
            if flow.origin in layers:
                layers[flow.to] = max(layers.get(flow.to, 0), layers[flow.origin] + 1)
    left_states = {flow.origin for flow in forward}
    ends = {place for place in layers if place in aside and place not in left_states}
    last = max([layers[place] for place in layers if place not in ends] + [1])
    return {place: last if place in ends else layer for place, layer in layers.items()}


def _entering(place: int, flows: Iterable[Flow], first: int, context: ReportContext) -> float:
    """The mean number of candidates a selection that enter a state, returns included."""
    entered = sum(flow.mean for flow in flows if flow.to == place)
    return entered + (context.results.candidates.mean if place == first else 0.0)


def _height_above(flows: Iterable[Flow], scale: float) -> float:
    """The height that the flows back need above the main path."""
    back = [max(flow.mean * scale, _THIN) for flow in flows if flow.is_back]
    return sum(back) + _BACK * (len(back) > 0)


def _stack(nodes: Iterable[_Node], top: float) -> None:
    """Place the states of each layer from the top: the main path, then the states off it, aligned with the bottom."""
    layers: dict[int, list[_Node]] = {}
    for node in sorted(nodes, key=lambda each: (each.is_off_path, -each.index if each.is_off_path else each.index)):
        layers.setdefault(node.layer, []).append(node)
    # Of the states off the path, the last one in the procedure is nearest to the path.
    bottom = top + _TALL
    for layer in layers.values():
        y = top
        for node in layer:
            node.y = y
            y += node.height + _GAP
        asides = [node for node in layer if node.is_off_path]
        free = bottom + _GAP * len(asides) - (y - _GAP)
        for node in asides if free > 0 else ():
            node.y += free


def _lower(nodes: dict[int, _Node], flows: Iterable[Flow], scale: float, rooms: dict[int, int]) -> None:
    """Move a state below the main path, with space for its name, where the flows that pass it are high.

    A state moves when these flows are higher than half of the state.
    """
    along = [flow for flow in flows if not flow.is_back and not nodes[flow.to].is_off_path]
    for node in nodes.values():
        past = [flow for flow in along if nodes[flow.origin].layer < node.layer < nodes[flow.to].layer]
        tall = sum(max(flow.mean * scale, _THIN) for flow in past)
        if not node.is_off_path and tall > node.height / 2:
            node.is_lowered, node.y = True, node.y + tall + rooms[node.index]


def _outgoing_order(nodes: dict[int, _Node]) -> _Order:
    """The order in which flows leave a state, from top to bottom: back, on the main path, off it."""
    return lambda flow: (not flow.is_back, nodes[flow.to].is_off_path, nodes[flow.to].y, -nodes[flow.to].layer)


def _incoming_order(nodes: dict[int, _Node]) -> _Order:
    """The order in which flows enter a state: off the path the latest origin first, on the path the highest origin."""

    def order(flow: Flow) -> tuple[float, ...]:
        origin = nodes[flow.origin]
        return (not flow.is_back, -origin.layer if nodes[flow.to].is_off_path else origin.y, origin.y)

    return order


def _draw_flow(
    drawing: Drawing,
    context: ReportContext,
    flow: Flow,
    nodes: dict[int, _Node],
    apart: float,
    scale: float,
    head: float,
    y1: float,
    y2: float,
) -> None:
    origin, to, tall = nodes[flow.origin], nodes[flow.to], max(flow.mean * scale, _THIN)
    names = [*context.machine.states]
    ends = f"{context.state(names[flow.origin])} → {context.state(names[flow.to])}"
    tip, css_class = f"{ends}: {context.number(flow.mean).text}", "flow-aside" if to.is_off_path else "flow-along"
    x1, x2 = _LEFT + origin.layer * apart + _BAR, _LEFT + to.layer * apart
    middle = (x1 + x2) / 2
    steps: list[str | float] = ["M", x1, y1]
    if flow.is_back:
        high, far = head + tall / 2, _BACK + tall
        steps += ["C", x1 + far, y1, x1 + far, high, x1, high, "L", x2, high]
        steps += ["C", x2 - far, high, x2 - far, y2, x2, y2]
    else:
        steps += ["C", middle, y1, middle, y2, x2, y2]
    drawing.path(steps, f"flow {css_class}", tip, tall)
