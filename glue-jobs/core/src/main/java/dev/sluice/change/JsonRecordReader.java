package dev.sluice.change;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.sluice.change.EventType.Kind;
import dev.sluice.change.EventType.Nullability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Kafka Connect's JSON with its schema: {@code {"schema": …, "payload": …}}. */
final class JsonRecordReader implements RecordReader {

    private static final ObjectReader JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .readerFor(JsonNode.class);

    private static final Map<String, Kind> KINDS = Map.ofEntries(
            Map.entry("boolean", Kind.BOOLEAN),
            Map.entry("int8", Kind.INT8),
            Map.entry("int16", Kind.INT16),
            Map.entry("int32", Kind.INT32),
            Map.entry("int64", Kind.INT64),
            Map.entry("float", Kind.FLOAT32),
            Map.entry("float32", Kind.FLOAT32),
            Map.entry("double", Kind.FLOAT64),
            Map.entry("float64", Kind.FLOAT64),
            Map.entry("string", Kind.STRING),
            Map.entry("bytes", Kind.BYTES),
            Map.entry("array", Kind.ARRAY),
            Map.entry("map", Kind.MAP),
            Map.entry("struct", Kind.STRUCT));

    private final Map<JsonNode, EventType> known = new HashMap<>();

    @Override
    public EventValue read(byte[] bytes, Optional<String> schema) throws UnreadableEventException {
        JsonNode record;
        try {
            record = JSON.readTree(bytes);
        } catch (JsonProcessingException failure) {
            // Its own message quotes the record.
            throw new UnreadableEventException("is no JSON, from character "
                    + failure.getLocation().getColumnNr() + " of line "
                    + failure.getLocation().getLineNr() + " on");
        } catch (IOException failure) {
            throw new UnreadableEventException("cannot be read as JSON", failure);
        }
        if (record == null || !record.isObject() || !record.path("schema").isObject() || !record.has("payload")) {
            throw new UnreadableEventException(
                    "carries no schema; let the connector's converter write it with schemas.enable=true");
        }
        EventType type = known.get(record.get("schema"));
        if (type == null) {
            type = type(record.get("schema"));
            known.put(record.get("schema"), type);
        }
        if (type.kind() != Kind.STRUCT || !record.get("payload").isObject()) {
            throw new UnreadableEventException("is no struct");
        }
        return new EventValue(type, struct(type, record.get("payload")));
    }

    private static EventType type(JsonNode schema) throws UnreadableEventException {
        Kind kind = KINDS.get(schema.path("type").asText().toLowerCase(Locale.ROOT));
        if (kind == null) {
            throw new UnreadableEventException(
                    "has a value of an unknown type: " + schema.path("type").asText());
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        schema.path("parameters")
                .fields()
                .forEachRemaining(
                        entry -> parameters.put(entry.getKey(), entry.getValue().asText()));
        List<EventType.Field> fields = new ArrayList<>();
        for (JsonNode field : schema.path("fields")) {
            fields.add(new EventType.Field(field.path("field").asText(), type(field)));
        }
        return new EventType(
                kind,
                schema.path("name").asText(""),
                parameters,
                schema.path("optional").asBoolean() ? Nullability.NULLABLE : Nullability.NOT_NULL,
                fields,
                schema.has("items") ? Optional.of(type(schema.get("items"))) : Optional.empty());
    }

    private static Map<String, Object> struct(EventType type, JsonNode node) throws UnreadableEventException {
        Map<String, Object> values = new LinkedHashMap<>();
        for (EventType.Field field : type.fields()) {
            values.put(field.name(), value(field.type(), node.path(field.name())));
        }
        return values;
    }

    private static Object value(EventType type, JsonNode node) throws UnreadableEventException {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        try {
            return switch (type.kind()) {
                case BOOLEAN -> require(node.isBoolean(), type, node.booleanValue());
                case INT8, INT16, INT32, INT64 -> require(
                        node.canConvertToLong() && node.isIntegralNumber(), type, node.longValue());
                case FLOAT32, FLOAT64 -> node.isNumber() ? node.doubleValue() : Double.valueOf(node.asText());
                case STRING -> require(node.isTextual(), type, node.textValue());
                case BYTES -> node.binaryValue();
                case STRUCT -> require(node.isObject(), type, struct(type, node));
                case ARRAY -> {
                    require(node.isArray() && type.element().isPresent(), type, node);
                    List<Object> elements = new ArrayList<>();
                    for (JsonNode element : node) {
                        elements.add(value(type.element().get(), element));
                    }
                    yield elements;
                }
                case MAP -> {
                    Map<String, Object> entries = new LinkedHashMap<>();
                    node.fields()
                            .forEachRemaining(entry ->
                                    entries.put(entry.getKey(), entry.getValue().asText()));
                    yield entries;
                }
            };
        } catch (IOException | NumberFormatException failure) {
            throw new UnreadableEventException("has a value that is no " + type.words(), failure);
        }
    }

    private static <T> T require(boolean fits, EventType type, T value) throws UnreadableEventException {
        if (!fits) {
            throw new UnreadableEventException("has a value that is no " + type.words());
        }
        return value;
    }
}
