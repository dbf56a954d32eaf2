/**
 * The Glue ETL API as Glue jobs written in Java see it: the names and binary descriptors of AWS's artifact, the
 * behaviour of one machine. Only types that AWS's artifact has may live here; what stands behind them is in
 * {@code dev.sluice.localglue}.
 */
package com.amazonaws.services.glue;
