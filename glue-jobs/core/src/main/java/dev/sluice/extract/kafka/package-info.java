/** Reads topics of change events: offsets for bounds and bookmarks, records as they are. Knows nothing of what is in them. */
package dev.sluice.extract.kafka;
