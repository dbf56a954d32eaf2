/** What every implementation of a seam must do, as tests to extend: one abstract class per seam. */
package dev.sluice.testing.contract;
