"""Pages about rules, made from the rules: Markdown for docs/rules and for the server."""

from app.rule_docs.page import FILES, PAGES, Links, former_page, rule_page
from app.rule_docs.shelf import Shelf, Shelved

__all__ = ["FILES", "PAGES", "Links", "Shelf", "Shelved", "former_page", "rule_page"]
