/** The drive through the stages: one table's batch by the commit protocol, and many tables in one Spark session. */
package dev.sluice.run;
