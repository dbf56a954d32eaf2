package dev.sluice.change;

import dev.sluice.settings.EventFormat;
import java.util.Optional;

/** Reads a record's key or value. Not for use by several threads. */
interface RecordReader {

    /** The reader of a format. */
    static RecordReader of(EventFormat format) {
        return switch (format) {
            case DEBEZIUM_JSON -> new JsonRecordReader();
            case DEBEZIUM_AVRO -> new AvroRecordReader();
        };
    }

    /**
     * The struct that the bytes hold.
     *
     * @param schema the schema they were written with, where it is not in them
     */
    EventValue read(byte[] bytes, Optional<String> schema) throws UnreadableEventException;
}
