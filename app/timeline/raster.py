"""SVG of ours as PNG, without a browser and without the machine's fonts."""

from importlib.resources import files

import resvg_py

from app.timeline.card import FONT

_PACKAGE = "fontpkg_ibm_plex_mono"
_WEIGHTS = ("Regular", "SemiBold", "Bold")


def png_of(svg: str) -> bytes:
    """The picture as PNG, in its own size; every generic font is IBM Plex Mono."""
    folder = files(_PACKAGE) / "files"
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            skip_system_fonts=True,
            font_files=[str(folder / f"IBMPlexMono-{weight}.ttf") for weight in _WEIGHTS],
            font_family=FONT,
            serif_family=FONT,
            sans_serif_family=FONT,
            monospace_family=FONT,
        )
    )
