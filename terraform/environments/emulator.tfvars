# What the emulator cannot hold, switched off with the reason. Applied after dev.tfvars:
#   terraform apply -var-file=environments/dev.tfvars -var-file=environments/emulator.tfvars -var jar_key=...
# Each of these is proved by `terraform test` instead.

# The emulator forgets JobRunQueuingEnabled, so that every plan would set it again.
job_queuing = false
