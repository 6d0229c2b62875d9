"""Every setting, with its default beside it and one line that says what it is for.

Pure: where the values come from is `layers.load`. Keys are `<section>.<name>` in cairn.toml and
`CAIRN_<SECTION>_<NAME>` in the environment; durations and sizes may be written as people do (`10 s`, `64
MB`).
"""

from stream.runtime.settings.dispatchers import Dispatcher, Email, MobilePush, WebPush
from stream.runtime.settings.group import Group
from stream.runtime.settings.kafka import Kafka, Topics
from stream.runtime.settings.pages import Portal, Templates
from stream.runtime.settings.reactions import Reactions, Webhooks
from stream.runtime.settings.section import Section, property_text
from stream.runtime.settings.send_test import SendTest
from stream.runtime.settings.serving import Http, Log
from stream.runtime.settings.tree import Settings
from stream.runtime.settings.workers import Planner, Tracker, Workers

__all__ = [
    "Dispatcher",
    "Email",
    "Group",
    "Http",
    "Kafka",
    "Log",
    "MobilePush",
    "Planner",
    "Portal",
    "Reactions",
    "Section",
    "SendTest",
    "Settings",
    "Templates",
    "Topics",
    "Tracker",
    "WebPush",
    "Webhooks",
    "Workers",
    "property_text",
]
