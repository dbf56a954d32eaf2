/**
 * A Kafka broker, a schema registry and Debezium for tests, each in a JVM of its own with this module's class path: they and
 * Spark ask for different versions of the same libraries, and a process can be killed. {@link dev.sluice.kafka.Broker} and
 * {@link dev.sluice.kafka.Connector} start them; the rest runs in those processes and is nobody else's to call.
 */
package dev.sluice.kafka;
