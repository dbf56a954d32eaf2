package dev.sluice.change;

import dev.sluice.extract.SourceColumn;
import dev.sluice.settings.EventFormat;
import java.util.List;
import java.util.Optional;

/**
 * A row as one record of its table's topic shows it.
 *
 * @param columns of the table
 * @param place of the change in its database's log, as text in the log's order
 */
public record EventSample(List<SourceColumn> columns, String place) {

    /** The row; empty where the record is no change of one. */
    public static Optional<EventSample> of(
            EventFormat format, byte[] key, byte[] value, Optional<String> keySchema, Optional<String> valueSchema) {
        try {
            return new Change.Reader(format)
                    .read(key, value, keySchema, valueSchema)
                    .flatMap(change -> change.row()
                            .map(row -> new EventSample(
                                    EventSurvey.sourceColumns(row.type()),
                                    change.position().text(""))));
        } catch (UnreadableEventException unreadable) {
            return Optional.empty();
        }
    }

    /** The number by which the registry knows the schema of a record in Confluent's wire format. */
    public static Optional<Integer> schemaNumber(byte[] bytes) {
        return bytes == null ? Optional.empty() : AvroRecordReader.schemaNumber(bytes);
    }
}
