package com.amazonaws.services.glue.util;

import com.amazonaws.services.glue.GlueContext;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** The job that this process runs: {@code init} before the first source, {@code commit} at the end. */
public final class Job {
    private Job() {}

    /** See {@link Job$#init(String, GlueContext, Map)}. */
    public static Job$ init(String jobName, GlueContext context, Map<String, String> args) {
        return Job$.MODULE$.init(jobName, context, args);
    }

    /** See {@link Job$#init(String, SparkSession, Map)}. */
    public static Job$ init(String jobName, SparkSession session, Map<String, String> args) {
        return Job$.MODULE$.init(jobName, session, args);
    }

    /** See {@link Job$#commit()}. */
    public static void commit() {
        Job$.MODULE$.commit();
    }

    /** See {@link Job$#reset()}. */
    public static void reset() {
        Job$.MODULE$.reset();
    }

    /** See {@link Job$#isInitialized()}. */
    public static boolean isInitialized() {
        return Job$.MODULE$.isInitialized();
    }

    /** See {@link Job$#runId()}. */
    public static String runId() {
        return Job$.MODULE$.runId();
    }
}
