# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: twilio_services
short_description: The Conversations and Chat services of a Twilio account as hosts
version_added: 1.0.0
description:
  - Reads the services of an account, and creates a host for each of them. So one play can run for many services, with
    Ansible's own forks, limits, groups and variables.
  - The name of the inventory source ends in V(twilio_services.yml) or V(twilio_services.yaml).
  - Ansible does not connect to such a host. The tasks run where Ansible runs.
  - Every host is in the group C(twilio_services), which has the variables C(ansible_connection) and
    C(ansible_python_interpreter).
  - Every host has the variables C(service_sid), C(friendly_name), C(product) (V(conversations) or V(chat)),
    C(account_sid), C(date_created) and C(date_updated).
author:
  - community.twilio contributors (!UNKNOWN)
extends_documentation_fragment:
  - community.twilio._connection
  - community.twilio._reading
  - constructed
  - inventory_cache
options:
  plugin:
    description: The name of this plugin. Identifies the file as an inventory source of this plugin.
    type: str
    required: true
    choices:
      - community.twilio.twilio_services
  products:
    description:
      - The products whose services become hosts.
      - Twilio describes Chat and Conversations as two views of the same services. With both products, there are two
        hosts for a service that both of them return.
      - Chat reached its end of life on 25 July 2022, and in Twilio Flex on 1 June 2026.
    type: list
    elements: str
    choices:
      - conversations
      - chat
    default:
      - conversations
  hostname:
    description:
      - The name of a host, as a Jinja2 template with the variables of the host.
      - Friendly names are not unique. If two services would get the same name, no host is added, and the message
        contains both services. The name of a group is rejected too.
      - If not set, the name is the product and the SID of the service, as in
        V(conversations-IS0123456789abcdef0123456789abcdef).
    type: str
  hostvars_prefix:
    description:
      - The prefix of the names of all variables that the plugin sets for a host.
      - The templates of this file (O(hostname), O(compose), O(groups), O(keyed_groups)) use the names without it.
    type: str
    default: ''
  account_sid:
    env:
      - name: TWILIO_ACCOUNT_SID
  auth_token:
    env:
      - name: TWILIO_AUTH_TOKEN
  api_key:
    env:
      - name: TWILIO_API_KEY
  api_secret:
    env:
      - name: TWILIO_API_SECRET
  client_id:
    env:
      - name: TWILIO_CLIENT_ID
  client_secret:
    env:
      - name: TWILIO_CLIENT_SECRET
  region:
    env:
      - name: TWILIO_REGION
  edge:
    env:
      - name: TWILIO_EDGE
  api_base_url:
    env:
      - name: TWILIO_API_BASE_URL
notes:
  - O(timeouts) applies to each of the O(products) separately.
  - Reading the services takes one request for each 100 services of the account, for each of the O(products).
  - The connection options, O(products), O(hostvars_prefix) and O(timeouts) can be Jinja2 templates, which can use
    lookups and the variables of C(--extra-vars), and values that are encrypted with Ansible Vault.
  - If an option is an empty string in the file, its environment variable is not used.
  - By default, Ansible only warns about an inventory source that it could not read, and continues with the others. To
    make it fail, set E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED) to V(true).
  - The cache contains the variables of the hosts, separately for each source, product, account, region and base URL.
    It does not contain credentials.
seealso:
  - module: community.twilio.twilio_conversations_service_info
  - module: community.twilio.twilio_chat_service_info
"""

EXAMPLES = r"""
---
## A file twilio_services.yml. The credentials come from the environment:
## TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN, or with TWILIO_API_KEY and TWILIO_API_SECRET, or with TWILIO_CLIENT_ID and
## TWILIO_CLIENT_SECRET.
plugin: community.twilio.twilio_services

# ---
## The credentials of another account, sales.twilio_services.yml. Credentials in the environment are not used.
# plugin: community.twilio.twilio_services
# account_sid: AC0123456789abcdef0123456789abcdef
# auth_token: "{{ lookup('ansible.builtin.env', 'SALES_AUTH_TOKEN') }}"

# ---
## Both products, with readable host names, and with groups by product, by account and by name
# plugin: community.twilio.twilio_services
# products: [conversations, chat]
# hostname: "{{ product }}-{{ friendly_name | lower | regex_replace('[^a-z0-9]+', '-') }}"
# keyed_groups:
#   - key: product
#     prefix: twilio
#   - key: account_sid
#     prefix: account
# groups:
#   production: friendly_name is match('Shop')
# compose:
#   country: friendly_name.split(' ')[-1]

# ---
## Cached for ten minutes in files, so that the next run sends no request to Twilio
# plugin: community.twilio.twilio_services
# cache: true
# cache_plugin: ansible.builtin.jsonfile
# cache_connection: .twilio_services_cache
# cache_timeout: 600
"""

import contextlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ansible import constants as C  # noqa: N812 -- as everywhere in Ansible
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ansible_collections.community.twilio.plugins.module_utils._modules.ansible_module import sdk_problem
from ansible_collections.community.twilio.plugins.module_utils._modules.base import ModuleError, TaskContext
from ansible_collections.community.twilio.plugins.module_utils._resources.messages import limited, printable, summarize
from ansible_collections.community.twilio.plugins.module_utils._resources.validators import (
    ErrorCollector,
    ValidationError,
    excerpt,
)
from ansible_collections.community.twilio.plugins.plugin_utils._inventory_hosts import (
    GROUP,
    GROUP_VARIABLES,
    INVALID_HOST_NAME,
    MESSAGES_ARE_SAFE,
    PRODUCTS,
    TEMPLATED,
    Service,
    cache_key,
    cached_services,
    complete_accounts,
    describe,
    make_unsafe,
    mask_secrets,
    refuse_names_of_groups,
    strip_tags,
    to_service,
    trust_as_template,
    unknown_options,
    validate,
)
from ansible_collections.community.twilio.plugins.plugin_utils._module_runner import to_plain

FILE_NAMES = ("twilio_services.yml", "twilio_services.yaml")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """The inventory plugin."""

    NAME = "community.twilio.twilio_services"

    def verify_file(self, path: str) -> bool:
        """Return whether a file is an inventory source of this plugin, by its name.

        :param path: the path of the inventory source.
        :returns: whether its name ends as required.
        """
        if not super().verify_file(path):
            return False
        if not path.endswith(FILE_NAMES):
            self.display.vvv(f"{path}: the name of a source of {self.NAME} ends in {' or '.join(FILE_NAMES)}")
            return False
        return True

    def set_options(
        self, task_keys: Any = None, var_options: Any = None, direct: Mapping[str, Any] | None = None
    ) -> None:
        """Set only ansible-core's own options. The others may be templates, which ansible-core would reject.

        :param task_keys: not used; part of ansible-core's signature.
        :param var_options: the extra variables.
        :param direct: the contents of the inventory source.
        """
        core_options = {name: strip_tags(value) for name, value in (direct or {}).items() if name not in TEMPLATED}
        super().set_options(task_keys, var_options, core_options)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Add the services to the inventory.

        :param inventory: the inventory so far.
        :param loader: reads files.
        :param path: the path of the inventory source.
        :param cache: whether the cache may be read.
        :raises AnsibleParserError: the options are invalid, or the services could not be read.
        """
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        environment = dict(os.environ)
        try:
            options = self._parse_options(config, environment)
            services = [
                service
                for product in options["products"]
                for service in self._services(product, options, environment, path, cache)
            ]
            hosts = self._hosts(services, options["hostvars_prefix"])
            groups = {self._sanitize_group_name(name) for name in self.get_option("groups") or ()}
            refuse_names_of_groups(hosts, {GROUP, *groups, *inventory.groups})
            with self._all_or_nothing(inventory):
                self._populate(hosts, options["hostvars_prefix"])
                # Again, with the groups that keyed_groups has created.
                refuse_names_of_groups(hosts, inventory.groups)
        except ValidationError as error:
            raise AnsibleParserError(str(error)) from None
        except ModuleError as failure:
            raise AnsibleParserError(mask_secrets(failure.message, options)) from None

    @contextlib.contextmanager
    def _all_or_nothing(self, inventory: Any) -> Iterator[None]:
        """Remove the added hosts and groups after a failure."""
        hosts, groups = set(inventory.hosts), set(inventory.groups)
        try:
            yield
        except Exception:
            for name in set(inventory.hosts) - hosts:
                inventory.remove_host(inventory.hosts[name])
            for name in set(inventory.groups) - groups:
                # The parameter of remove_group() differs between ansible-cores.
                group = inventory.groups.pop(name)
                for host in inventory.hosts.values():
                    host.remove_group(group)
            raise

    def _parse_options(self, config: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
        messages = unknown_options(config, self.option_definitions)
        self.templar.available_variables = self._vars
        errors = ErrorCollector()
        given = {name: errors.check(self._resolve, name, config[name]) for name in config if name in TEMPLATED}
        if errors.messages:
            # Validation would also report these options as missing.
            raise ValidationError(summarize([*messages, *errors.messages]))
        return validate({name: value for name, value in given.items() if value is not None}, environment, messages)

    def _resolve(self, option: str, value: Any) -> Any:
        try:
            return to_plain(self.templar.template(value))
        except Exception as error:  # a template can raise anything
            message = error.message if isinstance(error, AnsibleError) else str(error)
            if not MESSAGES_ARE_SAFE:
                found = re.search(r"'[\w.]+' is undefined|Decryption failed", message)
                message = f"the template cannot be resolved{f': {found[0]}' if found else ''}"
            # With its object or its cause, the error would show lines of the file, which may contain a secret.
            raise ValidationError(f"{option}: {message}") from None

    def _services(
        self, product: str, options: Mapping[str, Any], environment: Mapping[str, str], path: str, cache: bool
    ) -> list[Service]:
        """Return the services of a product, from the cache or from Twilio."""
        if not self.get_option("cache"):
            return self._read(product, options, environment)
        key = cache_key(self.get_cache_key(path), product, options)
        if cache:
            # Cache plugins and ansible-core raise anything for what they cannot read, such as a file that was cut off.
            with contextlib.suppress(Exception):
                cached = cached_services(product, self._cache[key])
                if cached is not None:
                    return cached
        services = self._read(product, options, environment)
        self._cache[key] = {"services": services}
        return services

    def _read(self, product: str, options: Mapping[str, Any], environment: Mapping[str, str]) -> list[Service]:
        message = sdk_problem()
        if message:
            raise ModuleError(message)
        _product, definition = PRODUCTS[product]

        def report_with(display: Callable[..., None], **settings: Any) -> Callable[[str], None]:
            return lambda line: display(limited(printable(f"{self.NAME}: {mask_secrets(line, options)}")), **settings)

        context = TaskContext(
            check_mode=False,
            diff_mode=False,
            environment=environment,
            # To standard error, since ansible-inventory writes JSON to standard output.
            report_progress=report_with(self.display.display, stderr=True),
            report_attempt=report_with(self.display.vvv),
        )
        found = definition.execute(options, context)
        services = [to_service(product, each) for each in found["services"]]
        complete_accounts(services, options, context)
        return services

    def _hosts(self, services: Iterable[Service], prefix: str) -> dict[str, Service]:
        """Return the services by their host names; reject names that are not unique in this and earlier sources."""
        hosts: dict[str, Service] = {}
        for raw in services:
            service = {name: make_unsafe(value) for name, value in raw.items()}
            name = self._host_name(service)
            existing = hosts.get(name) or self._existing_service(name, prefix)
            if not existing and self._is_service(name):
                raise ValidationError(
                    f"hostname: {describe(service)} would be the host {excerpt(name)}, which is another service"
                    " already; let the template use what tells them apart, such as service_sid, product and account_sid"
                )
            if existing and describe(existing) != describe(service):
                raise ValidationError(
                    f"hostname: {describe(existing)} and {describe(service)} would both be the host {excerpt(name)};"
                    " let the template use what tells them apart, such as service_sid, product and account_sid"
                )
            hosts[name] = service
        return hosts

    def _existing_service(self, name: str, prefix: str) -> Service | None:
        host = self.inventory.hosts.get(name)
        variables = host.vars if host else {}
        if variables.get(f"{prefix}product") not in PRODUCTS or f"{prefix}service_sid" not in variables:
            return None
        return {option: variables[f"{prefix}{option}"] for option in ("product", "service_sid")}

    def _is_service(self, name: str) -> bool:
        host = self.inventory.hosts.get(name)
        return host is not None and any(group.name == GROUP for group in host.get_groups())

    def _host_name(self, service: Service) -> str:
        template = self.get_option("hostname")
        if template is None:
            return f"{service['product']}-{service['service_sid']}"
        self.templar.available_variables = service
        value = self._resolve(f"hostname: {describe(service)}", template)
        name = "" if value is None else str(value)
        if not name or name != name.strip() or INVALID_HOST_NAME.search(name) or name in C.LOCALHOST:
            raise ValidationError(
                f"hostname: {describe(service)} would be the host {excerpt(name)};"
                " a name must not be empty or localhost, begin or end with white space, begin with one of !&~@, or hold"
                " a control character or one of {}[]:,/*\\; let the template replace them, as with regex_replace"
            )
        return name

    def _populate(self, hosts: Mapping[str, Service], prefix: str) -> None:
        self.inventory.add_group(GROUP)
        for name, value in GROUP_VARIABLES.items():
            self.inventory.set_variable(GROUP, name, trust_as_template(value))
        strict = self.get_option("strict")
        for host, service in hosts.items():
            self.inventory.add_host(host, group=GROUP)
            for name, value in service.items():
                self.inventory.set_variable(host, prefix + name, value)
            self._set_composite_vars(self.get_option("compose"), service, host, strict)
            self._add_host_to_composed_groups(self.get_option("groups"), service, host, strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), service, host, strict)
