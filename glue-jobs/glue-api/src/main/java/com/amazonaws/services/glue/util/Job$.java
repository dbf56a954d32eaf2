package com.amazonaws.services.glue.util;

import com.amazonaws.services.glue.GlueContext;
import dev.sluice.localglue.bookmark.JobRun;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** The one instance behind {@link Job}, under the name the Scala compiler gives an object's class. */
public final class Job$ {
    /** The instance. */
    public static final Job$ MODULE$ = new Job$();

    private Job$() {}

    /** As {@link #init(String, SparkSession, Map)} with the context's session. */
    public Job$ init(String jobName, GlueContext context, Map<String, String> args) {
        return init(jobName, context.getSparkSession(), args);
    }

    /**
     * Starts a run: loads the job's latest bookmarks and sets {@code spark.glue.JOB_NAME} and
     * {@code spark.glue.JOB_RUN_ID}. A run that was not committed is given up.
     *
     * @param args the job's arguments, names with or without leading dashes: {@code job-bookmark-option},
     *     {@code job-bookmark-from}, {@code job-bookmark-to}, {@code JOB_RUN_ID} (made up if absent)
     * @throws IllegalArgumentException if the bookmark options contradict each other or name an unknown run
     */
    public Job$ init(String jobName, SparkSession session, Map<String, String> args) {
        JobRun.start(jobName, session, args == null ? Map.of() : args);
        return this;
    }

    /**
     * Saves the bookmarks of all sources read since {@code init} or the last commit, all or none.
     *
     * @throws IllegalStateException if there was no {@code init}, or if another run of the job committed meanwhile
     */
    public void commit() {
        JobRun.current()
                .orElseThrow(
                        () -> new IllegalStateException("Cannot commit job: none is initialized; call Job.init first"))
                .commit();
    }

    /** Forgets the run of this process without saving anything; what was committed stays. */
    public void reset() {
        JobRun.forget();
    }

    /** Whether there is a run to commit. */
    public boolean isInitialized() {
        return JobRun.current().isPresent();
    }

    /** The run's id, or an empty text if there is no run. */
    public String runId() {
        return JobRun.current().map(JobRun::runId).orElse("");
    }
}
