/** Connections to source and target databases: endpoints with their credentials, opening, and what a driver's errors mean. */
package dev.sluice.database;
