/**
 * Proof that a copy holds what it was copied from: curated against its source, a target database against curated. Counts
 * and checksums are computed where the rows lie; only what differs is fetched, and never more than a bounded part of it.
 */
package dev.sluice.verify;
