package dev.sluice.change;

import java.util.Map;

/**
 * A struct of an event with its type: values by field name, each a {@code Boolean}, {@code Long}, {@code Double}, {@code
 * String}, {@code byte[]}, {@code List}, or a {@code Map} for a struct or map; NULL is null.
 */
record EventValue(EventType type, Map<String, Object> fields) {}
