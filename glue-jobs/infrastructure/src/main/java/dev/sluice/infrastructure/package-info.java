/**
 * The cloud on a desk: finds the programs it needs, runs the emulator, applies the Terraform configuration to it and
 * executes state machines. Knows neither Spark nor what the jobs do.
 */
package dev.sluice.infrastructure;
