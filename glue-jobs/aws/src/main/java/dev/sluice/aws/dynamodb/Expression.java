package dev.sluice.aws.dynamodb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An update with its condition, written in attribute names; the placeholders that DynamoDB asks for are given here. A
 * name with dots is a path into maps. All conditions must hold.
 */
final class Expression {

    private final Map<String, String> names = new LinkedHashMap<>();
    private final Map<String, AttributeValue> values = new LinkedHashMap<>();
    private final List<String> sets = new ArrayList<>();
    private final List<String> removes = new ArrayList<>();
    private final List<String> conditions = new ArrayList<>();

    Expression set(String path, AttributeValue value) {
        sets.add(name(path) + " = " + value(value));
        return this;
    }

    Expression setOrRemove(String path, Optional<AttributeValue> value) {
        return value.map(present -> set(path, present)).orElseGet(() -> remove(path));
    }

    Expression setIfPresent(String path, Optional<AttributeValue> value) {
        value.ifPresent(present -> set(path, present));
        return this;
    }

    /** Adds to a number; one that is absent counts as 0. */
    Expression add(String path, long summand) {
        String name = name(path);
        sets.add(name + " = if_not_exists(" + name + ", " + value(Attributes.number(0)) + ") + "
                + value(Attributes.number(summand)));
        return this;
    }

    Expression remove(String path) {
        removes.add(name(path));
        return this;
    }

    Expression whereEqual(String path, AttributeValue value) {
        conditions.add(name(path) + " = " + value(value));
        return this;
    }

    Expression whereEqualOrAbsent(String path, AttributeValue value) {
        String name = name(path);
        conditions.add("(attribute_not_exists(" + name + ") OR " + name + " = " + value(value) + ")");
        return this;
    }

    /** {@code path} is absent or at most a value, or {@code other} is less than another. */
    Expression whereAtMostOrLessOrAbsent(String path, AttributeValue most, String other, AttributeValue greater) {
        String name = name(path);
        conditions.add("(attribute_not_exists(" + name + ") OR " + name + " <= " + value(most) + " OR " + name(other)
                + " < " + value(greater) + ")");
        return this;
    }

    Expression whereAbsent(String path) {
        conditions.add("attribute_not_exists(" + name(path) + ")");
        return this;
    }

    Expression wherePresent(String path) {
        conditions.add("attribute_exists(" + name(path) + ")");
        return this;
    }

    /** Nothing is at {@code path}, or something is at {@code other}. */
    Expression whereAbsentOrPresent(String path, String other) {
        conditions.add("(attribute_not_exists(" + name(path) + ") OR attribute_exists(" + name(other) + "))");
        return this;
    }

    String update() {
        List<String> clauses = new ArrayList<>();
        if (!sets.isEmpty()) {
            clauses.add("SET " + String.join(", ", sets));
        }
        if (!removes.isEmpty()) {
            clauses.add("REMOVE " + String.join(", ", removes));
        }
        return String.join(" ", clauses);
    }

    /** The condition; null, as the SDK's builders take it, where there is none. */
    String condition() {
        return conditions.isEmpty() ? null : String.join(" AND ", conditions);
    }

    Map<String, String> names() {
        return names.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
    }

    /** The values; null, as the SDK's builders take it, where there is none. */
    Map<String, AttributeValue> values() {
        return values.isEmpty() ? null : values;
    }

    private String name(String path) {
        return Arrays.stream(path.split("\\."))
                .map(segment -> names.computeIfAbsent(segment, absent -> "#n" + names.size()))
                .collect(Collectors.joining("."));
    }

    private String value(AttributeValue value) {
        String placeholder = ":v" + values.size();
        values.put(placeholder, value);
        return placeholder;
    }
}
