package dev.sluice.change;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The type of a value in an event, as Kafka Connect sees it, whichever way it is written.
 *
 * @param kind the physical type
 * @param logical the name of the logical type; empty text for none
 * @param parameters of the logical type
 * @param nullability whether NULL is allowed
 * @param fields of a struct, in order
 * @param element of an array
 */
record EventType(
        Kind kind,
        String logical,
        Map<String, String> parameters,
        Nullability nullability,
        List<Field> fields,
        Optional<EventType> element) {

    /** A struct's field. */
    record Field(String name, EventType type) {}

    enum Kind {
        BOOLEAN,
        INT8,
        INT16,
        INT32,
        INT64,
        FLOAT32,
        FLOAT64,
        STRING,
        BYTES,
        ARRAY,
        MAP,
        STRUCT
    }

    enum Nullability {
        NULLABLE,
        NOT_NULL
    }

    Optional<EventType> field(String name) {
        return fields.stream()
                .filter(field -> field.name().equals(name))
                .map(Field::type)
                .findFirst();
    }

    /** The type for people: the logical name where there is one. */
    String words() {
        String name = logical.isEmpty() ? kind.name().toLowerCase(java.util.Locale.ROOT) : logical;
        return parameters.containsKey(ValueMapping.PRECISION) || parameters.containsKey(ValueMapping.SCALE)
                ? name + "(" + parameters.getOrDefault(ValueMapping.PRECISION, "?") + ","
                        + parameters.getOrDefault(ValueMapping.SCALE, "0") + ")"
                : name;
    }
}
