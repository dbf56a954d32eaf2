package dev.sluice.aws.dynamodb;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads an item's attributes by key. What is missing, or not what it must be, is reported with the item and the key. */
final class ItemReader {

    private final String item;
    private final Map<String, AttributeValue> attributes;

    /** @param item names the item in errors */
    ItemReader(String item, Map<String, AttributeValue> attributes) {
        this.item = Objects.requireNonNull(item, "item");
        this.attributes = Objects.requireNonNull(attributes, "attributes");
    }

    <T> T required(String key, Function<String, T> parse) {
        return find(key, parse).orElseThrow(() -> damaged(key, "is missing", null));
    }

    /** A text or number attribute, parsed. */
    <T> Optional<T> find(String key, Function<String, T> parse) {
        AttributeValue value = attributes.get(key);
        if (value == null || Boolean.TRUE.equals(value.nul())) {
            return Optional.empty();
        }
        return Optional.of(parsed(key, value, parse));
    }

    String text(String key) {
        return required(key, Function.identity());
    }

    long number(String key) {
        return required(key, Long::parseLong);
    }

    Instant instant(String key) {
        return required(key, Instant::parse);
    }

    <E extends Enum<E>> E word(String key, Class<E> type) {
        return required(key, text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT)));
    }

    <E extends Enum<E>> Optional<E> findWord(String key, Class<E> type) {
        return find(key, text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT)));
    }

    Optional<ItemReader> findMap(String key) {
        AttributeValue value = attributes.get(key);
        if (value == null || Boolean.TRUE.equals(value.nul())) {
            return Optional.empty();
        }
        return Optional.of(map(key, value));
    }

    /** A list of maps, each read; empty where there is none. */
    <T> List<T> maps(String key, Function<ItemReader, T> read) {
        return list(key).stream().map(element -> read.apply(map(key, element))).toList();
    }

    /** A list of texts or numbers, each parsed; empty where there is none. */
    <T> List<T> values(String key, Function<String, T> parse) {
        return list(key).stream().map(element -> parsed(key, element, parse)).toList();
    }

    private List<AttributeValue> list(String key) {
        AttributeValue value = attributes.get(key);
        if (value == null) {
            return List.of();
        }
        if (!value.hasL()) {
            throw damaged(key, "is not a list", null);
        }
        return value.l();
    }

    private ItemReader map(String key, AttributeValue value) {
        if (!value.hasM()) {
            throw damaged(key, "is not a map", null);
        }
        return new ItemReader(item + ", " + key, value.m());
    }

    private <T> T parsed(String key, AttributeValue value, Function<String, T> parse) {
        String text = value.s() != null ? value.s() : value.n();
        if (text == null) {
            throw damaged(key, "is neither text nor number", null);
        }
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException | DateTimeException unreadable) {
            throw damaged(key, "has the value " + text, unreadable);
        }
    }

    private SluiceException damaged(String key, String how, Throwable cause) {
        return new SluiceException(
                ErrorCode.FAILED,
                "Cannot read item: " + item + ". Its attribute " + key + " " + how
                        + ". Was it edited by hand? Put back what the item's backup holds.",
                cause);
    }
}
