package dev.sluice.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Builds a JSON object with its keys in the order they are named. */
final class Fields {

    private final Map<String, Object> fields = new LinkedHashMap<>();

    /** Adds a key; an empty {@link Optional} becomes {@code null}, so that every answer has all its keys. */
    Fields add(String key, Object value) {
        fields.put(key, value instanceof Optional<?> optional ? optional.orElse(null) : value);
        return this;
    }

    /** The object so far. */
    Map<String, Object> map() {
        return fields;
    }
}
