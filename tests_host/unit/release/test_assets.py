"""Pages: put together, trimmed without touching a string, compressed to the same bytes, and in the slot."""

import gzip
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from firmware.board import mini, s26
from twig.release import assets, image, places
from twig.release.errors import ReleaseError, SourceError

Write = Callable[..., Path]


@pytest.fixture
def page(tmp_path: Path) -> Write:
    """Write `setup.html` and what else is named; its path."""

    def _page(text: str, **files: str) -> Path:
        for name, content in {"setup.html": text, **files}.items():
            (tmp_path / name).write_text(content, "utf-8")
        return tmp_path / "setup.html"

    return _page


def test_indentation_and_comments_go(page: Write) -> None:
    text = "<!-- a page -->\n<p>\n\n  one  two\n</p>\n  // why\n  /* what */\n  let a = 1; // here\n"
    assert assets.document(page(text), {}) == "<p>\none  two\n</p>\nlet a = 1; // here\n"


@pytest.mark.parametrize(
    "line",
    [
        "const a = '// no comment';",
        "const a = 'http://x/', b = \"/* \" + ' */';",
        "'<!-- ' + a + ' -->'",
        "/* a */ code() /* b */",
        "<!-- a --> text <!-- b -->",
        "const a = '  two  spaces  ', b = `x ${a}  y`;",
        "const a = /\\/\\/ /;",
        'a = "ä„🔌"',
    ],
)
def test_strings_stay(page: Write, line: str) -> None:
    assert assets.document(page(f"<script>\n    {line}\n</script>\n"), {}) == f"<script>\n{line}\n</script>\n"


@pytest.mark.parametrize("line", ["const a = `one", "const a = 'one \\"])
def test_a_string_over_two_lines_is_refused(page: Write, line: str) -> None:
    with pytest.raises(SourceError, match=r"setup\.html:2: a string must end in its line"):
        assets.document(page(f"<script>\n{line}\n  two`;\n</script>\n"), {})


def test_includes(page: Write) -> None:
    path = page(
        "<style>\n  <!-- include a.css -->\n</style>\n",
        **{"a.css": "  p { }\n<!-- include b.css -->\n", "b.css": "q { }"},
    )
    assert assets.document(path, {}) == "<style>\np { }\nq { }\n</style>\n"


def test_includes_that_cannot_be(page: Write) -> None:
    with pytest.raises(ReleaseError, match=r"cannot read the page's .*b\.css: No such file"):
        assets.document(page("<!-- include b.css -->\n"), {})
    with pytest.raises(ReleaseError, match=r"a\.css includes itself"):
        assets.document(page("<!-- include a.css -->\n", **{"a.css": "<!-- include a.css -->"}), {})


@pytest.mark.parametrize(("inputs", "wanted"), [((), "<p>\n"), ((4,), "q { }\n<p>\n")])
def test_includes_of_boards_that_have_it(page: Write, inputs: tuple[int, ...], wanted: str) -> None:
    path = page("<!-- include b.css if INPUTS -->\n<p>\n", **{"b.css": "q { }"})
    assert assets.document(path, {"INPUTS": inputs}) == wanted
    with pytest.raises(SourceError, match=r"setup\.html:1: no board binds INPUTS"):
        assets.document(path, {})


def test_pages_that_begin_alike_share_the_bytes_of_it() -> None:
    top = "<style>p { color: red }</style>\n"
    rests = {"a.html": "<p>red\n", "b.html": "<b>\u00fc</b>\n"}
    pieces = assets.compressed(top, rests)
    assert set(pieces) == {assets.TOP, *rests}
    for name, rest in rests.items():
        data = pieces[assets.TOP] + pieces[name]
        assert data[4:8] == bytes(4)  # the same bytes at any time
        assert gzip.decompress(data).decode() == top + rest


def test_limit() -> None:
    noise = "".join(chr(0x4E00 + (each * 7919) % 20000) for each in range(9000))
    with pytest.raises(
        ReleaseError, match=r"a\.html takes [0-9,]+ bytes compressed, and a page may take 12,288"
    ):
        assets.compressed("<p>\n", {"a.html": noise})


@pytest.mark.parametrize("board", [s26, mini])
def test_pages_of_the_checkout(board: ModuleType) -> None:
    pages = assets.pages(vars(board))
    assert set(pages) == {"top.html", "setup.html", "device.html"}
    for name in assets.PAGES:
        data = pages[assets.TOP] + pages[name]
        assert len(data) <= assets.LIMIT, name
        text = gzip.decompress(data).decode()
        assert text.startswith("<!doctype html>\n")
        assert ("Wall switch" in text) is bool(board.INPUTS)
        assert "include" not in text.replace("includes(", "")
        # One document that needs nothing else, and nothing that browsers of captive portals lack.
        for word in (
            "src=",
            "@import",
            "url(",
            "https:",
            "Storage",
            "alert(",
            "confirm(",
            "window.open",
            "target=",
        ):
            assert word not in text, (name, word)


def test_digest_depends_on_the_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Chip:
        asyncio = mpy_cross = tmp_path / "nothing"

    (tmp_path / "pages").mkdir()
    monkeypatch.setattr(places, "PAGES", tmp_path / "pages")
    digests = set()
    for text in ("one", "two"):
        (tmp_path / "pages" / "setup.html").write_text(text)
        digests.add(image._digest("s26", {}, Chip()))  # type: ignore[arg-type]
    assert len(digests) == 2
