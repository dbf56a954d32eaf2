package com.amazonaws.services.glue.util;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON object of options; {@link #toString()} gives the JSON. */
public final class JsonOptions {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String json;

    /**
     * Options from JSON text; a blank text means none.
     *
     * @throws IllegalArgumentException if the text is no JSON object
     */
    public JsonOptions(String json) {
        this.json = json.isBlank() ? "{}" : checked(json);
    }

    /** Options from a map whose values are strings, numbers, booleans, sequences and maps. */
    public JsonOptions(scala.collection.Map<String, Object> options) {
        this.json = JSON.valueToTree(plain(options)).toString();
    }

    /** No options. */
    public static JsonOptions empty() {
        return new JsonOptions("{}");
    }

    @Override
    public String toString() {
        return json;
    }

    private static String checked(String json) {
        try {
            JsonNode node = JSON.readTree(json);
            if (node.isObject()) {
                return node.toString();
            }
        } catch (JsonProcessingException failure) {
            // The text and the parser's excerpt of it may hold a password: neither goes into the message.
            throw new IllegalArgumentException("Cannot parse options: no valid JSON at line "
                    + failure.getLocation().getLineNr() + ", column "
                    + failure.getLocation().getColumnNr() + "; pass a JSON object");
        }
        throw new IllegalArgumentException("Cannot parse options: JSON, but not an object; pass a JSON object");
    }

    private static Object plain(Object value) {
        if (value instanceof scala.collection.Map<?, ?> map) {
            return plain(
                    scala.collection.JavaConverters.mapAsJavaMapConverter(map).asJava());
        }
        if (value instanceof scala.collection.Iterable<?> sequence) {
            return plain(scala.collection.JavaConverters.asJavaIterableConverter(sequence)
                    .asJava());
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((key, entry) -> copy.put(String.valueOf(key), plain(entry)));
            return copy;
        }
        if (value instanceof Iterable<?> sequence) {
            List<Object> copy = new ArrayList<>();
            sequence.forEach(entry -> copy.add(plain(entry)));
            return copy;
        }
        return value;
    }
}
