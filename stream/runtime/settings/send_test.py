"""Whom `cairn send-test` may write to."""

from pydantic import Field

from stream.runtime.settings.section import Section, Words


class SendTest(Section):
    """Test messages."""

    allow: Words = Field(
        default=(), description="Contact ids and email addresses that test messages may go to; empty: none."
    )
