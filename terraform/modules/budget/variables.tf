variable "name" {
  description = "Prefix of every name, such as sluice-dev."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "name is 3 to 32 lower-case letters, digits and dashes, beginning with a letter."
  }
}

variable "environment" {
  description = "The environment's name: dev, staging or prod."
  type        = string

  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "environment is dev, staging or prod."
  }
}

variable "monthly_limit_usd" {
  description = "What the environment may cost in a month."
  type        = number

  validation {
    condition     = var.monthly_limit_usd > 0
    error_message = "monthly_limit_usd is above zero."
  }
}

variable "notify" {
  description = "Whether anybody is told. False leaves a budget to look at, for an emulator that knows no subscribers."
  type        = bool
  default     = true

  validation {
    condition     = var.notify || var.environment != "prod"
    error_message = "In prod somebody is told."
  }
}

variable "topic_arn" {
  description = "SNS topic that is told; its policy lets budgets.amazonaws.com and costalerts.amazonaws.com publish. Null for e-mail alone."
  type        = string
  default     = null
}

variable "emails" {
  description = "Addresses that are told, at most ten."
  type        = list(string)
  default     = []

  validation {
    condition     = length(var.emails) <= 10 && alltrue([for email in var.emails : can(regex("^[^@\\s]+@[^@\\s]+$", email))])
    error_message = "emails are at most ten addresses."
  }
}

variable "actual_percents" {
  description = "Percentages of the limit at which what has been spent is reported."
  type        = list(number)
  default     = [50, 80, 100]
}

variable "forecast_percents" {
  description = "Percentages of the limit at which what will be spent is reported."
  type        = list(number)
  default     = [100]
}

variable "cost_filters" {
  description = "What counts: Budgets' filters, such as TagKeyValue = [\"user:environment$dev\"]. The tag must be activated for cost allocation, or the budget stays at zero; so by default the whole account counts."
  type        = map(list(string))
  default     = {}
}

variable "anomaly_detection" {
  description = "Whether Cost Anomaly Detection watches."
  type        = bool
  default     = true
}

variable "anomaly_monitor_arn" {
  description = "An existing monitor of AWS services; null makes one. An account may have one only, and a new account often has it already."
  type        = string
  default     = null
}

variable "anomaly_usd" {
  description = "Cost above what was expected at which an anomaly is reported."
  type        = number
  default     = 20
}
