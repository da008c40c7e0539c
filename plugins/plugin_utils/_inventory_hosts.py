# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validate the options of the inventory plugin, and convert services to hosts and variables."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._modules.base import ModuleDefinition, ModuleError, TaskContext
from ..module_utils._modules.connection_options import PAIRS, parse_access
from ..module_utils._modules.info import CHAT_SERVICE_INFO, CONVERSATIONS_ROLE_INFO, CONVERSATIONS_SERVICE_INFO
from ..module_utils._modules.masking import mask, misplaced_secrets
from ..module_utils._resources.validators import ErrorCollector, ValidationError, excerpt, is_sid
from ..module_utils._twilio.products import CHAT, CONVERSATIONS, Product
from . import _module_runner

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core 2.18 and older

    def trust_as_template(value: str) -> str:
        return value

    # Error messages about templates may contain values, even secret ones.
    MESSAGES_ARE_SAFE = False
else:
    MESSAGES_ARE_SAFE = True


GROUP = "twilio_services"
GROUP_VARIABLES = {
    "ansible_connection": "local",
    # A template, since the inventory may be read in one environment and used in another.
    "ansible_python_interpreter": "{{ ansible_playbook_python }}",
}
PRODUCTS: dict[str, tuple[Product, ModuleDefinition]] = {
    "conversations": (CONVERSATIONS, CONVERSATIONS_SERVICE_INFO),
    "chat": (CHAT, CHAT_SERVICE_INFO),
}
OWN_OPTIONS: dict[str, dict[str, Any]] = {
    "products": {"type": "list", "elements": "str", "choices": list(PRODUCTS), "default": ["conversations"]},
    "hostvars_prefix": {"type": "str", "default": ""},
}
# The other documented options are handled by ansible-core, which converts their types and does not support templates.
TEMPLATED = frozenset(
    {
        *("account_sid", "auth_token", "api_key", "api_secret", "client_id", "client_secret"),
        *("region", "edge", "api_base_url"),
        *("request_timeout", "validate_certs", "ca_path", "timeouts", *OWN_OPTIONS),
    }
)
SECRETS = ("auth_token", "api_key", "api_secret", "client_id", "client_secret")
SERVICE_KEYS = ("friendly_name", "account_sid", "date_created", "date_updated")
# In a host name, these conflict with host patterns, paths of host_vars, ports or templates, or they are characters that
# control a terminal or the direction of writing, or parts of a broken character.
INVALID_HOST_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff{}\[\]:,/\\*]|^[!&~@]")
# Text that can be neither a template nor an expression.
PLAIN = re.compile(r"[\w .:+-]*")

Service = dict[str, Any]
NoneType = type(None)


def unknown_options(given: Iterable[Any], known: Iterable[str]) -> list[str]:
    """Return an error message for each unknown option.

    :param given: the keys of the inventory source.
    :param known: the options of the plugin.
    :returns: the messages.
    """
    names, messages = set(known), []
    for name in (str(each) for each in given):
        if name not in names:
            close = difflib.get_close_matches(name, names, 1)
            messages.append(f"{excerpt(name)}: is not an option" + (f"; is {close[0]} meant?" if close else ""))
    return messages


def validate(given: Mapping[str, Any], environment: Mapping[str, str], messages: Iterable[str]) -> dict[str, Any]:
    """Validate the options: those of the modules that read services, and the plugin's own.

    :param given: the options of the inventory source, with templates resolved.
    :param environment: the environment variables.
    :param messages: earlier error messages.
    :returns: the validated options.
    :raises ValidationError: an option is invalid; the message contains all errors, with secrets masked.
    """
    spec = dict(OWN_OPTIONS)
    for _product, definition in PRODUCTS.values():
        spec.update(definition.spec(environment)["argument_spec"])
    options, message, secrets, _warnings = _module_runner.validate({"argument_spec": spec}, dict(given), environment)
    errors = ErrorCollector()
    errors.messages += messages
    if message:
        errors.messages.append(message)
    else:
        errors.check(_check_products, options["products"])
        errors.check(_check_prefix, options["hostvars_prefix"])
        parse_access(options, environment, CONVERSATIONS, errors)
    try:
        errors.raise_any()
    except ValidationError as error:
        raise ValidationError(mask(str(error), secrets)) from None
    return {**options, "products": list(dict.fromkeys(options["products"]))}


def _check_products(products: list[str]) -> None:
    if not products:
        raise ValidationError(f"products: must not be empty; give {' or '.join(PRODUCTS)}, or both")


def _check_prefix(prefix: str) -> None:
    if prefix and not (prefix.isascii() and prefix.isidentifier()):
        raise ValidationError(
            "hostvars_prefix: must be letters, digits and underscores, and not begin with a digit,"
            f" got {excerpt(prefix)}"
        )


def mask_secrets(message: str, options: Mapping[str, Any]) -> str:
    """Mask the values of secret options in a message.

    :param message: the message.
    :param options: the options.
    :returns: the message with secrets masked.
    """
    secrets = {str(options[name]) for name in SECRETS if options.get(name)}
    return str(mask(message, secrets | misplaced_secrets(options, {})))


def cache_key(base: str, product: str, options: Mapping[str, Any]) -> str:
    """Return the key of a product's services in the cache.

    :param base: Ansible's key for the path of the inventory source.
    :param product: the name of the product.
    :param options: the validated options; those that select the services become part of the key.
    :returns: the key.
    """
    place = [options[name] or "" for name in ("account_sid", "region", "api_base_url")]
    digest = hashlib.sha256(json.dumps([product, *place]).encode()).hexdigest()
    return f"{base}_{digest[:16]}"


def make_unsafe(value: Any) -> Any:
    """Mark text from Twilio as unsafe, so that Ansible does not template it.

    Text that cannot be a template is not marked, since ansible-inventory shows unsafe text as a dictionary.

    :param value: the value of a variable.
    :returns: the value, marked as unsafe if necessary.
    """
    if not isinstance(value, str):
        return wrap_var(value)
    return trust_as_template(value) if PLAIN.fullmatch(value) else wrap_var(value)


def strip_tags(value: Any) -> Any:
    """Remove ansible-core's tags from a value of the inventory source.

    If a value has the tag of its origin, warnings of ansible-core show lines of the file, which may contain a secret.

    :param value: the value in the source.
    :returns: the value without tags.
    """
    return _trusted(_module_runner.to_plain(value))


def _trusted(value: Any) -> Any:
    if isinstance(value, dict):
        return {trust_as_template(name): _trusted(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_trusted(child) for child in value]
    return trust_as_template(value) if isinstance(value, str) else value


def to_service(product: str, record: Any) -> Service:
    """Return the variables of a host from a record of Twilio.

    Nothing else reaches the inventory and its cache, in which a wrong value would last until the cache expires.

    :param product: the name of the product.
    :param record: the service in the result of the module.
    :returns: the variables; other keys are left out, since the URL of a webhook may contain a secret. Lone surrogates,
        which UTF-8 cannot represent, are escaped.
    :raises ValidationError: the record is not one of a service.
    """
    values = record if isinstance(record, Mapping) else {}
    sid = values.get("sid")
    if not isinstance(sid, str) or not is_sid("IS", sid):
        raise ValidationError(f"api_base_url: what answers is not Twilio; the SID of a service is {excerpt(sid)}")
    service: Service = {"service_sid": sid, "product": product}
    for name in SERVICE_KEYS:
        value = values.get(name)
        if not isinstance(value, (str, NoneType)):
            raise ValidationError(
                f"{describe(service)}: Twilio's answer is not usable; {name} must be text, got {excerpt(value)}"
            )
        service[name] = None if value is None else value.encode("utf-8", "backslashreplace").decode()
    return service


def complete_accounts(services: Sequence[Service], options: Mapping[str, Any], context: TaskContext) -> None:
    """Set the account of services whose response has none, as that of Conversations.

    Requests: 1 with an API key or an OAuth app, which may belong to another account. A role has the account that its
    service lacks, so that reading it fails then.

    :param services: the variables of the hosts; they are changed.
    :param options: the validated options.
    :param context: the context of the request.
    :raises ModuleError: the request failed, or the services belong to another account.
    """
    incomplete = [service for service in services if not service["account_sid"]]
    if incomplete and any(options[name] and options[secret] for name, secret in PAIRS):
        wanted = {"service_sid": incomplete[0]["service_sid"], "service": None, "sid": None, "friendly_name": None}
        try:
            CONVERSATIONS_ROLE_INFO.execute({**options, **wanted, "limit": 1}, context)
        except ModuleError as failure:
            # A restricted key may have no access to roles, and the service may have been deleted in the meantime.
            if failure.result.get("status") not in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
                raise
    for service in incomplete:
        service["account_sid"] = options["account_sid"]


def cached_services(product: str, value: Any) -> list[Service] | None:
    """Return the services of a cached value.

    :param product: the name of the product.
    :param value: the cached value.
    :returns: the services; None if this version would not have written the value, so that they have to be read again.
    """
    services = value.get("services") if isinstance(value, Mapping) else None
    if not isinstance(services, list) or not all(isinstance(each, Mapping) for each in services):
        return None
    try:
        checked = [to_service(product, {**each, "sid": each.get("service_sid")}) for each in services]
    except ValidationError:
        return None
    return checked if checked == services else None


def describe(service: Service) -> str:
    """Describe a service for error messages.

    :param service: the variables of its host.
    :returns: such as "Chat service IS...".
    """
    product, _definition = PRODUCTS[service["product"]]
    return f"{product.title} service {service['service_sid']}"


def refuse_names_of_groups(hosts: Mapping[str, Service], groups: Container[str]) -> None:
    """Reject hosts that have the name of a group: Ansible would use the group instead of the host.

    :param hosts: the services by the names of their hosts.
    :param groups: the names of the groups.
    :raises ValidationError: a host has the name of a group.
    """
    for name, service in hosts.items():
        if name in groups:
            raise ValidationError(
                f"hostname: {describe(service)} would be the host {excerpt(name)}, and there is a group of this name"
            )
