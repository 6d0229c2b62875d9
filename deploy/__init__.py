"""The deploy room: what a person starts. cli/ the command, demo/ the story, broker/ the embedded Kafka."""
