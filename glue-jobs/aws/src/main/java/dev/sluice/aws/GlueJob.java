package dev.sluice.aws;

import com.amazonaws.services.glue.GlueContext;
import com.amazonaws.services.glue.util.Job;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Map;

/**
 * Glue's job of this process. Two of its methods have return types that AWS does not publish, so they are found by name
 * when the job runs.
 */
public final class GlueJob {

    private GlueJob() {}

    /** Starts the job: Glue loads its bookmarks. */
    public static void init(String name, GlueContext context, Map<String, String> arguments) {
        Job.init(name, context, arguments);
    }

    /** The run's id as Glue knows it. */
    public static String runId() {
        return String.valueOf(call("runId"));
    }

    /** Saves Glue's bookmarks. */
    public static void commit() {
        call("commit");
    }

    private static Object call(String method) {
        try {
            MethodHandle handle = MethodHandles.publicLookup().unreflect(Job.class.getMethod(method));
            return handle.invoke();
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new IllegalStateException("Cannot call Glue's Job." + method + ": " + failure, failure);
        }
    }
}
