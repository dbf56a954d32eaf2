/**
 * Files as a source: the listing, the ledger of what was taken, the copies in raw, and the records in them. Knows local disks and
 * Hadoop's file systems; a place that is listed otherwise is one more {@link dev.sluice.extract.files.SourceFiles}.
 */
package dev.sluice.extract.files;
