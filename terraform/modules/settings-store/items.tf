# Settings items from files, for those who register a source by a pull request. An item is plain JSON or YAML, as
# 'sluice register' takes it; DynamoDB wants every value under the name of its type. Terraform knows no recursion, so the
# tree is taken apart level by level, and put together from the leaves up.

locals {
  files = var.items_folder == null ? [] : sort(concat(
    tolist(fileset(var.items_folder, "*.json")), tolist(fileset(var.items_folder, "*.yaml"))
  ))
  documents = { for file in local.files : file => yamldecode(file("${var.items_folder}/${file}")) }

  # A source item has no table in its file; in the store its range key says so.
  items = {
    for file, document in local.documents :
    "${document.source}/${try(document.table, "*")}" => merge(document, { table = try(document.table, "*") })
  }

  # Every level maps a path to a value's JSON text; its first character says what it is.
  level_0 = { for key, item in local.items : key => jsonencode(item) }
  level_1 = merge([for path, text in local.level_0 : { for key, value in jsondecode(text) : "${path}\n${key}" => jsonencode(value) }]...)
  level_2 = merge([for path, text in local.level_1 : { for key, value in jsondecode(can(regex("^[[{]", text)) ? text : "{}") : "${path}\n${key}" => jsonencode(value) }]...)
  level_3 = merge([for path, text in local.level_2 : { for key, value in jsondecode(can(regex("^[[{]", text)) ? text : "{}") : "${path}\n${key}" => jsonencode(value) }]...)
  level_4 = merge([for path, text in local.level_3 : { for key, value in jsondecode(can(regex("^[[{]", text)) ? text : "{}") : "${path}\n${key}" => jsonencode(value) }]...)
  level_5 = merge([for path, text in local.level_4 : { for key, value in jsondecode(can(regex("^[[{]", text)) ? text : "{}") : "${path}\n${key}" => jsonencode(value) }]...)

  too_deep = anytrue([for text in values(local.level_5) : can(regex("^[[{].", text)) && !contains(["[]", "{}"], text)])

  typed_5 = { for path, text in local.level_5 : path => (
    startswith(text, "\"") ? "{\"S\":${text}}" : contains(["true", "false"], text) ? "{\"BOOL\":${text}}" : text == "null" ? "{\"NULL\":true}" :
    text == "[]" ? "{\"L\":[]}" : text == "{}" ? "{\"M\":{}}" : "{\"N\":\"${text}\"}"
  ) }
  typed_4 = { for path, text in local.level_4 : path => (
    startswith(text, "\"") ? "{\"S\":${text}}" : contains(["true", "false"], text) ? "{\"BOOL\":${text}}" : text == "null" ? "{\"NULL\":true}" :
    startswith(text, "[") ? "{\"L\":[${join(",", [for key, value in jsondecode(text) : local.typed_5["${path}\n${key}"]])}]}" :
    startswith(text, "{") ? "{\"M\":{${join(",", [for key, value in jsondecode(text) : "${jsonencode(key)}:${local.typed_5["${path}\n${key}"]}"])}}}" :
    "{\"N\":\"${text}\"}"
  ) }
  typed_3 = { for path, text in local.level_3 : path => (
    startswith(text, "\"") ? "{\"S\":${text}}" : contains(["true", "false"], text) ? "{\"BOOL\":${text}}" : text == "null" ? "{\"NULL\":true}" :
    startswith(text, "[") ? "{\"L\":[${join(",", [for key, value in jsondecode(text) : local.typed_4["${path}\n${key}"]])}]}" :
    startswith(text, "{") ? "{\"M\":{${join(",", [for key, value in jsondecode(text) : "${jsonencode(key)}:${local.typed_4["${path}\n${key}"]}"])}}}" :
    "{\"N\":\"${text}\"}"
  ) }
  typed_2 = { for path, text in local.level_2 : path => (
    startswith(text, "\"") ? "{\"S\":${text}}" : contains(["true", "false"], text) ? "{\"BOOL\":${text}}" : text == "null" ? "{\"NULL\":true}" :
    startswith(text, "[") ? "{\"L\":[${join(",", [for key, value in jsondecode(text) : local.typed_3["${path}\n${key}"]])}]}" :
    startswith(text, "{") ? "{\"M\":{${join(",", [for key, value in jsondecode(text) : "${jsonencode(key)}:${local.typed_3["${path}\n${key}"]}"])}}}" :
    "{\"N\":\"${text}\"}"
  ) }
  typed_1 = { for path, text in local.level_1 : path => (
    startswith(text, "\"") ? "{\"S\":${text}}" : contains(["true", "false"], text) ? "{\"BOOL\":${text}}" : text == "null" ? "{\"NULL\":true}" :
    startswith(text, "[") ? "{\"L\":[${join(",", [for key, value in jsondecode(text) : local.typed_2["${path}\n${key}"]])}]}" :
    startswith(text, "{") ? "{\"M\":{${join(",", [for key, value in jsondecode(text) : "${jsonencode(key)}:${local.typed_2["${path}\n${key}"]}"])}}}" :
    "{\"N\":\"${text}\"}"
  ) }
  typed = { for key, text in local.level_0 : key => "{${join(",", [for name, value in jsondecode(text) : "${jsonencode(name)}:${local.typed_1["${key}\n${name}"]}"])}}" }

  # ISO-8601 durations of freshness, in minutes.
  freshness = {
    for key, item in local.items : key => {
      for end in ["lake", "database"] : end => (
        try(sum([for part in regexall("([0-9]+)([DHM])", item.freshness[end]) : tonumber(part[0]) * { D = 1440, H = 60, M = 1 }[part[1]]]), null)
      )
    } if item.table != "*"
  }
}
