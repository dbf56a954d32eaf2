/** Sources with bookmarks: JDBC by key, files by last-modified time, and the named connections they use. */
package dev.sluice.localglue.source;
