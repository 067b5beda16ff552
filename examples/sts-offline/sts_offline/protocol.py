"""What a client may say, checked field by field before anything is done with it. Nothing a stranger sends is trusted."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

Message = dict[str, Any]
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Decoded. Six seconds of AAC are about 100 KB; the protocol's largest message is 10 MiB of text.
LARGEST_FRAGMENT = 5 * 1024 * 1024
LONGEST_FRAGMENT_MS = 10_000
SHORTEST_PATIENCE_MS = 2000
RETRYABLE = {"TIMEOUT", "MODEL_ERROR", "GPU_OOM", "QUEUE_FULL", "RATE_LIMIT"}


class Refused(Exception):
    """Becomes an `error` event. With a fragment it ends that fragment, without one it concerns the session."""

    def __init__(self, code: str, message: str, fragment_id: str | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.fragment_id = code, message, fragment_id


@dataclass(frozen=True)
class Init:
    stream_id: str
    target: str
    profile: str
    max_inflight: int
    patience_s: float


@dataclass(frozen=True)
class Fragment:
    fragment_id: str
    number: int
    m4a: bytes
    duration_ms: int
    sample_rate_hz: int
    channels: int
    metadata: Message


def init(given: object, targets: list[str]) -> Init:
    message = an_object(given, "stream:init")
    config = an_object(message.get("config"), "config")
    source, target = text(config, "source_language"), text(config, "target_language")
    if primary(source) != "en":
        raise Refused("INVALID_CONFIG", f"source_language must be en, not {source}")
    if primary(target) not in targets:
        raise Refused("INVALID_CONFIG", f"target_language must be one of {', '.join(targets)}, not {target}")
    if text(config, "format") != "m4a":
        raise Refused("INVALID_CONFIG", "format must be m4a")
    chunk_ms = whole(config, "chunk_duration_ms", 100, 6000)
    whole(config, "sample_rate_hz", 8000, 96_000)
    whole(config, "channels", 1, 8)
    return Init(
        an_id(message, "stream_id"),
        primary(target),
        text(config, "voice_profile", "default"),
        whole(message, "max_inflight", 1, 10, 3),
        # A live client airs one chunk after the other, so an answer that takes longer than a chunk comes too late to be heard.
        # Very short chunks only say that the client likes them short.
        min(whole(message, "timeout_ms", 1000, 30_000, 8000), max(chunk_ms, SHORTEST_PATIENCE_MS)) / 1000,
    )


def fragment(given: object) -> Fragment:
    message = an_object(given, "fragment:data")
    fragment_id = an_id(message, "fragment_id")
    try:
        audio = an_object(message.get("audio"), "audio")
        metadata = an_object(message.get("metadata") or {}, "metadata")
        if text(audio, "format") != "m4a":
            raise Refused("INVALID_CONFIG", "audio.format must be m4a")
        return Fragment(
            fragment_id,
            whole(message, "sequence_number", 0, 2**53),
            sound(audio.get("data_base64")),
            whole(audio, "duration_ms", 1, LONGEST_FRAGMENT_MS),
            whole(audio, "sample_rate_hz", 8000, 96_000),
            whole(audio, "channels", 1, 8),
            # Only two figures of it are ever used, so only they are kept.
            {name: metadata[name] for name in ("pts_ns", "source_pts_ns") if is_whole(metadata.get(name))},
        )
    except Refused as refused:
        raise Refused(refused.code, refused.message, fragment_id) from None


def sound(given: object) -> bytes:
    if not isinstance(given, str):
        raise Refused("INVALID_CONFIG", "audio.data_base64 must be text")
    if len(given) > LARGEST_FRAGMENT * 4 // 3 + 4:
        raise Refused("FRAGMENT_TOO_LARGE", f"a fragment has at most {LARGEST_FRAGMENT} bytes")
    try:
        return base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("INVALID_CONFIG", "audio.data_base64 is not base64") from None


def primary(language: str) -> str:
    return language.split("-")[0].lower()


def an_object(given: object, name: str) -> Message:
    if not isinstance(given, dict):
        raise Refused("INVALID_CONFIG", f"{name} must be an object")
    return given


def an_id(message: Message, name: str) -> str:
    value = message.get(name)
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise Refused("INVALID_CONFIG", f"{name} must be 1 to 64 letters, digits, - or _")
    return value


def text(message: Message, name: str, default: str | None = None) -> str:
    # Optional fields come as null as often as they are absent.
    value = message.get(name)
    value = default if value is None else value
    if not isinstance(value, str) or len(value) > 64:
        raise Refused("INVALID_CONFIG", f"{name} must be text of at most 64 characters")
    return value


def is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def whole(message: Message, name: str, low: int, high: int, default: int | None = None) -> int:
    value = message.get(name)
    value = default if value is None else value
    if not is_whole(value) or not low <= int(value or 0) <= high:
        raise Refused("INVALID_CONFIG", f"{name} must be a whole number from {low} to {high}")
    return int(value or 0)
