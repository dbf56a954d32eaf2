/**
 * The source's columns held against the declared ones: what is new, missing or changed, what the policies make of it, and
 * the schema a batch then has.
 */
package dev.sluice.schema;
