/**
 * The ledger: per table a lease, a position, and the history of its batches. Every change is one conditional write; what
 * the conditions are is part of {@link dev.sluice.bookmark.BookmarkStore}'s contract.
 */
package dev.sluice.bookmark;
