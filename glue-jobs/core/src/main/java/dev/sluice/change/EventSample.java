package dev.sluice.change;

import dev.sluice.extract.SourceColumn;
import dev.sluice.settings.EventFormat;
import java.util.List;
import java.util.Optional;

/** The columns of a table as one record of its topic shows them. */
public final class EventSample {

    private EventSample() {}

    /** The columns; empty where the record is no change of a row. */
    public static Optional<List<SourceColumn>> columns(
            EventFormat format, byte[] key, byte[] value, Optional<String> keySchema, Optional<String> valueSchema) {
        try {
            return new Change.Reader(format)
                    .read(key, value, keySchema, valueSchema)
                    .flatMap(Change::row)
                    .map(row -> EventSurvey.sourceColumns(row.type()));
        } catch (UnreadableEventException unreadable) {
            return Optional.empty();
        }
    }

    /** The number by which the registry knows the schema of a record in Confluent's wire format. */
    public static Optional<Integer> schemaNumber(byte[] bytes) {
        return bytes == null ? Optional.empty() : AvroRecordReader.schemaNumber(bytes);
    }
}
