/** Sinks that append: files and JDBC tables. */
package dev.sluice.localglue.sink;
