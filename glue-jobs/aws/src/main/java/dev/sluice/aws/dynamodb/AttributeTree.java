package dev.sluice.aws.dynamodb;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A settings item between DynamoDB's attribute values and the tree its parser reads. Numbers are read as {@link
 * BigDecimal}, sets as lists. What a settings item cannot hold, such as binary values, is passed on as it is, so that the
 * parser refuses it with its path.
 */
final class AttributeTree {

    private AttributeTree() {}

    /** The tree of an item. */
    static Map<String, Object> tree(Map<String, AttributeValue> item) {
        Map<String, Object> tree = new LinkedHashMap<>();
        item.forEach((key, value) -> tree.put(key, node(value)));
        return tree;
    }

    /** The item of a tree; keys are texts. */
    static Map<String, AttributeValue> item(Map<String, ?> tree) {
        Map<String, AttributeValue> item = new LinkedHashMap<>();
        tree.forEach((key, value) -> item.put(key, value(value)));
        return item;
    }

    private static Object node(AttributeValue value) {
        return switch (value.type()) {
            case S -> value.s();
            case N -> new BigDecimal(value.n());
            case BOOL -> value.bool();
            case NUL -> null;
            case M -> tree(value.m());
            case L -> {
                List<Object> nodes = new ArrayList<>();
                value.l().forEach(element -> nodes.add(node(element)));
                yield nodes;
            }
            case SS -> List.copyOf(value.ss());
            case NS -> value.ns().stream().map(BigDecimal::new).toList();
            case B, BS, UNKNOWN_TO_SDK_VERSION -> value;
        };
    }

    private static AttributeValue value(Object node) {
        if (node == null) {
            return AttributeValue.fromNul(true);
        }
        if (node instanceof String text) {
            return AttributeValue.fromS(text);
        }
        if (node instanceof Boolean truth) {
            return AttributeValue.fromBool(truth);
        }
        if (node instanceof BigDecimal number) {
            return AttributeValue.fromN(number.toPlainString());
        }
        if (node instanceof Number number) {
            return AttributeValue.fromN(number.toString());
        }
        if (node instanceof List<?> elements) {
            return AttributeValue.fromL(
                    elements.stream().map(AttributeTree::value).toList());
        }
        if (node instanceof Map<?, ?> map) {
            Map<String, AttributeValue> values = new LinkedHashMap<>();
            map.forEach((key, value) -> values.put((String) key, value(value)));
            return AttributeValue.fromM(values);
        }
        throw new IllegalArgumentException(
                "A settings item cannot hold a " + node.getClass().getName());
    }
}
