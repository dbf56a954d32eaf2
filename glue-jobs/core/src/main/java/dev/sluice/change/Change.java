package dev.sluice.change;

import dev.sluice.settings.EventFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A change of one row, or of all.
 *
 * @param operation c, u, d, r (a row of a snapshot) or t (all rows went)
 * @param position its place in the log
 * @param millis when the source made it, in milliseconds since 1970
 * @param row the row it leaves; of a deletion the row it was, as far as the event says; empty for a truncation
 * @param server the number of the server that made it; empty where the connector tells none, as of a snapshot's rows
 * @param snapshot the event's own word on snapshots: true, first, last…, false, incremental
 */
record Change(
        String operation,
        LogPosition position,
        Optional<Long> millis,
        Optional<EventValue> row,
        Optional<String> server,
        String snapshot) {

    /** Whether it begins a snapshot of this table. */
    boolean beginsSnapshot() {
        return snapshot.equals("first") || snapshot.equals("first_in_data_collection");
    }

    /** Reads records as changes. Not for use by several threads. */
    static final class Reader {

        private final RecordReader records;

        Reader(EventFormat format) {
            this.records = RecordReader.of(format);
        }

        /** The change; empty for a record that changes no row: a tombstone, or a message of the database's log. */
        Optional<Change> read(byte[] key, byte[] value, Optional<String> keySchema, Optional<String> valueSchema)
                throws UnreadableEventException {
            if (value == null) {
                return Optional.empty();
            }
            EventValue envelope = records.read(value, valueSchema);
            if (!(envelope.fields().get("op") instanceof String operation)
                    || !(envelope.fields().get("source") instanceof Map<?, ?> source)) {
                throw new UnreadableEventException(
                        "is no change of Debezium: it has no op and source; let the connector write whole envelopes,"
                                + " without ExtractNewRecordState");
            }
            Optional<EventValue> row =
                    switch (operation) {
                        case "c", "u", "r" -> Optional.of(image(envelope, "after", operation));
                        case "d" -> Optional.of(deleted(envelope, key, keySchema));
                        case "t" -> Optional.empty();
                        case "m" -> Optional.empty();
                        default -> throw new UnreadableEventException("has an unknown op: " + operation);
                    };
            if (operation.equals("m")) {
                return Optional.empty();
            }
            return Optional.of(new Change(
                    operation,
                    LogPosition.of(source, operation),
                    source.get("ts_ms") instanceof Long millis ? Optional.of(millis) : Optional.empty(),
                    row,
                    source.get("server_id") instanceof Long server && server != 0
                            ? Optional.of(server.toString())
                            : Optional.empty(),
                    String.valueOf(source.get("snapshot"))));
        }

        private static EventValue image(EventValue envelope, String name, String operation)
                throws UnreadableEventException {
            if (envelope.fields().get(name) instanceof Map<?, ?> fields) {
                Map<String, Object> values = new LinkedHashMap<>();
                fields.forEach((field, value) -> values.put(field.toString(), value));
                return new EventValue(envelope.type().field(name).orElseThrow(), values);
            }
            throw new UnreadableEventException("has op " + operation + " and no " + name);
        }

        /** What was there before, and the key, which alone is sure to be whole. */
        private EventValue deleted(EventValue envelope, byte[] key, Optional<String> keySchema)
                throws UnreadableEventException {
            Map<String, Object> values = new LinkedHashMap<>();
            EventType type = envelope.type()
                    .field("before")
                    .orElseThrow(() -> new UnreadableEventException("has op d and no before"));
            if (envelope.fields().get("before") instanceof Map<?, ?> before) {
                before.forEach((field, value) -> values.put(field.toString(), value));
            }
            if (key != null) {
                EventValue known = records.read(key, keySchema);
                values.putAll(known.fields());
            }
            return new EventValue(type, values);
        }
    }
}
