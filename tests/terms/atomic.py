"""Mass fractions from formulas, with the standard atomic weights abridged to four digits and a few more."""

from __future__ import annotations

import re

#: IUPAC, "Standard atomic weights of the elements 2021", table 3 (abridged).
WEIGHTS = {
    "H": 1.008, "Li": 6.94, "Be": 9.0122, "B": 10.81, "C": 12.011, "N": 14.007, "O": 15.999,
    "F": 18.998, "Na": 22.990, "Mg": 24.305, "Al": 26.982, "Si": 28.085, "P": 30.974, "S": 32.06,
    "Cl": 35.45, "K": 39.098, "Ca": 40.078, "Sc": 44.956, "Ti": 47.867, "V": 50.942, "Cr": 51.996,
    "Mn": 54.938, "Fe": 55.845, "Co": 58.933, "Ni": 58.693, "Cu": 63.546, "Zn": 65.38, "Ge": 72.630,
    "As": 74.922, "Y": 88.906, "Zr": 91.224, "Nb": 92.906, "Mo": 95.95, "Cd": 112.41, "Sn": 118.71,
    "Sb": 121.76, "Ba": 137.33, "La": 138.91, "Ce": 140.12, "Pr": 140.91, "Nd": 144.24, "Sm": 150.36,
    "Eu": 151.96, "Gd": 157.25, "Tb": 158.93, "Dy": 162.50, "Ho": 164.93, "Er": 167.26, "Tm": 168.93,
    "Yb": 173.05, "Lu": 174.97, "Ta": 180.95, "W": 183.84, "Pb": 207.2, "U": 238.03,
}  # fmt: skip
RARE_EARTHS = ["Sc", "Y", "La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu"]

_TOKEN = re.compile(r"([A-Z][a-z]?)(\d*)|(\()|(\))(\d*)")


def atoms(formula: str) -> dict[str, int]:
    """Atoms of a formula with brackets and crystal water: ``(NH4)10(H2W12O42).4H2O``."""
    total: dict[str, int] = {}
    for part in formula.split("."):
        times, rest = re.fullmatch(r"(\d*)(.*)", part).groups()
        for element, count in _group(rest).items():
            total[element] = total.get(element, 0) + count * int(times or 1)
    return total


def _group(text: str) -> dict[str, int]:
    stack: list[dict[str, int]] = [{}]
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        assert found, text
        element, count, opened, closed, times = found.groups()
        if element:
            stack[-1][element] = stack[-1].get(element, 0) + int(count or 1)
        elif opened:
            stack.append({})
        elif closed:
            inner = stack.pop()
            for name, number in inner.items():
                stack[-1][name] = stack[-1].get(name, 0) + number * int(times or 1)
        position = found.end()
    assert len(stack) == 1, text
    return stack[0]


def fraction(formula: str, measure: str) -> float:
    """Mass of an element (``REE``: all rare earths) in a unit of mass of a compound."""
    held = atoms(formula)
    counted = RARE_EARTHS if measure == "REE" else [measure]
    masses = {element: WEIGHTS[element] * count for element, count in held.items()}
    return sum(mass for element, mass in masses.items() if element in counted) / sum(masses.values())
