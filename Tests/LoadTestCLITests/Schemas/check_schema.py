"""Says which files a JSON Schema refuses: check_schema.py SCHEMA FOLDER

The files may have comments, and commas behind the last element. Each is a line on the standard output: its name, a tab, and
what is wrong with it, or nothing.
"""

import json
import pathlib
import re
import sys

import jsonschema

STRING = r'"(?:\\.|[^"\\])*"'
COMMENT = re.compile(STRING + r"|//[^\n]*|/\*.*?\*/", re.S)
COMMA = re.compile(STRING + r"|,(?=\s*[\]}])")


def plain(text: str) -> str:
    for token in (COMMENT, COMMA):
        text = token.sub(lambda found: found[0] if found[0].startswith('"') else " ", text)
    return text


def main() -> None:
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    kind = jsonschema.Draft202012Validator
    kind.check_schema(schema)
    validator = kind(schema)
    for file in sorted(pathlib.Path(sys.argv[2]).iterdir()):
        value = json.loads(plain(file.read_text(encoding="utf-8")))
        mistake = jsonschema.exceptions.best_match(validator.iter_errors(value))
        text = f"{mistake.json_path}: {mistake.message}" if mistake else ""
        print(f"{file.name}\t" + " ".join(text.split()))


main()
