/**
 * Views over curated tables: what their SQL may say so that Spark and Athena both understand it alike, whether it fits the
 * tables it reads, its rows on one machine, and its publication. Catalyst parses and types it without a Spark session.
 */
package dev.sluice.view;
