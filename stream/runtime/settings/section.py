"""What every group of settings is made of."""

from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from stream.runtime.quantities import Bytes, Retained, Seconds, show_bytes, show_retention, show_seconds

MB = 1 << 20
_SECONDS, _BYTES, _RETAINED = (get_args(each)[1] for each in (Seconds, Bytes, Retained))

LocalPath = Annotated[Path, AfterValidator(Path.expanduser)]


def _words(value: Any) -> Any:
    return tuple(filter(None, (each.strip() for each in value.split(",")))) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
"""Several texts: a list in TOML, or one text with commas, as in the environment."""


class Section(BaseModel):
    """A group of settings: frozen, unknown names refused, secrets masked in `repr`."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, allow_inf_nan=False)

    def show(self, name: str) -> str:
        """The value of one setting as people write it. Not masked: see `masking.shown`."""
        value = getattr(self, name)
        metadata = type(self).model_fields[name].metadata
        if value is None:
            return "off" if name == "port" else "unset"
        if _SECONDS in metadata:
            return show_seconds(value)
        if _RETAINED in metadata:
            return show_retention(value)
        if _BYTES in metadata:
            return show_bytes(value)
        if isinstance(value, tuple):
            return ", ".join(value)
        return property_text(value) if isinstance(value, bool) else str(value)


def property_text(value: Any) -> str:
    """A property as librdkafka wants it: TOML's true and 5 become "true" and "5"."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise ValueError("a property is a text, a number or a boolean")
