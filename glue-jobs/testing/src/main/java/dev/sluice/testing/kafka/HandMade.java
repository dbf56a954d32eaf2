package dev.sluice.testing.kafka;

import dev.sluice.testing.kafka.KafkaServer.Message;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Events of Debezium's PostgreSQL connector for a table with a key {@code id bigint}, written by hand. */
public final class HandMade {

    private static final String ROW =
            """
            {"type":"struct","optional":true,"fields":[
              {"type":"int64","optional":false,"field":"id"}%s],"field":"%s"}""";

    private static final String SOURCE =
            """
            {"type":"struct","optional":false,"field":"source","fields":[
              {"type":"string","optional":false,"field":"connector"},
              {"type":"int64","optional":false,"field":"ts_ms"},
              {"type":"string","optional":true,"field":"snapshot"},
              {"type":"string","optional":true,"field":"sequence"},
              {"type":"int64","optional":true,"field":"lsn"}]}""";

    private static final String MADE_AT = "\"ts_ms\":1700000000000,";

    private final String schema;

    private HandMade(String schema) {
        this.schema = schema;
    }

    /** Events of the table {@code orders (id bigint, status text)}. */
    public static HandMade orders() {
        return of("status string");
    }

    /** Events of a table with these columns, each as its name and its type in Kafka Connect's words. */
    public static HandMade of(String... columns) {
        return new HandMade(Arrays.stream(columns)
                .map(column -> ",{\"type\":\"" + column.split(" ")[1] + "\",\"optional\":true,\"field\":\""
                        + column.split(" ")[0] + "\"}")
                .collect(Collectors.joining()));
    }

    /** A row of a snapshot; {@code which} is true, first, last or incremental. */
    public Message read(int partition, long snapshot, String which, long id, String status) {
        return event(partition, "r", id, after(id, status), "[null,\\\"" + snapshot + "\\\"]", snapshot, which);
    }

    /** A change at a place of the log: after which commit, and where. */
    public Message change(int partition, String operation, long commit, long lsn, long id, String status) {
        return event(partition, operation, id, after(id, status), sequence(commit, lsn), lsn, "false");
    }

    /** A change with its row as JSON. */
    public Message change(int partition, String operation, long commit, long lsn, long id, Object row) {
        return event(partition, operation, id, "\"before\":null,\"after\":" + row, sequence(commit, lsn), lsn, "false");
    }

    public Message delete(int partition, long commit, long lsn, long id) {
        return event(
                partition,
                "d",
                id,
                "\"before\":{\"id\":" + id + ",\"status\":null},\"after\":null",
                sequence(commit, lsn),
                lsn,
                "false");
    }

    public Message truncate(int partition, long commit, long lsn) {
        Message event = event(partition, "t", 0, "\"before\":null,\"after\":null", sequence(commit, lsn), lsn, "false");
        return new Message(partition, null, event.value());
    }

    /** The event as if the change had been made at this time. */
    public static Message at(long millis, Message event) {
        return new Message(event.partition(), event.key(), event.value().replace(MADE_AT, "\"ts_ms\":" + millis + ","));
    }

    /** The event as MySQL's connector writes it: at its position in one of a server's files, which is 0 in a snapshot. */
    public static Message of(long server, int file, Message event) {
        return new Message(
                event.partition(),
                event.key(),
                event.value()
                        .replace(
                                "{\"type\":\"int64\",\"optional\":true,\"field\":\"lsn\"}",
                                Stream.of("pos", "row", "server_id")
                                        .map(name ->
                                                "{\"type\":\"int64\",\"optional\":true,\"field\":\"" + name + "\"}")
                                        .collect(Collectors.joining(
                                                ",",
                                                "{\"type\":\"string\",\"optional\":true,\"field\":\"file\"},",
                                                "")))
                        .replace("\"connector\":\"postgresql\",", "\"connector\":\"mysql\",")
                        .replaceAll(
                                "\"lsn\":(\\d+)}",
                                "\"pos\":$1,\"row\":0,\"server_id\":" + server
                                        + ",\"file\":\"binlog.%06d\"}".formatted(file)));
    }

    public static Message tombstone(int partition, long id) {
        return new Message(partition, key(id), null);
    }

    private static String sequence(long commit, long lsn) {
        return "[" + (commit == 0 ? "null" : "\\\"" + commit + "\\\"") + ",\\\"" + lsn + "\\\"]";
    }

    private static String after(long id, String status) {
        return "\"before\":null,\"after\":{\"id\":" + id + ",\"status\":\"" + status + "\"}";
    }

    private Message event(
            int partition, String operation, long id, String images, String sequence, long lsn, String snapshot) {
        String envelope = "{\"type\":\"struct\",\"optional\":false,\"fields\":[" + ROW.formatted(schema, "before") + ","
                + ROW.formatted(schema, "after") + "," + SOURCE
                + ",{\"type\":\"string\",\"optional\":false,\"field\":\"op\"}]}";
        // All at one time: order is not told by it.
        String source = "{\"connector\":\"postgresql\"," + MADE_AT + "\"snapshot\":\"" + snapshot + "\",\"sequence\":\""
                + sequence + "\",\"lsn\":" + lsn + "}";
        return new Message(
                partition,
                key(id),
                "{\"schema\":" + envelope + ",\"payload\":{" + images + ",\"source\":" + source + ",\"op\":\""
                        + operation + "\"}}");
    }

    private static String key(long id) {
        return "{\"schema\":{\"type\":\"struct\",\"fields\":[{\"type\":\"int64\",\"optional\":false,\"field\":\"id\"}]},"
                + "\"payload\":{\"id\":" + id + "}}";
    }
}
