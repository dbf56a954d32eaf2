/** Glue's own services: its data catalog, and its job bookmarks as the second bookmark engine. */
package dev.sluice.aws.glue;
