/**
 * From raw rows to typed rows: casts, defaults, expressions and rules. A row that breaks one goes to quarantine with every
 * reason and its whole raw form, and can be taken in again after a fix.
 */
package dev.sluice.quality;
