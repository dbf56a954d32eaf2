/** A Kafka broker and Debezium on embedded databases, as tests and people start them. */
package dev.sluice.testing.kafka;
