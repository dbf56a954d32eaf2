/** Making curated tables known to a data catalog, so that query engines find them. */
package dev.sluice.catalog;
