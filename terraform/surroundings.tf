# What surrounds the lake: network, databases, queries, streams, audit, money, backup. Each is switched on by variable.

locals {
  # What the state machines need to run a job on Fargate.
  fargate = null
}
