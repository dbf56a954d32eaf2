/**
 * From records of a topic to changed rows: what an event's schema says of the table's columns, which row it leaves, and where
 * in the database's log it stands. Knows Debezium's envelope; reads no topic and writes no table.
 */
package dev.sluice.change;
