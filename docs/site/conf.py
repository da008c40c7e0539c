# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Sphinx builds the site of the documentation; the session ``site`` in noxfile.py runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

project = "community.twilio"
copyright = "community.twilio contributors"  # noqa: A001 -- the name of the setting
html_title = html_short_title = "community.twilio"

extensions = ["sphinx_antsibull_ext"]
default_role = "any"
highlight_language = "YAML+Jinja"
nitpicky = True
pygments_style = "ansible"

html_theme = "sphinx_ansible_theme"
html_theme_options = {"topbar_links": {}, "vcs_pageview_mode": ""}
html_css_files = ["site.css"]
html_static_path = ["_static"]
html_copy_source = False
html_show_sphinx = False
html_use_index = False

ANSIBLE = "https://docs.ansible.com/projects/ansible/latest"
# Where Ansible's own documentation has what the pages refer to. With intersphinx, a build would need the network.
LABELS = {
    "action_plugins": "plugins/action.html#action-plugins",
    "ansible_collections.ansible.builtin.linear_strategy": "collections/ansible/builtin/linear_strategy.html",
    "ansible_configuration_settings": "reference_appendices/config.html#ansible-configuration-settings",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
}
VARIABLES = {
    "ANSIBLE_CACHE_PLUGIN",
    "ANSIBLE_CACHE_PLUGIN_CONNECTION",
    "ANSIBLE_CACHE_PLUGIN_PREFIX",
    "ANSIBLE_CACHE_PLUGIN_TIMEOUT",
    "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED",
}


def resolve(
    _app: Sphinx, _environment: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.reference | None:
    """Return a link to Ansible's own documentation; None if it is not known to contain the target."""
    target = node["reftarget"]
    if node["reftype"] == "envvar" and target in VARIABLES:
        page = f"reference_appendices/config.html#envvar-{target}"
    elif node["reftype"] in ("ref", "any") and target in LABELS:
        page = LABELS[target]
    else:
        return None
    return nodes.reference("", "", content.deepcopy(), internal=False, refuri=f"{ANSIBLE}/{page}")


def setup(app: Sphinx) -> None:
    """Register the resolver."""
    app.connect("missing-reference", resolve)
