/**
 * The raw zone: a batch's rows as they were read, as immutable files, and the one manifest that makes them the batch.
 */
package dev.sluice.raw;
