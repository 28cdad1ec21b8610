"""A drawn figure as a file: SVG that a page can inline under any policy, or PNG for mail."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from xml.etree import ElementTree

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

_SVG, _LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_PNG_DPI = 144  # twice the viewBox: sharp on a phone
_REFERENCE = re.compile(r"(?<=#)[\w.-]+")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure with its title, and its finding in words for those who do not see it."""

    figure: Figure
    title: str
    finding: str

    def svg(self) -> str:
        """This method will answer SVG text that scales, names its finding, and brings no style of its own."""
        drawn = io.StringIO()
        self.figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
        return _tidied(drawn.getvalue(), self.title, self.finding)

    def png(self) -> bytes:
        """This method will answer the same as PNG, on white: a mail client may be dark."""
        drawn = io.BytesIO()
        FigureCanvasAgg(self.figure)
        self.figure.savefig(drawn, format="png", dpi=_PNG_DPI, facecolor="white", metadata={"Software": None})
        return drawn.getvalue()


def _tidied(text: str, title: str, finding: str) -> str:
    root = ElementTree.fromstring(text)  # noqa: S314 - written by matplotlib a moment ago, by nobody else
    name = "c" + hashlib.sha256((text + finding).encode()).hexdigest()[:8]
    _drop(root, ("metadata", "style"))
    for element in root.iter():
        _attributes_for_style(element)
    _own_names(root, name)
    _speak(root, name, title, finding)
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _LINK)
    return ElementTree.tostring(root, encoding="unicode")


def _drop(root: ElementTree.Element, names: tuple[str, ...]) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in {f"{{{_SVG}}}{name}" for name in names}:
                parent.remove(child)


def _attributes_for_style(element: ElementTree.Element) -> None:
    """This function will say as attributes what stood in `style`: the desk's pages allow none inline."""
    for part in (element.attrib.pop("style", "")).split(";"):
        key, _, value = (piece.strip() for piece in part.partition(":"))
        if key == "font":
            _font(element, value)
        elif key and key != "font-family":
            element.set(key, value)
    if element.tag == f"{{{_SVG}}}text" and element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]


def _font(element: ElementTree.Element, value: str) -> None:
    """This function will read CSS' short form, "bold 15px 'DejaVu Sans', …", into size and weight."""
    size = re.search(r"([\d.]+)px", value)
    if size:
        element.set("font-size", f"{size[1]}px")
    if re.search(r"\b(bold|[6-9]00)\b", value[: size.start()] if size else value):
        element.set("font-weight", "600")


def _own_names(root: ElementTree.Element, name: str) -> None:
    """This function will keep names that something refers to, made its own: pages hold several."""
    used = {
        found
        for element in root.iter()
        for value in element.attrib.values()
        for found in _REFERENCE.findall(value)
    }
    for element in root.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", None)
        else:
            element.set("id", f"{name}-{element.get('id')}")
        for key, value in element.attrib.items():
            if value.startswith(("#m", "url(#")):
                element.set(key, value.replace("#", f"#{name}-", 1))


def _speak(root: ElementTree.Element, name: str, title: str, finding: str) -> None:
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    root.attrib |= {
        "width": "100%",
        "role": "img",
        "class": "chart",
        "aria-labelledby": f"{name}-title {name}-finding",
        "font-family": "system-ui, sans-serif",  # where no page says otherwise
        "stroke-linejoin": "round",
    }
    for place, (tag, key, words) in enumerate((("title", "title", title), ("desc", "finding", finding))):
        said = ElementTree.Element(f"{{{_SVG}}}{tag}", {"id": f"{name}-{key}"})
        said.text = words
        root.insert(place, said)
