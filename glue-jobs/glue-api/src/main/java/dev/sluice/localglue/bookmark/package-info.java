/** Job bookmarks kept in files: a job's state with its version, the elements in it, and the run that reads and commits. */
package dev.sluice.localglue.bookmark;
