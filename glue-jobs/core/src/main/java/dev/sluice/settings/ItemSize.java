package dev.sluice.settings;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The size a tree has as a DynamoDB item, by DynamoDB's published rules; what is larger cannot be registered. */
final class ItemSize {

    static final int MAX_BYTES = 400 * 1024;

    private static final int CONTAINER_BYTES = 3;

    private ItemSize() {}

    static void check(Object tree, Problems problems) {
        if (!(tree instanceof Map<?, ?> item)) {
            return;
        }
        long bytes = item.containsKey(Keys.TABLE) ? 0 : text(Keys.TABLE) + text(SettingsParser.NO_TABLE);
        for (Map.Entry<?, ?> entry : item.entrySet()) {
            bytes += text(entry.getKey()) + of(entry.getValue());
        }
        if (bytes > MAX_BYTES) {
            problems.add(
                    "",
                    "Has " + bytes + " bytes, and a DynamoDB item holds at most " + MAX_BYTES + ".",
                    "Shorten the query, the expressions and the conditions, or read from a view in the source.");
        }
    }

    /** Bytes of a value: a map's or list's elements count one byte each besides their own. */
    private static long of(Object value) {
        long bytes = 0;
        if (value instanceof Map<?, ?> map) {
            bytes = CONTAINER_BYTES;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                bytes += 1 + text(entry.getKey()) + of(entry.getValue());
            }
        } else if (value instanceof List<?> list) {
            bytes = CONTAINER_BYTES;
            for (Object element : list) {
                bytes += 1 + of(element);
            }
        } else if (value instanceof String) {
            bytes = text(value);
        } else if (value instanceof BigDecimal number) {
            bytes = 2 + (number.precision() + 1) / 2;
        } else if (value instanceof Number) {
            bytes = 2 + (value.toString().length() + 1) / 2;
        } else {
            bytes = 1;
        }
        return bytes;
    }

    private static long text(Object text) {
        return String.valueOf(text).getBytes(StandardCharsets.UTF_8).length;
    }
}
