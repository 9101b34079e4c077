"""XML, written by the standard library: whatever the texts hold, it is well-formed.

A document's own namespace is the default one, for programs that know no prefixes: its
elements have plain names, and the root says `xmlns`. What belongs elsewhere is qualified.
"""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

from catalogue.records.description import plain

LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def root(name: str, namespace: str, **attributes: str) -> Element:
    return Element(name, {"xmlns": namespace} | clean(attributes))


def child(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    """Add an element; attributes that are empty are left out."""
    element = SubElement(parent, name, clean(attributes))
    element.text = plain(text) or None
    return element


def document(element: Element) -> bytes:
    return tostring(element, encoding="utf-8", xml_declaration=True)


def clean(attributes: Mapping[str, str]) -> dict[str, str]:
    """Attributes that say something, without what XML forbids."""
    return {name: plain(value) for name, value in attributes.items() if value}
