package dev.sluice.change;

import dev.sluice.extract.SourceColumn;
import dev.sluice.settings.EventFormat;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A row as one record of its table's topic shows it. */
public final class EventSample {

    private final List<SourceColumn> columns;
    private final LogPosition position;

    private EventSample(List<SourceColumn> columns, LogPosition position) {
        this.columns = columns;
        this.position = position;
    }

    /** The row; empty where the record is no change of one. */
    public static Optional<EventSample> of(
            EventFormat format, byte[] key, byte[] value, Optional<String> keySchema, Optional<String> valueSchema) {
        try {
            return new Change.Reader(format)
                    .read(key, value, keySchema, valueSchema)
                    .flatMap(change -> change.row()
                            .map(row -> new EventSample(EventSurvey.sourceColumns(row.type()), change.position())));
        } catch (UnreadableEventException unreadable) {
            return Optional.empty();
        }
    }

    /** The table's columns as the one that is last in the database's log shows them; empty where there is none. */
    public static Optional<List<SourceColumn>> latestColumns(List<EventSample> samples) {
        String snapshot = samples.stream()
                .map(sample -> sample.position)
                .filter(position -> position.kind() == LogPosition.Kind.SNAPSHOT)
                .flatMap(position -> position.transaction().stream())
                .max(Comparator.naturalOrder())
                .orElse("");
        return samples.stream()
                .max(Comparator.comparing(sample -> sample.position.text(snapshot)))
                .map(sample -> sample.columns);
    }

    /** The number by which the registry knows the schema of a record in Confluent's wire format. */
    public static Optional<Integer> schemaNumber(byte[] bytes) {
        return bytes == null ? Optional.empty() : AvroRecordReader.schemaNumber(bytes);
    }
}
