package dev.sluice.settings;

/** How a topic's records hold changes of a table. */
public enum EventFormat {
    /** Debezium's envelope as Kafka Connect's JSON with its schema in each record ({@code schemas.enable}). */
    DEBEZIUM_JSON,
    /** Debezium's envelope as Avro in Confluent's wire format, with schemas in a registry. */
    DEBEZIUM_AVRO
}
