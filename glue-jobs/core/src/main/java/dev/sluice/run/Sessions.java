package dev.sluice.run;

import org.apache.spark.sql.SparkSession;

/** The SQL settings that every stage relies on, whatever the session on Glue or on one machine has. */
final class Sessions {

    private Sessions() {}

    /** A session of its own with these settings; it shares the Spark context and its executors. */
    static SparkSession pipeline(SparkSession spark) {
        SparkSession session = spark.newSession();
        session.conf().set("spark.sql.ansi.enabled", "false");
        session.conf().set("spark.sql.session.timeZone", "UTC");
        session.conf().set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
        // Dates before 1582 are written as they are: everything that reads the zones knows the proleptic calendar only.
        for (String mode : new String[] {"datetimeRebaseModeInWrite", "datetimeRebaseModeInRead"}) {
            session.conf().set("spark.sql.parquet." + mode, "CORRECTED");
        }
        for (String mode : new String[] {"int96RebaseModeInWrite", "int96RebaseModeInRead"}) {
            session.conf().set("spark.sql.parquet." + mode, "CORRECTED");
        }
        return session;
    }
}
