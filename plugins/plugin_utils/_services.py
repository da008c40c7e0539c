# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services as hosts of an inventory: the options, what may become a name or a variable, what the cache holds."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Container, Iterable, Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._modules.connection import check_timeouts, hidden_secrets, open_client
from ..module_utils._modules.info import CHAT_SERVICE_INFO, CONVERSATIONS_SERVICE_INFO
from ..module_utils._modules.work import Work
from ..module_utils._state.checks import BadValue, Problems, excerpt, is_sid
from ..module_utils._twilio.products import CHAT, CONVERSATIONS, Product

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core 2.18 and older

    def trust_as_template(value: str) -> str:
        return value

    # Its messages repeat the values of a template that cannot be resolved, secret ones too.
    MESSAGES_ARE_SAFE = False
else:
    MESSAGES_ARE_SAFE = True


GROUP = "twilio_services"
GROUP_VARIABLES = {
    "ansible_connection": "local",
    # A template, since the inventory may be read in one environment and used in another.
    "ansible_python_interpreter": "{{ ansible_playbook_python }}",
}
PRODUCTS: dict[str, tuple[Product, Work]] = {
    "conversations": (CONVERSATIONS, CONVERSATIONS_SERVICE_INFO),
    "chat": (CHAT, CHAT_SERVICE_INFO),
}
OWN_OPTIONS: dict[str, dict[str, Any]] = {
    "products": {"type": "list", "elements": "str", "choices": list(PRODUCTS), "default": ["conversations"]},
    "hostvars_prefix": {"type": "str", "default": ""},
}
# The others of the documented options are ansible-core's own. It gives them their types itself, without templates.
TEMPLATED = frozenset(
    {
        *("account_sid", "auth_token", "api_key", "api_secret", "region", "edge", "api_base_url"),
        *("request_timeout", "validate_certs", "ca_path", "timeouts", *OWN_OPTIONS),
    }
)
SECRETS = ("auth_token", "api_key", "api_secret")
REPORTED = ("friendly_name", "account_sid", "date_created", "date_updated")
# What clashes with patterns of hosts, with paths of host_vars, with ports or with templates, in the name of a host.
NO_NAME = re.compile(r"[\x00-\x1f\x7f{}\[\]:,/\\*]|^[!&~@]")
# No template and no expression that does anything.
PLAIN = re.compile(r"[\w .:+-]*")

Service = dict[str, Any]


def unknown_options(given: Iterable[Any], known: Iterable[str]) -> list[str]:
    """Complain about options that there are not.

    :param given: the keys of the inventory source.
    :param known: the options of the plugin.
    :returns: a complaint for each.
    """
    names, complaints = set(known), []
    for name in (str(each) for each in given):
        if name not in names:
            close = difflib.get_close_matches(name, names, 1)
            complaints.append(f"{excerpt(name)}: is not an option" + (f"; is {close[0]} meant?" if close else ""))
    return complaints


def validate(given: Mapping[str, Any], environment: Mapping[str, str], complaints: Iterable[str]) -> dict[str, Any]:
    """Give the options as the modules that read services take them.

    :param given: the options of the inventory source, templates resolved.
    :param environment: the environment variables.
    :param complaints: what is known to be wrong before.
    :returns: the validated options.
    :raises BadValue: something is wrong; the message holds every complaint, and no secret.
    """
    if not isinstance(given.get("timeouts", {}), (Mapping, str)):
        raise BadValue("; ".join([*complaints, f"timeouts: must be a dictionary, got {excerpt(given['timeouts'])}"]))
    spec = dict(OWN_OPTIONS)
    for _product, work in PRODUCTS.values():
        spec.update(work.spec(environment)["argument_spec"])
    result = ArgumentSpecValidator(spec).validate(dict(given))
    parameters: dict[str, Any] = result.validated_parameters
    problems = Problems()
    problems.messages += complaints
    for error in result.errors:
        what = "Unsupported parameters: " if isinstance(error, UnsupportedError) else ""
        problems.messages.append(f"{what}{error.msg}")
    if not result.error_messages:
        problems.check(_check_products, parameters["products"])
        problems.check(_check_prefix, parameters["hostvars_prefix"])
        problems.check(check_timeouts, parameters["timeouts"])
        open_client(parameters, environment, CONVERSATIONS, problems)
    try:
        problems.raise_any()
    except BadValue as error:
        raise BadValue(without_secrets(str(error), parameters)) from None
    return {**parameters, "products": list(dict.fromkeys(parameters["products"]))}


def _check_products(products: list[str]) -> None:
    if not products:
        raise BadValue(f"products: must not be empty; give {' or '.join(PRODUCTS)}, or both")


def _check_prefix(prefix: str) -> None:
    if prefix and not (prefix.isascii() and prefix.isidentifier()):
        raise BadValue(
            "hostvars_prefix: must be letters, digits and underscores, and not begin with a digit,"
            f" got {excerpt(prefix)}"
        )


def without_secrets(message: str, parameters: Mapping[str, Any]) -> str:
    """Give a message as AnsibleModule prints it, without the values of the options that are secret.

    :param message: the text.
    :param parameters: the options.
    """
    secrets = {str(parameters[name]) for name in SECRETS if parameters.get(name)}
    return str(remove_values(message, secrets | hidden_secrets(parameters, {})))


def cache_key(base: str, product: str, parameters: Mapping[str, Any]) -> str:
    """Give the key of what the cache holds of a product.

    :param base: the key that Ansible makes of the path of the inventory source.
    :param product: the name of the product.
    :param parameters: the validated options. What decides which services there are becomes a part of the key.
    """
    place = [parameters[name] or "" for name in ("account_sid", "region", "api_base_url")]
    digest = hashlib.sha256(json.dumps([product, *place]).encode()).hexdigest()
    return f"{base}_{digest[:16]}"


def inert(value: Any) -> Any:
    """Keep what people wrote at Twilio from being taken for a template.

    What is plain anyhow stays as it is: in the output of ansible-inventory, text that is not trusted is a dictionary.

    :param value: the value of a variable.
    """
    if not isinstance(value, str):
        return wrap_var(value)
    return trust_as_template(value) if PLAIN.fullmatch(value) else wrap_var(value)


def plain(value: Any) -> Any:
    """Give a value of the source without the place that it comes from.

    With that, ansible-core shows lines of the file in its warnings, and one of them may be a secret.

    :param value: what stands in the source.
    """
    return _trusted(json.loads(json.dumps(value, default=str)))


def _trusted(value: Any) -> Any:
    if isinstance(value, dict):
        return {trust_as_template(name): _trusted(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_trusted(child) for child in value]
    return trust_as_template(value) if isinstance(value, str) else value


def refuse_foreign_services(services: Iterable[Service], account_sid: str) -> None:
    """Refuse services of another account: a complete API key wins over a token, and says itself whose it is.

    :param services: the variables of the hosts.
    :param account_sid: the account that is asked for.
    :raises BadValue: a service is not of this account, or is none.
    """
    for service in services:
        if not is_sid("IS", service["service_sid"]):
            raise BadValue(
                f"api_base_url: what answers is not Twilio; the SID of a service is {excerpt(service['service_sid'])}"
            )
        theirs = str(service["account_sid"] or account_sid)
        if theirs.lower() != account_sid.lower():
            raise BadValue(
                f"account_sid: is {account_sid}, but the credentials are those of {excerpt(theirs)};"
                ' if an API key of the environment is in the way, set api_key: ""'
            )


def is_kept(value: Any) -> bool:
    """Tell whether what the cache holds is what the plugin has put there.

    :param value: what the cache holds.
    """
    services = value.get("services") if isinstance(value, Mapping) else None
    wanted = {"service_sid", "product", *REPORTED}
    return isinstance(services, list) and all(isinstance(each, Mapping) and set(each) == wanted for each in services)


def describe(service: Service) -> str:
    """Name a service in a message.

    :param service: the variables of its host.
    """
    product, _work = PRODUCTS[service["product"]]
    return f"{product.title} service {service['service_sid']}"


def refuse_names_of_groups(hosts: Mapping[str, Service], groups: Container[str]) -> None:
    """Refuse hosts that have the name of a group: Ansible would put the group where the host belongs.

    :param hosts: the services by the names of their hosts.
    :param groups: the names of the groups.
    :raises BadValue: a host has the name of a group.
    """
    for name, service in hosts.items():
        if name in groups:
            raise BadValue(
                f"hostname: {describe(service)} would be the host {excerpt(name)}, and there is a group of this name"
            )
