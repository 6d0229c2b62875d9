"""The whole tree of settings."""

from pydantic import Field

from stream.runtime.settings.dispatchers import Email, MobilePush, WebPush
from stream.runtime.settings.kafka import Kafka, Topics
from stream.runtime.settings.pages import Portal, Templates
from stream.runtime.settings.reactions import Reactions, Webhooks
from stream.runtime.settings.section import Section
from stream.runtime.settings.send_test import SendTest
from stream.runtime.settings.serving import Http, Log
from stream.runtime.settings.workers import Planner, Tracker


class Settings(Section):
    """The whole tree. `Settings()` is all defaults."""

    kafka: Kafka = Field(default_factory=Kafka, description="How to reach the brokers.")
    topics: Topics = Field(default_factory=Topics, description="The topics that `cairn topics apply` makes.")
    tracker: Tracker = Field(default_factory=Tracker, description="The tracker's workers.")
    planner: Planner = Field(default_factory=Planner, description="The planner's workers.")
    email: Email = Field(default_factory=Email, description="The email dispatcher.")
    web_push: WebPush = Field(default_factory=WebPush, description="The web push dispatcher.")
    mobile_push: MobilePush = Field(default_factory=MobilePush, description="The mobile push dispatcher.")
    templates: Templates = Field(default_factory=Templates, description="The words and looks of messages.")
    portal: Portal = Field(default_factory=Portal, description="The public pages behind the links of messages.")
    reactions: Reactions = Field(default_factory=Reactions, description="What reacts to milestones.")
    webhooks: Webhooks = Field(default_factory=Webhooks, description="Milestones posted to your endpoints.")
    send_test: SendTest = Field(default_factory=SendTest, description="Test messages.")
    http: Http = Field(default_factory=Http, description="Health and metrics.")
    log: Log = Field(default_factory=Log, description="Standard error.")

    def prefixed(self, name: str) -> str:
        """`name` of a topic or app id as it is on the broker: the prefix isolates everything under it."""
        return self.topics.prefix + name
