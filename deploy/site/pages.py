"""Gives MkDocs the pages of the navigation from where they lie in the checkout. A link to any other file of the checkout
leads to it in the repository; a link to nothing stays, and MkDocs reports it."""

import pathlib
import posixpath
import re

from mkdocs.structure.files import File, Files

HOME = pathlib.Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\(([^)\s#]+)((?:#[^)\s]*)?)\)")
CODE = re.compile(r"(?ms)^```.*?^```|`[^`\n]+`")


def slugify(text, separator):
    """Anchors as GitHub makes them: lower case, no punctuation, a hyphen for each space."""
    return re.sub(r"[^\w\s-]", "", text.lower()).strip().replace(" ", separator)


def named(nav):
    """The paths of the pages that the navigation names, in its order."""
    for entry in nav:
        for below in entry.values() if isinstance(entry, dict) else [entry]:
            yield from [below] if isinstance(below, str) else named(below)


def on_config(config):
    config.mdx_configs.setdefault("toc", {})["slugify"] = slugify
    return config


def on_files(files, config):
    kept = [file for file in files if not file.is_documentation_page() and not file.src_uri.startswith("..")]
    pages = []
    for path in named(config.nav):
        page = File.generated(config, path, abs_src_path=str(HOME / path))
        # Servers of static files leave out folders that begin with a dot.
        page.dest_uri = page.dest_uri.replace(".github/", "project/")
        pages.append(page)
    return Files(kept + pages)


def on_page_markdown(markdown, page, config, files):
    folder = posixpath.dirname(page.file.src_uri)

    def leads(link):
        path, anchor = link.groups()
        target = posixpath.normpath(posixpath.join(folder, path))
        if re.match(r"[a-z]+:", path) or files.get_file_from_path(target) or not (HOME / target).exists():
            return link.group(0)
        kind = "tree" if (HOME / target).is_dir() else "blob"
        return f"]({config.repo_url}/{kind}/main/{target}{anchor})"

    parts = []
    end = 0
    for code in CODE.finditer(markdown):
        # A link's text may be code, so only blocks are left as they are.
        if code.group(0).startswith("```"):
            parts += [LINK.sub(leads, markdown[end : code.start()]), code.group(0)]
            end = code.end()
    return "".join(parts) + LINK.sub(leads, markdown[end:])
