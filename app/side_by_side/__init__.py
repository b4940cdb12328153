"""A comparison of two boots made to be read: text, Markdown, JSON, and what a page draws."""

from app.side_by_side.render import RENDERERS, render_json, render_markdown, render_text

__all__ = ["RENDERERS", "render_json", "render_markdown", "render_text"]
