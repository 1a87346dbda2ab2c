from __future__ import annotations

import re
from graphlib import CycleError

import pytest

from chalicelib.api.page_modules import joined
from chalicelib.api.pages import Pages
from chalicelib.settings import Settings

SOURCES = {
    "app": 'import { word } from "./words.js";\nexport const said = () => import("./later.js");\n',
    "words": 'import { a as first } from "./lib.js";\nexport function word() { return first; }\n',
    "lib": "const x = 1;export{x as a};\n",
    "later": 'import { word } from "./words.js";\nimport { own } from "./own.js";\n',
    "own": "export const own = 2;\n",
}


def test_modules_come_as_one_after_those_that_they_import() -> None:
    app = joined(SOURCES, "app")["app"]
    places = [app.index(f"const ${name} = ") for name in ("lib", "words", "app")]
    assert places == sorted(places)
    assert "import {" not in app
    assert app.endswith("export { $lib, $words, $app };\n")


def test_an_export_is_known_by_its_outer_name() -> None:
    app = joined(SOURCES, "app")["app"]
    assert "return { a: x };" in app
    assert "const { a: first } = $lib;" in app


def test_a_later_module_takes_from_the_joined_ones_and_brings_its_own() -> None:
    served = joined(SOURCES, "app")
    assert set(served) == {"app", "later", "own"}
    assert 'import { $words } from "./app.js";\nconst { word } = $words;' in served["later"]
    assert 'import { own } from "./own.js";' in served["later"]


def test_comments_stay_behind_and_licences_come_along() -> None:
    source = '/*! MIT */\n// why\n/**\n * Return it.\n */\nexport const a = "// no";\n'
    app = joined({"app": source}, "app")["app"]
    assert "/*! MIT */" in app
    assert '"// no"' in app
    assert not re.search("why|Return it", app)


def test_modules_that_import_each_other_are_refused() -> None:
    circle = {**SOURCES, "lib": 'import { word } from "./words.js";\n'}
    with pytest.raises(CycleError):
        joined(circle, "app")


def test_the_page_loads_all_that_its_first_view_needs_with_one_module() -> None:
    pages = Pages(Settings())
    body = pages.index().body
    assert re.findall(r'(\w+)\.js"', body) == ["app"]
    assert not re.search(r"^import ", pages.asset(pages.version, "app.js").body, re.MULTILINE)


def test_the_index_shows_the_frame_of_the_page_without_a_script() -> None:
    body = Pages(Settings()).index().body
    assert 'class="bone"' in body
    assert "<strong>Waybill</strong>" in body
