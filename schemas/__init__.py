"""The contract in which the rooms meet: what applications write, what Cairn writes, and how both look in bytes.

    usage_event, contact, milestone_crossed, dead_letter   the types; schemas/json is generated from them (`generate`)
    cloudevents, strict_json, moment, limits               how a value is read, and what is too much
    foreign_formats                                        what is not our JSON, and how it is known
    door                                                   records in, events or rejections out; fast where it can prove
      event_decoder, proof                                 the fast way, a chunk at a time
      examination                                          the slow way: the contract in full, one record, every rule
    rejection, reject_codes                                why a record is not let in, and the cure
    contact_door                                           the door of contacts and contact-changes
    partitioner, partition_check                           murmur2, and whether a record lies where it puts its key
    topics                                                 every topic with its settings, as data
    milestones/                                            the milestones file
    record, errors                                         what a Kafka record offers; errors that reach a user

Pure: no room, no Kafka client, no clock. README.md is the same for people who write and read the topics.
"""
