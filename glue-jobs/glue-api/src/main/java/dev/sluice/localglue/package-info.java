/**
 * What stands behind the Glue ETL API on one machine. Nothing here exists on Glue: jobs never name these types, only
 * tools that work on the local lake may.
 */
package dev.sluice.localglue;
