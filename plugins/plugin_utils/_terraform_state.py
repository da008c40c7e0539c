# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the objects of a Terraform state, in the formats of ``terraform state pull`` and ``terraform show -json``.

Messages contain addresses, but no values: a state also contains the secrets of other resources.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..module_utils._resources.validators import ValidationError, excerpt
from ._messages import describe_type, describe_value

STATE_VERSION = 4
_READABLE = "the state must be what terraform state pull or terraform show -json prints"
_INTEGER = re.compile(r"-?\d{1,15}")

# In version 4, provider["registry.terraform.io/rjpearson94/twilio"].alias; from terraform show -json, only the text in
# quotes; from Terraform 0.12, provider.twilio. The namespace is - where a newer Terraform has converted an old state.
_PROVIDER = re.compile(r'(?:^|\.)provider\["([^"]+)"\]')
_OLD_PROVIDER = re.compile(r"(?:^|\.)provider\.([^.]+)")
_TWILIO = re.compile(r"(?:(?:[^/]+/)?(?:rjpearson94|-)/)?twilio", re.IGNORECASE)
_PROVIDER_NAME = re.compile(r"[\w.:/-]{1,100}")

# In the names of sensitive attributes: all of them.
WHOLE = "*"


@dataclass(frozen=True)
class StateObject:
    """An object of the state: an instance of a resource or of a data source.

    :ivar address: the address of the instance.
    :ivar resource: the address of its resource, which all its instances share.
    :ivar mode: managed or data.
    :ivar type: the type of the resource.
    :ivar provider: the name of the provider, such as hashicorp/aws; empty if it cannot be one.
    :ivar is_twilio: whether the provider is RJPearson94's for Twilio.
    :ivar attributes: its attributes; None if the state has none that can be read.
    :ivar sensitive: the names of its sensitive attributes; or WHOLE.
    :ivar tainted: whether Terraform would replace it.
    :ivar deposed: whether it has been replaced, and Terraform would delete it.
    """

    address: str
    resource: str
    mode: str
    type: str
    provider: str
    is_twilio: bool
    attributes: Mapping[str, Any] | None
    sensitive: frozenset[str]
    tainted: bool
    deposed: bool


def read_state(value: Any) -> list[StateObject]:
    """Return the objects of a state, in its order.

    :param value: the state, as text or parsed.
    :returns: the objects.
    :raises ValidationError: it is not a state in one of the two formats.
    """
    state = _parse(value)
    if "encrypted_data" in state:
        raise ValidationError("the state is encrypted; give what tofu state pull prints")
    if "planned_values" in state or "resource_changes" in state:
        raise ValidationError("this is a plan; give what terraform show -json prints without the name of a file")
    if "format_version" in state:
        return list(_shown(state))
    if "version" in state:
        return list(_pulled(state))
    raise ValidationError(f"{_READABLE}, got a dictionary without version and format_version")


def _parse(value: Any) -> Mapping[Any, Any]:
    # ansible-core 2.18 and older represent inline encrypted values by a type that is not str, but a sequence.
    if getattr(value, "__ENCRYPTED__", False):
        value = str(value)
    if isinstance(value, str):
        text = value.removeprefix("\ufeff").strip()
        if not text:
            raise ValidationError(f"{_READABLE}, got nothing; is there a state in this folder and workspace?")
        try:
            # Python's int() rejects numbers with thousands of digits.
            value = json.loads(text, parse_int=_parse_integer, parse_float=str)
        except json.JSONDecodeError as error:
            raise ValidationError(f"{_READABLE}, got text that is not JSON: {error}") from None
        except RecursionError:
            raise ValidationError(f"{_READABLE}, got JSON with too many levels") from None
    return _dictionary("", value)


def _parse_integer(digits: str) -> int | str:
    return int(digits) if _INTEGER.fullmatch(digits) else digits


def _dictionary(place: str, value: Any) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(place, "a dictionary", value)
    return value


def _list(place: str, value: Any) -> list[Any] | tuple[Any, ...]:
    if value is None:
        return []
    if not isinstance(value, (list, tuple)):
        raise _wrong(place, "a list", value)
    return value


def _text(place: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(place, "text", value)
    return value


def _wrong(place: str, expected: str, value: Any) -> ValidationError:
    got = describe_type(value)
    return ValidationError(f"{place}: must be {expected}, got {got}" if place else f"{_READABLE}, got {got}")


# terraform state pull


def _pulled(state: Mapping[Any, Any]) -> Iterator[StateObject]:
    version = state["version"]
    if isinstance(version, bool) or version != STATE_VERSION:
        is_old = isinstance(version, int) and not isinstance(version, bool) and 0 < version < STATE_VERSION
        hint = "; it was written by Terraform 0.11 or older, terraform state pull of a newer one converts it"
        got = describe_value(version)
        raise ValidationError(f"version: must be {STATE_VERSION}, got {got}{hint if is_old else ''}")
    for index, each in enumerate(_list("resources", state.get("resources"))):
        place = f"resources[{index}]"
        resource = _dictionary(place, each)
        mode, kind, address = _resource(place, resource, resource.get("module") or "")
        for number, entry in enumerate(_list(f"{place}.instances", resource.get("instances"))):
            instance = _dictionary(f"{place}.instances[{number}]", entry)
            key = _instance_key(f"{place}.instances[{number}].index_key", instance.get("index_key"))
            attributes = instance.get("attributes")
            # OpenTofu has it here if the configuration of the provider has a for_each.
            provider, is_twilio = _provider(instance.get("provider") or resource.get("provider"))
            yield StateObject(
                address=address + key,
                resource=address,
                mode=mode,
                type=kind,
                provider=provider,
                is_twilio=is_twilio,
                attributes=attributes if isinstance(attributes, Mapping) else None,
                sensitive=_sensitive_paths(instance.get("sensitive_attributes")),
                tainted=instance.get("status") == "tainted",
                deposed=bool(instance.get("deposed")),
            )


def _sensitive_paths(paths: Any) -> frozenset[str]:
    """Return the attributes in which something is sensitive.

    :param paths: lists of steps; the first step of each is the name of an attribute.
    """
    names = set()
    for path in paths if isinstance(paths, (list, tuple)) else [paths] if paths else []:
        step = path[0] if isinstance(path, (list, tuple)) and path else None
        name = step.get("value") if isinstance(step, Mapping) and step.get("type") == "get_attr" else None
        # What cannot be understood must not make a secret public.
        names.add(name if isinstance(name, str) else WHOLE)
    return frozenset(names)


# terraform show -json


def _shown(state: Mapping[Any, Any]) -> Iterator[StateObject]:
    version = state["format_version"]
    if not isinstance(version, str) or version.split(".")[0] not in ("0", "1"):
        raise ValidationError(f"format_version: must be 0.1 to 1.x, as text, got {describe_value(version)}")
    # An empty state has no values.
    values = _dictionary("values", state.get("values") or {})
    modules = [("values.root_module", values.get("root_module") or {})]
    while modules:
        place, value = modules.pop(0)
        module = _dictionary(place, value)
        for index, resource in enumerate(_list(f"{place}.resources", module.get("resources"))):
            yield _shown_object(f"{place}.resources[{index}]", resource, module.get("address") or "")
        children = _list(f"{place}.child_modules", module.get("child_modules"))
        modules[:0] = [(f"{place}.child_modules[{index}]", child) for index, child in enumerate(children)]


def _shown_object(place: str, value: Any, module: Any) -> StateObject:
    resource = _dictionary(place, value)
    # The address in the resource itself was relative to its module in old versions.
    mode, kind, address = _resource(place, resource, module)
    provider, is_twilio = _provider(resource.get("provider_name"))
    attributes = resource.get("values")
    return StateObject(
        address=address + _instance_key(f"{place}.index", resource.get("index")),
        resource=address,
        mode=mode,
        type=kind,
        provider=provider,
        is_twilio=is_twilio,
        attributes=attributes if isinstance(attributes, Mapping) else None,
        sensitive=_sensitive_values(resource.get("sensitive_values")),
        tainted=bool(resource.get("tainted")),
        deposed=bool(resource.get("deposed_key")),
    )


def _sensitive_values(values: Any) -> frozenset[str]:
    if not isinstance(values, Mapping):
        return frozenset([WHOLE] if values else [])
    return frozenset(name for name, value in values.items() if isinstance(name, str) and _has_mark(value))


def _has_mark(value: Any) -> bool:
    return any(value) if isinstance(value, (list, tuple)) else bool(value)


# Addresses and providers


def _resource(place: str, resource: Mapping[Any, Any], module: Any) -> tuple[str, str, str]:
    mode, kind, name = (_text(f"{place}.{key}", resource.get(key)) for key in ("mode", "type", "name"))
    if mode not in ("managed", "data"):
        raise ValidationError(f"{place}.mode: must be managed or data, got {excerpt(mode)}")
    prefix = _text(f"{place}.module", module)
    address = ".".join([*([prefix] if prefix else []), *(["data"] if mode == "data" else []), kind, name])
    # A lone surrogate could not be written to a file.
    return mode, kind, address.encode("utf-8", "backslashreplace").decode()


def _instance_key(place: str, key: Any) -> str:
    """Return the key of an instance as Terraform writes it in addresses."""
    if key is None:
        return ""
    if isinstance(key, int) and not isinstance(key, bool):
        return f"[{key}]"
    return f'["{_quoted(_text(place, key))}"]'


_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def _quoted(text: str) -> str:
    escaped = "".join(_ESCAPES.get(character) or _escaped(character) for character in text)
    # Otherwise it would be a template.
    return re.sub(r"([$%])(?=\{)", r"\1\1", escaped)


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _provider(value: Any) -> tuple[str, bool]:
    """Return the name of a provider, and whether it is RJPearson94's for Twilio.

    :param value: the name, or the address of a configuration of it, which may be in a module and have an alias.
    """
    text = value if isinstance(value, str) else ""
    match = _PROVIDER.search(text) or _OLD_PROVIDER.search(text)
    source = match[1] if match else text
    name = "/".join(source.split("/")[-2:])
    return name if _PROVIDER_NAME.fullmatch(name) else "", _TWILIO.fullmatch(source) is not None
