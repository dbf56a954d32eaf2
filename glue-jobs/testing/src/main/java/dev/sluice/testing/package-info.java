/**
 * Fixtures a person can start, and small in-memory stand-ins for the stores; each passes the contract suite that the real
 * store passes.
 */
package dev.sluice.testing;
