package dev.sluice.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** A published JSON Schema of settings items, and its verdict on documents. */
final class SchemaDocument {

    static final SchemaDocument SOURCE = new SchemaDocument("source.schema.json");
    static final SchemaDocument TABLE = new SchemaDocument("table.schema.json");
    static final SchemaDocument VIEW = new SchemaDocument("view.schema.json");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode root;
    private final JsonSchema schema;

    private SchemaDocument(String resource) {
        try (InputStream stream =
                Objects.requireNonNull(SettingsParser.class.getResourceAsStream(resource), resource)) {
            root = new ObjectMapper().readTree(stream);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(root);
    }

    static SchemaDocument of(Object tree) {
        return switch (SettingsParser.kindOf(tree)) {
            case SOURCE -> SOURCE;
            case TABLE -> TABLE;
            case VIEW -> VIEW;
        };
    }

    JsonNode root() {
        return root;
    }

    /** What a key means: said beside a reference, or by what it refers to. */
    String description(JsonNode node) {
        return node.has("description")
                ? node.get("description").asText()
                : resolve(node).path("description").asText();
    }

    /** What a {@code $ref} leads to; the node itself where it has none. */
    JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? root.at(node.get("$ref").asText().substring(1)) : node;
    }

    List<String> problems(Object tree) {
        return schema.validate(JSON.valueToTree(tree)).stream()
                .map(message -> message.getInstanceLocation() + ": " + message.getMessage())
                .collect(Collectors.toList());
    }
}
