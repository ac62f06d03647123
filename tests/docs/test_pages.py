"""Tables in README and docs that are made from the code and the data say what these say now."""

from __future__ import annotations

import re

import pytest
import typer

from pactolus.cli.main import app
from tools.reference_pages import PAGES, ROOT, filled, renewed, table


@pytest.mark.parametrize("page", sorted(PAGES))
def test_the_page_is_up_to_date(page: str) -> None:
    assert (ROOT / page).read_text(encoding="utf-8") == renewed(page), "run 'make pages'"


def test_content_goes_between_the_marks_and_nothing_else_changes() -> None:
    page = "before\n<!-- a: begin -->\nold\n<!-- a: end -->\nafter\n"
    new = filled(page, "a", "new")
    assert new == "before\n<!-- a: begin -->\n\nnew\n\n<!-- a: end -->\nafter\n"
    assert filled(new, "a", "new") == new


@pytest.mark.parametrize(
    "page", ["", "<!-- a: end --><!-- a: begin -->", "<!-- a: begin -->" * 2 + "<!-- a: end -->"]
)
def test_a_page_without_its_marks_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="once each and in this order"):
        filled(page, "a", "new")


def test_a_bar_in_a_cell_does_not_end_the_cell() -> None:
    assert table(["x"], [["a|b"]]) == "| x |\n| --- |\n| a\\|b |"


def test_the_page_of_the_command_line_names_every_command_and_option() -> None:
    page = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    root = typer.main.get_command(app)
    commands = {f"pactolus {name}": command for name, command in root.commands.items()}  # type: ignore[attr-defined]
    data = commands["pactolus data"].commands
    commands |= {f"pactolus data {name}": command for name, command in data.items()}
    missing = [name for name in commands if name not in page]
    options = {o for c in commands.values() for p in c.params for o in p.opts if o.startswith("--")}
    missing += [option for option in sorted(options) if f"`{option}" not in page]
    assert missing == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_links_lead_to_files_that_are_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", text)
    assert links
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []
