"""Prints what one installed Prefect says of its own settings, as JSON.

Runs inside the environment of that Prefect (``VENV/bin/python dump.py``), imports
nothing but Prefect and the standard library, and reads the settings *models*: the
answer is the program's own, not a reading of its documentation or source text.
Description texts are deliberately left out.

What it is not: a merge of versions (that is merge.py), or a judge of how values are
resolved (tests/conformance measures that).

Each setting: ``path`` (dotted), ``name`` (canonical environment name), ``names``
(every accepted environment name, in Prefect's order of priority), ``type``,
``allowed``, ``constraints``, ``validators``, ``secret``, ``default`` (as declared),
``effective`` (as held by a settings object when nothing at all is set) and ``fresh``
(the same in a new home, where Prefect's bundled profile is in force).
"""

from __future__ import annotations

import atexit
import datetime
import enum
import inspect
import json
import os
import pathlib
import shutil
import sys
import tempfile
import types
import typing
import warnings
from typing import Any, Iterable, Iterator

# A home of its own, so that nothing of the machine takes part.
HOME = tempfile.mkdtemp(prefix="registry-home-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
for variable in list(os.environ):
    if variable.upper().startswith("PREFECT_") or variable == "SSL_CERT_FILE":
        del os.environ[variable]
os.environ["HOME"] = HOME
os.makedirs(os.path.join(HOME, "empty"))
os.chdir(os.path.join(HOME, "empty"))
warnings.simplefilter("ignore")

import importlib.metadata  # noqa: E402

import prefect  # noqa: E402
import prefect.settings  # noqa: E402
from pydantic import AliasChoices, BaseModel, Secret, SecretStr  # noqa: E402

Settings = prefect.settings.Settings
Json = Any
NONE_TYPE = type(None)
VALIDATORS = ("BeforeValidator", "AfterValidator", "PlainValidator", "WrapValidator")
CONSTRAINTS = ("ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "pattern")
LIBRARIES = ("pydantic", "pydantic-settings", "python-dotenv")


def number_to_json(value: float) -> Json:
    return value if value == value and abs(value) != float("inf") else {"float": repr(value)}


def to_json(value: Any) -> Json:
    """A default as JSON; what JSON lacks becomes an object with one key that names the type."""
    if isinstance(value, (SecretStr, Secret)):
        return to_json(value.get_secret_value())
    if isinstance(value, enum.Enum):
        return to_json(value.value)
    if isinstance(value, str):
        return value.replace(HOME, "~")
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return number_to_json(value)
    if isinstance(value, datetime.timedelta):
        return {"timedelta": value.total_seconds()}
    if isinstance(value, pathlib.PurePath):
        return {"path": str(value).replace(HOME, "~")}
    if isinstance(value, (set, frozenset)):
        return {"set": sorted((to_json(v) for v in value), key=str)}
    if isinstance(value, (list, tuple)):
        return [to_json(v) for v in value]
    if isinstance(value, dict):
        return {"dict": {str(k): to_json(v) for k, v in value.items()}}
    raise TypeError(f"no JSON form for {type(value)!r}")


def callable_name(function: Any) -> str:
    """The name of a validator; of a partial, that of its function."""
    if hasattr(function, "func"):
        return callable_name(function.func)
    return getattr(function, "__name__", type(function).__name__)


def constraints_of(item: Any) -> dict[str, Json]:
    found = {}
    for key in CONSTRAINTS:
        bound = getattr(item, key, None)
        if bound is not None:
            found[key] = bound.pattern if hasattr(bound, "pattern") else to_json(bound)
    return found


def metadata_of(items: Iterable[Any]) -> tuple[dict[str, Json], list[str]]:
    """Constraints and validator names of Annotated metadata."""
    constraints: dict[str, Json] = {}
    validators: list[str] = []
    for item in items:
        kind = type(item).__name__
        if kind in VALIDATORS:
            validators.append(f"{kind}:{callable_name(item.func)}")
        elif kind == "FieldInfo":
            more, others = metadata_of(item.metadata)
            constraints.update(more)
            validators += others
        else:
            constraints.update(constraints_of(item))
    return constraints, validators


def type_name(annotation: Any) -> str:
    """The name of a type that has no arguments."""
    if annotation is NONE_TYPE:
        return "none"
    if annotation is datetime.timedelta:
        return "timedelta"
    if isinstance(annotation, typing.TypeVar):
        return "typing.Any"
    if not inspect.isclass(annotation):
        return str(annotation)
    if issubclass(annotation, pathlib.PurePath):
        return "path"
    if issubclass(annotation, (SecretStr, Secret)):
        return "SecretStr"
    return annotation.__name__


class Type:
    """What an annotation allows: names of the members of the union, literal values, metadata."""

    def __init__(self, annotation: Any) -> None:
        self.members: list[str] = []
        self.allowed: list[Json] = []
        self.constraints: dict[str, Json] = {}
        self.validators: list[str] = []
        self.read(annotation)

    def read(self, annotation: Any) -> None:
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is typing.Annotated:
            self.annotate(arguments[1:])
            self.read(arguments[0])
        elif origin in (typing.Union, getattr(types, "UnionType", typing.Union)):
            for argument in arguments:
                self.read(argument)
        elif origin is typing.Literal:
            self.add("literal")
            self.allowed += [to_json(a) for a in arguments]
        elif origin in (list, set, dict, tuple, frozenset):
            self.add(f"{origin.__name__}[{','.join(self.read_item(a) for a in arguments)}]")
        else:
            self.add(type_name(annotation))

    def read_item(self, annotation: Any) -> str:
        member = Type(annotation)
        self.constraints.update({f"item.{k}": v for k, v in member.constraints.items()})
        self.validators += [f"item.{v}" for v in member.validators]
        return "|".join(member.members)

    def annotate(self, metadata: Iterable[Any]) -> None:
        constraints, validators = metadata_of(metadata)
        self.constraints.update(constraints)
        self.validators += validators

    def add(self, name: str) -> None:
        if name not in self.members:
            self.members.append(name)

    def text(self) -> str:
        members = [m for m in self.members if m != "none"]
        return "|".join(members + (["none"] if "none" in self.members else []))


def is_model(annotation: Any) -> bool:
    return inspect.isclass(annotation) and issubclass(annotation, BaseModel)


def leaves(model: Any, prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any, str, Any]]:
    """(path, model, field name, field) of every setting, nested models walked in declaration order."""
    for name, field in model.model_fields.items():
        if is_model(field.annotation):
            yield from leaves(field.annotation, (*prefix, name))
        else:
            yield (*prefix, name), model, name, field


def canonical_name(model: Any, name: str) -> str:
    return f"{model.model_config.get('env_prefix') or ''}{name}".upper()


def accepted_names(model: Any, name: str, field: Any) -> list[str]:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return [choice.upper() for choice in alias.choices if isinstance(choice, str)]
    if isinstance(alias, str):
        return [alias.upper()]
    return [canonical_name(model, name)]


def field_validators(model: Any, name: str) -> list[str]:
    """Validators that are methods of the model rather than part of the field's type."""
    decorators = getattr(model, "__pydantic_decorators__", None)
    found = decorators.field_validators.items() if decorators is not None else ()
    return [f"FieldValidator:{method}" for method, decorator in found if name in decorator.info.fields]


def declared_default(field: Any) -> Any:
    factory = field.default_factory
    if factory is None:
        return field.default
    if factory in (set, dict, list) or not inspect.signature(factory).parameters:
        return factory()
    # Such a factory takes the values of other settings; without any it falls back to the home.
    return factory({})


def is_flat() -> bool:
    """Whether this is a release (3.0.0 to 3.0.4) whose settings are objects in one flat table."""
    return any(name.startswith("PREFECT_") for name in Settings.model_fields)


# Those objects, not the model, know what is masked and how a value is worked out.
FLAT: dict[str, Any] = prefect.settings.SETTING_VARIABLES if is_flat() else {}


def fresh_settings() -> Any:
    """The settings in force in a new home, bundled profile included."""
    if not FLAT:
        return Settings()
    import prefect.context

    return prefect.context.root_settings_context().settings


def bare_settings() -> Any:
    """The settings in force when no source sets anything, not even the bundled profile."""
    home = pathlib.Path(HOME) / ".prefect"
    home.mkdir(exist_ok=True)
    (home / "profiles.toml").write_text('active = "empty"\n\n[profiles.empty]\n')
    return prefect.settings.get_settings_from_env() if FLAT else Settings()


def value_at(settings: Any, path: tuple[str, ...]) -> Any:
    if FLAT:
        return FLAT[path[0]].value_from(settings)
    for name in path:
        settings = getattr(settings, name)
    return settings


def type_of(model: Any, name: str, field: Any) -> Type:
    kind = Type(field.annotation)
    kind.annotate(field.metadata)
    kind.validators += field_validators(model, name)
    if FLAT and FLAT[name].value_callback is not None:
        kind.validators.append(f"Callback:{callable_name(FLAT[name].value_callback)}")
    return kind


def describe(leaf: tuple[tuple[str, ...], Any, str, Any], bare: Any, fresh: Any) -> dict[str, Json]:
    path, model, name, field = leaf
    kind = type_of(model, name, field)
    factory = field.default_factory
    return {
        "path": ".".join(path),
        "name": name if FLAT else canonical_name(model, name),
        "names": [name] if FLAT else accepted_names(model, name, field),
        "type": kind.text(),
        "allowed": kind.allowed,
        "constraints": kind.constraints,
        "validators": kind.validators,
        "secret": bool(FLAT[name].is_secret) if FLAT else "SecretStr" in kind.members,
        "default": to_json(declared_default(field)),
        "factory": callable_name(factory) if factory is not None else None,
        "effective": to_json(value_at(bare, path)),
        "fresh": to_json(value_at(fresh, path)),
    }


def bundled_profiles() -> Json:
    text = pathlib.Path(prefect.settings.DEFAULT_PROFILES_PATH).read_text(encoding="utf-8")
    try:
        import tomllib as toml
    except ModuleNotFoundError:
        import toml
    return toml.loads(text)


def main() -> None:
    fresh = fresh_settings()
    bare = bare_settings()
    dump = {
        "version": prefect.__version__,
        "python": ".".join(map(str, sys.version_info[:3])),
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "bundled_profiles": bundled_profiles(),
        "settings": [describe(leaf, bare, fresh) for leaf in leaves(Settings)],
    }
    json.dump(dump, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
