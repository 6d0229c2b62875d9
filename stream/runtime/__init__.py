"""What every process of Cairn needs around its work, and nothing of the work itself.

- Settings: `settings` (every setting with its default), `layers.load` (file, environment, options; origins
  kept).
- Kafka: `kafka` (configurations for clients), `connection.connect` (works, or says why not), `verdicts` (what an
  error means), `bounded` (calls that may never come back).
- To be seen: `logs`, `metrics` (the table), `meter` (a worker counts), `snapshot` and `frames` (it tells
  its parent), `figures` (the parent remembers), `collect` (Prometheus), `health` (pure judgement),
  `http_server` (one port).
- Processes: `supervise` (all of it), `supervisor`, `worker_process`, `restarts` in the parent; `child` in
  the worker; `exits`.
"""
