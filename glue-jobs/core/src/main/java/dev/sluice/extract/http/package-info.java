/**
 * Endpoints as a source: pages are pulled by the driver, kept in raw as they came and read by the readers of files. What a
 * page means, and how records become rows, is told in {@code dev.sluice.extract.files}; nothing here knows Spark but the
 * snapshot.
 */
package dev.sluice.extract.http;
