package dev.sluice.settings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Writes the reference of all settings keys, in Markdown, from the published JSON Schemas and the examples. */
final class SettingsReference {

    private static final String INTRODUCTION =
            """
            # Settings

            A source item describes a system, a table item registers one of its tables, a view item defines a [view](views.md). In
            the settings store an item is one DynamoDB item of native maps, lists, strings, numbers and booleans, a view's with its
            name as `table` besides; on disk it is a YAML or JSON file of the same shape. An item with a `view` is a view item, one
            with a `table` a table item, every other one a source item.

            Keys that are not listed here are refused. All problems of an item are reported together, each with its path and
            a remedy. Credentials never stand in settings.

            The JSON Schemas are `source.schema.json`, `table.schema.json` and `view.schema.json` in
            [glue-jobs/core/src/main/resources/dev/sluice/settings](../glue-jobs/core/src/main/resources/dev/sluice/settings).
            An editor with a YAML language server completes and checks a file whose first line names one, as in
            [examples](../examples), and a JSON file whose key `$schema` does. Rules that a schema cannot express, like a key column
            that the schema does not declare, are found by the parser.

            Durations are ISO-8601: `PT90S`, `PT5M`, `PT2H`, `P1D`.
            """;

    private final StringBuilder text = new StringBuilder();
    private final SchemaDocument schema;

    private SettingsReference(SchemaDocument schema) {
        this.schema = schema;
    }

    /** The whole document; the examples are shown as they are. */
    static String write(String sourceExample, String tableExample, String viewExample) {
        SettingsReference source = new SettingsReference(SchemaDocument.SOURCE);
        source.item(sourceExample);
        SettingsReference table = new SettingsReference(SchemaDocument.TABLE);
        table.item(tableExample);
        SettingsReference view = new SettingsReference(SchemaDocument.VIEW);
        view.item(viewExample);
        view.reservedWords();
        return INTRODUCTION + source.text + table.text + view.text;
    }

    private void item(String example) {
        JsonNode root = schema.root();
        line("", "## " + root.get("title").asText(), "", root.get("description").asText());
        line("", "```yaml", withoutComments(example).strip(), "```");
        keys(root);
        children(root, "");
    }

    private static String withoutComments(String yaml) {
        return yaml.lines().filter(line -> !line.startsWith("#")).collect(Collectors.joining("\n"));
    }

    private void children(JsonNode object, String prefix) {
        for (Map.Entry<String, JsonNode> property : properties(object)) {
            JsonNode value = schema.resolve(property.getValue());
            JsonNode element = schema.resolve(value.path("items"));
            if (value.has("properties")) {
                section(prefix + property.getKey(), value);
            } else if (element.has("properties")) {
                section(prefix + property.getKey() + "[]", element);
            }
        }
    }

    private void section(String path, JsonNode object) {
        line("", "### " + path, "", object.get("description").asText());
        keys(object);
        children(object, path + ".");
    }

    private void keys(JsonNode object) {
        line("", "| Key | Value | Default | Meaning |", "|---|---|---|---|");
        for (Map.Entry<String, JsonNode> property : properties(object)) {
            line("| "
                    + String.join(
                            " | ",
                            "`" + property.getKey() + "`",
                            value(property.getValue()),
                            defaultValue(object, property.getKey(), property.getValue()),
                            schema.description(property.getValue()))
                    + " |");
        }
        List<String> rules = new ArrayList<>();
        object.path("allOf")
                .forEach(rule -> rules.add("- " + rule.get("description").asText()));
        if (!rules.isEmpty()) {
            line("");
            rules.forEach(this::line);
        }
    }

    private String value(JsonNode node) {
        JsonNode target = schema.resolve(node);
        if (target.has("enum")) {
            return StreamSupport.stream(target.get("enum").spliterator(), false)
                    .map(word -> "`" + word.asText() + "`")
                    .collect(Collectors.joining(", "));
        }
        if (target.has("const")) {
            return "`" + target.get("const").asText() + "`";
        }
        if (target.has("title")) {
            return target.get("title").asText();
        }
        if (target.get("type").isArray()) {
            return StreamSupport.stream(target.get("type").spliterator(), false)
                    .map(SettingsReference::typeName)
                    .collect(Collectors.joining(", "));
        }
        if (target.get("type").asText().equals("array")) {
            return "list of " + value(target.get("items"));
        }
        return typeName(target.get("type"));
    }

    private static String typeName(JsonNode type) {
        return switch (type.asText()) {
            case "string" -> "text";
            case "integer" -> "whole number from 1";
            case "boolean" -> "true or false";
            default -> type.asText();
        };
    }

    private static String defaultValue(JsonNode object, String key, JsonNode node) {
        for (JsonNode required : object.path("required")) {
            if (required.asText().equals(key)) {
                return "required";
            }
        }
        return node.has("default")
                ? "`"
                        + (node.get("default").isArray()
                                ? "[]"
                                : node.get("default").asText()) + "`"
                : "";
    }

    private void reservedWords() {
        JsonNode words = schema.root().at("/$defs/reserved-word");
        line("", "## Reserved words", "", words.get("description").asText(), "");
        line(value(words));
    }

    private static List<Map.Entry<String, JsonNode>> properties(JsonNode object) {
        List<Map.Entry<String, JsonNode>> properties = new ArrayList<>();
        object.path("properties").fields().forEachRemaining(properties::add);
        return properties;
    }

    private void line(String... lines) {
        for (String line : lines) {
            text.append(line).append('\n');
        }
    }
}
