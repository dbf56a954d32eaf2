package dev.sluice.settings;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads one object of an item key by key. What cannot be used is put on the list of problems and read as absent, so
 * that reading goes on to the end; a caller builds its record only when the list has stayed empty.
 */
final class ObjectReader {

    private static final Pattern DURATION =
            Pattern.compile("P(?!$)(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?(\\d+(\\.\\d{1,9})?S)?)?");
    /** A number with more zeros than this is written with an exponent. */
    private static final int LONGEST_PLAIN = 40;

    private static final String NO_VALUE = "Give it a value, or leave the key out.";

    private final String path;
    private final Map<?, ?> values;
    private final Problems problems;

    private ObjectReader(String path, Map<?, ?> values, Problems problems) {
        this.path = path;
        this.values = values;
        this.problems = problems;
    }

    /** A reader of {@code tree}, which must be a map with no other keys than {@code keys}. */
    static Optional<ObjectReader> of(Object tree, String path, List<String> keys, Problems problems) {
        if (!(tree instanceof Map<?, ?> map)) {
            problems.add(path, "Must be an object, but is " + kindOf(tree) + ".", "Use these keys: " + keys + ".");
            return Optional.empty();
        }
        ObjectReader reader = new ObjectReader(path, map, problems);
        for (Object key : map.keySet()) {
            if (!(key instanceof String) || !keys.contains(key)) {
                String word = String.valueOf(key);
                problems.add(reader.at(word), "Unknown key.", unknownKeyRemedy(word, keys));
            }
        }
        return Optional.of(reader);
    }

    private static String unknownKeyRemedy(String word, List<String> keys) {
        return keys.contains(Keys.SECRET) && Credentials.isCredentialKey(word)
                ? Credentials.REMEDY
                : Words.didYouMean(word, keys);
    }

    /** Where this object stands in the item. */
    String path() {
        return path;
    }

    /** The path of one of this object's keys. */
    String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    boolean isEmptyList(String key) {
        return values.get(key) instanceof List<?> list && list.isEmpty();
    }

    void problem(String key, String message, String remedy) {
        problems.add(at(key), message, remedy);
    }

    /** Reports a key that must be there and is not. */
    void require(String key, String remedy) {
        if (!has(key)) {
            problem(key, "Is missing.", remedy);
        }
    }

    Optional<String> text(String key) {
        return has(key) ? text(at(key), values.get(key)) : Optional.empty();
    }

    private Optional<String> text(String where, Object value) {
        if (!(value instanceof String text)) {
            problems.add(
                    where,
                    "Must be text, but is " + kindOf(value) + ".",
                    value == null ? NO_VALUE : "Put the value in quotes.");
            return Optional.empty();
        }
        if (text.isBlank()) {
            problems.add(where, "Is blank.", NO_VALUE);
            return Optional.empty();
        }
        return Optional.of(text);
    }

    /** Text, or a number or a truth value as text; may be blank. */
    Optional<String> literal(String key) {
        Object value = values.get(key);
        if (value instanceof String text) {
            return Optional.of(text);
        }
        if (value instanceof Boolean) {
            return Optional.of(value.toString());
        }
        Optional<BigDecimal> number = number(value);
        if (has(key) && number.isEmpty()) {
            problem(key, "Must be text, a number, true or false, but is " + kindOf(value) + ".", "Put it in quotes.");
        }
        return number.map(
                decimal -> Math.abs(decimal.scale()) > LONGEST_PLAIN ? decimal.toString() : decimal.toPlainString());
    }

    /** A whole number of at least {@code least}. */
    Optional<Integer> integer(String key, int least) {
        if (!has(key)) {
            return Optional.empty();
        }
        Object value = values.get(key);
        Optional<BigDecimal> number = number(value);
        if (number.isEmpty()) {
            problem(key, "Must be a whole number, but is " + kindOf(value) + ".", "Write it without quotes.");
            return Optional.empty();
        }
        BigDecimal whole = number.get();
        boolean inRange = whole.compareTo(BigDecimal.valueOf(least)) >= 0
                && whole.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0;
        if (inRange && whole.stripTrailingZeros().scale() <= 0) {
            return Optional.of(whole.intValueExact());
        }
        problem(
                key,
                "Must be a whole number from " + least + " to " + Integer.MAX_VALUE + ", but is " + value + ".",
                "Correct the number.");
        return Optional.empty();
    }

    /** A number. */
    Optional<BigDecimal> decimal(String key) {
        Optional<BigDecimal> number = number(values.get(key));
        if (has(key) && number.isEmpty()) {
            problem(key, "Must be a number, but is " + kindOf(values.get(key)) + ".", "Write it without quotes.");
        }
        return number;
    }

    private static Optional<BigDecimal> number(Object value) {
        if (!(value instanceof Number)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BigDecimal(value.toString()));
        } catch (NumberFormatException notFinite) {
            return Optional.empty();
        }
    }

    Optional<Boolean> flag(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        if (values.get(key) instanceof Boolean flag) {
            return Optional.of(flag);
        }
        problem(key, "Must be true or false, but is " + kindOf(values.get(key)) + ".", "Write true or false.");
        return Optional.empty();
    }

    /** The constant whose word stands under {@code key}. */
    <E extends Enum<E>> Optional<E> choice(String key, E[] constants) {
        Optional<String> word = text(key);
        Optional<E> constant = word.flatMap(text -> Arrays.stream(constants)
                .filter(candidate -> Words.of(candidate).equals(text))
                .findFirst());
        if (word.isPresent() && constant.isEmpty()) {
            problem(
                    key,
                    "Must be one of " + Words.of(constants) + ", but is " + word.get() + ".",
                    Words.didYouMean(word.get(), Words.of(constants)));
        }
        return constant;
    }

    /** An ISO-8601 duration of days, hours, minutes and seconds; not negative. */
    Optional<Duration> duration(String key) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (DURATION.matcher(text.get()).matches()) {
            try {
                return Optional.of(Duration.parse(text.get()));
            } catch (DateTimeException | ArithmeticException tooLong) {
                problem(key, "Is too long a duration: " + text.get() + ".", "Write a shorter one, like PT5M or P1D.");
                return Optional.empty();
            }
        }
        problem(
                key,
                "Must be an ISO-8601 duration, but is " + text.get() + ".",
                "Write it like PT90S, PT5M, PT2H or P1D.");
        return Optional.empty();
    }

    /** The object under {@code key}; must have no other keys than {@code keys}. */
    Optional<ObjectReader> object(String key, List<String> keys) {
        return has(key) ? of(values.get(key), at(key), keys, problems) : Optional.empty();
    }

    /** The objects of the list under {@code key}, those that are none left out. */
    List<ObjectReader> objects(String key, List<String> keys) {
        List<ObjectReader> objects = new ArrayList<>();
        for (Located<?> element : elements(key)) {
            of(element.value(), element.path(), keys, problems).ifPresent(objects::add);
        }
        return objects;
    }

    /** The texts of the list under {@code key}, those that are none left out; a repeated one is a problem. */
    List<Located<String>> texts(String key) {
        List<Located<String>> texts = new ArrayList<>();
        for (Located<?> element : elements(key)) {
            text(element.path(), element.value()).ifPresent(text -> {
                if (Located.values(texts).contains(text)) {
                    problems.add(element.path(), "Is named twice: " + text + ".", "Name it once.");
                }
                texts.add(new Located<>(element.path(), text));
            });
        }
        return texts;
    }

    private List<Located<?>> elements(String key) {
        if (!has(key)) {
            return List.of();
        }
        if (!(values.get(key) instanceof List<?> list)) {
            problem(
                    key,
                    "Must be a list, but is " + kindOf(values.get(key)) + ".",
                    "Put the value in brackets, even if it is only one.");
            return List.of();
        }
        List<Located<?>> elements = new ArrayList<>();
        for (int index = 0; index < list.size(); index++) {
            elements.add(new Located<>(at(key) + "[" + index + "]", list.get(index)));
        }
        return elements;
    }

    private static String kindOf(Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Map) {
            return "an object";
        }
        if (value instanceof List) {
            return "a list";
        }
        if (value instanceof String) {
            return "text";
        }
        if (value instanceof Number) {
            return "a number";
        }
        return value instanceof Boolean
                ? "a truth value"
                : "a value of type " + value.getClass().getSimpleName();
    }
}
