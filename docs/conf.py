"""How Sphinx builds the documentation: Markdown pages, one theme, no warning let through."""

project = "Omsorgstall"
copyright = "the contributors, EUPL-1.2"
language = "en"

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "Omsorgstall"
html_static_path: list[str] = []
html_show_sphinx = False
html_theme_options = {"source_directory": "docs/"}
