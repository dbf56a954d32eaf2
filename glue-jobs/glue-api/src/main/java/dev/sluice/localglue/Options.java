package dev.sluice.localglue;

import com.amazonaws.services.glue.util.JsonOptions;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Options of a source or sink by name. Glue takes numbers and booleans as text too, so every scalar is read as text. */
public final class Options {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, JsonNode> values;

    private Options(Map<String, JsonNode> values) {
        this.values = values;
    }

    /** The options a job passed; null means none, as Glue has it. */
    public static Options of(JsonOptions options) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        if (options != null) {
            read(options.toString()).fields().forEachRemaining(field -> values.put(field.getKey(), field.getValue()));
        }
        return new Options(values);
    }

    /** These options, with the given ones where these have none of the name. */
    public Options withDefaults(Map<String, String> defaults) {
        Map<String, JsonNode> merged = new LinkedHashMap<>(values);
        defaults.forEach(
                (name, value) -> merged.putIfAbsent(name, JSON.getNodeFactory().textNode(value)));
        return new Options(merged);
    }

    /** A scalar as text; empty if absent, null or blank. */
    public Optional<String> text(String name) {
        JsonNode value = values.get(name);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (value.isContainerNode()) {
            throw new IllegalArgumentException("Cannot read option: " + name + "; a text is needed");
        }
        return Optional.of(value.asText()).filter(text -> !text.isBlank());
    }

    /** A scalar as text that has to be there. */
    public String required(String name) {
        return text(name)
                .orElseThrow(() -> new IllegalArgumentException("Cannot read option: " + name + "; it is missing"));
    }

    /** A whole number of at least one. */
    public Optional<Long> positive(String name) {
        return text(name).map(text -> {
            try {
                long number = Long.parseLong(text.strip());
                if (number >= 1) {
                    return number;
                }
            } catch (NumberFormatException failure) {
                throw new IllegalArgumentException(
                        "Cannot read option: " + name + " = " + text + "; a whole number is needed", failure);
            }
            throw new IllegalArgumentException(
                    "Cannot read option: " + name + " = " + text + "; a number of at least 1 is needed");
        });
    }

    /** Whether the option is there and {@code true}. */
    public boolean isTrue(String name) {
        return text(name).filter(text -> text.strip().equalsIgnoreCase("true")).isPresent();
    }

    /** A list of texts: a JSON list, a text that holds one, or a single text. */
    public List<String> list(String name) {
        JsonNode value = values.get(name);
        if (value != null && value.isTextual() && value.asText().strip().startsWith("[")) {
            value = read(value.asText());
        }
        List<String> items = new ArrayList<>();
        if (value != null && value.isArray()) {
            value.forEach(item -> items.add(item.asText()));
        } else {
            text(name).ifPresent(items::add);
        }
        return List.copyOf(items);
    }

    /** The scalar options under other names than the given ones. */
    public Map<String, String> scalarsExcept(Set<String> names) {
        Map<String, String> rest = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (!names.contains(name) && value.isValueNode() && !value.isNull()) {
                rest.put(name, value.asText());
            }
        });
        return rest;
    }

    /** Refuses options this implementation would have to ignore. */
    public void allowOnly(String owner, Collection<String> names) {
        Set<String> unknown = new TreeSet<>(values.keySet());
        unknown.removeAll(names);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("Cannot use option of " + owner + ": " + String.join(", ", unknown)
                    + "; it has no effect on one machine, supported are "
                    + String.join(", ", new TreeSet<>(names)));
        }
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException failure) {
            throw new IllegalArgumentException("Cannot parse option: " + json + "; it is no valid JSON", failure);
        }
    }
}
