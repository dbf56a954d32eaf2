/** From curated to a target database: the change feed since the last loaded version, applied in one transaction. */
package dev.sluice.load;
