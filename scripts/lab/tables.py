"""Tables that a command writes into a page of the documentation, between two marks."""

import re


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def put(page, name, head, rows):
    """Replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->` of the page."""
    write(page, name, table(head, rows))


def write(page, name, text):
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before = page.read_text()
    after, count = re.subn(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: f"{begin}\n{text}\n{end}", before, flags=re.S)
    if count != 1:
        raise RuntimeError(f"{page} has no place for {name}: {begin} … {end}")
    page.write_text(after)
