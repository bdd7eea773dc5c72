"""The continuous event message of the national register: HIS 1135:2021, version 56.0.0.

It carries starts, ends, changes of provider and temporary stops of services, with corrections (M) and annulments (C).
"""

from omsorgstall.formats.events.layout import Contact, EventHeader, attributes, raw_events
from omsorgstall.formats.events.reader import RawEvents, is_message, read_message
from omsorgstall.formats.events.writer import write_message

__all__ = ["Contact", "EventHeader", "RawEvents", "attributes", "is_message", "raw_events", "read_message", "write_message"]
