package dev.sluice.aws.dynamodb;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** An attribute map under construction; what is empty is left out. */
final class Attributes {

    private final Map<String, AttributeValue> values = new LinkedHashMap<>();

    static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    static AttributeValue instant(Instant value) {
        return AttributeValue.fromS(value.toString());
    }

    static AttributeValue word(Enum<?> value) {
        return AttributeValue.fromS(value.name().toLowerCase(Locale.ROOT));
    }

    static <T> AttributeValue list(List<T> elements, Function<T, AttributeValue> toValue) {
        return AttributeValue.fromL(elements.stream().map(toValue).toList());
    }

    Attributes put(String key, AttributeValue value) {
        values.put(key, value);
        return this;
    }

    Attributes put(String key, String value) {
        return put(key, text(value));
    }

    Attributes put(String key, long value) {
        return put(key, number(value));
    }

    Attributes put(String key, Instant value) {
        return put(key, instant(value));
    }

    Attributes putIfPresent(String key, Optional<AttributeValue> value) {
        value.ifPresent(present -> values.put(key, present));
        return this;
    }

    <T> Attributes putUnlessEmpty(String key, List<T> elements, Function<T, AttributeValue> toValue) {
        return elements.isEmpty() ? this : put(key, list(elements, toValue));
    }

    Map<String, AttributeValue> map() {
        return Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    AttributeValue value() {
        return AttributeValue.fromM(map());
    }
}
