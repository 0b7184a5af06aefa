"""Tables as text and as Markdown, and the page of results."""

import datetime
from dataclasses import dataclass, field


@dataclass
class Table:
    title: str
    columns: list[str]
    rows: list[list[str]]
    # How many columns, from the left, are names; the others are numbers.
    names: int = 1


@dataclass
class Section:
    """What a section has found: for people, and (in `data`, which goes to results.json) for programs."""

    title: str
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # What the reader must know before the tables.
    explanation: str = ""
    data: object = None


def as_text(table: Table) -> str:
    widths = [max(len(row[at]) for row in [table.columns, *table.rows]) for at in range(len(table.columns))]

    def line(cells: list[str]) -> str:
        padded = (cell.ljust(width) if at < table.names else cell.rjust(width)
                  for at, (cell, width) in enumerate(zip(cells, widths)))
        return "  ".join(padded).rstrip()

    rule = "  ".join("-" * width for width in widths)
    return "\n".join([table.title, "", line(table.columns), rule, *map(line, table.rows)])


def as_markdown(table: Table) -> str:
    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cells) + " |"

    marks = ["---" if at < table.names else "---:" for at in range(len(table.columns))]
    return "\n".join([f"**{table.title}**", "", line(table.columns), line(marks), *map(line, table.rows)])


def section_text(section: Section) -> str:
    parts = [section.title + "\n" + "=" * len(section.title), *map(as_text, section.tables)]
    if section.notes:
        parts.append("\n".join(f"* {note}" for note in section.notes))
    return "\n\n".join(parts) + "\n"


def section_markdown(section: Section) -> str:
    parts = [f"## {section.title}", *([section.explanation] if section.explanation else []),
             *map(as_markdown, section.tables)]
    if section.notes:
        parts.append("\n".join(f"* {note}" for note in section.notes))
    return "\n\n".join(parts)


def page(facts: dict[str, str], how: list[str], sections: list[Section], date: datetime.date) -> str:
    """RESULTS.md: no name of the machine, no path on it."""
    head = ["# Results", f"Measured on {date.isoformat()} by `make bench`; what the rows and columns mean is in"
            " [README.md](README.md)."]
    head.append("\n".join(f"* {name}: {value}" for name, value in facts.items()))
    head.append("\n".join(f"* {line}" for line in how))
    return "\n\n".join([*head, *map(section_markdown, sections)]) + "\n"
