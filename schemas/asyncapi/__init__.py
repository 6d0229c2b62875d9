"""The contract as an AsyncAPI 3.0 document, made from the tables: `schemas/asyncapi.yaml`.

document      the whole, and its text
channels      one channel for each topic of `schemas.topics`, with how Kafka keeps it
operations    who sends and who receives, from `schemas.traffic`
contents      which messages lie in which topic
messages      the messages: key, headers, value by reference to `schemas/json`, examples
cloudevents   the two forms in which a usage event may come as a CloudEvent
samples       the valid examples of `schemas/examples`
"""
