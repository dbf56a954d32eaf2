/** From typed rows to the curated zone: one Delta commit per batch, which carries the batch's number. */
package dev.sluice.curate;
