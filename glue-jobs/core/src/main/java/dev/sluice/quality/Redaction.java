package dev.sluice.quality;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.change.Events;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.files.Malformed;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.TableSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Takes the values of masked columns out of quarantined rows before anyone is shown them. */
final class Redaction {

    static final String MASKED = "(masked)";

    private static final String ROW = "row";
    private static final String REASONS = "reasons";
    private static final String COLUMN = "column";
    private static final String VALUE = "value";

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .setNodeFactory(new JsonNodeFactory(true));

    private final List<ColumnSettings> masked;
    private final boolean events;

    private Redaction(List<ColumnSettings> masked, boolean events) {
        this.masked = masked;
        this.events = events;
    }

    static Redaction of(TableSettings settings) {
        return new Redaction(
                settings.schema().columns().stream()
                        .filter(column -> column.masking().isPresent())
                        .toList(),
                settings.extract().events().isPresent());
    }

    /** The entry without masked values; one that cannot be read comes back without its row, and says so. */
    String apply(String entry) {
        if (masked.isEmpty()) {
            return entry;
        }
        Optional<ObjectNode> read = object(entry);
        if (read.isEmpty()) {
            // Where the masked values stand in it is not known.
            return JSON.createObjectNode()
                    .put(ROW, "{}")
                    .put(REASONS, "the entry is damaged and not shown, for columns of the table are masked")
                    .toString();
        }
        ObjectNode node = read.get();
        for (JsonNode reason : node.path(REASONS)) {
            if (reason instanceof ObjectNode parts
                    && isMasked(parts.path(COLUMN).asText())) {
                parts.put(VALUE, MASKED);
            }
        }
        node.put(ROW, row(node.path(ROW).asText()));
        return node.toString();
    }

    private String row(String text) {
        Optional<ObjectNode> read = object(text);
        if (read.isEmpty()) {
            return "{}";
        }
        ObjectNode row = read.get();
        Optional<ObjectNode> lost = object(row.path(Snapshot.UNREPRESENTABLE).asText("{}"));
        redact(row);
        if (events) {
            // Which of their bytes are masked values is not known.
            List.of(Events.KEY, Events.VALUE).forEach(name -> row.put(name, MASKED));
        }
        lost.ifPresent(values -> {
            redact(values);
            if (row.path(Snapshot.UNREPRESENTABLE).isTextual()) {
                row.put(Snapshot.UNREPRESENTABLE, values.toString());
            }
        });
        return row.toString();
    }

    private void redact(ObjectNode values) {
        List<String> names = new ArrayList<>();
        values.fieldNames().forEachRemaining(names::add);
        names.stream()
                .filter(name -> !name.equals(Snapshot.UNREPRESENTABLE))
                .filter(name -> !values.get(name).isNull())
                // Where the masked values stand in the text of a malformed record is not known.
                .filter(name -> name.equals(Malformed.TEXT) || masked.stream().anyMatch(column -> shows(column, name)))
                .forEach(name -> values.put(name, MASKED));
    }

    /** A reason names the target columns it is about, with commas between. */
    private boolean isMasked(String columns) {
        List<String> named = List.of(columns.split(", "));
        return masked.stream().anyMatch(column -> named.contains(column.name()));
    }

    private static boolean shows(ColumnSettings column, String source) {
        return column.expression()
                .map(expression -> Pattern.compile("(?i)(?<!\\w)" + Pattern.quote(source) + "(?!\\w)")
                        .matcher(expression)
                        .find())
                .orElse(column.sourceName().equals(source));
    }

    private static Optional<ObjectNode> object(String text) {
        try {
            return JSON.readTree(text) instanceof ObjectNode node ? Optional.of(node) : Optional.empty();
        } catch (JsonProcessingException unreadable) {
            return Optional.empty();
        }
    }
}
