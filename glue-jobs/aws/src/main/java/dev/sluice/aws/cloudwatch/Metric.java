package dev.sluice.aws.cloudwatch;

import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;

/** The metrics of namespace {@code Sluice}. */
public enum Metric {
    /** Minutes from the source's time as of which curated is complete to the end of the run; also where nothing was new. */
    LAKE_DELAY_MINUTES("LakeDelayMinutes", StandardUnit.NONE),
    /** The same of a table's targets, of that which is furthest behind; from the first load of all of them on. */
    DATABASE_DELAY_MINUTES("DatabaseDelayMinutes", StandardUnit.NONE),
    /** Of the lake's delay, the minutes over the limit of the table's own item; 0 within. */
    LAKE_DELAY_OVER_LIMIT_MINUTES("LakeDelayOverLimitMinutes", StandardUnit.NONE),
    /** Of the targets' delay, the minutes over the limit of the table's own item; 0 within. */
    DATABASE_DELAY_OVER_LIMIT_MINUTES("DatabaseDelayOverLimitMinutes", StandardUnit.NONE),
    /** Rows of a table that the run read; 0 where nothing was new. */
    ROWS_INGESTED("RowsIngested", StandardUnit.COUNT),
    /** Rows of these that went to quarantine. */
    ROWS_QUARANTINED("RowsQuarantined", StandardUnit.COUNT),
    /** Tables or targets of a source that a job failed for, 0 where none did. */
    TABLES_FAILED("TablesFailed", StandardUnit.COUNT),
    /** How long an ingest run took. */
    RUN_SECONDS("RunSeconds", StandardUnit.SECONDS),
    /** 1 for an ingest run in which every table of the source had its turn; none at all is silence. */
    RUNS_COMPLETED("RunsCompleted", StandardUnit.COUNT),
    /** 1 for a load run in which every target of the source had its turn, also where there is none; none at all is silence. */
    LOADS_COMPLETED("LoadsCompleted", StandardUnit.COUNT);

    private final String metricName;
    private final StandardUnit unit;

    Metric(String metricName, StandardUnit unit) {
        this.metricName = metricName;
        this.unit = unit;
    }

    /** Its name in CloudWatch. */
    public String metricName() {
        return metricName;
    }

    /** Its unit in CloudWatch, which knows no minutes. */
    StandardUnit unit() {
        return unit;
    }
}
