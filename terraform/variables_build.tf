# What the build says of what it built; see cfn/deploy/package.sh. Nothing of it is written by hand.

variable "artifact_bucket" {
  description = "The seed's bucket of what builds made. It is there before the scripts bucket is; null takes the scripts bucket."
  type        = string
  default     = null
}

variable "replication_package_key" {
  description = "Key of the zip of the Lambda that starts the replication, functions/SHA-256/start_replication.zip; needed with replication unless its function_key is given."
  type        = string
  default     = null
}

variable "image_tag" {
  description = "Content hash under which the build pushes the Fargate image; needed with container unless its image_tag is given."
  type        = string
  default     = null
}
